"""Scenarios and tables looked at without an experiment: validate, replay, evidence, observe."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from sim.analysis.observed import FRONT_BY_AXIS, check_axes, describe
from sim.analysis.observed import read as read_table
from sim.foundation.errors import FaultCollector, UserError, nearest
from sim.foundation.lanes import Lanes
from sim.foundation.noise import Noise
from sim.scenario.arms.branches import draw_stages, lineage, turn_of
from sim.scenario.claims.file import is_claim_file
from sim.scenario.priors.draw import draw as draw_parameters
from sim.scenario.scenario import Scenario, Statement
from sim.scenario.schema.json_schema import json_schemas
from sim.scenario.schema.leaves import Number
from sim.scenario.schema.paths import leaves
from sim.workflows.claim_files import group_by_scenario, read_claims
from sim.workflows.files import WorkflowResult
from sim.workflows.options import Options
from sim.workflows.playing import read

DEFINITION = "DEF"
"""Source of scales and switches that say nothing about the world."""


@dataclass(frozen=True, kw_only=True)
class ValidationResult(WorkflowResult):
    """What each right file holds, and the faults of the others."""

    faults: FaultCollector


@dataclass(frozen=True, kw_only=True)
class ReplayResult(WorkflowResult):
    """The diary of one replicate."""

    diary: str


@dataclass(frozen=True, kw_only=True)
class EvidenceResult(WorkflowResult):
    """Every number of a scenario with its evidence.

    Parameters
    ----------
    name : str
        Of the scenario's file.
    numbers : tuple of Statement
    posterior : mapping of str to sequence of float
        [5 %, median, 95 %] of the numbers that the calibration moves, by path.
    """

    name: str
    numbers: tuple[Statement, ...]
    posterior: Mapping[str, Sequence[float]] = field(default_factory=dict)


def validate(files: Sequence[Path], options: Options) -> ValidationResult:
    """Read scenario and claim files; return what the right ones hold and every fault of the others."""
    faults, accounts = FaultCollector(), []
    for file in files:
        with faults.gather():
            accounts.append(_claim(file, options) if is_claim_file(file) else _scenario(file, read(file, options)))
    account = {"valid": accounts, "faults": [vars(fault) for fault in faults.faults]}
    return ValidationResult(account=account, faults=faults)


def schema(kind: str) -> WorkflowResult:
    """Return the JSON Schema of a kind of file, ``scenario`` or ``claim``."""
    schemas = json_schemas()
    if kind not in schemas:
        raise UserError([f"no schema '{kind}' - one of {', '.join(schemas)}{nearest(kind, schemas)}"])
    return WorkflowResult(account=schemas[kind])


def _scenario(file: Path, scenario: Any) -> dict[str, Any]:
    numbers = scenario.numbers()
    grades = Counter(str(number.grade) for number in numbers if number.source_id != DEFINITION)
    return {
        "file": str(file),
        "title": scenario.title,
        **({"claim_source": scenario.claim_source} if scenario.claim_source else {}),
        "hash": scenario.hash,
        "arms": list(scenario.arms),
        "start": scenario.run.start.isoformat(),
        "days": int(scenario.run.horizon_days),
        "numbers": sum(grades.values()),
        "grades": dict(sorted(grades.items())),
        "definitions": len(numbers) - sum(grades.values()),
        "warnings": [str(notice) for notice in scenario.notices],
    }


def _claim(file: Path, options: Options) -> dict[str, Any]:
    """Read a claim with the scenario that it is tested in."""
    (claim,) = read_claims([file])
    group_by_scenario([claim], options)
    return {"file": str(file), "claim": claim.id, "tests": len(claim.tests), "arms": list(claim.needs)}


def replay(file: Path, options: Options, *, arm: str | None = None, replicate: int = 0) -> ReplayResult:
    """Play one replicate of one arm (by default the base) again; return its diary."""
    scenario = read(file, options)
    name = arm or scenario.base
    text = diary(scenario, name, replicate, str(file))
    account = {"arm": name, "replicate": replicate, "seed": int(scenario.run.seed), "diary": text}
    return ReplayResult(account=account, diary=text)


def diary(scenario: Scenario, arm: str, replicate: int, where: str = "the result") -> str:
    """Return the diary of one replicate, played with the noise and the parameters that it has in any ensemble.

    Raises
    ------
    UserError
        If there is no such arm or replicate.
    """
    from sim.models.campaign.diary import write_diary

    arms, run = list(scenario.arms), scenario.run
    if arm not in arms:
        raise UserError([f"no arm '{arm}' in {where}; it has {', '.join(arms)}{nearest(arm, arms)}"])
    if not 0 <= replicate < run.replicates:
        raise UserError([f"no replicate {replicate} in {where}; it has {run.replicates}, 0 to {run.replicates - 1}"])
    seed, lanes = int(run.seed), Lanes(np.array([arms.index(arm)]), np.array([replicate]))
    drawn = draw_stages(scenario, lanes, lambda some: draw_parameters(scenario, some, seed))
    noise, days = Noise(seed, lanes.replicate), int(run.horizon_days)
    turns = {turn_of(scenario, one): scenario.arms[one].label for one in lineage(scenario, arm)}
    forks = {day: label for day, label in turns.items() if day is not None}
    return str(
        write_diary(
            drawn.first, lanes, noise, start=run.start, days=days, labels=scenario.labels(arm), base=drawn.base,
            later=drawn.later, forks=forks,
        )
    )  # fmt: skip


def evidence(file: Path, options: Options) -> EvidenceResult:
    """Return every number of a scenario: value, range, unit, source, date, grade, and the posterior where there is one."""
    scenario: Scenario = read(file, options)
    numbers, posterior = tuple(scenario.numbers()), _posterior(scenario)
    account = [vars(one) | {"posterior": posterior.get(one.path)} for one in numbers]
    return EvidenceResult(account=account, name=file.as_posix(), numbers=numbers, posterior=posterior)


def _posterior(scenario: Scenario) -> dict[str, list[float]]:
    from sim.scenario.priors.distributions import quantile

    drawn = scenario.posterior
    if drawn is None:
        return {}
    return {
        path: np.quantile(quantile(leaf, drawn.table[:, drawn.names.index(path)]), [0.05, 0.5, 0.95]).tolist()
        for path, leaf in leaves(scenario.world())
        if isinstance(leaf, Number) and leaf.low is not None and path in drawn.names
    }


def observe(file: Path, options: Options, *, scenario: Path | None = None) -> WorkflowResult:
    """Check a table of observations, and its axes against the fronts of `scenario` if one is given."""
    table = read_table(file)
    if scenario is not None and table.kind == FRONT_BY_AXIS:
        check_axes(table, read(scenario, options).world().fronts)
    return WorkflowResult(account=describe(table))
