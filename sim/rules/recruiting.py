"""Recruiting: bonuses, willing men, and how freely men are spent."""

from __future__ import annotations

import numpy as np

from sim.foundation.lanes import Array


def recruits(expected: Array, bonus: Array, elasticity: Array, pool: Array) -> Array:
    """Return volunteers a day: ``expected * bonus^elasticity * pool`` (bonus and pool over the start's)."""
    return expected * np.exp(elasticity * np.log(bonus)) * pool


def funded(buffer: Array, floor: Array, unfunded: Array) -> Array:
    """Return the share of bonuses and arms output that is paid for: whole above `floor`, falling to `unfunded` with it.

    Parameters
    ----------
    buffer, floor : ndarray, shape (lane,)
        Months.
    unfunded : ndarray, shape (lane,)
        What is left without any buffer.
    """
    return unfunded + (1.0 - unfunded) * np.minimum(buffer / floor, 1.0)


def drained(pool: Array, rate: Array, bonus: Array) -> Array:
    """Return the willing men left after a day; a higher bonus does not slow the drain, it only pays for it."""
    return pool * np.exp(-rate * bonus)


def confidence(growth: Array, pressure: Array, boldness: Array, caution: Array) -> Array:
    """Return how freely men are spent: ``growth^boldness / (1 + caution * pressure)``.

    More as the army grows over the start's, less while the enemy attacks beyond his usual effort.

    Parameters
    ----------
    growth, pressure : ndarray, shape (lane,)
        Own line over the start's; the enemy's effort beyond the usual, >= 0.
    boldness, caution : ndarray, shape (lane,)
    """
    return np.exp(boldness * np.log(np.maximum(growth, 1e-9))) / (1.0 + caution * pressure)
