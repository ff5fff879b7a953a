"""Calibrate: a posterior over the parameters that matter, from everything observed before a day."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from scipy.special import ndtr, ndtri

from sim.calibration import features
from sim.calibration.inversion import Inversion, invert
from sim.calibration.past import Branch, Replay, Weeks, as_mapped, replay
from sim.calibration.setting import Months, Setting, check_parameters, claimed_between, claims_of, months_of, weeks_of
from sim.foundation.errors import UserError
from sim.foundation.executor import Executor
from sim.foundation.files import replacing
from sim.foundation.lanes import Array, Lanes
from sim.foundation.noise import Noise
from sim.foundation.pieces import PieceStore, each
from sim.foundation.workers import pool
from sim.scenario.priors.draw import draw
from sim.scenario.priors.posterior import BESIDE, Posterior, posterior
from sim.scenario.priors.uncertain import uncertain
from sim.scenario.reader import read
from sim.scenario.scenario import Scenario

CHUNK = 400  # wars a task: large enough for array work to pay, small enough to share
(FACTOR,) = BESIDE
Progress = Callable[[float], None]


@dataclass(frozen=True)
class Study:
    """A calibration file with what it points to.

    Parameters
    ----------
    setting : Setting
    scenario : Scenario
        The past.
    observed : Weeks
    claims : features.Claims
    months : list of (date, date, float)
        Claimed casualties of the attacker by month.
    """

    setting: Setting
    scenario: Scenario
    observed: Weeks
    claims: features.Claims
    months: Months

    @property
    def inside(self) -> np.ndarray:
        """Which fronts lie inside the defended country, (front,) of bool."""
        fronts = self.scenario.world().fronts
        return np.array([front.salient.value < 0.5 for front in fronts.values()])

    def known(self, day: dt.date) -> features.Claims:
        """Return the claims as they were known on `day`: of losses, only months that were over."""
        months = [month for month in self.months if month[1] <= day]
        losses = [(a, b, claimed_between(months, a, b)) for a, b, _ in self.claims.losses if b <= day]
        return features.Claims(losses, [said for said in self.claims.force if said[0] <= day])

    @property
    def digest(self) -> str:
        """Return a sha256 of all that the study's numbers depend on besides the program's code."""
        found = hashlib.sha256(f"{self.scenario.hash} {self.setting.model_dump_json()}".encode())
        for array in (self.observed.ends, self.observed.gain, self.observed.stated):
            found.update(np.ascontiguousarray(array).tobytes())
        found.update(f"{self.claims} {self.months}".encode())
        return found.hexdigest()


def open_study(path: Path, setting: Setting) -> Study:
    """Return the study of the calibration file at `path`; priors only, never an earlier posterior."""
    folder = path.parent
    scenario = read(folder / setting.scenario, {"posterior": "none"})
    check_parameters(path, setting, [one.name for one in uncertain(scenario)])
    fronts = tuple(scenario.world().fronts)
    stated = np.array([front.usual_gain.value for front in scenario.world().fronts.values()])
    claims = claims_of(folder, setting.start, setting.until, setting.exclude_sources)
    return Study(setting, scenario, weeks_of(folder, fronts, stated), claims, months_of(folder))


@dataclass(frozen=True)
class Calibration:
    """A posterior and how it was reached.

    Parameters
    ----------
    draws : Posterior
    prior : ndarray, shape (member, leaf)
        The uniforms that the members began with.
    misfit : list of float
        Mean squared misfit of the ensemble's mean over its expected size, step by step.
    observed, predicted, error_sd : ndarray
        The features, (feature,), the posterior's mean prediction of them, and their error.
    origins : list of date
        Those used.
    ensemble : ndarray, shape (member, feature)
        What each member of the posterior predicts in one war, without error of observation.
    """

    draws: Posterior
    prior: Array
    misfit: list[float]
    observed: Array
    predicted: Array
    error_sd: Array
    origins: list[dt.date]
    ensemble: Array


def calibrate(
    study: Study, until: dt.date, jobs: int = 1, progress: Progress | None = None, pieces: PieceStore | None = None
) -> Calibration:
    """Return the posterior from what was observed up to `until`.

    Parameters
    ----------
    study : Study
    until : datetime.date
        Nothing later enters.
    jobs : int
        Worker processes; the result does not depend on it.
    progress : callable, optional
        Told the share of the work that is done.
    pieces : PieceStore, optional
        Keeps the wars already played; those that it holds are not played again.
    """
    setting = study.setting
    origins, observed, error_sd = known_by(study, until)
    names = (*setting.parameters, FACTOR)
    members = setting.members
    prior = Noise(setting.seed, np.arange(members)).normal("calibration members", 0, len(names)).T
    perturb = [
        Noise(setting.seed, np.arange(members)).normal("perturbed data", step, len(observed)).T
        for step in range(setting.steps)
    ]
    predictions: list[Array] = []
    with pool(jobs) as workers:
        play = _player(study, names, origins, until, _Work(workers, pieces or PieceStore(), progress))

        def forward(latents: Array, step: int) -> tuple[Array, Array]:
            both = play(latents, step)
            predictions[:] = [both]
            return both[:members], both[members:]

        result: Inversion = invert(forward, prior, observed, error_sd, setting.steps, np.stack(perturb))
    return Calibration(
        draws=posterior(names, ndtr(result.latents)),
        prior=ndtr(prior),
        misfit=result.misfit,
        observed=observed,
        predicted=predictions[-1].mean(axis=0),
        error_sd=error_sd,
        origins=origins,
        ensemble=predictions[-1][:members],
    )


STORED = ("prior", "misfit", "observed", "predicted", "error_sd", "ensemble")
"""Parts of a calibration that `save` writes: all but the draws, which are a table of their own, and the origins."""


def save(found: Calibration, path: Path) -> None:
    """Write what a calibration found besides its draws to an ``.npz``, for figures: the arrays of `Calibration` by name."""
    with replacing(path) as file:
        np.savez_compressed(
            file, prior=found.prior, misfit=np.asarray(found.misfit), observed=found.observed, predicted=found.predicted,
            error_sd=found.error_sd, ensemble=found.ensemble,
        )  # fmt: skip


def load(study: Study, draws: Posterior, path: Path) -> Calibration:
    """Return the calibration that `save` wrote, with its draws.

    Raises
    ------
    OSError, BadZipFile, LookupError, ValueError
        If the file is not there, or is not what `save` wrote.
    """
    with np.load(path) as arrays:
        parts = {name: arrays[name] for name in STORED}
    origins, _, _ = known_by(study, study.setting.until)
    return Calibration(draws=draws, origins=origins, **parts | {"misfit": parts["misfit"].tolist()})


def known_by(study: Study, until: dt.date) -> tuple[list[dt.date], Array, Array]:
    """Return the origins that a calibration on `until` uses, and what was observed by then with its error sd, (feature,).

    Raises
    ------
    UserError
        If nothing was observed by then that a calibration could be held against.
    """
    first, weeks = min(study.setting.origins), dt.timedelta(weeks=features.QUARTER)
    origins = [origin for origin in study.setting.origins if origin + weeks <= until]
    claims, scale = study.known(until), study.setting.scale()
    observed, error_sd = features.measured(study.observed, origins, until, claims, scale, study.inside)
    if not len(observed):
        raise UserError(
            [
                f"nothing is known by {until} to calibrate on - an origin counts after 13 weeks, the first on {first + weeks}"
            ]
        )
    return origins, observed, error_sd


@dataclass(frozen=True)
class _Work:
    """Who plays, where what was played is kept, and who is told of progress."""

    workers: Executor
    pieces: PieceStore
    progress: Progress | None


def _player(
    study: Study, names: tuple[str, ...], origins: list[dt.date], until: dt.date, work: _Work
) -> Callable[[Array, int], Array]:
    """Return a function that plays all members twice at some latents, (2 member, feature)."""
    wars = 2 * study.setting.members
    chunks = [range(first, min(first + CHUNK, wars)) for first in range(0, wars, CHUNK)]
    shared = work.workers.share(study)

    def play(latents: Array, step: int) -> Array:
        table = posterior(names, ndtr(latents))
        tasks = [
            (f"{until} {step} {chunk} {table.digest}", features_of, (shared, table, chunk, origins, until, step))
            for chunk in chunks
        ]
        found = []
        for (piece,) in each(work.workers, work.pieces, tasks):
            found.append(piece)
            if work.progress is not None:
                work.progress((step + len(found) / len(chunks)) / (study.setting.steps + 1))
        return np.concatenate(found)

    return play


def features_of(
    study: Study, table: Posterior, replicates: range, origins: list[dt.date], until: dt.date, step: int
) -> tuple[Array]:
    """Return the features of some replicates under a table of draws, one (replicate, feature)."""
    claims = study.known(until)
    lanes = Lanes.grid(1, replicates)
    run = play_past(study, table, lanes, origins, until, features.HALF, stream=step)
    mapper = Noise(study.setting.seed + step, lanes.replicate)
    seen = [replace(b, gain=_mapped(study, b, mapper)) for b in run.branches]
    run = replace(run, branches=seen)
    factor = claims_factor(study.setting, table.uniform(FACTOR, lanes.replicate))
    return (features.modelled(run, study.setting.start, claims, factor, study.setting.scale(), study.inside),)


def _mapped(study: Study, branch: Branch, mapper: Noise) -> Array:
    """Return a branch's gains as the map would show them; a salient is not on it."""
    shown = as_mapped(branch.gain[:, study.inside], study.setting.map_noise_km2, mapper, branch.origin.isoformat())
    whole = branch.gain.copy()
    whole[:, study.inside] = shown
    return whole


def play_past(
    study: Study,
    table: Posterior | None,
    lanes: Lanes,
    origins: list[dt.date],
    until: dt.date,
    weeks: int,
    stream: int = 0,
    as_expected: bool = False,
) -> Replay:
    """Return the past replayed for some lanes; `stream` picks other noise for the same parameters."""
    parameters = draw(study.scenario, lanes, study.setting.seed, table)
    factor = claims_factor(study.setting, table.uniform(FACTOR, lanes.replicate) if table else None)

    def lost(day: dt.date) -> Array:
        known = [month for month in study.months if month[1] <= day]
        first = day - dt.timedelta(weeks=study.setting.anchor.recent_weeks)
        return np.zeros(lanes.count) + claimed_between(known, first, day) / (day - first).days * factor

    return replay(
        parameters,
        lanes,
        Noise(study.setting.seed + 1000 * (stream + 1), lanes.replicate),
        start=study.setting.start,
        until=until,
        origins=origins,
        weeks=weeks,
        observed=study.observed,
        anchor=study.setting.anchoring(),
        as_expected=as_expected,
        lost=lost if study.months else None,
    )


def claims_factor(setting: Setting, uniform: Array | None) -> Array:
    """Return true over claimed casualties at some uniforms: a two-piece law in the logarithm."""
    low, central, high = np.log(setting.claims_factor)
    z = ndtri(np.full(1, 0.5) if uniform is None else uniform)
    side = np.where(z < 0.0, central - low, high - central) / ndtri(0.95)
    return np.exp(central + side * z)
