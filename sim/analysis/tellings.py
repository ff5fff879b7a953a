"""Estimates in words: rounded to what their unit deserves."""

from __future__ import annotations

import math

from sim.analysis.verdicts.assessment import Finding

_UNITS = {
    "km2": "km²", "km2/day": "km²/day", "person": "people", "Gusd": "bn $", "1/month": "a month", "own unit": "", "1": "",
    "/day": "a day",
}  # fmt: skip


def told(finding: Finding) -> str:
    """Return an estimate with its interval, as ``12 % (10 to 15)``; a dash where there is none."""
    estimate, unit = finding.estimate, finding.unit
    if not math.isfinite(estimate.value):
        return "-"
    chance = is_chance(finding)
    low, value, high = (number(x, unit, chance) for x in estimate.as_list())
    return f"{value}{' %' if chance else ''} ({low} to {high}) {'' if chance else name(unit)}".rstrip()


def told_value(finding: Finding, value: float) -> str:
    """Return one value in the unit of a finding; a dash for nan."""
    if not math.isfinite(value):
        return "-"
    chance = is_chance(finding)
    return (
        f"{number(value, finding.unit, chance)}{' %' if chance else ''} {'' if chance else name(finding.unit)}".rstrip()
    )


def number(value: float, unit: str, chance: bool = False) -> str:
    """Return a number without its unit; a chance in per cent."""
    if not math.isfinite(value):
        return "?"
    if chance:
        return f"{round(100 * value) + 0:d}"
    if unit in ("km2", "person", "own unit") or abs(value) >= 1000:
        return f"{round(value) + 0:,d}"
    digits = 3 if unit == "1/month" else 2 if abs(value) < 10 else 1 if abs(value) < 100 else 0
    text = f"{value:.{digits}f}"
    return text.lstrip("-") if float(text) == 0 else text


def is_chance(finding: Finding) -> bool:
    """Return whether a finding is a chance, told in per cent."""
    return finding.unit == "1" and finding.meaning.startswith("chance")


def name(unit: str) -> str:
    """Return the unit as a reader would write it."""
    return _UNITS.get(unit, unit)
