"""Play an experiment: blocks of lanes in worker processes, each block stored as soon as it is done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from sim.experiment.design import Block, Design, design, usable_cores
from sim.experiment.folders import default_folder, relatives
from sim.experiment.sanity import checked
from sim.experiment.writing import open_for_writing, sole_writer
from sim.foundation.executor import WorkerError, successes_first
from sim.foundation.lanes import Lanes
from sim.foundation.noise import Noise
from sim.foundation.record import INVALID, Record
from sim.foundation.tree import Tree
from sim.foundation.worker import advance
from sim.foundation.workers import pool
from sim.scenario.arms.branches import draw_stages

Progress = Callable[[float], None]
"""Told the share of the work that is done, 0 to 1."""

SMALL = 60_000
"""Lane-days below which starting worker processes costs more time than it saves."""

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

    def __call__(self, lanes: Lanes, progress: Callable[[int], None]) -> Record:
        """Draw the parameters of some lanes, play them, and return what is kept of their record."""
        play, draw = self.play or _world_play(), self.draw or _scenario_draw()
        drawn = draw_stages(self.scenario, lanes, lambda some: draw(self.scenario, some, self.plan.seed))
        noise, start, days = Noise(self.plan.seed, lanes.replicate), self.plan.start, self.plan.days
        record = play(
            drawn.first, lanes, noise, start=start, days=days, progress=progress, base=drawn.base, later=drawn.later
        )
        record = checked(record, drawn.first)
        return record if self.keep is None else record.only([*self.keep, INVALID])


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
) -> Path:
    """Play every arm and replicate of `scenario` and return the folder with the result.

    Parameters
    ----------
    scenario : Scenario
        From `sim.scenario.read`.
    out : str or Path, optional
        Folder for the result; by default one under ``results/`` named after `stem`, seed, replicates and date. Of what is
        stored there only the missing is played: the rest of an experiment that was stopped, what is damaged, further arms
        or replicates. A new folder under ``results/`` takes over what its relatives there hold of it.
    jobs : int, optional
        Worker processes; the usable cores by default, and none for a small experiment.
    command : str
        The command line, for the manifest.
    resume : bool
        Whether it is an error if there is nothing to continue.
    progress : callable, optional
        Called a few times a second with the share done.
    keep : tuple of str, optional
        Names of the recorded variables to store; all of them by default.
    first : int, optional
        Play no block that begins after so many replicates; the others stay to be played by a later call. The
        blocks are then the same for any number of `jobs`.
    play, draw : callable, optional
        Stand-ins for `sim.models.campaign.play` and `sim.scenario.priors.draw`; must be importable by name if there are
        workers.

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
    plan = design(scenario, workers if first is None else 1)
    folder = Path(out) if out else default_folder(scenario, stem)
    others = [] if out else relatives(scenario, stem)
    with sole_writer(folder, must_exist=resume):
        store = open_for_writing(folder, scenario, plan, command, keep, others)
        job = Job(scenario, plan, play, draw, keep)
        todo = [block for block in store.missing if first is None or block.replicates.start < first]
        if jobs is None and sum(block.lanes.count for block in todo) * plan.days < SMALL:
            workers = 1
        try:
            if workers == 1 or len(todo) <= 1:
                _play_here(job, todo, store.write, progress)
            else:
                _play_in_workers(job, todo, store.write, progress, min(workers, len(todo)))
        except KeyboardInterrupt:
            raise Interrupted(folder, *store.count) from None
        except WorkerError as error:
            done, total = store.count
            raise WorkerError(
                error.reason,
                f"{done} of {total} blocks are finished and safe in {folder} - give the same command again to "
                "go on, with fewer --jobs if memory is short",
            ) from error
    return folder


def _play_here(job: Job, todo: list[Block], save: Callable[[Block, Record], None], progress: Progress | None) -> None:
    """Play the blocks one after the other in this process."""
    total = sum(block.lanes.count for block in todo) * job.plan.days
    before = 0
    for block in todo:
        size = block.lanes.count

        def tell(day: int, before: int = before, size: int = size) -> None:
            if progress:
                progress((before + size * day) / total)

        save(block, job(block.lanes, tell))
        before += size * job.plan.days
    if progress:
        progress(1.0)


def _play_in_workers(
    job: Job, todo: list[Block], save: Callable[[Block, Record], None], progress: Progress | None, workers: int
) -> None:
    """Play the blocks in `workers` processes; only this process writes, so the store has one writer."""
    total = sum(block.lanes.count for block in todo) * job.plan.days
    queue = list(todo)
    running: dict[Future[Record], Block] = {}
    with pool(workers) as executor:
        shared = executor.share(job)
        while queue or running:
            while queue and len(running) <= workers:  # one waiting, so that no worker idles; no more in memory
                block = queue.pop(0)
                running[executor.submit(_work, shared, block)] = block
            for future in successes_first(executor.finished(running, _POLL)):
                save(running.pop(future), future.result())
            if progress:
                progress(min(1.0, executor.progress / total) if queue or running else 1.0)


def _work(job: Job, block: Block) -> Record:
    """Play a block in a worker process."""
    size = block.lanes.count
    seen = 0

    def tell(day: int) -> None:
        nonlocal seen
        advance(size * (day - seen))
        seen = day

    return job(block.lanes, tell)


def _world_play() -> Play:
    from sim.models.campaign import play

    return play  # type: ignore[no-any-return, unused-ignore]


def _scenario_draw() -> Draw:
    from sim.scenario.priors.draw import draw

    return draw  # type: ignore[no-any-return, unused-ignore]
