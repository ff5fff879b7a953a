"""Naive forecasts of four-week sums: what a reader of the map would say who knows no model.

Each takes weekly changes up to the origin, (week,) or (week, axis), nan where one is missing, and gives members of
four-week sums for as many windows ahead as asked, (member, window) or (member, window, axis). It sees nothing else:
what comes after the origin is not given to it. Luck is keyed; all axes of a member share it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import product

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

# Where the least squares of the damped trend are looked for.
LEVEL_GAINS, TREND_GAINS, DAMPINGS = (0.1, 0.3, 0.5, 0.7, 0.9), (0.0, 0.1, 0.3), (0.7, 0.8, 0.9)


def forecasts(history: npt.ArrayLike, windows: int, *, members: int = MEMBERS, seed: int = 0) -> dict[str, Floats]:
    """Return every naive forecast that the history is long enough for, by name.

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

    Holt's method with damping as the innovations model ETS(A,Ad,N) (Hyndman et al. 2008, "Forecasting with
    Exponential Smoothing", ch. 3): y = l + φb + e, l' = l + φb + αe, b' = φb + βe. α, β and φ are those of
    a small grid with the least squared one-step errors over the last two years, each axis for itself.
    Needs five whole windows that end at the last one.
    """
    weekly = np.asarray(history, dtype=float)[-TREND_MEMORY:]
    flat = weekly.reshape(len(weekly), -1)
    whole = len(flat) // WINDOW * WINDOW
    sums = fourweek_sums(flat[len(flat) - whole :])
    broken = np.flatnonzero(np.isnan(sums).any(axis=1))
    sums = sums[broken[-1] + 1 :] if broken.size else sums
    if len(sums) < LEAST + 2:
        return None
    gains = np.array(list(product(LEVEL_GAINS, TREND_GAINS, DAMPINGS))).T[:, :, None]  # (3, candidate, 1)
    level, trend, errors = _smooth(sums, *gains)
    best = np.argmin((errors**2).sum(axis=0), axis=0)  # (axis,)
    at = np.arange(flat.shape[1])
    alpha, beta, phi = (gain[best, 0] for gain in gains)
    level, trend, errors = level[best, at], trend[best, at], errors[:, best, at]
    errors = errors - errors.mean(axis=0)  # a past of one-sided misses would else push every path on
    luck = errors[_draw("damped trend", len(errors), windows, members, seed)]  # (member, window, axis)
    paths = np.empty_like(luck)
    for window in range(windows):
        expected = level + phi * trend
        paths[:, window] = expected + luck[:, window]
        level, trend = expected + alpha * luck[:, window], phi * trend + beta * luck[:, window]
    return paths.reshape(members, windows, *weekly.shape[1:])


def _smooth(sums: Floats, alpha: Floats, beta: Floats, phi: Floats) -> tuple[Floats, Floats, Floats]:
    """Run the smoothing through `sums` (window, axis) for each candidate; last level, trend, and all errors."""
    level = np.broadcast_to(sums[0], (alpha.shape[0], sums.shape[1]))
    trend = np.zeros_like(level)
    errors = []
    for value in sums[1:]:
        expected = level + phi * trend
        error = value - expected
        level, trend = expected + alpha * error, phi * trend + beta * error
        errors.append(error)
    return level, trend, np.stack(errors)


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
