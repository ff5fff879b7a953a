"""Studies that a run does not hold, as they stand on a page: from what their commands print with ``--json``.

Long and shortened accounts (as the documentation keeps them) are read alike. An account that is not of the shape that its
command prints raises one of `MISSHAPEN`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite, nan
from typing import Any

import numpy as np
from scipy.special import ndtri

from sim.analysis.estimate import Estimate
from sim.foundation.format import (
    format_count,
    format_date,
    format_in_100,
    format_list,
    format_number,
    format_percent,
    format_two_digits,
    format_unit,
)
from sim.report.briefing.figures import SHARES, axis, csv_link, span, strip
from sim.report.briefing.material import Study
from sim.report.briefing.message import median_and_ends, spread_of
from sim.report.briefing.past import leaning, missed_by
from sim.report.briefing.sections import MOST_ROWS, Chart, Row, bar_at, chances_axis, shares
from sim.report.screen import Table

Account = Any

MOST_LEADING = 8
"""Assumptions that are listed as leading."""

DECIDES = 0.5
"""Share of the variance from which leading assumptions can be said to decide a verdict."""

MISSHAPEN = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError)
"""What an account of another shape than its command prints ends in."""

NINETY = float(ndtri(0.95))
"""Standard errors on either side of an estimate that make a 90 % interval."""

THRESHOLDS = {
    "halt_rate": "pace below which it is a halt",
    "halt_days": "days that a halt must last",
    "halt_within_days": "days within which it must begin",
    "can": "chance from which levers can",
    "cannot": "chance below which they cannot",
}


@dataclass(frozen=True)
class View:
    """What a section says of a study: a sentence, lines below it, figures, tables."""

    sentence: str
    details: Sequence[str] = ()
    charts: Sequence[Chart] = ()
    tables: Sequence[Table] = ()


def view(study: Study, called: Mapping[str, str] | None = None, plain: Mapping[str, str] | None = None) -> View:
    """Return how a study other than a factorial stands on the page; raises one of `MISSHAPEN` for a wrong account.

    `called` says what to call levers, by their names; `plain` what to call assumptions, by their keys.
    """
    if study.kind == "sensitivity":
        return sensitivity(study.account, called, plain)
    return _VIEWS[study.kind](study.account)


def check(study: Study) -> None:
    """Raise one of `MISSHAPEN` if a study cannot be shown."""
    if study.kind == "factorial":
        shares(study)
    else:
        view(study)


# -- controls: expected and found ------------------------------------------------------


def controls(account: Account) -> View:
    """Return what each control should do and did, those that fail first: in per cent of the base's gain where that is told."""
    ranked = sorted(account, key=lambda one: bool(one["holds"]))
    shares = all(one.get("share_of_base") and one["effect_km2"][1] for one in ranked)
    unit = "%" if shares else "km²"
    found = [_effect(one, shares) for one in ranked]
    expected = [_expected(one) if shares else None for one in ranked]
    low, high = span([*found, *(one for one in expected if one)])
    rows = [
        _control(one, effect, ends, (low, high), unit)
        for one, effect, ends in zip(ranked, found, expected, strict=True)
    ]
    csv = csv_link(
        ("control", "expected", "low km2", "effect km2", "high km2", "holds"),
        [(one["name"], one["expected"], *one["effect_km2"], one["holds"]) for one in ranked],
    )
    title = f"{sum(bool(one['holds']) for one in ranked)} of {len(rows)} controls hold"
    what = "Change of the base's net gain, % of it" if shares else "Change of the net gain, km²"
    ranges = "; grey: the range expected, where there is one" if any(expected) else ""
    return View(
        "",
        charts=[
            Chart(title, f"{what}, 90 % intervals{ranges}", rows, csv, ["expected", "found"], axis(low, high), unit)
        ],
    )


def _control(
    one: Mapping[str, Any], found: Estimate, expected: Estimate | None, axis: tuple[float, float], unit: str
) -> Row:
    kind, nothing = "arm" if one["holds"] else "against", Estimate(nan, 0.0, 0.0)
    numbers = [_expected_in_words(one, expected), format_two_digits(found, unit, signed=True)]
    strips = [strip(expected or nothing, *axis, "base"), strip(found, *axis, kind)]
    return Row(str(one.get("label") or one["name"]), numbers, strips, "" if one["holds"] else "fails")


def _effect(one: Mapping[str, Any], shares: bool) -> Estimate:
    """Return the effect of a control in per cent of the base's net gain, or in km2."""
    low, mean, high = (float(x) for x in one["effect_km2"])
    estimate = Estimate(mean, low, high, unit="km2")
    return estimate.times(100 * float(one["share_of_base"]) / mean, "1") if shares else estimate


def _expected(one: Mapping[str, Any]) -> Estimate | None:
    """Return the range expected as an interval without a value; None where only the sign is."""
    ends = one.get("range")
    return Estimate(nan, 100 * float(ends[0]), 100 * float(ends[1])) if ends else None


def _expected_in_words(one: Mapping[str, Any], ends: Estimate | None) -> str:
    sign = {"below": "less", "above": "more"}.get(str(one["expected"]), str(one["expected"]))
    return f"{sign}, {format_number(ends.low)} to {format_number(ends.high)} %" if ends else sign


# -- against the past ------------------------------------------------------------------


def against_the_past(account: Account) -> View:
    """Return forecasts and what came, by date, with the misses counted by year and side and the scores against simple rivals."""
    name = next((name for name, one in account.items() if isinstance(one, dict) and "origins" in one), "")
    column = account[name]
    total = column["total"]
    found = _forecasts(column)
    misses, inside = ([row for row in found if bool(missed_by(row[2])) is wanted] for wanted in (True, False))
    latest = inside[-(MOST_ROWS - len(misses)) :] if len(misses) < MOST_ROWS else []
    shown = sorted(misses + latest, key=lambda row: row[:2])
    low, high = span([one for *_, case in shown for one in (_came(case), _forecast(case))])
    rows = [
        Row(
            f"from {format_date(date, short=True)}, {weeks} weeks",
            [_forecast_in_words(one), f"{format_number(one['observed'])} km²"],
            [strip(_forecast(one), low, high, "base"), strip(_came(one), low, high)],
            {1: "came out above", -1: "came out below", 0: ""}[missed_by(one)],
        )
        for date, weeks, one in shown
    ]
    others = f"; {len(found) - len(shown)} more, all inside, stand in the data" if len(found) > len(shown) else ""
    csv = csv_link(
        ("origin", "weeks", "low km2", "median km2", "high km2", "observed km2"),
        [(date, weeks, one["low"], one["median"], one["high"], one["observed"]) for date, weeks, one in found],
    )
    share = format_percent(len(misses) / len(found))
    title = f"What came lies outside the 90 % range of {len(misses)} of {format_count(len(found), 'forecast')}: {share}, not 10 %"
    subtitle = (
        f"Net gain after so many weeks, km²; misses by the day they start from; inputs {name}. Above: the median war and where "
        f"90 of 100 wars lie; below: what came"
    )
    best = str(total["best_naive"]).replace("_", " ")
    return View(
        f"{held_of_the_past(column)} Skill {_skill(total)} against the best simple rival ({best}), where 0 is no better.",
        details=[
            *leaning([(date, missed_by(one)) for date, _, one in found]),
            *_against_chosen(column),
            _halts(column),
        ],
        charts=[Chart(title, subtitle + others, rows, csv, ["forecast", "what came"], axis(low, high), "km²")],
    )


def evidence(study: Study | None) -> str:
    """Return how the model did against the past, for the message; nothing where no study tells."""
    if study is None:
        return ""
    column = next(one for one in study.account.values() if isinstance(one, dict) and "origins" in one)
    held = held_of_the_past(column)
    return f"Against the past: {held[:1].lower()}{held[1:]}"


def _forecasts(column: Mapping[str, Any]) -> list[tuple[str, int, Mapping[str, Any]]]:
    """Return every forecast of the gain after some weeks of which it is known what came: origin, weeks, numbers; by date."""
    found = [
        (date, int(weeks), one)
        for date, scores in column["origins"].items()
        for weeks, one in scores["cumulative"].items()
        if isfinite(one["observed"])
    ]
    return sorted(found, key=lambda row: row[:2])


def held_of_the_past(column: Mapping[str, Any]) -> str:
    """Say how often what came lay where 90 of 100 wars did, after four weeks and after more, beside how often it should have."""
    total, longer = column["total"], _forecasts(column)
    inside = sum(not missed_by(one) for *_, one in longer)
    after = (
        f" and {inside} of {len(longer)} longer forecasts ({format_percent(inside / len(longer))})" if longer else ""
    )
    return (
        f"What came lay where 90 of 100 simulated wars did in {_covered(total)} of four weeks "
        f"({format_percent(float(total['coverage_90']))}){after}, where 90 % would be right."
    )


def _forecast_in_words(one: Mapping[str, Any]) -> str:
    median, ends = median_and_ends(_forecast(one), "km²")
    return f"{median}; {spread_of(_forecast(one))} {ends}"


def _covered(total: Mapping[str, Any]) -> str:
    windows = int(total["n_windows"])
    return f"{round(windows * float(total['coverage_90']))} of {format_count(windows, 'window')}"


def _against_chosen(column: Mapping[str, Any]) -> list[str]:
    """Say the skill against the rival that had been best before each origin: nobody could choose a better one then."""
    chosen = column.get("chosen", {}).get("all")
    if not chosen:
        return []
    return [
        f"Against the rival that had been best at earlier origins, which could be known then: skill {_skill(chosen)}."
    ]


def _halts(column: Mapping[str, Any]) -> str:
    """Say how many halts came, and how many would in nine of ten cases if the chances given were right."""
    judged = [one["halt"] for one in column["origins"].values() if one["halt"]["happened"] is not None]
    chances, seen = [float(one["chance"]) for one in judged], sum(bool(one["happened"]) for one in judged)
    law = np.ones(1)
    for chance in chances:  # Poisson's binomial: the number of halts among independent origins
        law = np.convolve(law, [1 - chance, chance])
    low, high = (int(np.searchsorted(law.cumsum(), share)) for share in (0.05, 0.95))
    return (
        f"Halts without any lever: {seen} seen from {format_count(len(chances), 'origin')}; with the chances "
        f"given, {low} to {high} would come in nine of ten cases."
    )


def _forecast(one: Mapping[str, Any]) -> Estimate:
    return Estimate(float(one["median"]), float(one["low"]), float(one["high"]), unit="km2")


def _came(one: Mapping[str, Any]) -> Estimate:
    came = float(one["observed"])
    return Estimate(came, came, came, unit="km2")


def _skill(total: Mapping[str, Any]) -> str:
    skill, reach = float(total["skill"]), NINETY * float(total["skill_se"])
    return format_two_digits(Estimate(skill, skill - reach, skill + reach), "%", signed=True, scale=100)


# -- what would overturn it --------------------------------------------------------------


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
            f"{one['shipped']:g} {format_unit(one['unit'])}".strip(),
            _flips(one),
        )
        for one in account["thresholds"]
        if one["question"] == "halt"
    ]
    table = Table(
        ("threshold", "as stated", "the verdict turns"), flips, "Thresholds moved one at a time", text_columns=3
    )
    can = next((float(one["shipped"]) for one in account["thresholds"] if one["name"] == "can"), None)
    bar = None if can is None else bar_at(can)
    return View(
        "",
        charts=[Chart(title, subtitle, rows, csv, ["in concert"], chances_axis(), "wars in 100", bar)],
        tables=[table],
    )


def _flips(scan: Mapping[str, Any]) -> str:
    unit = format_unit(scan["unit"])
    turns = [f"to {flip['verdict']} from {flip['from']:g} {unit}".strip() for flip in scan["flips"]]
    return "; ".join(turns) or "nowhere on the grid"


ANEW = (
    "How to read an assumption that is moved: it is moved in the base too. The model takes the pace observed just before the "
    "start as what the stated forces, stocks and losses brought; with another number it reads that pace anew (it is anchored "
    "anew), so that every row begins at the same pace and something else has to explain it. The longer fit to the past is not "
    "repeated. A smaller stock that saw the same pace means a side that held with less, to which anything added may weigh more: "
    "a number that is lower can therefore make a halt likelier, though taking the same away in the war would make it rarer. A "
    "row says what else one would have to believe, not what to do."
)


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


_VIEWS: dict[str, Callable[[Account], View]] = {
    "controls": controls,
    "hindcast": against_the_past,
    "robustness": robustness,
}
