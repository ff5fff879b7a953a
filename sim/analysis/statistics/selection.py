"""Choosing the best of several by their means: how sure the choice is, and what it may miss."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sim.analysis.estimate import Estimate
from sim.foundation.lanes import Array
from sim.foundation.noise import Noise

RESAMPLES = 2000


@dataclass(frozen=True)
class Selected:
    """Alternatives in the order of their means.

    Parameters
    ----------
    order : tuple of str
        Best first.
    gain : mapping of str to Estimate
        The mean of each, with the error of the mean.
    regret : Estimate
        What whoever takes the first misses of the best of these, in their unit; 0 where the first is the best.
    p_second : float
        Chance that the second is better in truth; nan where there is no second.
    """

    order: tuple[str, ...]
    gain: Mapping[str, Estimate]
    regret: Estimate
    p_second: float


def select(gains: Mapping[str, Array], level: float, seed: int) -> Selected:
    """Return the alternatives ranked by their means.

    Uncertainty is that of the mean over replicates, by the bootstrap over replicates, paired (Efron 1979, Annals of Statistics
    7, 1-26): what differs between worlds alike for all alternatives does not blur their order.

    Parameters
    ----------
    gains : mapping of str to ndarray, shape (replicate,)
        What each gains in the same replicates; more is better.
    level : float
        Coverage of the intervals.
    seed : int
    """
    order = tuple(sorted(gains, key=lambda name: -float(gains[name].mean())))
    values = np.stack([gains[name] for name in order])
    count = values.shape[1]
    drawn = (count * Noise(seed, np.arange(RESAMPLES)).uniform("bootstrap", 0, count)).astype(np.int64)
    means = np.stack([row[drawn].mean(axis=0) for row in values], axis=1)  # (resample, alternative)
    missed = means.max(axis=1) - means[:, 0]
    low, high = np.quantile(missed, [(1.0 - level) / 2.0, (1.0 + level) / 2.0])
    second = float((means[:, 1] > means[:, 0]).mean()) if len(order) > 1 else float("nan")
    regret = Estimate(float(missed.mean()), float(low), float(high), level, count)
    return Selected(order, {name: Estimate.mean(gains[name], level) for name in order}, regret, second)
