"""What runs short: how much of what each side wants there is, and what money still pays for."""

from __future__ import annotations

import numpy as np

from sim.foundation.lanes import Array, add_up
from sim.foundation.roles import ATTACKER, DEFENDER
from sim.models.campaign.state import State
from sim.rules import recruiting
from sim.rules.supply import relative

NEEDS = ("men", "infantry", "shell", "drone", "vehicle", "interceptor", "money")
"""What a side may run short of, in the order of `met`."""


def funded(state: State) -> Array:
    """Return the share of the attacker's bonuses and arms output that there is money for, shape (lane,)."""
    p = state.p.attacker
    return recruiting.funded(state.theatre.buffer, p.buffer_floor, p.unfunded)


def met(state: State) -> Array:
    """Return how much of each need is met, 0..1, shape (side, need, lane).

    Men and infantry: the line, and the infantry in it, over the start's. Shells and drones: use over plan. Vehicles and
    interceptors: stock, and supplied air defence, over the start's. Money: the share of bonuses and output that is paid (the
    attacker's), of idle capacity that is ordered from (the defender's). 1 where there is more, or no need.
    """
    return np.stack([np.minimum(np.stack(_of(state, side)), 1.0) for side in (DEFENDER, ATTACKER)])


def _of(state: State, side: int) -> list[Array]:
    own, whole = state.side_p[side], np.ones(state.lanes)
    line = add_up(state.line(side)) / np.maximum(add_up(state.theatre.sides[side].start_line), 1.0)
    vehicles = state.side_known[side].vehicles
    return [
        line,
        state.infantry(side),
        _rationed(state.stock(side, "shell"), own.shell_plan.at(state.day), own.shell_cover),
        _rationed(state.stock(side, "drone"), own.drone_plan, own.drone_cover),
        np.where(vehicles > 0.0, relative(state.stock(side, "vehicle"), vehicles), whole),
        state.theatre.air_defence if side == DEFENDER else whole,
        funded(state) if side == ATTACKER else _ordered(state),
    ]


def _rationed(stock: Array, plan: Array, cover: Array) -> Array:
    """Return the share of a plan that is used, as `sim.rules.supply.rationed` has it."""
    wanted = plan > 0.0
    share = stock / np.where(wanted, stock + cover * plan, 1.0)
    enough = stock / np.where(wanted, plan, 1.0)
    return np.where(wanted, np.minimum(share, enough), 1.0)


def _ordered(state: State) -> Array:
    p = state.p.defender
    idle = (p.industry_capacity - 1.0) * p.industry_gusd
    some = idle > 0.0
    return np.where(some, state.stock(DEFENDER, "money") / np.where(some, idle, 1.0), 1.0)
