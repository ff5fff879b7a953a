"""Quantiles over replicates, and paired differences: all that plotting ever computes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Fan:
    """The spread of a quantity over replicates, each (...,): median, outer interval, inner 50 % interval."""

    median: Array
    low: Array
    high: Array
    inner_low: Array
    inner_high: Array

    def scaled(self, factor: float) -> Fan:
        """Return the fan times `factor` (> 0)."""
        return Fan(*(factor * part for part in (self.median, self.low, self.high, self.inner_low, self.inner_high)))

    def at(self, index: int) -> Fan:
        """Return the fan at one place of its first axis."""
        return Fan(*(part[index] for part in (self.median, self.low, self.high, self.inner_low, self.inner_high)))

    @property
    def empty(self) -> bool:
        """Whether there is nothing finite to draw."""
        return not bool(np.isfinite(self.median).any())


def quantiles(values: NDArray[np.floating], levels: list[float]) -> Array:
    """Return quantiles over the first axis, leaving out what is not finite.

    Parameters
    ----------
    values : (replicate, ...)
    levels : list of float in [0, 1]

    Returns
    -------
    (level, ...)
        Linear between order statistics (type 7 of Hyndman & Fan 1996); nan where no value is finite.
    """
    finite = np.isfinite(values)
    ordered = np.sort(np.where(finite, values, np.inf).astype(np.float64), axis=0)
    count = finite.sum(axis=0)
    found = np.full((len(levels), *values.shape[1:]), np.nan)
    if values.shape[0] == 0:
        return found
    for place, level in enumerate(levels):
        rank = level * np.maximum(count - 1, 0)
        below = np.floor(rank).astype(np.int64)
        above = np.minimum(below + 1, np.maximum(count - 1, 0))
        left = np.take_along_axis(ordered, below[None, ...], axis=0)[0]
        right = np.take_along_axis(ordered, above[None, ...], axis=0)[0]
        with np.errstate(invalid="ignore"):
            between = left + (rank - below) * (right - left)
        found[place] = np.where(count > 0, between, np.nan)
    return found


def fan(values: NDArray[np.floating], level: float) -> Fan:
    """Return the fan of `values` (replicate, ...) with an outer interval that holds the share `level`."""
    tail = (1.0 - level) / 2.0
    low, inner_low, median, inner_high, high = quantiles(values, [tail, 0.25, 0.5, 0.75, 1.0 - tail])
    return Fan(median, low, high, inner_low, inner_high)
