"""Figures of played results: here, or in a process of its own while something else is played."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

from sim.analysis.result import Result
from sim.experiment.store import load
from sim.foundation import worker
from sim.foundation.errors import MachineError
from sim.foundation.executor import Executor
from sim.foundation.workers import pool
from sim.workflows.files import Drawing, draw
from sim.workflows.options import Options

_POLL = 0.2  # s between two reports of progress


def draw_results(results: Mapping[str, Result], folder: Path, options: Options) -> Drawing:
    """Draw every figure of some results into a folder, where figures are wanted."""

    def act(place: Path) -> None:
        from sim.plotting import Arms, draw_result

        with options.progress("drawing") as on_progress:
            draw_result(Arms.of(results), place, on_progress)

    return draw(options, options.plots_to or folder, act)


@contextmanager
def drawn_beside(name: str, result: Result, folder: Path, options: Options) -> Iterator[Callable[[], Drawing]]:
    """Draw a stored result in a worker process during the `with` block.

    Yields
    ------
    callable
        Waits for the figures and returns where they are. With one core, or where no process can be started, it draws itself.
    """
    place = options.plots_to or folder
    with pool(1) as executor:
        drawn = None
        if options.plots and options.workers > 1 and result.folder is not None:
            with suppress(MachineError):
                drawn = executor.submit(_draw_stored, name, result.folder, place)
        if drawn is None:
            yield lambda: draw_results({name: result}, folder, options)
        else:
            yield partial(draw, options, place, partial(_await, executor, drawn, options))


def _await(executor: Executor, drawn: Future[None], options: Options, place: Path) -> None:
    from sim.plotting.gallery import names

    with options.progress("drawing") as on_progress:
        while not executor.finished([drawn], _POLL):
            if on_progress is not None:
                on_progress(min(1.0, executor.progress / len(names("result"))))
    drawn.result()


def _draw_stored(name: str, folder: Path, place: Path) -> None:
    from sim.plotting import Arms, draw_result

    draw_result(Arms.of({name: Result(load(folder), folder)}), place, lambda file: worker.advance(1.0))
