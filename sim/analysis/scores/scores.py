"""Scores of an ensemble against what was observed, in four-week sums.

Ensembles have the member first, the window second: (member, window) or (member, window, axis). Four weeks, because the map
is redrawn in lumps: a week's change says as much about the cartographer as about the front. Windows do not overlap.
A window in which anything was not observed is nan and counts nowhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.foundation.noise import Noise

Floats = npt.NDArray[np.float64]
Days = npt.NDArray[np.datetime64]

WINDOW = 4  # weeks
HORIZONS = (13, 26, 52)  # weeks
ESTIMATOR = "fair"
RESAMPLES = 2_000
BLOCKS = 10  # of members, for the error of a score from their finite number
_BY_WINDOW = ("end", "lead", "observed", "crps", "in_50", "in_90", "rank")


def fourweek_sums(weekly: npt.ArrayLike, axis: int = 0) -> Floats:
    """Return sums over whole, non-overlapping windows of four weeks, the first beginning with the first week.

    Parameters
    ----------
    weekly : array_like
        Weekly changes; nan where one is missing.
    axis : int
        Which axis holds the weeks: 0 for observations (week[, axis]), 1 for ensembles (member, week[, axis]).

    Returns
    -------
    ndarray
        The same with four weeks made one; nan where a week is missing; a last, incomplete window is dropped.
    """
    x = np.moveaxis(np.asarray(weekly, dtype=float), axis, 0)
    whole = x.shape[0] // WINDOW
    sums = x[: whole * WINDOW].reshape(whole, WINDOW, *x.shape[1:]).sum(axis=1)
    return np.moveaxis(sums, 0, axis)


def crps(ensemble: npt.ArrayLike, observed: npt.ArrayLike, estimator: str = ESTIMATOR) -> Floats:
    """Return the continuous ranked probability score, in the unit of the observation; smaller is better, 0 best.

    E|X - y| - E|X - X'| / 2 (Gneiting & Raftery 2007, J. Am. Stat. Assoc. 102, 359-378), by scoringrules.

    Parameters
    ----------
    ensemble : array_like, shape (member, ...)
    observed : array_like, shape (...)
        nan gives nan.
    estimator : {"fair", "ensemble"}
        "fair" (unbiased in the number of members: Ferro 2014, Q. J. R. Meteorol. Soc. 140, 1917-1923; in
        its probability-weighted-moment form, which needs no pairs) or "ensemble" (the members are the
        whole distribution; the energy form, biased upwards for few members). One member alone has no fair
        estimate: its score is the absolute error in both.
    """
    import scoringrules  # type: ignore[import-untyped, unused-ignore]

    forms = {"fair": "pwm", "ensemble": "qd"}
    if estimator not in forms:
        raise ValueError(f"the estimator is one of {', '.join(forms)}, not {estimator!r}")
    x, y = np.asarray(ensemble, dtype=float), np.asarray(observed, dtype=float)
    if x.shape[0] == 1:
        return np.abs(x[0] - y)
    score = scoringrules.crps_ensemble(y, x, m_axis=0, estimator=forms[estimator], backend="numpy")
    return np.where(np.isfinite(y), score, np.nan)


def covered(ensemble: npt.ArrayLike, observed: npt.ArrayLike, level: float) -> Floats:
    """Return 1 where the observation lies in the central interval of the members (ends included), else 0; (...)."""
    x, y = np.asarray(ensemble, dtype=float), np.asarray(observed, dtype=float)
    low, high = np.quantile(x, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return np.where(np.isfinite(y), (low <= y) & (y <= high), np.nan)


def ranks(ensemble: npt.ArrayLike, observed: npt.ArrayLike, seed: int = 0) -> Floats:
    """Return the share of the members below the observation, (...), uniform on (0, 1) if the ensemble is right.

    The rank r among M members, 0 to M, becomes (r + u) / (M + 1) with a keyed uniform u, so that ensembles of
    different size may share a histogram. Where members equal the observation (quiet axes are full of
    zeros), its rank is drawn among them (Hamill 2001, Mon. Weather Rev. 129, 550-560).
    """
    x, y = np.asarray(ensemble, dtype=float), np.asarray(observed, dtype=float)
    below, ties = (x < y).sum(axis=0), (x == y).sum(axis=0)
    uniform = Noise(seed, np.arange(max(y.size, 1))).uniform("ranks", units=2)[:, : y.size].reshape(2, *y.shape)
    rank = below + np.floor(uniform[0] * (ties + 1))
    return np.where(np.isfinite(y), (rank + uniform[1]) / (x.shape[0] + 1), np.nan)


def rank_histogram(rank: npt.ArrayLike, bins: int = 10) -> npt.NDArray[np.int64]:
    """Return how many of the `ranks` fall into each of `bins` equal parts of (0, 1), (bins,)."""
    found = np.asarray(rank, dtype=float)
    return np.histogram(found[np.isfinite(found)], bins=bins, range=(0.0, 1.0))[0]


def cumulative(
    ensemble: npt.ArrayLike,
    observed: npt.ArrayLike,
    horizons: Sequence[int] = HORIZONS,
    level: float = 0.9,
) -> dict[str, dict[str, float]]:
    """Return gain since the start at each horizon: observed, and median, low and high of the ensemble.

    Parameters
    ----------
    ensemble : array_like, shape (member, week)
        Weekly changes.
    observed : array_like, shape (week,)
    horizons : sequence of int
        Weeks. Those that the weeks do not reach, or before which a week was not observed, are left out.
    level : float
        Mass of the interval from low to high.
    """
    x, y = np.asarray(ensemble, dtype=float).cumsum(axis=1), np.asarray(observed, dtype=float).cumsum()
    found = {}
    for weeks in horizons:
        if weeks > min(len(y), x.shape[1]) or not np.isfinite(y[weeks - 1]):
            continue
        low, median, high = np.quantile(x[:, weeks - 1], [(1 - level) / 2, 0.5, (1 + level) / 2])
        found[str(weeks)] = {
            "observed": float(y[weeks - 1]),
            "median": float(median),
            "low": float(low),
            "high": float(high),
        }
    return found


@dataclass(frozen=True)
class Score:
    """The scores of one forecast, window by window; several can be pooled.

    Parameters
    ----------
    end : ndarray of datetime64[D], shape (window,)
        Last day of each window.
    lead : ndarray of int, shape (window,)
        Weeks from the origin to that day.
    observed, crps : ndarray, shape (window,)
        The four-week sum and its score, km2; nan where not observed.
    baselines : dict of str to ndarray, shape (window,)
        Scores of the baseline forecasts.
    in_50, in_90 : ndarray, shape (window,)
        1 where the central interval holds the observation, else 0.
    rank : ndarray, shape (window,)
        See `ranks`.
    seed : int
        Keys the bootstrap.
    cumulative : dict
        See `cumulative`; of single forecasts only.
    monte_carlo_se : float
        Standard error of the mean score from the finite number of members; see `monte_carlo_error`. Of single forecasts only.
    """

    end: Days
    lead: npt.NDArray[np.int64]
    observed: Floats
    crps: Floats
    baselines: dict[str, Floats]
    in_50: Floats
    in_90: Floats
    rank: Floats
    seed: int = 0
    cumulative: dict[str, dict[str, float]] = field(default_factory=dict)
    monte_carlo_se: float = float("nan")

    @property
    def n_windows(self) -> int:
        """Windows that were observed."""
        return int(np.isfinite(self.crps).sum())

    @property
    def crps_4wk(self) -> float:
        """Mean score, km2; nan without a window."""
        return _mean(self.crps)

    @property
    def baseline_crps(self) -> dict[str, float]:
        """Mean score of each baseline forecast over the same windows, km2."""
        return {name: _mean(np.where(np.isfinite(self.crps), x, np.nan)) for name, x in self.baselines.items()}

    @property
    def best_baseline(self) -> str | None:
        """Name of the baseline forecast with the smallest mean score: chosen with hindsight, so a severe rival."""
        known = {name: score for name, score in self.baseline_crps.items() if np.isfinite(score)}
        return min(known, key=lambda name: known[name]) if known else None

    @property
    def skill(self) -> float:
        """1 - CRPS / CRPS of the best baseline forecast; nan where that one is perfect or there is none."""
        best = self.best_baseline
        return _skill(self.crps_4wk, self.baseline_crps[best]) if best else float("nan")

    @property
    def skill_se(self) -> float:
        """Standard error of the skill; see `skill_error`."""
        best = self.best_baseline
        return skill_error(self.crps, self.baselines[best], self.end, self.seed) if best else float("nan")

    @property
    def coverage_50(self) -> float:
        """Share of the windows that the central 50 % interval holds."""
        return _mean(self.in_50)

    @property
    def coverage_90(self) -> float:
        """Share of the windows that the central 90 % interval holds."""
        return _mean(self.in_90)


def score(
    ensemble: npt.ArrayLike,
    observed: npt.ArrayLike,
    baselines: Mapping[str, npt.ArrayLike],
    end: Days,
    lead: npt.ArrayLike,
    *,
    seed: int = 0,
    estimator: str = ESTIMATOR,
    cumulative: dict[str, dict[str, float]] | None = None,
) -> Score:
    """Score one forecast of four-week sums, and baseline ones of the same windows.

    Parameters
    ----------
    ensemble : array_like, shape (member, window)
        km2.
    observed : array_like, shape (window,)
        km2; nan where not observed.
    baselines : mapping of str to array_like, shape (member, window)
        Numbers of members may differ.
    end, lead
        Last day of each window, and weeks from the origin to it.
    """
    y = np.asarray(observed, dtype=float)
    return Score(
        end=np.asarray(end, dtype="datetime64[D]"),
        lead=np.asarray(lead, dtype=np.int64),
        observed=y,
        crps=crps(ensemble, y, estimator),
        baselines={name: crps(members, y, estimator) for name, members in baselines.items()},
        in_50=covered(ensemble, y, 0.5),
        in_90=covered(ensemble, y, 0.9),
        rank=ranks(ensemble, y, seed),
        seed=seed,
        cumulative=cumulative or {},
        monte_carlo_se=monte_carlo_error(ensemble, y),
    )


def monte_carlo_error(ensemble: npt.ArrayLike, observed: npt.ArrayLike, blocks: int = BLOCKS) -> float:
    """Return the standard error of the mean score that comes from the finite number of members.

    The members are cut into blocks; the fair score of each is unbiased, so that the spread of the blocks' mean scores over the
    root of their number is that of the whole, or a little above it.

    Parameters
    ----------
    ensemble : array_like, shape (member, window)
    observed : array_like, shape (window,)

    Returns
    -------
    float
        nan with fewer than two members a block.
    """
    x, y = np.asarray(ensemble, dtype=float), np.asarray(observed, dtype=float)
    size = x.shape[0] // blocks
    if size < 2 or not y.size:
        return float("nan")
    means = np.array([_mean(crps(x[size * n : size * (n + 1)], y)) for n in range(blocks)])
    return float(means.std(ddof=1) / np.sqrt(blocks))


def pool(scores: Sequence[Score]) -> Score:
    """Return the windows of several scores (origins, axes) as one; baseline forecasts that not all have are dropped."""
    if not scores:
        raise ValueError("there is no score to pool")
    shared = [name for name in scores[0].baselines if all(name in one.baselines for one in scores)]

    columns: dict[str, Any] = {name: np.concatenate([getattr(one, name) for one in scores]) for name in _BY_WINDOW}
    baselines = {name: np.concatenate([one.baselines[name] for one in scores]) for name in shared}
    return Score(**columns, baselines=baselines, seed=scores[0].seed)


def chosen_before(ones: Sequence[Score], origins: Sequence[Any], first: str) -> list[str]:
    """Return for each origin the rival that had done best on the windows of earlier origins that were over by then.

    No hindsight: what a reader could have chosen on the day. Where nothing was over yet it is `first`.

    Parameters
    ----------
    ones : sequence of Score
        By origin, in the order of `origins`.
    origins : sequence of date, ascending
    first : str
        A rival of every score.
    """
    found = []
    for place, origin in enumerate(origins):
        sums: dict[str, list[Floats]] = {name: [] for name in ones[place].baselines}
        for one in ones[:place]:
            over = (one.end <= np.datetime64(origin)) & np.isfinite(one.crps)
            for name in sums:
                sums[name].append(
                    one.baselines[name][over] if name in one.baselines else np.full(int(over.sum()), np.nan)
                )
        means = {name: float(np.concatenate(parts).mean()) for name, parts in sums.items() if parts}
        known = {name: mean for name, mean in means.items() if np.isfinite(mean)}
        found.append(min(known, key=lambda name: known[name]) if known else first)
    return found


def against(ones: Sequence[Score], rivals: Sequence[str]) -> dict[str, float]:
    """Return skill and its standard error against one rival for each score, and both mean scores."""
    mine = np.concatenate([one.crps for one in ones])
    theirs = np.concatenate([one.baselines[name] for one, name in zip(ones, rivals, strict=True)])
    end = np.concatenate([one.end for one in ones])
    return {
        "crps": _mean(mine),
        "rival_crps": _mean(np.where(np.isfinite(mine), theirs, np.nan)),
        "skill": _skill(_mean(mine), _mean(np.where(np.isfinite(mine), theirs, np.nan))),
        "skill_se": skill_error(mine, theirs, end),
    }


def by_lead(pooled: Score) -> dict[int, Score]:
    """Return the windows of each lead time, weeks -> Score, in order."""
    return {int(lead): _where(pooled, pooled.lead == lead) for lead in np.unique(pooled.lead)}


def skill_error(
    scores: npt.ArrayLike, rival: npt.ArrayLike, end: npt.ArrayLike, seed: int = 0, resamples: int = RESAMPLES
) -> float:
    """Return the standard error of 1 - mean(scores) / mean(rival) by a moving-block bootstrap over time.

    Windows are put into calendar cells of four weeks, so that windows of several origins or axes that saw the
    same weeks stand or fall together. Circular blocks of round(n^(1/3)) neighbouring cells are drawn with
    replacement (Politis & Romano 1992), because misses come in a row.

    Parameters
    ----------
    scores, rival : array_like, shape (window,)
        Scores of the two forecasts; windows where either is nan are left out.
    end : array_like of datetime64, shape (window,)
        Last day of each window.

    Returns
    -------
    float
        nan with fewer than three cells.
    """
    mine, theirs = np.asarray(scores, dtype=float), np.asarray(rival, dtype=float)
    known = np.isfinite(mine) & np.isfinite(theirs)
    days = np.asarray(end, dtype="datetime64[D]")[known].astype(np.int64)
    if not days.size:
        return float("nan")
    _, cell = np.unique((days - days.min()) // (7 * WINDOW), return_inverse=True)
    sums = np.stack([np.bincount(cell, mine[known]), np.bincount(cell, theirs[known])])
    n = sums.shape[1]
    if n < 3 or not sums[1].any():
        return float("nan")
    length = max(1, round(n ** (1 / 3)))
    uniform = Noise(seed, np.arange(resamples)).uniform("skill bootstrap", units=-(-n // length))
    first = np.floor(uniform * n).astype(np.int64)  # (block, resample)
    picked = (first[:, None] + np.arange(length)[None, :, None]).reshape(-1, resamples)[:n] % n
    drawn = sums[:, picked].sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        skills = 1 - drawn[0] / drawn[1]
    finite = skills[np.isfinite(skills)]
    return float(finite.std(ddof=1)) if finite.size > 1 else float("nan")


def _where(whole: Score, chosen: npt.NDArray[np.bool_]) -> Score:
    columns: dict[str, Any] = {name: getattr(whole, name)[chosen] for name in _BY_WINDOW}
    return Score(**columns, baselines={name: x[chosen] for name, x in whole.baselines.items()}, seed=whole.seed)


def _skill(mine: float, rival: float) -> float:
    return 1 - mine / rival if rival > 0 else float("nan")


def _mean(x: Floats) -> float:
    known = x[np.isfinite(x)]
    return float(known.mean()) if known.size else float("nan")
