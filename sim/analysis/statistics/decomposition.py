"""A change between two worlds shared out among blocks of keys: Shapley values over the worlds between them, and what they leave.

Every set of blocks is played once with the same noise and parameters. The Shapley value of a block is the mean of what it
adds over all orders in which the blocks could be changed (Shapley 1953; `sim.analysis.statistics.coalitions`); the values add
up to the change from none to all of the blocks. What is left of the whole change comes from keys of no block (`rest`), and from
what is not in the worlds (`settings`: another seed, start, horizon or posterior).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from sim.analysis.estimate import Estimate
from sim.analysis.outcomes.replicates import Outcome
from sim.analysis.statistics import coalitions
from sim.analysis.statistics.row_estimates import estimates, ratio
from sim.foundation.format import format_percent

Floats = npt.NDArray[np.float64]

MOST_RESIDUAL = 0.05
"""Share of the change from which the residual must be explained."""


@dataclass(frozen=True)
class OutcomeChange:
    """The change of one outcome by blocks.

    Parameters
    ----------
    outcome : Outcome
    total : Estimate
        The second less the first.
    blocks, shares : mapping of str to Estimate
        Shapley value of each block, and its share of the total (unknown where that cannot be distinguished from zero).
    residual : Estimate
        The total less all blocks.
    residual_share : float or None
        Its size over that of the total; None where the total cannot be distinguished from zero.
    rest, settings : Estimate
        The parts of the residual: keys of no block, changed last; and what no key of the worlds says.
    why : str
        Where the residual comes from, if it is above 5 %, or cannot be judged; else empty.
    """

    outcome: Outcome
    total: Estimate
    blocks: Mapping[str, Estimate]
    shares: Mapping[str, Estimate]
    residual: Estimate
    residual_share: float | None
    rest: Estimate
    settings: Estimate
    why: str


def outcome_change(
    outcome: Outcome,
    worth: Floats,
    blocks: Sequence[str],
    everything: Floats,
    ends: tuple[Floats, Floats] | None,
    level: float,
) -> OutcomeChange:
    """Return the change of one outcome by blocks.

    Parameters
    ----------
    outcome : Outcome
    worth : ndarray, shape (2^n, replicate)
        Of every set of blocks; block i is bit i of the index.
    blocks : sequence of str
        Their names, n of them.
    everything : ndarray, shape (replicate,)
        With every key changed.
    ends : tuple of ndarray, each (replicate,), optional
        The two as they were compared, where settings beside the worlds differ between them: they are not paired then.
    level : float
    """
    values = coalitions.shapley(worth) if blocks else np.zeros((0, worth.shape[1]))
    whole, rest = everything - worth[0], everything - worth[-1]
    nothing = Estimate(0.0, 0.0, 0.0, level, worth.shape[1], outcome.unit)
    *found, total, left = estimates(np.stack([*values, whole, rest]), level, outcome.unit, outcome.chance)
    left = left if rest.any() else nothing  # no key is of no block: nothing is left, and not only in these replicates
    settings, residual = nothing, left
    if ends is not None:
        total = (
            Estimate.rate_difference(ends[1], ends[0], level)
            if outcome.chance
            else Estimate.mean_difference(ends[1], ends[0], level, outcome.unit)
        )
        settings = _around(total, total.value - float(whole.mean()))
        residual = _around(total, settings.value + left.value)
    share = abs(residual.value / total.value) if total.sign else None
    shares = {name: ratio(row, whole, level) for name, row in zip(blocks, values, strict=True)}
    named = dict(zip(blocks, found, strict=True))
    return OutcomeChange(outcome, total, named, shares, residual, share, left, settings, _why(share, left, settings))


def _around(total: Estimate, value: float) -> Estimate:
    """Return a part of an unpaired total, as uncertain as the total."""
    return replace(total, value=value, low=value + total.low - total.value, high=value + total.high - total.value)


def _why(share: float | None, rest: Estimate, settings: Estimate) -> str:
    if share is None:
        return "the change cannot be distinguished from zero, so that shares of it mean nothing"
    if share <= MOST_RESIDUAL:
        return ""
    parts = []
    if abs(rest.value) > 0:
        parts.append("keys of no block (ground, movement, combat, season, command)")
    if abs(settings.value) > 0:
        parts.append("seed, start, horizon or posterior, which no key of the worlds says")
    return f"{format_percent(share)} of the change comes from {' and '.join(parts)}"
