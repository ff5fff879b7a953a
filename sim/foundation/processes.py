"""How a worker process comes to be: forked from this one where that is safe, and else a fresh interpreter.

A fork has at hand what this process has imported and shares its memory. It is safe only while a process has a single thread:
what another one holds at that moment, a lock above all, stays held in the fork for good.
"""

from __future__ import annotations

import atexit
import errno
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import weakref
from collections.abc import Sequence
from contextlib import suppress
from multiprocessing.spawn import get_executable
from typing import Any, BinaryIO, NoReturn, Protocol, cast

from sim.foundation import interrupts, worker

if sys.platform == "win32":
    _FLAGS = subprocess.CREATE_NEW_PROCESS_GROUP  # Ctrl-C is the parent's
else:
    import resource

    _FLAGS = 0

_THREADS = "/proc/self/task"  # lists all threads, those of libraries too; on Linux, where alone a fork is trusted
_SPARE = 32  # descriptors that forks leave to this process
_POLL = 0.02  # s between two looks at whether a fork has ended


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


def fork(count: int) -> list[tuple[Process, BinaryIO]]:
    """Return up to `count` forks of this process, with the files for what they write to standard error.

    Fewer where the system has no room for more.
    """
    begun: list[_Fork] = []
    with interrupts.blocked(), suppress(OSError, ValueError):
        sys.stdout.flush()  # what is not written yet is not the fork's to write
        sys.stderr.flush()
        while len(begun) < count:
            begun.append(_Fork(begun))
    return [(one, one.stderr_file) for one in begun]


def unnamed_file() -> BinaryIO:
    """Return a file for what a worker writes to standard error: it has no name, so that nothing is left."""
    return cast("BinaryIO", tempfile.TemporaryFile())


def start(stderr_file: BinaryIO) -> Process:
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
                stderr=stderr_file,
                creationflags=_FLAGS,
            ),
        )


class _Fork:
    """A fork of this process, with the interface of a `subprocess.Popen`.

    Parameters
    ----------
    others : list
        Forks made before, whose ends of pipes this one closes: a pipe that another process holds open does not end.

    Raises
    ------
    OSError
        If the system has no room for it; nothing is left behind.
    """

    def __init__(self, others: Sequence[_Fork]) -> None:
        self.stderr_file, ends = unnamed_file(), list[int]()
        try:
            ends += os.pipe()
            ends += os.pipe()
            _check_room(ends[-1])
            theirs = [end for one in others for end in one.descriptors()]
            self.pid = os.fork()
            if self.pid == 0:
                _be_worker(ends, self.stderr_file.fileno(), theirs)
        except OSError:
            self.stderr_file.close()
            for end in ends:
                os.close(end)
            raise
        inward, to_it, from_it, outward = ends
        os.close(inward)
        os.close(outward)
        self.stdin, self.stdout = os.fdopen(to_it, "wb"), os.fdopen(from_it, "rb")
        self._code: int | None = None
        # the system reports the end once, and may then give the number to another process
        self._one_asks = threading.Lock()

    def descriptors(self) -> list[int]:
        """Return the parent's descriptors that belong to this fork."""
        files = (self.stdin, self.stdout, self.stderr_file)
        return [one.fileno() for one in files if not one.closed]

    def wait(self, timeout: float | None = None) -> int:
        """Return the exit code, as `Process` says."""
        until = None if timeout is None else time.monotonic() + timeout
        while (code := self._ended()) is None:
            if until is not None and time.monotonic() >= until:
                raise subprocess.TimeoutExpired("worker", timeout or 0.0)
            time.sleep(_POLL)
        return code

    def kill(self) -> None:
        """End it now, if it lives."""
        with self._one_asks:
            if self._code is None:
                with suppress(ProcessLookupError):
                    os.kill(self.pid, signal.SIGKILL)

    def _ended(self) -> int | None:
        with self._one_asks:
            if self._code is None:
                try:
                    pid, status = os.waitpid(self.pid, os.WNOHANG)
                except ChildProcessError:  # SIGCHLD is ignored: the system keeps no account of how it ended
                    self._code = 0
                else:
                    self._code = os.waitstatus_to_exitcode(status) if pid else None
            return self._code


def _check_room(descriptor: int) -> None:
    """Raise an OSError where a descriptor is so high that too few are left to this process."""
    most, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most != resource.RLIM_INFINITY and descriptor > most - _SPARE:
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))


def _be_worker(ends: Sequence[int], stderr: int, theirs: Sequence[int]) -> NoReturn:
    """Be a worker, in a fork; never returns."""
    try:
        _forget_the_parent()
        for place, end in enumerate((ends[0], ends[-1], stderr)):
            os.dup2(end, place)
        for end in (*ends, stderr, *theirs):
            os.close(end)
        streams = zip(("r", "w", "w"), (sys.stdin, sys.stdout, sys.stderr), strict=True)
        sys.stdin, sys.stdout, sys.stderr = (
            open(place, mode, buffering=1, encoding=old.encoding, errors="backslashreplace", closefd=False)  # noqa: SIM115
            for place, (mode, old) in enumerate(streams)
        )
        worker.spawn_main()
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
    os._exit(1)


def _forget_the_parent() -> None:
    """Let go of what the parent wants done at its end, or when it is asked to end."""
    atexit._clear()
    weakref.finalize._registry.clear()  # type: ignore[attr-defined]
    weakref.finalize._registered_with_atexit = False  # type: ignore[attr-defined]
    for number in interrupts.REQUESTS:
        handler: Any = signal.getsignal(number)
        if isinstance(handler, interrupts.Interrupts):  # what is ignored, as under nohup, stays ignored
            signal.signal(number, signal.SIG_DFL)
