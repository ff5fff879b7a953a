"""The shape of the world: every quantity a scenario must state, with its unit, its bounds and what it means.

`World` is a template: where it has fields ``defender`` and ``attacker`` a file has the names of its two sides, and
``levers`` have whatever names the file gives them. `sim.scenario.schema.naming.schema_for` puts a file's names in.

The world holds no numbers of its own: each leaf is filled by a scenario, with value, range, date, source and grade.
Equations that use a quantity are in the rule module that carries its name; `docs/model.md` has them in order.
"""

from __future__ import annotations

from pydantic import Field

from sim.scenario.schema.drift import Drift
from sim.scenario.schema.fields import Section
from sim.scenario.schema.sections.deciding import (
    AttackerGovernment,
    Beliefs,
    Choosing,
    Command,
    DefenderGovernment,
    Escalation,
    Settling,
)
from sim.scenario.schema.sections.donors import Ally, Donors, Mediator, Partner
from sim.scenario.schema.sections.fighting import Combat, Movement, Season
from sim.scenario.schema.sections.fronts import Front
from sim.scenario.schema.sections.kinds import Kinds
from sim.scenario.schema.sections.levers import Levers
from sim.scenario.schema.sections.sides import Sides
from sim.scenario.schema.sections.strike import Strike


class World(Section):
    """The whole world of a scenario."""

    fronts: dict[str, Front]
    sides: Sides
    combat: Combat
    movement: Movement
    season: Season
    choosing: Choosing
    command: Command
    defender: DefenderGovernment
    attacker: AttackerGovernment
    kinds: Kinds
    allies: dict[str, Ally]
    donors: Donors
    mediators: dict[str, Mediator] = Field(default_factory=dict)
    partners: dict[str, Partner]
    strike: Strike
    beliefs: Beliefs
    settling: Settling
    escalation: Escalation
    levers: Levers
    drift: Drift = Field(default_factory=Drift)
