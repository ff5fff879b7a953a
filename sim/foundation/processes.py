"""How a worker process comes to be: forked from this one where that is safe, and else a fresh interpreter.

A fork has at hand what this process has imported and shares its memory. It is safe only while a process has a single thread:
what another one holds at that moment, a lock above all, stays held in the fork for good.
"""

from __future__ import annotations

import atexit
import multiprocessing
import os
import signal
import subprocess
import sys
from contextlib import suppress
from multiprocessing.process import BaseProcess
from multiprocessing.spawn import get_executable
from typing import Any, BinaryIO, Protocol, cast

from sim.foundation import interrupts, worker

if sys.platform == "win32":
    _FLAGS = subprocess.CREATE_NEW_PROCESS_GROUP  # Ctrl-C is the parent's
else:
    _FLAGS = 0

_THREADS = "/proc/self/task"  # of all of them, those of libraries too; on Linux alone, where alone a fork is trusted


class Process(Protocol):
    """A process that runs `sim.foundation.worker.spawn_main`."""

    stdin: Any
    stdout: Any

    @property
    def pid(self) -> int:
        """The number of the process."""
        ...

    def wait(self, timeout: float | None = None) -> int:
        """Return the exit code, minus the number of a signal that ended it; a `subprocess.TimeoutExpired` if it lives on."""
        ...

    def kill(self) -> None:
        """End it now."""
        ...


def may_fork() -> bool:
    """Return whether this process is the command line's own, has a single thread, and its standard streams are open."""
    if not interrupts.is_command() or None in (sys.stdin, sys.stdout, sys.stderr):
        return False
    return os.path.isdir(_THREADS) and len(os.listdir(_THREADS)) == 1


def fork(errors: list[BinaryIO]) -> list[Process]:
    """Return forks of this process, one for each file that takes what it writes to standard error.

    Fewer where the system refuses more.
    """
    begun: list[_Fork] = []
    with interrupts.blocked(), suppress(OSError):
        for printed in errors:
            begun.append(_Fork(printed, begun))
    return list(begun)


def start(printed: BinaryIO) -> Process:
    """Start an interpreter that imports from where this process does; it never hears Ctrl-C, not even while it imports.

    Raises
    ------
    OSError
    """
    path = [os.path.abspath(place) for place in sys.path]
    program = f"import sys; sys.path[:] = {path!a}; from sim.foundation.worker import spawn_main; spawn_main()"
    flags: list[str] = subprocess._args_from_interpreter_flags()  # type: ignore[attr-defined]
    with interrupts.blocked():
        return cast(
            "Process",
            subprocess.Popen(
                [os.fsdecode(get_executable() or sys.executable), *flags, "-c", program],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=printed,
                creationflags=_FLAGS,
            ),
        )


class _Fork:
    """A fork of this process, with the face of a `subprocess.Popen`."""

    def __init__(self, printed: BinaryIO, others: list[_Fork]) -> None:
        inward, to_it = os.pipe()
        from_it, outward = os.pipe()
        self.stdin, self.stdout = os.fdopen(to_it, "wb"), os.fdopen(from_it, "rb")
        # a pipe that another fork holds open would not end with this process
        mine = [end for one in (*others, self) for end in (one.stdin.fileno(), one.stdout.fileno())]
        context = multiprocessing.get_context("fork")
        self._process: BaseProcess = context.Process(
            target=_run_fork, args=(inward, outward, printed.fileno(), mine), daemon=True
        )
        try:
            self._process.start()
        finally:
            os.close(inward)
            os.close(outward)

    @property
    def pid(self) -> int:
        return cast("int", self._process.pid)

    def wait(self, timeout: float | None = None) -> int:
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise subprocess.TimeoutExpired("worker", timeout or 0.0)
        return self._process.exitcode

    def kill(self) -> None:
        self._process.kill()


def _run_fork(inward: int, outward: int, printed: int, mine: list[int]) -> None:
    """Be a worker, in a fork; never returns."""
    atexit._clear()  # what this process registered is its own to end
    for number in interrupts.REQUESTS:
        signal.signal(number, signal.SIG_DFL)
    for place, end in enumerate((inward, outward, printed)):
        os.dup2(end, place)
    for end in mine:
        os.close(end)
    sys.stdin, sys.stdout, sys.stderr = (os.fdopen(end, mode, closefd=False) for end, mode in enumerate("rww"))
    worker.spawn_main()
