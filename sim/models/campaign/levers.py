"""The levers, one function each: dated strength from dose, start and ramp. None knows of another."""

from __future__ import annotations

import numpy as np

from sim.foundation.lanes import Array
from sim.foundation.tree import Tree
from sim.models.campaign.calendar import MONTH


def ramp(day: float, start: Array, length: Array | float) -> Array:
    """Return how far a change is under way, 0..1: nothing before `start`, all of it `length` days later."""
    return np.clip((day - start) / np.maximum(length, 1e-9), 0.0, 1.0)


def permission(atacms: Tree, day: float) -> Array:
    """Return how far long-range missiles may strike into Russia, 0..1, shape (lane,)."""
    return atacms.dose * ramp(day, atacms.start, atacms.lag)


def resupply(atacms: Tree, day: float) -> Array:
    """Return missiles that come with the permission, missile/day."""
    begun = day >= atacms.start
    return np.where(begun, atacms.dose * atacms.resupply / MONTH, 0.0)


def rushed(us_arms: Tree, day: float, sent: Array, days: float = 1.0) -> Array:
    """Return money's worth of arms rushed a day, Gusd/day: at the fastest rate until the sum is spent.

    Parameters
    ----------
    sent : ndarray, shape (lane,)
        What was sent before, Gusd.
    days : float
        How long the order stands: what is left is spread over it, so that the sum is never passed.
    """
    due = us_arms.dose * us_arms.total - sent
    begun = day >= us_arms.start
    return np.where(begun, np.clip(us_arms.rate / MONTH, 0.0, np.maximum(due, 0.0) / days), 0.0)


def production_money(nordic_production: Tree, day: float) -> Array:
    """Return Scandinavian money for Ukraine's industry, Gusd/day."""
    begun = day >= nordic_production.start
    return np.where(begun, nordic_production.dose * nordic_production.flow / MONTH, 0.0)


def leaving(kursk_exit: Tree, day: float) -> Array:
    """Return the share of the salient's remaining force that leaves on a day, 1/day, so that all doses are out in time."""
    elapsed = day - kursk_exit.start
    under_way = (elapsed >= 0.0) & (elapsed < kursk_exit.length) & (kursk_exit.dose > 0.0)
    left = 1.0 - kursk_exit.dose * np.clip(elapsed / kursk_exit.length, 0.0, 1.0)
    step = kursk_exit.dose / kursk_exit.length
    return np.where(under_way, np.minimum(step / np.maximum(left, step), 1.0), 0.0)


def reform(training_deployment: Tree, day: float) -> Array:
    """Return how far training and deployment are reformed, 0..1."""
    begun = day >= training_deployment.start
    return np.where(begun, training_deployment.dose, 0.0)


def plan(coordination: Tree, part: str, day: float) -> Array:
    """Return how far one part of the common plan (``timing``, ``kinds`` or ``message``) works, 0..1."""
    return coordination[part] * ramp(day, coordination.start, coordination.ramp)
