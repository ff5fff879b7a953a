"""Priors as inverse distribution functions: a uniform number in, a value out; elementwise over lanes."""

from __future__ import annotations

import numpy as np
from scipy.special import betaincinv, ndtri

from sim.foundation.lanes import Array
from sim.scenario.schema.leaves import Number

Z95 = 1.6448536269514722  # the 95 % quantile of the standard normal


def quantile(number: Number, u: Array) -> Array:
    """Return the value of the number's prior at probability `u`, clipped to the field's bounds.

    Parameters
    ----------
    number : Number
        Central value, range and law, in the schema's unit.
    u : ndarray, shape (lane,)
        Probabilities inside (0, 1).

    Returns
    -------
    ndarray, shape (lane,)
        In the number's unit. A fixed (or set) number, and one whose range has no width, is full of its value.
    """
    central, low, high = number.value, number.low, number.high
    if low is None or high is None or low == high:
        return np.full(np.shape(u), central)
    drawn = _LAWS[number.law](central, low, high, np.ascontiguousarray(u))
    return np.clip(drawn, number.bounds.lower, number.bounds.upper)


def two_piece_normal(central: float, low: float, high: float, u: Array) -> Array:
    """Return normal quantiles with one spread below the median `central` and another above it."""
    z = ndtri(u)
    return central + z * np.where(z < 0, (central - low) / Z95, (high - central) / Z95)


def two_piece_lognormal(central: float, low: float, high: float, u: Array) -> Array:
    """Return the exponential of the two-piece normal of the logarithms."""
    return np.exp(two_piece_normal(float(np.log(central)), float(np.log(low)), float(np.log(high)), u))


def uniform(central: float, low: float, high: float, u: Array) -> Array:
    """Return uniform quantiles; low and high are the ends, the central value is only words."""
    return low + u * (high - low)


def loguniform(central: float, low: float, high: float, u: Array) -> Array:
    """Return quantiles of the law whose logarithm is uniform; low and high are the ends."""
    return np.exp(np.log(low) + u * (np.log(high) - np.log(low)))


def triangular(central: float, low: float, high: float, u: Array) -> Array:
    """Return triangular quantiles; low and high are the ends, central the mode."""
    width = high - low
    rising = low + np.sqrt(u * width * (central - low))
    falling = high - np.sqrt((1.0 - u) * width * (high - central))
    return np.where(u * width < central - low, rising, falling)


def pert(central: float, low: float, high: float, u: Array) -> Array:
    """Return quantiles of the PERT beta law (Malcolm et al. 1959): mean (low + 4 central + high) / 6."""
    width = high - low
    a = 1.0 + 4.0 * (central - low) / width
    b = 1.0 + 4.0 * (high - central) / width
    return low + width * betaincinv(a, b, u)


_LAWS = {
    "normal": two_piece_normal,
    "lognormal": two_piece_lognormal,
    "uniform": uniform,
    "loguniform": loguniform,
    "triangular": triangular,
    "beta": pert,
}
