"""Perception: what an actor sees of the other side, and how memories fade."""

from __future__ import annotations

import numpy as np

from sim.foundation.lanes import Array


def fogged(truth: Array, error: Array, sd: Array) -> Array:
    """Return a quantity seen through fog: ``truth * exp(sd * error - sd^2/2)``, right on average.

    Parameters
    ----------
    truth : ndarray, shape (front, lane)
    error : ndarray, shape (front, lane)
        Standard normal.
    sd : ndarray, shape (lane,)
    """
    return truth * np.exp(sd * error - 0.5 * sd * sd)


def remembered(memory: Array, seen: Array, length: Array | float, days: float) -> Array:
    """Return an exponential memory after `days` in which `seen` was so: ``m + (x - m)(1 - exp(-days/length))``."""
    return memory + (seen - memory) * -np.expm1(-days / length)


def wander(state: Array, shock: Array, memory: Array, days: float) -> Array:
    """Return a standard Ornstein-Uhlenbeck state `days` later, sd 1: ``a x + sqrt(1 - a^2) z``, ``a = exp(-days/memory)``."""
    kept = np.exp(-days / memory)
    return kept * state + np.sqrt(1.0 - kept * kept) * shock


def wandering(state: Array, sd: Array) -> Array:
    """Return the factor ``exp(sd * state)`` of a wandering logarithm: median one, whatever the sd."""
    return np.exp(sd * state)


def multiplier(state: Array, sd: Array) -> Array:
    """Return the factor ``exp(sd * state - sd^2/2)`` of a wandering logarithm: mean one."""
    return np.exp(sd * state - 0.5 * sd * sd)
