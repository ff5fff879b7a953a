"""The closing table and sentence of a run."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

_PIPE_WIDTH = 132  # columns; a pipe or file has no width of its own


def show(summaries: dict[str, dict[str, Any]], *, quiet: bool) -> None:
    """Print for each result a table, its sentence, and where it lies; with `quiet` the sentences only."""
    console = Console(width=None if sys.stdout.isatty() else _PIPE_WIDTH, highlight=False, markup=False, emoji=False)
    for name, summary in summaries.items():
        if not quiet:
            console.print(_table(summary, name))
            console.print(_notes(summary), style="dim", markup=False)
        console.print(summary["sentence"], style="bold", markup=False)
        if summary["more"] and not quiet:
            console.print(summary["more"], markup=False)
        if not quiet:
            console.print(f"Results: {summary['result']}", markup=False)
    plots = {str(summary["plots"]) for summary in summaries.values() if summary.get("plots")}
    if not quiet:
        for folder in sorted(plots):
            console.print(f"Plots:   {folder}", markup=False)


def _table(summary: dict[str, Any], name: str) -> Table:
    level = f"{100 * summary['interval']:.0f} %"
    title = summary["title"] or name
    table = Table(title=f"{title} - {summary['replicates']} wars an arm, seed {summary['seed']}")
    arms = summary["arms"]
    dates = list(next(iter(arms.values()))["net_km2"])
    table.add_column("arm", no_wrap=True)
    for date in dates:
        table.add_column(f"net km2 by {_date(date)}\nmedian ({level})", justify="right")
    for heading in ("halt", "reversal", "cease-\nfire *"):
        table.add_column(heading, justify="right")
    if dates:
        table.add_column(f"to base, by {_date(dates[-1])}\npaired, median ({level})", justify="right")
    for index, (arm, account) in enumerate(arms.items()):
        cells = [_range(account["net_km2"][date]) for date in dates]
        cells += [_percent(account[f"p_{event}"]) for event in ("halt", "reversal", "ceasefire")]
        if dates:
            cells.append("-" if index == 0 else _range(account["difference_km2"][dates[-1]], signed=True))
        table.add_row(arm, *cells)
    return table


def _notes(summary: dict[str, Any]) -> str:
    lines = ["* conditional on guessed coefficients of the Kremlin's choice"]
    if not summary["complete"]:
        lines.append("This run was stopped: only its finished replicates are shown.")
    return "\n".join(lines)


def _date(iso: str) -> str:
    day = dt.date.fromisoformat(iso)
    return f"{day.day} {day:%b %Y}"


def _range(interval: Sequence[float | None], *, signed: bool = False) -> str:
    sign = "+" if signed else ""
    low, middle, high = ("?" if x is None else f"{round(x) + 0:{sign},d}" for x in interval)
    return f"{middle} ({low} to {high})"


def _percent(chance: float | None) -> str:
    return "?" if chance is None else f"{100 * chance:.0f} %"
