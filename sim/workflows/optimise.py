"""The best package under a budget: searched for on paired replicates, then verified on replicates that the search never saw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from sim.analysis.estimate import Estimate
from sim.analysis.names import Names
from sim.analysis.outcomes.judging import Thresholds
from sim.analysis.outcomes.replicates import NEEDS, outcomes_by_replicate
from sim.analysis.sources import source_note
from sim.analysis.statistics.selection import Selected, select
from sim.experiment.metrics import needs
from sim.experiment.store import load
from sim.exploration.cases import Bench
from sim.exploration.spending import Market, Spending, described
from sim.foundation.errors import UserError
from sim.foundation.format import format_interval, format_percent
from sim.foundation.lanes import Array
from sim.scenario.arms.combinations import with_arms
from sim.scenario.priors.uncertain import uncertain
from sim.scenario.reader import resolve
from sim.scenario.syntax.extends import read_chain
from sim.scenario.syntax.quantity import Wrong, read_quantity, unit_factor
from sim.workflows.files import SUMMARY, WorkflowResult, draw_study, prepare, write_json
from sim.workflows.options import Options
from sim.workflows.playing import play, read

GOALS = ("ground", "lives")
MOST_GUSD = 1e4
REPLICATES = 200
"""Replicates by which the finalists are verified, where nothing else is asked."""
SEARCHED_ON = 32
"""Replicates on which the search compares: paired, so that a difference between designs is seen with few."""
GENERATIONS, POPULATION = 8, 2
"""Generations of the search, and its population per number of a design."""
FINALISTS = 4
"""Designs of the search that are verified, beside each lever alone."""
APART = 0.15
"""How far two designs must differ, as a share of the budget moved, to count as two."""


@dataclass(frozen=True, kw_only=True)
class OptimiseResult(WorkflowResult):
    """The packages that were verified, best first, and the folder of the result."""

    selected: Selected
    folder: Path


def optimise(file: Path, options: Options, budget: str, goal: str = "ground") -> OptimiseResult:
    """Find the way to spend a budget on a scenario's levers that keeps most ground, or costs fewest lives.

    The attacker answers as the scenario has him do. The search is differential evolution (Storn & Price 1997, Journal of Global
    Optimization 11, 341-359; scipy) over shares of the budget, first days and kinds; what it finds is played anew under
    another seed, and only what that shows is reported.

    Parameters
    ----------
    file : Path
    options : Options
        `replicates` are those of the verification.
    budget : str
        An amount of money, as ``5 Gusd``.
    goal : str
        ``ground``: most ground kept at the end. ``lives``: fewest killed, both sides together.

    Raises
    ------
    UserError
        For a budget that is none, a goal that is none, or a scenario without a lever that takes money.
    """
    money = _budget(budget)
    if goal not in GOALS:
        raise UserError([f"--for {goal}: unknown - allowed: {', '.join(GOALS)}"])
    scenario = read(file, options)
    market = Market.of(scenario, money)
    prepare(options)
    ways = _search(scenario, market, goal, options)
    ways |= {f"{lever.name}_alone": market.alone(lever) for lever in market.levers}
    whole = _verified(file, scenario, market, ways, options)
    folder = play(
        whole, replace(options, replicates=None, seed=None, horizon=None), f"optimise-{file.stem}",
        what=f"verifying {len(ways)} ways to spend", keep=needs(whole, NEEDS),
    )  # fmt: skip
    table = outcomes_by_replicate(load(folder))
    selected = select(_gains(table, goal), Thresholds.of(table).interval, int(whole.run.seed))
    account = _account(table, market, ways, selected, goal)
    account |= {"file": str(file), "result": str(folder), "source": source_note(table)}

    def study() -> object:
        from sim.plotting.optimise import OptimiseStudy

        return OptimiseStudy(account, account["source"])

    drawing = draw_study(options, "optimise", study, folder / "plots")
    account["plots"] = drawing.folder and str(drawing.folder)
    write_json(folder / SUMMARY, account)
    return OptimiseResult(account=account, drawing=drawing, selected=selected, folder=folder)


def _budget(text: str) -> float:
    """Return the budget in Gusd."""
    try:
        said = read_quantity(text)
        if said.unit is None or said.low is not None:
            raise Wrong(f"found '{text}' - one sum with its unit is needed")
        found = float(said.value or 0.0) * unit_factor(said.unit, "Gusd")
    except Wrong as wrong:
        raise UserError([f'--budget {text}: {wrong}, as "5 Gusd" or "800 Musd"']) from None
    if not 0.0 < found < MOST_GUSD:
        raise UserError(
            [f"--budget {text}: found {found:g} Gusd - a sum above nothing and below {MOST_GUSD:g} Gusd is needed"]
        )
    return found


def _search(scenario: Any, market: Market, goal: str, options: Options) -> dict[str, Spending]:
    """Return the best ways that the search found, apart from each other, best first, by name."""
    from scipy.optimize import differential_evolution

    seen: dict[str, tuple[float, Spending]] = {}
    bench = Bench(scenario, tuple(one.name for one in uncertain(scenario)), SEARCHED_ON, options.workers)
    with options.progress("searching") as on_progress:
        done = 0

        def worth(points: Array) -> Array:
            nonlocal done
            ways = [market.spending(point) for point in points.T]
            lost = _losses(bench, scenario, market, ways, goal)
            seen.update({repr(way): (float(value), way) for way, value in zip(ways, lost, strict=True)})
            done += 1
            if on_progress is not None:
                on_progress(min(1.0, done / (GENERATIONS + 1)))
            return lost

        differential_evolution(
            worth, [(0.0, 1.0)] * market.size, maxiter=GENERATIONS, popsize=POPULATION, tol=0.0, polish=False,
            init="sobol", vectorized=True, updating="deferred", seed=int(scenario.run.seed) % 2**32,
        )  # fmt: skip
    found: list[Spending] = []
    for _, way in sorted(seen.values(), key=lambda one: one[0]):
        if len(found) < FINALISTS and all(_distance(way, other, market) > APART for other in found):
            found.append(way)
    return {f"mix_{number}": way for number, way in enumerate(found, 1)}


def _losses(bench: Bench, scenario: Any, market: Market, ways: Sequence[Spending], goal: str) -> Array:
    """Return what is to be small: ground lost, km2, or people killed, the mean over replicates, (way,)."""
    ends = bench.ends([market.case(scenario.base, way) for way in ways])
    return ends.net_km2.mean(axis=1) if goal == "ground" else ends.killed.mean(axis=1)


def _distance(one: Spending, other: Spending, market: Market) -> float:
    """Return the share of the budget that goes elsewhere, later or to other kinds; a delay of half a year is all of it."""
    moved = 0.0
    for lever in market.levers:
        a, b = one.money.get(lever.name, 0.0), other.money.get(lever.name, 0.0)
        moved += abs(a - b)
        if a and b:
            late = abs((one.start[lever.name] - other.start[lever.name]).days) / 182.0
            mixes = [way.kinds.get(lever.name, {}) for way in (one, other)]
            kinds = 0.5 * sum(abs(mixes[0].get(kind, 0.0) - mixes[1].get(kind, 0.0)) for kind in set().union(*mixes))
            moved += min(a, b) * min(1.0, late + kinds)
    return moved / market.budget


def _verified(file: Path, scenario: Any, market: Market, ways: Mapping[str, Spending], options: Options) -> Any:
    """Return the scenario whose arms are the base and the ways to spend, under a seed that the search did not use."""
    document = read_chain(file)
    labels = {lever.name: _label(scenario, lever.name) for lever in market.levers}
    arms: dict[str, Any] = {scenario.base: {"label": scenario.arms[scenario.base].label}}
    for name, way in ways.items():
        arms[name] = {"label": described(way, labels), "patch": market.patch(way)}
    overrides = {key: value for key, value in options.overrides().items() if not key.startswith("arms.")}
    overrides |= {"run.seed": int(scenario.run.seed) + 1, "run.replicates": options.replicates or REPLICATES}
    found = resolve(with_arms(document, arms), file, overrides)
    return replace(found, notices=scenario.notices)  # of arms that are made here nobody wants to hear


def _label(scenario: Any, name: str) -> str:
    return str(getattr(scenario.world().levers, name).label) or name.replace("_", " ")


def _gains(table: xr.Dataset, goal: str) -> dict[str, Array]:
    """Return what each way gains beside the base, by replicate: ground kept, km2, or people not killed."""
    names = Names.of(table)
    if goal == "ground":
        rows = table["kept_km2"].transpose("arm", "replicate").to_numpy()
    else:
        killed = np.sum(
            [table[f"killed_{side.id}"].transpose("arm", "replicate").to_numpy() for side in names.sides], axis=0
        )
        rows = killed[:1] - killed
    return {arm: np.asarray(row, dtype=float) for arm, row in zip(names.arms[1:], rows[1:], strict=True)}


def _account(
    table: xr.Dataset, market: Market, ways: Mapping[str, Spending], selected: Selected, goal: str
) -> dict[str, Any]:
    names, level = Names.of(table), Thresholds.of(table).interval
    delivered = table["delivered"].transpose("arm", "replicate").to_numpy().astype(float)
    unit = "km2" if goal == "ground" else "person"
    packages = [
        {
            "arm": arm,
            "label": names.labels[arm],
            "money_gusd": dict(ways[arm].money),
            "spent_gusd": ways[arm].total,
            "start": {name: day.isoformat() for name, day in ways[arm].start.items()},
            "kinds": {name: dict(mix) for name, mix in ways[arm].kinds.items()},
            "times_stated": market.beyond(ways[arm]),
            "gain": selected.gain[arm].as_list(),
            "delivered_gusd": Estimate.mean(delivered[names.arms.index(arm)] - delivered[0], level, "Gusd").as_list(),
        }
        for arm in selected.order
    ]
    return {
        "title": f"{market.budget:g} Gusd for {goal}",
        "budget_gusd": market.budget,
        "for": goal,
        "unit": unit,
        "free": list(market.free),
        "replicates": int(table.sizes["replicate"]),
        "seed": int(table.attrs["seed"]),
        "interval": level,
        "packages": packages,
        "regret": selected.regret.as_list(),
        "p_second_is_better": selected.p_second,
        "sentence": _sentence(packages, selected, market, goal, unit),
    }


def _sentence(packages: Sequence[Mapping[str, Any]], selected: Selected, market: Market, goal: str, unit: str) -> str:
    best, level = packages[0], selected.regret.level
    what = "keeps" if goal == "ground" else "spares"
    effect = f"{what} {format_interval(best['gain'], 'km2' if unit == 'km2' else 'lives', level=level)}"
    clear = "" if best["gain"][0] > 0.0 else ", which cannot be distinguished from zero"
    text = f"Of the ways to spend {market.budget:g} bn $ that were verified, {best['arm']} {effect}{clear}: {best['label']}."
    if len(packages) > 1:
        text += (
            f" {packages[1]['arm']} comes second and is the better one with a probability of {format_percent(selected.p_second)}; "
            f"taking the first misses {format_interval(selected.regret, unit, 1)} of the best of them."
        )
    return text
