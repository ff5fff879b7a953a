"""Close combat: a generalised Lanchester law with open exponents, driven by effort and fires."""

from __future__ import annotations

import numpy as np

from sim.foundation.lanes import Array

LAWS = ("open", "square", "linear", "logarithmic", "mixed", "opposition")
"""The laws of combat, in the order of the choice `combat.law`."""
OPEN, SQUARE, LINEAR, LOGARITHMIC, MIXED, OPPOSITION = range(len(LAWS))


def power(x: Array, exponent: Array) -> Array:
    """Return ``x ** exponent`` for x >= 0, with ``0 ** 0 = 0``: nothing to the power of nothing is still nothing.

    Parameters
    ----------
    x : ndarray, any shape ending in (lane,)
        Base, >= 0.
    exponent : ndarray, shape (lane,)
    """
    present = x > 0.0
    return np.where(present, np.exp(exponent * np.log(np.where(present, x, 1.0))), 0.0)


def fire_index(relative: Array, shares: Array, elasticities: Array) -> Array:
    """Return a side's fires as a share of what they were at the start: ``sum_k s_k x_k^e_k / sum_k s_k``.

    Suppression and killing saturate: each elasticity lies below one. The shares are those of the enemy's losses
    that each arm of the service caused at the start, so that the index is 1 there.

    Parameters
    ----------
    relative : ndarray, shape (weapon, lane)
        Use of each weapon (shells, drones, glide bombs, direct fire) over its use at the start.
    shares : ndarray, shape (weapon, lane)
    elasticities : ndarray, shape (weapon, lane)

    Returns
    -------
    ndarray, shape (lane,)
        Zero when nothing is fired, and where no weapon caused any loss at the start.
    """
    killed = [share * power(x, e) for x, share, e in zip(relative, shares, elasticities, strict=True)]
    total = sum(shares[1:], start=shares[0])
    some = total > 0.0
    return np.where(some, sum(killed[1:], start=killed[0]) / np.where(some, total, 1.0), 0.0)


def losses(
    own: Array,
    enemy: Array,
    own_start: Array,
    enemy_start: Array,
    fires: Array,
    exposure: Array,
    own_exponent: Array,
    enemy_exponent: Array,
) -> Array:
    """Return people killed and wounded a day.

    ``L = exposure * fires * own_start * (own/own_start)^p * (enemy/enemy_start)^q``, the law of Lanchester with
    exponents open between the logarithmic, linear and square forms. Fits to history are nearly flat in (p, q):
    Bracken 1995 (Naval Research Logistics 42), Lucas & Turkes 2004 (NRL 51); so both are drawn in [0, 1].
    The loss never exceeds what is there.

    Parameters
    ----------
    own, enemy : ndarray, shape (front, lane)
        Troops, person.
    own_start, enemy_start : ndarray, shape (front, lane)
        Troops at the start, person; the rates were observed at these.
    fires : ndarray, shape (lane,)
        The enemy's fire index, 1 at the start.
    exposure : ndarray, shape (front, lane)
        Losses a day and soldier, from `exposure`.
    own_exponent, enemy_exponent : ndarray, shape (lane,)
    """
    scale = power(own / own_start, own_exponent) * power(enemy / enemy_start, enemy_exponent)
    return np.minimum(exposure * fires * own_start * scale, own)


def exponents(law: Array, own_exponent: Array, enemy_exponent: Array) -> tuple[Array, Array]:
    """Return the exponents (p, q) of own and of enemy strength in `losses` under the structural law of each lane.

    ``open``: as drawn. ``square`` (0, 1): aimed fire, Lanchester 1916. ``linear`` (1, 1): area fire. ``logarithmic``
    (1, 0): a force bleeds by its own size, Peterson 1967 (Operations Research 15). ``mixed`` (1 - q, q): the line
    between logarithmic and square with q as drawn, Helmbold 1965 (Operations Research 13). ``opposition`` has a rule
    of its own; here it keeps what is drawn.

    Parameters
    ----------
    law : ndarray of int, shape (lane,)
        Place in `LAWS`.
    own_exponent, enemy_exponent : ndarray, shape (lane,)
        As drawn.

    Returns
    -------
    own, enemy : ndarray, shape (lane,)
    """
    square, linear, logarithmic, mixed = law == SQUARE, law == LINEAR, law == LOGARITHMIC, law == MIXED
    own = np.select([square, linear, logarithmic, mixed], [0.0, 1.0, 1.0, 1.0 - enemy_exponent], own_exponent)
    enemy = np.select([square, linear, logarithmic], [1.0, 1.0, 0.0], enemy_exponent)
    return own, enemy


def opposed(
    own: Array,
    enemy: Array,
    own_start: Array,
    enemy_start: Array,
    fires: Array,
    exposure: Array,
    ratio_exponent: Array,
) -> Array:
    """Return people killed and wounded a day where the *ratio* of strengths decides, and saturates.

    ``L = exposure * fires * own * s(enemy/own) / s(enemy_start/own_start)`` with ``s(x) = x^m / (1 + x^m)``: the rate is
    the odds of the fight going the enemy's way, in the manner of the opposition factor of the Quantified Judgment
    Model (Dupuy 1979, Numbers, Predictions and War), with the exponent of the Dupuy Institute's engagements [T05].
    Unlike a law of Lanchester's it does not grow without bound with the enemy's numbers. The loss never exceeds what
    is there.

    Parameters
    ----------
    own, enemy : ndarray, shape (front, lane)
        Troops, person.
    own_start, enemy_start : ndarray, shape (front, lane)
        Troops at the start, person, > 0; the rates were observed at these.
    fires : ndarray, shape (lane,)
        The enemy's fire index, 1 at the start.
    exposure : ndarray, shape (front, lane)
        Losses a day and soldier, from `exposure`.
    ratio_exponent : ndarray, shape (lane,)
        m.
    """
    opposition = _odds(enemy, own, ratio_exponent) / np.maximum(_odds(enemy_start, own_start, ratio_exponent), 1e-9)
    return np.minimum(exposure * fires * own * opposition, own)


def _odds(enemy: Array, own: Array, exponent: Array) -> Array:
    """Return ``x^m / (1 + x^m)`` at x = enemy/own; nothing where there is no enemy."""
    against = power(enemy, exponent)
    return against / np.maximum(against + power(own, exponent), 1e-9)


def exposure(
    own_effort: Array,
    enemy_effort: Array,
    attack_loss: Array,
    defence_loss: Array,
    quiet_loss: Array,
    cover: Array,
    relief: Array,
) -> Array:
    """Return losses a day and soldier: attacking in the open, defending under cover, and the daily toll.

    Parameters
    ----------
    own_effort, enemy_effort : ndarray, shape (front, lane)
        Attack efforts, 1 = the mean effort of the start.
    attack_loss, defence_loss, quiet_loss : ndarray, shape (lane,)
        1/day at unit effort.
    cover : ndarray, shape (front, lane)
        Shield of the defender's works, >= 1, relative to the mean of the start.
    relief : ndarray, shape (front, lane)
        Share of defensive losses spared by ceding ground, 0..1.
    """
    return attack_loss * own_effort + defence_loss * enemy_effort / cover * (1.0 - relief) + quiet_loss


def strain(previous: Array, loss_rate: Array, memory: Array) -> Array:
    """Return an army's memory of its own loss rate, 1/day: an exponential mean over `memory` days.

    Exhaustion as a state beats the pure laws on over a thousand battles (Rubio-Campillo 2016, PLoS ONE).
    """
    return previous + (loss_rate - previous) / memory


def culmination(strain_now: Array, half: Array) -> Array:
    """Return the share of speed left to a strained attacker: ``1 / (1 + (strain/half)^2)``, in (0, 1]."""
    ratio = strain_now / half
    return 1.0 / (1.0 + ratio * ratio)
