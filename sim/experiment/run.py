"""Play an experiment: blocks of lanes by one of the executors, each block stored as soon as it is done."""

from __future__ import annotations

import datetime as dt
import platform
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from sim.experiment import manifest as manifests
from sim.experiment.blocks import PackedBlock, StoredBlock
from sim.experiment.delivery import Address
from sim.experiment.design import Block, Design, design, usable_cores
from sim.experiment.engines import AUTO, NUMPY, TRACED, likely, numpy_instead
from sim.experiment.folders import default_folder, relatives
from sim.experiment.metrics import recorded
from sim.experiment.sanity import checked
from sim.experiment.writing import Store, open_for_writing, sole_writer
from sim.foundation.errors import MachineError, UserError
from sim.foundation.executor import Executor, WorkerError, in_process, successes_first
from sim.foundation.extras import optional
from sim.foundation.lanes import Lanes
from sim.foundation.machine_code import NoCompiler
from sim.foundation.noise import Noise
from sim.foundation.record import INVALID, Record
from sim.foundation.tree import Tree
from sim.foundation.worker import advance
from sim.foundation.workers import pool
from sim.scenario.arms.branches import draw_stages

Progress = Callable[[float], None]
"""Told the share of the work that is done, 0 to 1."""

SMALL: dict[str, int] = {NUMPY: 60_000, TRACED: 1_500_000}
"""By engine: lane-days below which starting worker processes costs more time than it saves.

A worker takes one or two seconds to start, and with the traced engine each block costs half a second whatever it holds.
"""

_POLL = 0.2  # s between two reports of progress


class Play(Protocol):
    """Play one block of lanes; `sim.models.campaign.play`, or a stand-in for tests."""

    def __call__(
        self,
        parameters: Tree,
        lanes: Lanes,
        noise: Noise,
        *,
        start: dt.date,
        days: int,
        progress: Callable[[int], None] | None = None,
        base: Tree | None = None,
        later: Sequence[tuple[int, Tree]] = (),
    ) -> Record:
        """Return the weekly record of the lanes; `base` and `later` as in `sim.models.campaign.play`."""
        ...


Draw = Callable[[Any, Lanes, int], Tree]
Delivered = StoredBlock | PackedBlock


Opens = Callable[[Callable[[float], None]], AbstractContextManager[Executor]]
"""Opens an executor; what it is given is told of progress where nobody can ask while a task is under way."""


class Interrupted(Exception):  # noqa: N818 - not an error
    """The user stopped the run; what is finished is safe in `folder`."""

    def __init__(self, folder: Path, done: int, total: int) -> None:
        self.folder = folder
        super().__init__(
            f"stopped; {done} of {total} blocks are safe in {folder} - give the same command again to go on"
        )


@dataclass(frozen=True)
class Job:
    """All that a worker needs; it is pickled, so it holds the scenario and not its draws."""

    scenario: Any
    plan: Design
    play: Play | None
    draw: Draw | None
    keep: tuple[str, ...] | None = None
    code: str = ""
    engine: str = NUMPY

    def check_code(self) -> None:
        """Refuse to play by other code, or other arithmetic, than the result is of."""
        if self.code != playing_code():
            raise UserError(
                [
                    f"the worker on {platform.node()} has other code, Python or numpy than this program - install the same there"
                ]
            )

    def __call__(self, lanes: Lanes, progress: Callable[[int], None]) -> Record:
        """Draw the parameters of some lanes, play them, and return what is kept of their record."""
        play, draw = self.play or _world_play(self.engine, self.keep), self.draw or _scenario_draw()
        drawn = draw_stages(self.scenario, lanes, lambda some: draw(self.scenario, some, self.plan.seed))
        noise, start, days = Noise(self.plan.seed, lanes.replicate), self.plan.start, self.plan.days
        with _said_where():
            record = play(
                drawn.first, lanes, noise, start=start, days=days, progress=progress, base=drawn.base, later=drawn.later
            )
        record = checked(record, drawn.first)
        return record if self.keep is None else record.only([*self.keep, INVALID])


class EngineError(MachineError):
    """The traced engine cannot work where a block was to be played."""


@contextmanager
def _said_where() -> Iterator[None]:
    """Say of a compiler that is missing where it is."""
    try:
        yield
    except NoCompiler as reason:
        raise EngineError(f"the traced engine cannot work on {platform.node()}: {reason}") from reason


def run(
    scenario: Any,
    out: str | Path | None = None,
    *,
    stem: str = "run",
    jobs: int | None = None,
    command: str = "",
    resume: bool = False,
    progress: Progress | None = None,
    keep: tuple[str, ...] | None = None,
    first: int | None = None,
    play: Play | None = None,
    draw: Draw | None = None,
    scheduler: str | None = None,
    engine: str = NUMPY,
    opens: Opens | None = None,
) -> Path:
    """Play every arm and replicate of `scenario` and return the folder with the result.

    Parameters
    ----------
    scenario : Scenario
        From `sim.scenario.read`.
    out : str or Path, optional
        Folder for the result; by default one under ``results/`` named after `stem`, seed, replicates and date. What is stored
        there, undamaged, is not played again. A new folder under ``results/`` takes over what its relatives there hold of it.
    jobs : int, optional
        Worker processes; the usable cores by default, and none for a small experiment.
    opens : callable, optional
        Opens an executor that is there already; it stands for the worker processes.
    command : str
        The command line, for the manifest.
    resume : bool
        Whether it is an error if there is nothing to continue.
    progress : callable, optional
        Called a few times a second with the share done.
    keep : tuple of str, optional
        Names of the recorded variables to store; by default what `run.record` of the scenario says.
    first : int, optional
        Play no block that begins after so many replicates; the blocks are then the same for any number of `jobs`.
    play, draw : callable, optional
        Stand-ins for `sim.models.campaign.play` and `sim.scenario.priors.draw`; workers import them by name.
    scheduler : str, optional
        Address of a Dask scheduler on whose workers the blocks are played, or ``local``; see `sim.foundation.cluster`.
    engine : str
        ``numpy``, ``traced``, or ``auto``: see `sim.experiment.engines`.

    Raises
    ------
    UserError
        Before anything is computed if the folder cannot take the result; later if the disk fills.
    Interrupted
        On Ctrl-C.
    WorkerError
        If a worker process is killed; finished blocks stay, and the message says how to go on.
    """
    workers = jobs or usable_cores()
    keep = recorded(scenario) if keep is None else keep
    if scheduler is not None:
        optional("distributed")  # before the folder is made
    folder = Path(out) if out else default_folder(scenario, stem)
    free = jobs is None and scheduler is None and opens is None
    alone = first is not None or (free and _alone(design(scenario, workers), folder, engine))
    plan = design(scenario, 1 if alone else workers)  # the fewer blocks, the less they cost
    others = [] if out else relatives(scenario, stem)

    def play_by(engine: str) -> None:
        store = open_for_writing(folder, scenario, plan, command, keep, others, engine)
        job = Job(scenario, plan, play, draw, keep, playing_code(), store.manifest.engine)
        todo = [block for block in store.missing if first is None or block.replicates.start < first]
        small = sum(block.lanes.count for block in todo) * plan.days < SMALL[NUMPY if opens else job.engine]
        here = min(workers, len(todo)) <= 1 or (jobs is None and small)
        with _safe_endings(folder, store):
            _play(job, todo, store, progress, _executors(min(workers, len(todo)), here, scheduler, opens))

    with sole_writer(folder, must_exist=resume):
        _else_by_numpy(play_by, engine, folder)
    return folder


def _alone(plan: Design, folder: Path, engine: str) -> bool:
    """Return whether a plan is so small that this process plays it alone by the traced engine."""
    stored = None
    with suppress(UserError, manifests.DamageError):  # who opens the folder says so
        stored = manifests.read(folder)
    plays = likely(engine, stored.engine if stored else None, plan.lane_days)
    return plays == TRACED and plan.lane_days < SMALL[TRACED]


def _else_by_numpy(play_by: Callable[[str], None], engine: str, folder: Path) -> None:
    """Play by an engine; by numpy if that one was nobody's wish, and fails before anything is played."""
    try:
        play_by(engine)
    except EngineError as failed:
        found = manifests.read(folder)
        if found is None or found.blocks:
            raise
        if engine != AUTO:
            raise EngineError(f"{failed} - --engine numpy needs no compiler") from failed
        play_by(numpy_instead(str(failed)))


@contextmanager
def _safe_endings(folder: Path, store: Store) -> Iterator[None]:
    """Say of a run that is stopped, by the user or for want of workers, what of it is safe."""
    try:
        yield
    except KeyboardInterrupt:
        raise Interrupted(folder, *store.count) from None
    except WorkerError as error:
        done, total = store.count
        raise WorkerError(
            error.reason,
            f"{done} of {total} blocks are finished and safe in {folder} - give the same command again to "
            "go on, with fewer --jobs if memory is short",
        ) from error


def _executors(workers: int, here: bool, scheduler: str | None, given: Opens | None) -> Opens:
    """Return what opens the executor that was asked for."""
    if given is not None and not here:
        return given
    if scheduler is not None:
        from sim.foundation.cluster import cluster

        return lambda notify: cluster(scheduler, workers)
    return in_process if here else lambda notify: pool(workers)


def _play(job: Job, todo: list[Block], store: Store, progress: Progress | None, opens: Opens) -> None:
    """Play the blocks and take each in as soon as it is done."""
    if not todo:
        return
    total = sum(block.lanes.count for block in todo) * job.plan.days
    queue = list(todo)
    running: dict[Future[Delivered], Block] = {}

    def take_in() -> None:
        for future in successes_first(one for one in running if one.done()):
            store.take_in(running.pop(future), future.result)

    def on_progress(done: float) -> None:
        take_in()  # what others finish is safe while this process plays a block of its own
        if progress:
            progress(min(1.0, done / total))

    with store.address() as address, opens(on_progress) as executor:
        shared, address = executor.share(job), executor.share(address)
        while queue or running:
            while queue and len(running) < executor.room:
                block = queue.pop(0)
                running[executor.submit(_work, shared, address, block)] = block
            executor.finished(running, _POLL)
            on_progress(executor.progress if queue or running else total)


def _work(job: Job, address: Address, block: Block) -> Delivered:
    """Play a block, wherever this is, and deliver it."""
    job.check_code()
    size = block.lanes.count
    seen = 0

    def on_progress(day: int) -> None:
        nonlocal seen
        advance(size * (day - seen))
        seen = day

    return address.deliver(block, job(block.lanes, on_progress))


def playing_code() -> str:
    """Return what bits depend on besides what is asked for: the code of the model, Python and numpy."""
    return f"{manifests.model_code()} {platform.python_version()} {np.__version__}"


def _world_play(engine: str, keep: tuple[str, ...] | None) -> Play:
    from sim.models.campaign import play

    return partial(play, traced=engine == TRACED, keep=keep)


def _scenario_draw() -> Draw:
    from sim.scenario.priors.draw import draw

    return draw  # type: ignore[no-any-return, unused-ignore]
