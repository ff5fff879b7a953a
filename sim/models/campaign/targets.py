"""What deep strikes have taken from the owner of each target: fire, bombs, attacks, output, revenue."""

from __future__ import annotations

import numpy as np

from sim.foundation.lanes import Array
from sim.models.campaign.state import State
from sim.rules.supply import left_of


def _rows(state: State, side: int, costs: str) -> list[int]:
    """Return the targets of a side whose capacity is worth `costs` to it."""
    kinds = state.p.strike.targets.costs
    return [row for row, owner in enumerate(state.facts.owner) if owner == side and kinds[row] == costs]


def left(state: State, side: int, costs: str) -> Array:
    """Return the share of a side's shells, bombs, attacks or output that damage leaves, shape (lane,)."""
    whole = np.ones(state.lanes)
    for row in _rows(state, side, costs):
        whole = whole * left_of(state.theatre.damage[row], state.p.strike.targets.effect[row])
    return whole


def left_over_start(state: State, side: int, costs: str) -> Array:
    """Return the same over what the start's damage left in the base's world: 1 there on the first day, (lane,)."""
    whole, effects, start = np.ones(state.lanes), state.p.strike.targets.effect, state.known.strike.targets.damage
    for row in _rows(state, side, costs):
        whole = whole * left_of(state.theatre.damage[row], effects[row]) / left_of(start[row], effects[row])
    return whole


def revenue_lost(state: State, side: int) -> Array:
    """Return the draw on a side's fiscal buffer that damage beyond the start's adds, over the start's draw, (lane,)."""
    revenue, start, lost = state.p.strike.targets.revenue, state.known.strike.targets.damage, state.none()
    for row, owner in enumerate(state.facts.owner):
        if owner == side:
            lost = lost + revenue[row] * np.maximum(state.theatre.damage[row] - start[row], 0.0)
    return lost
