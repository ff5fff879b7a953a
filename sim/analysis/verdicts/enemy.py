"""What an arm keeps and costs against an attacker who answers it, who does not, and who makes up for what he misses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import xarray as xr

from sim.analysis.estimate import Estimate
from sim.analysis.names import Names
from sim.analysis.outcomes.quantities import halted
from sim.analysis.verdicts.two_by_two import TwoByTwo, two_by_two
from sim.foundation.format import format_count, format_interval

BEST_REPLY, FIXED, COMPENSATING = "best_reply", "fixed", "compensating"
WORDS = {
    BEST_REPLY: "as he chooses",
    FIXED: "with the base's orders",
    COMPENSATING: "making up for ground",
}
"""Answers of the attacker, as a scenario's `attacker.answer` names them, and what they are called in tables."""


@dataclass(frozen=True)
class Effect:
    """What an arm does against one answer, paired with the base.

    Parameters
    ----------
    kept : Estimate
        Ground kept at the end, km2.
    casualties : Estimate
        The attacker's casualties more than in the base, person.
    halt : Estimate
        Chance of a halt.
    """

    kept: Estimate
    casualties: Estimate
    halt: Estimate

    def account(self) -> dict[str, object]:
        """Return the effect in plain values."""
        return {
            "kept_km2": self.kept.as_list(),
            "attacker_casualties": self.casualties.as_list(),
            "p_halt": self.halt.value,
            "p_halt_interval": [self.halt.low, self.halt.high],
        }


@dataclass(frozen=True)
class EnemyAnswers:
    """The effects of every arm with a role against each answer, in the same replicates.

    Parameters
    ----------
    effects : mapping of str to mapping of str to Effect
        By answer and arm.
    names : Names
    replicates : int
    two_by_two : mapping of str to TwoByTwo
        By answer, where the arms are there: one lever or all, without and with coordination.
    """

    effects: Mapping[str, Mapping[str, Effect]]
    names: Names
    replicates: int
    two_by_two: Mapping[str, TwoByTwo] = field(default_factory=dict)

    @property
    def of_coordination(self) -> str:
        """One sentence on what coordination adds to one lever and to all; "" without such arms."""
        table = self.two_by_two.get(BEST_REPLY)
        if table is None:
            return ""
        beyond = table.more
        words = ("cannot be told apart", "adds more to all than to one", "adds less to all than to one")[beyond.sign]
        verdict = f"the two {words}" if not beyond.sign else f"it {words}"
        return (
            f"Coordination keeps {format_interval(table.adds_alone, unit='km2')} more where only one lever is pulled "
            f"({self.names.labels[table.alone.arm]}), and {format_interval(table.adds_together, unit='km2')} more where all are: "
            f"{verdict} ({format_interval(beyond, unit='km2', signed=True)})."
        )

    @property
    def sentence(self) -> str:
        """One sentence on what the concert costs the attacker if he answers; "" without such an arm."""
        joint = self.names.joint
        if joint is None:
            return ""
        chosen, fixed, made_up = (self.effects[answer][joint] for answer in (BEST_REPLY, FIXED, COMPENSATING))
        people = [f"{one.casualties.value / 1e3:+,.1f}" for one in (chosen, fixed, made_up)]
        return (
            f"What all in concert costs {self.names.attacker.name} if it answers: {_ground(chosen)} and {people[0]} thousand "
            f"casualties where its agents choose anew; {_ground(fixed)} and {people[1]} thousand with their orders held to the "
            f"base's; {_ground(made_up)} and {people[2]} thousand where it presses and recruits harder to make up for the ground "
            f"({format_count(self.replicates, 'replicate')})."
        )

    def account(self) -> dict[str, Any]:
        """Return all in plain values."""
        table = {answer: one.account() for answer, one in self.two_by_two.items()}
        return ({"two_by_two": table, "of_coordination": self.of_coordination} if table else {}) | {
            "replicates": self.replicates,
            "sentence": self.sentence,
            "answers": {
                answer: {arm: one.account() for arm, one in arms.items()} for answer, arms in self.effects.items()
            },
        }


def _ground(effect: Effect) -> str:
    low, value, high = effect.kept.as_list()
    return f"{value:,.0f} km2 of ground ({low:,.0f} to {high:,.0f})"


def enemy_answers(played: Mapping[str, xr.Dataset], replicates: int, level: float) -> EnemyAnswers:
    """Return the effects of the arms with a role, from one result for each answer of the attacker.

    Parameters
    ----------
    played : mapping of str to Dataset
        By answer; with ``net_km2``, ``net_km2_front``, ``war`` and ``casualties``, the base first.
    replicates : int
        How many are compared, those that all results have.
    level : float
        Coverage of the intervals.
    """
    names = Names.of(played[BEST_REPLY])
    arms = [arm for arm in names.arms[1:] if arm in names.roles]
    effects, kept = {}, {}
    for answer, data in played.items():
        shared = data.isel(replicate=slice(0, replicates))
        last = shared.isel(time=-1)
        net = last["net_km2"].transpose("arm", "replicate").to_numpy().astype(float)
        side = last["casualties"].sel(side=names.attacker.id)
        lost = side.transpose("arm", "replicate").to_numpy().astype(float)
        rows = [str(arm) for arm in shared["arm"].to_numpy()]
        kept[answer] = {arm: net[0] - net[rows.index(arm)] for arm in arms}
        effects[answer] = {
            arm: Effect(
                Estimate.mean(kept[answer][arm], level, "km2"),
                Estimate.mean(lost[rows.index(arm)] - lost[0], level, "person"),
                Estimate.rate(np.asarray(halted(shared, arm)), level),
            )
            for arm in arms
        }
    return EnemyAnswers(effects, names, replicates, two_by_two(kept, names, level))
