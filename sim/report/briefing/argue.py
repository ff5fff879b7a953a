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
from sim.report.briefing.message import focus, of_100_wars, sentence
from sim.report.briefing.series import Series, fitting, quantised

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


def argue(result: Result, command: str) -> Argue | None:
    """Return the part; None where the record has no two points. All in it is judged on the quantised series."""
    rule, names = result.thresholds, result.names
    full = quantised(result.data, rule)
    if len(full.days) < 2:
        return None
    series = fitting(full)
    happened = series.halts(rule)
    chances = [Estimate.rate(row, rule.interval) for row in happened]
    rows = [
        ArmRow(
            names.labels[arm],
            format_in_100(one) if one.known else "not told",
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
        note=_how_many(result, series),
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


def _how_many(result: Result, series: Series) -> str:
    """Say how many of the stored wars the page carries, and what error that and the rounding bring."""
    arm, rule = focus(result), result.thresholds
    index, stored = result.names.arms.index(arm), int(result.data.sizes["replicate"])
    here = Estimate.rate(series.halts(rule)[index], rule.interval)
    there = result.table().arms[arm].chances["halt"]
    carried = f"The page carries {series.replicates:,} of {stored:,} stored replicates per arm, in steps of {series.step:g} km²"
    if not (here.known and there.known):
        return f"{carried}."
    return (
        f'{carried}. At the thresholds as defined the arm "{result.names.labels[arm]}" halts here in {of_100_wars(here)}, '
        f"and in {of_100_wars(there, '')} of all that are stored, unrounded."
    )
