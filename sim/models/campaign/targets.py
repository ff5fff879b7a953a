"""What deep strikes take from the owner of each target: fire, bombs, attacks, output, revenue; and what a launch may do."""

from __future__ import annotations

import numpy as np

from sim.foundation.lanes import Array, add_up
from sim.foundation.roles import ATTACKER, DEFENDER
from sim.models.campaign.calendar import MONTH
from sim.models.campaign.state import State
from sim.rules.strike import damaged, lasting, scattered
from sim.rules.supply import left_of


def _rows(state: State, side: int, costs: str) -> list[int]:
    """Return the targets of a side whose capacity is worth `costs` to it."""
    kinds = state.p.strike.targets.costs
    return [row for row, owner in enumerate(state.facts.owner) if owner == side and kinds[row] == costs]


def left(state: State, side: int, costs: str) -> Array:
    """Return the share of a side's shells, bombs, attacks or output that damage and dispersal leave, shape (lane,)."""
    whole = np.ones(state.lanes)
    for row in _rows(state, side, costs):
        whole = whole * _left(state, row)
    return whole


def left_over_start(state: State, side: int, costs: str) -> Array:
    """Return the same over what the start's damage left in the base's world: 1 there on the first day, (lane,)."""
    whole, effects, start = np.ones(state.lanes), state.p.strike.targets.effect, state.known.strike.targets.damage
    for row in _rows(state, side, costs):
        whole = whole * _left(state, row) / left_of(start[row], effects[row])
    return whole


def _left(state: State, row: int) -> Array:
    """Return the share of what a target is worth to its owner that damage and dispersal leave, (lane,)."""
    known, effect = state.known.strike.targets, state.p.strike.targets.effect[row]
    whole = left_of(state.theatre.damage[row], effect)
    usual, shown = 1.0 - known.dispersal_start[row], 1.0 - state.theatre.dispersal[row]
    return whole * scattered(shown, usual, effect * known.damage[row])


def revenue_lost(state: State, side: int) -> Array:
    """Return the draw on a side's fiscal buffer that damage beyond the start's adds, over the start's draw, (lane,)."""
    revenue, start, lost = state.p.strike.targets.revenue, state.known.strike.targets.damage, state.none()
    for row, owner in enumerate(state.facts.owner):
        if owner == side:
            lost = lost + revenue[row] * np.maximum(state.theatre.damage[row] - start[row], 0.0)
    return lost


def reach(state: State, row: int) -> Array:
    """Return the share of a target that missiles may strike, 0..1, (lane,): the attacker's by permission."""
    open_to_all = state.p.strike.targets.accessible[row]
    return open_to_all + (1.0 - open_to_all) * state.theatre.permitted


def effects(state: State, striker: int) -> Array:
    """Return what a launch at each of the enemy's targets is expected to take from his power, in logarithms, (target, lane).

    The mean of the drones and missiles that a side launches: what breaks of what is whole and exposed, how long it stays
    broken over the time looked ahead, and what its owner loses by it. Nothing for the striker's own targets.
    """
    p, ahead = state.p.strike.targets, state.p.choosing.horizon
    drones, missiles = _launched(state, striker)
    found = []
    for row, owner in enumerate(state.facts.owner):
        if owner == striker:
            found.append(state.none())
            continue
        shown, before = 1.0 - state.theatre.dispersal[row], state.theatre.damage[row]
        by_missiles = missiles * reach(state, row)
        broken = damaged(before, drones, p.drone_damage[row], shown)
        broken = damaged(broken, by_missiles, p.missile_damage[row], shown) - before
        men = by_missiles * shown * p.troops[row] / np.maximum(add_up(state.line(owner)), 1.0)
        found.append(broken * lasting(p.repair[row], ahead) * _worth(state, row, owner) + men)
    return np.stack(found)


def _launched(state: State, side: int) -> tuple[Array, Array]:
    """Return the drones and the missiles among a side's launches that arrive, as shares of the launches, (lane,) each."""
    p = state.p.strike
    paces = (p.drone_pace, p.missile_pace) if side == DEFENDER else (p.attacker_drone_pace, p.attacker_missile_pace)
    drones, missiles = (
        state.stock(side, name) * pace for name, pace in zip(("long_range_drone", "missile"), paces, strict=True)
    )
    arriving = (
        (p.drone_arrival, p.missile_arrival)
        if side == DEFENDER
        else (1.0 - p.drone_intercept, 1.0 - p.missile_intercept)
    )
    total = np.maximum(drones + missiles, 1e-9)
    return drones / total * arriving[0], missiles / total * arriving[1]


def _worth(state: State, row: int, owner: int) -> Array:
    """Return what the loss of a target's whole capacity takes from its owner's power, in logarithms, (lane,)."""
    p, own, law = state.p.strike.targets, state.side_p[owner], state.p.combat
    total = np.maximum(own.shell_share + own.drone_share + own.bomb_share + own.arms_share, 1e-9)
    shells = own.shell_share * law.shell_elasticity / total
    drones, bombs = own.drone_share * law.drone_elasticity / total, own.bomb_share * law.bomb_elasticity / total
    power = {
        "shells": shells,
        "bombs": bombs + state.p.movement.bomb_breach,
        "attacks": np.ones(state.lanes),
        "output": shells + drones,
    }
    worth = p.effect[row] * power[p.costs[row]]
    if owner == ATTACKER:  # money that is not earned is missed when the buffer is spent
        spent = 1.0 - state.p.attacker.unfunded
        worth = worth + p.revenue[row] * spent * state.p.choosing.horizon / (state.p.attacker.buffer * MONTH)
    return worth
