"""What an ensemble learned: how far and how much narrower each parameter's posterior is than its prior.

Everything is told on the latent scale ``z = ndtri(u)``, on which every prior is a standard normal. The draws of an ensemble
inversion are no Markov chain: there are no chains to compare and no autocorrelation, so R-hat and effective sample size have no
meaning here. What can be told is the error of a mean of so many equally weighted members.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

Floats = npt.NDArray[np.float64]


def contraction(names: Sequence[str], prior: Floats, posterior: Floats) -> list[dict[str, Any]]:
    """Return one row a parameter, those that learned most first.

    Parameters
    ----------
    names : sequence of str
    prior, posterior : ndarray, shape (draw, parameter)
        Uniforms on the prior's own scale, inside (0, 1).

    Returns
    -------
    list of dict
        ``contraction`` (1 - posterior variance over prior variance: 0 nothing learned, 1 a point; below 0 wider),
        ``shift`` (of the mean, in sd of the prior), ``divergence`` (of two normals, nats), ``mean_error`` (of the
        posterior's mean from a finite number of members, in sd of the prior), ``low``, ``median``, ``high`` (5, 50 and 95 %
        of the posterior as quantiles of the prior).
    """
    z0, z1 = ndtri(prior), ndtri(posterior)
    sd0, sd1 = np.maximum(z0.std(axis=0), 1e-6), np.maximum(z1.std(axis=0), 1e-6)
    ratio, shift = sd1 / sd0, (z1.mean(axis=0) - z0.mean(axis=0)) / sd0
    divergence = 0.5 * (ratio**2 + shift**2 - 1.0) - np.log(ratio)
    low, median, high = np.quantile(posterior, [0.05, 0.5, 0.95], axis=0)
    error = sd1 / sd0 / np.sqrt(len(posterior))
    columns = (1.0 - ratio**2, shift, divergence, error, low, median, high)
    keys = ("contraction", "shift", "divergence", "mean_error", "low", "median", "high")
    order = np.argsort(-divergence, kind="stable")
    return [
        {"parameter": names[n], **{key: float(column[n]) for key, column in zip(keys, columns, strict=True)}}
        for n in order
    ]


def pit(ensemble: Floats, observed: Floats, error_sd: Floats, normals: Floats) -> Floats:
    """Return where each observed feature stands among replicated ones, (feature,) inside (0, 1).

    A replicated feature is a member's own (parameters and the war's luck) plus an error of observation and discrepancy. Level if
    the posterior, the luck and the stated error together are right; but the same data made the posterior, so a
    level histogram proves nothing - a slanted one disproves.

    Parameters
    ----------
    ensemble, normals : ndarray, shape (member, feature)
        Predictions, and standard normals for the error.
    observed, error_sd : ndarray, shape (feature,)
    """
    found: Floats = ((ensemble + error_sd * normals < observed).sum(axis=0) + 0.5) / (len(ensemble) + 1.0)
    return found
