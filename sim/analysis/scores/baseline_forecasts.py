"""Baseline forecasts of four-week sums: what a reader of the map would say who knows no model.

Each takes weekly changes up to the origin, (week,) or (week, axis), nan where one is missing, and gives members of
four-week sums for as many windows ahead as asked, (member, window) or (member, window, axis). It sees nothing else:
what comes after the origin is not given to it. Luck is keyed; all axes of a member share it.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from functools import partial

import numpy as np
import numpy.typing as npt

from sim.analysis.scores.scores import WINDOW, fourweek_sums
from sim.foundation.noise import Noise

Floats = npt.NDArray[np.float64]

MEMBERS = 500
RECENT, RECENT_WEEKS, RECENT_SD = (
    "recent_13",
    13,
    0.9,
)  # the rival that was written down before the second model was scored
SCALE, AXIS_SCALE = 40.0, 15.0  # km2 of a four-week sum below which asinh is a line, above which a logarithm
MEMORY = 52  # weeks of past differences that set the spread of persistence
TREND_MEMORY = 104  # weeks that the damped trend is fitted to
LEAST = 3  # four-week sums without which a method says nothing

DAMPING = (0.7, 0.9)  # a trend is all but gone after half a year to a year and a half


def forecasts(history: npt.ArrayLike, windows: int, *, members: int = MEMBERS, seed: int = 0) -> dict[str, Floats]:
    """Return every baseline forecast that the history is long enough for, by name.

    Parameters
    ----------
    history : array_like, shape (week,) or (week, axis)
        Weekly changes, km2, the last week ending at the origin.
    windows : int
        Four-week windows ahead.

    Returns
    -------
    dict of str to ndarray, shape (member, window) or (member, window, axis)
        ``recent_13``, ``climatology_12``, ``climatology_26``, ``climatology_52``, ``persistence``, ``damped_trend``.
    """
    weekly = np.asarray(history, dtype=float)
    methods: dict[str, Callable[[int, int, int], Floats | None]] = {
        RECENT: partial(recent, weekly),
        **{f"climatology_{weeks}": partial(climatology, weekly, weeks) for weeks in (12, 26, 52)},
        "persistence": partial(persistence, weekly),
        "damped_trend": partial(damped_trend, weekly),
    }
    found = {name: method(windows, members, seed) for name, method in methods.items()}
    return {name: ensemble for name, ensemble in found.items() if ensemble is not None}


def recent(history: npt.ArrayLike, windows: int, members: int = MEMBERS, seed: int = 0) -> Floats | None:
    """Return "the mean of the last 13 weeks", with a spread like that of the record in logarithms: sinh(asinh(m/s) + sd z) s.

    None where the history is shorter, or a week of it is missing.
    """
    weekly = np.asarray(history, dtype=float)[-RECENT_WEEKS:]
    if len(weekly) < RECENT_WEEKS or not np.isfinite(weekly).all():
        return None
    scale = SCALE if weekly.ndim == 1 else AXIS_SCALE
    noise = Noise(seed, np.arange(members)).normal("naive recent", units=windows).T
    noise = noise.reshape(members, windows, *[1] * (weekly.ndim - 1))
    return scale * np.sinh(np.arcsinh(WINDOW * weekly.mean(axis=0) / scale) + RECENT_SD * noise)


def climatology(
    history: npt.ArrayLike, weeks: int, windows: int, members: int = MEMBERS, seed: int = 0
) -> Floats | None:
    """Return "as in the last `weeks` weeks": their running four-week sums, drawn with replacement for each window.

    None where the history is shorter than that, or fewer than three sums are whole.
    """
    weekly = np.asarray(history, dtype=float)
    if weekly.shape[0] < weeks:
        return None
    sums = _running(weekly[-weeks:])
    if len(sums) < LEAST:
        return None
    return sums[_draw("climatology", len(sums), windows, members, seed)]


def persistence(history: npt.ArrayLike, windows: int, members: int = MEMBERS, seed: int = 0) -> Floats | None:
    """Return "as in the last four weeks", with a spread that grows like a random walk's.

    Each window adds a step drawn from the differences between four-week sums four weeks apart in the last
    year, either way up alike: so the median stays, and the spread grows with the root of the horizon.
    """
    weekly = np.asarray(history, dtype=float)[-MEMORY:]
    sums = _running(weekly)
    steps = _differences(weekly)
    if len(sums) < LEAST or len(steps) < LEAST:
        return None
    chosen = steps[_draw("persistence", len(steps), windows, members, seed)]
    luck = Noise(seed, np.arange(members)).uniform("persistence sign", units=windows).T
    sign = np.where(luck < 0.5, -1.0, 1.0).reshape(members, windows, *[1] * (weekly.ndim - 1))
    return sums[-1] + np.cumsum(sign * chosen, axis=1)


def damped_trend(history: npt.ArrayLike, windows: int, members: int = MEMBERS, seed: int = 0) -> Floats | None:
    """Return level and trend of past four-week sums, the trend dying away; paths with past one-step errors.

    Holt's method with damping (Gardner & McKenzie 1985, Manage. Sci. 31, 1237-1246) with additive errors, fitted by
    statsmodels to the last two years, each axis for itself. Needs five whole windows that end at the last one.
    """
    weekly = np.asarray(history, dtype=float)[-TREND_MEMORY:]
    flat = weekly.reshape(len(weekly), int(np.prod(weekly.shape[1:])))
    whole = len(flat) // WINDOW * WINDOW
    sums = fourweek_sums(flat[len(flat) - whole :])
    broken = np.flatnonzero(np.isnan(sums).any(axis=1))
    sums = sums[broken[-1] + 1 :] if broken.size else sums
    if len(sums) < LEAST + 2:
        return None
    drawn = _draw("damped trend", len(sums) - 1, windows, members, seed)  # (member, window)
    paths = np.stack([_paths(series, drawn) for series in sums.T], axis=2)
    return paths.reshape(members, windows, *weekly.shape[1:])


def _paths(series: Floats, drawn: npt.NDArray[np.int64]) -> Floats:
    """Return paths on from `series` (sum,), each step with the past one-step error that is `drawn`, (member, window)."""
    from statsmodels.tsa.holtwinters import ExponentialSmoothing

    model = ExponentialSmoothing(
        series, trend="add", damped_trend=True, initialization_method="known", initial_level=series[0],
        initial_trend=0.0, bounds={"damping_trend": DAMPING},
    )  # fmt: skip
    with np.errstate(divide="ignore"), warnings.catch_warnings():  # a constant past has no likelihood
        warnings.simplefilter("ignore")
        fitted = model.fit()
        errors = np.asarray(fitted.resid)[1:]  # that of the first sum is none: it sets the level
        errors = errors - errors.mean()  # a past of one-sided misses would else push every path on
        shape = drawn.T.shape
        ahead = fitted.simulate(shape[0], anchor="end", repetitions=shape[1], random_errors=errors[drawn.T])
    return np.asarray(ahead).reshape(shape).T


def _running(weekly: Floats) -> Floats:
    """Return the whole running four-week sums, (sum[, axis]); those with a missing week are left out."""
    return _whole(_every(weekly))


def _differences(weekly: Floats) -> Floats:
    """Return the whole differences between running four-week sums four weeks apart."""
    sums = _every(weekly)
    return _whole(sums[WINDOW:] - sums[:-WINDOW])


def _whole(rows: Floats) -> Floats:
    return rows[np.isfinite(rows).all(axis=tuple(range(1, rows.ndim)))]


def _every(weekly: Floats) -> Floats:
    if len(weekly) < WINDOW:
        return np.empty((0, *weekly.shape[1:]))
    return np.lib.stride_tricks.sliding_window_view(weekly, WINDOW, axis=0).sum(axis=-1)


def _draw(stream: str, size: int, windows: int, members: int, seed: int) -> npt.NDArray[np.int64]:
    """Return indices below `size`, (member, window), keyed by stream, window and member."""
    luck = Noise(seed, np.arange(members)).uniform(f"naive {stream}", units=windows)
    return np.floor(luck.T * size).astype(np.int64)
