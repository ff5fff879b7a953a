"""The claim part by part, and the whole beside the sum of its parts: each number with the verdict of the result's own rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sim.analysis.estimate import Estimate
from sim.analysis.outcomes.judging import Thresholds
from sim.analysis.result import Result
from sim.analysis.verdicts.claim import judge_event
from sim.analysis.verdicts.claim_verdict import CONTRADICTED, SUPPORTED, UNDECIDED, within
from sim.foundation.format import format_count, format_in_100, format_two_digits
from sim.report.briefing.material import Study
from sim.report.briefing.message import of_100_wars
from sim.report.briefing.sections import format_gain

NO_NARROWER = 0.8
"""Share of the smaller sample's half-width from which the larger sample's counts as no narrower."""


@dataclass(frozen=True)
class ClaimPart:
    """One part of the claim: what it says, its number beside the base's, and the verdict with what it is conditional on."""

    says: str
    number: str
    verdict: str
    note: str = ""


def claim_parts(result: Result) -> list[ClaimPart]:
    """Return the parts of a claim - none alone, a halt, a reversal, a cease-fire - where one is judged."""
    names, rule, halt = result.names, result.thresholds, result.verdict().halt
    if halt is None or halt.note:
        return []
    count, whole = len(names.singles), "All in concert"
    best = f'{of_100_wars(halt.of_best)} with the best, "{names.labels[halt.best]}"'
    alone = none_alone([halt.of_base, *(halt.chances[arm] for arm in names.singles)], rule)
    parts = [ClaimPart(f"None of the {count} levers alone halts the advance", best, alone)]
    events = (
        ("halt", f"{whole} halt it within {within(rule)}", ""),
        ("reversal", f"{whole} reverse it somewhere ({reversal(rule)})", ""),
        (
            "ceasefire",
            f"{whole} bring a cease-fire",
            "conditional: guessed coefficients",
        ),
    )
    for event, says, note in events:
        found = judge_event(result.outcomes()[f"p_{event}"].to_numpy(), names, rule)
        if found.of_joint.known:
            number = f"{of_100_wars(found.of_joint)}, {of_100_wars(found.of_base, '')} in the base"
            anyway = "comes with less too" if found.reason == "anyway" else ""
            parts.append(ClaimPart(says, number, found.verdict, "; ".join(one for one in (anyway, note) if one)))
    return parts


def none_alone(less: Sequence[Estimate], rule: Thresholds) -> str:
    """Return the verdict on that nothing less brings the event, from its chances in the base and with each lever alone."""
    if any(one.low >= rule.can for one in less):
        return CONTRADICTED
    return SUPPORTED if all(one.high < rule.cannot for one in less) else UNDECIDED


def reversal(rule: Thresholds) -> str:
    """Return what a reversal is, in words."""
    return f"{rule.reversal_km2:g} km² back on one front in {rule.reversal_days:g} days"


def whole_and_parts(result: Result, study: Study | None) -> str:
    """Say whether the whole is more than the sum of each lever alone, for ground and for a halt: of the larger sample."""
    found = _beyond(result, study)
    said = [f"for {what} {_side(one)}, {format_gain(one)}" for what, one in found.items() if one.known]
    if not said:
        return ""
    wars = format_count(next(iter(found.values())).n, "war")
    return f"Is the whole more than the sum of its parts? {_sentence(said)} ({wars})."


def _sentence(said: Sequence[str]) -> str:
    whole = "; ".join(said)
    return whole[:1].upper() + whole[1:]


def _beyond(result: Result, study: Study | None) -> dict[str, Estimate]:
    """Return all together less the sum of each alone, by what it is of."""
    of = {"ground kept": "kept_km2", "a halt": "p_halt"}
    if study is None:
        findings = result.verdict().findings
        return {what: findings[f"beyond_sum_{name}"] for what, name in of.items() if f"beyond_sum_{name}" in findings}
    outcomes, n = study.account["outcomes"], int(study.account["replicates"])
    return {what: _triple(outcomes[name], "joint_minus_sum", n) for what, name in of.items() if name in outcomes}


def _side(one: Estimate) -> str:
    return {1: "it is more", -1: "it is less", 0: "it cannot be distinguished from the sum"}[one.sign]


def larger_sample(result: Result, study: Study | None, sensitivity: Study | None = None) -> str:
    """Say what larger samples have for the numbers of the headline, and whether the headline's wars are among them."""
    halt, here = result.verdict().halt, result.table()
    if halt is None or study is None or study.origin == "this result" or "p_halt" not in study.account["outcomes"]:
        return ""
    outcomes, n = study.account["outcomes"], int(study.account["replicates"])
    added = format_two_digits(_triple(outcomes["p_halt"], "joint", n), "in 100", signed=True, scale=100, decimals=1)
    wars, mine = f"{format_count(n, 'war')} per arm of the factorial", _nested(format_in_100(halt.gain, signed=True))
    if n <= here.replicates:
        return f"In the {wars} all together add {added} to a halt, in the {here.replicates:,} here {mine}."
    said = f"Larger samples are the better estimates: in the {wars}, {_whose(result, study)}, all together add {added} to a halt"
    said, heavy, kept = f"{said} (here {mine})", "", here.arms[halt.joint].differences["kept_km2"]
    if "kept_km2" in outcomes and kept.known:
        there = _triple(outcomes["kept_km2"], "joint", n)
        said += f" and keep {format_two_digits(there, 'km²')} (here {_nested(format_two_digits(kept))})"
        heavy = _heavy(there, kept)
    return f"{said}{_of_sensitivity(sensitivity, here.replicates)}.{heavy}"


def _nested(text: str) -> str:
    """Return an estimate for use inside brackets: ``+7, +4 to +10``."""
    return text.replace(" in 100", "").replace(" (", ", ").removesuffix(")")


def _whose(result: Result, study: Study) -> str:
    """Return how a larger sample has to do with the wars of the headline: the same world and seed play the same wars."""
    seed, here = study.account.get("seed"), result.table().replicates
    if study.warning or seed is None or str(seed) != str(result.data.attrs.get("seed", "")):
        return "which are other wars"
    return f"of which the {here:,} here are the first"


def _heavy(there: Estimate, here: Estimate) -> str:
    """Say that more wars do not narrow an interval: few wars carry the mean, and an interval of few wars is too narrow."""
    if there.high - there.low < NO_NARROWER * (here.high - here.low):
        return ""
    return " For ground more wars give no narrower interval: a few wars weigh most, so take both as too narrow."


def _of_sensitivity(study: Study | None, replicates: int) -> str:
    """Return the chance of a halt in concert in the sample of a study of sensitivity, where that is larger and of this world."""
    if study is None or study.warning or int(study.account["replicates"]) <= replicates:
        return ""
    low, value, high = (float(x) for x in study.account["joint_halt"])
    wars = format_count(int(study.account["replicates"]), "war")
    return f"; in the {wars} of the study of sensitivity a halt comes in {of_100_wars(Estimate(value, low, high), ' of 100')}"


def _triple(outcome: Mapping[str, Any], name: str, n: int) -> Estimate:
    low, value, high = (float("nan") if x is None else float(x) for x in outcome[name])
    return Estimate(value, low, high, n=n, unit=str(outcome["unit"]))
