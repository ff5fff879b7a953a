"""What outcomes do over ranges of keys: a grid or a Sobol design, each point an arm paired with the arm it stands on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import xarray as xr

from sim.analysis.estimate import Estimate
from sim.analysis.names import Names
from sim.analysis.outcomes.judging import Thresholds
from sim.analysis.outcomes.replicates import NEEDS, Outcome, compared_outcomes, outcomes_by_replicate
from sim.analysis.sources import source_note
from sim.analysis.statistics.factorial import RunFacts
from sim.analysis.statistics.row_estimates import estimates
from sim.experiment.metrics import needs
from sim.experiment.store import load
from sim.exploration.sweep import POINTS, Factor, Sweep, plan_sweep, swept_document
from sim.foundation.errors import UserError
from sim.foundation.format import format_difference, format_percent
from sim.scenario.reader import resolve
from sim.scenario.syntax.extends import read_chain
from sim.scenario.syntax.nodes import Map, Scalar
from sim.workflows.files import SUMMARY, WorkflowResult, draw_study, prepare, write_json
from sim.workflows.options import Options
from sim.workflows.playing import play, read

if TYPE_CHECKING:
    from sim.plotting.sweep import SweepStudy


@dataclass(frozen=True, kw_only=True)
class SweepResult(WorkflowResult):
    """A sweep played: its points, the outcomes of every arm and replicate, and the folder of the result.

    Parameters
    ----------
    sweep : Sweep
    table : Dataset
        See `sim.analysis.outcomes.replicates.outcomes_by_replicate`; arms are the base, the arm that points stand on, and
        the points.
    folder : Path
    """

    sweep: Sweep
    table: xr.Dataset
    folder: Path


def sweep(
    file: Path,
    options: Options,
    over: Sequence[str] = (),
    points: int | None = None,
    design: str | None = None,
    arm: str | None = None,
) -> SweepResult:
    """Play a sweep; what is not said here is taken from ``sweep`` in the file.

    Parameters
    ----------
    file : Path
    options : Options
    over, points, design, arm
        As for `sim.exploration.sweep.plan_sweep`.

    Raises
    ------
    UserError
    """
    scenario, document = read(file, options), read_chain(file)
    said = _said(document)
    plan = plan_sweep(
        over or said.get("over", ()), scenario, points or said.get("points", POINTS),
        design or said.get("design", "grid"), arm or said.get("arm"),
    )  # fmt: skip
    prepare(options)
    swept, overrides = swept_document(document, scenario, plan, options.overrides())
    # of arms that are made here nobody wants to hear that a point is where the base is
    whole = replace(resolve(swept, file, overrides), notices=scenario.notices)
    folder = play(
        whole, options, f"sweep-{file.stem}", what=f"playing {len(plan.points)} points", keep=needs(scenario, NEEDS)
    )
    table = outcomes_by_replicate(load(folder))
    account = analyse_sweep(table, plan) | {"file": str(file), "result": str(folder)}

    drawing = draw_study(options, "sweep", lambda: _drawn(table, plan), folder / "plots")
    account["plots"] = drawing.folder and str(drawing.folder)
    write_json(folder / SUMMARY, account)
    return SweepResult(account=account, drawing=drawing, sweep=plan, table=table, folder=folder)


def analyse_sweep(table: xr.Dataset, plan: Sweep) -> dict[str, Any]:
    """Return the outcomes of every point, and its paired differences to the arm that it stands on, as plain data."""
    names, level = Names.of(table), Thresholds.of(table).interval
    outcomes, differences = compared_outcomes(table), _differences(table, plan)
    places = [names.arms.index(name) for name in (plan.arm, *plan.names)]
    levels = {
        one.name: [_level(one, table[one.name].isel(arm=place).to_numpy(), level) for place in places]
        for one in outcomes
    }
    points = [
        {
            "arm": name,
            "values": {one.key: _shown(one, value) for one, value in zip(plan.factors, values, strict=True)},
            "outcomes": {key: found[number + 1].as_list() for key, found in levels.items()},
            "differences": {key: found[number].as_list() for key, found in differences.items()},
        }
        for number, (name, values) in enumerate(zip(plan.names, plan.points, strict=True))
    ]
    return {
        **vars(RunFacts.of(table, "sweep")),
        "design": plan.design,
        "arm": plan.arm,
        "arm_label": names.labels[plan.arm],
        "over": [
            {"key": one.key, "low": _shown(one, one.low), "high": _shown(one, one.high), "unit": one.unit,
             "scale": one.scale, "day": one.day}
            for one in plan.factors
        ],
        "outcomes": {one.name: {"name": one.name, "label": one.label, "unit": one.unit, "conditional": one.conditional}
                     for one in outcomes},
        "reference": {key: found[0].as_list() for key, found in levels.items()},
        "points": points,
        "sentence": _sentence(points, names.labels[plan.arm], names.attacker.name, level),
    }  # fmt: skip


def _differences(table: xr.Dataset, plan: Sweep) -> dict[str, list[Estimate]]:
    """Return the paired differences of every point to the arm that it stands on, by outcome."""
    names, level = Names.of(table), Thresholds.of(table).interval
    reference, points = names.arms.index(plan.arm), [names.arms.index(name) for name in plan.names]
    found = {}
    for one in compared_outcomes(table):
        rows = table[one.name].transpose("arm", "replicate").to_numpy()
        found[one.name] = estimates(rows[points] - rows[reference], level, one.unit, one.chance)
    return found


def _drawn(table: xr.Dataset, plan: Sweep) -> SweepStudy:
    """Return what the figure of a sweep shows."""
    from sim.plotting.sweep import SweepStudy, SweptKey

    names = Names.of(table)
    columns = [[_shown(one, values[place]) for values in plan.points] for place, one in enumerate(plan.factors)]
    units = ["times the base's" if one.scale else one.unit for one in plan.factors]
    keys = [
        SweptKey(one.key, f"{one.key}, {unit}" if unit else one.key, column, one.day)
        for one, unit, column in zip(plan.factors, units, columns, strict=True)
    ]
    return SweepStudy(
        run=RunFacts.of(table, "sweep"),
        arm=names.labels[plan.arm],
        keys=keys,
        outcomes=compared_outcomes(table),
        differences=_differences(table, plan),
        source=source_note(table),
        joined=len(keys) == 1 and plan.design == "grid",
    )


def _level(outcome: Outcome, values: Any, level: float) -> Estimate:
    return Estimate.rate(values, level) if outcome.chance else Estimate.mean(values, level, outcome.unit)


def _sentence(points: Sequence[Mapping[str, Any]], arm: str, attacker: str, level: float) -> str:
    """Return where most ground is kept, and how many points can be distinguished from the arm they stand on."""
    low, value, high = min((one["differences"]["net_km2"] for one in points), key=lambda found: found[1])
    best = next(one for one in points if one["differences"]["net_km2"][1] == value)
    at = ", ".join(f"{key} = {shown}" for key, shown in best["values"].items())
    clear = sum(one["differences"]["net_km2"][0] > 0 or one["differences"]["net_km2"][2] < 0 for one in points)
    ends = f"{format_difference(low, unit='km2', with_unit=False)} to {format_difference(high, unit='km2', with_unit=False)}"
    return (
        f"{attacker} gains least at {at}: {format_difference(value, unit='km2')} ({ends}, {format_percent(level)} interval of "
        f"the mean) against {arm}; in {clear} of {len(points)} points the gain can be distinguished from it."
    )


def _shown(one: Factor, value: float) -> float | str:
    return dt.date.fromordinal(int(value)).isoformat() if one.day else value


def _said(document: Map) -> dict[str, Any]:
    """Return what a file says of its sweep, as the command line would; it has been checked when the scenario was read."""
    node = document.get("sweep")
    if not isinstance(node, Map):
        return {}
    said: dict[str, Any] = {key: one.value for key, one in node.items() if isinstance(one, Scalar)}
    ranges = node.get("over")
    if not isinstance(ranges, Map) or not all(isinstance(one, Scalar) for one in ranges.values()):
        raise UserError([node.place.fault("`over` maps keys to ranges, as {movement.half_density: 100..200}")])
    return said | {"over": [f"{key}={one.text}" for key, one in ranges.items()]}
