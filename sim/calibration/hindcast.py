"""Hindcasts: what the model would have said, from each origin, calibrated only on what came before it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from sim.analysis.scores import baseline_forecasts, halt_forecasts, scores
from sim.analysis.serialise import plain
from sim.calibration import losses
from sim.calibration.calibrate import FACTOR, Study, calibrate, claims_factor, known_by, play_past
from sim.calibration.past import as_mapped
from sim.calibration.setting import Setting
from sim.foundation.files import replacing
from sim.foundation.lanes import Array, Lanes
from sim.foundation.noise import Noise
from sim.foundation.pieces import PieceStore, each
from sim.foundation.roles import ATTACKER
from sim.foundation.workers import pool
from sim.scenario.priors.posterior import Posterior

WEEKS, EIGHT = 52, 8
FORECAST_STREAM = 500  # noise of its own: the parameters were not fitted to these wars
CHUNK = 250
CONDITION = "the war goes on: no cease-fire in any replicate"
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
        Net gain by front, km2; fronts inside the defended country.
    total, axes : Score
        Scores of four-week sums in total, and of every axis pooled.
    by_axis : dict of str to Score
    claimed : ndarray, shape (member, week)
        Casualties of the attacker as the defender would claim them, a week.
    losses : Score
        Scores of four-week sums of them against the claims, persons.
    halt : Halt
        A halt that came by itself: its chance, and whether it came.
    observed : ndarray, shape (week,)
        Gross gain of the attacker that was observed, km2 a week.
    """

    origin: dt.date
    column: str
    weekly: Array
    total: scores.Score
    axes: scores.Score
    by_axis: dict[str, scores.Score]
    claimed: Array
    losses: scores.Score
    halt: halt_forecasts.Halt
    observed: Array


@dataclass(frozen=True)
class Hindcast:
    """All forecasts, and the fronts that they speak of."""

    forecasts: list[Forecast]
    fronts: tuple[str, ...]

    def column(self, name: str) -> list[Forecast]:
        """Return the forecasts of one column of inputs."""
        return [one for one in self.forecasts if one.column == name]


def hindcast(
    study: Study,
    members: int,
    jobs: int = 1,
    progress: Callable[[str, float], None] | None = None,
    pieces: PieceStore | None = None,
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
    pieces : PieceStore, optional
        Keeps the wars already played; those that it holds are not played again.
    """
    pieces = pieces or PieceStore()
    forecasts: list[Forecast] = []
    origins = study.setting.hindcasts
    known: dict[dt.date | None, Posterior | None] = {None: None}
    for origin in origins:
        if (day := calibration_day(study.setting, origin)) is not None:
            known_by(study, day)
    for number, origin in enumerate(origins):
        on_progress = _share(progress, f"origin {origin}", number, len(origins))
        day = calibration_day(study.setting, origin)
        if day is not None and day not in known:
            known[day] = calibrate(study, day, jobs, on_progress, pieces).draws
        draws = known[day]
        for column in COLUMNS:
            weekly, claimed = _play(study, draws, origin, column == COLUMNS[0], members, jobs, pieces)
            forecasts.append(_judge(study, origin, column, weekly, claimed))
    fronts = tuple(np.array(study.observed.fronts)[study.inside])
    return Hindcast(forecasts, fronts)


def calibration_day(setting: Setting, origin: dt.date) -> dt.date | None:
    """Return the day whose calibration a forecast from `origin` uses; None for the priors."""
    days = [day for day in setting.calibrations if day <= origin]
    return max(days, default=None) if setting.calibrations else origin


def _share(
    progress: Callable[[str, float], None] | None, what: str, done: int, whole: int
) -> Callable[[float], None] | None:
    return None if progress is None else lambda share: progress(what, (done + share) / whole)


def _play(
    study: Study, draws: Posterior | None, origin: dt.date, expected: bool, members: int, jobs: int, pieces: PieceStore
) -> tuple[Array, Array]:
    """Return the weekly net gain (member, week, front) and claimed losses (member, week) of an ensemble."""
    chunks = [range(first, min(first + CHUNK, members)) for first in range(0, members, CHUNK)]
    with pool(jobs) as workers:
        shared = workers.share(study)
        tasks = [
            (
                f"{origin} {expected} {chunk} {draws.digest if draws else 'priors'}",
                _wars,
                (shared, draws, origin, expected, chunk),
            )
            for chunk in chunks
        ]
        found = list(each(workers, pieces, tasks))
    return np.concatenate([gain for gain, _ in found]), np.concatenate([claimed for _, claimed in found])


def _wars(
    study: Study, draws: Posterior | None, origin: dt.date, expected: bool, replicates: range
) -> tuple[Array, Array]:
    lanes = Lanes.grid(1, replicates)
    run = play_past(study, draws, lanes, [origin], study.setting.until, WEEKS, FORECAST_STREAM, expected)
    gain = run.branches[0].gain[:, study.inside]
    mapper = Noise(study.setting.seed + FORECAST_STREAM, lanes.replicate)
    shown = as_mapped(gain, study.setting.map_noise_km2, mapper, origin.isoformat())
    factor = claims_factor(study.setting, draws.uniform(FACTOR, lanes.replicate) if draws else None)
    claimed = run.branches[0].casualties[:, ATTACKER] / factor
    claimed = claimed * losses.misclaimed(len(claimed), study.setting.claims_error, mapper, origin.isoformat())
    return np.moveaxis(shown, -1, 0), claimed.T


def _judge(study: Study, origin: dt.date, column: str, weekly: Array, claimed: Array) -> Forecast:
    """Score a forecast and its baseline rivals against what was observed."""
    weeks = weekly.shape[1] // 4 * 4
    seen = study.observed.between(origin, study.setting.until)[:weeks][:, study.inside]
    before = study.observed.gain[study.observed.ends <= np.datetime64(origin)][:, study.inside]
    windows = len(seen) // 4
    end = study.observed.ends[study.observed.ends > np.datetime64(origin)][3 : 4 * windows : 4]
    lead = np.arange(1, windows + 1) * 4
    rivals = baseline_forecasts.forecasts(before.sum(axis=1), windows)
    ours = scores.fourweek_sums(weekly[:, :weeks], axis=1)
    truth = scores.fourweek_sums(seen)
    whole = study.observed.between(origin, study.setting.until)[:, study.inside]
    horizons = sorted({*scores.HORIZONS, min(len(whole), weekly.shape[1])})  # and to the end of the record
    spans = scores.cumulative(weekly.sum(axis=2), whole.sum(axis=1), horizons)
    total = scores.score(ours.sum(axis=2), truth.sum(axis=1), rivals, end, lead, cumulative=spans)
    rivals_axes = baseline_forecasts.forecasts(before, windows)
    by_axis = {
        front: scores.score(
            ours[:, :, i], truth[:, i], {name: x[:, :, i] for name, x in rivals_axes.items()}, end, lead
        )
        for i, front in enumerate(np.array(study.observed.fronts)[study.inside])
    }
    gross = np.maximum(whole, 0.0).sum(axis=1)
    lost = losses.judge(study.months, origin, claimed[:, :weeks], study.observed.ends)
    halt = halt_forecasts.judge(weekly.sum(axis=2), whole.sum(axis=1), _rule(study))
    return Forecast(
        origin, column, weekly, total, scores.pool(list(by_axis.values())), by_axis, claimed, lost, halt, gross
    )


def _rule(study: Study) -> halt_forecasts.Rule:
    verdict = study.scenario.verdict
    return halt_forecasts.Rule(verdict.halt_rate, verdict.halt_days, verdict.halt_within_days, verdict.interval)


def account(found: Hindcast) -> dict[str, Any]:
    """Return the scores in plain values: pooled over origins, and each origin, in both columns of inputs."""
    summary: dict[str, Any] = {}
    for column in COLUMNS:
        ones = found.column(column)
        total = scores.pool([one.total for one in ones])
        axes = scores.pool([one.axes for one in ones])
        summary[column] = {
            "chosen": _against_chosen(ones),
            "total": _plain(total),
            "axes": _plain(axes),
            "losses": _plain(scores.pool([one.losses for one in ones])) | {"unit": "persons, as claimed"},
            "halts": plain(halt_forecasts.score_halts([one.halt for one in ones])),
            "pit": _pit(total),
            "held_90": _held(ones),
            "slope": _slope(ones),
            "by_lead": {lead: _plain(score) for lead, score in scores.by_lead(total).items()},
            "origins": {
                one.origin.isoformat(): {
                    "total": _plain(one.total),
                    "axes": _plain(one.axes),
                    "losses": _plain(one.losses),
                    "halt": plain(one.halt),
                    "cumulative": one.total.cumulative,
                }
                for one in ones
            },
        }
    return summary


def _against_chosen(ones: list[Forecast]) -> dict[str, Any]:
    """Return skill against the rival chosen on earlier origins: all origins, and those from July 2023 on."""
    rivals = scores.chosen_before([one.total for one in ones], [one.origin for one in ones], baseline_forecasts.RECENT)
    summary: dict[str, Any] = {"rivals": {str(one.origin): name for one, name in zip(ones, rivals, strict=True)}}
    for name, first in (("all", dt.date.min), ("since_2023_07", dt.date(2023, 7, 1))):
        some = [(one, rival) for one, rival in zip(ones, rivals, strict=True) if one.origin >= first]
        if some:
            summary[name] = scores.against([one.total for one, _ in some], [rival for _, rival in some])
            summary[f"{name}_axes"] = _axes_against([one for one, _ in some])
    return summary


def _axes_against(ones: list[Forecast]) -> dict[str, float]:
    return scores.against([one.axes for one in ones], [baseline_forecasts.RECENT] * len(ones))


def _held(ones: list[Forecast]) -> dict[str, dict[str, float]]:
    """Return by horizon, weeks, the share of gains since the origin that the 90 % interval held, and of how many."""
    found = {}
    for weeks in map(str, scores.HORIZONS):
        some = [one.total.cumulative[weeks] for one in ones if weeks in one.total.cumulative]
        if some:
            held = [one["low"] <= one["observed"] <= one["high"] for one in some]
            found[weeks] = {"share": float(np.mean(held)), "origins": len(held)}
    return found


def _pit(total: scores.Score) -> list[int]:
    """Return how many windows fall into each tenth of their forecasts: even where the forecasts are right."""
    return [int(count) for count in scores.rank_histogram(total.rank)]


def _slope(ones: list[Forecast]) -> dict[str, float]:
    """Return the amplitude: slope, its error and R2 of ln(observed) on ln(median forecast) of eight-week gross gains.

    The median over members shrinks amplitude, and windows that overlap are not independent (the error takes the number of
    calendar cells for their number): shown beside the likelihood, not in its place.
    """
    said, seen, cells = [], [], set()
    for one in ones:
        gross = np.maximum(one.weekly, 0.0).sum(axis=2)
        for first in range(0, min(one.observed.size, WEEKS // 2) - EIGHT + 1, EIGHT):
            said.append(np.median(gross[:, first : first + EIGHT].sum(axis=1)))
            seen.append(one.observed[first : first + EIGHT].sum())
            cells.add((one.origin + dt.timedelta(weeks=first)).toordinal() // (7 * EIGHT))
    x, y = (np.log(np.maximum(values, 1.0)) for values in (said, seen))
    if len(cells) < 3:
        return {"slope": float("nan"), "slope_se": float("nan"), "r2": float("nan")}
    slope = float(np.cov(x, y)[0, 1] / x.var(ddof=1))
    rest = y - y.mean() - slope * (x - x.mean())
    error = float(np.sqrt(rest.var(ddof=1) / (x.var(ddof=1) * (len(cells) - 2))))
    return {"slope": slope, "slope_se": error, "r2": float(1.0 - rest.var() / y.var())}


def _plain(score: scores.Score) -> dict[str, Any]:
    whole = plain(score)
    return {name: whole[name] for name in whole if name not in ("ranks", "cumulative")}


def save(found: Hindcast, study: Study, path: Path) -> None:
    """Write ensembles and observations to an ``.npz``, for figures and for the curious.

    Arrays ``<origin>/<column>`` are (member, week, front) of float32 km2, those ending in ``/claimed`` (member, week) of
    persons; ``observed`` is (week, front) with ``ends``, ``observed/claimed`` (week,) the claims by the same weeks.
    """
    arrays: dict[str, Any] = {}
    for one in found.forecasts:
        name = f"{one.origin.isoformat()}/{one.column}"
        arrays[name], arrays[f"{name}/claimed"] = one.weekly.astype(np.float32), one.claimed.astype(np.float32)
    arrays["observed/claimed"] = losses.by_week(study.months, study.observed.ends).astype(np.float32)
    arrays["observed"] = study.observed.gain[:, study.inside].astype(np.float32)
    arrays["ends"] = study.observed.ends.astype("datetime64[D]").astype(str)
    arrays["fronts"] = np.array(found.fronts)
    with replacing(path) as file:
        np.savez_compressed(file, **arrays)


def load(study: Study, path: Path) -> Hindcast:
    """Return the forecasts that `save` wrote, judged against what the study observed.

    Raises
    ------
    OSError, BadZipFile, LookupError, ValueError
        If the file is not there, or is not what `save` wrote for this study.
    """
    with np.load(path) as arrays:
        forecasts = [
            _judge(study, origin, column, *(arrays[name].astype(np.float64) for name in (one, f"{one}/claimed")))
            for origin in study.setting.hindcasts
            for column in COLUMNS
            for one in [f"{origin.isoformat()}/{column}"]
        ]
        return Hindcast(forecasts, tuple(arrays["fronts"].tolist()))
