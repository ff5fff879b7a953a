"""From a claim's tests to its answer: questions to the replicates, to observed tables and to inputs."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import xarray as xr

from sim.analysis.observations.table_statistics import STATISTICS, rows_of, sample
from sim.analysis.outcomes.measures import Selection
from sim.analysis.verdicts.answers import Answer
from sim.analysis.verdicts.assessment import Assessor, Bound, Finding, Question, Subset, from_draws, outside
from sim.experiment.inputs import Inputs
from sim.foundation.errors import UserError
from sim.scenario.claims.file import ClaimFile, ClaimTest, Condition
from sim.scenario.claims.schema import PLAYED
from sim.workflows.claim_guesses import deciding_guesses
from sim.workflows.options import Options

LEVEL = 0.9
"""Coverage of intervals where no scenario states one."""


@dataclass
class Group:
    """Claims that play the same scenario, None for claims that need none; `data` is its result once played."""

    path: Path | None
    scenario: Any
    claims: list[ClaimFile]
    data: xr.Dataset | None = None

    @property
    def level(self) -> float:
        """Coverage of the intervals."""
        return float(self.scenario.verdict.interval) if self.scenario else LEVEL


def judge(claim: ClaimFile, group: Group, wars: Assessor | None, inputs: Inputs | None, options: Options) -> Answer:
    """Judge one claim by its tests."""
    findings = tuple(_find(test, claim, group, wars, inputs) for test in claim.tests)
    counted = (claim.played or any(test.kind == "input" for test in claim.tests)) and group.scenario is not None
    return Answer(
        id=claim.id,
        says=claim.says,
        findings=findings,
        kinds=tuple(test.kind for test in claim.tests),
        because=tuple(test.because for test in claim.tests),
        counts=tuple(test.counts for test in claim.tests),
        hangs_on=claim.hangs_on,
        decided_by=_decided_by(claim, group, wars, inputs),
        conditional_on={name: _guess_share(name, group) for name in claim.conditional_on},
        reversion=claim.reversion,
        caveat=claim.caveat,
        restated=claim.restated,
        command=_command(claim, group if counted else None, options),
        wars=group.scenario.run.replicates if claim.played else 0,
    )


def _command(claim: ClaimFile, group: Group | None, options: Options) -> str:
    shipped = claim.path.parent.name == "claims" and claim.path.stem == claim.id
    words = ["sim", "claims", claim.id if shipped else str(claim.path)]
    if group is not None:
        run = group.scenario.run
        words += ["--replicates", str(run.replicates), "--seed", str(run.seed)]
        words += [word for change in options.changes for word in ("--set", change)]
    return shlex.join(words)


def _guess_share(name: str, group: Group) -> float:
    """Return the share of a section's numbers that are guesses; nan for a source."""
    rows = [row for row in group.scenario.numbers() if row.path.split(".")[0] == name] if group.scenario else []
    return sum(row.grade == "guess" for row in rows) / len(rows) if rows else float("nan")


def _find(test: ClaimTest, claim: ClaimFile, group: Group, wars: Assessor | None, inputs: Inputs | None) -> Finding:
    if test.kind == "outside":
        return outside(test.because)
    bound = bound_of(test.condition, group.scenario)
    if test.kind == "observed":
        return judge_table(test, bound, group.level)
    if test.kind == "input":
        assert inputs is not None
        return _judge_input(test, bound, inputs, group.level)
    assert wars is not None
    return wars.assess(_question(test, group), claim.anyway or group.scenario.base)


def _question(test: ClaimTest, group: Group) -> Question:
    return Question(
        test.kind, test.condition.metric, _selection(test.condition), test.condition.arm,
        bound_of(test.condition, group.scenario), test.against, test.parts,
        tuple(_subset(one, group) for one in test.given), test.scale,
    )  # fmt: skip


def _decided_by(claim: ClaimFile, group: Group, wars: Assessor | None, inputs: Inputs | None) -> tuple[str, ...]:
    """Return the guesses that decide a claim by themselves; a claim that also rests on tables or inputs is not looked at."""
    counted = [test for test in claim.tests if test.counts]
    if wars is None or inputs is None or any(test.kind not in PLAYED for test in counted):
        return ()
    questions = [_question(test, group) for test in counted]
    return deciding_guesses(claim, questions, claim.anyway or group.scenario.base, wars, inputs)


def bound_of(condition: Condition, scenario: Any) -> Bound:
    """Return the side and threshold of a condition; a threshold of the verdict is the scenario's."""
    head, _, name = condition.threshold.partition(".")
    value = float(getattr(scenario.verdict, name)) if head == "verdict" else float(condition.threshold)
    return Bound(condition.above, value)


def _selection(condition: Condition) -> Selection:
    on, since = (day.isoformat() if day else "" for day in (condition.on, condition.since))
    return Selection(on, since, condition.side, condition.goods)


def _subset(condition: Condition, group: Group) -> Subset:
    return Subset(condition.metric, _selection(condition), condition.arm, bound_of(condition, group.scenario))


def judge_table(test: ClaimTest, bound: Bound, level: float) -> Finding:
    """Judge an observed table, with the noise that the claim's file gives its rows."""
    assert test.table is not None
    statistic = STATISTICS[test.condition.metric]
    ask = _selection(test.condition)
    rows = rows_of(test.table, test.column, dict(test.noise), test.noise_by, dict(test.bias))
    try:
        draws = statistic.of(rows, sample(rows, seed=0), ask.since, ask.on)
    except ValueError as error:
        raise UserError([f"{test.table}: {error}"]) from None
    meaning = f"{statistic.meaning} {ask.since}".strip()
    return from_draws(draws, float(draws[0]), bound, level, statistic.unit(rows), meaning, test.table.name)


def _judge_input(test: ClaimTest, bound: Bound, inputs: Inputs, level: float) -> Finding:
    draws, value, meaning = inputs.values(test.of), inputs.central(test.of), f"input {test.of}"
    if test.than:
        draws, value = draws - inputs.values(test.than), value - inputs.central(test.than)
        meaning = f"inputs, {test.of} less {test.than}"
    return from_draws(draws, value, bound, level, inputs.unit(test.of), meaning, "inputs")
