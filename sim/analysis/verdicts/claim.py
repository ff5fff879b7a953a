"""From outcomes to a verdict on the claim: no lever alone brings a rapid halt, all levers in concert do.

The rule compares whole intervals with a threshold and never a point alone:

=============  ===============================================================================
supported      with all levers in concert the interval of the chance lies at or above `can`;
               for the base and every single lever it lies below `cannot`; and the paired
               gain over the base lies above zero
contradicted   with all levers in concert the interval lies below `can` (together they cannot);
               or for some single lever or the base it lies at or above `can` (one alone can,
               or it would happen anyway)
undecided      anything else: the intervals straddle a threshold, the record is too short, or
               there are fewer than `FEWEST` replicates
=============  ===============================================================================
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import xarray as xr

from sim.analysis.estimate import Estimate
from sim.analysis.names import Names
from sim.analysis.outcomes.judging import Thresholds
from sim.analysis.outcomes.replicates import by_milestone
from sim.analysis.outcomes.table import OutcomeTable
from sim.analysis.verdicts.claim_verdict import (
    CONTRADICTED,
    FEWEST,
    SUPPORTED,
    TOO_SHORT,
    UNDECIDED,
    ClaimVerdict,
    EventVerdict,
)

Floats = npt.NDArray[np.float64]


def judge_claim(table: xr.Dataset, shown: OutcomeTable) -> ClaimVerdict:
    """Judge the claim from the outcomes of every replicate (see `sim.analysis.outcomes.replicates`).

    `shown` is what becomes of every arm, which the verdict is reported with.
    """
    names, rule = Names.of(table), Thresholds.of(table)
    if not names.claim:
        return ClaimVerdict(None, names, rule, shown)
    halt = judge_event(table["p_halt"].to_numpy(), names, rule)
    return ClaimVerdict(halt, names, rule, shown, paired_findings(table))


def judge_event(happened: Floats, names: Names, rule: Thresholds) -> EventVerdict:
    """Judge an event that `happened` (arm, replicate) or not: 1 or 0, nan where the record is too short to tell."""
    chances = {arm: Estimate.rate(row, rule.interval) for arm, row in zip(names.arms, happened, strict=True)}
    alone, joint = names.singles, str(names.joint)
    best = max(alone, key=lambda arm: np.nan_to_num(chances[arm].value, nan=-1.0))
    gain = Estimate.paired_rate(happened[names.arms.index(joint)] - happened[0], rule.interval)
    note = TOO_SHORT if np.isnan(happened).any() else too_few(happened.shape[1])
    if note:
        return EventVerdict(UNDECIDED, chances, best, joint, gain, note=note)
    verdict = verdict_of(chances[names.base], [chances[arm] for arm in alone], chances[joint], gain, rule)
    reason = "" if verdict != CONTRADICTED else "cannot" if chances[joint].high < rule.can else "anyway"
    return EventVerdict(verdict, chances, best, joint, gain, reason)


def too_few(replicates: int) -> str:
    """Return the note where there are too few replicates to decide, else nothing."""
    return f"too few replicates ({replicates}; at least {FEWEST})" if replicates < FEWEST else ""


def verdict_of(base: Estimate, alone: list[Estimate], joint: Estimate, gain: Estimate, rule: Thresholds) -> str:
    """Return the verdict for chances of an event; see the table at the head of this module."""
    others = [base, *alone]
    if joint.high < rule.can or any(other.low >= rule.can for other in others):
        return CONTRADICTED
    none_alone = all(other.high < rule.cannot for other in others)
    return SUPPORTED if none_alone and joint.low >= rule.can and gain.low > 0 else UNDECIDED


def paired_findings(table: xr.Dataset) -> dict[str, Estimate]:
    """Return the paired differences that speak of concert: for the halt, and for the ground at the last milestone.

    Gains in km2 are ground *kept* from the attacker (base minus arm), so that more is better as for the halt.
    ``beyond_sum``: the gain of all in concert, less the gains of each lever alone and of coordination alone - above
    zero, the whole is more than its parts. ``apart_beyond_sum``: the same for the levers uncoordinated.
    """
    names, level = Names.of(table), Thresholds.of(table).interval
    halt = table["p_halt"].to_numpy()
    found = _contrasts(names, halt - halt[0], "p_halt", level)
    for net in list(by_milestone(table).values())[-1:]:
        found |= _contrasts(names, net[0] - net, "kept_km2", level)
    return found


def _contrasts(names: Names, gain: Floats, suffix: str, level: float) -> dict[str, Estimate]:
    """Return the contrasts of `gain` (arm, replicate); row 0, the base, is zero."""
    at = dict(zip(names.arms, gain, strict=True))
    parts = np.sum([at[name] for name in names.singles], axis=0)
    levers = len(names.singles)

    def error(values: Floats, bound: float) -> Estimate:
        if suffix == "p_halt":
            return Estimate.paired_rate(values, level, bound)
        return Estimate.mean(values, level, "km2")

    joint, apart, coordination = at[str(names.joint)], names.uncoordinated, names.coordination
    found = {f"joint_minus_base_{suffix}": error(joint, 1.0)}
    if apart:
        found[f"joint_minus_apart_{suffix}"] = error(joint - at[apart], 1.0)
        found[f"apart_beyond_sum_{suffix}"] = error(at[apart] - parts, 1.0 + levers)
    if coordination:
        found[f"coordination_minus_base_{suffix}"] = error(at[coordination], 1.0)
        found[f"beyond_sum_{suffix}"] = error(joint - parts - at[coordination], 2.0 + levers)
    return found
