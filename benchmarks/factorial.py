"""Time the factorial as a user would play it: wall time, greatest memory of all processes together, war-days a second.

``python -m benchmarks.factorial`` plays 64 arms x 1,000 wars x 52 weeks; ``--replicates 50`` for the coarse one. The
shares tell where the time goes: the same wars are then judged again from the store, and that is timed alone.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.machine import children, load, memory

AIMS = {1000: (60.0, 1500.0), 50: (20.0, 1500.0)}  # replicates: seconds, MB; on two idle cores
WAIT = 0.1  # s between two looks at the memory


def timed(words: list[str]) -> tuple[float, float, dict]:
    """Run the command; return seconds, greatest MB, and what it said."""
    begun, most = time.perf_counter(), 0.0
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen([sys.executable, "-m", "sim", *words], stdout=said)
        while process.poll() is None:
            most = max(most, memory(children(process.pid)))
            time.sleep(WAIT)
        seconds = time.perf_counter() - begun
        if process.returncode:
            sys.exit(process.returncode)
        said.seek(0)
        return seconds, most, json.load(said)


def main(arguments: list[str] | None = None) -> int:
    """Print the figures; return 1 if an aim for this size is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replicates", type=int, default=1000)
    parser.add_argument("--jobs", type=int, default=None)
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="factorial-benchmark-") as folder:
        words = ["factorial", "--replicates", str(asked.replicates), "--out", f"{folder}/result", "--json"]
        words += [] if asked.jobs is None else ["--jobs", str(asked.jobs)]
        seconds, most, summary = timed(words)
        stored = sum(file.stat().st_size for file in Path(folder).rglob("*") if file.is_file()) / 2**20
        again, most_again, _ = timed(words)
        undrawn, _, _ = timed([*words, "--no-plots"])
    arms, days = len(summary["arms"]), 7 * summary["weeks"]
    wars = arms * asked.replicates
    print(f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores, load {load()}")
    print(
        f"{arms} arms x {asked.replicates:,} wars x {days:.0f} days: {seconds:.1f} s, {most:,.0f} MB, {stored:,.0f} MB on disk"
    )
    print(f"  {wars * days / seconds:,.0f} war-days/s over all; {wars * days / (seconds - again):,.0f} while playing")
    print(
        f"  judged again without playing: {again:.1f} s, {most_again:,.0f} MB, of which figures {again - undrawn:.1f} s"
    )
    aim = AIMS.get(asked.replicates)
    if aim is None:
        return 0
    met = seconds <= aim[0] and most <= aim[1]
    print(f"  aim on two idle cores: {aim[0]:.0f} s and {aim[1]:,.0f} MB - {'met' if met else 'MISSED'}")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
