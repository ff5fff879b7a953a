"""Season: mud, frost and leaf slow or help every attacker in turn."""

from __future__ import annotations

import numpy as np

from sim.foundation.lanes import Array

YEAR = 365.25


def window(day_of_year: float, centre: Array, width: Array) -> Array:
    """Return how deep in a season a day lies, 0..1: a Gaussian about its centre, round the year's end.

    Parameters
    ----------
    day_of_year : float
    centre, width : ndarray, shape (lane,)
        Days.
    """
    distance = np.abs(day_of_year - centre)
    distance = np.minimum(distance, YEAR - distance) / width
    return np.exp(-0.5 * distance * distance)


def going(depths: Array, costs: Array) -> Array:
    """Return the share of speed that the season leaves: ``prod_s (1 - cost_s * depth_s)``, never below zero.

    Parameters
    ----------
    depths, costs : ndarray, shape (season, lane)
        Depth in each season, 0..1, and the share of speed lost at its height (negative: gained).
    """
    left = 1.0 - costs * depths
    product = left[0]
    for share in left[1:]:
        product = product * share
    return np.maximum(product, 0.0)
