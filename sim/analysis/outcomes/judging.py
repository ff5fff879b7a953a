"""What became of each replicate, judged from the weekly record alone: halt, reversal, cease-fire.

The thresholds are attributes of the Dataset (``verdict_halt_rate`` and so on), so a stored result says how it
is to be judged, and a reader can judge it otherwise by ``data.assign_attrs(verdict_halt_rate=2.0)``.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import Any

import numpy as np
import numpy.typing as npt
import xarray as xr

from sim.analysis.names import Names

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Thresholds:
    """What counts as what; defaults as in `sim.scenario.schema.settings.Verdict`.

    Parameters
    ----------
    halt_rate : float
        Net gain of the attacker below which the advance has halted, km2/day.
    halt_days : float
        How long it must stay below, days.
    halt_within_days : float
        Latest day on which a halt may begin to be called rapid.
    reversal_km2 : float
        Net gain of the defender on one axis that is more than noise on the map, km2.
    reversal_days : float
        Over how many days.
    can, cannot : float
        A lever can if the chance is at least `can`, and cannot if it is below `cannot`.
    interval : float
        Coverage of every interval shown.
    milestones : tuple of str
        ISO dates at which gains are told.
    """

    halt_rate: float = 1.0
    halt_days: float = 60.0
    halt_within_days: float = 182.0
    reversal_km2: float = 25.0
    reversal_days: float = 60.0
    can: float = 0.5
    cannot: float = 0.5
    interval: float = 0.9
    milestones: tuple[str, ...] = ("2025-05-19", "2025-11-19")

    @classmethod
    def of(cls, data: xr.Dataset) -> Thresholds:
        """Return the thresholds that `data` carries, defaults where it carries none."""
        given: dict[str, Any] = {
            name: data.attrs[f"verdict_{name}"] for name in cls.__dataclass_fields__ if f"verdict_{name}" in data.attrs
        }
        if "milestones" in given:
            dates = given["milestones"]
            given["milestones"] = (dates,) if isinstance(dates, str) else tuple(str(date) for date in dates)
        return cls(**given)


def days_since_start(data: xr.Dataset) -> Floats:
    """Return the days since the first record, shape (time,)."""
    time = data["time"].to_numpy()
    days: Floats = (time - time[0]) / np.timedelta64(1, "D")
    return days


def outcomes(data: xr.Dataset, thresholds: Thresholds | None = None) -> xr.Dataset:
    """Judge every replicate of `data`.

    Parameters
    ----------
    data : Dataset
        A result with ``net_km2``, ``net_km2_front`` and ``war``.
    thresholds : Thresholds, optional
        By default those in its attributes.

    Returns
    -------
    Dataset
        Over (arm, replicate): ``halt``, ``reversal``, ``ceasefire`` (1, 0, or nan where the record is too
        short to tell), ``halt_day``, ``ceasefire_day`` (days since the start, nan if it did not happen), and
        ``durable`` (the chance that the cease-fire agreed would last, nan without one).
        ``attrs["halt_judged_to_day"]`` is the last day on which a halt could begin and still be seen whole;
        below ``halt_within_days`` by a step of the record or more, ``halt`` is nan: later ones are not seen.
    """
    rule = thresholds or Thresholds.of(data)
    days = days_since_start(data)
    war = data["war"].transpose("arm", "replicate", "time").to_numpy() > 0.5
    net = data["net_km2"].transpose("arm", "replicate", "time").to_numpy().astype(float)
    halt_day, judged_to = first_halt(net, war, days, rule)
    reversal = _any_reversal(data, war, days, rule)
    ceasefire_day = _first_day(~war, days)
    result = xr.Dataset(coords={"arm": data["arm"], "replicate": data["replicate"]})
    result.attrs["halt_judged_to_day"] = judged_to
    dims = ("arm", "replicate")
    known = seen_in_time(days, rule.halt_days, rule.halt_within_days)
    result["halt"] = dims, np.isfinite(halt_day).astype(float) if known else np.full(halt_day.shape, np.nan)
    result["halt_day"] = dims, halt_day
    result["reversal"] = dims, reversal
    result["ceasefire"] = dims, np.isfinite(ceasefire_day).astype(float)
    result["ceasefire_day"] = dims, ceasefire_day
    result["durable"] = dims, _durable(data, war)
    return result


def seen_in_time(days: Floats, halt_days: float, within: float) -> bool:
    """Return whether a record reaches far enough to tell of every halt that begins by day `within`.

    One that ends sooner misses the later ones, and says nothing of how often a halt begins in time.
    """
    if len(days) < 2:
        return False
    step = days[1] - days[0]
    windows = len(days) - ceil(halt_days / step)
    return bool(windows >= 1 and days[windows - 1] + step > within)


def first_halt(net: Floats, war: Bools, days: Floats, rule: Thresholds) -> tuple[Floats, float]:
    """Return the day on which the first halt of each war begins, and the last day on which one could be seen.

    A halt is a run of ``ceil(halt_days / step)`` steps of the record, in each of which the net gain is below
    ``halt_rate`` a day, with the war on from the run's first point to its last, beginning by
    ``halt_within_days``. A cease-fire is therefore no halt, and neither is a pause in talks after which the
    fight has ended.

    Parameters
    ----------
    net : ndarray, shape (..., time)
        Cumulative net gain, km2.
    war : ndarray of bool, shape (..., time)
    days : ndarray, shape (time,)

    Returns
    -------
    halt_day : ndarray, shape (...,)
        nan where there is none.
    judged_to : float
        -1 if the record is too short for any window.
    """
    step = days[1] - days[0] if len(days) > 1 else np.inf
    length = ceil(rule.halt_days / step) if np.isfinite(step) else 1
    n_windows = len(days) - length
    if n_windows < 1:
        return np.full(net.shape[:-1], np.nan), -1.0
    slow = np.diff(net, axis=-1) < rule.halt_rate * np.diff(days)
    runs = np.lib.stride_tricks.sliding_window_view(slow, length, axis=-1).all(axis=-1)
    whole = np.lib.stride_tricks.sliding_window_view(war, length + 1, axis=-1).all(axis=-1)
    starts = days[:n_windows]
    in_time = starts <= rule.halt_within_days
    halted = runs & whole & in_time
    return _first_day(halted, starts), float(starts[in_time][-1])


def critical_rates(net: Floats, war: Bools, days: Floats, rule: Thresholds) -> Floats:
    """Return for each war the rate, km2/day, above which `halt_rate` calls it halted; inf where no rate does.

    It is the fastest week of the calmest stretch that could be a halt: one as long as a halt must last, that begins
    while one still counts, and is all war. So it says how near a war without a halt came to one; `first_halt` finds a
    halt exactly where this lies below `halt_rate`.

    Parameters
    ----------
    net : ndarray, shape (..., time)
        Cumulative net gain, km2.
    war : ndarray of bool, shape (..., time)
    days : ndarray, shape (time,)

    Returns
    -------
    ndarray, shape (...,)
        nan everywhere if the record is too short to tell; see `seen_in_time`.
    """
    if not seen_in_time(days, rule.halt_days, rule.halt_within_days):
        return np.full(net.shape[:-1], np.nan)
    length = ceil(rule.halt_days / (days[1] - days[0]))
    window = np.lib.stride_tricks.sliding_window_view
    fastest = window(np.diff(net, axis=-1) / np.diff(days), length, axis=-1).max(axis=-1)
    whole = window(war, length + 1, axis=-1).all(axis=-1)
    counts = whole & (days[: fastest.shape[-1]] <= rule.halt_within_days)
    least: Floats = np.where(counts, fastest, np.inf).min(axis=-1)
    return least


def critical_depths(net_front: Floats, war: Bools, days: Floats, rule: Thresholds) -> Floats:
    """Return for each war the greatest ground, km2, that the defender wins on one front within ``reversal_days``.

    Windows begin at the points of the record; a window's end between two points is interpolated. The war must be on at
    the first point at or after the window's end; -inf where it never is. A reversal is ``reversal_km2`` or more.

    Parameters
    ----------
    net_front : ndarray, shape (..., time, front)
        Cumulative net gain of the attacker by front, km2; fronts inside the defended country only.
    war : ndarray of bool, shape (..., time)
    days : ndarray, shape (time,)

    Returns
    -------
    ndarray, shape (...,)
        nan everywhere if the record is shorter than one window.
    """
    ends = days + rule.reversal_days
    starts = np.flatnonzero(ends <= days[-1])
    if starts.size == 0:
        return np.full(net_front.shape[:-2], np.nan)
    after = np.searchsorted(days, ends[starts])  # first point at or after the end
    share = (ends[starts] - days[after - 1]) / (days[after] - days[after - 1])
    before_end, at_end = net_front[..., after - 1, :], net_front[..., after, :]
    gain = before_end + share[:, None] * (at_end - before_end) - net_front[..., starts, :]
    deepest: Floats = np.where(war[..., after], -gain.min(axis=-1), -np.inf).max(axis=-1)
    return deepest


def reversals(net_front: Floats, war: Bools, days: Floats, rule: Thresholds) -> Floats:
    """Return 1 where the line on some front was pushed back by ``reversal_km2`` within ``reversal_days``, else 0, nan
    where the record is too short; arguments as in `critical_depths`.
    """
    depths = critical_depths(net_front, war, days, rule)
    return np.where(np.isnan(depths), np.nan, depths >= rule.reversal_km2)


def _any_reversal(data: xr.Dataset, war: Bools, days: Floats, rule: Thresholds) -> Floats:
    inside = Names.of(data).inside(data["front"].to_numpy())
    fronts = data["net_km2_front"].transpose("arm", "replicate", "time", "front").sel(front=inside)
    return reversals(fronts.to_numpy().astype(float), war, days, rule)


def _first_day(happens: Bools, days: Floats) -> Floats:
    """Return the first of `days` on which `happens` (..., day) holds, nan where it never does."""
    return np.where(happens.any(axis=-1), days[happens.argmax(axis=-1)], np.nan)


def _durable(data: xr.Dataset, war: Bools) -> Floats:
    """Return the chance that the cease-fire lasts, as recorded at its first point, shape (arm, replicate)."""
    if "durable" not in data:
        return np.full(war.shape[:2], np.nan)
    recorded = data["durable"].transpose("arm", "replicate", "time").to_numpy().astype(float)
    first = (~war).argmax(axis=-1)
    at_first = np.take_along_axis(recorded, first[..., None], axis=-1)[..., 0]
    return np.where((~war).any(axis=-1), at_first, np.nan)
