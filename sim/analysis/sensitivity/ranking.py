"""Global sensitivity on the wars that were played: PAWN with its own error and a line that inert inputs do not pass.

PAWN (Pianosi & Wagener 2015, *Environ. Model. Softw.* 67; from given data: 2018, *EMS* 108) compares the distribution of
an output in slices of one input with its distribution over all: the index is the median Kolmogorov-Smirnov distance.
It needs no design of its own, no finite variance and no independence of inputs; among correlated inputs an index
contains what the others do through the correlation. A finite sample gives every input a distance above zero; how
large is read off dummies, columns of noise that cannot matter. First-order shares of variance are RBD-FAST's (Tarantola
et al. 2006; Tissot & Prieur 2012 for its bias). Both are SALib's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from sim.foundation.extras import optional
from sim.foundation.noise import Noise

Floats = npt.NDArray[np.float64]

DUMMIES = 100
RESAMPLES = 20
SLICES = (10, 8, 5, 4)  # numbers of slices for which SALib's ends come out at 1 exactly
LEAST_IN_SLICE = 30
LEAST = SLICES[-1] * LEAST_IN_SLICE
"""Fewest wars that can be ranked."""


@dataclass(frozen=True)
class Index:
    """How much one input matters to one quantity.

    Parameters
    ----------
    name : str
    value : float
        PAWN's median distance, 0 to 1.
    error : float
        Its standard error from resampled wars; nan below the line, where it is not computed.
    first_order, first_order_error : float
        Share of the variance that the input explains by itself, and its standard error; nan likewise.
    above : bool
        Whether it lies above the line.
    """

    name: str
    value: float
    error: float
    first_order: float
    first_order_error: float
    above: bool


@dataclass(frozen=True)
class Ranking:
    """The inputs of one quantity, the strongest first.

    Parameters
    ----------
    quantity : str
    indices : list of Index
    line : float
        What inert inputs reach: set so that about one of all inputs would pass it by chance.
    dummies : tuple of float
        5 %, 50 % and 95 % quantiles of the dummies' distances.
    """

    quantity: str
    indices: list[Index]
    line: float
    dummies: tuple[float, float, float]

    @property
    def above(self) -> list[Index]:
        """Those that pass the line."""
        return [index for index in self.indices if index.above]


def rank(quantity: str, names: Sequence[str], x: Floats, y: Floats, seed: int, detailed: int = 12) -> Ranking:
    """Return the inputs ranked by what they matter to `y`.

    Parameters
    ----------
    quantity : str
        What `y` is called.
    names : sequence of str
    x : ndarray, shape (war, input)
        Any monotone transform of the inputs: only their order counts.
    y : ndarray, shape (war,)
    seed : int
        Keys the dummies and the resampling.
    detailed : int
        For how many of the inputs above the line errors and first-order shares are computed.

    Raises
    ------
    ValueError
        If `y` does not vary, or the wars are too few for four slices.
    """
    if np.ptp(y) == 0 or len(y) < LEAST:
        raise ValueError(f"{quantity}: {len(y)} wars, spread {np.ptp(y):g} - nothing to rank")
    inert = Noise(seed, np.arange(len(y))).uniform("sensitivity dummies", 0, DUMMIES).T
    found, floor = distances(x, y), distances(inert, y)
    line = float(floor.mean() + ndtri(1.0 - 1.0 / max(len(names), 20)) * floor.std(ddof=1))
    order = np.argsort(-found, kind="stable")
    chosen = [int(i) for i in order[:detailed] if found[i] > line]
    error = dict(zip(chosen, resampled(x[:, chosen], y, seed), strict=True))
    share = dict(zip(chosen, first_order(x[:, chosen], y, seed), strict=True))
    nothing = (np.nan, np.nan)
    indices = [
        Index(names[i], float(found[i]), float(error.get(i, np.nan)), *share.get(i, nothing), bool(found[i] > line))
        for i in map(int, order)
    ]
    low, middle, high = np.quantile(floor, [0.05, 0.5, 0.95])
    return Ranking(quantity, indices, line, (float(low), float(middle), float(high)))


def distances(x: Floats, y: Floats) -> Floats:
    """Return PAWN's median index of each column of `x` (war, input), shape (input,)."""
    if x.shape[1] == 0:
        return np.zeros(0)
    slices = next((count for count in SLICES if len(y) >= count * LEAST_IN_SLICE), SLICES[-1])
    found = optional("SALib.analyze.pawn").analyze(_problem(x), x, y, S=slices)
    return np.asarray(found["median"], dtype=float)


def resampled(x: Floats, y: Floats, seed: int) -> Floats:
    """Return the standard error of each index from wars drawn again with replacement, shape (input,)."""
    if x.shape[1] == 0:
        return np.zeros(0)
    uniform = Noise(seed, np.arange(len(y))).uniform("sensitivity bootstrap", 0, RESAMPLES)
    again = [distances(x[rows], y[rows]) for rows in np.floor(uniform * len(y)).astype(np.int64)]
    return np.std(again, axis=0, ddof=1)


def first_order(x: Floats, y: Floats, seed: int) -> list[tuple[float, float]]:
    """Return the first-order share of variance and its standard error for each column of `x`."""
    if x.shape[1] == 0:
        return []
    found = optional("SALib.analyze.rbd_fast").analyze(
        _problem(x), x, y, num_resamples=RESAMPLES, conf_level=0.95, seed=seed % 2**32
    )
    half = ndtri(0.975)
    return [(float(s), float(c / half)) for s, c in zip(found["S1"], found["S1_conf"], strict=True)]


def _problem(x: Floats) -> dict[str, object]:
    count = x.shape[1]
    return {"num_vars": count, "names": [f"x{i}" for i in range(count)], "bounds": [[0.0, 1.0]] * count}
