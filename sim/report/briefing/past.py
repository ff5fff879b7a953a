"""The observed past in sentences: on which side forecasts missed, from which years the record's halts come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from sim.foundation.format import format_count, format_date, format_list
from sim.report.briefing.material import Study

FEWEST_LEANING = 3
"""Misses on one side that are called a lean."""


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
    last = outside[-1][1]
    other = [day for day, side in outside if side != last]
    run = [day for day, _ in outside if not other or day > other[-1]]
    if len(run) < FEWEST_LEANING or len(set(run)) < 2:
        return []
    much = "little" if last > 0 else "much"
    before = ""
    if other:
        between = f"from {format_date(min(other))} to {format_date(max(other))}"
        before = f" Those that missed on the other side start {between}."
    return [
        f"Every missed forecast that starts on {format_date(run[0])} or later ({len(run)}) expected too {much} advance.{before} "
        "Forecasts overlap: these are fewer independent misses than they are counted."
    ]


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
        return "How often such halts came in the observed past is told by a study that is not at hand: sim hindcast."
    column = next(one for one in study.account.values() if isinstance(one, dict) and "origins" in one)
    judged = {day: one["halt"]["happened"] for day, one in column["origins"].items()}
    told = {day: bool(happened) for day, happened in sorted(judged.items()) if happened is not None}
    halted = [day for day, happened in told.items() if happened]
    rule = study.account["run"].get("halt") or {}
    meant = f" ({rule['rate']:g} km² per day, {rule['days']:g} days, within {rule['within']:g})" if rule else ""
    return (
        f"The record: without any of these levers a halt{meant} followed {len(halted)} of {format_count(len(told), 'origin')} "
        f"of the hindcast{_when(told, halted)}{_pace(observed, halted)} Windows of neighbouring origins overlap: these are few "
        "independent cases."
    )


def _when(told: Mapping[str, bool], halted: Sequence[str]) -> str:
    """Say from which years the halts come, and that none has come since the last of them."""
    if not halted:
        return "."
    started, by_year = Counter(day[:4] for day in told), Counter(day[:4] for day in halted)
    years = format_list([f"{by_year[year]} of {started[year]} in {year}" for year in sorted(started)])
    since = sum(day > halted[-1] for day in told)
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
