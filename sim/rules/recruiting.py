"""Recruiting: bonuses, willing men, mobilisation."""

from __future__ import annotations

import numpy as np

from sim.foundation.lanes import Array


def recruits(expected: Array, bonus: Array, elasticity: Array, pool: Array) -> Array:
    """Return volunteers a day: ``expected * bonus^elasticity * pool`` (bonus and pool over the start's)."""
    return expected * np.exp(elasticity * np.log(bonus)) * pool


def raised(bonus: Array, shortage: Array, step: Array, ceiling: Array) -> Array:
    """Return next month's bonus: raised with the shortage of men, by `step` a month at most, never above `ceiling`.

    Parameters
    ----------
    bonus : ndarray, shape (lane,)
        Over the start's.
    shortage : ndarray, shape (lane,)
        Permanent losses over intake, minus 1.
    step, ceiling : ndarray, shape (lane,)
    """
    growth = np.clip(shortage, 0.0, step)
    return np.minimum(bonus * (1.0 + growth), np.maximum(ceiling, bonus))


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


def mobilised(expected: Array, missing: Array, response: Array, ceiling: Array) -> Array:
    """Return conscripts a day: ``expected * min((1 + missing)^response, ceiling)``.

    Parameters
    ----------
    expected : ndarray, shape (lane,)
        As things stand, person/day.
    missing : ndarray, shape (lane,)
        Start's fill over today's, minus 1.
    response, ceiling : ndarray, shape (lane,)
    """
    pressure = np.exp(response * np.log(np.maximum(1.0 + missing, 1e-3)))
    return expected * np.minimum(pressure, ceiling)


def tempo(now: Array, allowed: Array, actual: Array, adjustment: Array, ceiling: Array) -> Array:
    """Return next week's tempo: an army presses as hard as its inflow lets it sustain.

    ``now * (allowed/actual)^adjustment`` never above `ceiling`: there is no least tempo.

    Parameters
    ----------
    now : ndarray, shape (lane,)
        Over the start's.
    allowed, actual : ndarray, shape (lane,)
        Permanent losses a day that the inflow bears, and those suffered.
    adjustment, ceiling : ndarray, shape (lane,)
    """
    ratio = np.clip(allowed / np.maximum(actual, 1e-9), 0.25, 4.0)
    return np.minimum(now * np.exp(adjustment * np.log(np.maximum(ratio, 1e-9))), ceiling)


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
