"""The study: what the verdict rests on, part by part, as one account ready for JSON."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from itertools import zip_longest
from typing import Any

import numpy as np
import xarray as xr

from sim._version import __version__
from sim.analysis.estimate import Estimate
from sim.analysis.names import Roles
from sim.analysis.outcomes.quantities import Quantity, first_halts, halted, quantities
from sim.analysis.sensitivity.information import Information, value_of_information
from sim.analysis.sensitivity.ranking import LEAST, Ranking, rank
from sim.analysis.sensitivity.scenario_discovery import discover
from sim.exploration import sentences
from sim.exploration.assumptions import Assumptions, Held, Question, overturning
from sim.exploration.cases import Bench
from sim.exploration.levers import levers
from sim.exploration.packages import Package, Packages, Search, search
from sim.exploration.sources import to_improve
from sim.foundation.executor import in_order
from sim.foundation.format import format_with_unit
from sim.foundation.lanes import Array
from sim.foundation.workers import pool
from sim.scenario.priors.draw import uniforms
from sim.scenario.priors.uncertain import Uncertain, uncertain
from sim.scenario.scenario import Scenario

PARTS = ("sensitivity", "discovery", "flip", "information")
SHOWN = 20
SCREENED = 15
GROUND = ("joint_calmest", "base_net_km2", "joint_kept_km2")  # what a halt is made of; a cease-fire is another outcome
UPPER = 0.75  # kept ground above this quantile is "much"
Progress = Callable[[float], None]


@dataclass
class Study:
    """An ensemble, the inputs behind it, and how many wars a question may cost.

    Parameters
    ----------
    scenario : Scenario
    data : Dataset
        Its ensemble, as loaded by `sim.load`.
    bench_replicates, jobs : int
    """

    scenario: Scenario
    data: xr.Dataset
    bench_replicates: int
    jobs: int = 1

    def __post_init__(self) -> None:
        self.inputs: list[Uncertain] = uncertain(self.scenario)
        self.by_name = {one.name: one for one in self.inputs}
        self.names = [one.name for one in self.inputs]
        replicates = self.data["replicate"].to_numpy().astype(np.int64)
        self.u: Array = uniforms(self.scenario, self.names, replicates, int(self.scenario.run.seed))
        self.joint = str(Roles.among(self.scenario.arms, self.scenario.roles).joint)
        self.quantities = quantities(self.data)
        self.halt = halted(self.data, self.joint)

    @property
    def level(self) -> float:
        """Coverage of the intervals."""
        return float(self.scenario.verdict.interval)

    def chance(self) -> Estimate:
        """Return the chance of a halt in the joint arm."""
        return Estimate.rate(self.halt, self.level)


def account(study: Study, parts: tuple[str, ...], progress_of: Callable[[str], Progress | None]) -> dict[str, Any]:
    """Return what was found by part, plain values only; `progress_of` gives the progress of each part as it begins."""
    found: dict[str, Any] = _circumstances(study)
    rankings: dict[str, Ranking] = {}
    if {"sensitivity", "discovery"} & set(parts):
        rankings = ranked(study, progress_of("ranking the inputs"))
        if "sensitivity" in parts:
            found["sensitivity"] = _sensitivity(study, rankings)
    worth = value(study)
    if "discovery" in parts:
        found["discovery"] = _discovery(study, rankings)
    if "information" in parts:
        found["information"] = None if worth is None else _information(study, worth)
    if "flip" in parts:
        found["flip"] = _flip(study, screened(study, rankings, worth), progress_of)
    return found


def ranked(study: Study, progress: Progress | None = None) -> dict[str, Ranking]:
    """Return the sensitivity of every quantity that varies, by name."""
    asked = [one for one in study.quantities.values() if one.varies and np.isfinite(one.values).all()]
    asked = [one for one in asked if len(one.values) >= LEAST]
    seed = int(study.scenario.run.seed)
    found = {}
    with pool(max(1, min(study.jobs, len(asked)))) as workers:
        u = workers.share(study.u)
        tasks = {one.name: workers.submit(rank, one.name, study.names, u, one.values, seed) for one in asked}
        for done, (name, ranking) in enumerate(zip(tasks, in_order(workers, tasks.values()), strict=True), 1):
            found[name] = ranking
            if progress is not None:
                progress(done / len(tasks))
    return found


def value(study: Study) -> Information | None:
    """Return the value of information; None where halts are unknown or never differ."""
    if np.isnan(study.halt).any() or np.ptp(study.halt) == 0:
        return None
    can, seed = float(study.scenario.verdict.can), int(study.scenario.run.seed)
    return value_of_information(study.names, study.u, study.halt, can, seed)


def screened(study: Study, rankings: dict[str, Ranking], worth: Information | None) -> list[Uncertain]:
    """Return the inputs worth moving: those that lead in any quantity of the ground, and every choice of structure.

    A rare halt ranks its inputs poorly, so each quantity proposes its leaders in turn, first those above its line.
    """
    orders = [rankings[name].indices for name in GROUND if name in rankings]
    lists = [[(one.name, one.above) for one in order] for order in orders]
    lists += [[(one.name, one.above) for one in worth.worths]] if worth is not None else []
    if not rankings:
        ground = study.quantities["base_net_km2"].values
        more = (ground > np.median(ground)).astype(float)
        about = value_of_information(study.names, study.u, more, 0.5, int(study.scenario.run.seed))
        lists.append([(one.name, one.above) for one in about.worths])
    turns = [entry for row in zip(*lists, strict=True) for entry in row]
    ordered = [name for name, above in turns if above] + [name for name, _ in turns]
    chosen = list(dict.fromkeys(ordered))[:SCREENED]
    chosen += [one.name for one in study.inputs if one.options() and one.name not in chosen]
    return [study.by_name[name] for name in chosen]


# -- the parts as plain values --------------------------------------------------


def _circumstances(study: Study) -> dict[str, Any]:
    rule, chance = study.scenario.verdict, study.chance()
    can = float(rule.can)
    state = "can" if chance.low >= can else "cannot" if chance.high < can else "undecided"
    return {
        "title": study.scenario.title,
        "code_version": __version__,
        "replicates": int(study.data.sizes["replicate"]),
        "seed": int(study.scenario.run.seed),
        "start": study.scenario.run.start.isoformat(),
        "horizon_days": int(study.scenario.run.horizon_days),
        "interval": study.level,
        "can": can,
        "halt_within_days": float(rule.halt_within_days),
        "joint_halt": chance.as_list(),
        "joint_arm": study.scenario.arms[study.joint].label,
        "state": state,
        "inputs": len(study.inputs),
        "leaves": sum(len(one.paths) for one in study.inputs),
        "calibrated": sum(one.calibrated for one in study.inputs),
        "scenario_hash": study.scenario.hash,
    }


def _sensitivity(study: Study, rankings: dict[str, Ranking]) -> dict[str, Any]:
    found = {}
    for name, one in study.quantities.items():
        ranking = rankings.get(name)
        about: dict[str, Any] = {"label": one.label, "unit": one.unit, "spread": _spread(one)}
        if ranking is None:
            found[name] = about | {"indices": [], "line": None, "above": 0}
            continue
        rows = [
            asdict(index) | {"direction": _direction(study, one, index.name)} | _evidence(study.by_name[index.name])
            for index in ranking.indices[:SHOWN]
        ]
        found[name] = about | {
            "line": ranking.line,
            "dummies": list(ranking.dummies),
            "above": len(ranking.above),
            "indices": rows,
        }
    return found


def _direction(study: Study, one: Quantity, name: str) -> int:
    """Return 1 where a quantity rises with an input, -1 where it falls, 0 where its rank correlation is noise, or for a choice."""
    if study.by_name[name].options():
        return 0
    known = np.isfinite(one.values)
    ranks = [np.argsort(np.argsort(values[known])) for values in (_placed(study, name), one.values)]
    if known.sum() < 3 or np.ptp(one.values[known]) == 0:
        return 0
    together = float(np.corrcoef(ranks[0], ranks[1])[0, 1])
    return int(np.sign(together)) if abs(together) > 2 / np.sqrt(known.sum()) else 0


def _spread(one: Quantity) -> list[float]:
    if not np.isfinite(one.values).all():
        return [float("nan")] * 3
    if one.name == "joint_halt":
        return [float(one.values.mean())] * 3
    return [float(x) for x in np.quantile(one.values, [0.05, 0.5, 0.95])]


def _evidence(one: Uncertain) -> dict[str, Any]:
    return {
        "called": sentences.called(one),
        "unit": one.unit,
        "grade": one.grade,
        "source": one.source,
        "calibrated": one.calibrated,
    }


def _discovery(study: Study, rankings: dict[str, Ranking]) -> list[dict[str, Any]]:
    kept = study.quantities["joint_kept_km2"].values
    much = float(np.quantile(kept, UPPER))
    label = study.scenario.arms[study.joint].label
    targets = [
        ("joint_halt", f"{label}: a halt comes", study.halt > 0.5, ("joint_calmest", "joint_halt")),
        ("joint_kept_km2", f"{label}: more than {much:,.0f} km2 are kept", kept > much,
         ("joint_kept_km2",)),
    ]  # fmt: skip
    return [_boxed(study, name, title, wanted, _leaders(rankings, by)) for name, title, wanted, by in targets]


def _leaders(rankings: dict[str, Ranking], by: tuple[str, ...]) -> list[str]:
    """Return the inputs above the line of some rankings, each ranking's leaders in turn."""
    lists = [[index.name for index in rankings[name].above] for name in by if name in rankings]
    return list(dict.fromkeys(name for row in zip_longest(*lists) for name in row if name))[:SCREENED]


def _boxed(study: Study, name: str, subject: str, wanted: Any, chosen: list[str]) -> dict[str, Any]:
    """Return the box of one target, looked for among the chosen inputs."""
    x = np.stack([_placed(study, one) for one in chosen], axis=1) if chosen else np.zeros((len(wanted), 0))
    box = discover(chosen, x, wanted, study.level)
    rate = float(wanted.mean())
    if box is None:
        why = "no input passes the line" if not chosen else "it comes about in too few wars, or in too many"
        return {"target": name, "subject": subject, "rate": rate, "box": None,
                "sentence": f"{subject[:1].upper()}{subject[1:]} - no box was looked for, as {why}."}  # fmt: skip
    sides = [
        asdict(side)
        | dict(zip(("low", "high"), study.by_name[side.name].ends(side.low, side.high), strict=True))
        | {"condition": sentences.condition(side, study.by_name[side.name])}
        | _evidence(study.by_name[side.name])
        for side in box.restrictions
    ]  # fmt: skip
    return {
        "target": name,
        "subject": subject,
        "rate": rate,
        "box": sides,
        "found": _counted(box.found),
        "held_out": _counted(box.held_out),
        "sentence": sentences.found(box, subject, study.by_name),
    }


def _placed(study: Study, name: str) -> Array:
    """Return an input's uniforms, a choice at the middle of its option."""
    column = study.u[:, study.names.index(name)]
    options = study.by_name[name].options()
    if not options:
        return column
    middles = np.array([u for _, u in options])
    weights = np.array([weight for weight in getattr(study.by_name[name].leaf, "weights", ()) if weight > 0])
    return middles[np.minimum(np.searchsorted(np.cumsum(weights), column, side="right"), len(middles) - 1)]


def _counted(count: Any) -> dict[str, Any]:
    return asdict(count) | {"inside": count.inside.as_list(), "outside": count.outside.as_list()}


def _information(study: Study, worth: Information) -> dict[str, Any]:
    rows = [
        asdict(one) | _evidence(study.by_name[one.name]) | {"to_improve": to_improve(study.by_name[one.name])}
        for one in worth.worths[:SHOWN]
    ]
    turning = [one.name for one in worth.worths if one.above and one.turns > 0]
    return {
        "chance": worth.chance,
        "line": worth.line,
        "above": sum(one.above for one in worth.worths),
        "turning": turning,
        "worths": rows,
    }


def _flip(study: Study, inputs: list[Uncertain], progress_of: Callable[[str], Progress | None]) -> dict[str, Any]:
    bench = Bench(study.scenario, tuple(study.names), study.bench_replicates, study.jobs)
    can = float(study.scenario.verdict.can)
    turned = levers(study.scenario, study.joint)
    packages = search(Search(bench, study.scenario.base, turned, can, study.level), progress_of("turning the levers"))
    assumed = overturning(Question(bench, study.joint, can, study.level), inputs, progress_of("moving the assumptions"))
    return {
        "wars_a_case": bench.replicates,
        "levers": _packages(packages) | {"priced": [one.name for one in turned if one.priced]},
        "deadline": deadline(study),
        "assumptions": _assumptions(study, assumed),
    }


def deadline(study: Study) -> dict[str, Any]:
    """Return how the chance grows with the day by which a halt must begin, and the first at which it reaches `can`."""
    horizon = float(study.scenario.run.horizon_days)
    day, judged_to = first_halts(study.data, study.joint, horizon)
    if judged_to < 0:
        return {"days": [], "chance": [], "first": None, "judged_to": judged_to}
    days = [float(d) for d in np.arange(0.0, judged_to + 1.0, 7.0)]
    chances = [Estimate.proportion(float((day <= by).sum()), len(day), study.level) for by in days]
    first = next((by for by, one in zip(days, chances, strict=True) if one.low >= study.scenario.verdict.can), None)
    return {"days": days, "chance": [one.as_list() for one in chances], "first": first, "judged_to": judged_to}


def _packages(found: Packages) -> dict[str, Any]:
    def described(one: Package | None) -> dict[str, Any] | None:
        return None if one is None else asdict(one) | {"chance": one.chance.as_list()}

    return {
        "smallest": described(found.smallest),
        "cheapest": described(found.cheapest),
        "latest": described(found.latest),
        "best": described(found.best),
        "sets_tried": len(found.tried),
        "tried": [described(one) for one in sorted(found.tried, key=lambda one: -one.chance.value)[:SHOWN]],
        "doses": [described(one) for one in found.doses],
        "dates": [described(one) for one in found.dates],
    }


def _assumptions(study: Study, found: Assumptions) -> dict[str, Any]:
    return {
        "now": found.now.as_list(),
        "up": found.up,
        "moved": len(dict.fromkeys(one.name for one in found.held)),
        "nearest": [_held(study, one) for one in found.nearest],
        "held": [_held(study, one) for one in found.held],
        "leading": [{"name": name, "way": way} for name, way in found.leading],
        "together": [
            {"distance": z, "chance": chance.as_list(), "turns": turns} for z, chance, turns in found.together
        ],
    }


def _held(study: Study, one: Held) -> dict[str, Any]:
    source = study.by_name[one.name]
    known = study.u[:, study.names.index(one.name)]
    return asdict(one) | _evidence(source) | {
        "chance": one.chance.as_list(),
        "written": format_with_unit(one.value, source.unit),
        "beyond": float((known > one.u).mean() if one.u > 0.5 else (known < one.u).mean()),
        "settings": source.settings(one.u),
    }  # fmt: skip
