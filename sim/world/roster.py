"""The roster: which agents a world has, from the names in its scenario."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.foundation.errors import UserError
from sim.foundation.tree import Tree
from sim.world.agents.allies import Ally, Mediator, NordicState, UnitedStates
from sim.world.agents.command import RussianCommand, UkrainianCommand
from sim.world.agents.government import RussianGovernment, UkrainianGovernment
from sim.world.agents.partners import Partner
from sim.world.agents.strike_force import RussianStrikeForce, UkrainianStrikeForce
from sim.world.theatre import TARGETS

if TYPE_CHECKING:
    from sim.world.war import War


RUSHES = "us"  # the ally that can hurry arms from its own stocks


def check_names(p: Tree) -> None:
    """Refuse a world that lacks what the agents and phases look up by name.

    Raises
    ------
    UserError
        Naming every missing entry.
    """
    wanted = [("world.allies", p.allies.names, (RUSHES,)), ("world.strike.targets", p.strike.targets.names, TARGETS)]
    faults = [
        f"{path}: no '{name}' among {', '.join(names)} - the model needs one of that name"
        for path, names, needed in wanted
        for name in needed
        if name not in names
    ]
    if faults:
        raise UserError(faults)


@dataclass(frozen=True)
class Cast:
    """Every agent by role."""

    kyiv: UkrainianGovernment
    kremlin: RussianGovernment
    commands: tuple[UkrainianCommand, RussianCommand]
    strikers: tuple[UkrainianStrikeForce, RussianStrikeForce]
    allies: list[Ally]
    mediators: list[Mediator]
    partners: list[Partner]


def assemble(war: War) -> Cast:
    """Return the cast of a war."""
    p = war.p
    return Cast(
        kyiv=UkrainianGovernment(war, "Kyiv"),
        kremlin=RussianGovernment(war, "the Kremlin"),
        commands=(UkrainianCommand(war, "Ukrainian command"), RussianCommand(war, "Russian command")),
        strikers=(
            UkrainianStrikeForce(war, "Ukrainian strike force"),
            RussianStrikeForce(war, "Russian strike force"),
        ),
        allies=[_ally(war, name, row) for row, name in enumerate(p.allies.names)],
        mediators=[Mediator(war, name, row) for row, name in enumerate(p.mediators.names)],
        partners=[Partner(war, name, row) for row, name in enumerate(p.partners.names)],
    )


def _ally(war: War, name: str, row: int) -> Ally:
    carries_nordic_money = bool((war.p.allies.nordic[row] > 0.0).any())
    kind = UnitedStates if name == RUSHES else NordicState if carries_nordic_money else Ally
    return kind(war, name, row)
