"""Giving, believing and settling."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr, ndtri

from sim.foundation.lanes import Array

RESPONSES = ("independent", "join", "lean", "free_ride", "match")
"""How donors respond to each other, in the order of the choice `donors.response`."""
INDEPENDENT, JOIN, LEAN, FREE_RIDE, MATCH = range(len(RESPONSES))
PRESSURE = ("drawn", "yields", "defies")
"""How the attacker answers pressure, in the order of the choice `escalation.pressure`."""
DRAWN, YIELDS, DEFIES = range(len(PRESSURE))


def giving(capacity: Array, will: Array, others: Array, response: Array) -> Array:
    """Return what a donor gives a month: ``capacity * will * (1 + phi * (others - 1))``, never below zero.

    Left alone, donors under-provide a common good and lean on each other (Olson & Zeckhauser 1966, phi < 0); a coalition
    can also follow its leaders (phi > 0). The sign is open.

    Parameters
    ----------
    capacity, will : ndarray, shape (ally, lane)
    others : ndarray, shape (ally, lane)
        Others' giving over what it was at the start.
    response : ndarray, shape (lane,)
        phi.
    """
    return np.maximum(capacity * will * (1.0 + response * (others - 1.0)), 0.0)


def phi(choice: Array, size: Array, standing: Array) -> Array:
    """Return a donor's response to what the others, or the leader, give over the start's.

    0 ``independent``: none. 1 ``join``: +size, all alike. 2 ``lean``: -size, all alike. 3 ``free_ride``: the small lean
    on the great, ``-size * (1 - standing)``: the largest donor has most to lose and rides least (the exploitation of the
    great by the small, Olson & Zeckhauser 1966). 4 ``match``: +size, but for the leader, who sets the example by
    itself (leading by example, Hermalin 1998, American Economic Review 88).

    Parameters
    ----------
    choice : ndarray of int, shape (lane,)
        Place in `RESPONSES`.
    size : ndarray, shape (lane,)
        Size of the response, >= 0.
    standing : ndarray, shape (lane,)
        The donor's capacity over the largest donor's, 0..1.
    """
    follows = np.where(standing < 1.0, size, 0.0)
    return np.select(
        [choice == JOIN, choice == LEAN, choice == FREE_RIDE, choice == MATCH],
        [size, -size, -size * (1.0 - standing), follows],
        0.0,
    )


def example(choice: Array, others: Array, leader: Array) -> Array:
    """Return whom a donor minds: under ``match`` the leader's giving, else all others', each over the start's."""
    return np.where(choice == MATCH, leader, others)


def signed(choice: Array, effect: Array) -> Array:
    """Return an effect of pressure on the attacker, + = it yields: 0 as drawn, 1 always yielding, 2 always defiant.

    Whether open pressure softens or hardens is not known, so both signs are drawn; this forces one of them and leaves
    the size as it is.
    """
    size = np.abs(effect)
    return np.select([choice == YIELDS, choice == DEFIES], [size, -size], effect)


def front_loaded(day: Array | float, window: Array, load: Array) -> Array:
    """Return what front-loading adds to pledges, over the usual: ``load * (1 - 2 t/T)`` inside the window, else 0.

    It adds up to nothing over the window: what is given early is not given late. Timing alone changes, the total does not.
    """
    share = day / window
    inside = (share >= 0.0) & (share < 1.0)
    return np.where(inside, load * (1.0 - 2.0 * share), 0.0)


def mix(taste: Array, need: Array, plan: Array) -> Array:
    """Return the shares of kinds, ``(kind, lane)``: the donors' taste, or, as far as there is a plan, the need."""
    return taste + plan * (need - taste)


def estimate(
    mean: Array, variance: Array, seen: Array, noise: Array, drift: Array, volatility: Array
) -> tuple[Array, Array]:
    """Return the attacker's estimate of the logarithm of monthly aid after a month: mean and variance.

    A Kalman step: first the expected decline and new doubt, then deliveries as evidence. Only deliveries move the mean;
    words change the noise (Fearon 1997: talk is cheap).

    Parameters
    ----------
    mean, variance : ndarray, shape (lane,)
    seen : ndarray, shape (lane,)
        Logarithm of the month's deliveries.
    noise : ndarray, shape (lane,)
        Variance of a month as evidence; grows with the incoherence of messages.
    drift, volatility : ndarray, shape (lane,)
        Expected change and added variance a month.
    """
    mean, variance = mean + drift, variance + volatility
    gain = variance / (variance + noise)
    return mean + gain * (seen - mean), (1.0 - gain) * variance


def lasting(mean: Array, enough: Array, spread: Array) -> Array:
    """Return the probability that the next year's aid is enough: ``Phi((mean - ln enough) / spread)``."""
    return ndtr((mean - np.log(enough)) / spread)


def mean_for(probability: Array, enough: Array, spread: Array) -> Array:
    """Return the mean at which `lasting` gives `probability`; the inverse that sets the start."""
    return np.log(enough) + spread * ndtri(probability)


def hazard(base: Array, terms: Array, ceiling: Array) -> Array:
    """Return the monthly hazard of acceptance: ``min(base * exp(sum of terms), ceiling)``.

    A proportional hazard, as in Slantchev 2004. The terms are cumulative states, not spikes (Weisiger 2016); their
    coefficients are guesses, so whatever rests on this is conditional on them.

    Parameters
    ----------
    base, ceiling : ndarray, shape (lane,)
        1/month.
    terms : ndarray, shape (term, lane)
    """
    total = terms[0]
    for row in terms[1:]:
        total = total + row
    return np.minimum(base * np.exp(np.clip(total, -30.0, 30.0)), ceiling)


def chance(rate: Array, days: float) -> Array:
    """Return the chance within some days at a monthly hazard: ``1 - exp(-rate * days / month)``."""
    return -np.expm1(-rate * (days / 30.4375))


def durability(log_odds: Array) -> Array:
    """Return a probability from log odds."""
    return 1.0 / (1.0 + np.exp(-log_odds))
