"""Once a week: standing orders take hold, and the noise of axes and theatre wanders on."""

from __future__ import annotations

import numpy as np

from sim.foundation.roles import ATTACKER, DEFENDER
from sim.models.campaign.calendar import WEEK
from sim.models.campaign.state import State
from sim.rules.perception import wander


def begin_week(state: State) -> None:
    """Carry out what orders change once a week, and let the noise wander."""
    carry_out_efforts(state)
    _let_noise_wander(state)
    t = state.theatre
    t.bonus = state.orders.attacker.bonus
    called = state.none()
    for order in state.orders.mediators:
        called = called + order.incoherence
    t.incoherence = t.incoherence + called
    saved = np.stack([order.voted - order.pledge for order in state.orders.allies])
    t.voted = np.maximum(t.voted + saved * WEEK, 0.0)


def carry_out_efforts(state: State) -> None:
    """Put efforts, tempo and the ground to be traded in force as ordered."""
    t = state.theatre
    for side, order in enumerate(state.orders.commands):
        own = t.sides[side]
        own.effort, own.tempo = order.effort, order.tempo
        own.effort_weight = own.effort / np.maximum(state.side_p[side].effort * own.tempo, 1e-9)
    t.sides[ATTACKER].effort = t.sides[ATTACKER].effort * t.allowance
    t.ceding = state.orders.commands[DEFENDER].ceding


def _let_noise_wander(state: State) -> None:
    p, t = state.p, state.theatre
    fronts = len(p.fronts.names)
    for name, side in zip(state.facts.names, t.sides, strict=True):
        axis = state.noise.normal(f"axis of {name}", state.day, fronts)
        side.axis_noise = wander(side.axis_noise, axis, p.movement.axis_memory, WEEK)
        whole = state.noise.normal(f"theatre of {name}", state.day)[0]
        side.theatre_noise = wander(side.theatre_noise, whole, p.movement.theatre_memory, WEEK)
        lump = state.noise.normal(f"lumps of {name}", state.day)[0]
        side.lump_noise = wander(side.lump_noise, lump, p.movement.lump_memory, WEEK)
