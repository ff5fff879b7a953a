"""Worker processes that leave Ctrl-C to their parent, and that end when it does."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from typing import Any

CONTEXT = multiprocessing.get_context("spawn")
"""Workers begin as fresh interpreters: no lock and no thread of the parent is copied into them."""


class Stopped(Exception):  # noqa: N818 - not an error
    """Raised inside a worker that was told to stop."""


class _Pool(ProcessPoolExecutor):
    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Submit; a worker that starts here never hears Ctrl-C, not even while it imports."""
        with _deaf():
            return super().submit(fn, *args, **kwargs)


@contextmanager
def pool(jobs: int, prepare: Callable[..., None] | None = None, shared: tuple[Any, ...] = ()) -> Iterator[_Pool]:
    """Yield a pool of `jobs` processes; if anything goes wrong here, its workers are told to leave off.

    Parameters
    ----------
    jobs : int
    prepare : callable, optional
        Called once in every worker, with `shared`; importable by name.
    shared : tuple
        Pickled once a worker.
    """
    stop = CONTEXT.Event()
    workers = _Pool(jobs, mp_context=CONTEXT, initializer=_begin, initargs=(stop, prepare, shared))
    try:
        yield workers
    except BaseException:
        stop.set()
        workers.shutdown(wait=True, cancel_futures=True)
        raise
    workers.shutdown()


@contextmanager
def _deaf() -> Iterator[None]:
    """Hold Ctrl-C back for a moment: a process started meanwhile inherits the blocked signal, and keeps it."""
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
