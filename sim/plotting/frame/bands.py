"""Quantiles over replicates: all that plotting computes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.analysis.estimate import Estimate

Array = NDArray[np.float64]


class Fan(NamedTuple):
    """The spread of a quantity over replicates, each (...,): outer interval, inner 50 % interval, median."""

    low: Array
    inner_low: Array
    median: Array
    inner_high: Array
    high: Array

    def scaled(self, factor: float) -> Fan:
        """Return the fan times `factor` (> 0)."""
        return Fan(*(factor * part for part in self))

    @property
    def empty(self) -> bool:
        """Whether there is nothing finite to draw."""
        return not bool(np.isfinite(self.median).any())

    def last(self, level: float) -> Estimate:
        """Return median and outer interval at the last place."""
        return Estimate(float(self.median[-1]), float(self.low[-1]), float(self.high[-1]), level)

    @classmethod
    def line(cls, values: Array) -> Fan:
        """Return a fan without spread."""
        return cls(values, values, values, values, values)


def quantiles(values: NDArray[np.floating], levels: Sequence[float]) -> Array:
    """Return quantiles over the first axis, leaving out what is not finite: (level, ...); nan where nothing is finite.

    The same numbers as `numpy.nanquantile`, which goes through columns one by one.
    """
    x = np.asarray(values, dtype=np.float64)
    if not len(x):
        return np.full((len(levels), *x.shape[1:]), np.nan)
    ranked = np.sort(np.where(np.isfinite(x), x, np.nan), axis=0)  # what is no number comes last
    last = np.maximum(np.isfinite(ranked).sum(axis=0) - 1, 0)
    place = np.multiply.outer(np.asarray(levels), last)
    below = np.floor(place).astype(np.int64)
    low = np.take_along_axis(ranked, below.reshape(len(levels), *last.shape), axis=0)
    high = np.take_along_axis(ranked, np.minimum(below + 1, last), axis=0)
    share = place - below
    found: Array = np.where(share < 0.5, low + (high - low) * share, high - (high - low) * (1.0 - share))
    return found


def fan(values: NDArray[np.floating], level: float) -> Fan:
    """Return the fan of `values` (replicate, ...) with an outer interval that holds the share `level`."""
    tail = (1.0 - level) / 2.0
    return Fan(*quantiles(values, (tail, 0.25, 0.5, 0.75, 1.0 - tail)))


def limits(fans: Sequence[Fan], zero: bool = True) -> tuple[float, float]:
    """Return axis limits that hold every interval, with zero where asked, and a margin."""
    ends = np.concatenate([[0.0] if zero else [], *(np.ravel(part) for one in fans for part in (one.low, one.high))])
    ends = ends[np.isfinite(ends)]
    low, high = (float(ends.min()), float(ends.max())) if len(ends) else (0.0, 1.0)
    if high <= low:
        high = low + (abs(low) * 0.1 or 1.0)
    margin = 0.05 * (high - low)
    return (0.0 if zero and low == 0.0 else low - margin), high + margin
