"""Figures of played results: here, or in a process of their own while something else is played."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from pathlib import Path

from sim.analysis.result import Result
from sim.experiment.store import load
from sim.foundation import interrupts, worker
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
def figure_process(options: Options) -> Iterator[FigureProcess]:
    """Start a process that draws during the `with` block, and that imports what it needs until there is something to draw.

    What is done in the block meanwhile hears Ctrl-C as it would without.
    """
    with pool(1) as executor:
        process = FigureProcess(executor, options)
        with interrupts.released():
            yield process


class FigureProcess:
    """Draws one stored result in a process of its own; with one core, or where no process can be started, in this one.

    Parameters
    ----------
    executor : Executor
        With one worker.
    options : Options
    """

    def __init__(self, executor: Executor, options: Options) -> None:
        self._executor, self._options = executor, options
        self._drawn: Future[None] | None = None
        self._ready = False
        if options.plots and options.workers > 1:
            with suppress(MachineError):
                executor.submit(_import)
                self._ready = True

    def begin(self, name: str, result: Result, folder: Path) -> None:
        """Begin to draw a result into a folder."""
        self._asked = name, result, folder
        if self._ready and result.folder is not None:
            with interrupts.held(), suppress(MachineError):
                self._drawn = self._executor.submit(_draw_stored, name, result.folder, self._options.plots_to or folder)

    def finish(self) -> Drawing:
        """Return where the figures are, as soon as they are drawn."""
        name, result, folder = self._asked
        if self._drawn is None:
            return draw_results({name: result}, folder, self._options)
        return draw(self._options, self._options.plots_to or folder, lambda _: self._await(self._drawn))

    def _await(self, drawn: Future[None] | None) -> None:
        from sim.plotting.gallery import names

        assert drawn is not None
        with interrupts.held(), self._options.progress("drawing") as on_progress:
            while not self._executor.finished([drawn], _POLL):
                if on_progress is not None:
                    on_progress(min(1.0, self._executor.progress / len(names("result"))))
        drawn.result()


def _import() -> None:
    from sim.plotting import draw_result  # noqa: F401 - it takes a second, in which the war is played


def _draw_stored(name: str, folder: Path, place: Path) -> None:
    from sim.plotting import Arms, draw_result

    draw_result(Arms.of({name: Result(load(folder), folder)}), place, lambda file: worker.advance(1.0))
