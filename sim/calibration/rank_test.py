"""Simulation-based calibration: does the inversion find what made the data, as often as it says it does?

Parameters are drawn from the prior, a war is played with each draw and observed with the errors that the study states, and the
inversion is given those made-up observations. Where it is right, the rank of a true value among the posterior's draws is as
likely to be one place as any other (Talts, Betancourt, Simpson, Vehtari & Gelman 2018, arXiv:1804.06788). Ranks at both ends
too often: the posterior is too narrow; in the middle: too wide; at one end: it is biased.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, ndtri
from scipy.stats import kstest

from sim.calibration.calibrate import FACTOR, Progress, Study, features_of, known_by
from sim.calibration.inversion import Forward, invert
from sim.foundation.lanes import Array
from sim.foundation.noise import Noise
from sim.foundation.pieces import PieceStore, each
from sim.foundation.workers import pool
from sim.scenario.priors.posterior import posterior

TRUTH_STREAM = 900
"""Stream of the noise of the wars that make the data, apart from every step of an inversion."""

APART = 1_000_000
"""Replicates from here on make the data: what is not calibrated is drawn for them apart from the members."""


@dataclass(frozen=True)
class RankTest:
    """Ranks of true values among posterior draws.

    Parameters
    ----------
    names : tuple of str
        Parameters.
    ranks : ndarray of int, shape (test, parameter)
        How many of the `members` draws lie below the true value.
    members : int
    variance_left : ndarray, shape (parameter,)
        Mean variance of the posterior over that of the prior, of the latent normals: 1 where nothing is learned.
    """

    names: tuple[str, ...]
    ranks: npt.NDArray[np.int64]
    members: int
    variance_left: Array

    @property
    def scores(self) -> Array:
        """Normal scores of the ranks, (test, parameter): standard normal where the inversion is right."""
        return np.asarray(ndtri((self.ranks + 0.5) / (self.members + 1.0)))

    @property
    def p_values(self) -> Array:
        """Kolmogorov-Smirnov's probability of ranks so far from even, (parameter,)."""
        return np.array([kstest(column, "norm").pvalue for column in self.scores.T])


def rank_test(
    study: Study,
    until: dt.date,
    tests: int,
    jobs: int = 1,
    progress: Progress | None = None,
    pieces: PieceStore | None = None,
) -> RankTest:
    """Return the ranks of `tests` true draws among the posteriors that the study finds from data made with them.

    Parameters
    ----------
    study : Study
    until : datetime.date
        Nothing later is observed.
    tests : int
    jobs : int
        Worker processes; the result does not depend on it.
    progress : callable, optional
        Told the share of the work that is done.
    pieces : PieceStore, optional
        Keeps the wars already played; those that it holds are not played again.
    """
    names = (*study.setting.parameters, FACTOR)
    members = range(2 * study.setting.members)
    at_prior = _played(study, until, _prior(study), members, 0)  # every inversion begins with the same members
    with pool(jobs) as workers:
        share = workers.share(study)
        tasks = [(f"rank test {until} {test}", _tested, (share, until, test, at_prior)) for test in range(tests)]
        found = []
        for piece in each(workers, pieces or PieceStore(), tasks):
            found.append(piece)
            if progress is not None:
                progress(len(found) / tests)
    ranks, kept = (np.stack([piece[part] for piece in found]) for part in (0, 1))
    return RankTest(names, ranks.astype(np.int64), study.setting.members, kept.mean(axis=0))


def _prior(study: Study) -> Array:
    """Return the latents that every inversion begins with, (member, parameter)."""
    setting = study.setting
    noise = Noise(setting.seed, np.arange(setting.members))
    return noise.normal("calibration members", 0, len(setting.parameters) + 1).T


def _played(study: Study, until: dt.date, latents: Array, replicates: range, stream: int) -> Array:
    """Return the features of some wars, (replicate, feature); latents are read round and round."""
    table = posterior((*study.setting.parameters, FACTOR), ndtr(latents))
    return features_of(study, table, replicates, known_by(study, until)[0], until, stream)[0]


def _tested(study: Study, until: dt.date, test: int, at_prior: Array) -> tuple[Array, Array]:
    """Make data with one true draw, invert them, and return its ranks and what is left of the prior's variance."""
    setting, prior = study.setting, _prior(study)
    _, observed, error_sd = known_by(study, until)
    members, count = len(prior), len(observed)
    noise, own = Noise(setting.seed, np.arange(members)), Noise(setting.seed, np.array([test]))

    def forward(latents: Array, step: int) -> tuple[Array, Array]:
        both = at_prior if step == 0 else _played(study, until, latents, range(2 * members), step)
        return both[:members], both[members:]

    truth = own.normal("true parameters", 0, prior.shape[1])[:, 0]
    made = _played(study, until, truth[None], range(APART + test, APART + test + 1), TRUTH_STREAM)[0]
    data = made + error_sd * own.normal("errors of observation", 0, count)[:, 0]
    draws = np.stack([noise.normal(f"perturbed data of test {test}", s, count).T for s in range(setting.steps)])
    return ranked(forward, prior, truth, data, error_sd, setting.steps, draws)


def ranked(
    forward: Forward, prior: Array, truth: Array, data: Array, error_sd: Array, steps: int, draws: Array
) -> tuple[Array, Array]:
    """Return the rank of each true latent among the posterior's draws, and what is left of its prior variance, (latent,) each."""
    found = invert(forward, prior, data, error_sd, steps, draws, checked=False).latents
    return (found < truth).sum(axis=0).astype(np.float64), found.var(axis=0) / prior.var(axis=0)
