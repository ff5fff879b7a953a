"""Play the same wars by every executor, one after the other in one run: the same bits, and what each costs.

``python -m benchmarks.executors [--replicates N] [--weeks N] [--jobs N]``. CPU seconds (on Linux) are those of all processes,
start-up of interpreters and libraries included; they hardly depend on what else the machine does, wall time does.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.machine import children, load

CLAIM = Path(__file__).resolve().parents[1] / "scenarios" / "claim.yaml"


@dataclass(frozen=True)
class Cost:
    """What playing by one executor took: wall and CPU seconds, seconds until the first block came, and a sum of all chunks."""

    name: str
    wall: float
    cpu: float
    first: float
    sum: str


class CpuSeconds:
    """The CPU time of this process and of all below it during a `with` block, looked up a few times a second.

    What `os.times` says of children lacks those whose parent was ended before it waited for them.
    """

    def __enter__(self) -> CpuSeconds:
        self._used: dict[int, float] = {}
        self._over = threading.Event()
        self._before = time.process_time()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    @property
    def total(self) -> float:
        """Seconds until the end of the block."""
        return sum(self._used.values()) + time.process_time() - self._before

    def _watch(self) -> None:
        ticks, own = os.sysconf("SC_CLK_TCK"), os.getpid()
        while not self._over.wait(0.1):
            for pid in children(own):
                with suppress(OSError, IndexError, ValueError):
                    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
                    if pid != own:
                        self._used[pid] = (int(fields[11]) + int(fields[12])) / ticks


def chunks(folder: Path) -> str:
    """Return one sum over all stored chunks."""
    found = hashlib.sha256()
    for path in sorted((folder / "data.zarr").rglob("*")):
        if path.is_file() and path.name[0].isdigit():
            found.update(f"{path.relative_to(folder)}".encode() + path.read_bytes())
    return found.hexdigest()


def play(name: str, scenario: Any, **options: Any) -> Cost:
    """Play a scenario into a scratch folder."""
    from sim.experiment.run import run

    first: list[float] = []
    with tempfile.TemporaryDirectory(prefix="executors-") as scratch:
        begun = time.perf_counter()

        def on_progress(share: float) -> None:
            if share > 0 and not first:
                first.append(time.perf_counter() - begun)

        with CpuSeconds() as used:
            folder = run(scenario, Path(scratch) / "out", progress=on_progress, **options)
        return Cost(name, time.perf_counter() - begun, used.total, first[0], chunks(folder))


def measure(replicates: int, weeks: int, jobs: int, lanes: int) -> list[Cost]:
    """Return the costs of every executor that is installed, that of this process first."""
    from sim.experiment import design as designs
    from sim.experiment import run as runs
    from sim.scenario import read

    scenario = read(CLAIM, {"run.replicates": replicates, "run.horizon": f"{weeks} week"})
    plan = designs.design
    runs.design = lambda scenario, jobs=1: plan(scenario, 1, lanes)  # the same blocks for all
    try:
        found = [play("in process", scenario, jobs=1), play(f"{jobs} processes", scenario, jobs=jobs)]
        try:
            import distributed  # noqa: F401
        except ImportError:
            return found
        return [*found, play(f"Dask, {jobs} workers", scenario, jobs=jobs, scheduler="local")]
    finally:
        runs.design = plan


def table(costs: list[Cost], jobs: int) -> list[str]:
    """Return the rows of a Markdown table."""
    alone = costs[0]
    rows = [
        "| executor | wall, s | until the first day is played, s | CPU, s | CPU over in process | same bits |",
        "|---|---|---|---|---|---|",
    ]
    for one in costs:
        same = "yes" if one.sum == alone.sum else "NO"
        rows.append(
            f"| {one.name} | {one.wall:.1f} | {one.first:.1f} | {one.cpu:.1f} | {one.cpu / alone.cpu:.2f} | {same} |"
        )
    return rows


def main(arguments: list[str] | None = None) -> int:
    """Print the table; return 1 if the bits differ."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replicates", type=int, default=256)
    parser.add_argument("--weeks", type=int, default=26)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--lanes", type=int, default=288, help="lanes per block")
    asked = parser.parse_args(arguments)
    costs = measure(asked.replicates, asked.weeks, asked.jobs, asked.lanes)
    print(
        f"{CLAIM.name}, {asked.replicates} replicates per arm x {asked.weeks} weeks in blocks of {asked.lanes} lanes; load {load()}"
    )
    print("\n".join(table(costs, asked.jobs)))
    return 0 if len({one.sum for one in costs}) == 1 else 1


if __name__ == "__main__":
    sys.exit(main())
