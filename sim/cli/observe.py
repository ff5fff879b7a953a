"""The command that looks at a table of observations: observe."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sim.cli.asked import Asked


def observe(file: Path, scenario: Path | None, asked: Asked) -> None:
    """Check a table, and its axes against the fronts of `scenario` if one is given; print what it holds."""
    from sim.analysis.observed import FRONT_BY_AXIS, check_axes, describe, read

    table = read(file)
    if scenario is not None and table.kind == FRONT_BY_AXIS:
        from sim.scenario import read as read_scenario

        check_axes(table, read_scenario(scenario, asked.overrides()).world().fronts)
    account = describe(table)
    if asked.as_json:
        print(json.dumps(account, ensure_ascii=False, indent=1))
    elif not asked.quiet:
        print("\n".join(_lines(account)))


def _lines(account: dict[str, Any]) -> list[str]:
    """Return the account in words."""
    periods, kind = account["periods"], account["kind"]
    lines = [
        f"{account['file']}: right - {kind}, {periods} {'weeks' if kind.startswith('front') else 'dates'} "
        f"to {account['last']}, the first {account['first']}",
        f"  values   {account['column']}",
        f"  unit     {account['unit']}",
    ]
    lines += [f"  {key:<8} {text}" for key, text in account["header"].items() if key != "unit"]
    if account["axes"]:
        lines.append(f"  parts    {', '.join(account['axes'])}")
    gaps = "; ".join(f"{first} to {last}" for first, last in account["gaps"])
    lines.append(f"  gaps     {gaps or 'none'}; missing values: {account['missing']}")
    totals = account["totals_by_axis"] or account["totals"]
    if totals:
        lines.append("  sums     " + ", ".join(f"{name} {_number(x)}" for name, x in totals.items()))
    if account["ignored_columns"]:
        lines.append(f"  not read {', '.join(account['ignored_columns'])}")
    return lines


def _number(value: float | None) -> str:
    return "without values" if value is None else f"{round(value, 1) + 0.0:,.10g}".replace(",", "_")
