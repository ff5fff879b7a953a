"""Estimates for many rows of paired differences at once: one row a contrast, one column a war."""

from __future__ import annotations

from math import sqrt

import numpy as np
import numpy.typing as npt
from scipy import special  # not scipy.stats, which takes as long to load as all else

from sim.analysis.estimate import Estimate

Floats = npt.NDArray[np.float64]


def estimates(
    values: Floats, level: float, unit: str = "1", chance: bool = False, bounds: npt.ArrayLike = 1.0
) -> list[Estimate]:
    """Return the mean of every row with its error; see `row_estimates`."""
    rows = row_estimates(values, level, chance, bounds).tolist()
    return [Estimate(mean, low, high, level, values.shape[1], unit) for low, mean, high in rows]


def row_estimates(values: Floats, level: float, chance: bool, bounds: npt.ArrayLike = 1.0) -> Floats:
    """Return ``[low, mean, high]`` of every row, shape (row, 3): the error of the mean over wars.

    The same estimates as `sim.analysis.estimate.mean_error` and, for chances, `paired_rates`, row by row.

    Parameters
    ----------
    values : ndarray, shape (row, war)
        Paired differences.
    level : float
        Coverage.
    chance : bool
        Whether the values come from outcomes that happen or not; the interval then never has zero width.
    bounds : array_like, shape (row,) or a number
        Largest difference possible, for chances.
    """
    rows, wars = values.shape
    mean = values.mean(axis=1) if wars else np.full(rows, np.nan)
    if chance:
        return _rates(values, mean, level, np.broadcast_to(np.asarray(bounds, dtype=float), rows))
    if wars < 2:
        return np.stack([np.full(rows, -np.inf), mean, np.full(rows, np.inf)], axis=1)
    half = special.stdtrit(wars - 1, (1 + level) / 2) * values.std(axis=1, ddof=1) / sqrt(wars)
    return np.stack([mean - half, mean, mean + half], axis=1)


def _rates(values: Floats, mean: Floats, level: float, bounds: Floats) -> Floats:
    """Return the estimates for chances, two imagined wars added (Bonett & Price 2012)."""
    wars = values.shape[1]
    if not wars:
        return np.stack([-bounds, mean, bounds], axis=1)
    total = wars + 2
    centre = values.sum(axis=1) / total
    squares = ((values - centre[:, None]) ** 2).sum(axis=1) + (1 - centre) ** 2 + (1 + centre) ** 2
    half = special.ndtri((1 + level) / 2) * np.sqrt(squares / total) / sqrt(total)
    return np.stack([np.maximum(-bounds, centre - half), mean, np.minimum(bounds, centre + half)], axis=1)


def ratio(part: Floats, whole: Floats, level: float, unit: str = "1") -> Estimate:
    """Return mean(part) / mean(whole) over paired replicates, each (replicate,), by the delta method.

    Where the mean of the whole cannot be distinguished from zero a share means nothing: nan.
    """
    n, nothing = whole.size, Estimate(np.nan, np.nan, np.nan, level, whole.size, unit)
    if n < 2:
        return nothing
    z = float(special.ndtri((1 + level) / 2))
    middle, error = whole.mean(), whole.std(ddof=1) / sqrt(n)
    if abs(middle) <= z * error:
        return nothing
    value = float(part.mean() / middle)
    half = z * float((part - value * whole).std(ddof=1) / (sqrt(n) * abs(middle)))
    return Estimate(value, value - half, value + half, level, n, unit)
