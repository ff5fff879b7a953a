"""What the attacker makes of the allies, as every phase and view reads it off the state."""

from __future__ import annotations

from sim.foundation.lanes import Array
from sim.models.campaign import levers
from sim.models.campaign.state import State
from sim.rules import politics


def belief(state: State) -> Array:
    """Return the probability that the attacker gives to another year of sufficient aid, shape (lane,)."""
    b = state.p.beliefs
    return politics.lasting(state.theatre.belief_mean, b.enough, b.spread)


def discipline(state: State) -> Array:
    """Return the share of incoherence that one voice of the allies removes, 0..1, shape (lane,)."""
    plan = levers.common_plan(state.p)
    return state.none() if plan is None else levers.plan(plan, "message", state.day) * plan.discipline
