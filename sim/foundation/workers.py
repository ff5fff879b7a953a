"""Worker processes that leave Ctrl-C to their parent, and that end when it does."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from typing import Any, Protocol, TypeVar

T = TypeVar("T")

CONTEXT = multiprocessing.get_context("spawn")
"""Workers begin as fresh interpreters: no lock and no thread of the parent is copied into them."""

_POLL = 0.2  # s between two moments at which Ctrl-C is heard


class Stopped(Exception):  # noqa: N818 - not an error
    """Raised inside a worker that was told to stop."""


class Workshop(Protocol):
    """What long work asks of its workers; a test may bring its own."""

    def submit(self, work: Callable[..., T], /, *args: Any) -> Future[T]:
        """Hand out a task; `work` is importable by name."""
        ...

    def finished(self, tasks: Iterable[Future[T]], patience: float | None = None) -> set[Future[T]]:
        """Return the tasks that are done as soon as there is one, none after `patience` seconds without."""
        ...


class _Processes:
    """Worker processes; their owner hears Ctrl-C when it hands out a task and while it waits for one."""

    def __init__(self, executor: ProcessPoolExecutor, ear: _Ear) -> None:
        self._executor = executor
        self._ear = ear

    def submit(self, work: Callable[..., T], /, *args: Any) -> Future[T]:
        self._ear.heed()
        with _deaf():  # a worker that starts here never hears Ctrl-C, not even while it imports
            return self._executor.submit(work, *args)

    def finished(self, tasks: Iterable[Future[T]], patience: float | None = None) -> set[Future[T]]:
        tasks = list(tasks)
        while True:
            self._ear.heed()
            step = _POLL if patience is None else min(patience, _POLL)
            done = wait(tasks, timeout=step, return_when=FIRST_COMPLETED).done
            if done or not tasks:
                return done
            if patience is not None:
                patience -= step
                if patience <= 0:
                    return set()


def in_order(workers: Workshop, tasks: Iterable[Future[T]]) -> Iterator[T]:
    """Yield the results of `tasks` in their order, each as soon as it is there."""
    for task in tasks:
        workers.finished([task])
        yield task.result()


@contextmanager
def pool(jobs: int, prepare: Callable[..., None] | None = None, shared: tuple[Any, ...] = ()) -> Iterator[Workshop]:
    """Yield `jobs` worker processes; if anything goes wrong here, they are told to leave off.

    Parameters
    ----------
    jobs : int
    prepare : callable, optional
        Called once in every worker, with `shared`; importable by name.
    shared : tuple
        Pickled once a worker.

    Raises
    ------
    KeyboardInterrupt
        On Ctrl-C, once, where it is safe: when a task is handed out, waited for, or at the end.
    """
    stop = CONTEXT.Event()
    executor = ProcessPoolExecutor(jobs, mp_context=CONTEXT, initializer=_begin, initargs=(stop, prepare, shared))
    with _listening() as ear:
        try:
            yield _Processes(executor, ear)
            ear.heed()
        except BaseException:
            stop.set()
            executor.shutdown(wait=True, cancel_futures=True)
            raise
        executor.shutdown()


class _Ear:
    """Whether Ctrl-C was pressed."""

    heard = False

    def heed(self) -> None:
        if self.heard:
            raise KeyboardInterrupt


@contextmanager
def _listening() -> Iterator[_Ear]:
    """Note Ctrl-C instead of raising it wherever the program happens to be, for the `with` block to heed.

    Raised between two instructions it can leave a lock of the pool, or the counter that it shares with its workers,
    taken for good: whoever waits for it next waits for ever. Blocking the signal does not help, for another thread
    of the pool then takes it and Python still raises in the main one.
    """
    ear = _Ear()
    mine = threading.current_thread() is threading.main_thread()
    if not mine or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield ear  # somebody else's program: its handling stands
        return

    def note(number: int, frame: Any) -> None:
        ear.heard = True

    signal.signal(signal.SIGINT, note)
    try:
        yield ear
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@contextmanager
def _deaf() -> Iterator[None]:
    """Block Ctrl-C for a moment: a process started meanwhile inherits the blocked signal, and keeps it."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows; there `_begin` has to do
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


# -- inside a worker ------------------------------------------------------------

_told: dict[str, Any] = {}


def leave_if_stopped() -> None:
    """Raise `Stopped` in a worker whose parent has given up; long work calls this now and then."""
    if _told and _told["stop"].is_set():
        raise Stopped


def _begin(stop: Any, prepare: Callable[..., None] | None, shared: tuple[Any, ...]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    _told["stop"] = stop
    if prepare is not None:
        prepare(*shared)


def _leave_with_parent() -> None:
    """End this worker when its parent is killed; else it would wait for work for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
