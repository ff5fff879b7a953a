"""The one protocol by which long work is spread over processes or machines; results do not depend on which."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from typing import Any, Protocol, TypeVar

from sim.foundation.errors import MachineError

T = TypeVar("T")


class WorkerError(MachineError):
    """A worker ended before its work was done.

    Parameters
    ----------
    reason : str
        Which worker, and how it ended.
    remains : str
        What is safe, and how to go on.
    """

    def __init__(self, reason: str, remains: str = "") -> None:
        self.reason = reason
        super().__init__(f"{reason}; {remains}" if remains else reason)


class Executor(Protocol):
    """Carries out tasks somewhere; a test may bring its own."""

    @property
    def progress(self) -> float:
        """Return the sum of what the tasks have told `sim.foundation.worker.advance`."""
        ...

    def share(self, value: T) -> T:
        """Return a stand-in for `value`, to be passed to many tasks: it goes to each worker once."""
        ...

    def submit(self, work: Callable[..., T], /, *args: Any) -> Future[T]:
        """Hand out a task; `work` and the classes of `args` are importable by name.

        Raises
        ------
        WorkerError
        KeyboardInterrupt
        """
        ...

    def finished(self, tasks: Iterable[Future[T]], patience: float | None = None) -> set[Future[T]]:
        """Return the tasks that are done as soon as there is one, none after `patience` seconds without.

        Raises
        ------
        WorkerError
            If no task is done, and a worker is lost.
        KeyboardInterrupt
        """
        ...


def in_order(workers: Executor, tasks: Iterable[Future[T]]) -> Iterator[T]:
    """Yield the results of `tasks` in their order, each as soon as it is there."""
    for task in tasks:
        workers.finished([task])
        yield task.result()


def successes_first(tasks: Iterable[Future[T]]) -> list[Future[T]]:
    """Return finished tasks so that those with a result come first: it is kept before another's failure is raised."""
    return sorted(tasks, key=lambda task: task.exception() is not None)
