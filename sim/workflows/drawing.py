"""Figures of played results: here, or by worker processes while something else is played."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from sim.analysis.result import Result
from sim.experiment.store import load
from sim.foundation import interrupts
from sim.foundation.errors import MachineError
from sim.foundation.executor import Pool
from sim.workflows.files import Drawing, draw
from sim.workflows.helpers import MANY
from sim.workflows.options import Options

if TYPE_CHECKING:
    from sim.plotting import Arms

_POLL = 0.2  # s between two reports of progress
_OF_OUTCOMES = ("result", "outcomes")  # drawn last, most likely by this process, which has judged the result already


def draw_results(results: Mapping[str, Result], folder: Path, options: Options) -> Drawing:
    """Draw every figure of some results into a folder, where figures are wanted."""

    def act(place: Path) -> None:
        from sim.plotting import Arms, draw_result

        with options.progress("drawing") as on_progress:
            draw_result(Arms.of(results), place, on_progress)

    return draw(options, options.plots_to or folder, act)


def begin_drawing(name: str, result: Result, folder: Path, options: Options, helpers: Pool | None) -> FiguresToCome:
    """Begin to draw every figure of a stored result into a folder, by worker processes where there are some."""
    many = result.data.sizes["replicate"] >= MANY
    if helpers is None or result.folder is None or not options.plots or many:
        return FiguresToCome(name, result, folder, options)
    place = options.plots_to or folder
    with interrupts.held(), suppress(MachineError):
        subject = helpers.share(_Subject(name, result.folder, result))
        helpers.submit(_load, subject)  # while this process imports

        from sim.plotting.gallery import kinds_of_result, names

        each = [(kind, figure) for kind in kinds_of_result(result) for figure in names(kind)]
        each.sort(key=lambda one: one == _OF_OUTCOMES)
        tasks = [helpers.submit(_draw_one, kind, figure, subject, place) for kind, figure in each]
        return FiguresToCome(name, result, folder, options, helpers, tasks)
    return FiguresToCome(name, result, folder, options)


class FiguresToCome:
    """Figures of one result that are being drawn elsewhere, or that are drawn here when they are asked for.

    Parameters
    ----------
    name, result, folder, options
        What is drawn, and where.
    helpers : Pool, optional
    tasks : sequence of Future
        One for each figure.
    """

    def __init__(
        self,
        name: str,
        result: Result,
        folder: Path,
        options: Options,
        helpers: Pool | None = None,
        tasks: Sequence[Future[None]] = (),
    ) -> None:
        self._results, self._folder, self._options = {name: result}, folder, options
        self._helpers, self._tasks = helpers, tasks

    def finish(self) -> Drawing:
        """Return where the figures are, as soon as all are drawn."""
        if self._helpers is None:
            return draw_results(self._results, self._folder, self._options)
        return draw(self._options, self._options.plots_to or self._folder, lambda _: self._await())

    def _await(self) -> None:
        assert self._helpers is not None
        with self._options.progress("drawing") as on_progress, self._helpers.piece() as helpers:
            left = list(self._tasks)
            while left:
                done = helpers.finished(left, _POLL)
                left = [task for task in left if task not in done]
                if on_progress is not None:
                    on_progress(1.0 - len(left) / len(self._tasks))
        for task in self._tasks:
            task.result()


class _Subject:
    """A stored result to be drawn; in a worker it is loaded again, once."""

    def __init__(self, name: str, folder: Path, result: Result | None) -> None:
        self.name, self.folder, self._result = name, folder, result

    def __reduce__(self) -> tuple[type[_Subject], tuple[str, Path, None]]:
        return _Subject, (self.name, self.folder, None)

    @cached_property
    def arms(self) -> Arms:
        """What figures of a result are drawn from."""
        from sim.plotting import Arms

        return Arms.of({self.name: self._result or Result(load(self.folder), self.folder)})


def _load(subject: _Subject) -> None:
    subject.arms  # noqa: B018 - it is kept


def _draw_one(kind: str, figure: str, subject: _Subject, place: Path) -> None:
    from sim.plotting.gallery import draw_one

    draw_one(kind, figure, subject.arms, place)
