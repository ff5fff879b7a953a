"""What a search over levers and assumptions found to turn a verdict, each row judged by the rule of the verdict itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from scipy.special import ndtr

from sim.analysis.estimate import Estimate
from sim.foundation.format import (
    format_count,
    format_in_100,
    format_number,
    format_percent,
    format_two_digits,
    format_unit,
)
from sim.report.briefing.material import Study
from sim.report.briefing.views import NINETY, Account, View
from sim.report.screen import Table

MOST_LEADING = 8
"""Assumptions that are listed as leading."""

DECIDES = 0.5
"""Share of the variance from which leading assumptions can be said to decide a verdict."""

CONTRADICTED, UNDECIDED, REACHED = "contradicted", "undecided", "supported, unless less suffices there"
"""What the rule says of a chance in concert alone: what the base and single levers bring was not played in a search."""

ANEW = (
    "How to read an assumption that is moved: it is moved in the base too. The model takes the pace observed just before the "
    "start as what the stated forces, stocks and losses brought; with another number it reads that pace anew, so that every row "
    "begins at the same pace and something else has to explain it. The longer fit to the past is not repeated. A smaller stock "
    "that saw the same pace means a side that held with less, to which anything added may weigh more: a number that is lower "
    "can therefore make a halt likelier, which says nothing of taking the same away in the war. A row says what else one "
    "would have to believe, not what to do."
)

Row = tuple[str, str, str]


def sensitivity(
    account: Account,
    called: Mapping[str, str] | None = None,
    plain: Mapping[str, str] | None = None,
    stated: Mapping[str, str] | None = None,
) -> View:
    """Return what a search over levers and assumptions found to turn the verdict, and which assumptions lead.

    `called` says what to call levers and `plain` what to call assumptions; `stated` has the 90 % ranges of assumptions, in words.
    """
    rows: list[Row] = []
    said, names, can = "", plain or {}, float(account["can"])
    if flip := account.get("flip"):
        rows = [
            *_levers(flip["levers"], called or {}, can),
            *_assumptions(flip["assumptions"], names, stated or {}, can),
        ]
        said = _lead(flip, can, names, stated or {})
    head = ("changed", "a halt in concert then", "the verdict then")
    tables = [Table(head, rows, "", text_columns=3)] if rows else []
    details = [ANEW] if flip else []
    if worths := account.get("information", {}).get("worths"):
        leading = worths[:MOST_LEADING]
        carried = [(_named(one, names), _share(one), str(one["grade"])) for one in leading]
        head = ("assumption", "share of the verdict's variance", "grade")
        tables.append(Table(head, carried, "The assumptions that carry most of it, each alone"))
        details.append(_carried(format_count(len(leading), "assumption"), sum(float(one["share"]) for one in leading)))
    return View(said, details=details, tables=tables)


def by_the_rule(chance: Sequence[float], can: float) -> str:
    """Return the verdict for a chance in concert (low, value, high): contradicted where the whole interval lies below `can`."""
    low, _, high = (float(x) for x in chance)
    return CONTRADICTED if high < can else REACHED if low >= can else UNDECIDED


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


def _levers(levers: Mapping[str, Any], called: Mapping[str, str], can: float) -> list[Row]:
    """Return the strongest set of levers that was tried; the smallest and the cheapest that turn the verdict."""
    sets = format_count(int(levers["sets_tried"]), "set")
    found = [(f"the strongest of {sets} of levers", levers["best"])]
    if levers["smallest"]:
        found += [
            ("the smallest set of levers that turns it", levers["smallest"]),
            ("the cheapest", levers["cheapest"]),
        ]
    return [
        (f"{what}: {_package(one, called)}", format_in_100(one["chance"]), by_the_rule(one["chance"], can))
        if one
        else (what, "none in the ranges tried", "")
        for what, one in found
    ]


def _assumptions(
    found: Mapping[str, Any], plain: Mapping[str, str], stated: Mapping[str, str], can: float
) -> list[Row]:
    """Return the assumptions that turn the verdict alone, the one that gets furthest, and the leading ones together."""
    nearest, together = found["nearest"], found["together"]
    alone = list(nearest[:5])
    furthest = found.get("furthest")
    if furthest and furthest["name"] not in {one["name"] for one in nearest}:
        alone.append(furthest)
    rows = [(_held(one, plain, stated), format_in_100(one["chance"]), by_the_rule(one["chance"], can)) for one in alone]
    until = next((place for place, one in enumerate(together) if one["turns"]), len(together) - 1)
    what = "; ".join(_pushed(lead, plain) for lead in found["leading"]) + ": all at once"
    for one in together[: until + 1]:
        out = f"{what}, each {_deviations(one['distance'])} of its prior out"
        odds = _odds(float(ndtr(-one["distance"])) ** len(found["leading"]))
        rows.append(
            (f"{out} ({odds} draws of these priors, taken as independent, lies so far out on all)", format_in_100(one["chance"]),
             by_the_rule(one["chance"], can))
        )  # fmt: skip
        what = "the same"
    return rows


def _deviations(distance: float) -> str:
    return f"{distance:.2g} standard deviation{'' if distance == 1 else 's'}"


def _odds(chance: float) -> str:
    """Return a small chance as ``1 in 3,200``, two digits long."""
    return "less than 1 in a billion" if chance < 1e-9 else f"1 in {format_number(float(f'{1 / chance:.2g}'))}"


def _lead(flip: Mapping[str, Any], can: float, plain: Mapping[str, str], stated: Mapping[str, str]) -> str:
    """Say what the levers, single assumptions and the leading ones together can do, by the rule of the verdict."""
    levers, found = flip["levers"], flip["assumptions"]
    furthest = found.get("furthest")
    verdicts = {by_the_rule(one["chance"], can) for one in (levers["best"], levers["smallest"]) if one}
    moved = format_count(int(found["moved"]), "assumption")
    said = [_of_levers(verdicts, format_count(int(levers["sets_tried"]), "set"))]
    if found["nearest"]:
        said.append(
            f"Alone, {len(found['nearest'])} of {moved} can: the nearest is {_held(found['nearest'][0], plain, stated)}."
        )
    elif furthest and by_the_rule(furthest["chance"], can) == UNDECIDED:
        said.append(
            f"Of {moved} alone the one that gets furthest makes it undecided, {format_in_100(furthest['chance'])}: "
            f"{_held(furthest, plain, stated)}. None makes it supported."
        )
    else:
        said.append(f"None of {moved} alone does, as far as they were moved.")
    if turning := next((one for one in found["together"] if one["turns"]), None):
        said.append(
            f"The {len(found['leading'])} leading ones together do, each {_deviations(turning['distance'])} out."
        )
    return " ".join(said)


def _of_levers(verdicts: set[str], sets: str) -> str:
    if REACHED in verdicts:
        return f"A set of levers among {sets} turns the verdict."
    if UNDECIDED in verdicts:
        return f"The strongest of {sets} of levers, at up to the highest dose tried, makes the verdict undecided."
    return f"None of {sets} of levers turns the verdict, at up to the highest dose tried."


def _named(one: Mapping[str, Any], plain: Mapping[str, str]) -> str:
    return plain.get(str(one["name"]), str(one.get("called") or one["name"]))


def _pushed(lead: Mapping[str, Any], plain: Mapping[str, str]) -> str:
    return f"{_named(lead, plain)} {'higher' if lead['way'] > 0 else 'lower'}"


def _held(one: Mapping[str, Any], plain: Mapping[str, str], stated: Mapping[str, str]) -> str:
    """Return an assumption held at a value; how far out in its prior that is, and its stated range, where they are known."""
    number, _, unit = str(one["written"]).partition(" ")
    said = f"{_named(one, plain)} held at {number} {format_unit(unit)}".rstrip()
    if not one.get("distance"):
        return said
    side = "below" if one["distance"] < 0 else "above"
    said += f", {_deviations(abs(one['distance']))} of its prior {side} what is stated"
    ends = stated.get(str(one["name"]), "")
    where = "outside" if abs(one["distance"]) > NINETY else "inside"
    return f"{said}, {where} its 90 % range{f' of {ends}' if ends else ''}"


def _package(one: Mapping[str, Any], called: Mapping[str, str]) -> str:
    dose = "" if one["factor"] == 1 else f", {one['factor']:.3g} times the dose"
    return ", ".join(called.get(lever, lever.replace("_", " ")) for lever in one["levers"]) + dose


def _share(one: Mapping[str, Any]) -> str:
    share, reach = float(one["share"]), NINETY * float(one["share_error"])
    return format_two_digits(Estimate(share, max(0.0, share - reach), min(1.0, share + reach)), "%", scale=100)
