"""Bring a simulated ensemble and a table of observations to the same weeks.

The base of a comparison is the first map at or after the origin. The simulated cumulative curve is read, linearly between
its records, at the days on which the observed weeks begin and end; so it does not matter on which weekday either keeps
its books.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import xarray as xr

from sim.analysis.observed import FRONT_BY_AXIS, Observed
from sim.foundation.noise import Noise

Floats = npt.NDArray[np.float64]
Days = npt.NDArray[np.datetime64]

_WEEK = np.timedelta64(7, "D")


@dataclass(frozen=True)
class Weeks:
    """Observed weeks on a regular grid.

    Parameters
    ----------
    starts, ends : ndarray of datetime64[D], shape (week,)
        The days between which each change counts.
    gain : ndarray, shape (week,) or (week, axis)
        km2; nan where a week is missing.
    axes : tuple of str
        Names along the second dim; none for a total.
    """

    starts: Days
    ends: Days
    gain: Floats
    axes: tuple[str, ...] = ()


def ahead(observed: Observed, origin: dt.date) -> Weeks:
    """Return the observed weeks that begin at `origin` or later, gaps filled with nan, from the first map on."""
    after = observed.since(origin)
    if not len(after.ends):
        none = np.array([], dtype="datetime64[D]")
        return Weeks(none, none, np.zeros((0, *after.data["net_km2"].shape[1:])), after.axes)
    # A file that begins late leaves its first weeks unobserved; they must not pass for later ones.
    day = np.datetime64(origin, "D")
    late = int((after.starts[0] - day) / _WEEK)
    base = after.starts[0] - late * _WEEK
    return _grid(after, base, round((after.ends[-1] - base) / _WEEK))


def behind(observed: Observed, origin: dt.date, weeks: int | None = None) -> Weeks:
    """Return the observed weeks that ended by `origin`, gaps filled with nan; the last `weeks` of them, if given."""
    known = observed.until(origin)
    if not len(known.ends):
        none = np.array([], dtype="datetime64[D]")
        return Weeks(none, none, np.zeros((0, *known.data["net_km2"].shape[1:])), known.axes)
    count = round((known.ends[-1] - known.starts[0]) / _WEEK)
    grid = _grid(known, known.ends[-1] - count * _WEEK, count)
    if weeks is None:
        return grid
    return Weeks(grid.starts[-weeks:], grid.ends[-weeks:], grid.gain[-weeks:], grid.axes)


def joined(old: Weeks, new: Weeks) -> Weeks:
    """Return `old` continued by `new`; weeks that neither holds are nan. Both have the same axes.

    Where they overlap, `new` holds.
    """
    if not len(new.ends):
        return old
    kept = int((old.ends <= new.starts[0] + np.timedelta64(3, "D")).sum())
    if not kept:
        return new
    lack = max(0, round((new.starts[0] - old.ends[kept - 1]) / _WEEK))
    starts = old.ends[kept - 1] + _WEEK * np.arange(lack)
    void = np.full((lack, *old.gain.shape[1:]), np.nan)
    return Weeks(
        np.concatenate([old.starts[:kept], starts, new.starts]),
        np.concatenate([old.ends[:kept], starts + _WEEK, new.ends]),
        np.concatenate([old.gain[:kept], void, new.gain]),
        old.axes,
    )


def of_axes(weeks: Weeks, axes: Sequence[str]) -> Weeks:
    """Return the weeks with these axes only, in this order; nan for an axis that they do not have."""
    void = np.full(len(weeks.gain), np.nan)
    columns = [weeks.gain[:, weeks.axes.index(name)] if name in weeks.axes else void for name in axes]
    return Weeks(weeks.starts, weeks.ends, np.stack(columns, axis=1), tuple(axes))


def total_of(weeks: Weeks, outside: Sequence[str]) -> Weeks:
    """Return the sum over the axes that are not `outside` the defended country; a total stays what it is."""
    if not weeks.axes:
        return weeks
    inside = [index for index, name in enumerate(weeks.axes) if name not in outside]
    return Weeks(weeks.starts, weeks.ends, weeks.gain[:, inside].sum(axis=1))


def simulated(data: xr.Dataset, weeks: Weeks, fronts: Sequence[str] | None = None) -> Floats:
    """Return simulated gain in the observed weeks, km2.

    Parameters
    ----------
    data : Dataset
        A result; its first arm is read.
    weeks : Weeks
        The observed weeks.
    fronts : sequence of str, optional
        Without: net gain inside the defended country, (member, week). With: gain of these fronts, (member, week, front).

    Returns
    -------
    ndarray
        nan in weeks that lie outside the record (by more than half a step).
    """
    base = data.isel(arm=0)
    if fronts is None:
        net = base["net_km2"].transpose("replicate", "time").to_numpy()
    else:
        net = base["net_km2_front"].sel(front=list(fronts)).transpose("replicate", "time", "front").to_numpy()
    time = base["time"].to_numpy()
    return read_at(net.astype(float), time, weeks.ends) - read_at(net.astype(float), time, weeks.starts)


def read_at(curves: Floats, time: Days, days: Days) -> Floats:
    """Read `curves` (member, time, ...) at `days`, linearly between records; nan a day or more outside them."""
    at = time.astype("datetime64[h]").astype(float) / 24
    wanted = days.astype("datetime64[h]").astype(float) / 24
    after = np.clip(np.searchsorted(at, wanted), 1, max(len(at) - 1, 1))
    if len(at) < 2:
        return np.full((curves.shape[0], len(days), *curves.shape[2:]), np.nan)
    share = np.clip((wanted - at[after - 1]) / (at[after] - at[after - 1]), 0.0, 1.0)
    share = share.reshape(-1, *[1] * (curves.ndim - 2))
    found = curves[:, after - 1] + share * (curves[:, after] - curves[:, after - 1])
    outside = (wanted <= at[0] - 1) | (wanted >= at[-1] + 1)
    found[:, outside] = np.nan
    return found


def with_map_noise(weekly: npt.ArrayLike, sd: float, seed: int = 0, shares: npt.ArrayLike | None = None) -> Floats:
    """Add to each member what the map would add: an error of its own on each day it is read, the origin's too.

    The error sits on the *level*: what is posted late in one week is made good in the next. So a week's
    change has the standard deviation `sd`, and so has the change of four weeks; independent errors of
    the changes would double it there and would never be made good.

    Parameters
    ----------
    weekly : array_like, shape (member, week) or (member, week, axis)
        km2.
    sd : float
        Of a week's change in total, km2.
    shares : array_like, shape (axis,), optional
        Each axis's share of the error variance, by default alike; see `noise_shares`. A total takes none.
    """
    x = np.asarray(weekly, dtype=float)
    if sd <= 0:
        return x
    axes = x.shape[2] if x.ndim == 3 else 1
    part = np.full(axes, 1 / axes) if shares is None else np.asarray(shares, dtype=float)
    noise = Noise(seed, np.arange(x.shape[0]))
    levels = [noise.normal("map noise", day=week, units=axes).T for week in range(x.shape[1] + 1)]
    error = np.stack(levels, axis=1) * np.sqrt(part) * sd / np.sqrt(2)
    added = np.diff(error, axis=1)
    return x + (added if x.ndim == 3 else added[..., 0])


def noise_shares(history: Weeks) -> Floats:
    """Return each axis's share of the map's error variance, (axis,): its share of the ground that moved last year.

    Ground that moves, either way, is what can be posted late; where nothing moves, nothing is. Its variance
    instead would give most of the noise to an axis that jumped once.
    """
    recent = np.abs(history.gain[-52:])
    moved = np.nansum(recent, axis=0) if len(recent) else np.zeros(len(history.axes))
    whole = moved.sum()
    return moved / whole if whole > 0 else np.full(len(history.axes), 1 / max(len(history.axes), 1))


def _grid(observed: Observed, base: np.datetime64, count: int) -> Weeks:
    """Put periods on a grid of weeks from `base`; the days of known weeks stay as observed."""
    net = observed.data["net_km2"].values
    starts, ends = base + _WEEK * np.arange(count), base + _WEEK * np.arange(1, count + 1)
    gain = np.full((count, *net.shape[1:]), np.nan)
    at = np.round((observed.ends - base) / _WEEK).astype(int) - 1
    inside = (at >= 0) & (at < count)
    starts[at[inside]], ends[at[inside]] = observed.starts[inside], observed.ends[inside]
    gain[at[inside]] = net[inside]
    return Weeks(starts, ends, gain, observed.axes if observed.kind == FRONT_BY_AXIS else ())
