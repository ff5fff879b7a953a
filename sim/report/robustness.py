"""How robust a verdict is, on the terminal and as a page."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sim.foundation.format import format_chance, format_interval, format_percent, format_points_interval
from sim.report.page import figure_link, render
from sim.report.screen import Screen, Table

Account = Mapping[str, Any]
NOTES = (
    "* how slow an advance must still be allowed to count as halted, for all coordinated to reach it with the chance `can`.",
    "Of the single levers the best is shown; chosen after the fact, it flatters them.",
)


def screen(found: Account) -> Screen:
    """Return the screen of variants and thresholds."""
    return Screen(found["sentence"], [_variants(found), _thresholds(found)], NOTES, places={"Results": found["result"]})


def page(found: Account, file: Path | None = None, figures: Path | None = None) -> str:
    """Return the page; figures are linked as seen from `file`."""

    def link(name: str) -> str:
        return figure_link(file, figures, name)

    tables = {"variants": _variants(found), "ground": _ground(found), "thresholds": _thresholds(found),
              "turns": _turns(found)}  # fmt: skip
    return render("robustness.md.j2", found=found, figure=link, **tables)


def format_turns(scan: Account) -> str:
    """Return where the verdict changes along a threshold's values, upwards."""
    first = scan["at"][0]["verdict"]
    steps = [f"{flip['verdict']} from {flip['from']:g}" for flip in scan["flips"]]
    return "; ".join([first, *steps]) if steps else f"nowhere: {first}"


def _variants(found: Account) -> Table:
    """Return chances of a halt and verdicts, variant by variant."""
    level = format_percent(found["interval"])
    head = ("variant", "base", "best single lever", "all\ncoordinated", "all less base,\npoints", "halts by\nkm2/day *",
            "verdict on\na halt", "verdict on\na reversal")  # fmt: skip
    rows = []
    for row in found["variants"]:
        halt = row["halt"]
        verdicts = [
            row[question]["verdict"] + ("" if row["same_verdict"][question] else " (turned)")
            for question in ("halt", "reversal")
        ]
        rows.append([
            row["label"],
            format_chance(halt["base"]),
            f"{format_chance(halt['best_single'])}\n{halt['best_single_arm']}",
            format_chance(halt["joint"]),
            format_points_interval(halt["joint_minus_base"]).replace(" points", ""),
            format_interval(row["halt_rate_needed"]["joint"], digits=1),
            *verdicts,
        ])  # fmt: skip
    title = f"{found['title']} - {found['replicates']:,} replicates per arm and variant, chance of a halt ({level})"
    return Table(head, rows, title, groups=[row["group"] for row in found["variants"]])


def _ground(found: Account) -> Table:
    """Return how far away a halt is, and what the variants do to the ground."""
    head = ("variant", "base: halted at, km2/day", "all coordinated: halted at, km2/day",
            "net gain of the base, km2, median", "kept by all coordinated, km2, mean")  # fmt: skip
    rows = []
    for row in found["variants"]:
        needed = [format_interval(row["halt_rate_needed"][arm], digits=1) for arm in ("base", "joint")]
        ground = [format_interval(row[key]) if row[key] else "?" for key in ("net_km2", "kept_km2")]
        rows.append([row["label"], *needed, *ground])
    return Table(head, rows)


def _thresholds(found: Account) -> Table:
    rows = []
    for scan in found["thresholds"]:
        values = [row["value"] for row in scan["at"]]
        stated = f"{scan['shipped']:g} {scan['unit']}".strip()
        tried = f"{values[0]:g} to {values[-1]:g}"
        rows.append((scan["question"], scan["name"], stated, tried, format_turns(scan)))
    head = ("question", "threshold", "as stated", "tried", "verdict, upwards")
    return Table(head, rows, "Thresholds moved one at a time, the others as stated", text_columns=5)


def _turns(found: Account) -> Table:
    """Return the nearest value of each threshold at which a variant's verdict on a halt changes."""
    rows = []
    for row in found["variants"]:
        places = [
            f"{name} {place['value']:g} ({place['verdict']})"
            for name, sides in row["turns"].get("halt", {}).items()
            for place in sides.values()
        ]
        rows.append((row["label"], "; ".join(places) or "none on the grid"))
    head = ("variant", "nearest value of a threshold at which its verdict on a halt changes")
    return Table(head, rows, text_columns=2)
