"""Work on a Dask cluster: the same protocol, with workers on other machines that may come, go and die.

A task whose worker dies is given to another; only what was under way is done again. Shared values are results of tasks of
their own, so that the scheduler makes them anew where all who held one are gone.
"""

from __future__ import annotations

import hashlib
import logging
import os
import pickle
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import ExitStack, contextmanager
from typing import Any, TypeVar, cast

from sim.foundation import interrupts, memory, worker
from sim.foundation.errors import MachineError, UserError
from sim.foundation.executor import Executor, WorkerError
from sim.foundation.extras import optional

T = TypeVar("T")

LOCAL = "local"
"""Address of a cluster that is started on this machine, and ends with the work."""

CONNECT_TIMEOUT = 20.0
"""Seconds in which a scheduler must answer."""
WORKER_TIMEOUT = 300.0
"""Seconds in which a first worker must join, and after which work without any worker is given up."""

_WORKER_SETTINGS = {
    "distributed.worker.profile.enabled": False,
    "distributed.admin.system-monitor.interval": "5s",
    "distributed.admin.tick.interval": "1s",
}
"""Dask's settings for workers of a local cluster: little is gathered for the dashboard, which such a cluster lacks.

The profiler alone looks at what a worker does a hundred times a second, and takes processor time from play.
"""

_POLL = 0.2  # s between two looks at Ctrl-C
_LOOK = 5.0  # s between two looks at who works
_ONE_AT_A_TIME = threading.Lock()


@contextmanager
def cluster(address: str, jobs: int, *, worker_timeout: float = WORKER_TIMEOUT) -> Iterator[Executor]:
    """Yield an executor on the Dask cluster whose scheduler has `address`, as ``tcp://host:8786``, or ``local``.

    Parameters
    ----------
    address : str
    jobs : int
        Worker processes of a local cluster.
    worker_timeout : float
        Seconds after which work without a worker is given up.

    Raises
    ------
    UserError
        If Dask is not installed, the address is none, or nobody answers there.
    WorkerError
        If no worker joins, the scheduler is lost, or a task has ended several workers.
    KeyboardInterrupt
        On Ctrl-C, once, where it is safe.
    """
    distributed = optional("distributed")
    with interrupts.held() as ctrl_c, ExitStack() as stack:
        # what Dask says of lost workers is said by us, once it matters
        log = logging.getLogger("distributed")
        before = log.level
        log.setLevel(logging.CRITICAL)
        stack.callback(log.setLevel, before)
        if address == LOCAL:
            address = stack.enter_context(_local(jobs))
        client = _connect(distributed, address)
        stack.callback(client.close)
        work = _Dask(distributed, client, address, ctrl_c, worker_timeout)
        try:
            yield work
            ctrl_c.heed()
        except BaseException:
            with ctrl_c.finishing():
                work.cancel()
            raise


@contextmanager
def _local(jobs: int) -> Iterator[str]:
    """Start a scheduler and worker processes on this machine; yield the scheduler's address.

    Not `distributed.LocalCluster`, whose workers import the user's main module again.
    """
    if sys.platform == "win32":
        raise UserError(
            ["--scheduler local: not on Windows - start `dask scheduler` and `dask worker`, and give its address"]
        )
    subprocesses = optional("distributed.deploy.subprocess")
    with interrupts.blocked():  # Ctrl-C is ours, not the workers'
        made = subprocesses.SubprocessCluster(
            n_workers=jobs, threads_per_worker=1, dashboard_address=None, silence_logs=logging.CRITICAL,
            worker_kwargs={"memory_limit": 0, "config": _WORKER_SETTINGS},
        )  # fmt: skip
    try:
        yield str(made.scheduler_address)
    finally:
        made.close()


def _connect(distributed: Any, address: str) -> Any:
    try:
        return distributed.Client(address, timeout=CONNECT_TIMEOUT, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        why = str(error)[:200] or type(error).__name__
        raise UserError([f"--scheduler {address}: no Dask scheduler answers there ({why})"]) from error


class _Dask(Executor):
    """Tasks as futures of a Dask client, each mirrored by one of `concurrent.futures`."""

    def __init__(
        self, distributed: Any, client: Any, address: str, ctrl_c: interrupts.Interrupts, patience: float
    ) -> None:
        self._distributed, self._client, self._address = distributed, client, address
        self._ctrl_c, self._patience = ctrl_c, patience
        self._progress = 0.0
        self._begun: dict[Future[Any], Any] = {}
        self._worked_at = time.monotonic()  # when somebody was last there to work
        self._looked_at = -_LOOK
        self._workers = 0
        self._topic = f"sim-progress-{os.getpid()}-{id(self):x}"
        client.subscribe_topic(self._topic, self._hear)

    @property
    def room(self) -> int:
        self._look()
        return 4 * self._workers + 16  # so many waiting that a cluster which grows with its work does grow

    @property
    def progress(self) -> float:
        return self._progress

    def share(self, value: T) -> T:
        content = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
        key = f"sim-shared-{hashlib.sha256(content).hexdigest()}"
        return cast("T", self._client.submit(pickle.loads, content, key=key))

    def submit(self, work: Callable[..., T], /, *args: Any) -> Future[T]:
        self._ctrl_c.heed()
        mirror: Future[T] = Future()
        future = self._client.submit(_carry_out, self._topic, work, *args, pure=False)
        self._begun[mirror] = future
        future.add_done_callback(lambda done: self._reflect(done, mirror))
        return mirror

    def finished(self, tasks: Iterable[Future[T]], patience: float | None = None) -> set[Future[T]]:
        tasks = list(tasks)
        while True:
            self._ctrl_c.heed()
            step = _POLL if patience is None else min(patience, _POLL)
            done = wait(tasks, timeout=step, return_when=FIRST_COMPLETED).done
            if done or not tasks:
                return done
            self._look()
            if patience is not None:
                patience -= step
                if patience <= 0:
                    return set()

    def cancel(self) -> None:
        """Take back what is not done."""
        self._client.cancel(list(self._begun.values()), force=True)

    def _look(self) -> None:
        """Count who works; WorkerError if there has been nobody for too long, or the scheduler is gone."""
        now = time.monotonic()
        if now - self._looked_at < _LOOK:
            return
        self._looked_at = now
        if self._client.status != "running":
            raise WorkerError(f"the Dask scheduler at {self._address} is gone")
        self._workers = len(self._client.scheduler_info(n_workers=-1)["workers"])
        if self._workers:
            self._worked_at = now
        elif now - self._worked_at > self._patience:
            raise WorkerError(f"no worker has joined the Dask scheduler at {self._address} for {self._patience:g} s")

    def _hear(self, event: tuple[float, Any]) -> None:
        self._progress += float(event[1])

    def _reflect(self, done: Any, mirror: Future[Any]) -> None:
        """Give a task's result or error on; called in a thread of the client's."""
        self._begun.pop(mirror, None)
        if mirror.done():
            return
        try:
            mirror.set_result(done.result())
        except BaseException as error:
            mirror.set_exception(self._explained(error))

    def _explained(self, error: BaseException) -> BaseException:
        if isinstance(error, self._distributed.KilledWorker):
            return WorkerError(
                f"a task has ended {error.allowed_failures + 1} workers, the last {error.last_worker.address}"
            )
        if isinstance(error, ModuleNotFoundError) and str(error.name).partition(".")[0] == __name__.partition(".")[0]:
            return UserError(
                [f"--scheduler {self._address}: its workers cannot import {error.name} - install this there, too"]
            )
        if type(error).__module__.partition(".")[0] == "distributed" or "Cancelled" in type(error).__name__:
            return WorkerError(f"the Dask scheduler at {self._address} gave a task up ({error})")
        return error


def _carry_out(topic: str, work: Callable[..., T], *args: Any) -> T:
    """Carry out a task in a Dask worker: one at a time in a process, as work reports its progress for the process."""
    from distributed import get_worker

    host = get_worker()
    try:
        with _ONE_AT_A_TIME, memory.keep_freed(), worker.listening(lambda amount: host.log_event(topic, amount)):
            return work(*args)
    except MachineError:
        raise
    except Exception as error:
        error.add_note(f"in the Dask worker {host.address}")
        raise
