"""The Python interface: an `Experiment` to change and run, a `Result` to ask.

Thin handles over the rooms below, which know nothing of them. Everything that is refused is refused as on the command
line: with the place, what is allowed and the nearest right name (`sim.foundation.errors.UserError`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sim.analysis.result
from sim.experiment.metrics import check_metrics
from sim.experiment.run import run
from sim.experiment.store import load as load_dataset
from sim.experiment.stored_scenario import stored_scenario
from sim.foundation.errors import UserError
from sim.foundation.progress import progress_bar
from sim.scenario.arms.patch import parse_changes
from sim.scenario.reader import resolve
from sim.scenario.scenario import Scenario
from sim.scenario.syntax.extends import merge, read_chain
from sim.scenario.syntax.nodes import Map, as_document

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.figure import Figure


class Result(sim.analysis.result.Result):
    """A result that can also be drawn, reported and played again; see `sim.analysis.result.Result`.

    ``data`` (the Dataset, lazily read), ``arms``, ``base``, ``folder``; ``outcomes()``, ``table()``,
    ``contrast(reference)``, ``verdict()``; ``plot(name)``, ``diary(arm, replicate)``, ``report(path)``.
    """

    def __init__(self, data: xr.Dataset, folder: str | Path | None = None, scenario: Scenario | None = None) -> None:
        super().__init__(data, folder)
        self._scenario = scenario

    @property
    def figures(self) -> list[str]:
        """The names of the figures that `plot` can draw."""
        from sim.plotting import names

        return names("result")

    def plot(self, name: str, size: str = "page", arms: Sequence[str] = ()) -> Figure:
        """Return the figure called `name`; a notebook shows it, and no display is needed.

        `size` is ``page``, or ``card`` for the base and one arm alone; `arms` are those to draw beside the base, as many
        as there is room for; by default of all arms.

        Raises
        ------
        UserError
            If there is no such figure or arm (with the nearest name), or the result lacks what it shows.
        """
        from sim.plotting import figure

        return figure(name, self, size, arms)

    def diary(self, arm: str | None = None, replicate: int = 0) -> str:
        """Play one replicate of an arm (by default the base) again and return its diary, month by month.

        Raises
        ------
        UserError
            If there is no such arm or replicate in the result.
        """
        from sim.workflows.inspection import diary

        name = self.names.arm(arm or self.base)
        if replicate not in self.data["replicate"].to_numpy():
            count = int(self.data.sizes["replicate"])
            raise UserError([f"no replicate {replicate} - the result has {count}, counted from 0"])
        return diary(self._scenario or self._stored_scenario(), name, replicate)

    def fork(
        self,
        at: str | dt.date,
        *arms: str,
        set: Iterable[str] = (),
        follow: str | None = None,
        jobs: int | None = None,
        out: str | Path | None = None,
    ) -> Result:
        """Play the past once more up to the day `at`, to the bit, and other futures from there; return the new result.

        ``result.fork("2025-06-01", "more_arms", set=["levers.us_arms.dose=2"])``; see `sim.workflows.fork.fork`.

        Parameters
        ----------
        at : str or date
            First day of the futures.
        arms : str
            Arms of the scenario, or one new name with `set`.
        set : iterable of str
            What a new arm changes from that day on, each ``"KEY=VALUE"``.
        follow : str, optional
            The arm whose past they share; by default the base.
        jobs, out
            As for `Experiment.run`; the new result lies beside this one by default.

        Raises
        ------
        UserError
        """
        from sim.workflows.fork import fork
        from sim.workflows.options import Options

        if self.folder is None:
            raise UserError(["this result is not on the disk, so its history cannot be forked"])
        place = None if out is None else Path(out)
        options = Options(
            changes=tuple(set), jobs=jobs, out=place, plots=False, command=("Result.fork", "in", "Python")
        )
        found = fork(self.folder, at, arms, options, follow).result
        return Result(found.data, found.folder)

    def report(
        self, path: str | Path, beside: Iterable[str | Path] = (), argue: int | None = None, jobs: int | None = None
    ) -> Path:
        """Write the result as one HTML page that loads nothing, to read, print and argue with; return its path.

        Parameters
        ----------
        path : path
        beside : iterable of path
            As ``--with`` of ``sim report``: further results, and studies that commands printed with ``--json``.
        argue : int, optional
            As ``--argue``: play so many designs of the levers, so that the page answers for other doses and days. They are
            kept in the folder of the result: later pages have them without playing.
        jobs : int, optional
            Worker processes of the designs; by default the usable cores.

        Raises
        ------
        UserError
            If the page cannot be written, something in `beside` is neither a result nor a study, or the designs cannot be
            played: the result is not on the disk, has no arm with all levers, or they are too few.
        """
        from sim.workflows.briefing import play_designs, stored_designs, write_page
        from sim.workflows.options import Options

        emulated = stored_designs(self) if argue is None else play_designs(self, Options(jobs=jobs), argue)
        return write_page(self, Path(path), [Path(one) for one in beside], self._scenario, emulated).page

    def export(self, path: str | Path, to: str = "csv", only: Sequence[str] = ()) -> list[Path]:
        """Write the result for other programs, with a data dictionary; return the files.

        As `sim.report.export.export`: `path` is a file with a suffix of the format `to` (``csv``, ``parquet``,
        ``netcdf``), or a folder; `only` names the variables to be written.

        Raises
        ------
        UserError
        """
        from sim.report.export import export, with_metrics
        from sim.workflows.files import writing

        with writing("write to", Path(path)):
            return export(with_metrics(self.data), to, Path(path), only, self.folder.name if self.folder else "")

    def _stored_scenario(self) -> Scenario:
        """Return the scenario that the result was played from, as kept in it."""
        if self.folder is None:
            raise UserError(["this result is not on the disk, so it cannot be played again"])
        return stored_scenario(self.folder)


class Experiment:
    """A scenario, changed and run from Python; every change returns a new experiment and is checked at once.

    Made by `read`.
    """

    def __init__(self, document: Map, path: Path, overrides: Mapping[str, Any] | None = None) -> None:
        self._document, self._path, self._overrides = document, path, dict(overrides or {})
        self.scenario: Scenario = resolve(document, path, self._overrides)
        check_metrics(self.scenario)

    @property
    def title(self) -> str:
        """What the scenario calls itself."""
        return self.scenario.title

    @property
    def arms(self) -> tuple[str, ...]:
        """The names of the arms, the base first."""
        return tuple(self.scenario.arms)

    def set(self, *changes: str) -> Experiment:
        """Return the experiment with numbers of the base changed, each ``"KEY=VALUE"`` as for ``--set``.

        Raises
        ------
        UserError
            For every change that is no ``KEY=VALUE``, leads nowhere (with the nearest right name), or is refused.
        """
        return Experiment(self._document, self._path, self._overrides | parse_changes(changes))

    def arm(self, name: str, label: str | None = None, patch: Mapping[str, Any] | None = None) -> Experiment:
        """Return the experiment with another arm: the base changed by `patch`, dotted key -> value.

        Raises
        ------
        UserError
            If the name is taken, or a key leads nowhere.
        """
        if name in self.arms:
            raise UserError([f"arm '{name}': there is one already - the arms are {', '.join(self.arms)}"])
        made = {name: {"label": label or name, "patch": dict(patch or {})}}
        base = {} if self._document.get("arms") else {"base": {"label": "Base"}}
        document = merge(self._document, as_document({"arms": {**base, **made}}))
        return Experiment(document, self._path, self._overrides)

    def change(self, sentence: str) -> Experiment:
        """Return the experiment with another arm, as a sentence says: ``"us_arms twelve months later"``.

        As ``--change`` of ``sim new``; see `sim.scenario.arms.change_sentences.read_change`.

        Raises
        ------
        UserError
            If the sentence is not understood, with examples.
        """
        from sim.scenario.arms.change_sentences import read_change

        made = read_change(sentence, self.scenario)
        return self.arm(made.name, made.label, made.patch)

    def sweep(self, *over: str, points: int = 5, design: str = "grid", arm: str | None = None) -> Experiment:
        """Return the experiment whose arms are the points of a sweep, each ``"KEY=low..high"`` as for ``sim sweep``.

        They stand on `arm` (by default the base); see `sim.exploration.sweep.plan_sweep`. `sim.workflows.sweep.sweep` plays
        a file's sweep and returns its table.

        Raises
        ------
        UserError
        """
        from sim.exploration.sweep import plan_sweep, swept_document

        plan = plan_sweep(over, self.scenario, points, design, arm)
        document, overrides = swept_document(self._document, self.scenario, plan, self._overrides)
        return Experiment(document, self._path, overrides)

    def run(
        self,
        *,
        replicates: int | None = None,
        seed: int | None = None,
        horizon: str | None = None,
        jobs: int | None = None,
        scheduler: str | None = None,
        engine: str = "auto",
        out: str | Path | None = None,
        plots: bool = False,
    ) -> Result:
        """Play every arm and replicate, or what of them is missing in the folder, and return the result.

        Parameters
        ----------
        replicates, seed
            In place of the scenario's.
        horizon : str, optional
            Length with its unit, as ``"26 week"``.
        jobs : int, optional
            Worker processes; by default the usable cores where that saves time.
        scheduler : str, optional
            Address of a Dask scheduler whose workers play in their place, or ``local``.
        engine : str
            What plays: ``numpy``, the reference; ``traced``, compiled; ``auto``, the one that pays (see docs/engine.md).
        out : path, optional
            Folder for the result; by default one under ``results/``.
        plots : bool
            Whether to write every figure into ``plots/`` of that folder.

        Raises
        ------
        UserError
        sim.experiment.run.Interrupted
            On Ctrl-C; the same call goes on where it stopped.
        """
        if horizon is not None and not isinstance(horizon, str):
            raise UserError([f"horizon={horizon!r} has no unit - write a text like '26 week'"])
        asked = {"run.replicates": replicates, "run.seed": seed, "run.horizon": horizon}
        changes = {key: value for key, value in asked.items() if value is not None}
        experiment = Experiment(self._document, self._path, self._overrides | changes) if changes else self
        scenario = experiment.scenario
        command = f"sim.read({str(self._path)!r}) ... .run() in Python"
        with progress_bar(f"playing {scenario.title}") as on_progress:
            folder = run(
                scenario,
                None if out is None else Path(out),
                stem=self._path.stem,
                jobs=jobs,
                scheduler=scheduler,
                engine=engine,
                command=command,
                progress=on_progress,
            )
        result = Result(load_dataset(folder), folder, scenario)
        if plots:
            from sim.plotting import Arms, draw_result

            draw_result(Arms.of({folder.name: result}), folder / "plots")
        return result

    def __repr__(self) -> str:
        run = self.scenario.run
        return (
            f"<Experiment '{self.title}': {len(self.arms)} arms, {run.replicates} replicates, {run.horizon_days} days>"
        )

    def _repr_html_(self) -> str:
        from html import escape

        rows = "".join(
            f"<tr><td>{escape(name)}</td><td>{escape(arm.label)}</td></tr>" for name, arm in self.scenario.arms.items()
        )
        return f"<b>{escape(self.title)}</b><table><tr><th>arm</th><th>label</th></tr>{rows}</table>"


def read(source: str | Path | Mapping[str, Any]) -> Experiment:
    """Return the experiment in a scenario file, in one that comes with the program (``shipped:claim``), or in a dictionary.

    A dictionary stands for a file in the working directory: it may extend files there, or ``shipped:NAME``.

    Raises
    ------
    UserError
        With every fault at its place: file, line and column; or the key, for a dictionary.
    """
    return Experiment(read_chain(source), Path("scenario") if isinstance(source, Mapping) else Path(source))


def load(folder: str | Path) -> Result:
    """Return the result stored in `folder`: by ``sim run``, ``sim claim`` or `Experiment.run`.

    Raises
    ------
    UserError
        If there is no result, or none of it is finished.
    """
    return Result(load_dataset(folder), folder)
