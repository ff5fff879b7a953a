"""The strike forces: what to aim at, and how fast to spend what is there."""

from __future__ import annotations

from sim.models.campaign.agents.decider import Decider
from sim.models.campaign.orders import StrikeOrder
from sim.models.campaign.views import StrikeView
from sim.rules.strike import allocation


class DefenderStrikeForce(Decider):
    """Rule: the enemy's targets by weight, less where little is left; missiles as permitted."""

    writes = StrikeOrder

    def decide(self, view: StrikeView, day: int) -> StrikeOrder:
        """Return shares by target and the pace of missiles and drones."""
        free = view.restraint + (1.0 - view.restraint) * view.permitted
        return StrikeOrder(allocation(view.weights, view.worth), view.missile_pace * free, view.drone_pace)


class AttackerStrikeForce(Decider):
    """Rule: the enemy's targets by weight, less where little is left; as fast as its government's tempo has it."""

    writes = StrikeOrder

    def decide(self, view: StrikeView, day: int) -> StrikeOrder:
        """Return shares by target and the pace of missiles and drones."""
        return StrikeOrder(allocation(view.weights, view.worth), view.missile_pace, view.drone_pace)
