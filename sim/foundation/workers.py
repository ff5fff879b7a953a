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
    with _heard_once():
        try:
            yield workers
        except BaseException:
            with _deaf():
                stop.set()
                workers.shutdown(wait=True, cancel_futures=True)
            raise
        with _deaf():
            workers.shutdown()


@contextmanager
def _heard_once() -> Iterator[None]:
    """Let Ctrl-C through once; the workers need a moment to leave, and a second one would only get in their way.

    A wait for a thread that is broken off counts the thread as ended [bpo-45274, Python up to 3.12]; the pool's queue would
    then be closed while its workers still wait for a word from it, for ever.
    """
    mine = threading.current_thread() is threading.main_thread()
    if not mine or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield  # somebody else's program: its handling stands
        return

    def once(number: int, frame: Any) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        raise KeyboardInterrupt

    signal.signal(signal.SIGINT, once)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@contextmanager
def _deaf() -> Iterator[None]:
    """Hold Ctrl-C back for a moment. A process started meanwhile inherits the blocked signal, and keeps it."""
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
