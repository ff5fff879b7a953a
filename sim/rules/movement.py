"""Movement of the line: manned positions a kilometre, chance of success, ground."""

from __future__ import annotations

import numpy as np

from sim.foundation.lanes import Array

MOST_GROWN = 6.9  # in the logarithm: the most that works may divide by in a scenario, too


def gap(density: Array, half_density: Array, exponent: Array) -> Array:
    """Return how open the line is, 0 (sealed) .. 1 (nobody there): ``1 / (1 + (density/half)^k)``.

    Parameters
    ----------
    density : ndarray, shape (front, lane)
        Effective defenders a kilometre, person/km.
    half_density : ndarray, shape (lane,)
        Density at which half the resistance is gone.
    exponent : ndarray, shape (lane,)
    """
    return 1.0 / (1.0 + np.exp(exponent * np.log(np.maximum(density, 1e-9) / half_density)))


def defence_at(shift: Array, field: Array, at: Array, thickness: Array, strength: Array) -> Array:
    """Return what divides the attacker's speed where the line now stands.

    Parameters
    ----------
    shift : ndarray, shape (front, lane)
        Mean shift of the line, km, + = into the defender's ground.
    field : ndarray, shape (front, lane)
        Defence of open ground, >= 1.
    at, thickness, strength : ndarray, shape (belt, front, lane)
        Belts and towns: where they begin (km), how deep they are (km), how strong (>= 1).

    Returns
    -------
    ndarray, shape (front, lane)
        The strongest obstacle that the line stands in; never below `field`.
    """
    defence = field
    for start, depth, worth in zip(at, thickness, strength, strict=True):
        inside = (shift >= start) & (shift < start + depth)
        defence = np.where(inside, np.maximum(defence, worth), defence)
    return defence


def breached(defence: Array, bombs: Array, elasticity: Array) -> Array:
    """Return works after bombing: ``1 + (defence - 1) * ((1 + b) / 2)^-e`` for bombs b over the start's rate.

    At the start's rate the works stand as observed; without any bombs they are at most ``2^e`` times as strong.
    """
    weakening = np.exp(-elasticity * np.log(0.5 * (1.0 + bombs)))
    return 1.0 + (defence - 1.0) * weakening


def breakthrough(opening: Array, reserve: Array, half_opening: Array, half_reserve: Array, size: Array) -> Array:
    """Return the factor by which gap and reserve *together* let a tactical success grow, 1 .. 1 + size.

    Each enters as a steep saturating share (fourth power); without either there is none.

    Parameters
    ----------
    opening : ndarray, shape (front, lane)
        The gap, 0..1.
    reserve : ndarray, shape (lane,)
        Attacker's uncommitted reserve over his line strength.
    half_opening, half_reserve, size : ndarray, shape (lane,)
    """
    open_share = _share(opening, half_opening)
    return 1.0 + size * open_share * _share(reserve, half_reserve)


def _share(x: Array, half: Array) -> Array:
    ratio = x / half
    fourth = (ratio * ratio) * (ratio * ratio)
    return fourth / (1.0 + fourth)


def stretched(ahead: Array, half_distance: Array) -> Array:
    """Return the share of speed left to an attacker ahead of his supplies: ``1 / (1 + (x/half)^2)``, in (0, 1].

    Every advance weakens as it goes (Clausewitz's culminating point; Van Creveld 1977, Supplying War): depots, roads and
    guns follow the line later than the line moves.

    Parameters
    ----------
    ahead : ndarray, shape (front, lane)
        How far the line stands beyond the attacker's supply head, km; behind it counts as nothing.
    half_distance : ndarray, shape (lane,)
        Distance at which half the speed is left, km.
    """
    ratio = np.maximum(ahead, 0.0) / half_distance
    return 1.0 / (1.0 + ratio * ratio)


def followed(head: Array, shift: Array, catch_up: Array) -> Array:
    """Return the supply head after a day: it follows the line with a delay of `catch_up` days, km."""
    return head + (shift - head) / catch_up


def grown(growth: Array, day: float) -> Array:
    """Return works over the start's after `day` days of building, ``exp(growth * day)``, a thousandfold at most.

    Parameters
    ----------
    growth : ndarray, shape (lane,)
        1/day.
    day : float
        Days since the start.
    """
    return np.exp(np.clip(growth * day, -MOST_GROWN, MOST_GROWN))
