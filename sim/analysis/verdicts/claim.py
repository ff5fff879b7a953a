"""From estimates to a verdict on the claim: none of the five alone brings a rapid halt, all five in concert
do.

The rule compares whole intervals with a threshold and never a point alone:

=============  ===============================================================================
supported      with all five coordinated the interval of the chance lies at or above `can`;
               for the base and every single lever it lies below `cannot`; and the paired
               gain over the base lies above zero
contradicted   with all five coordinated the interval lies below `can` (together they cannot);
               or for some single lever or the base it lies at or above `can` (one alone can,
               or it would happen anyway)
undecided      anything else: the intervals straddle a threshold, or the record is too short
=============  ===============================================================================
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import xarray as xr

from sim.analysis.estimate import Estimate
from sim.analysis.outcomes.judging import Thresholds

Floats = npt.NDArray[np.float64]

JOINT = "all_with_coordination"
APART = "all_without_coordination"
COORDINATION = "coordination"


@dataclass(frozen=True)
class Judgement:
    """A verdict, the sentence that says it, and the numbers it rests on.

    Parameters
    ----------
    verdict : str or None
        ``supported``, ``contradicted``, ``undecided``; None if the result lacks the arms of the claim.
    sentence : str
        One plain sentence on the claim.
    more : str
        What else the wars say: coordination, the sum of the parts, a reversal, a cease-fire.
    findings : dict of str to Estimate
        Paired differences by name.
    """

    verdict: str | None
    sentence: str
    more: str = ""
    findings: dict[str, Estimate] = field(default_factory=dict)


def judge(what: xr.Dataset, net: dict[str, Floats], rule: Thresholds) -> Judgement:
    """Judge the claim.

    Parameters
    ----------
    what : Dataset
        Outcomes of every war, from `sim.analysis.outcomes.judging.outcomes`.
    net : dict of str to ndarray, shape (arm, replicate)
        Net gain at the milestones, km2.
    rule : Thresholds
    """
    arms = [str(name) for name in what["arm"].to_numpy()]
    if JOINT not in arms or len(singles(arms)) == 0:
        return Judgement(None, _plain_sentence(what, net, rule))
    findings = paired_findings(what, net, rule)
    rates = chances(what["halt"], rule)
    if np.isnan(what["halt"].to_numpy()).any():
        days = f"{rule.halt_days:g}"
        return Judgement(
            "undecided",
            f"Undecided: the wars played are too short to see whether the advance halts for {days} days.",
            findings=findings,
        )
    verdict = verdict_of(rates[arms[0]], [rates[name] for name in singles(arms)], rates[JOINT],
                         findings["joint_minus_base_p_halt"], rule)  # fmt: skip
    return Judgement(verdict, _sentence(verdict, rates, rule), _more(what, findings, rule), findings)


def verdict_of(base: Estimate, alone: list[Estimate], joint: Estimate, gain: Estimate, rule: Thresholds) -> str:
    """Return the verdict for chances of a halt; see the table at the head of this module."""
    others = [base, *alone]
    if joint.high < rule.can or any(other.low >= rule.can for other in others):
        return "contradicted"
    none_alone = all(other.high < rule.cannot for other in others)
    return "supported" if none_alone and joint.low >= rule.can and gain.low > 0 else "undecided"


def singles(arms: list[str]) -> list[str]:
    """Return the arms with one lever: neither the base (the first) nor the joint arms nor coordination."""
    return [name for name in arms[1:] if name not in (JOINT, APART, COORDINATION)]


def chances(happened: xr.DataArray, rule: Thresholds) -> dict[str, Estimate]:
    """Return the chance of an outcome by arm, with its error."""
    rows = happened.transpose("arm", "replicate").to_numpy()
    names = [str(name) for name in happened["arm"].to_numpy()]
    return {
        name: Estimate.proportion(float(np.nansum(row)), int(np.isfinite(row).sum()), rule.interval)
        for name, row in zip(names, rows, strict=True)
    }


def paired_findings(what: xr.Dataset, net: dict[str, Floats], rule: Thresholds) -> dict[str, Estimate]:
    """Return the paired differences that speak of concert, for the halt and for the ground at the last
    milestone.

    Gains in km2 are ground *kept* from Russia (base minus arm), so that more is better as for the halt.
    ``beyond_sum``: the gain of all five coordinated, less the gains of each of the five alone and of
    coordination alone - above zero, the whole is more than its parts. ``apart_beyond_sum``: the same for the
    five uncoordinated.
    """
    arms = [str(name) for name in what["arm"].to_numpy()]
    halt = what["halt"].transpose("arm", "replicate").to_numpy()
    found = _contrasts(arms, halt - halt[0], "p_halt", rule.interval)
    if net:
        last = list(net)[-1]
        found |= _contrasts(arms, net[last][0] - net[last], "kept_km2", rule.interval)
    return found


def _contrasts(arms: list[str], gain: Floats, suffix: str, level: float) -> dict[str, Estimate]:
    """Return the contrasts of `gain` (arm, replicate); row 0, the base, is zero."""
    at = {name: gain[index] for index, name in enumerate(arms)}
    parts = np.zeros_like(gain[0])
    for name in singles(arms):
        parts = parts + at[name]
    n_single = len(singles(arms))

    def error(values: Floats, bound: float) -> Estimate:
        return Estimate.paired_rate(values, level, bound) if suffix == "p_halt" else Estimate.mean(values, level)

    found = {f"joint_minus_base_{suffix}": error(at[JOINT], 1.0)}
    if APART in at:
        found[f"joint_minus_apart_{suffix}"] = error(at[JOINT] - at[APART], 1.0)
        found[f"apart_beyond_sum_{suffix}"] = error(at[APART] - parts, 1.0 + n_single)
    if COORDINATION in at:
        found[f"coordination_minus_base_{suffix}"] = error(at[COORDINATION], 1.0)
        found[f"beyond_sum_{suffix}"] = error(at[JOINT] - parts - at[COORDINATION], 2.0 + n_single)
    return found


# -- the sentence ------------------------------------------------------------


def _sentence(verdict: str, rates: dict[str, Estimate], rule: Thresholds) -> str:
    arms = list(rates)
    return (
        f"{verdict.capitalize()}: in this model the Russian advance halts within {_within(rule)} in "
        f"{_chance(rates[JOINT], rule)} of wars with all five levers in concert and in "
        f"{_best(rates)}, against {_chance(rates[arms[0]])} that would have halted anyway (base)."
    )


def _best(rates: dict[str, Estimate]) -> str:
    """Say how often a halt comes with the best single lever; several that share the best are not told apart."""
    alone = singles(list(rates))
    most = max(rates[name].value for name in alone)
    best = [name for name in alone if rates[name].value == most]
    named = best[0] if len(best) == 1 else f"{len(best)} share it"
    return f"{_chance(rates[best[0]])} with the best single lever ({named})"


def _more(what: xr.Dataset, findings: dict[str, Estimate], rule: Thresholds) -> str:
    return " ".join(part for part in (_coordination(findings), _what_follows(what, rule)) if part)


def _within(rule: Thresholds) -> str:
    months = rule.halt_within_days / 30.4375
    return f"{months:.0f} months" if abs(months - round(months)) < 0.05 else f"{rule.halt_within_days:g} days"


def _coordination(findings: dict[str, Estimate]) -> str:
    added = findings.get("joint_minus_apart_p_halt")
    beyond = findings.get("beyond_sum_p_halt")
    words = []
    if added:
        words.append(f"Coordination adds {_points(added)} to the same five uncoordinated{_doubt(added)}.")
    if beyond:
        side = _side(beyond, "exceeds", "falls short of", "cannot be told from")
        words.append(f"The gain of the whole {side} the sum of its parts ({_points(beyond)}).")
    return " ".join(words)


def _doubt(estimate: Estimate) -> str:
    return " (not told from zero)" if estimate.low <= 0 <= estimate.high else ""


def _side(estimate: Estimate, above: str, below: str, neither: str) -> str:
    if estimate.low > 0:
        return above
    return below if estimate.high < 0 else neither


def _what_follows(what: xr.Dataset, rule: Thresholds) -> str:
    if np.isnan(what["reversal"].to_numpy()).any():
        reversal = "The record is too short to tell a reversal"
    else:
        reversal = f"A reversal {_comes_about(what['reversal'], rule)}"
    ceasefire = _comes_about(what["ceasefire"], rule)
    return f"{reversal}. A cease-fire {ceasefire}; conditional on guessed coefficients of the Kremlin's choice."


def _comes_about(happened: xr.DataArray, rule: Thresholds) -> str:
    """Say whether an outcome comes about in concert, and whether that is more than would have come anyway."""
    rates = chances(happened, rule)
    base, joint = next(iter(rates.values())), rates[JOINT]
    share = "half" if rule.can == 0.5 else f"{100 * rule.can:.0f} %"
    if joint.low >= rule.can:
        words = f"comes about in {share} of the wars or more"
    elif joint.high < rule.can:
        words = f"comes about in fewer than {share} of the wars"
    else:
        words = f"may or may not come about in {share} of the wars"
    rows = happened.transpose("arm", "replicate").sel(arm=JOINT).to_numpy()
    gain = Estimate.paired_rate(rows - happened.transpose("arm", "replicate").to_numpy()[0], rule.interval)
    beside = _side(gain, "above", "below", "not told from")
    return f"{words}: {_chance(joint)}, {beside} the base's {_chance(base)}"


def _chance(estimate: Estimate, rule: Thresholds | None = None) -> str:
    """Write a chance as ``71 % (66 to 76)``, with the level of the interval where `rule` is given."""
    level = f", {100 * rule.interval:.0f} % interval" if rule else ""
    return f"{100 * estimate.value:.0f} % ({100 * estimate.low:.0f} to {100 * estimate.high:.0f}{level})"


def _points(estimate: Estimate) -> str:
    low, value, high = (100 * x for x in estimate.as_list())
    return f"{value:+.0f} points ({low:+.0f} to {high:+.0f})"


def _plain_sentence(what: xr.Dataset, net: dict[str, Floats], rule: Thresholds) -> str:
    """Return what the base does, for results without the arms of the claim."""
    names = [str(name) for name in what["arm"].to_numpy()]
    rate = chances(what["halt"], rule)[names[0]]
    words = [f"In the {names[0]} arm"]
    if net:
        date, values = list(net.items())[-1]
        words.append(f" Russia gains {np.median(values[0]):,.0f} km2 net by {date} in the median war, and")
    if np.isnan(rate.value):
        if not net:
            return f"In the {names[0]} arm the wars are too short to judge a halt."
        return "".join(words).removesuffix(", and") + " (the wars are too short to judge a halt)."
    return "".join(words) + f" the advance halts within {_within(rule)} in {_chance(rate, rule)} of wars."
