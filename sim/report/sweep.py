"""A sweep on the terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.foundation.format import format_interval, format_percent, format_points_interval
from sim.report.screen import Screen, Table

MOST_ROWS = 40


def screen(found: Mapping[str, Any]) -> Screen:
    """Return the table of points with their differences to the arm that they stand on."""
    keys = [one["key"] for one in found["over"]]
    outcomes = [
        one for one in found["outcomes"].values() if one["name"] == "net_km2" or one["name"].startswith(("p_", "del"))
    ]
    head = (*(key.replace(".", ".\n", 1) for key in keys), *(_heading(one) for one in outcomes))
    shown = found["points"][:MOST_ROWS]
    rows = [
        (
            *(str(one["values"][key]) for key in keys),
            *(_written(each, one["differences"][each["name"]]) for each in outcomes),
        )
        for one in shown
    ]
    title = (
        f"{found['title']}: {found['design']} of {len(found['points'])} points, {found['replicates']:,} replicates each, less "
        f"{found['arm_label']} ({format_percent(found['interval'])} intervals of the mean, paired)"
    )
    left = len(found["points"]) - len(shown)
    notes = [f"{left} more points are in --json and in the result."] if left else []
    if any(one["conditional"] for one in outcomes):
        notes.append("* conditional on guessed coefficients of the choice to settle")
    places = {"Results": found["result"], "Plots": found["plots"]}
    return Screen(found["sentence"], [Table(head, rows, title, text_columns=len(keys))], notes, places=places)


def _heading(outcome: Mapping[str, Any]) -> str:
    unit = "points" if outcome["name"].startswith("p_") else outcome["unit"]
    return f"{outcome['label']}{' *' if outcome['conditional'] else ''},\n{unit}"


def _written(outcome: Mapping[str, Any], estimate: list[float]) -> str:
    if outcome["name"].startswith("p_"):
        return format_points_interval(estimate).replace(" points", "")
    return format_interval(estimate, digits=0 if outcome["unit"] == "km2" else 2)
