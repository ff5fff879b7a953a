"""Reading and playing scenarios as every workflow does it."""

from __future__ import annotations

import dataclasses
import tempfile
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import xarray as xr

import sim.scenario
from sim.experiment.engines import AUTO
from sim.experiment.metrics import check_metrics
from sim.experiment.run import Interrupted, run
from sim.experiment.store import load
from sim.foundation.errors import FaultCollector, ScenarioWarning, Stopped, UserError
from sim.foundation.executor import Pool, WorkerError
from sim.foundation.format import format_list
from sim.workflows.options import Options


def read(file: Path, options: Options) -> Any:
    """Return the scenario in `file` with the changes asked for."""
    scenario = sim.scenario.read(file, options.overrides())
    check_metrics(scenario)
    return scenario


def read_all(files: Iterable[Path], options: Options) -> dict[Path, Any]:
    """Return every scenario by its file.

    Raises
    ------
    UserError
        With the faults of all of them.
    """
    found, faults = {}, FaultCollector()
    for file in files:
        with faults.gather():
            found[file] = read(file, options)
    faults.check()
    return found


def read_among(inputs: Sequence[Path], options: Options) -> dict[Path, Any]:
    """Return the scenarios among `inputs` by file; folders are stored results, which no option changes any more.

    Raises
    ------
    UserError
        With the faults of all scenarios; for options that would do nothing, because every input is stored.
    """
    scenario_files = [path for path in inputs if not path.is_dir()]
    asked = {
        "--set": options.changes,
        "--seed": options.seed,
        "--replicates": options.replicates,
        "--horizon": options.horizon,
    }
    idle = [flag for flag, value in asked.items() if value not in (None, ())]
    if idle and not scenario_files:
        raise UserError(
            [f"{format_list(idle)}: a stored result is as it was played - give a scenario file to change one"]
        )
    return read_all(scenario_files, options)


def play(
    scenario: Any,
    options: Options,
    stem: str,
    *,
    out: Path | None = None,
    what: str = "",
    keep: tuple[str, ...] | None = None,
    first: int | None = None,
    helpers: Pool | None = None,
) -> Path:
    """Play every arm of a scenario, or what of it is missing in its folder; return the folder.

    Parameters
    ----------
    scenario : Scenario
    options : Options
    stem : str
        Beginning of the default folder's name.
    out : Path, optional
        Instead of that of the options.
    what : str
        Title of the progress bar.
    keep, first
        As for `sim.experiment.run.run`.
    helpers : Pool, optional
        Worker processes that play together with this one, where no scheduler is asked for.

    Raises
    ------
    Stopped
        On Ctrl-C.
    """
    for notice in scenario.notices:
        warnings.warn(str(notice), ScenarioWarning, stacklevel=2)
    with options.progress(what or f"playing {stem}") as on_progress:
        try:
            return run(
                scenario, out or options.out, stem=stem, jobs=options.jobs, scheduler=options.scheduler,
                command=options.command_line, resume=options.resume, progress=on_progress, keep=keep, first=first,
                engine=options.engine or AUTO, opens=helpers.piece if helpers and not options.scheduler else None,
            )  # fmt: skip
        except Interrupted as stopped:
            raise Stopped(str(stopped)) from None


def base_alone(scenario: Any, days: int | None = None) -> Any:
    """Return a scenario of the base arm alone, over `days` days where they are given, of which everything is stored."""
    base = scenario.base
    run_section = dataclasses.replace(scenario.run, record="full", **({} if days is None else {"horizon_days": days}))
    return dataclasses.replace(
        scenario, arms={base: scenario.arms[base]}, worlds={base: scenario.world(base)}, run=run_section
    )


@contextmanager
def played_base(scenario: Any, options: Options, stem: str, days: int | None = None) -> Iterator[xr.Dataset]:
    """Play the base arm, in a scratch folder unless one is asked for, and yield the loaded result."""
    with tempfile.TemporaryDirectory(prefix=f"sim-{stem[:40]}-") as scratch:
        try:
            folder = play(base_alone(scenario, days), options, stem, out=options.out or Path(scratch) / "base")
        except (Stopped, WorkerError) as ended:
            if options.out is None:  # a scratch folder goes with it: nothing in it is safe
                raise Stopped("stopped") if isinstance(ended, Stopped) else WorkerError(ended.reason) from None
            raise
        yield load(folder)


def whole_weeks(days: int) -> int:
    """Return the days of as many whole weeks as `days` take, at least one: the record is weekly."""
    return 7 * max(1, -(-days // 7))
