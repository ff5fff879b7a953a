"""Believing and settling."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr, ndtri

from sim.foundation.lanes import Array

PRESSURE = ("drawn", "yields", "defies")
"""How the attacker answers pressure, in the order of the choice `escalation.pressure`."""
DRAWN, YIELDS, DEFIES = range(len(PRESSURE))


def signed(choice: Array, effect: Array) -> Array:
    """Return an effect of pressure on the attacker, + = it yields: 0 as drawn, 1 always yielding, 2 always defiant.

    Whether open pressure softens or hardens is not known, so both signs are drawn; this forces one of them and leaves
    the size as it is.
    """
    size = np.abs(effect)
    return np.select([choice == YIELDS, choice == DEFIES], [size, -size], effect)


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
