"""How the cost of a war grows with lanes, fronts and days, by both engines, and what further workers bring: in one run.

``python -m benchmarks.scaling [--quick]`` plays the abstract war. CPU seconds of one process from drawn parameters to the weekly
record, per lane and day, beside the first of each table; programs are compiled before anything is timed. Workers are timed by
the clock, which says something on an idle machine only.
"""

from __future__ import annotations

import argparse
import copy
import datetime as dt
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from benchmarks.executors import play as play_by_executor
from benchmarks.machine import load, machine
from sim.foundation.lanes import Lanes
from sim.foundation.noise import Noise
from sim.models.campaign import play
from sim.scenario import read
from sim.scenario.priors.draw import draw

ABSTRACT = Path(__file__).resolve().parents[1] / "scenarios" / "abstract.yaml"
ENGINES = ("numpy", "traced")


def world_of(fronts: int, weeks: int, replicates: int = 1) -> Any:
    """Return the abstract war with so many fronts: copies of one of its own, each with its own troops."""
    text: Any = YAML().load(ABSTRACT.read_text(encoding="utf-8"))
    text["run"].update({"horizon": f"{weeks} week", "replicates": replicates})
    text["verdict"]["milestones"] = [text["run"]["start"] + dt.timedelta(weeks=4)]
    plain = text["world"]["fronts"]["plain"]
    text["world"]["fronts"] = {f"front_{n}": copy.deepcopy(plain) for n in range(fronts)}
    return read(text)


def seconds(world: Any, lanes: int, engine: str) -> float:
    """Return the CPU seconds of playing so many lanes of a world by an engine."""
    grid = Lanes.grid(1, range(lanes))
    parameters, noise = draw(world, grid, 1), Noise(1, grid.replicate)
    begun = time.process_time()
    play(parameters, grid, noise, start=world.run.start, days=world.run.horizon_days, traced=engine == "traced")
    return time.process_time() - begun


def table(what: str, sizes: Sequence[int], lanes: Sequence[int], worlds: Sequence[Any]) -> list[str]:
    """Return a Markdown table: microseconds per lane and day of each size by each engine, and over those of the first."""
    rows = [f"| {what} | " + " | ".join(f"{engine}, µs a lane and day | over the first" for engine in ENGINES) + " |"]
    rows.append("|---:|" + "---:|---:|" * len(ENGINES))
    first: dict[str, float] = {}
    for size, count, world in zip(sizes, lanes, worlds, strict=True):
        cells = []
        for engine in ENGINES:
            seconds(world, 8, engine)  # compiles, and warms up
            each = min(seconds(world, count, engine) for _ in range(2)) / count / world.run.horizon_days * 1e6
            first.setdefault(engine, each)
            cells.append(f"{each:.2f} | {each / first[engine]:.2f}")
        rows.append(f"| {size:,} | " + " | ".join(cells) + " |")
    return rows


def workers(replicates: int, weeks: int, most: int) -> list[str]:
    """Return a Markdown table: wall seconds of the same blocks by one worker process and more."""
    from sim.experiment import design as designs
    from sim.experiment import run as runs

    world, plan = world_of(14, weeks, replicates), designs.design
    runs.design = lambda scenario, jobs=1, lanes=None: plan(scenario, 1, replicates // 16)
    rows = ["| workers | wall, s | CPU, s | one over this, by the clock | same bits |", "|---:|---:|---:|---:|---|"]
    try:
        costs = [play_by_executor(f"{jobs}", world, jobs=jobs) for jobs in range(1, most + 1)]
    finally:
        runs.design = plan
    for one in costs:
        same = "yes" if one.sum == costs[0].sum else "NO"
        rows.append(f"| {one.name} | {one.wall:.1f} | {one.cpu:.1f} | {costs[0].wall / one.wall:.2f} | {same} |")
    return rows


def main(arguments: list[str] | None = None) -> int:
    """Print the tables; return 1 if the bits depend on the number of workers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="smaller, to try it out")
    parser.add_argument("--workers", type=int, default=2, help="worker processes at most")
    asked = parser.parse_args(arguments)
    lanes, fronts, weeks = (
        ((64, 256, 1024), (3, 12), (4, 8)) if asked.quick else ((64, 256, 1024, 4096), (3, 12, 48), (13, 26, 52))
    )
    usual, many = weeks[0], lanes[-2]
    print(f"{machine()}, load {load()}; {ABSTRACT.name}\n")
    same = world_of(14, usual)
    parts = [
        table(f"lanes (14 fronts, {usual} weeks)", lanes, lanes, [same] * len(lanes)),
        table(f"fronts ({many} lanes, {usual} weeks)", fronts, [many] * len(fronts), [world_of(n, usual) for n in fronts]),
        table(f"weeks (14 fronts, {many} lanes)", weeks, [many] * len(weeks), [world_of(14, n) for n in weeks]),
        workers(*((512, 8) if asked.quick else (8192, 26)), asked.workers),
    ]  # fmt: skip
    print("\n\n".join("\n".join(part) for part in parts))
    return int(any("| NO |" in row for row in parts[-1]))


if __name__ == "__main__":
    sys.exit(main())
