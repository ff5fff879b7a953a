"""Supply: rationing, pipelines, output, and what damage takes from them."""

from __future__ import annotations

import numpy as np

from sim.foundation.lanes import Array

LEAST_LEFT = 1e-3  # of a flow whose sources are wholly broken: something is always patched up


def rationed(plan: Array, stock: Array, cover: Array) -> Array:
    """Return use a day: the plan where stocks are deep, half of it at `cover` days of plan, never more than the stock.

    ``use = plan * s / (s + cover * plan)`` is how an army with an uncertain next delivery stretches what it has.

    Parameters
    ----------
    plan : ndarray, (..., lane)
        Wanted use a day.
    stock : ndarray, (..., lane)
    cover : ndarray, (lane,)
        Days.
    """
    floor = cover * plan
    some = (stock > 0.0) & (plan > 0.0)
    share = np.where(some, stock / np.where(some, stock + floor, 1.0), 0.0)
    return np.minimum(plan * share, stock)


def relative(now: Array, start: Array) -> Array:
    """Return ``now / start``, and zero where there was nothing at the start."""
    had = start > 0.0
    return np.where(had, now / np.where(had, start, 1.0), 0.0)


def outflow(stage: Array, stage_length: Array) -> Array:
    """Return what leaves one stage of a pipeline in a day: ``stage * (1 - exp(-1/length))``.

    Two stages in a row of half the mean lag each give an Erlang-2 lag: late, and spread.
    """
    return stage * -np.expm1(-1.0 / np.maximum(stage_length, 1e-6))


def left_of(damage: Array, effect: Array) -> Array:
    """Return the share of a flow that damage leaves: ``1 - effect * damage``, never nothing, so that shares can be compared."""
    return np.maximum(1.0 - effect * damage, LEAST_LEFT)
