"""The strike forces: what to aim at, and how fast to spend what is there."""

from __future__ import annotations

from sim.foundation.tree import Tree
from sim.rules.strike import allocation
from sim.world.agents.decider import Decider
from sim.world.orders import StrikeOrder
from sim.world.views import StrikeView


class UkrainianStrikeForce(Decider):
    """Rule: depots, oil, airfields and massed troops by weight, less where little is left; missiles as permitted."""

    def decide(self, view: StrikeView, day: int) -> StrikeOrder:
        """Return shares by target and the pace of missiles and drones."""
        p: Tree = self.model.p
        free = p.strike.missile_restraint + (1.0 - p.strike.missile_restraint) * view.permitted
        weights = p.strike.targets.weight * self.model.aims_ukraine
        return StrikeOrder(allocation(weights, view.worth), p.strike.missile_pace * free, p.strike.drone_pace)


class RussianStrikeForce(Decider):
    """Rule: energy and industry by weight, as fast as the Kremlin's tempo has it."""

    def decide(self, view: StrikeView, day: int) -> StrikeOrder:
        """Return shares by target and the pace of missiles and drones."""
        p: Tree = self.model.p
        weights = p.strike.targets.weight * self.model.aims_russia
        return StrikeOrder(allocation(weights, view.worth), p.strike.russian_missile_pace, p.strike.russian_drone_pace)
