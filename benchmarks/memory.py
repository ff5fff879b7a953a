"""Play many one-year wars and judge them, and draw the memory of all processes against the clock: does it grow with the wars?

``python -m benchmarks.memory --wars 10000 100000 --figure benchmarks/memory.svg`` plays ``scenarios/claim.yaml`` with so many
wars in all by ``sim run``, and by giving the same command again judges what is stored, and then judges and draws it. Resident
memory is looked up a few times a second, so a shorter peak can be missed; pages that processes share are counted for each.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.machine import children, load, machine, memory

CLAIM = Path(__file__).resolve().parents[1] / "scenarios" / "claim.yaml"
WAIT = 0.25  # s between two looks at the memory


@dataclass(frozen=True)
class Stage:
    """One command: what it did, seconds since it began and MB of all its processes at each look, and CPU seconds."""

    name: str
    seconds: list[float]
    megabytes: list[float]
    cpu: float

    @property
    def peak(self) -> float:
        """MB."""
        return max(self.megabytes)


@dataclass(frozen=True)
class Run:
    """A number of wars played and judged, and MB on the disk."""

    wars: int
    stages: tuple[Stage, ...]
    disk: float


def watched(name: str, words: Sequence[str]) -> Stage:
    """Run a command of the program and look at its memory until it ends."""
    seconds, megabytes = [], []
    before = os.times()
    begun = time.perf_counter()
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen([sys.executable, "-m", "sim", *words], stdout=said, stderr=said)
        while process.poll() is None:
            seconds.append(time.perf_counter() - begun)
            megabytes.append(memory(children(process.pid)))
            time.sleep(WAIT)
        if process.returncode:
            said.seek(0)
            sys.exit(f"sim {' '.join(words)} ended with {process.returncode}: {said.read()[-2000:]}")
    after = os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return Stage(name, seconds, megabytes, cpu)


def measure(wars: int, record: str, jobs: int) -> Run:
    """Play and judge so many wars (a whole number of replicates, at least) in a scratch folder."""
    from sim.scenario import read

    arms = len(read(CLAIM).arms)
    with tempfile.TemporaryDirectory(prefix="memory-benchmark-") as scratch:
        out = Path(scratch) / "result"
        asked = ["--replicates", str(-(-wars // arms)), "--set", f"run.record={record}", "--out", str(out)]
        common = ["run", str(CLAIM), *asked, "--jobs", str(jobs), "--quiet"]
        played = watched("playing", [*common, "--no-plots"])
        disk = sum(file.stat().st_size for file in out.rglob("*") if file.is_file()) / 2**20
        judged = watched("judging", [*common, "--no-plots"])
        drawn = watched("judging and drawing", common)
    return Run(arms * -(-wars // arms), (played, judged, drawn), disk)


def slopes(runs: Sequence[Run]) -> dict[str, float]:
    """Return how memory grows, MB per 1,000 wars: within the longest play, and from run to run in the peaks of what follows.

    Of the play the first and last twentieth are left out, in which workers start and end; wars are played evenly in time.
    """
    first, last = runs[0], runs[-1]
    played, megabytes = last.stages[0], np.array(last.stages[0].megabytes)
    wars = np.array(played.seconds) / played.seconds[-1] * last.wars
    inside = (wars > 0.05 * last.wars) & (wars < 0.95 * last.wars)
    more = max(last.wars - first.wars, 1)
    grown = {
        f"peak of {one.name}": 1000 * (one.peak - before.peak) / more
        for before, one in zip(first.stages[1:], last.stages[1:], strict=True)
    }
    return {"within playing": 1000 * float(np.polyfit(wars[inside], megabytes[inside], 1)[0])} | grown


def table(runs: Sequence[Run]) -> list[str]:
    """Return the rows of a Markdown table."""
    rows = [
        "| wars | stage | wall, s | CPU, s | greatest memory, MB | on the disk, kB per war |",
        "|---|---|---|---|---|---|",
    ]
    for run in runs:
        for stage in run.stages:
            stored = f"{1024 * run.disk / run.wars:.1f}" if stage is run.stages[0] else ""
            rows.append(
                f"| {run.wars:,} | {stage.name} | {stage.seconds[-1]:.0f} | {stage.cpu:.0f} | {stage.peak:,.0f} | {stored} |"
            )
    return rows


def draw(runs: Sequence[Run], path: Path, title: str) -> None:
    """Draw memory against time, one command after the other, a panel for each number of wars."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8.0, 3.2), layout="constrained")
    panels: Any = figure.subplots(1, len(runs), sharey=True, squeeze=False)[0]
    for panel, run in zip(panels, runs, strict=True):
        start = 0.0
        for stage, colour in zip(run.stages, ("#0b5394", "#38761d", "#b45f06"), strict=False):
            panel.plot([start + s for s in stage.seconds], stage.megabytes, color=colour, label=stage.name)
            start += stage.seconds[-1]
        panel.set(title=f"{run.wars:,} wars", xlabel="seconds")
    panels[0].set_ylim(0, 1.05 * max(stage.peak for run in runs for stage in run.stages))
    panels[0].set_ylabel("resident memory of all processes, MB")
    handles, labels = panels[-1].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=len(labels), frameon=False)
    figure.suptitle(title, fontsize=9)
    figure.savefig(path)


def main(arguments: list[str] | None = None) -> int:
    """Print the table and the slopes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--wars", type=int, nargs="+", default=[10_000, 30_000])
    parser.add_argument("--record", default="verdict", choices=("verdict", "full"))
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--figure", type=Path)
    parser.add_argument("--samples", type=Path, help="where to keep what was measured, as JSON")
    asked = parser.parse_args(arguments)
    runs = [measure(wars, asked.record, asked.jobs) for wars in sorted(asked.wars)]
    print(f"{machine()}, load {load()}; record: {asked.record}")
    print("\n".join(table(runs)))
    for name, slope in slopes(runs).items():
        print(f"{name}: {slope:+.2f} MB per 1,000 wars")
    if asked.samples:
        asked.samples.write_text(
            json.dumps([vars(run) | {"stages": [vars(one) for one in run.stages]} for run in runs])
        )
    if asked.figure:
        draw(
            runs,
            asked.figure,
            f"Memory of playing and judging, record: {asked.record}, {asked.jobs} workers; {machine()}",
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
