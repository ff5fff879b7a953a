"""What the benchmarks ask of the machine: who it is, how busy it is, and what memory some processes hold."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


def machine() -> str:
    """Return processor, cores, Python and numpy in one line."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    model = next(
        (line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine()
    )
    return f"{model}, {os.cpu_count()} cores, Python {platform.python_version()}, numpy {np.__version__}"


def load() -> str:
    """Return the load average of the last minute."""
    return f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "not known"


def children(of: int) -> list[int]:
    """Return a process and all that it started, on Linux; elsewhere the process alone."""
    parents: dict[int, list[int]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except (OSError, IndexError, ValueError):
            continue
        parents.setdefault(parent, []).append(int(folder.name))
    found, todo = [], [of]
    while todo:
        one = todo.pop()
        found.append(one)
        todo += parents.get(one, [])
    return found


def memory(pids: list[int]) -> float:
    """Return the resident memory of some processes in MB; pages that they share are counted for each."""
    total = 0
    for pid in pids:
        try:
            total += int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE
        except (OSError, IndexError, ValueError):
            continue
    return total / 2**20


def rate(step: Callable[[], None], seconds: float, least: int = 3) -> float:
    """Return calls per CPU second: after two calls to warm up, as many as fit in `seconds`, at least `least`.

    CPU seconds of this one thread hardly depend on what else the machine does; wall time does.
    """
    step(), step()
    calls, begun = 0, time.process_time()
    while calls < least or time.process_time() - begun < seconds:
        step()
        calls += 1
    return calls / (time.process_time() - begun)
