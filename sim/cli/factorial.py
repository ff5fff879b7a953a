"""The commands that ask what each lever adds and what levers do to each other: factorial, dose."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sim
from sim.cli.asked import Asked
from sim.cli.ending import STOPPED, Stop, command_line
from sim.cli.places import end_if, make_ready, save, trouble_in
from sim.cli.progress import progress_bar, ticker
from sim.cli.work import shipped
from sim.foundation.errors import UserError

if TYPE_CHECKING:
    import xarray as xr

    from sim.analysis.statistics.precision import Target

SUMMARY = "summary.json"
MOST = 10  # times the scenario's replicates that --until-precision plays at most, unless --replicates says


def factorial(file: Path | None, until: Sequence[str], asked: Asked) -> None:
    """Play a full factorial and print main effects, Shapley values and interactions."""
    from sim.analysis.statistics.arm_sets import factorial_of
    from sim.analysis.statistics.factorial import analyse
    from sim.analysis.statistics.precision import targets

    file = file or shipped("factorial.yaml", "factorial")
    wanted = targets(until)
    scenario = _read(file, asked, factorial_of, MOST if wanted and asked.replicates is None else 1)
    make_ready(asked.plots_to)
    folder, table, looks = _play_until(scenario, file.stem, wanted, asked)
    _report(folder, table, analyse(table) | looks, asked)


def dose(file: Path | None, asked: Asked) -> None:
    """Play dose curves and print what each dose adds."""
    from sim.analysis.statistics.arm_sets import curves_of
    from sim.analysis.statistics.doses import analyse_doses

    file = file or shipped("coordination.yaml", "dose")
    scenario = _read(file, asked, curves_of, 1)
    make_ready(asked.plots_to)
    folder = _play(scenario, file.stem, asked, None)
    table = _table(folder)
    _report(folder, table, analyse_doses(table), asked)


def _read(file: Path, asked: Asked, check: Callable[[Sequence[str]], Any], times: int) -> Any:
    """Read the scenario and check that its arms can be judged, before anything is played."""
    from sim.scenario import read

    overrides = asked.overrides()
    scenario = read(file, overrides)
    try:
        check(list(scenario.arms))
    except UserError as error:
        raise UserError([f"{file}: {fault}" for fault in error.faults]) from None
    if times > 1:
        overrides["run.replicates"] = min(times * int(scenario.run.replicates), 1_000_000)
        scenario = read(file, overrides)
    return scenario


def _play_until(
    scenario: Any, stem: str, wanted: Sequence[Target], asked: Asked
) -> tuple[Path, xr.Dataset, dict[str, Any]]:
    """Play all replicates, or as many as the targets need; return the folder, the table and what was reached."""
    from sim.analysis.statistics.precision import FIRST, look, next_size

    most = int(scenario.run.replicates)
    if not wanted:
        folder = _play(scenario, stem, asked, None)
        return folder, _table(folder), {}
    size = min(FIRST, most)
    while True:
        folder = _play(scenario, stem, asked, size)
        table = _table(folder)
        looks = look(table, wanted)
        played = int(table.sizes["replicate"])
        after = next_size(played, looks, most)
        if after <= played:
            break
        size = after
    reached = {one.target.outcome: {"wanted": one.target.half_width, "reached": one.half_width} for one in looks}
    return folder, table, {"until_precision": reached, "precision_reached": all(one.met for one in looks)}


def _play(scenario: Any, stem: str, asked: Asked, first: int | None) -> Path:
    """Play with a progress bar on a terminal; keep only what the table is made of."""
    from sim.analysis.outcomes.replicates import NEEDS
    from sim.experiment.run import Interrupted, run

    upto = f", to {first:,d} wars an arm" if first else ""
    with progress_bar(f"playing {len(scenario.arms)} arms{upto}", hidden=asked.quiet) as progress:
        try:
            return run(
                scenario, asked.out, stem=stem, jobs=asked.jobs, command=command_line(), resume=asked.resume,
                progress=progress, keep=NEEDS, first=first,
            )  # fmt: skip
        except Interrupted as stopped:
            raise Stop(str(stopped), STOPPED) from None


def _table(folder: Path) -> xr.Dataset:
    from sim.analysis.outcomes.replicates import per_war

    return per_war(sim.load(folder)).assign_attrs(complete=True)  # what is not played was not asked for


def _report(folder: Path, table: xr.Dataset, summary: dict[str, Any], asked: Asked) -> None:
    """Write the summary into the result, draw, and print."""
    summary["result"] = str(folder)
    plots = asked.plots_to or folder / "plots"
    trouble = trouble_in(lambda: _draw(table, summary, plots, asked), plots) if asked.plots else None
    summary["plots"] = str(plots) if asked.plots and not trouble else None
    text = json.dumps(summary, ensure_ascii=False, indent=1)
    save(folder / SUMMARY, text + "\n")
    if asked.as_json:
        print(text)
    else:
        from sim.cli.factorial_table import show

        show(summary, quiet=asked.quiet)
    end_if(trouble)


def _draw(table: xr.Dataset, summary: dict[str, Any], folder: Path, asked: Asked) -> None:
    """Draw the figures."""
    from sim.plotting.factorial import draw_all

    with ticker("drawing", hidden=asked.quiet) as progress:
        draw_all(table, summary, folder, progress)
