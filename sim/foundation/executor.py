"""The one protocol by which long work is spread over processes or machines; results do not depend on which.

Three carry it out: `in_process` here, `sim.foundation.workers.pool` in worker processes, `sim.foundation.cluster.cluster` on
a Dask cluster.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from typing import Any, Protocol, TypeVar

from sim.foundation import worker
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
    def room(self) -> int:
        """Return how many tasks to hand out at once, so that none of those who work waits for one."""
        ...

    @property
    def progress(self) -> float:
        """Return the sum of what the tasks have reported to `sim.foundation.worker.advance`."""
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


class Pool(Executor, Protocol):
    """Worker processes that do one piece of work after the other."""

    def piece(self, notify: Callable[[float], object] | None = None) -> AbstractContextManager[Executor]:
        """Open the same executor for one piece of work, whose progress begins at zero.

        `notify` is called with it a few times a second while this process itself carries out a task.
        """
        ...


@contextmanager
def in_process(notify: Callable[[float], object] | None = None) -> Iterator[Executor]:
    """Yield an executor that carries out each task in this process, when it is waited for.

    `notify` is called with the progress, a few times a second while a task is under way.
    """
    yield _InProcess(notify)


class _InProcess(Executor):
    """Tasks wait in line; each is carried out when somebody waits for one, so that what is done can be kept at once."""

    room = 1

    def __init__(self, notify: Callable[[float], object] | None) -> None:
        self._notify = notify
        self._progress = 0.0
        self._waiting: dict[Future[Any], Callable[[], Any]] = {}

    @property
    def progress(self) -> float:
        return self._progress

    def share(self, value: T) -> T:
        return value

    def submit(self, work: Callable[..., T], /, *args: Any) -> Future[T]:
        future: Future[T] = Future()
        self._waiting[future] = partial(work, *args)
        return future

    def finished(self, tasks: Iterable[Future[T]], patience: float | None = None) -> set[Future[T]]:
        tasks = list(tasks)
        if tasks and not any(task.done() for task in tasks):
            self._carry_out(next(task for task in self._waiting if task in tasks))
        return {task for task in tasks if task.done()}

    def _carry_out(self, future: Future[Any]) -> None:
        work = self._waiting.pop(future)
        with worker.listening(self._advance):
            carry_out(future, work)

    def _advance(self, amount: float) -> None:
        self._progress += amount
        if self._notify is not None:
            self._notify(self._progress)


def carry_out(future: Future[T], work: Callable[[], T]) -> None:
    """Do some work in this process, and put what it returns or raises into a future; Ctrl-C is raised."""
    try:
        future.set_result(work())
    except Exception as error:
        future.set_exception(error)


def in_order(workers: Executor, tasks: Iterable[Future[T]]) -> Iterator[T]:
    """Yield the results of `tasks` in their order, each as soon as it is there."""
    for task in tasks:
        workers.finished([task])
        yield task.result()


def successes_first(tasks: Iterable[Future[T]]) -> list[Future[T]]:
    """Return finished tasks so that those with a result come first: it is kept before another's failure is raised."""
    return sorted(tasks, key=lambda task: task.exception() is not None)
