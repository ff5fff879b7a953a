"""Intervals: for proportions, for quantiles of wars, for paired differences between arms that share their
luck.

Two different things are called an interval. The *spread* of wars (`spread`) is where a single war may end,
and does not shrink with more replicates. The *error* of an estimate (`wilson`, `mean_error`, `paired_rates`) does.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt
from scipy import special, stats

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Estimate:
    """A value with the ends of its interval."""

    low: float
    value: float
    high: float

    def as_list(self) -> list[float]:
        """Return ``[low, value, high]``."""
        return [self.low, self.value, self.high]


def wilson(hits: float, trials: int, level: float = 0.9) -> Estimate:
    """Return a proportion with its score interval (Wilson 1927, J. Am. Stat. Assoc. 22, 209-212).

    It stays inside [0, 1] and, unlike the textbook interval, keeps its width when `hits` is 0 or `trials`.
    Without trials nothing is known: value nan, interval [0, 1].
    """
    if trials == 0:
        return Estimate(0.0, float("nan"), 1.0)
    z = _z(level)
    rate = hits / trials
    centre = (rate + z**2 / (2 * trials)) / (1 + z**2 / trials)
    half = z / (1 + z**2 / trials) * sqrt(rate * (1 - rate) / trials + z**2 / (4 * trials**2))
    low = 0.0 if hits == 0 else max(0.0, centre - half)
    high = 1.0 if hits == trials else min(1.0, centre + half)
    return Estimate(low, rate, high)


def spread(values: npt.ArrayLike, level: float = 0.9) -> Estimate:
    """Return the median of `values` (n,) with the central quantiles that hold `level` of them; nan if any is
    nan.
    """
    x = np.asarray(values, dtype=float)
    if x.size == 0 or np.isnan(x).any():
        return Estimate(float("nan"), float("nan"), float("nan"))
    tail = (1 - level) / 2
    low, median, high = np.quantile(x, [tail, 0.5, 1 - tail])
    return Estimate(float(low), float(median), float(high))


def quantile_error(values: npt.ArrayLike, q: float, level: float = 0.9) -> Estimate:
    """Return a quantile of `values` (n,) with its distribution-free interval, by order statistics.

    The number of values below the true quantile is binomial (David & Nagaraja 2003, Order Statistics, 7.1), so ranks
    bound it whatever the law; infinite values are welcome. An end beyond the sample is infinite.
    """
    x = np.sort(np.asarray(values, dtype=float))
    if x.size == 0 or np.isnan(x).any():
        return Estimate(float("-inf"), float("nan"), float("inf"))
    n, tail = x.size, (1 - level) / 2
    low, high = int(stats.binom.ppf(tail, n, q)) - 1, int(stats.binom.ppf(1 - tail, n, q))
    at = min(max(int(np.ceil(q * n)) - 1, 0), n - 1)
    ends = (float(x[low]) if low >= 0 else float("-inf"), float(x[high]) if high < n else float("inf"))
    return Estimate(ends[0], float(x[at]), ends[1])


def mean_error(values: npt.ArrayLike, level: float = 0.9) -> Estimate:
    """Return the mean of `values` (n,) with Student's interval for it; one value alone has an infinite
    interval.
    """
    x = np.asarray(values, dtype=float)
    if x.size == 0:
        return Estimate(float("-inf"), float("nan"), float("inf"))
    mean = float(x.mean())
    if x.size == 1:
        return Estimate(float("-inf"), mean, float("inf"))
    half = float(stats.t.ppf((1 + level) / 2, x.size - 1) * x.std(ddof=1) / sqrt(x.size))
    return Estimate(mean - half, mean, mean + half)


def paired_rates(differences: npt.ArrayLike, level: float = 0.9, bound: float = 1.0) -> Estimate:
    """Return the mean of per-replicate differences of yes/no outcomes, with an interval that never has zero
    width.

    Two imagined replicates, one better and one worse by a whole outcome, are added for the interval (Bonett
    & Price 2012, J. Educ. Behav. Stat. 37, 479-488, for one pair of arms; the same device for sums over
    several). So "no replicate differed" is not mistaken for "none ever will".

    Parameters
    ----------
    differences : array_like, shape (replicate,)
        1 or -1 where only one of the two arms has the outcome; other whole numbers for sums over arms.
    bound : float
        The largest difference possible: 1 for a pair of arms, more for sums over several.
    """
    d = np.asarray(differences, dtype=float)
    if d.size == 0:
        return Estimate(-bound, float("nan"), bound)
    padded = np.concatenate([d, [1.0, -1.0]])
    half = _z(level) * float(padded.std()) / sqrt(padded.size)
    centre = float(padded.mean())
    return Estimate(max(-bound, centre - half), float(d.mean()), min(bound, centre + half))


def _z(level: float) -> float:
    if not 0 < level < 1:
        raise ValueError(f"the level of an interval lies between 0 and 1, not {level}")
    return float(special.ndtri((1 + level) / 2))
