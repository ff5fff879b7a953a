"""Deep strike: what arrives, what it breaks, how it is mended, how the target moves out of reach."""

from __future__ import annotations

import numpy as np

from sim.foundation.lanes import Array


def damaged(damage: Array, arrivals: Array, each: Array, reach: Array) -> Array:
    """Return damage after today's arrivals: each breaks a share of what is whole and within reach.

    ``1 - (1 - d) * exp(-arrivals * each * reach)``, so that damage never passes one and returns diminish.

    Parameters
    ----------
    damage : ndarray, shape (lane,)
        Share of capacity lost.
    arrivals : ndarray, shape (lane,)
        Weapons that arrive today.
    each : ndarray, shape (lane,)
        Share of reachable capacity one weapon breaks.
    reach : ndarray, shape (lane,)
        Share of the targets within reach, 0..1.
    """
    return 1.0 - (1.0 - damage) * np.exp(-arrivals * each * reach)


def mended(damage: Array, half_life: Array) -> Array:
    """Return damage after a day's repair: refineries came back with a half-life of one to two months [L16]."""
    return damage * np.exp2(-1.0 / half_life)


def lasting(half_life: Array, days: Array) -> Array:
    """Return how long damage done today lasts within some days, in days of the whole: ``(1 - 2^(-T/h)) h / ln 2``."""
    return half_life / np.log(2.0) * -np.expm1(-np.log(2.0) * days / half_life)


def scattered(exposed: Array, usual: Array, cost: Array) -> Array:
    """Return the share of capacity that dispersal leaves, ``(e / e0)^cost``, 1 at the usual exposure.

    Scattered targets work less well. Under the strikes of the start, which break a share `cost` of what they are worth, the
    damage spared by a little more dispersal is just what the dispersal itself costs: that it was left so reveals as much.

    Parameters
    ----------
    exposed, usual : ndarray, shape (lane,)
        Share of the targets within reach, now and at the start.
    cost : ndarray, shape (lane,)
        Share of their worth lost to the damage of the start.
    """
    return np.exp(cost * np.log(np.maximum(exposed, 1e-3) / np.maximum(usual, 1e-3)))


def kept_away(supplied: Array, threat: Array) -> Array:
    """Return glide bombs that carriers still bring, over the start's: ``exp(-threat * (supplied - 1))``.

    A supplied air defence keeps carriers far off, or down; without any they come as they like, and that is bounded.

    Parameters
    ----------
    supplied, threat : ndarray, shape (lane,)
        The defender's supplied air defence over the start's; share (in logarithms) of bombs that it keeps away there.
    """
    return np.exp(-threat * (supplied - 1.0))


def intercept(best: Array, stock: Array, daily_need: Array, cover: Array) -> Array:
    """Return the share intercepted: the best known, times ``s / (s + cover * need)`` of supplied defence."""
    wanted = cover * daily_need
    some = stock > 0.0
    return best * np.where(some, stock / np.where(some, stock + wanted, 1.0), 0.0)
