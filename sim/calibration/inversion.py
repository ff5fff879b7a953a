"""Ensemble Kalman inversion with multiple data assimilation, for models with noise of their own.

ES-MDA (Emerick & Reynolds 2013, Computers & Geosciences 55) walks from prior to posterior in a few steps, each with the
observation error inflated so that together they count the data once. For a linear model and Gaussian prior it is exact in
the limit of many members; `tests/calibration` holds it against that closed form. Two departures:

* The model is stochastic. Its noise is part of the error: with fresh noise in every step the plain method would count the
  data as if that part were known better each time. The noise's variance is measured from two plays of the same
  parameters, and inflated with the rest.
* Correlations below sampling error are set to zero, so that a thousand members do not invent information.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sim.foundation.lanes import Array

Forward = Callable[[Array, int], tuple[Array, Array]]
"""Latents (member, latent) and step -> two plays of the features with different noise, (member, feature) each."""


@dataclass(frozen=True)
class Inversion:
    """What the inversion found.

    Parameters
    ----------
    latents : ndarray, shape (member, latent)
        Posterior draws; the prior is standard normal.
    misfit : list of float
        Mean squared misfit over its expected size before each step and after the last: 1 is a good fit.
    """

    latents: Array
    misfit: list[float]


def invert(
    forward: Forward,
    prior: Array,
    observed: Array,
    error_sd: Array,
    steps: int,
    draws: Array,
    cut: float = 3.0,
    checked: bool = True,
) -> Inversion:
    """Return posterior draws of standard-normal latents.

    Parameters
    ----------
    forward : callable
        Plays all members twice.
    prior : ndarray, shape (member, latent)
        Standard normal draws.
    observed, error_sd : ndarray, shape (feature,)
        The data and the sd of observation error and model discrepancy.
    steps : int
        Number of assimilations; each inflates the error variance by `steps`.
    draws : ndarray, shape (steps, member, feature)
        Standard normals that perturb the data; keyed by the caller.
    cut : float
        Correlations below ``cut / sqrt(member)`` count as none.
    checked : bool
        Whether the posterior is played once more, for its misfit.
    """
    latents, misfit = prior.copy(), []
    for step in range(steps):
        first, second = forward(latents, step)
        mean, noise = 0.5 * (first + second), 0.5 * np.mean((first - second) ** 2, axis=0)
        error = error_sd**2 + noise
        misfit.append(_misfit(mean, observed, error))
        gain = _gain(latents, mean, steps * error, noise, cut)
        # the mean of two plays carries half the noise's variance already; the perturbation brings the rest
        spread = np.sqrt(np.maximum(steps * error - 0.5 * noise, 0.0))
        latents = latents + (observed + draws[step] * spread - mean) @ gain.T
    if not checked:
        return Inversion(latents, misfit)
    first, second = forward(latents, steps)
    noise = 0.5 * np.mean((first - second) ** 2, axis=0)
    misfit.append(_misfit(0.5 * (first + second), observed, error_sd**2 + noise))
    return Inversion(latents, misfit)


def _misfit(mean: Array, observed: Array, error: Array) -> float:
    return float(np.mean((mean.mean(axis=0) - observed) ** 2 / error))


def _gain(latents: Array, mean: Array, error: Array, noise: Array, cut: float) -> Array:
    """Return the Kalman gain, (latent, feature), with correlations below sampling error removed."""
    members = len(latents)
    z, y = latents - latents.mean(axis=0), mean - mean.mean(axis=0)
    cross = z.T @ y / (members - 1)
    scale = np.outer(z.std(axis=0), y.std(axis=0))
    correlation = np.divide(cross, scale, out=np.zeros_like(cross), where=scale > 0)
    cross = np.where(np.abs(correlation) >= cut / np.sqrt(members), cross, 0.0)
    # the signal's covariance: what two plays share; half the noise sits on the diagonal of the mean's covariance
    signal = y.T @ y / (members - 1) - np.diag(0.5 * noise)
    return np.asarray(np.linalg.solve(_positive(signal) + np.diag(error), cross.T).T, dtype=np.float64)


def _positive(covariance: Array) -> Array:
    values, vectors = np.linalg.eigh(0.5 * (covariance + covariance.T))
    positive: Array = (vectors * np.maximum(values, 0.0)) @ vectors.T
    return positive
