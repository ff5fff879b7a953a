"""Which drawn assumptions a page can move by weights, and where each stored war drew them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from scipy.special import ndtri

from sim.analysis.result import Result
from sim.foundation.lanes import Array
from sim.report.briefing import Moved, Study
from sim.report.briefing.sections import format_scenario_unit
from sim.report.briefing.weights import LEAST_EFFECTIVE
from sim.scenario.priors.draw import uniforms
from sim.scenario.priors.uncertain import Uncertain, uncertain
from sim.scenario.scenario import Scenario
from sim.scenario.schema.leaves import Number

MOST_MOVED = 8
"""Assumptions that a page moves."""


def moved_by_weights(
    result: Result, scenario: Scenario | None, study: Study | None, names: Mapping[str, str] | None = None
) -> list[Moved]:
    """Return the assumptions that a page moves by weights, at most `MOST_MOVED`; `names` say what to call them.

    First those that a study of sensitivity ranks, then those that go with the ground in the stored wars themselves.

    Only numbers whose prior is two pieces of a normal, that are drawn by themselves and that ``--set`` reaches.
    """
    if scenario is None:
        return []
    replicates = result.data["replicate"].to_numpy().astype(np.int64)
    inputs = [one for one in uncertain(scenario) if _movable(one)]
    if not inputs or len(replicates) < LEAST_EFFECTIVE:
        return []
    scores = ndtri(uniforms(scenario, [one.name for one in inputs], replicates, int(scenario.run.seed)))
    ends = result.data["net_km2"].isel(arm=-1, time=-1).to_numpy().astype(float)
    spread = max(float(ends.std()), 1e-9)
    together = np.abs((scores - scores.mean(axis=0)).T @ (ends - ends.mean())) / (scores.std(axis=0) * spread)
    ranked = [one["name"] for one in study.account.get("information", {}).get("worths", [])] if study else []
    order = sorted(range(len(inputs)), key=lambda k: (_place(inputs[k].name, ranked), -together[k]))
    return [_moved_input(inputs[k], scores[:, k], (names or {}).get(inputs[k].name, "")) for k in order[:MOST_MOVED]]


def _place(name: str, ranked: Sequence[str]) -> int:
    return ranked.index(name) if name in ranked else len(ranked)


def _movable(one: Uncertain) -> bool:
    leaf = one.leaf
    if one.calibrated or not one.settable or len(one.paths) > 1 or not isinstance(leaf, Number):
        return False
    low, high, log = leaf.low, leaf.high, leaf.law == "lognormal"
    if low is None or high is None or leaf.law not in ("normal", "lognormal") or not low < leaf.value < high:
        return False
    # the range goes along with the median: it must stay where the schema allows it
    ends = (low * low / leaf.value, high * high / leaf.value) if log else (2 * low - leaf.value, 2 * high - leaf.value)
    return leaf.bounds.lower <= ends[0] and ends[1] <= leaf.bounds.upper


def _moved_input(one: Uncertain, scores: Array, name: str) -> Moved:
    leaf = one.leaf
    assert isinstance(leaf, Number)
    assert leaf.low is not None
    assert leaf.high is not None
    written = "" if leaf.unit == "dimensionless" else leaf.written or leaf.unit
    log = leaf.law == "lognormal"
    return Moved(
        one.name,
        format_scenario_unit(written),
        written,
        one.source.removeprefix(f"{leaf.source}: "),
        one.grade,
        leaf.value,
        leaf.low,
        leaf.high,
        log,
        scores,
        name,
    )
