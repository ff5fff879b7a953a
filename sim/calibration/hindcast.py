"""Hindcasts: what the model would have said, from each origin, calibrated only on what came before it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from sim.analysis import naive, scores
from sim.calibration.calibrate import Study, calibrate, play_past
from sim.calibration.past import as_mapped
from sim.foundation.lanes import Array, Lanes
from sim.foundation.noise import Noise
from sim.foundation.workers import pool
from sim.scenario.posterior import Posterior

WEEKS = 52
FORECAST_LUCK = 500  # luck of its own: the parameters were not fitted to these wars
CHUNK = 250
COLUMNS = ("as expected", "as turned out")


@dataclass(frozen=True)
class Forecast:
    """One origin, one column of inputs.

    Parameters
    ----------
    origin : datetime.date
    column : str
        ``as expected`` (inputs known on the day) or ``as turned out``.
    weekly : ndarray, shape (member, week, front)
        Net gain by front, km2; fronts inside Ukraine.
    total, axes : Score
        Scores of four-week sums in total, and of every axis pooled.
    by_axis : dict of str to Score
    """

    origin: dt.date
    column: str
    weekly: Array
    total: scores.Score
    axes: scores.Score
    by_axis: dict[str, scores.Score]


@dataclass(frozen=True)
class Hindcast:
    """All forecasts, and the fronts that they speak of."""

    forecasts: list[Forecast]
    fronts: tuple[str, ...]

    def column(self, name: str) -> list[Forecast]:
        """Return the forecasts of one column of inputs."""
        return [one for one in self.forecasts if one.column == name]


def hindcast(
    study: Study, members: int, jobs: int = 1, progress: Callable[[str, float], None] | None = None
) -> Hindcast:
    """Return forecasts from every origin of the calibration file.

    Parameters
    ----------
    study : Study
    members : int
        Wars a forecast.
    jobs : int
        Worker processes.
    progress : callable, optional
        Told what is under way and the share done, 0 to 1.
    """
    forecasts: list[Forecast] = []
    origins = study.setting.hindcasts
    for number, origin in enumerate(origins):
        tell = _share(progress, f"origin {origin}", number, len(origins))
        draws = calibrate(study, origin, jobs, tell).draws
        for column in COLUMNS:
            weekly = _play(study, draws, origin, column == COLUMNS[0], members, jobs)
            forecasts.append(_judge(study, origin, column, weekly))
    fronts = tuple(np.array(study.observed.fronts)[study.inside])
    return Hindcast(forecasts, fronts)


def _share(
    progress: Callable[[str, float], None] | None, what: str, done: int, whole: int
) -> Callable[[float], None] | None:
    return None if progress is None else lambda share: progress(what, (done + share) / whole)


def _play(study: Study, draws: Posterior, origin: dt.date, expected: bool, members: int, jobs: int) -> Array:
    """Return the weekly net gain of an ensemble from one origin, (member, week, front)."""
    chunks = [range(first, min(first + CHUNK, members)) for first in range(0, members, CHUNK)]
    with pool(jobs) as workers:
        tasks = [workers.submit(_wars, study, draws, origin, expected, chunk) for chunk in chunks]
        return np.concatenate([task.result() for task in tasks])


def _wars(study: Study, draws: Posterior, origin: dt.date, expected: bool, replicates: range) -> Array:
    lanes = Lanes.grid(1, replicates)
    run = play_past(study, draws, lanes, [origin], study.setting.until, WEEKS, FORECAST_LUCK, expected)
    gain = run.branches[0].gain[:, study.inside]
    mapper = Noise(study.setting.seed + FORECAST_LUCK, lanes.replicate)
    return np.moveaxis(as_mapped(gain, study.setting.map_noise_km2, mapper, origin.isoformat()), -1, 0)


def _judge(study: Study, origin: dt.date, column: str, weekly: Array) -> Forecast:
    """Score a forecast and its naive rivals against what was observed."""
    weeks = weekly.shape[1] // 4 * 4
    seen = study.observed.between(origin, study.setting.until)[:weeks][:, study.inside]
    before = study.observed.gain[study.observed.ends <= np.datetime64(origin)][:, study.inside]
    windows = len(seen) // 4
    end = study.observed.ends[study.observed.ends > np.datetime64(origin)][3 : 4 * windows : 4]
    lead = np.arange(1, windows + 1) * 4
    rivals = naive.forecasts(before.sum(axis=1), windows)
    ours = scores.fourweek_sums(weekly[:, :weeks], axis=1)
    truth = scores.fourweek_sums(seen)
    spans = scores.cumulative(weekly.sum(axis=2), seen.sum(axis=1))
    total = scores.score(ours.sum(axis=2), truth.sum(axis=1), rivals, end, lead, cumulative=spans)
    rivals_axes = naive.forecasts(before, windows)
    by_axis = {
        front: scores.score(
            ours[:, :, i], truth[:, i], {name: x[:, :, i] for name, x in rivals_axes.items()}, end, lead
        )
        for i, front in enumerate(np.array(study.observed.fronts)[study.inside])
    }
    return Forecast(origin, column, weekly, total, scores.pool(list(by_axis.values())), by_axis)


def account(found: Hindcast) -> dict[str, Any]:
    """Return the scores in plain values: pooled over origins, and each origin, in both columns of inputs."""
    told: dict[str, Any] = {}
    for column in COLUMNS:
        ones = found.column(column)
        total = scores.pool([one.total for one in ones])
        axes = scores.pool([one.axes for one in ones])
        told[column] = {
            "total": _plain(total),
            "axes": _plain(axes),
            "by_lead": {lead: _plain(score) for lead, score in scores.by_lead(total).items()},
            "origins": {
                one.origin.isoformat(): {
                    "total": _plain(one.total),
                    "axes": _plain(one.axes),
                    "cumulative": one.total.cumulative,
                }
                for one in ones
            },
        }
    return told


def _plain(score: scores.Score) -> dict[str, Any]:
    whole = score.account()
    return {name: whole[name] for name in whole if name not in ("ranks", "cumulative")}


def save(found: Hindcast, study: Study, path: Path) -> None:
    """Write ensembles and observations to an ``.npz``, for figures and for the curious.

    Arrays ``<origin>/<column>`` are (member, week, front) of float32 km2; ``observed`` is (week, front) with ``ends``.
    """
    arrays: dict[str, Any] = {
        f"{one.origin.isoformat()}/{one.column}": one.weekly.astype(np.float32) for one in found.forecasts
    }
    arrays["observed"] = study.observed.gain[:, study.inside].astype(np.float32)
    arrays["ends"] = study.observed.ends.astype("datetime64[D]").astype(str)
    arrays["fronts"] = np.array(found.fronts)
    with path.open("wb") as file:
        np.savez_compressed(file, **arrays)
