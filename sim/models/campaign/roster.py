"""The roster: which agents a world has, from the names in its scenario, and whose policy each follows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

import mesa

from sim.foundation.errors import UserError, nearest
from sim.foundation.roles import ATTACKER, DEFENDER
from sim.foundation.tree import Tree
from sim.models.campaign.agents.allies import Ally, Mediator
from sim.models.campaign.agents.command import AttackerCommand, DefenderCommand
from sim.models.campaign.agents.decider import Decider, Policy
from sim.models.campaign.agents.government import AttackerGovernment, DefenderGovernment
from sim.models.campaign.agents.partners import Partner
from sim.models.campaign.agents.strike_force import AttackerStrikeForce, DefenderStrikeForce

T = TypeVar("T", bound=Decider)


@dataclass(frozen=True)
class Cast:
    """Every agent by what it is; pairs have the defender first."""

    governments: tuple[DefenderGovernment, AttackerGovernment]
    commands: tuple[DefenderCommand, AttackerCommand]
    strikers: tuple[DefenderStrikeForce, AttackerStrikeForce]
    allies: tuple[Ally, ...]
    mediators: tuple[Mediator, ...]
    partners: tuple[Partner, ...]

    @property
    def everyone(self) -> list[Decider]:
        """Every agent in a fixed order."""
        pairs = [*self.governments, *self.commands, *self.strikers]
        return [*pairs, *self.allies, *self.mediators, *self.partners]


class Roster:
    """Makes the agents of a war.

    Parameters
    ----------
    p : Tree
        Drawn parameters.
    policies : mapping of str to callable
        Policies by the name of the agent whose rule each replaces.
    """

    def __init__(self, p: Tree, policies: Mapping[str, Policy]) -> None:
        self.p, self.policies = p, policies

    def assemble(self, war: mesa.Model) -> Cast:
        """Return the agents.

        Raises
        ------
        UserError
            If a policy names no agent.
        """
        cast = Cast(
            governments=(
                self._one(DefenderGovernment, war, "defender.government", DEFENDER),
                self._one(AttackerGovernment, war, "attacker.government", ATTACKER),
            ),
            commands=(
                self._one(DefenderCommand, war, "defender.command", DEFENDER),
                self._one(AttackerCommand, war, "attacker.command", ATTACKER),
            ),
            strikers=(
                self._one(DefenderStrikeForce, war, "defender.strike_force", DEFENDER),
                self._one(AttackerStrikeForce, war, "attacker.strike_force", ATTACKER),
            ),
            allies=self._all(Ally, war, "ally", self.p.allies.names),
            mediators=self._all(Mediator, war, "mediator", self.p.mediators.names),
            partners=self._all(Partner, war, "partner", self.p.partners.names),
        )
        self._check([agent.name for agent in cast.everyone])
        return cast

    def _one(self, kind: type[T], war: mesa.Model, name: str, row: int) -> T:
        return kind(war, name, row, self.policies.get(name))

    def _all(self, kind: type[T], war: mesa.Model, word: str, names: tuple[str, ...]) -> tuple[T, ...]:
        return tuple(self._one(kind, war, f"{word}.{name}", row) for row, name in enumerate(names))

    def _check(self, names: list[str]) -> None:
        faults = [
            f"policies: no agent '{name}' - one of {', '.join(names)}{nearest(name, names)}"
            for name in self.policies
            if name not in names
        ]
        if faults:
            raise UserError(faults)
