"""Argue with this: the stored wars judged by other thresholds, as the part stands before anything is moved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from scipy.special import ndtri

from sim.analysis.estimate import Estimate
from sim.analysis.outcomes.judging import Thresholds
from sim.analysis.result import Result
from sim.analysis.verdicts.claim import judge_event
from sim.analysis.verdicts.claim_verdict import FEWEST
from sim.foundation.format import format_in_100
from sim.report.briefing.figures import SHARES, Strip, strip
from sim.report.briefing.message import sentence
from sim.report.briefing.series import BUDGET, Series, fitting, quantised

SAME = 0.05
"""Wars in 100 that do not show in a number of the page."""

MOVED = ("halt_rate", "halt_days", "halt_within_days", "can", "cannot")
"""Thresholds that the page moves; `cannot` follows `can`."""


@dataclass(frozen=True)
class Control:
    """One number that the reader moves."""

    key: str
    label: str
    value: float
    low: float
    high: float
    step: float
    unit: str


@dataclass(frozen=True)
class ArmRow:
    """An arm with its chance of a halt and the place of it."""

    label: str
    number: str
    strip: Strip


@dataclass(frozen=True)
class Argue:
    """What the template needs; `data` is what the script reads."""

    data: dict[str, Any]
    controls: list[Control]
    rows: list[ArmRow]
    singles: list[tuple[str, str]]
    sentence: str
    command: str
    note: str


def argue(result: Result, command: str, budget: int = BUDGET) -> Argue | None:
    """Return the part, of series that take `budget` characters; None where the record has no two points.

    All in it is judged on the series that the page carries.
    """
    rule, names = result.thresholds, result.names
    full = quantised(result.data, rule)
    if len(full.days) < 2:
        return None
    series = fitting(full, budget)
    happened = series.halts(rule)
    chances = [Estimate.rate(row, rule.interval) for row in happened]
    rows = [
        ArmRow(
            names.labels[arm],
            format_in_100(one) if one.known else "unknown",
            strip(one, *SHARES, "base" if arm == names.base else "arm"),
        )
        for arm, one in zip(names.arms, chances, strict=True)
    ]
    return Argue(
        data=argue_data(result, series, command),
        controls=_controls(series, rule, names.claim),
        rows=rows,
        singles=[(arm, names.labels[arm]) for arm in names.singles] if names.claim else [],
        sentence=sentence(result, judge_event(happened, names, rule) if names.claim else None, chances[0], rule),
        command=command,
        note=_opens_on(result, series, chances),
    )


def argue_data(result: Result, series: Series, command: str) -> dict[str, Any]:
    """Return what the page's script reads."""
    rule, names = result.thresholds, result.names
    return {
        "arms": [{"id": arm, "label": names.labels[arm], "role": names.roles.get(arm, "")} for arm in names.arms],
        "claim": names.claim,
        "series": series.account(),
        "rule": {name: getattr(rule, name) for name in MOVED},
        "z": float(ndtri((1 + rule.interval) / 2)),
        "fewest": FEWEST,
        "attackers": names.attacker.demonym,
        "command": command,
    }


def _controls(series: Series, rule: Thresholds, claim: bool) -> list[Control]:
    last = float(series.days[-1])
    pace, days, within = rule.halt_rate, rule.halt_days, rule.halt_within_days
    found = [
        Control(
            "halt_rate",
            "Mean pace below which the advance has halted",
            pace,
            0,
            max(20.0, 2 * pace),
            0.1,
            "km² per day",
        ),
        Control("halt_days", "Days over which the mean is taken", days, 7, max(182.0, days), 1, "days"),
        Control("halt_within_days", "Days within which it must begin", within, 7, max(last, within), 1, "days"),
    ]
    can = Control("can", "Wars in 100 from which a halt can be had", round(100 * rule.can, 6), 1, 99, 1, "in 100")
    return [*found, can] if claim else found


def _opens_on(result: Result, series: Series, chances: list[Estimate]) -> str:
    """Say which wars the page carries, and whether the part opens on the numbers of the headline; if not, why and how far off."""
    names, stored = result.names, int(result.data.sizes["replicate"])
    arms = result.table().arms
    apart = [
        100 * (here.value - arms[arm].chances["halt"].value)
        for arm, here in zip(names.arms, chances, strict=True)
        if here.known and arms[arm].chances["halt"].known
    ]
    whole = series.replicates == stored
    carried = (
        f"all {stored:,} stored wars per arm" if whole else f"the first {series.replicates:,} of {stored:,} stored wars"
    )
    said = f"The page carries {carried}, net gain in steps of {series.step:g} km²."
    largest = max(apart, key=abs, default=0.0)
    if abs(largest) < SAME:
        return f"{said} As defined, every arm halts as often here as in the headline." if apart else said
    why = "the steps"
    if not whole:
        why = f"that sample, with a standard error of {_sampling(chances, series, stored):.1g} in 100, and the steps"
    return f"{said} As defined, chances differ from the headline's by up to {abs(largest):.1f} in 100: the reason is {why}."


def _sampling(chances: list[Estimate], series: Series, stored: int) -> float:
    """Return the largest standard error, in wars of 100, of a chance in part of the stored replicates for that in all."""
    finite = 1 / series.replicates - 1 / stored
    return 100 * max((one.value * (1 - one.value) * finite) ** 0.5 for one in chances if one.known)
