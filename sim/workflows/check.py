"""The arithmetic of a war: books that must close, and sums that must fit what is known (check)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.analysis.observations.checks import Check, Closing, Found, closings, compare, read_checks
from sim.analysis.observed import read as read_table
from sim.analysis.serialise import plain
from sim.foundation.errors import Fault, FaultCollector
from sim.workflows.files import WorkflowResult
from sim.workflows.options import Options
from sim.workflows.playing import played_base, read_all, whole_weeks

LOSSES = "losses_monthly.csv"


@dataclass(frozen=True, kw_only=True)
class CheckResult(WorkflowResult):
    """What was compared with what is known, and the books by scenario."""

    comparisons: tuple[Found, ...]
    books: dict[str, list[Closing]]


def check(table: Path, options: Options) -> CheckResult:
    """Play the base of every scenario in a table of checks; return what closes and what fits."""
    checks = read_checks(table)
    worlds = _worlds(table, checks, options)
    losses = read_table(table.parent / LOSSES) if (table.parent / LOSSES).is_file() else None
    comparisons: list[Found] = []
    books: dict[str, list[Closing]] = {}
    for name, world in worlds.items():
        mine = [one for one in checks if one.scenario == name]
        days = whole_weeks(max((one.last - world.run.start).days for one in mine))
        with played_base(world, options, Path(name).stem, days) as data:
            books[name] = list(closings(data))
            comparisons += compare(data, mine, losses)
    account = {
        "replicates": int(next(reversed(worlds.values())).run.replicates) if worlds else options.replicates,
        "command": options.command_line,
        "checks": plain(comparisons),
        "books": plain(books),
    }
    return CheckResult(account=plain(account), comparisons=tuple(comparisons), books=books)


def _worlds(table: Path, checks: Sequence[Check], options: Options) -> dict[str, Any]:
    """Read every scenario that the checks name, and refuse checks of names or days that it does not have."""
    names = dict.fromkeys(one.scenario for one in checks)
    faults = FaultCollector()
    worlds: dict[str, Any] = {}
    for name in names:
        with faults.gather():
            worlds[name] = read_all([table.parent / name], options)[table.parent / name]
    for one in checks:
        if one.scenario not in worlds:
            continue
        world = worlds[one.scenario]
        known = (*type(world.world().sides).model_fields, "all", *world.world().allies)
        if one.of not in known:
            faults.add(Fault(f"{one.name}: '{one.of}' is not one of {', '.join(known)}", str(table), one.line))
        if one.first < world.run.start or one.last > world.run.end:
            span = f"{one.first} to {one.last} is outside {world.run.start} to {world.run.end}"
            faults.add(Fault(f"{one.name}: {span}", str(table), one.line))
    faults.check()
    return worlds
