"""What each lever adds and what levers do to each other (factorial), and what each dose does (dose)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import xarray as xr

from sim.analysis.outcomes.replicates import NEEDS, outcomes_by_replicate
from sim.analysis.serialise import plain
from sim.analysis.statistics.arm_sets import curves_of, factorial_of
from sim.analysis.statistics.doses import DoseEffects, analyse_doses
from sim.analysis.statistics.factorial import FactorialEffects, analyse
from sim.analysis.statistics.precision import FIRST, Target, next_size, reached_precision, targets
from sim.experiment.metrics import needs
from sim.experiment.naming import sides_of
from sim.experiment.store import load
from sim.foundation.errors import UserError
from sim.workflows.files import SUMMARY, WorkflowResult, draw, prepare, shipped_scenario, write_json
from sim.workflows.options import Options
from sim.workflows.playing import play, read

MOST = 10
"""Times the scenario's replicates that `until_precision` plays at most, unless replicates are asked for."""


@dataclass(frozen=True, kw_only=True)
class FactorialResult(WorkflowResult):
    """A factorial or dose curves: the outcomes of every arm and replicate, and the folder of the result."""

    table: xr.Dataset
    folder: Path


def factorial(file: Path | None, options: Options, until_precision: Sequence[str] = ()) -> FactorialResult:
    """Play a full factorial of levers: main effects, Shapley values, interactions.

    Parameters
    ----------
    file : Path, optional
        By default the shipped factorial.
    options : Options
    until_precision : sequence of str
        Half-widths to be reached by joint minus sum of parts, as ``p_halt=0.02``; replicates are added until they are.
    """
    file = file or shipped_scenario("factorial.yaml")
    scenario = _read(file, options, factorial_of, MOST if until_precision and options.replicates is None else 1)
    wanted = targets(until_precision, sides_of(scenario))
    prepare(options)
    folder, table, reached = _play_until(scenario, file.stem, wanted, options)
    return _finished(folder, table, analyse(table), options, reached)


def dose(file: Path | None, options: Options) -> FactorialResult:
    """Play dose curves on top of one arm (by default the shipped ones): what each dose adds."""
    file = file or shipped_scenario("coordination.yaml")
    scenario = _read(file, options, curves_of, 1)
    prepare(options)
    folder, table, _ = _play_until(scenario, file.stem, [], options)
    return _finished(folder, table, analyse_doses(table), options, {})


def _read(file: Path, options: Options, check: Callable[[Sequence[str]], Any], times: int) -> Any:
    """Read the scenario and check that its arms can be judged, before anything is played."""
    scenario = read(file, options)
    try:
        check(list(scenario.arms))
    except UserError as error:
        raise UserError([f"{file}: {fault}" for fault in error.faults]) from None
    if times > 1:
        most = min(times * int(scenario.run.replicates), 1_000_000)
        scenario = read(
            file, Options(changes=options.changes, seed=options.seed, horizon=options.horizon, replicates=most)
        )
    return scenario


def _play_until(
    scenario: Any, stem: str, wanted: Sequence[Target], options: Options
) -> tuple[Path, xr.Dataset, dict[str, Any]]:
    """Play all replicates, or as many as the targets need; return the folder, the table and what was reached."""
    most = int(scenario.run.replicates)
    size: int | None = min(FIRST, most) if wanted else None
    while True:
        upto = f", to {size:,d} replicates" if size else ""
        what = f"playing {len(scenario.arms)} arms{upto}"
        folder = play(scenario, options, stem, what=what, keep=needs(scenario, NEEDS), first=size)
        table = outcomes_by_replicate(load(folder)).assign_attrs(complete=True)  # what is not played was not asked for
        looks = reached_precision(table, wanted) if wanted else []
        played = int(table.sizes["replicate"]) + int(table.attrs.get("excluded", 0))
        size = next_size(played, looks, most) if wanted else played
        if size <= played:
            break
    if not wanted:
        return folder, table, {}
    reached = {one.target.outcome: {"wanted": one.target.half_width, "reached": one.half_width} for one in looks}
    return folder, table, {"until_precision": reached, "precision_reached": all(one.met for one in looks)}


def _finished(
    folder: Path, table: xr.Dataset, effects: FactorialEffects | DoseEffects, options: Options, reached: dict[str, Any]
) -> FactorialResult:
    """Draw, and write the summary into the result."""
    summary = plain(effects) | reached | {"result": str(folder)}

    def act(place: Path) -> None:
        from sim.plotting.factorial import Study
        from sim.plotting.gallery import draw_all

        kind = "factorial" if isinstance(effects, FactorialEffects) else "doses"
        with options.progress("drawing") as on_progress:
            draw_all(kind, Study.of_effects(effects, table), place, on_progress)

    drawing = draw(options, options.plots_to or folder / "plots", act)
    summary["plots"] = drawing.folder and str(drawing.folder)
    write_json(folder / SUMMARY, summary)
    return FactorialResult(account=summary, drawing=drawing, table=table, folder=folder)
