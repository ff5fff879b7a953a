"""A real Dask scheduler with workers on loopback, each a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LIFETIME = "120s"  # of a worker whose test was killed


class Cluster:
    """A scheduler's address, and its workers."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.workers: list[subprocess.Popen[bytes]] = []

    def add(self, cwd: Path = ROOT, **env: str) -> None:
        """Start one more worker, with one thread and no nanny: it stays dead when it is killed."""
        words = [sys.executable, "-m", "distributed.cli.dask_worker", self.address, "--nthreads", "1", "--no-nanny"]
        path = os.pathsep.join([str(ROOT), *filter(None, sys.path)])
        self.workers.append(
            subprocess.Popen(
                [*words, "--no-dashboard", "--memory-limit", "0", "--lifetime", LIFETIME],
                cwd=cwd, env={**os.environ, "PYTHONPATH": path, **env}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )
        )  # fmt: skip

    def kill(self, pid: int) -> None:
        """End one worker as the system does."""
        os.kill(pid, signal.SIGKILL)


@contextmanager
def loopback(workers: int) -> Iterator[Cluster]:
    """Yield a cluster of so many workers; all of it is gone at the end."""
    path = os.pathsep.join([str(ROOT), *filter(None, sys.path)])
    words = [
        sys.executable,
        "-m",
        "distributed.cli.dask_scheduler",
        "--host",
        "127.0.0.1",
        "--port",
        "0",
        "--no-dashboard",
    ]
    scheduler = subprocess.Popen(
        words,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": path},
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    )
    made = None
    try:
        assert scheduler.stderr is not None
        line = next(line for line in scheduler.stderr if "Scheduler at:" in line)
        made = Cluster("tcp://" + line.rpartition("tcp://")[2].strip())
        for _ in range(workers):
            made.add()
        yield made
    finally:
        for process in [*(made.workers if made else ()), scheduler]:
            process.kill()
            process.wait()
