"""What a verdict depends on, on the terminal and as a page: the same tables in both."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from sim.foundation.format import format_chance, format_count, format_number, format_percent, is_known
from sim.report.page import figure_link, render
from sim.report.screen import Screen, Table

TOP = 8
"""Rows shown of a ranking."""

Account = dict[str, Any]
NOTES = {
    "sensitivity": "PAWN index: how far the distribution of a quantity moves when one input is held in a slice of its range, "
    "0 to 1. The line is what inert inputs reach. ± is a standard error.",
    "discovery": "Boxes are found on one half of the replicates; the counts are of the other half.",
    "flip": "A verdict is turned where the whole interval reaches the chance that it asks for; same noise, same parameters.",
    "information": "Share of uncertainty: of the variance p (1 - p) of a halt, what would go if the number were known. EVPPI: "
    "expected gain of the decision, in points of probability.",
}


def screen(found: Account) -> Screen:
    """Return the screen of a study."""
    tables: list[Table | None] = [table for _, table in _rankings(found)]
    details = [one["sentence"] for one in found.get("discovery", [])]
    if "flip" in found:
        flip = found["flip"]
        tables += [_questions(found), _nearest(flip["assumptions"]["nearest"]) or _closest(found)]
        details += [_assumed(found), _together(found)]
    if "information" in found:
        tables += [_worths(found, ("source", "what would help"))] if _worths(found) else []
        details += [] if _worths(found) else [_no_worth(found)]
    notes = [note for part, note in NOTES.items() if part in found]
    places = {"Results": f"{found['result']}/summary.json", "Plots": found["plots"]}
    return Screen(sentence(found), [table for table in tables if table and table.rows], notes, details, places)


def page(found: Account, file: Path | None = None, figures: Path | None = None) -> str:
    """Return the page; figures are linked as seen from `file`."""
    tables: dict[str, Any] = {
        "rankings": _rankings(found),
        "flip": found.get("flip") and {
            "questions": _questions(found), "nearest": _nearest(found["flip"]["assumptions"]["nearest"]),
            "closest": _closest(found), "assumed": _assumed(found), "together": _together(found),
        },
        "worths": "information" in found and _worths(found),
        "no_worth": "information" in found and _no_worth(found),
    }  # fmt: skip

    def link(name: str) -> str:
        return figure_link(file, figures, name)

    return render("sensitivity.md.j2", found=found, sentence=sentence(found), figure=link, **tables)


def sentence(found: Account) -> str:
    """Return one sentence: the chance, what it depends on most, and what would turn the verdict."""
    parts = [f"{found['joint_arm']}: a halt in {_chance(found['joint_halt'])} of replicates, {_standing(found)}"]
    if found.get("information"):
        parts.append(_headline(found["information"]))
    if "flip" in found:
        near = found["flip"]["assumptions"]["nearest"]
        parts.append(f"nearest to turning it is {_place(near[0])}" if near else "no single assumption tried turns it")
    return "; ".join(parts) + "."


# -- which numbers matter --------------------------------------------------------


def _rankings(found: Account) -> list[tuple[Account, Table | None]]:
    """Return each quantity with the table of its leading inputs, None where it cannot be ranked."""
    return [(one, _ranking(one) if one["line"] is not None else None) for one in found.get("sensitivity", {}).values()]


def _ranking(one: Account) -> Table:
    rows = [
        (row["called"], _with_error(row["value"], row["error"]), _share_with_error(row["first_order"], row["first_order_error"]),
         row["grade"])
        for row in one["indices"][:TOP] if row["above"]
    ]  # fmt: skip
    title = f"{one['label']}: {format_count(one['above'], 'input')} above the line of {one['line']:.3f}"
    return Table(("input", "PAWN index", "share of variance", "grade"), rows, title)


def _headline(information: Account) -> str:
    """Return which number holds most of the uncertainty, where its share is clear of its own error and of the line."""
    line = information["line"]
    clear = [
        one for one in information["worths"] if one["share"] > max(2 * one["share_error"], line + one["share_error"])
    ]
    if not clear:
        return "no single number holds much of the uncertainty"
    return f"of single numbers {clear[0]['called']} holds most of the uncertainty ({format_percent(clear[0]['share'])})"


# -- what would turn the verdict --------------------------------------------------


def _questions(found: Account) -> Table:
    levers = found["flip"]["levers"]
    rows = [
        (f"Smallest set of levers ({levers['sets_tried']} sets and doses tried)", _package(levers["smallest"])),
        ("Least cost, billions of dollars", _package(levers["cheapest"])),
        ("Latest common beginning", _package(levers["latest"])),
        ("Most that was found", _package(levers["best"])),
        ("Earliest day by which a halt has begun often enough, with the doses stated", _deadline(found)),
    ]
    return Table(("question", "answer"), rows, "What would bring a halt", text_columns=2)


def _package(one: Account | None) -> str:
    if one is None:
        return "none within the range tried"
    when = "" if one["delay"] is None else f", beginning {one['delay']:.0f} days after the start"
    dose = "" if one["factor"] == 1 else f" at {one['factor']:.3g} times the dose"
    return f"{', '.join(one['levers'])}{dose}{when}: {_chance(one['chance'])}, {one['cost']:.1f} bn dollars"


def _deadline(found: Account) -> str:
    deadline = found["flip"]["deadline"]
    if not deadline["chance"]:
        return "the wars are too short to tell"
    start = dt.date.fromisoformat(found["start"])
    if deadline["first"] is not None:
        return (start + dt.timedelta(days=deadline["first"])).isoformat()
    last = start + dt.timedelta(days=deadline["days"][-1])
    return f"none up to {last.isoformat()}, the last that can be judged: {_chance(deadline['chance'][-1])}"


def _nearest(nearest: list[Account]) -> Table | None:
    """Return the single assumptions that turn the verdict, the nearest first."""
    rows = [
        (one["called"], one["written"], _distance(one["distance"]), format_percent(one["beyond"]), _chance(one["chance"]),
         one["grade"])
        for one in nearest
    ]  # fmt: skip
    head = ("input", "held at", "prior sd away", "of replicates lie beyond", "halt", "grade")
    return Table(head, rows, "Single assumptions that turn the verdict", text_columns=2) if rows else None


def _closest(found: Account) -> Table:
    """Return the places with the chance nearest to turning the verdict, one per input."""
    flip = found["flip"]["assumptions"]
    way = -1.0 if flip["up"] else 1.0
    known = [one for one in flip["held"] if one["chance"][1] is not None]
    best: dict[str, Account] = {}
    for one in sorted(
        known, key=lambda one: (way * one["chance"][1], -way * (one["calmest"] or 0.0), abs(one["distance"] or 0.0))
    ):
        best.setdefault(one["name"], one)
    rows = [
        (one["called"], one["written"], _distance(one["distance"]), _chance(one["chance"]), one["grade"])
        for one in list(best.values())[:TOP]
    ]
    head = ("input", "held at", "prior sd away", "halt", "grade")
    return Table(head, rows, "Single assumptions that come nearest to turning the verdict", text_columns=2)


def _assumed(found: Account) -> str:
    """Return how many single assumptions were moved, and how the nearest that turns the verdict can be seen."""
    flip = found["flip"]["assumptions"]
    way = "reaches" if flip["up"] else "falls below"
    moved = f"{flip['moved']} inputs, those that lead in the sensitivity, and every choice of structure"
    if not flip["nearest"]:
        return f"No single assumption turns the verdict: of {moved}, none does within four standard deviations of its prior."
    settings = " ".join(f"--set {setting}" for setting in flip["nearest"][0]["settings"])
    see = f" To see the nearest: `sim claim {settings}`." if settings else ""
    return f"Moved were {moved}; the verdict turns where the whole interval {way} {format_percent(found['can'])}.{see}"


def _together(found: Account) -> str:
    flip = found["flip"]["assumptions"]
    if not flip["together"]:
        return "No number moves the chance towards turning at the edge of its range."
    names = ", ".join(f"{one['name']} {'up' if one['way'] > 0 else 'down'}" for one in flip["leading"])
    chances = "; ".join(f"{one['distance']:.2g} sd each: {_chance(one['chance'])}" for one in flip["together"])
    first = next((one for one in flip["together"] if one["turns"]), None)
    ending = f"the verdict turns at {first['distance']:.2g} sd" if first else "that does not turn the verdict"
    return f"The leading ones moved together ({names}): {chances}; {ending}."


# -- which number is worth finding out --------------------------------------------


def _worths(found: Account, leave_out: tuple[str, ...] = ()) -> Table | None:
    """Return the inputs that hold most of the uncertainty; None where it is unknown."""
    one = found["information"]
    head = (
        "input",
        "share of uncertainty",
        "EVPPI",
        "halt in its lower / upper half",
        "grade",
        "source",
        "what would help",
    )
    rows = [
        (row["called"], _share_with_error(row["share"], row["share_error"], 1), format_number(100 * row["evppi"], 2),
         f"{format_percent(row['low_half'])} / {format_percent(row['high_half'])}", row["grade"], row["source"],
         row["to_improve"])
        for row in (one["worths"] if one else [])[:TOP] if row["above"]
    ]  # fmt: skip
    shown = len(head) - len(leave_out)
    title = "What is worth finding out"
    return Table(head[:shown], [row[:shown] for row in rows], title) if rows else None


def _no_worth(found: Account) -> str:
    if found["information"] is None:
        return "The value of information is unknown: in these replicates a halt never comes, always comes, or cannot be judged."
    return "No input passes the line: more replicates are needed to tell, or no single number matters much."


# -- phrases ----------------------------------------------------------------------


def _standing(found: Account) -> str:
    position = {"can": "at or above", "cannot": "below", "undecided": "not distinguishable from"}[found["state"]]
    return f"{position} the {format_percent(found['can'])} that the verdict asks for"


def _place(one: Account) -> str:
    if one["distance"] is None:
        return f"{one['called']} = {one['written']}"
    return f"{one['called']} at {one['written']} ({_distance(one['distance'])} sd of its prior)"


def _distance(z: float | None) -> str:
    return "another option" if z is None else format_number(z, 1, signed=True)


def _chance(chance: list[float | None]) -> str:
    return format_chance(chance) if all(is_known(x) for x in chance) else "an unknown share"


def _with_error(value: float | None, error: float | None, digits: int = 3) -> str:
    return format_number(value, digits) + (f" ± {format_number(error, digits)}" if is_known(error) else "")


def _share_with_error(value: float | None, error: float | None, digits: int = 0) -> str:
    if not is_known(value):
        return "-"
    return format_percent(value, digits) + (f" ± {format_percent(error, digits)}" if is_known(error) else "")
