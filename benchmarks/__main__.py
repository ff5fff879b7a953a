"""Every benchmark of a few minutes in one run: ``python -m benchmarks``; those of an hour are commands of their own (README.md)."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import engines, executors, memory, scaling, speed
from benchmarks.machine import load, machine

SCENARIOS = Path(__file__).resolve().parents[1] / "scenarios"


def start() -> None:
    """Print how long a cold process takes to its help, to the figures of a small run, and to the shipped claim's answer."""
    small = ["run", str(SCENARIOS / "abstract-claim.yaml"), "--replicates", "10", "--horizon", "8 week"]
    with tempfile.TemporaryDirectory(prefix="start-benchmark-") as folder:
        words = {
            "help": ["--help"],
            "the figures of a small run": [*small, "--out", f"{folder}/small"],
            "the answer and figures of sim claim": ["claim", str(SCENARIOS / "claim.yaml"), "--out", f"{folder}/claim"],
        }
        for name, said in words.items():
            before, begun = os.times(), time.perf_counter()
            subprocess.run([sys.executable, "-m", "sim", *said], check=True, capture_output=True)
            wall, after = time.perf_counter() - begun, os.times()
            used = after.children_user + after.children_system - before.children_user - before.children_system
            print(f"start to {name}: {wall:.2f} s, {used:.2f} s of CPU")


def main() -> int:
    """Print all tables, each under its name; return 1 if some numbers are not the same where they must be."""
    print(f"{machine()}, load {load()}")
    print("\n## Start\n")
    start()
    failed = 0
    for name, run, words in (
        ("A day of war", speed.main, ["--quick"]),
        ("Engines", engines.main, ["--replicates", "50", "--weeks", "12", "--runs", "1"]),
        ("Scaling", scaling.main, ["--quick"]),
        ("Executors", executors.main, ["--replicates", "64", "--weeks", "8"]),
        ("Memory", memory.main, ["--wars", "1200", "6000"]),
    ):
        print(f"\n## {name}\n", flush=True)
        failed |= run(words)
    return failed


if __name__ == "__main__":
    sys.exit(main())
