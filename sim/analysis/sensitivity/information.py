"""Value of information: which input, if it were known, would take most uncertainty from the verdict, or turn it.

The verdict is a decision between "they can" and "they cannot" by whether the chance p of a halt reaches `can`. Knowing an
input x replaces p by p(x), the share of wars with that x in which the advance halts. Three measures:

- the *share of uncertainty*: variance of p(x) over p (1 - p), Pearson's correlation ratio, corrected for the number of bins;
- the *chance that the verdict turns*: how much of the prior of x lies where p(x) is on the other side of `can`;
- the *expected value of partial perfect information* (EVPPI), E max(p(x) - can, 0) - max(p - can, 0), in points of
  probability: the decision's gain where being wrong costs as much as p is away from `can`.

p(x) is estimated in bins of equal count (Strong & Oakley 2013, *Med. Decis. Making* 33, for the method and its bias). Bins
are noisy, so dummies say what nothing looks like, and their mean is taken off.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.foundation.noise import Noise

Floats = npt.NDArray[np.float64]

DUMMIES = 200
RESAMPLES = 60
BINS = 10
LEAST_IN_BIN = 20


@dataclass(frozen=True)
class Worth:
    """What knowing one input is worth.

    Parameters
    ----------
    name : str
    share, share_error : float
        Share of the uncertainty that goes, and its standard error.
    evppi, evppi_error : float
        Points of probability, 0 to 1.
    turns : float
        How much of the input's own range turns the verdict.
    low_half, high_half : float
        Chance of a halt where the input lies below and above its median.
    above : bool
        Whether the share lies above what dummies reach.
    """

    name: str
    share: float
    share_error: float
    evppi: float
    evppi_error: float
    turns: float
    low_half: float
    high_half: float
    above: bool


@dataclass(frozen=True)
class Information:
    """The inputs by what knowing them is worth, the most first.

    Parameters
    ----------
    chance, can : float
        Chance of a halt as things are known, and the threshold.
    worths : list of Worth
    line : float
        Share of uncertainty that about one of all inputs would reach by chance.
    """

    chance: float
    can: float
    worths: list[Worth]
    line: float


def value_of_information(names: Sequence[str], x: Floats, halt: Floats, can: float, seed: int) -> Information:
    """Return what knowing each input is worth.

    Parameters
    ----------
    names : sequence of str
    x : ndarray, shape (war, input)
        Only the order of the values counts.
    halt : ndarray, shape (war,)
        1 or 0.
    can : float
        Chance from which a halt counts as possible.
    seed : int
        Keys dummies and resampling.
    """
    n = len(halt)
    bins = max(2, min(BINS, n // LEAST_IN_BIN))
    where = binned(x, bins)
    noise = Noise(seed, np.arange(n))
    inert = binned(noise.uniform("information dummies", 0, DUMMIES).T, bins)
    floor_share, floor_evppi, _ = measures(inert, halt, bins, can)
    share, evppi, turns = measures(where, halt, bins, can)
    picked = np.floor(noise.uniform("information bootstrap", 0, RESAMPLES) * n).astype(np.int64)
    again = [measures(where[rows], halt[rows], bins, can)[:2] for rows in picked]
    errors = np.std(np.array(again), axis=0, ddof=1)
    line = float(floor_share.mean() + _tail(1.0 / max(len(names), 20), bins) * floor_share.std(ddof=1))
    low = x <= np.median(x, axis=0)
    found = [
        Worth(
            name=names[i],
            share=float(share[i]),
            share_error=float(errors[0, i]),
            evppi=max(0.0, float(evppi[i] - floor_evppi.mean())),
            evppi_error=float(errors[1, i]),
            turns=float(turns[i]),
            low_half=_mean(halt[low[:, i]]),
            high_half=_mean(halt[~low[:, i]]),
            above=bool(share[i] > line),
        )
        for i in np.argsort(-share, kind="stable")
    ]
    return Information(float(halt.mean()), can, found, line)


def binned(x: Floats, bins: int) -> npt.NDArray[np.int64]:
    """Return the bin, 0 to bins - 1, of each value among those of its column; bins hold equally many."""
    ranks = np.argsort(np.argsort(x, axis=0, kind="stable"), axis=0, kind="stable")
    return np.asarray(ranks * bins // len(x), dtype=np.int64)


def measures(where: npt.NDArray[np.int64], halt: Floats, bins: int, can: float) -> tuple[Floats, Floats, Floats]:
    """Return (share of uncertainty, EVPPI, share of the range that turns the verdict) for each column, shape (input,)."""
    n, count = where.shape
    flat = (where + np.arange(count) * bins).ravel()
    size = np.bincount(flat, minlength=count * bins).reshape(count, bins)
    hits = np.bincount(flat, weights=np.repeat(halt, count), minlength=count * bins).reshape(count, bins)
    mean = float(halt.mean())
    there = np.where(size > 0, hits / np.maximum(size, 1), mean)
    weight = size / n
    between = (weight * (there - mean) ** 2).sum(axis=1)
    whole = mean * (1.0 - mean)
    within = (whole - between) * n / max(n - bins, 1)
    share = (between - (bins - 1) / n * within) / whole if whole > 0 else np.zeros(count)
    evppi = (weight * np.maximum(there - can, 0.0)).sum(axis=1) - max(mean - can, 0.0)
    turns = (weight * ((there >= can) != (mean >= can))).sum(axis=1)
    return share, evppi, turns


def _tail(chance: float, bins: int) -> float:
    """Return how many standard deviations an inert share exceeds its mean by with this chance: it is near chi-squared."""
    from scipy.stats import chi2

    free = max(bins - 1, 1)
    return float((chi2.isf(chance, free) - free) / np.sqrt(2.0 * free))


def _mean(values: Floats) -> float:
    return float(values.mean()) if values.size else float("nan")
