"""The closing tables of a factorial and of dose curves."""

from __future__ import annotations

import sys
from typing import Any

from rich.console import Console
from rich.table import Table

from sim.analysis.statistics.factorial import in_words

_PIPE_WIDTH = 132
_MOST_SETS = 10
_WAYS = {
    "alone": "alone",
    "main": "mean over\nall settings",
    "shapley": "Shapley\nvalue",
    "last": "added to\nall others",
}


def show(summary: dict[str, Any], *, quiet: bool) -> None:
    """Print the tables, the sentence and the places; with `quiet` the sentence only."""
    console = Console(width=None if sys.stdout.isatty() else _PIPE_WIDTH, highlight=False, soft_wrap=False)
    if not quiet:
        for table in _factorial(summary) if summary["kind"] == "factorial" else _doses(summary):
            console.print(table)
        console.print(_notes(summary), style="dim", markup=False)
    console.print(summary["sentence"], style="bold", markup=False)
    if not quiet:
        console.print(f"Results: {summary['result']}", markup=False)
        if summary["plots"]:
            console.print(f"Plots:   {summary['plots']}", markup=False)


def _factorial(summary: dict[str, Any]) -> list[Table]:
    outcomes = list(summary["outcomes"].values())
    whole = Table(title=f"{_title(summary)}: the whole and its parts")
    for heading in ("outcome", "all together", "sum of each alone", "together less sum", "pairs of sets\nthat gain *"):
        whole.add_column(heading, justify="left" if heading == "outcome" else "right")
    for account in outcomes:
        over = account["superadditivity"]
        cells = [_cell(account, account[key]) for key in ("joint", "sum_of_parts", "joint_minus_sum")]
        whole.add_row(_name(account), *cells, f"{100 * over['share']:.0f} % of {over['pairs']}")
    return [whole, *(_levers(account) for account in outcomes), *(_dividends(account) for account in outcomes[:1])]


def _dividends(account: dict[str, Any]) -> Table:
    """Return the sets of two and more levers whose dividend can be told from zero, the largest first."""
    table = Table(title=f"{_name(account)}: what sets do as a whole, beyond all that their parts do ***")
    table.add_column("set")
    table.add_column("dividend", justify="right")
    found = {name: one for name, one in account["dividends"].items() if "+" in name and (one[0] > 0 or one[2] < 0)}
    for name in sorted(found, key=lambda name: -abs(found[name][1]))[:_MOST_SETS]:
        table.add_row(name.replace("+", " + "), _cell(account, found[name]))
    if not found:
        table.add_row("none can be told from zero", "")
    return table


def _levers(account: dict[str, Any]) -> Table:
    table = Table(title=f"{_name(account)}: what each lever adds")
    table.add_column("lever", no_wrap=True)
    for heading in _WAYS.values():
        table.add_column(heading, justify="right")
    table.add_column("share of\nthe whole", justify="right")
    for lever, ways in account["levers"].items():
        share = ways["shapley_share"]
        told = "-" if share[1] is None else f"{100 * share[1]:.0f} % ({100 * share[0]:.0f} to {100 * share[2]:.0f})"
        table.add_row(lever, *(_cell(account, ways[way]) for way in _WAYS), told)
    return table


def _doses(summary: dict[str, Any]) -> list[Table]:
    tables = []
    for name, outcome in summary["outcomes"].items():
        table = Table(title=f"{_title(summary)}: {_name(outcome)}, against {summary['over']['label']}")
        table.add_column("part", no_wrap=True)
        doses = sorted({dose for curve in summary["curves"].values() for dose in curve["doses"]} - {0.0})
        for dose in doses:
            table.add_column(f"dose {dose:g}", justify="right")
        for curve in summary["curves"].values():
            at = dict(zip(curve["doses"], curve["outcomes"][name], strict=True))
            table.add_row(curve["label"], *(_cell(outcome, at[dose]) if dose in at else "-" for dose in doses))
        tables.append(table)
    return tables


def _title(summary: dict[str, Any]) -> str:
    return f"{summary['title']} - {summary['replicates']} wars an arm, seed {summary['seed']}"


def _name(account: dict[str, Any]) -> str:
    unit = {"1": "points", "person": "thousand people"}.get(account["unit"], account["unit"])
    return f"{account['label']}, {unit}" + (" **" if account["conditional"] else "")


def _cell(account: dict[str, Any], estimate: list[float | None]) -> str:
    thousands = account["unit"] == "person"
    low, middle, high = (
        "?" if x is None else f"{x / 1000:+.1f}" if thousands else in_words(account, x, unit=False) for x in estimate
    )
    return f"{middle} ({low} to {high})"


def _notes(summary: dict[str, Any]) -> str:
    lines = [
        f"Means over wars of differences to the base in the same war, by {summary['end']}; in brackets the "
        f"{100 * summary['interval']:.0f} % interval of the mean."
    ]
    if summary["kind"] == "factorial":
        lines.append("* Of all two sets of levers that share none: how many do more together than the two apart.")
        lines.append(
            f"*** The {_MOST_SETS} largest that can be told from zero, of all sets of two and more; about one in "
            f"{1 / (1 - summary['interval']):.0f} of all sets would be told so by chance. --json has every one."
        )
    if any(outcome["conditional"] for outcome in summary["outcomes"].values()):
        lines.append("** Conditional on guessed coefficients of the Kremlin's choice.")
    fought = summary.get("while_fighting")
    if fought and fought["wars"] < summary["replicates"]:
        ground = summary["outcomes"]["kept_km2"]
        lines.append(
            f"A cease-fire, which is conditional, also keeps ground. In the {fought['wars']} wars that no arm ends by one: "
            f"all together {_cell(ground, fought['joint'])} km2, together less sum "
            f"{_cell(ground, fought['joint_minus_sum'])} km2."
        )
    for name, one in summary.get("until_precision", {}).items():
        reached = "reached" if one["reached"] <= one["wanted"] else "NOT reached"
        lines.append(f"Precision {reached}: half-width of {name} {one['reached']:.4g}, wanted {one['wanted']:.4g}.")
    return "\n".join(lines)
