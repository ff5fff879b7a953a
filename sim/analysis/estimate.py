"""An estimate with its interval, and the ways to make one from replicates.

Two different things are called an interval. A *spread* (`Estimate.spread`) is where a single replicate may end, and
does not shrink with more of them. The *error* of an estimate (`Estimate.mean`, `proportion`, `paired_rate`, `quantile`)
does.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isfinite, nan, sqrt

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class Estimate:
    """A value with the ends of its interval.

    Parameters
    ----------
    value, low, high : float
        In `unit`; nan where nothing is known, infinite ends where the interval has none.
    level : float
        Coverage of the interval, between 0 and 1.
    n : int
        Replicates or trials behind it; 0 where it rests on none.
    unit : str
        As in the Dataset (``km2``, ``person``, ``Gusd``); ``1`` for shares, chances and ratios.
    """

    value: float
    low: float
    high: float
    level: float = 0.9
    n: int = 0
    unit: str = "1"

    def as_list(self) -> list[float]:
        """Return ``[low, value, high]``."""
        return [self.low, self.value, self.high]

    @property
    def known(self) -> bool:
        """Whether there is a finite value."""
        return isfinite(self.value)

    @property
    def sign(self) -> int:
        """1 or -1 where the whole interval lies above or below zero, else 0."""
        return int(self.low > 0) - int(self.high < 0)

    def times(self, factor: float, unit: str) -> Estimate:
        """Return the same estimate in another unit."""
        low, high = sorted((factor * self.low, factor * self.high))
        return Estimate(factor * self.value, low, high, self.level, self.n, unit)

    @classmethod
    def spread(cls, values: npt.ArrayLike, level: float = 0.9, unit: str = "1") -> Estimate:
        """Return the median of `values` (n,) with the central quantiles that hold `level` of them; nan if any is nan."""
        x = np.asarray(values, dtype=float)
        if x.size == 0 or np.isnan(x).any():
            return cls(nan, nan, nan, level, x.size, unit)
        tail = (1 - level) / 2
        low, median, high = np.quantile(x, [tail, 0.5, 1 - tail])
        return cls(float(median), float(low), float(high), level, x.size, unit)

    @classmethod
    def mean(cls, values: npt.ArrayLike, level: float = 0.9, unit: str = "1") -> Estimate:
        """Return the mean of `values` (n,) with Student's interval for it; one value alone has an infinite interval."""
        from scipy.special import stdtrit

        x = np.asarray(values, dtype=float)
        if x.size < 2:
            return cls(float(x.mean()) if x.size else nan, -inf, inf, level, x.size, unit)
        mean = float(x.mean())
        half = float(stdtrit(x.size - 1, (1 + level) / 2) * x.std(ddof=1) / sqrt(x.size))
        return cls(mean, mean - half, mean + half, level, x.size, unit)

    @classmethod
    def proportion(cls, hits: float, trials: int, level: float = 0.9) -> Estimate:
        """Return a proportion with its score interval (Wilson 1927, J. Am. Stat. Assoc. 22, 209-212).

        It stays inside [0, 1] and, unlike the textbook interval, keeps its width when `hits` is 0 or `trials`.
        Without trials nothing is known: value nan, interval [0, 1].
        """
        if trials == 0:
            return cls(nan, 0.0, 1.0, level)
        return cls(hits / trials, *_wilson(round(hits), trials, level), level, trials)

    @classmethod
    def rate(cls, happened: npt.ArrayLike, level: float = 0.9) -> Estimate:
        """Return how often something `happened` (n,), 1 or 0 each; unknown if any is nan: the record cannot tell."""
        x = np.asarray(happened, dtype=float)
        return cls.proportion(0, 0, level) if np.isnan(x).any() else cls.proportion(float(x.sum()), x.size, level)

    @classmethod
    def paired_rate(cls, differences: npt.ArrayLike, level: float = 0.9, bound: float = 1.0) -> Estimate:
        """Return the mean of per-replicate differences of yes/no outcomes; its interval never has zero width.

        Two imagined replicates, one better and one worse by a whole outcome, are added for the interval (Bonett
        & Price 2012, J. Educ. Behav. Stat. 37, 479-488, for one pair of arms; the same device for sums over
        several). So "no replicate differed" is not mistaken for "none ever will".

        Parameters
        ----------
        differences : array_like, shape (replicate,)
            1 or -1 where only one of the two arms has the outcome; other whole numbers for sums over arms.
        level : float
        bound : float
            The largest difference possible: 1 for a pair of arms, more for sums over several.
        """
        from scipy.special import ndtri

        d = np.asarray(differences, dtype=float)
        if d.size == 0:
            return cls(nan, -bound, bound, level)
        padded = np.concatenate([d, [1.0, -1.0]])
        half = float(ndtri((1 + level) / 2)) * float(padded.std()) / sqrt(padded.size)
        centre = float(padded.mean())
        return cls(float(d.mean()), max(-bound, centre - half), min(bound, centre + half), level, d.size)

    @classmethod
    def mean_difference(
        cls, values: npt.ArrayLike, others: npt.ArrayLike, level: float = 0.9, unit: str = "1"
    ) -> Estimate:
        """Return the difference of two means that share no replicates, with Welch's interval (1947, Biometrika 34)."""
        from scipy import stats

        x, y = np.asarray(values, dtype=float), np.asarray(others, dtype=float)
        value, n = float(x.mean() - y.mean()), min(x.size, y.size)
        if n < 2:
            return cls(value, -inf, inf, level, n, unit)
        if x.std() == y.std() == 0:
            return cls(value, value, value, level, n, unit)
        ends = stats.ttest_ind(x, y, equal_var=False).confidence_interval(level)
        return cls(value, float(ends.low), float(ends.high), level, n, unit)

    @classmethod
    def rate_difference(cls, happened: npt.ArrayLike, others: npt.ArrayLike, level: float = 0.9) -> Estimate:
        """Return the difference of two proportions that share no replicates, with Newcombe's interval.

        It combines the two score intervals (Newcombe 1998, Stat. Med. 17, 873-890, method 10).
        """
        a, b = cls.rate(happened, level), cls.rate(others, level)
        low = a.value - b.value - sqrt((a.value - a.low) ** 2 + (b.high - b.value) ** 2)
        high = a.value - b.value + sqrt((a.high - a.value) ** 2 + (b.value - b.low) ** 2)
        return cls(a.value - b.value, low, high, level, min(a.n, b.n))

    @classmethod
    def quantile(cls, values: npt.ArrayLike, q: float, level: float = 0.9, unit: str = "1") -> Estimate:
        """Return a quantile of `values` (n,) with its distribution-free interval, by order statistics.

        The number of values below the true quantile is binomial (David & Nagaraja 2003, Order Statistics, 7.1), so
        ranks bound it whatever the law; infinite values are welcome. An end beyond the sample is infinite.
        """
        from scipy.special import bdtr  # not scipy.stats, which takes as long to load as all else

        x = np.sort(np.asarray(values, dtype=float))
        n, tail = x.size, (1 - level) / 2
        if n == 0 or np.isnan(x).any():
            return cls(nan, -inf, inf, level, n, unit)
        below = bdtr(np.arange(n + 1.0), n, q)  # binomial distribution function; its quantiles are ranks
        low, high = np.searchsorted(below, tail) - 1, np.searchsorted(below, 1 - tail)
        at = min(max(int(np.ceil(q * n)) - 1, 0), n - 1)
        ends = float(x[low]) if low >= 0 else -inf, float(x[high]) if high < n else inf
        return cls(float(x[at]), *ends, level, n, unit)


def _wilson(hits: int, trials: int, level: float) -> tuple[float, float]:
    from scipy.special import ndtri

    if not 0 < level < 1:
        raise ValueError(f"a level of {level:g} - a coverage between 0 and 1 is needed")
    share, z = hits / trials, float(ndtri((1 + level) / 2))
    weight = z * z / trials
    centre, half = share + weight / 2, sqrt(weight * (share * (1 - share) + weight / 4))
    # without rounding at the ends: nothing, or everything, is in the interval if it was seen
    low = 0.0 if hits == 0 else (centre - half) / (1 + weight)
    return low, 1.0 if hits == trials else (centre + half) / (1 + weight)
