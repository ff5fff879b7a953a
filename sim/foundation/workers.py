"""Worker processes: each gets its work through a pipe, and ends when its parent does.

Not `concurrent.futures.ProcessPoolExecutor`, because a worker that dies there while it starts can hang the program
(python/cpython#118981), it imports the user's main module again, and its locks outlive what is raised by Ctrl-C. Here
every worker has a thread of its own in the parent, which alone writes to it and reads from it: whatever the worker does
or suffers, only that thread waits for it.
"""

from __future__ import annotations

import os
import pickle
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any, BinaryIO, TypeVar, cast

from sim.foundation import interrupts, processes, worker
from sim.foundation.errors import MachineError
from sim.foundation.executor import Executor, Pool, WorkerError, carry_out
from sim.foundation.processes import Process

T = TypeVar("T")

START_TIMEOUT = 120.0
"""Seconds in which a worker must be ready for a task, and in which it must have imported what the task needs."""

_POLL = 0.2  # s between two moments at which Ctrl-C and slow starts are noticed
_LEAVING = 5.0  # s that workers without work get to end by themselves
_CRASHES = ("SIGSEGV", "SIGBUS", "SIGABRT", "SIGILL", "SIGFPE")
_PASSED_ON = 8192  # bytes of a worker's standard error that are passed on at its end
_QUOTED = 3  # last lines of a dead worker's standard error that are shown


@contextmanager
def pool(
    jobs: int,
    *,
    start_timeout: float = START_TIMEOUT,
    here: bool = False,
    prepare: Callable[[], object] | None = None,
) -> Iterator[Pool]:
    """Yield an executor with up to `jobs` worker processes; they are gone when the `with` block is left.

    Parameters
    ----------
    jobs : int
    start_timeout : float
        Seconds that a worker has to start.
    here : bool
        Whether this process works too: while it waits for tasks it carries out what no worker has begun.
    prepare : callable, optional
        Imports what the tasks need. Where this process may be forked it does so at once, and all workers are forks of it.

    Raises
    ------
    KeyboardInterrupt
        On Ctrl-C, once, where it is safe: when a task is handed out, waited for, or at the end.
    WorkerError
        If a worker is lost.
    """
    with interrupts.held() as ctrl_c:
        workers = _Processes(jobs, ctrl_c, start_timeout, here)
        try:
            if prepare:
                workers.fork(prepare)
            yield workers
            ctrl_c.heed()
        except BaseException:
            with ctrl_c.finishing():
                workers.end(wait_for=0.0)
            raise
        with ctrl_c.finishing():
            workers.end(wait_for=_LEAVING)


class _Processes(Pool):
    """Worker processes, started when there is work for them."""

    def __init__(self, jobs: int, ctrl_c: interrupts.Interrupts, start_timeout: float, here: bool) -> None:
        self.shared: list[bytes] = []
        self.tasks: queue.SimpleQueue[_Task | None] = queue.SimpleQueue()
        self.broken: WorkerError | None = None
        self._jobs = jobs
        self._ctrl_c = ctrl_c
        self._start_timeout = start_timeout
        self._workers: list[_Worker] = []
        self._ended = False
        self._here, self._done_here = here, 0.0
        self._waiting: dict[Future[Any], _Task] = {}  # what this process may carry out, should it wait for it
        self._notify: Callable[[], object] | None = None

    def fork(self, prepare: Callable[[], object]) -> None:
        """Prepare this process for all tasks and fork all workers from it, if that is safe; else they start with their tasks."""
        if not processes.may_fork():
            return
        with interrupts.released(), suppress(Exception):  # what cannot be imported is reported by whoever needs it
            prepare()
        if processes.may_fork():
            begun = processes.fork(self._jobs)
            self._jobs = len(begun) or self._jobs
            for process, stderr_file in begun:
                self._employ(process, stderr_file)

    def _employ(self, process: Process, stderr_file: BinaryIO) -> None:
        self._workers.append(_Worker(len(self._workers) + 1, self, self._start_timeout, process, stderr_file))

    @property
    def room(self) -> int:
        return self._jobs + self._here + 1  # one waiting, so that nobody idles

    @property
    def progress(self) -> float:
        return self._done_here + sum(one.progress for one in self._workers)

    @contextmanager
    def piece(self, notify: Callable[[float], object] | None = None) -> Iterator[Executor]:
        piece = _Piece(self)
        self._notify = None if notify is None else lambda: notify(piece.progress)
        try:
            with interrupts.held():
                yield piece
        finally:
            self._notify = None

    def share(self, value: T) -> T:
        self.shared.append(pickle.dumps(value, pickle.HIGHEST_PROTOCOL))
        return cast("T", _Shared(len(self.shared) - 1, value if self._here else None))

    def submit(self, work: Callable[..., T], /, *args: Any) -> Future[T]:
        self._ctrl_c.heed()
        if self.broken:
            raise self.broken
        own = partial(work, *(arg.value if isinstance(arg, _Shared) else arg for arg in args))
        task = _Task(Future(), pickle.dumps((work, args), pickle.HIGHEST_PROTOCOL), own)
        if len(self._workers) < self._jobs:
            self._employ(*_started())
        if self._here:
            self._waiting[task.future] = task
        self.tasks.put(task)
        return task.future

    def finished(self, tasks: Iterable[Future[T]], patience: float | None = None) -> set[Future[T]]:
        tasks = list(tasks)
        while True:
            self._ctrl_c.heed()
            if self._here and not any(task.done() for task in tasks):
                self._lend_a_hand(tasks)
            step = _POLL if patience is None else min(patience, _POLL)
            done = wait(tasks, timeout=step, return_when=FIRST_COMPLETED).done
            if self.broken:
                self._ctrl_c.heed()  # a signal to the whole group: it was not the worker's death that ended the work
            for task in done:
                self._waiting.pop(task, None)
            if done or not tasks:
                return done
            if self.broken:
                raise self.broken
            for one in self._workers:
                one.end_if_late()
            if patience is not None:
                patience -= step
                if patience <= 0:
                    return set()

    def _lend_a_hand(self, tasks: Iterable[Future[Any]]) -> None:
        """Carry out in this process the first of some tasks that no worker has begun, if there is one."""
        waiting = (self._waiting.pop(task) for task in tasks if task in self._waiting)
        task = next((one for one in waiting if one.claim()), None)
        if task is not None:
            with interrupts.released(), worker.listening(self._advance):
                carry_out(task.future, task.here)

    def _advance(self, amount: float) -> None:
        self._done_here += amount
        if self._notify is not None:
            self._notify()

    def give_up(self, error: WorkerError) -> None:
        """Fail every task that no worker has begun; called by the thread of a lost worker."""
        if self._ended:
            return
        self.broken = self.broken or error
        with suppress(queue.Empty):
            while (task := self.tasks.get_nowait()) is not None:
                if task.claim():
                    task.future.set_exception(self.broken)

    def end(self, wait_for: float) -> None:
        """End all workers, by force where they have not left after `wait_for` seconds."""
        self._ended = True
        until = time.monotonic() + wait_for
        for one in self._workers:
            if not wait_for:
                one.kill()
            self.tasks.put(None)
        for one in self._workers:
            one.end(until)


class _Piece(Executor):
    """A pool as one of several pieces of work sees it."""

    def __init__(self, whole: _Processes) -> None:
        self._whole, self._before = whole, whole.progress

    @property
    def room(self) -> int:
        return self._whole.room

    @property
    def progress(self) -> float:
        return self._whole.progress - self._before

    def share(self, value: T) -> T:
        return self._whole.share(value)

    def submit(self, work: Callable[..., T], /, *args: Any) -> Future[T]:
        return self._whole.submit(work, *args)

    def finished(self, tasks: Iterable[Future[T]], patience: float | None = None) -> set[Future[T]]:
        return self._whole.finished(tasks, patience)


class _Shared:
    """Stands for a shared value; unpickled in a worker it is that value."""

    def __init__(self, number: int, value: Any) -> None:
        self._number, self.value = number, value

    def __reduce__(self) -> tuple[Callable[[int], Any], tuple[int]]:
        return worker.shared, (self._number,)


@dataclass(frozen=True)
class _Task:
    """A call, pickled and for this process, and where its result is awaited."""

    future: Future[Any]
    call: bytes
    here: Callable[[], Any]
    _claimed: Any = field(default_factory=threading.Lock)

    def claim(self) -> bool:
        """Return whether nobody else does this task: true once."""
        return bool(self._claimed.acquire(blocking=False))


class _Worker:
    """One process and the thread that talks with it."""

    def __init__(
        self, number: int, owner: _Processes, start_timeout: float, process: Process, stderr_file: BinaryIO
    ) -> None:
        self.progress = 0.0
        self._number = number
        self._owner = owner
        self._sent = 0  # shared values
        self._timeout = start_timeout
        self._late: str | None = None
        self._process, self._printed = process, stderr_file
        self._deadline: float | None = time.monotonic() + start_timeout
        self._thread = threading.Thread(target=self._serve, name=f"worker {number}", daemon=True)
        self._thread.start()

    def end_if_late(self) -> None:
        """End a worker that does not start, or that never comes to its work."""
        deadline = self._deadline
        if deadline is not None and time.monotonic() > deadline and self._late is None:
            self._late = f"was not ready after {self._timeout:g} s and was ended"
            self.kill()

    def kill(self) -> None:
        """End the process now."""
        self._process.kill()

    def end(self, until: float) -> None:
        """Wait for the process to leave until a moment of `time.monotonic`, then end it; pass on what it printed."""
        self._thread.join(max(until - time.monotonic(), 0.0))
        try:
            self._process.wait(max(until - time.monotonic(), 0.0))
        except subprocess.TimeoutExpired:
            self._process.kill()
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(_LEAVING)
        self._thread.join(_LEAVING)
        if self._owner.broken is None and sys.stderr is not None:
            sys.stderr.write("".join(f"{line}\n" for line in self._written()))
        self._printed.close()

    # -- in the worker's own thread ---------------------------------------------

    def _serve(self) -> None:
        """Hand out tasks and take in results until there are no more tasks."""
        task: _Task | None = None
        stdin, stdout = self._process.stdin, self._process.stdout
        try:
            self._wait_for_hello(stdout)
            while (task := self._owner.tasks.get()) is not None:
                if not task.claim():
                    continue
                task.future.set_running_or_notify_cancel()
                self._deadline = time.monotonic() + self._timeout
                for value in self._owner.shared[self._sent :]:
                    worker.write_frame(stdin, worker.SHARED, value)
                    self._sent += 1
                worker.write_frame(stdin, worker.TASK, task.call)
                self._follow(task, stdout)
        except (EOFError, OSError):
            error = WorkerError(self._how_it_ended())
            self._owner.give_up(error)
            if task is not None:
                task.future.set_exception(error)
        finally:
            for stream in (stdin, stdout):
                with suppress(OSError):
                    stream.close()  # the worker leaves when its input ends

    def _wait_for_hello(self, stdout: Any) -> None:
        while (line := stdout.readline()) != worker.HELLO.lstrip():
            if not line:
                raise EOFError
        self._deadline = None

    def _follow(self, task: _Task, stdout: Any) -> None:
        """Take in what the worker says about `task` until it is done."""
        while True:
            kind, content = worker.read_frame(stdout)
            if kind == worker.BEGUN:
                self._deadline = None
            elif kind == worker.PROGRESS:
                self.progress += worker.AMOUNT.unpack(content)[0]
            else:
                break
        self._deadline = None
        try:
            answer = pickle.loads(content)
        except BaseException as error:
            kind, answer = worker.FAILED, error
        if kind == worker.FAILED:
            task.future.set_exception(answer)
        else:
            task.future.set_result(answer)

    def _how_it_ended(self) -> str:
        """Return which worker ended and why, with the last that it wrote to standard error."""
        try:
            code = self._process.wait(_LEAVING)
        except subprocess.TimeoutExpired:  # it closed its output and lives on
            self._process.kill()
            code = self._process.wait()
        how = self._late or describe_exit(code)
        lines = [
            line for line in self._written() if not line.startswith((" ", "Traceback"))
        ]  # of a traceback the error
        said = f"; its last words: {' | '.join(lines[-_QUOTED:])}" if lines else ""
        return f"worker process {self._number} (pid {self._process.pid}) {how}{said}"

    def _written(self) -> list[str]:
        """Return the last lines that the worker wrote to standard error, without empty ones."""
        self._printed.seek(0, os.SEEK_END)
        self._printed.seek(max(0, self._printed.tell() - _PASSED_ON))
        lines = self._printed.read().decode("utf-8", "replace").split("\n")
        return [line.rstrip() for line in lines if line.strip()]


def describe_exit(code: int) -> str:
    """Return in words how a process came to end with an exit code, as `subprocess` gives it."""
    if code >= 0:
        return f"ended by itself (exit code {code})"
    try:
        name = signal.Signals(-code).name
    except ValueError:
        return f"was ended from outside (signal {-code})"
    if name in _CRASHES:
        return f"crashed (signal {-code}, {name})"
    why = ", most likely for want of memory" if name == "SIGKILL" else ""
    return f"was ended from outside (signal {-code}, {name}{why})"


def _started() -> tuple[Process, BinaryIO]:
    """Return a fresh worker, and the file for what it writes to standard error."""
    try:
        stderr_file = processes.unnamed_file()
        try:
            return processes.start(stderr_file), stderr_file
        except OSError:
            stderr_file.close()
            raise
    except OSError as error:
        raise MachineError(f"cannot start a worker process: {error.strerror or error}") from error
