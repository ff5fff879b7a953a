"""A day between two mornings: everything but what is decided, and settled, once a week."""

from __future__ import annotations

import numpy as np

from sim.models.campaign import levers
from sim.models.campaign.phases import fighting, replenishing, settling, shipping, striking
from sim.models.campaign.state import State


def carry_out(state: State) -> None:
    """Carry out the standing orders: ship, strike, supply, fight, move, replenish, remember; add up the ground."""
    t = state.theatre
    t.permitted = levers.permitted(state.p, state.day, state.none())
    for side in t.sides:
        side.permanent_today = np.zeros(state.lanes)
    t.works = fighting.works(state)
    t.going = fighting.weather(state)
    shipping.ship(state)
    striking.strike(state)
    fighting.supply(state)
    fighting.fight(state)
    fighting.move(state)
    replenishing.replenish(state)
    settling.remember(state)
    t.net = t.net + t.gain
