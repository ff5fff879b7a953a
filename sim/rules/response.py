"""The response of an attack to its means: an index of local power, and three rival forms of what it yields.

The *index* is the logarithm of local power: ``e ln(effort) + f ln(attackers/defenders) - g ln(defenders per km)`` and what
fires, armour, wear and works add to it. How speed answers to the index is not identified by the record (a contest, a power
and a product fit alike), so the three forms are drawn as rivals. Each has one constant an axis, its *place*, which is set
once so that the axis moves as it was seen to move; after that the index alone changes the speed.
"""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr, ndtri

from sim.foundation.lanes import Array

RESPONSES = ("contest", "power", "product")
"""Forms of the response, in the order of the choice `movement.response`."""
CONTEST, POWER, PRODUCT = range(len(RESPONSES))

LEAST, MOST = 1e-9, 0.9  # success shares that a pace is read from: none at all and certainty have no place


def manpower_index(
    effort: Array, attackers: Array, defenders: Array, length: Array, e: Array, f: Array, g: Array
) -> Array:
    """Return what men and effort add to the index: ``e ln effort + f ln(a/d) - g ln(d/length)``, (front, lane).

    Parameters
    ----------
    effort : ndarray, shape (front, lane)
        Attack effort; none at all gives a very low index, not minus infinity.
    attackers, defenders : ndarray, shape (front, lane)
        Effective men, person.
    length : ndarray, shape (front, lane)
        km.
    e, f, g : ndarray, shape (lane,)
        Elasticities to effort, to the force ratio, and, as a divisor, to the defenders a kilometre.
    """
    against = np.log(np.maximum(defenders, 1.0))
    index = e * np.log(np.maximum(effort, 1e-12)) + f * (np.log(np.maximum(attackers, 1.0)) - against)
    return index - g * (against - np.log(length))


def respond(
    form: Array, index: Array, place: Array, effort: Array, favour: Array, steepness: Array, spread: Array, top: Array
) -> Array:
    """Return the speed of an attack, km/day, before season and noise.

    ``contest``: ``top * effort * Phi((index - place) / spread)`` - an assault succeeds or fails, ground follows success:
    far below its place an attack is a waste of men, far above it more men add nothing. ``power``:
    ``exp(steepness * (index - place))``. ``product``: ``exp(index - place)``. The last two are cut at `top`, the speed of a
    war of movement.

    Parameters
    ----------
    form : ndarray of int, shape (lane,)
        Place in `RESPONSES`.
    index, place, effort, favour : ndarray, shape (front, lane)
        `favour` multiplies what success yields: a breakthrough, supplies near or far, ground ceded.
    steepness, spread, top : ndarray, shape (lane,)
        Exponent of the power; sd of the contest in units of the index; km/day.
    """
    above = index - place
    contest = top * effort * favour * ndtr(above / spread)
    power = favour * np.exp(np.minimum(np.where(form == PRODUCT, 1.0, steepness) * above, 50.0))
    return np.where(form == CONTEST, contest, np.where(effort > 0.0, np.minimum(power, top), 0.0))


def place(
    form: Array, index: Array, speed: Array, effort: Array, favour: Array, steepness: Array, spread: Array, top: Array
) -> Array:
    """Return the place at which `respond` gives `speed` at `index`, `effort` and `favour`; its inverse.

    A speed beyond what a form can give is read as the most that it can.
    """
    share = np.clip(speed / np.maximum(top * effort * favour, 1e-12), LEAST, MOST)
    contest = index - spread * ndtri(share)
    power = index - np.log(np.clip(speed, 1e-12, top) / favour) / np.where(form == PRODUCT, 1.0, steepness)
    return np.where(form == CONTEST, contest, power)


def pooled(places: Array, weight: Array, share: Array) -> tuple[Array, Array]:
    """Return places drawn by `share` towards their weighted mean, (front, lane), and that mean, (lane,).

    From half-year to half-year axes change places: a lead in pace is half forgotten, so what an axis showed is kept in part.

    Parameters
    ----------
    places, weight : ndarray, shape (front, lane)
    share : ndarray, shape (lane,)
        0: every axis keeps its own; 1: all are alike.
    """
    total, weights = places[0] * weight[0], weight[0]
    for row, by in zip(places[1:], weight[1:], strict=True):
        total, weights = total + row * by, weights + by
    mean = total / np.maximum(weights, 1e-12)
    return places + share * (mean - places), mean


def kill_zone(fires: Array, depth: Array) -> Array:
    """Return the logarithm of the share of an attack that crosses a zone under fire, over that at the start's fires.

    Hits fall at random over the way, so the share is ``exp(-depth * fires)`` (Poisson); at the start's fires (1) it is what
    was seen, and without any fire it is bounded.
    """
    return -depth * (fires - 1.0)


def upkept(aid: Array, share: Array) -> Array:
    """Return an army's upkeep over the start's when what comes from outside is `aid` times the start's, (lane,).

    Repair, spare parts, transport, engineering, medicine and communications come in part from abroad; the rest goes on.

    Parameters
    ----------
    aid : ndarray, shape (lane,)
        Upkeep received over the start's, >= 0.
    share : ndarray, shape (lane,)
        Share of all upkeep that came from outside at the start, 0 <= share < 1.
    """
    return 1.0 + share * (aid - 1.0)


def alarm(gain: Array, anchored: Array, floor: Array) -> Array:
    """Return how far the enemy's gain runs ahead of the pace that was anchored, ``ln(gain/anchored)``, never below zero.

    The defender answers a breakthrough with reserves, works in haste and ground traded; nobody answers a quiet front.

    Parameters
    ----------
    gain, anchored : ndarray, shape (lane,)
        Gain as lately remembered, and the usual one, km2/day.
    floor : ndarray, shape (lane,)
        Pace below which nobody is alarmed, km2/day.
    """
    return np.maximum(np.log(np.maximum(gain, floor) / np.maximum(anchored, floor)), 0.0)
