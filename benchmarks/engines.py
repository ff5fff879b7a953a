"""Play the same wars by numpy and by the traced engine, in turn in one run: what each costs, and how far they are apart.

``python -m benchmarks.engines [--scenario FILE] [--replicates N] [--weeks N] [--runs N]``. CPU seconds of one process, from
drawn parameters to the weekly record, the first morning included. Compiling, done once for a scenario, is timed apart.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.factorial import load
from sim.foundation.lanes import Lanes
from sim.foundation.noise import Noise
from sim.foundation.record import Record
from sim.models.campaign import play
from sim.scenario import read
from sim.scenario.arms.branches import draw_stages
from sim.scenario.priors.draw import draw

CLAIM = Path(__file__).resolve().parents[1] / "scenarios" / "claim.yaml"


def main(arguments: list[str] | None = None) -> int:
    """Compare and print; return 0."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scenario", type=Path, default=CLAIM)
    parser.add_argument("--replicates", type=int, default=170)
    parser.add_argument("--weeks", type=int, default=52)
    parser.add_argument("--runs", type=int, default=3)
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as cache:
        os.environ["XDG_CACHE_HOME"] = cache  # nothing compiled before
        _compare(asked.scenario, asked.replicates, asked.weeks * 7, asked.runs)
    return 0


def _compare(file: Path, replicates: int, days: int, runs: int) -> None:
    world = read(file, {"run.horizon": f"{days} day"})
    lanes = Lanes.grid(len(world.arms), range(replicates))
    drawn = draw_stages(world, lanes, lambda some: draw(world, some, world.run.seed))
    noise = Noise(world.run.seed, lanes.replicate)
    print(f"Python {platform.python_version()}, numpy {np.__version__}, {platform.machine()}; load {load()}")
    print(f"{file.name}: {lanes.count:,d} lanes x {days} days")

    def played(traced: bool, days: int = days) -> tuple[Record, float]:
        before = time.process_time()
        more: dict[str, Any] = {"base": drawn.base, "later": drawn.later, "traced": traced}
        record = play(drawn.first, lanes, noise, start=world.run.start, days=days, **more)
        return record, time.process_time() - before

    first = Lanes.grid(len(world.arms), range(1))
    small = draw_stages(world, first, lambda some: draw(world, some, world.run.seed))
    before, wall = _of_children(), time.monotonic()
    play(
        small.first, first, Noise(1, first.replicate), start=world.run.start, days=29, base=small.base,
        later=small.later, traced=True,
    )  # fmt: skip
    print(f"compiling: {_of_children() - before:.1f} s of CPU, {time.monotonic() - wall:.1f} s by the clock")
    played(True, 29)  # choices that are not the same in all these lanes are other programs
    by_numpy, by_programs = [], []
    for _ in range(runs):
        right, cost = played(False)
        by_numpy.append(cost)
        found, cost = played(True)
        by_programs.append(cost)
    ratio = statistics.median(one / other for one, other in zip(by_numpy, by_programs, strict=True))
    for name, costs in (("numpy", by_numpy), ("traced", by_programs)):
        each = statistics.median(costs) / days / lanes.count * 1e6
        print(f"{name:7s} {', '.join(f'{cost:.2f}' for cost in costs)} s; {each:.2f} microseconds a lane and day")
    print(f"numpy over traced, median of pairs: {ratio:.2f}")
    print(f"greatest difference in the record, over the greatest value of its variable: {_apart(right, found):.1e}")


def _apart(right: Record, found: Record) -> float:
    apart = 0.0
    for name, array in right.arrays.items():
        difference = np.abs(np.nan_to_num(array) - np.nan_to_num(found.arrays[name])).max(initial=0.0)
        apart = max(apart, float(difference) / max(float(np.abs(np.nan_to_num(array)).max(initial=0.0)), 1e-30))
    return apart


def _of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
