"""What would overturn a verdict, on a page: variants of the model, thresholds, more of the levers, other assumptions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import nan
from typing import Any

from sim.analysis.estimate import Estimate
from sim.foundation.format import (
    format_count,
    format_in_100,
    format_list,
    format_number,
    format_percent,
    format_two_digits,
    format_unit,
)
from sim.report.briefing.figures import SHARES, csv_link, strip
from sim.report.briefing.material import Study
from sim.report.briefing.sections import Chart, Row, bar_at, chances_axis
from sim.report.briefing.views import NINETY, Account, View
from sim.report.screen import Table

THRESHOLDS = {
    "halt_rate": "pace below which it is a halt",
    "halt_days": "days that a halt must last",
    "halt_within_days": "days within which it must begin",
    "can": "chance from which levers can",
    "cannot": "chance below which they cannot",
}

CHANCES = ("can", "cannot")
"""Thresholds that are chances."""


MOST_LEADING = 8
"""Assumptions that are listed as leading."""


DECIDES = 0.5
"""Share of the variance from which leading assumptions can be said to decide a verdict."""


ANEW = (
    "How to read an assumption that is moved: it is moved in the base too. The model takes the pace observed just before the "
    "start as what the stated forces, stocks and losses brought; with another number it reads that pace anew (it is anchored "
    "anew), so that every row begins at the same pace and something else has to explain it. The longer fit to the past is not "
    "repeated. A smaller stock that saw the same pace means a side that held with less, to which anything added may weigh more: "
    "a number that is lower can therefore make a halt likelier, which says nothing of taking the same away in the war. A row "
    "says what else one would have to believe, not what to do."
)


def robustness(account: Account) -> View:
    """Return which variants of the model and which thresholds turn the verdict on a halt."""
    variants, verdict, level = account["variants"], account["verdict"], float(account["interval"])
    others = [one for one in variants[1:] if one["halt"]["verdict"] != verdict]
    chances = [_estimate(one["halt"]["joint"], level) for one in variants]
    rows = [
        Row(
            str(one["label"]), [format_in_100(chance)], [strip(chance, *SHARES, "against" if one in others else "arm")],
            one["halt"]["verdict"] if one in others else "",
        )
        for one, chance in zip(variants, chances, strict=True)
    ]  # fmt: skip
    csv = csv_link(
        ("variant", "low", "chance in concert", "high", "verdict"),
        [
            (one["label"], c.low, c.value, c.high, one["halt"]["verdict"])
            for one, c in zip(variants, chances, strict=True)
        ],
    )
    tried = len(variants) - 1
    title = f"{len(others)} of {format_count(tried, 'variant')} turn the verdict: {verdict} as shipped"
    if not others:
        title = f"None of {format_count(tried, 'variant')} of the model turns the verdict: {verdict} in all"
    subtitle = (
        f"Chance of a halt in concert by variant; dots with {format_percent(level)} intervals, "
        f"{int(account['replicates'])} replicates per arm"
    )
    flips = [
        (
            THRESHOLDS.get(one["name"], str(one["name"])),
            _threshold(one, float(one["shipped"])),
            _flips(one, verdict),
        )
        for one in account["thresholds"]
        if one["question"] == "halt"
    ]
    table = Table(
        ("threshold", "as stated", "the verdict then"),
        flips,
        "Thresholds moved one at a time; a halt that is easily had comes without all levers too, which contradicts as well",
        text_columns=3,
    )
    can = next((float(one["shipped"]) for one in account["thresholds"] if one["name"] == "can"), None)
    bar = None if can is None else bar_at(can)
    return View(
        "",
        charts=[Chart(title, subtitle, rows, csv, ["in concert"], chances_axis(), "wars in 100", bar)],
        tables=[table],
    )


def _threshold(scan: Mapping[str, Any], value: float) -> str:
    """Return a threshold with its unit; chances in wars of 100."""
    if scan["name"] in CHANCES:
        return f"{100 * value:g} of 100 wars"
    return f"{value:g} {format_unit(scan['unit'])}".strip()


def _flips(scan: Mapping[str, Any], verdict: str) -> str:
    """Say where the verdict turns when a threshold is moved down or up from what is stated."""
    stated, said, above = float(scan["shipped"]), [], verdict
    flips = list(scan["flips"])
    for flip, before in zip(flips, [None, *flips], strict=False):
        if float(flip["from"]) > stated:
            again = " again" if flip["verdict"] == verdict != above else ""
            said.append(f"{flip['verdict']}{again} from {_threshold(scan, float(flip['from']))} up")
            above = flip["verdict"]
        else:
            turned = before["verdict"] if before else "another verdict"
            said.append(f"{turned} at {_threshold(scan, float(flip['after']))}{'' if before else ' or less'}")
    return "; ".join(said) or "stays, wherever it was tried"


def sensitivity(
    account: Account, called: Mapping[str, str] | None = None, plain: Mapping[str, str] | None = None
) -> View:
    """Return what a search over levers and assumptions found to turn the verdict, and which assumptions lead."""
    rows: list[tuple[str, str]] = []
    turned, names = "", plain or {}
    if flip := account.get("flip"):
        rows, turned = _searched(flip, called or {}, names)
    tables = [Table(("changed", "then a halt in concert comes in"), rows, "", text_columns=2)] if rows else []
    details = [ANEW] if flip else []
    if worths := account.get("information", {}).get("worths"):
        leading = worths[:MOST_LEADING]
        carried = [(_named(one, names), _share(one), str(one["grade"])) for one in leading]
        head = ("assumption", "share of the verdict's variance", "grade")
        tables.append(Table(head, carried, "The assumptions that carry most of it, each alone"))
        details.append(_carried(format_count(len(leading), "assumption"), sum(float(one["share"]) for one in leading)))
    line = f"It turns where the whole interval reaches {format_number(100 * account['can'])} in 100."
    return View(f"{turned} {line}" if flip else "", details=details, tables=tables)


def _carried(assumptions: str, share: float) -> str:
    """Say how much of the verdict's variance the leading assumptions carry together, and where the rest lies."""
    carried = f"the {assumptions} below carry {format_percent(share)} one by one."
    said = f"Of what makes one simulated war halt and another not (the verdict's variance), {carried}"
    if share >= DECIDES:
        return said
    rest = "the noise of single wars, in combinations, and in numbers whose own share is too small to tell"
    return f"{said} The rest lies in {rest}."


def shares_of_variance(study: Study | None) -> dict[str, str]:
    """Return what share of the verdict's variance each assumption carries, by its key, where a study of sensitivity tells."""
    worths = study.account.get("information", {}).get("worths", []) if study else []
    return {str(one["name"]): _share(one) for one in worths}


def _searched(
    flip: Mapping[str, Any], called: Mapping[str, str], plain: Mapping[str, str]
) -> tuple[list[tuple[str, str]], str]:
    """Return what was tried with what came of it, and in a sentence what turns the verdict."""
    levers, assumptions = flip["levers"], flip["assumptions"]
    sets = format_count(int(levers["sets_tried"]), "set")
    rows = [(f"the strongest of {sets} of levers", _package(levers["best"], called))]
    if levers["smallest"]:
        rows.append(("the smallest set of levers that turns it", _package(levers["smallest"], called)))
        rows.append(("the cheapest", _package(levers["cheapest"], called)))
    nearest, together = assumptions["nearest"], assumptions["together"]
    rows += [(_held(one, plain), f"{format_in_100(one['chance'])}: turns it") for one in nearest[:5]]
    moved = format_count(int(assumptions["moved"]), "assumption")
    if not nearest:
        rows.append((f"each of {moved} alone, as far as tried", "nowhere often enough"))
    furthest = assumptions.get("furthest")
    if furthest and furthest["name"] not in {one["name"] for one in nearest}:
        rows.append((f"the furthest: {_held(furthest, plain)}", format_in_100(furthest["chance"])))
    turning = next((one for one in together if one["turns"]), None)
    for one in together[-1:] if turning is None else [turning]:
        named = [_pushed(lead, plain) for lead in assumptions["leading"]]
        what = f"{'; '.join(named)}: all at once, each {one['distance']:.2g} standard deviations of its prior out"
        rows.append((what, f"{format_in_100(one['chance'])}{': turns it' if one['turns'] else ''}"))
    found = [
        "a set of levers" if levers["smallest"] else "",
        f"one of {moved} alone, far out in its range" if nearest else "",
        "the leading assumptions together" if turning else "",
    ]
    said = [one for one in found if one]
    no_lever = "" if levers["smallest"] else f" None of {sets} of levers does, at up to the highest dose tried."
    if not said:
        return rows, "No change that was tried turns the verdict."
    return rows, f"A search found changes that turn the verdict: {format_list(said)}.{no_lever}"


def _named(one: Mapping[str, Any], plain: Mapping[str, str]) -> str:
    return plain.get(str(one["name"]), str(one.get("called") or one["name"]))


def _pushed(lead: Mapping[str, Any], plain: Mapping[str, str]) -> str:
    return f"{_named(lead, plain)} {'higher' if lead['way'] > 0 else 'lower'}"


def _held(one: Mapping[str, Any], plain: Mapping[str, str]) -> str:
    """Return an assumption held at a value; how far out in its prior that is, where it is known."""
    number, _, unit = str(one["written"]).partition(" ")
    said = f"{_named(one, plain)} held at {number} {format_unit(unit)}".rstrip()
    if not one.get("distance"):
        return said
    side = "below" if one["distance"] < 0 else "above"
    return f"{said}, {abs(one['distance']):.2g} standard deviations of its prior {side} what is stated"


def _package(one: Mapping[str, Any] | None, called: Mapping[str, str]) -> str:
    if one is None:
        return "none in the ranges tried"
    dose = "" if one["factor"] == 1 else f", {one['factor']:.3g} times the dose"
    names = ", ".join(called.get(lever, lever.replace("_", " ")) for lever in one["levers"])
    return f"{names}{dose}: {format_in_100(one['chance'])}"


def _share(one: Mapping[str, Any]) -> str:
    share, reach = float(one["share"]), NINETY * float(one["share_error"])
    return format_two_digits(Estimate(share, max(0.0, share - reach), min(1.0, share + reach)), "%", scale=100)


def _estimate(triple: Sequence[float | None], level: float) -> Estimate:
    low, value, high = (nan if x is None else float(x) for x in triple)
    return Estimate(value, low, high, level)
