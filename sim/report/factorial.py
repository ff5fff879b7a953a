"""Factorials and dose curves on the terminal."""

from __future__ import annotations

from typing import Any

from sim.foundation.format import format_interval, format_percent, format_points_interval
from sim.report.screen import Screen, Table

MOST_SETS = 10
"""Sets of levers of which the dividend is shown."""

WAYS = {
    "alone": "alone",
    "main": "mean over\nall settings",
    "shapley": "Shapley\nvalue",
    "last": "added to\nall others",
}


def screen(summary: dict[str, Any]) -> Screen:
    """Return the screen of a factorial or of dose curves."""
    tables = _factorial(summary) if summary["kind"] == "factorial" else _doses(summary)
    places = {"Results": summary["result"], "Plots": summary["plots"]}
    return Screen(summary["sentence"], tables, _notes(summary), places=places)


def _factorial(summary: dict[str, Any]) -> list[Table]:
    outcomes = list(summary["outcomes"].values())
    head = ("outcome", "all together", "sum of each alone", "together less sum", "pairs of sets\nthat gain *")
    rows = []
    for one in outcomes:
        over = one["superadditivity"]
        estimates = [_estimate(one, one[key]) for key in ("joint", "sum_of_parts", "joint_minus_sum")]
        rows.append([_name(one), *estimates, f"{format_percent(over['share'])} of {over['pairs']}"])
    whole = Table(head, rows, f"{_title(summary)}: the whole and its parts")
    return [whole, *(_levers(one) for one in outcomes), *(_dividends(one) for one in outcomes[:1])]


def _dividends(outcome: dict[str, Any]) -> Table:
    """Return the sets of two and more levers whose dividend can be distinguished from zero, the largest first."""
    found = {name: one for name, one in outcome["dividends"].items() if "+" in name and (one[0] > 0 or one[2] < 0)}
    names = sorted(found, key=lambda name: -abs(found[name][1]))[:MOST_SETS]
    rows = [(name.replace("+", " + "), _estimate(outcome, found[name])) for name in names]
    title = f"{_name(outcome)}: what sets do as a whole, beyond all that their parts do ***"
    return Table(("set", "dividend"), rows or [("none can be distinguished from zero", "")], title)


def _levers(outcome: dict[str, Any]) -> Table:
    rows = []
    for lever, ways in outcome["levers"].items():
        share = ways["shapley_share"]
        written = "-" if share[1] is None else format_interval(share, "%", scale=100)
        rows.append([lever, *(_estimate(outcome, ways[way]) for way in WAYS), written])
    return Table(("lever", *WAYS.values(), "share of\nthe whole"), rows, f"{_name(outcome)}: what each lever adds")


def _doses(summary: dict[str, Any]) -> list[Table]:
    doses = sorted({dose for curve in summary["curves"].values() for dose in curve["doses"]} - {0.0})
    tables = []
    for name, outcome in summary["outcomes"].items():
        rows = []
        for curve in summary["curves"].values():
            at = dict(zip(curve["doses"], curve["outcomes"][name], strict=True))
            rows.append([curve["label"], *(_estimate(outcome, at[dose]) if dose in at else "-" for dose in doses)])
        title = f"{_title(summary)}: {_name(outcome)}, against {summary['over']['label']}"
        tables.append(Table(("part", *(f"dose {dose:g}" for dose in doses)), rows, title))
    return tables


def _title(summary: dict[str, Any]) -> str:
    return f"{summary['title']} - {summary['replicates']:,} replicates per arm, seed {summary['seed']}"


def _name(outcome: dict[str, Any]) -> str:
    unit = {"1": "points", "person": "thousand people"}.get(outcome["unit"], outcome["unit"])
    return f"{outcome['label']}, {unit}" + (" **" if outcome["conditional"] else "")


def _estimate(outcome: dict[str, Any], estimate: list[float | None]) -> str:
    """Return a difference with its interval, in the unit that the outcome's name states."""
    if outcome["unit"] == "1":
        return format_points_interval(estimate).replace(" points", "")
    if outcome["unit"] == "person":
        return format_interval(estimate, digits=1, signed=True, scale=1e-3)
    small = max((abs(x) for x in estimate if x is not None), default=0.0) < 10
    return format_interval(estimate, digits=1 if small else 0, signed=True)


def _notes(summary: dict[str, Any]) -> list[str]:
    lines = [
        f"Means over replicates of paired differences to the base, by {summary['end']}; in brackets the "
        f"{format_percent(summary['interval'])} interval of the mean."
    ]
    if summary["kind"] == "factorial":
        lines.append("* Of all pairs of sets of levers that share none: how many do more together than the two apart.")
        lines.append(
            f"*** The {MOST_SETS} largest that can be distinguished from zero, of all sets of two and more; about one in "
            f"{1 / (1 - summary['interval']):.0f} of all sets would be shown by chance. --json has every one."
        )
    if summary.get("excluded"):
        lines.append(f"{summary['excluded_why']}.")
    if any(outcome["conditional"] for outcome in summary["outcomes"].values()):
        lines.append("** Conditional on guessed coefficients of the choice to settle.")
    fought = summary.get("while_fighting")
    if fought and fought["wars"] < summary["replicates"]:
        ground = summary["outcomes"]["kept_km2"]
        lines.append(
            f"A cease-fire, which is conditional, also keeps ground. In the {fought['wars']} replicates that no arm ends by "
            f"one: all together {_estimate(ground, fought['joint'])} km2, together less sum "
            f"{_estimate(ground, fought['joint_minus_sum'])} km2."
        )
    for name, one in summary.get("until_precision", {}).items():
        reached = "reached" if one["reached"] <= one["wanted"] else "NOT reached"
        lines.append(f"Precision {reached}: half-width of {name} {one['reached']:.4g}, wanted {one['wanted']:.4g}.")
    return lines
