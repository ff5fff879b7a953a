"""Print war-days per second: the whole world against the number of lanes, and the core day against plain Mesa.

``python -m benchmarks.speed`` (or ``make benchmark``); ``--quick`` for a look. One process, one core.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import core
from benchmarks.kernel import kernel_rate
from benchmarks.machine import rate
from benchmarks.plain import PlainWar
from benchmarks.traced_core import traced_rate

LANES = (1, 10, 100, 1000, 4000)
CLAIM = Path(__file__).resolve().parents[1] / "scenarios" / "claim.yaml"
CHECKED = 1e-12


def compare(days: int = 60, lanes: int = 5) -> float:
    """Return the greatest relative difference between the twins after some days, over lanes and quantities.

    Raises
    ------
    AssertionError
        If the plain and the vectorised day do not give the same numbers to 1 in 10^12.
    """
    world = core.begin(lanes)
    plain = [PlainWar(world, lane) for lane in range(lanes)]
    for today in range(days):
        core.day(world, today)
    worst = 0.0
    for lane, war in enumerate(plain):
        for _ in range(days):
            war.step()
        for name, alone in war.figures().items():
            together = world[name][..., lane]
            # a shift is a difference of two speeds: its scale is the front's greatest, not its own remainder
            scale = np.abs(together).max() if name == "shift" else np.maximum(np.abs(together), 1e-9)
            worst = max(worst, float((np.abs(alone - together) / scale).max()))
    assert worst < CHECKED, f"the twins differ by {worst:.1e}"
    return worst


def plain_rate(seconds: float) -> float:
    """Return war-days a second of the plain twin."""
    war = PlainWar(core.begin(1), 0)
    return rate(war.step, seconds)


def core_rate(lanes: int, seconds: float) -> float:
    """Return war-days a second of the vectorised twin."""
    world = core.begin(lanes)
    today = iter(range(10**9))
    return lanes * rate(lambda: core.day(world, next(today)), seconds)


def base_war(lanes: int) -> Any:
    """Return wars of the claim's base on their first morning, with a weekly record."""
    from sim.foundation.lanes import Lanes
    from sim.foundation.noise import Noise
    from sim.models.campaign.war import War
    from sim.scenario import read
    from sim.scenario.priors.draw import draw

    scenario = read(CLAIM)
    rows = Lanes.grid(1, range(lanes))
    war = War(
        draw(scenario, rows, scenario.run.seed),
        rows,
        Noise(scenario.run.seed, rows.replicate),
        scenario.run.start,
    )
    war.keep_record(56)
    return war


def deciding_share(lanes: int, days: int = 56) -> float:
    """Return the share of the time of a day that all deciding takes, views and checks of orders included."""
    war, deciding, begun = base_war(lanes), 0.0, time.process_time()
    decide = war.decide

    def timed() -> None:
        nonlocal deciding
        before = time.process_time()
        decide()
        deciding += time.process_time() - before

    war.decide = timed
    begun = time.process_time()
    for _ in range(days):
        war.step()
    return deciding / (time.process_time() - begun)


def world_rate(lanes: int, seconds: float) -> float:
    """Return war-days a second of the whole world, base arm, weekly record included."""
    war = base_war(lanes)

    def week() -> None:
        for _ in range(7):
            war.step()

    return 7 * lanes * rate(week, seconds, least=2)


def main(arguments: list[str] | None = None) -> int:
    """Print the table; return 0 if the twins agree."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="short timings")
    parser.add_argument("--lanes", type=int, nargs="+", default=list(LANES))
    asked = parser.parse_args(arguments)
    seconds = 0.2 if asked.quick else 2.0
    print(
        f"Python {platform.python_version()}, numpy {np.__version__}, {platform.machine()}, 1 of {os.cpu_count()} cores"
    )
    print(f"twins agree: greatest relative difference {compare():.1e} after 60 days (limit {CHECKED:.0e})")
    slow = plain_rate(seconds)
    print(f"core day in plain Mesa, one war at a time: {slow:,.0f} war-days/s")
    print(
        f"{'lanes':>6} {'core day, war-days/s':>21} {'times plain':>12} {'over C kernel':>14} "
        f"{'traced':>12} {'over C kernel':>14} {'whole world':>12} {'deciding':>9}"
    )
    for lanes in asked.lanes:
        fast, whole = core_rate(lanes, seconds), world_rate(lanes, seconds)
        share, fused = deciding_share(lanes), kernel_rate(lanes, seconds)
        traced = traced_rate(lanes, seconds)
        print(
            f"{lanes:>6,} {fast:>21,.0f} {fast / slow:>12,.1f} {fast / fused:>14.2f} "
            f"{traced:>12,.0f} {traced / kernel_rate(lanes, seconds, days=7):>14.2f} {whole:>12,.0f} {share:>9.0%}",
            flush=True,
        )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024.0 if sys.platform != "darwin" else 1024.0**2)
    print(f"greatest memory {peak:,.0f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
