"""Runs and comparisons on the terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sim.analysis.verdicts.answers import Answer
from sim.foundation.format import format_date, format_interval, format_percent
from sim.report.claims import format_finding
from sim.report.screen import Screen, Table

EVENTS = ("halt", "reversal", "ceasefire")


def screens(summaries: Mapping[str, dict[str, Any]], answers: Sequence[Answer] = ()) -> list[Screen]:
    """Return a screen per result: its arms, its verdict, where it lies; the answers to claims below the last."""
    return [_screen(name, summary, answers) for name, summary in summaries.items()]


def _screen(name: str, summary: dict[str, Any], answers: Sequence[Answer]) -> Screen:
    notes = ["* conditional on guessed coefficients of the choice to settle"]
    if not summary["complete"]:
        notes.append("This run was stopped: only its finished replicates are shown.")
    if summary["excluded"]:
        notes.append(f"{summary['excluded_why']}.")
    notes += [
        f"Arm {arm} differs from the base in no replicate: what it changes has no effect within the days played."
        for arm in summary["unchanged"]
    ]
    details = [summary["more"]] if summary["more"] else []
    details += [f"{one.id} {one.verdict}: {one.says} [{format_finding(one.decisive)}]" for one in answers]
    places = {"Results": summary["result"], "Plots": summary.get("plots")}
    return Screen(summary["sentence"], [_arms(name, summary)], notes, details, places)


def _arms(name: str, summary: dict[str, Any]) -> Table:
    """Return what became of each arm: ground by milestone, chances of events, difference to the base."""
    level = format_percent(summary["interval"])
    arms: dict[str, dict[str, Any]] = summary["arms"]
    dates = list(next(iter(arms.values()))["net_km2"])
    head = ["arm", *(f"net km2 by {format_date(date, short=True)}\nmedian ({level})" for date in dates)]
    head += ["halt", "reversal", "cease-\nfire *"]
    if dates:
        head.append(f"to base, by {format_date(dates[-1], short=True)}\npaired, median ({level})")
    rows = []
    for index, (arm, account) in enumerate(arms.items()):
        row = [arm, *(format_interval(account["net_km2"][date]) for date in dates)]
        row += [format_percent(account[f"p_{event}"]) for event in EVENTS]
        if dates:
            row.append(format_interval(account["difference_km2"][dates[-1]], signed=True) if index else "-")
        rows.append(row)
    title = f"{summary['title'] or name} - {summary['replicates']:,} replicates per arm, seed {summary['seed']}"
    return Table(head, rows, title)
