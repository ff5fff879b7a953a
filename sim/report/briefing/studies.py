"""Studies that a run does not hold, as they stand on a page: from what their commands print with ``--json``.

Long and shortened accounts (as the documentation keeps them) are read alike. An account that is not of the shape that its
command prints raises one of `MISSHAPEN`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import inf, isfinite, nan
from typing import Any

import numpy as np
from scipy.special import ndtri

from sim.analysis.estimate import Estimate
from sim.foundation.format import (
    format_count,
    format_date,
    format_in_100,
    format_number,
    format_percent,
    format_two_digits,
    format_unit,
)
from sim.report.briefing.figures import csv_link, span, strip
from sim.report.briefing.material import Study
from sim.report.briefing.sections import MOST_ROWS, Chart, Row, shares
from sim.report.screen import Table

Account = Any

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


def view(study: Study, called: Mapping[str, str] | None = None) -> View:
    """Return how a study other than a factorial stands on the page; raises one of `MISSHAPEN` for a wrong account.

    `called` says what to call levers, by their names.
    """
    if study.kind == "sensitivity":
        return sensitivity(study.account, called)
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
        charts=[Chart(title, f"{what}, 90 % intervals{ranges}. A hollow dot fails", rows, csv, ["expected", "found"])],
    )


def _control(
    one: Mapping[str, Any], found: Estimate, expected: Estimate | None, axis: tuple[float, float], unit: str
) -> Row:
    kind, nothing = "arm" if one["holds"] else "unclear", Estimate(nan, 0.0, 0.0)
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
    """Return forecasts and what came, the worst misses first, with the scores against the best simple rival."""
    name = next((name for name, one in account.items() if isinstance(one, dict) and "origins" in one), "")
    column = account[name]
    total = column["total"]
    found = [
        (_miss(one), date, int(weeks), one)
        for date, scores in column["origins"].items()
        for weeks, one in scores["cumulative"].items()
        if isfinite(one["observed"])
    ]
    found.sort(key=lambda row: (-row[0], row[1], row[2]))
    low, high = span([_came(one) for *_, one in found] + [_forecast(one) for *_, one in found])
    rows = [
        Row(
            f"from {date}, {weeks} weeks",
            [format_two_digits(_forecast(one), "km²"), f"{format_number(one['observed'])} km²"],
            [strip(_forecast(one), low, high, "base"), strip(_came(one), low, high)],
            "missed" if miss > 1 else "",
        )
        for miss, date, weeks, one in found
    ]
    missed = sum(miss > 1 for miss, *_ in found)
    shown = max(missed, MOST_ROWS)
    others = f"; {len(found) - shown} more, all inside, stand in the data" if len(found) > shown else ""
    csv = csv_link(
        ("origin", "weeks", "low km2", "median km2", "high km2", "observed km2"),
        [(date, weeks, one["low"], one["median"], one["high"], one["observed"]) for _, date, weeks, one in found],
    )
    title = f"What came lies outside the 90 % interval of {missed} of {format_count(len(found), 'forecast')}"
    subtitle = f"Net gain after so many weeks, km²; misses first; inputs {name}. Above: forecast, median and 90 %; below: what came"
    best = str(total["best_naive"]).replace("_", " ")
    return View(
        f"The 90 % interval held {_covered(total)} of four weeks, {format_percent(float(total['coverage_90']))} where 90 % "
        f"would be right. Skill {_skill(total)} against the best simple rival ({best}), where 0 is no better.",
        details=[
            *_against_chosen(column),
            _halts(column),
        ],
        charts=[Chart(title, subtitle + others, rows[:shown], csv, ["forecast", "what came"])],
    )


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


def halts_of_the_record(study: Study | None) -> str:
    """Say how often a halt as defined came in the observed past, for the ladder; what to do where no study tells."""
    if study is None:
        return "How often such halts came in the observed past is told by a study that is not at hand: sim hindcast."
    column = next(one for one in study.account.values() if isinstance(one, dict) and "origins" in one)
    told = {
        day: bool(one["halt"]["happened"])
        for day, one in column["origins"].items()
        if one["halt"]["happened"] is not None
    }
    halted = [day for day, happened in told.items() if happened]
    last = f", the last of them {format_date(max(halted))}" if halted else ""
    rule = study.account["run"].get("halt") or {}
    meant = f" ({rule['rate']:g} km² per day, {rule['days']:g} days, within {rule['within']:g})" if rule else ""
    return (
        f"The record: without any of these levers a halt{meant} followed {len(halted)} of {format_count(len(told), 'origin')} "
        f"of the hindcast{last}. Windows of neighbouring origins overlap: these are few independent cases."
    )


def _miss(one: Mapping[str, Any]) -> float:
    """Return how far what came lies from the median, in widths of the interval on its side; above 1 it is outside."""
    apart = one["observed"] - one["median"]
    side = one["high"] - one["median"] if apart > 0 else one["median"] - one["low"]
    return float(abs(apart) / side) if side > 0 else inf if apart else 0.0


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
            str(one["label"]), [format_in_100(chance)], [strip(chance, 0.0, 1.0, "arm" if one in others else "unclear")],
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
        f"Chance of a halt in concert, 0 to 100 in 100, by variant; {int(account['replicates'])} replicates per arm"
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
    return View("", charts=[Chart(title, subtitle, rows, csv, ["in concert"])], tables=[table])


def _flips(scan: Mapping[str, Any]) -> str:
    unit = format_unit(scan["unit"])
    turns = [f"to {flip['verdict']} from {flip['from']:g} {unit}".strip() for flip in scan["flips"]]
    return "; ".join(turns) or "nowhere on the grid"


ANEW = (
    "An assumption is moved in the base too, and the base is calibrated anew to the pace that was observed: a row says what else "
    "would hold if the past had come about with this number, not what changing it in the war would do."
)


def sensitivity(account: Account, called: Mapping[str, str] | None = None) -> View:
    """Return what a search over levers and assumptions found to turn the verdict, and which assumptions lead."""
    rows: list[tuple[str, str]] = []
    turned = False
    if flip := account.get("flip"):
        rows, turned = _searched(flip, called or {})
    tables = [Table(("changed", "then"), rows, "", text_columns=2)] if rows else []
    if worths := account.get("information", {}).get("worths"):
        carried = [(str(one["called"]), _share(one), str(one["grade"])) for one in worths[:8]]
        head = ("assumption", "share of the verdict's variance", "grade")
        tables.append(Table(head, carried, "The assumptions that carry most of it"))
    said = "A search found changes that turn the verdict." if turned else "No change that was tried turns the verdict."
    line = f"It turns where the whole interval reaches {format_number(100 * account['can'])} in 100."
    return View(f"{said} {line}" if flip else "", details=(ANEW,) if flip else (), tables=tables)


def shares_of_variance(study: Study | None) -> dict[str, str]:
    """Return what share of the verdict's variance each assumption carries, by its key, where a study of sensitivity tells."""
    worths = study.account.get("information", {}).get("worths", []) if study else []
    return {str(one["name"]): _share(one) for one in worths}


def _searched(flip: Mapping[str, Any], called: Mapping[str, str]) -> tuple[list[tuple[str, str]], bool]:
    levers, assumptions = flip["levers"], flip["assumptions"]
    rows = [
        ("smallest set of levers that turns it", _package(levers["smallest"], called)),
        ("cheapest", _package(levers["cheapest"], called)),
        (
            f"most that any of {format_count(int(levers['sets_tried']), 'set')} of levers brought",
            _package(levers["best"], called),
        ),
    ]
    nearest, together = assumptions["nearest"], assumptions["together"]
    rows += [
        (f"{one['called']} held at {one['written']}{_out(one)}", f"turns it: {format_in_100(one['chance'])}")
        for one in nearest[:5]
    ]
    if not nearest:
        rows.append(
            (
                f"each of {format_count(int(assumptions['moved']), 'assumption')} alone",
                "none turns it in the ranges tried",
            )
        )
    if one := assumptions.get("furthest"):
        rows.append(
            (
                f"of these the furthest: {one['called']} held at {one['written']}{_out(one)}",
                format_in_100(one["chance"]),
            )
        )
    if together:
        one, leading = together[-1], format_count(len(assumptions["leading"]), "leading assumption")
        what = f"{leading} together, {one['distance']:.2g} standard deviations out"
        rows.append((what, f"{'turns it' if one['turns'] else 'does not turn it'}: {format_in_100(one['chance'])}"))
    return rows, bool(levers["smallest"] or nearest or any(one["turns"] for one in together))


def _out(one: Mapping[str, Any]) -> str:
    """Return how far out in its range an assumption is held, where that is known."""
    return f", {abs(one['distance']):.2g} standard deviations out" if one.get("distance") else ""


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
