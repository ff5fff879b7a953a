"""A run whose parent, workers or whole group are ended at a random moment, by every signal; and full disks."""

from __future__ import annotations

import os
import random
import re
import resource
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from functools import cache
from pathlib import Path

from tests.trials.common import Series, Trouble
from tests.trials.playing import Played, demand_the_same, duration, undisturbed, without_core_dumps

END = (signal.SIGKILL, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGINT)
LOST = (signal.SIGKILL, signal.SIGTERM, signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS)
STARTING = 0.4  # s in which a worker starts


def kill_parent(rng: random.Random, folder: Path) -> None:
    """End the parent alone: its workers must follow."""
    number = rng.choice(END)
    played = _begun(folder)
    time.sleep(rng.uniform(0.0, 1.1 * duration()))
    played.process.send_signal(number)
    _demand_end(played, number)
    demand_the_same(folder)


def kill_group(rng: random.Random, folder: Path) -> None:
    """End parent and workers at once, as a terminal, a session or a batch system does."""
    number = rng.choice(END)
    played = _begun(folder)
    time.sleep(rng.uniform(0.0, 1.1 * duration()))
    with suppress(ProcessLookupError):
        os.killpg(played.process.pid, number)
    _demand_end(played, number)
    demand_the_same(folder)


def kill_worker(rng: random.Random, folder: Path) -> None:
    """End one worker, every second time while it starts."""
    number = rng.choice(LOST)
    played = _begun(folder)
    while not (workers := played.workers()) and played.process.poll() is None:
        time.sleep(0.002)
    starting = rng.random() < 0.5
    time.sleep(rng.uniform(0.0, STARTING if starting else duration()))
    workers = played.workers() or workers
    victim = rng.choice(workers) if workers else None
    if victim is not None:
        with suppress(ProcessLookupError):
            os.kill(victim, number)
    code, told = played.ended()
    if code not in (0, 1):  # 0: it had nothing left to do
        raise Trouble(f"exit code {code} after {number.name} to a worker: {told}")
    said = rf"sim: worker process \d+ \(pid {victim}\) .*\(signal {number}, {number.name}.*\d+ of \d+ blocks are finished and safe"
    if code == 1 and not re.search(said, told):
        raise Trouble(f"a worker was ended by {number.name}, and told was: {told}")
    demand_the_same(folder)


def fill_disk(rng: random.Random, folder: Path) -> None:
    """Let the disk be full at a random moment, then make room."""
    share = rng.uniform(0.02, 0.98)
    if not can_mount():
        limit = int(share * _largest_file())
        _demand_refusal(Played(folder, prepare=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))))
        demand_the_same(folder)
        return
    disk = folder / "disk"
    disk.mkdir()
    _mount(disk, f"size={int(share * _occupied()) // 4096 * 4096 + 4096}")
    try:
        played = Played(disk)
        _demand_refusal(played)
        _mount(disk, "remount,size=64m")
        demand_the_same(disk)
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


def _begun(folder: Path) -> Played:
    without_core_dumps()
    duration()  # measured before the clock of this trial starts
    return Played(folder)


def _demand_end(played: Played, number: signal.Signals) -> None:
    """Demand that a program ended by a signal ended by it, or had ended before; that Ctrl-C stopped it in its own way."""
    code, told = played.ended()
    allowed = {0, 130, -number} if number == signal.SIGINT else {0, -number}
    if number == signal.SIGINT and "Traceback" in told:
        allowed |= {1}  # of Python's own start
    if code not in allowed:
        raise Trouble(f"exit code {code} after {number.name}: {told}")


def _demand_refusal(played: Played) -> None:
    """Demand one line that names the disk's trouble, or a run that found room enough."""
    code, told = played.ended()
    if code == 0:
        return
    lines = [line for line in told.splitlines() if not line.startswith("sim: warning: ")]
    said = len(lines) == 1 and re.match(r"sim: cannot .*(No space left|File too large)", lines[0])
    if code not in (1, 2) or not said:
        raise Trouble(f"a full disk ends with {code}: {told}")


def _mount(disk: Path, options: str) -> None:
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "none", str(disk)], check=True, capture_output=True)


@cache
def can_mount() -> bool:
    """Return whether this user may mount a small file system."""
    with tempfile.TemporaryDirectory(prefix="trial-mount-") as place:
        try:
            _mount(Path(place), "size=64k")
        except (OSError, subprocess.CalledProcessError):
            return False
        subprocess.run(["umount", place], check=True)
    return True


def _files() -> tuple[int, ...]:
    """Return the sizes of the files of an undisturbed result."""
    return undisturbed()[1]


def _largest_file() -> int:
    return max(_files())


def _occupied() -> int:
    """Return what an undisturbed result takes on a disk with pages of 4 kB."""
    return sum(-(-size // 4096) * 4096 for size in _files())


def disk_means() -> str:
    """Return how a disk is filled on this machine."""
    return "a small tmpfs" if can_mount() else "a limit on the size of files, as no tmpfs can be mounted"


def _same() -> str:
    return "no hang, no traceback, no process or temporary file left; the same command goes on to the same bits"


SERIES = (
    Series(
        "kills-parent",
        "the parent ended at a random moment by SIGKILL, TERM, HUP, QUIT, INT",
        _same(),
        34,
        1,
        kill_parent,
    ),
    Series("kills-group", "parent and workers ended together", _same(), 33, 1, kill_group),
    Series(
        "kills-worker",
        "a worker ended by SIGKILL, TERM, SEGV, ABRT, BUS, half of them while it starts",
        "the worker and the signal named, exit code 1; " + _same(),
        33,
        1,
        kill_worker,
    ),
    Series(
        "full-disk", "the disk full at a random moment", "one line of error; " + _same(), 20, 1, fill_disk, disk_means
    ),
)
