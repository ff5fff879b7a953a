"""The instruments of levers: what a lever of each does from its dose, start and ramp. None knows of another.

A function of one lever takes it alone; a function of the world takes all parameters and puts together the levers of its own
instrument, under whatever names. A world may have none.
"""

from __future__ import annotations

import numpy as np

from sim.foundation.lanes import Array, add_up
from sim.foundation.tree import Tree
from sim.models.campaign.calendar import MONTH
from sim.models.campaign.goods import KINDS, NOT_ARMS
from sim.rules.manpower import shares


def ramp(day: float, start: Array, length: Array | float) -> Array:
    """Return how far a change is under way, 0..1: nothing before `start`, all of it `length` days later."""
    return np.clip((day - start) / np.maximum(length, 1e-9), 0.0, 1.0)


def of_instrument(p: Tree, instrument: str) -> list[Tree]:
    """Return the levers of an instrument, in the scenario's order."""
    return [lever for lever in p.levers.values() if lever.instrument == instrument]


# --- permission ----------------------------------------------------------------------------------------------


def permission(lever: Tree, day: float) -> Array:
    """Return how far one permission lets long-range missiles strike, 0..1, shape (lane,)."""
    return lever.dose * ramp(day, lever.start, lever.lag)


def resupply(lever: Tree, day: float) -> Array:
    """Return missiles that come with one permission, missile/day, shape (lane,)."""
    begun = day >= lever.start
    return np.where(begun, lever.dose * lever.resupply / MONTH, 0.0)


def permitted(p: Tree, day: float, none: Array) -> Array:
    """Return how far long-range missiles may strike the attacker's territory, 0..1, (lane,): the widest permission holds."""
    for lever in of_instrument(p, "permission"):
        none = np.maximum(none, permission(lever, day))
    return none


def resupplied(p: Tree, day: float, none: Array) -> Array:
    """Return missiles that come with all permissions, missile/day, (lane,)."""
    for lever in of_instrument(p, "permission"):
        none = none + resupply(lever, day)
    return none


# --- delivery ------------------------------------------------------------------------------------------------


def deliveries(p: Tree) -> list[Tree]:
    """Return the levers of delivery; each says its `donor`."""
    return of_instrument(p, "delivery")


def rushed(lever: Tree, day: float, sent: Array, days: float = 1.0) -> Array:
    """Return money's worth of arms rushed a day, Gusd/day, (lane,): at the fastest rate until the sum is spent.

    Parameters
    ----------
    sent : ndarray, shape (lane,)
        What was sent before, Gusd.
    days : float
        How long the order stands: what is left is spread over it, so that the sum is never passed.
    """
    due = lever.dose * lever.total - sent
    begun = day >= lever.start
    return np.where(begun, np.clip(lever.rate / MONTH, 0.0, np.maximum(due, 0.0) / days), 0.0)


def kinds_sent(lever: Tree, own: Array) -> Array:
    """Return the shares of kinds in what a delivery sends, (kind, lane): those asked for, or without any the donor's `own`."""
    none = np.zeros_like(own[0])
    asked = np.stack([lever[kind] + none if kind not in NOT_ARMS else none for kind in KINDS])
    return np.where(add_up(asked) > 0.0, shares(asked), own)


# --- production ----------------------------------------------------------------------------------------------


def production_money(lever: Tree, day: float) -> Array:
    """Return the money of one lever for the defender's industry, Gusd/day, (lane,)."""
    begun = day >= lever.start
    return np.where(begun, lever.dose * lever.flow / MONTH, 0.0)


def money_for_industry(p: Tree, day: float, none: Array) -> Array:
    """Return the money of all levers for the defender's industry, Gusd/day, (lane,)."""
    for lever in of_instrument(p, "production"):
        none = none + production_money(lever, day)
    return none


# --- withdrawal ----------------------------------------------------------------------------------------------


def leaving(lever: Tree, day: float) -> Array:
    """Return the share of a salient's remaining force that leaves on a day, 1/day, (lane,), so that all doses are out in time."""
    elapsed = day - lever.start
    under_way = (elapsed >= 0.0) & (elapsed < lever.length) & (lever.dose > 0.0)
    left = 1.0 - lever.dose * np.clip(elapsed / lever.length, 0.0, 1.0)
    step = lever.dose / lever.length
    return np.where(under_way, np.minimum(step / np.maximum(left, step), 1.0), 0.0)


def withdrawn(p: Tree, day: float, none: Array) -> Array:
    """Return the share of each front's force that withdrawals take home on a day, 1/day, (front, lane)."""
    rows = list(none)
    for lever in of_instrument(p, "withdrawal"):
        row = p.fronts.names.index(lever.front)
        rows[row] = np.maximum(rows[row], leaving(lever, day))
    return np.stack(rows)


def veterans(p: Tree, none: Array) -> Array:
    """Return the worth over the mean of those who come home from each front, (front, lane)."""
    rows = list(none + 1.0)
    for lever in of_instrument(p, "withdrawal"):
        rows[p.fronts.names.index(lever.front)] = none[0] + lever.quality
    return np.stack(rows)


# --- training ------------------------------------------------------------------------------------------------


def reform(lever: Tree, day: float) -> Array:
    """Return how far training and deployment are reformed, 0..1, (lane,)."""
    begun = day >= lever.start
    return np.where(begun, lever.dose, 0.0)


def training(p: Tree) -> Tree | None:
    """Return the reform of training and deployment, if the world has one."""
    return next(iter(of_instrument(p, "training")), None)


def kit_needed(p: Tree, day: float, none: Array) -> Array:
    """Return the money that training and kit take for the men whom the reform adds, Gusd/day, (lane,)."""
    lever = training(p)
    return none if lever is None else reform(lever, day) * lever.added_intake * lever.kit * 1e-3


# --- plan ----------------------------------------------------------------------------------------------------


def plan(lever: Tree, part: str, day: float) -> Array:
    """Return how far one part of the common plan (``haste`` or ``message``) works, 0..1, (lane,)."""
    return lever[part] * extent(lever, day)


def extent(lever: Tree, day: float) -> Array:
    """Return how far what the plan settles is carried out, 0..1, (lane,)."""
    return ramp(day, lever.start, lever.ramp)


def common_plan(p: Tree) -> Tree | None:
    """Return the allies' common plan, if the world has one."""
    return next(iter(of_instrument(p, "plan")), None)
