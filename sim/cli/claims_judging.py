"""From a claim's tests to its answer: questions to the wars, tables and inputs."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

from sim.cli.asked import Asked
from sim.foundation.errors import UserError

if TYPE_CHECKING:
    from sim.analysis.outcomes.measures import Ask
    from sim.analysis.verdicts.answers import Answer
    from sim.analysis.verdicts.assessment import Bound, Finding, Given, Wars
    from sim.cli.claims_files import Group
    from sim.experiment.inputs import Inputs
    from sim.scenario.claims.file import ClaimFile, ClaimTest, Condition


def answer(claim: ClaimFile, group: Group, wars: Wars | None, inputs: Inputs | None, asked: Asked) -> Answer:
    """Judge one claim by its tests."""
    from sim.analysis.verdicts.answers import Answer

    findings = tuple(_finding(test, claim, group, wars, inputs) for test in claim.tests)
    counted = (claim.played or any(test.kind == "input" for test in claim.tests)) and group.scenario is not None
    return Answer(
        id=claim.id,
        says=claim.says,
        findings=findings,
        kinds=tuple(test.kind for test in claim.tests),
        because=tuple(test.because for test in claim.tests),
        counts=tuple(test.counts for test in claim.tests),
        hangs_on=claim.hangs_on,
        conditional_on={name: _guessed(name, group) for name in claim.conditional_on},
        reversion=claim.reversion,
        caveat=claim.caveat,
        command=_command(claim, group if counted else None, asked),
        wars=group.scenario.run.replicates if claim.played else 0,
    )


def _command(claim: ClaimFile, group: Group | None, asked: Asked) -> str:
    shipped = claim.path.parent.name == "claims" and claim.path.stem == claim.id
    words = ["sim", "claims", claim.id if shipped else str(claim.path)]
    if group is not None:
        run = group.scenario.run
        words += ["--replicates", str(run.replicates), "--seed", str(run.seed)]
        words += [word for change in asked.changes for word in ("--set", change)]
    return shlex.join(words)


def _guessed(name: str, group: Group) -> float:
    """Return the share of a section's numbers that are guesses; nan for a source."""
    rows = [row for row in group.scenario.numbers() if row.path.split(".")[0] == name] if group.scenario else []
    return sum(row.grade == "guess" for row in rows) / len(rows) if rows else float("nan")


def _finding(test: ClaimTest, claim: ClaimFile, group: Group, wars: Wars | None, inputs: Inputs | None) -> Finding:
    from sim.analysis.verdicts.assessment import Question, outside

    if test.kind == "outside":
        return outside(test.because)
    bound = bound_of(test.condition, group.scenario)
    if test.kind == "observed":
        return observed(test, bound, group.level)
    if test.kind == "input":
        assert inputs is not None
        return _input(test, bound, inputs, group.level)
    assert wars is not None
    question = Question(
        test.kind, test.condition.metric, _ask(test.condition), test.condition.arm, bound, test.against, test.parts,
        tuple(_given(one, group) for one in test.given), test.scale,
    )  # fmt: skip
    return wars.assess(question, claim.anyway or group.scenario.base)


def bound_of(condition: Condition, scenario: Any) -> Bound:
    """Return the side and threshold of a condition; a threshold of the verdict is the scenario's."""
    from sim.analysis.verdicts.assessment import Bound

    head, _, name = condition.threshold.partition(".")
    value = float(getattr(scenario.verdict, name)) if head == "verdict" else float(condition.threshold)
    return Bound(condition.above, value)


def _ask(condition: Condition) -> Ask:
    from sim.analysis.outcomes.measures import Ask

    on, since = (day.isoformat() if day else "" for day in (condition.on, condition.since))
    return Ask(on, since, condition.side, condition.goods)


def _given(condition: Condition, group: Group) -> Given:
    from sim.analysis.verdicts.assessment import Given

    return Given(condition.metric, _ask(condition), condition.arm, bound_of(condition, group.scenario))


def observed(test: ClaimTest, bound: Bound, level: float) -> Finding:
    """Hold a table against a claim, with the noise that the claim's file gives its rows."""
    from sim.analysis.observations.table_statistics import STATISTICS, rows_of, sample
    from sim.analysis.verdicts.assessment import from_draws

    assert test.table is not None
    statistic = STATISTICS[test.condition.metric]
    ask = _ask(test.condition)
    rows = rows_of(test.table, test.column, dict(test.noise), test.noise_by)
    try:
        draws = statistic.of(rows, sample(rows, seed=0), ask.since, ask.on)
    except ValueError as error:
        raise UserError([f"{test.table}: {error}"]) from None
    meaning = f"{statistic.meaning} {ask.since}".strip()
    return from_draws(draws, float(draws[0]), bound, level, statistic.unit(rows), meaning, test.table.name)


def _input(test: ClaimTest, bound: Bound, inputs: Inputs, level: float) -> Finding:
    from sim.analysis.verdicts.assessment import from_draws

    draws, value, meaning = inputs.values(test.of), inputs.central(test.of), f"input {test.of}"
    if test.than:
        draws, value = draws - inputs.values(test.than), value - inputs.central(test.than)
        meaning = f"inputs, {test.of} less {test.than}"
    return from_draws(draws, value, bound, level, inputs.unit(test.of), meaning, "inputs")
