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
    """Return the same over what the start's damage left: 1 on the first day, (lane,)."""
    whole, targets = np.ones(state.lanes), state.p.strike.targets
    for row in _rows(state, side, costs):
        effect = targets.effect[row]
        whole = whole * (left_of(state.theatre.damage[row], effect) / left_of(targets.damage[row], effect))
    return whole


def revenue_lost(state: State, side: int) -> Array:
    """Return the draw on a side's fiscal buffer that damage beyond the start's adds, over the start's draw, (lane,)."""
    targets, lost = state.p.strike.targets, state.none()
    for row, owner in enumerate(state.facts.owner):
        if owner == side:
            lost = lost + targets.revenue[row] * np.maximum(state.theatre.damage[row] - targets.damage[row], 0.0)
    return lost
