"""What an ensemble learned: how far and how much narrower each parameter's posterior is than its prior.

Everything is given on the latent scale ``z = ndtri(u)``, on which every prior is a standard normal. The draws of an ensemble
inversion are no Markov chain: there are no chains to compare and no autocorrelation, so R-hat and effective sample size have no
meaning here. What is known is the error of a mean of so many equally weighted members.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Learned:
    """What was learned of one parameter.

    Parameters
    ----------
    parameter : str
    contraction : float
        1 - posterior variance over prior variance: 0 nothing learned, 1 a point; below 0 wider.
    shift : float
        Of the mean, in sd of the prior.
    divergence : float
        Of two normals, nats.
    mean_error : float
        Of the posterior's mean from a finite number of members, in sd of the prior.
    low, median, high : float
        5, 50 and 95 % of the posterior as quantiles of the prior.
    """

    parameter: str
    contraction: float
    shift: float
    divergence: float
    mean_error: float
    low: float
    median: float
    high: float


def contraction(names: Sequence[str], prior: Floats, posterior: Floats) -> list[Learned]:
    """Return what was learned of each parameter, those that learned most first.

    Parameters
    ----------
    names : sequence of str
    prior, posterior : ndarray, shape (draw, parameter)
        Uniforms on the prior's own scale, inside (0, 1).
    """
    z0, z1 = ndtri(prior), ndtri(posterior)
    sd0, sd1 = np.maximum(z0.std(axis=0), 1e-6), np.maximum(z1.std(axis=0), 1e-6)
    ratio, shift = sd1 / sd0, (z1.mean(axis=0) - z0.mean(axis=0)) / sd0
    divergence = 0.5 * (ratio**2 + shift**2 - 1.0) - np.log(ratio)
    low, median, high = np.quantile(posterior, [0.05, 0.5, 0.95], axis=0)
    error = ratio / np.sqrt(len(posterior))
    columns = np.stack([1.0 - ratio**2, shift, divergence, error, low, median, high], axis=1)
    order = np.argsort(-divergence, kind="stable")
    return [Learned(names[n], *columns[n].tolist()) for n in order]


def pit(ensemble: Floats, observed: Floats, error_sd: Floats, normals: Floats) -> Floats:
    """Return where each observed feature stands among replicated ones, (feature,) inside (0, 1).

    A replicated feature is a member's own (parameters and the war's noise) plus an error of observation and discrepancy. Level if
    the posterior, the noise and the stated error together are right; but the same data made the posterior, so a
    level histogram proves nothing - a slanted one disproves.

    Parameters
    ----------
    ensemble, normals : ndarray, shape (member, feature)
        Predictions, and standard normals for the error.
    observed, error_sd : ndarray, shape (feature,)
    """
    found: Floats = ((ensemble + error_sd * normals < observed).sum(axis=0) + 0.5) / (len(ensemble) + 1.0)
    return found
