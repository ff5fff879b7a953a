"""The claim's arms against an attacker that does not answer, and against one that makes up for the ground it misses."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from sim.analysis.outcomes.judging import Thresholds
from sim.analysis.result import Result
from sim.analysis.verdicts.enemy import BEST_REPLY, COMPENSATING, FIXED, EnemyAnswers, enemy_answers
from sim.experiment import manifest as manifests
from sim.experiment.store import load
from sim.workflows.options import Options
from sim.workflows.playing import play, read

MOST = 100
"""Replicates that are played against each further answer, at most: the first of the result's own."""

KEPT = ("net_km2", "net_km2_front", "war", "casualties")
KEY = "attacker.answer"


def against_answers(file: Path, scenario: Any, result: Result, options: Options) -> EnemyAnswers | None:
    """Return what the arms of a played scenario do against each answer of the attacker.

    None where an arm itself has the attacker answer otherwise than by choice, or where no arm has a role.
    """
    roles = [arm.role for name, arm in scenario.arms.items() if name != scenario.base and arm.role]
    if not roles or not chooses(scenario):
        return None
    count = min(MOST, result.data.sizes["replicate"])
    engine = manifests.demand(result.folder).engine if result.folder else options.engine
    asked = replace(options, replicates=count, resume=False, out=None, engine=engine)
    played = {BEST_REPLY: result.data}
    for answer in (FIXED, COMPENSATING):
        other = read(file, replace(asked, changes=(*options.changes, f"{KEY}={answer}")))
        kept = {name: arm for name, arm in other.arms.items() if arm.role or name == other.base}
        other = replace(
            other, arms=kept, worlds={name: other.worlds[name] for name in kept}, notices=()
        )  # said already
        folder = result.folder / "answers" / answer if result.folder else None
        played[answer] = load(
            play(other, asked, f"{file.stem}-{answer}", out=folder, what=f"playing against: {answer}", keep=KEPT)
        )
    return enemy_answers(played, count, Thresholds.of(result.data).interval)


def chooses(scenario: Any) -> bool:
    """Return whether the attacker answers by choice in every arm."""
    return all(_answers(world) == [BEST_REPLY] for world in scenario.worlds.values())


def _answers(world: Any) -> list[str]:
    """Return the answers that are drawn in a world."""
    choice = world.attacker.answer
    return [name for name, weight in zip(choice.options, choice.weights, strict=True) if weight]
