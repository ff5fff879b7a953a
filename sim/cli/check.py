"""The command that checks the war's arithmetic: check."""

from __future__ import annotations

import dataclasses
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.cli.asked import Asked
from sim.cli.ending import STOPPED, Stop, command_line
from sim.cli.progress import progress_bar
from sim.foundation.errors import Fault, UserError

if TYPE_CHECKING:
    from sim.analysis.observations.checks import Check

LOSSES = "losses_monthly.csv"


def check(table: Path, asked: Asked) -> None:
    """Play the base of every scenario in a table of checks; print what closes, what fits, and what does not first."""
    from sim.analysis.observations.checks import read_checks
    from sim.analysis.outcomes.summary import without_nan

    checks = read_checks(table)
    worlds = _worlds(table, checks, asked)
    told: dict[str, Any] = {"replicates": asked.replicates, "command": command_line(), "checks": [], "books": {}}
    for name, world in worlds.items():
        told["checks"] += _judged(table, [one for one in checks if one.scenario == name], name, world, asked, told)
    if asked.as_json:
        print(json.dumps(without_nan(told), ensure_ascii=False, indent=1))
        return
    print("\n".join(_lines(told, asked.quiet)))


def _worlds(table: Path, checks: Sequence[Check], asked: Asked) -> dict[str, Any]:
    """Read every scenario that the checks name, and refuse checks of names or days that it does not have."""
    from sim.scenario import read

    worlds: dict[str, Any] = {}
    faults: list[Fault] = []
    for name in dict.fromkeys(one.scenario for one in checks):
        try:
            worlds[name] = read(table.parent / name, asked.overrides())
        except UserError as error:
            faults += error.faults
    for one in checks:
        if one.scenario not in worlds:
            continue
        known = ("ukraine", "russia", "all", *worlds[one.scenario].world().allies)
        if one.of not in known:
            faults.append(Fault(f"{one.name}: '{one.of}' is not one of {', '.join(known)}", str(table), one.line))
        run = worlds[one.scenario].run
        if one.first < run.start or one.last > run.end:
            faults.append(
                Fault(
                    f"{one.name}: {one.first} to {one.last} is outside {run.start} to {run.end}", str(table), one.line
                )
            )
    if faults:
        raise UserError(faults)
    return worlds


def _judged(
    table: Path, checks: Sequence[Check], name: str, world: Any, asked: Asked, told: dict[str, Any]
) -> list[dict[str, Any]]:
    """Play the base arm as long as its checks ask; note its books in `told` and return its comparisons."""
    import sim
    from sim.analysis.observations.checks import closings, compare
    from sim.analysis.observed import read
    from sim.experiment.run import Interrupted, run

    days = max((one.last - world.run.start).days for one in checks)
    base = world.base
    small = dataclasses.replace(
        world,
        arms={base: world.arms[base]},
        worlds={base: world.world(base)},
        run=dataclasses.replace(world.run, horizon_days=7 * -(-days // 7)),
    )
    claims = read(table.parent / LOSSES) if (table.parent / LOSSES).is_file() else None
    with tempfile.TemporaryDirectory(prefix="sim-check-") as scratch:
        with progress_bar(f"playing {name}", hidden=asked.quiet) as progress:
            try:
                folder = run(small, Path(scratch) / "base", stem="check", jobs=asked.jobs, progress=progress)
            except Interrupted:
                raise Stop("stopped", STOPPED) from None
        data = sim.load(folder)
        told["books"][name] = [book.account() for book in closings(data)]
        told["replicates"] = int(world.run.replicates)
        return [found.account() for found in compare(data, checks, claims)]


def _lines(told: dict[str, Any], quiet: bool) -> list[str]:
    """Return the checks in words, misses first."""
    order = {"outside": 0, "touches": 1, "inside": 2}
    rows = sorted(told["checks"], key=lambda row: order[row["verdict"]])
    count = {verdict: sum(row["verdict"] == verdict for row in rows) for verdict in order}
    books = [book for some in told["books"].values() for book in some]
    worst = max((book["share"] for book in books), default=0.0)
    lines = [
        f"{count['inside']} of {len(rows)} comparisons inside, {count['touches']} reached by the interval only, "
        f"{count['outside']} outside; {len(books)} books close within {worst:.0e} of what passed through them"
    ]
    if quiet:
        return lines
    for row in rows:
        low, middle, high = row["model"]
        span = f"{row['from']} to {row['to']}"
        lines.append(
            f"  {row['verdict']:<8} {row['check']} ({row['of']}), {span}: {_short(middle)} ({_short(low)} .. {_short(high)}), "
            f"known {_short(row['known'][0])} .. {_short(row['known'][1])} {row['unit']}"
        )
    return lines


def _short(x: float) -> str:
    return f"{x:,.0f}" if abs(x) >= 100 else f"{x:.3g}"
