"""The observed past: forecasts and what came, on which side they missed, from which years the record's halts come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any

import numpy as np

from sim.analysis.estimate import Estimate
from sim.foundation.format import (
    format_count,
    format_date,
    format_list,
    format_number,
    format_percent,
    format_two_digits,
)
from sim.report.briefing.figures import axis, csv_link, span, strip
from sim.report.briefing.material import Study
from sim.report.briefing.message import median_and_ends, spread_of
from sim.report.briefing.sections import MOST_ROWS, Chart, Row
from sim.report.briefing.views import NINETY, Account, View

ROOM = 0.3
"""Share of what came by which the axis of forecasts goes on beyond it on either side; wider ranges are cut off."""

FEWEST_LEANING = 3
"""Misses on one side that are called a lean."""

RIVALS = {
    "recent": "the mean of the last {} weeks",
    "climatology": "any four weeks of the last {}",
    "persistence": "the last pace carried on",
    "damped trend": "a trend that levels out",
}
"""By what the name of a naive forecast begins with, what it is."""


def against_the_past(account: Account) -> View:
    """Return forecasts and what came, by date, with the misses counted by year and side and the scores against simple rivals."""
    name = next((name for name, one in account.items() if isinstance(one, dict) and "origins" in one), "")
    column = account[name]
    total = column["total"]
    found = _forecasts(column)
    misses, inside = ([row for row in found if bool(missed_by(row[2])) is wanted] for wanted in (True, False))
    latest = inside[-(MOST_ROWS - len(misses)) :] if len(misses) < MOST_ROWS else []
    shown = sorted(misses + latest, key=lambda row: row[:2])
    low, high = span([_came(case) for *_, case in shown], margin=ROOM)
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
    cut = ". Arrows: the range goes on" if any(one.cut for row in rows for one in row.strips) else ""
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
    best = rival(str(total["best_naive"]))
    return View(
        f"{held_of_the_past(column)} Skill {_skill(total)} against the best simple rival ({best}), where 0 is no better"
        f"{_of_the_last_year(column)}.",
        details=[
            *leaning([(date, missed_by(one)) for date, _, one in found]),
            *_against_chosen(column),
            _halts(column),
        ],
        charts=[Chart(title, subtitle + others + cut, rows, csv, ["forecast", "what came"], axis(low, high), "km²")],
    )


def evidence(study: Study | None) -> str:
    """Return how the model did against the past, for the message; nothing where no study tells."""
    if study is None:
        return ""
    column = next(one for one in study.account.values() if isinstance(one, dict) and "origins" in one)
    held = held_of_the_past(column)
    said = [f"Against the past: {held[:1].lower()}{held[1:]}", _direction(column), study.warning]
    return " ".join(one for one in said if one)


def _direction(column: Mapping[str, Any]) -> str:
    """Say on which side the latest forecasts missed, what halts the last year had let expect, and what that means here."""
    run = _latest_on_one_side([(date, side) for date, _, one in _forecasts(column) if (side := missed_by(one))])
    if not run:
        return ""
    much, (first, side), halts = "little" if run[0][1] > 0 else "much", run[0], _halts_of_the_last_year(column)
    said = f"All {len(run)} misses of forecasts that start on {format_date(first)} or later expected too {much} advance"
    if not halts:
        return f"{said}."
    year, expected, seen, origins = halts
    came = "none did" if not seen else f"{seen} did"
    said = f"{said}; of {format_count(origins, 'start')} in {year} it expected {expected:.1f} to halt and {came}."
    rarer = "rarer" if side > 0 and expected > seen else "more frequent" if side < 0 and expected < seen else ""
    return f"{said} If it errs so again, a halt is {rarer} than stated here." if rarer else said


def _halts_of_the_last_year(column: Mapping[str, Any]) -> tuple[str, float, int, int] | None:
    """Return the last year with judged origins, the halts that it had let expect, those seen, and its origins."""
    judged = [
        (day, one["halt"]) for day, one in sorted(column["origins"].items()) if one["halt"]["happened"] is not None
    ]
    if not judged:
        return None
    year = judged[-1][0][:4]
    halts = [one for day, one in judged if day.startswith(year)]
    return year, sum(float(one["chance"]) for one in halts), sum(bool(one["happened"]) for one in halts), len(halts)


def rival(name: str) -> str:
    """Return what a naive forecast is, in words; its name where it is none that is known."""
    words, _, weeks = name.replace("_", " ").rpartition(" ")
    said = RIVALS.get(words if weeks.isdigit() else name.replace("_", " "))
    return said.format(weeks) if said else name.replace("_", " ")


def _of_the_last_year(column: Mapping[str, Any]) -> str:
    """Return the score of the forecasts that start in the last year alone, which is the war that the simulated ones begin in.

    As that of all: the rival is the one that did best on just these, known only afterwards.
    """
    years = sorted({day[:4] for day in column["origins"]})
    scores = [one["total"] for day, one in column["origins"].items() if day.startswith(years[-1])]
    scores = [one for one in scores if one["n_windows"]]
    always = set.intersection(*(set(one["naive"]) for one in scores)) if scores else set()
    if len(years) < 2 or not always:
        return ""
    windows = sum(int(one["n_windows"]) for one in scores)
    means = {name: sum(one["n_windows"] * one["naive"][name] for one in scores) / windows for name in sorted(always)}
    best = min(means, key=means.__getitem__)
    skill = 1 - sum(one["n_windows"] * one["crps_4wk"] for one in scores) / windows / means[best]
    side = "worse" if skill < 0 else "better"
    return (
        f"; of forecasts that start in {years[-1]} alone {format_percent(skill, signed=True)} "
        f"({format_count(windows, 'window')}): {side} than {rival(best)}"
    )


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
        f"given, {low} to {high} would come in nine of ten cases if origins were independent. {_chances_by_year(column)}"
    )


def _chances_by_year(column: Mapping[str, Any]) -> str:
    """Return beside the halts of each year what the chances given had let expect: a total can be right and each year wrong."""
    years: dict[str, list[Mapping[str, Any]]] = {}
    for day, one in sorted(column["origins"].items()):
        if one["halt"]["happened"] is not None:
            years.setdefault(day[:4], []).append(one["halt"])
    said = [
        f"{sum(float(one['chance']) for one in halts):.1f} expected and {sum(bool(one['happened']) for one in halts)} seen "
        f"of {len(halts)} in {year}"
        for year, halts in years.items()
    ]
    return f"By year: {'; '.join(said)}." if said else ""


def _forecast(one: Mapping[str, Any]) -> Estimate:
    return Estimate(float(one["median"]), float(one["low"]), float(one["high"]), unit="km2")


def _came(one: Mapping[str, Any]) -> Estimate:
    came = float(one["observed"])
    return Estimate(came, came, came, unit="km2")


def _skill(total: Mapping[str, Any]) -> str:
    skill, reach = float(total["skill"]), NINETY * float(total["skill_se"])
    return format_two_digits(Estimate(skill, skill - reach, skill + reach), "%", signed=True, scale=100)


def missed_by(one: Mapping[str, Any]) -> int:
    """Return 1 or -1 where what came lies above or below the range of a forecast, else 0."""
    return int(one["observed"] > one["high"]) - int(one["observed"] < one["low"])


def leaning(misses: Sequence[tuple[str, int]]) -> list[str]:
    """Say on which side forecasts missed, by the year they start in, and from when on all misses lie on one side.

    Parameters
    ----------
    misses : sequence of (str, int)
        The day that each forecast starts from (ISO) and `missed_by`, in the order of days.
    """
    outside = [(day, side) for day, side in misses if side]
    if not outside:
        return []
    started = Counter(day[:4] for day, _ in misses)
    sides = Counter((day[:4], side) for day, side in outside)
    years = [
        f"{sides[year, 1]} came out above and {sides[year, -1]} below "
        f"of {format_count(started[year], 'forecast')} that start in {year}"
        for year in sorted(started)
    ]
    return [f"Misses by year: {'; '.join(years)}.", *_last_run(outside)]


def _last_run(outside: Sequence[tuple[str, int]]) -> list[str]:
    """Say from which day on every miss lies on the same side, where those are several from several days."""
    run = [day for day, _ in _latest_on_one_side(outside)]
    if not run:
        return []
    last = outside[-1][1]
    other = [day for day, side in outside if side != last]
    much = "little" if last > 0 else "much"
    before = ""
    if other:
        between = f"from {format_date(min(other))} to {format_date(max(other))}"
        before = f" Those that missed on the other side start {between}."
    return [
        f"Every missed forecast that starts on {format_date(run[0])} or later ({len(run)}) expected too {much} advance.{before} "
        "Forecasts overlap: these are fewer independent misses than they are counted."
    ]


def _latest_on_one_side(outside: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
    """Return the latest misses (day, side) that all lie on one side; none where they are few or start on one day."""
    if not outside:
        return []
    last = outside[-1][1]
    other = [day for day, side in outside if side != last]
    run = [(day, side) for day, side in outside if not other or day > other[-1]]
    return run if len(run) >= FEWEST_LEANING and len({day for day, _ in run}) > 1 else []


def halts_of_the_record(study: Study | None, observed: Sequence[tuple[str, float]] = ()) -> str:
    """Say how often a halt as defined came in the observed past and in which years; what to do where no study tells.

    Parameters
    ----------
    study : Study or None
        A hindcast.
    observed : sequence of (str, float)
        Observed net gain by month (``2024-10``), km2; the pace at the start stands beside the halts where it is there.
    """
    if study is None:
        return "How often such halts came in the observed past takes a study that is not at hand: sim hindcast."
    column = next(one for one in study.account.values() if isinstance(one, dict) and "origins" in one)
    judged = {day: one["halt"]["happened"] for day, one in column["origins"].items()}
    known = {day: bool(happened) for day, happened in sorted(judged.items()) if happened is not None}
    halted = [day for day, happened in known.items() if happened]
    rule = study.account["run"].get("halt") or {}
    meant = f" ({rule['rate']:g} km² per day, {rule['days']:g} days, within {rule['within']:g} days)" if rule else ""
    return (
        f"The record: without any of these levers a halt{meant} followed {len(halted)} of {format_count(len(known), 'origin')} "
        f"of the hindcast{_when(known, halted)}{_pace(observed, halted)} Windows of neighbouring origins overlap: these are few "
        f"independent cases. {study.warning}".rstrip()
    )


def _when(known: Mapping[str, bool], halted: Sequence[str]) -> str:
    """Say from which years the halts come, and that none has come since the last of them."""
    if not halted:
        return "."
    started, by_year = Counter(day[:4] for day in known), Counter(day[:4] for day in halted)
    years = format_list([f"{by_year[year]} of {started[year]} in {year}" for year in sorted(started)])
    since = sum(day > halted[-1] for day in known)
    after = f"; none followed the {format_count(since, 'origin')} since" if since > 1 else ""
    return f": {years}, the last of them {format_date(halted[-1])}{after}."


def _pace(observed: Sequence[tuple[str, float]], halted: Sequence[str]) -> str:
    """Say how fast the advance was when the last halt began and at the start, which is where the simulated wars begin."""
    if not halted or not observed:
        return ""
    gains = dict(observed)
    first, last = halted[-1][:7], max(gains)
    if first not in gains or first == last:
        return ""
    start, halt = (f"{gains[month]:+,.0f} km² in {_month(month)}" for month in (last, first))
    return (
        f" The simulated wars begin from another pace: the map shows {start}, the last month before the start that is observed, "
        f"and {halt}."
    )


def _month(month: str) -> str:
    return format_date(f"{month}-01").partition(" ")[2]
