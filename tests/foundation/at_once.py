"""A stand-in for worker processes: work is done in this process, when it is handed out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Future
from typing import Any, TypeVar

from sim.foundation.executor import Executor

T = TypeVar("T")


class AtOnce(Executor):
    """Does each task at once, and counts; it enters and leaves as `sim.foundation.workers.pool` does."""

    def __init__(self, *_: Any, **__: Any) -> None:
        self.plays = 0

    def __enter__(self) -> AtOnce:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    room = 1

    @property
    def progress(self) -> float:
        return 0.0

    def share(self, value: T) -> T:
        return value

    def submit(self, work: Callable[..., T], /, *args: Any) -> Future[T]:
        self.plays += 1
        done: Future[T] = Future()
        done.set_result(work(*args))
        return done

    def finished(self, tasks: Iterable[Future[T]], patience: float | None = None) -> set[Future[T]]:
        return set(tasks)
