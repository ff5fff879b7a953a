"""The claim's arms against an attacker that does not answer, and against one that makes up for the ground it misses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.analysis.outcomes.judging import Thresholds
from sim.analysis.result import Result
from sim.analysis.verdicts.enemy import BEST_REPLY, COMPENSATING, FIXED, EnemyAnswers, enemy_answers
from sim.experiment import manifest as manifests
from sim.experiment.store import load
from sim.exploration.change_blocks import with_leaves
from sim.workflows.options import Options
from sim.workflows.playing import play

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario
    from sim.scenario.schema.leaves import Choice

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
    asked = replace(options, resume=False, out=None, engine=engine)
    other, arms = with_answers(scenario, (FIXED, COMPENSATING), count)
    folder = result.folder / "answers" / "all" if result.folder else None
    data = load(play(other, asked, f"{file.stem}-answers", out=folder, what="playing against other answers", keep=KEPT))
    played = {BEST_REPLY: result.data}
    for answer, names in arms.items():
        its = data.sel(arm=list(names.values())).assign_coords(arm=list(names))
        played[answer] = its.assign_attrs(result.data.attrs)
    return enemy_answers(played, count, Thresholds.of(result.data).interval)


def with_answers(
    scenario: Scenario, answers: Sequence[str], replicates: int
) -> tuple[Scenario, dict[str, dict[str, str]]]:
    """Return one scenario of the base and of the arms with a role against each answer, and what its arms are called.

    One base is enough for all: it has nothing that an attacker could answer. Played together the wars share draws, noise
    and what a block costs whatever its size.

    Returns
    -------
    scenario : Scenario
    names : dict of str to dict of str to str
        By answer: the name there of each arm, and of the base, by its name in the scenario given.
    """
    base = scenario.base
    kept = _with_their_pasts(scenario, [name for name, arm in scenario.arms.items() if arm.role and name != base])
    arms, worlds = {base: scenario.arms[base]}, {base: scenario.world()}
    found = {}
    for answer in answers:
        leaf = _only(scenario.world().attacker.answer, answer)
        names = found[answer] = {base: base} | {name: _another(f"{name}_{answer}", base) for name in kept}
        for name in kept:
            arm, new = scenario.arms[name], names[name]
            past, home = names.get(arm.follows, ""), names.get(arm.calibrated_in, "")
            arms[new] = replace(arm, label=f"{arm.label} ({KEY}: {answer})", follows=past, calibrated_in=home)
            worlds[new] = with_leaves(scenario.worlds[name], {KEY: leaf})
    run = replace(scenario.run, replicates=replicates)
    return replace(scenario, run=run, arms=arms, worlds=worlds, notices=()), found  # notices are said already


def _another(name: str, taken: str) -> str:
    """Return a name that is not the one taken."""
    return f"{name}_arm" if name == taken else name


def _with_their_pasts(scenario: Scenario, names: Iterable[str]) -> list[str]:
    """Return the arms named and those that they follow or are calibrated in, in the scenario's order, without the base."""
    wanted, left = set(), list(names)
    while left:
        if (name := left.pop()) and name not in wanted:
            wanted.add(name)
            left += [scenario.arms[name].follows, scenario.arms[name].calibrated_in]
    return [name for name in scenario.arms if name in wanted and name != scenario.base]


def _only(choice: Choice, option: str) -> Choice:
    """Return a choice of which this option alone is left."""
    return replace(choice, weights=tuple(float(one == option) for one in choice.options))


def chooses(scenario: Any) -> bool:
    """Return whether the attacker answers by choice in every arm."""
    return all(_answers(world) == [BEST_REPLY] for world in scenario.worlds.values())


def _answers(world: Any) -> list[str]:
    """Return the answers that are drawn in a world."""
    choice = world.attacker.answer
    return [name for name, weight in zip(choice.options, choice.weights, strict=True) if weight]
