"""What became of each replicate, judged from the weekly record alone: halt, reversal, cease-fire.

The thresholds are attributes of the Dataset (``verdict_halt_rate`` and so on), so a stored result says how it
is to be judged, and a reader can judge it otherwise by ``data.assign_attrs(verdict_halt_rate=2.0)``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import xarray as xr

from sim.analysis.names import Names
from sim.analysis.outcomes.ladder import PACE_DAYS
from sim.foundation.noise import Noise

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

JUDGED = ("net_km2", "net_km2_front", "war", "durable")
"""The recorded variables that judging reads."""

QUARTER_DAYS = 91.0


@dataclass(frozen=True)
class Thresholds:
    """What counts as what; defaults as in `sim.scenario.schema.settings.Verdict`.

    Parameters
    ----------
    halt_rate : float
        Mean net gain of the attacker below which the advance has halted, km2/day.
    halt_days : float
        Over how many days.
    halt_within_days : float
        Latest day on which a halt may begin to be called rapid.
    map_noise_km2 : float
        Sd of the map's error in a change of all axes together, through which a halt is seen, km2.
    reversal_km2 : float
        Net gain of the defender on one axis that is more than noise on the map, km2.
    reversal_days : float
        Over how many days.
    can, cannot : float
        A lever can if the chance is at least `can`, and cannot if it is below `cannot`.
    interval : float
        Coverage of every interval shown.
    milestones : tuple of str
        ISO dates at which gains are reported.
    """

    halt_rate: float = 1.0
    halt_days: float = 60.0
    halt_within_days: float = 182.0
    map_noise_km2: float = 0.0
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
        short to tell), ``slowest_in_time`` and ``slowest`` (mean gain over the calmest span that begins by
        ``halt_within_days``, and at any time, km2/day; inf without one), ``pace`` (of the first four weeks, km2/day),
        ``pace_left`` (of the last quarter of a year, or all of a shorter record, km2/day),
        ``halt_day``, ``ceasefire_day`` (days since the start, nan if it did not happen), and
        ``durable`` (the chance that the cease-fire agreed would last, nan without one).
        ``attrs["halt_judged_to_day"]`` is the last day on which a halt could begin and still be seen whole;
        below ``halt_within_days`` by a step of the record or more, ``halt`` is nan: later ones are not seen.
    """
    rule = thresholds or Thresholds.of(data)
    days = days_since_start(data)
    war = data["war"].transpose("arm", "replicate", "time").to_numpy() > 0.5
    net = data["net_km2"].transpose("arm", "replicate", "time").to_numpy().astype(float)
    shown = mapped(data, rule, net)
    halt_day, judged_to = first_halt(shown, war, days, rule)
    reversal = _any_reversal(data, war, days, rule)
    ceasefire_day = _first_day(~war, days)
    result = xr.Dataset(coords={"arm": data["arm"], "replicate": data["replicate"]})
    result.attrs["halt_judged_to_day"] = judged_to
    dims = ("arm", "replicate")
    known = seen_in_time(days, rule.halt_days, rule.halt_within_days)
    result["halt"] = dims, np.isfinite(halt_day).astype(float) if known else np.full(halt_day.shape, np.nan)
    result["halt_day"] = dims, halt_day
    result["slowest_in_time"] = dims, critical_rates(shown, war, days, rule)
    result["slowest"] = dims, _slowest(shown, war, days, rule)
    result["pace"] = dims, _gain_by(net, days, PACE_DAYS) / PACE_DAYS
    result["pace_left"] = dims, _pace_left(net, days)
    result["reversal"] = dims, reversal
    result["ceasefire"] = dims, np.isfinite(ceasefire_day).astype(float)
    result["ceasefire_day"] = dims, ceasefire_day
    result["durable"] = dims, _durable(data, war)
    return result


def _pace_left(net: Floats, days: Floats) -> Floats:
    """Return the mean net gain a day since `QUARTER_DAYS` before the end of the record, (...,); nan for a record of one day."""
    first = int(np.searchsorted(days, days[-1] - QUARTER_DAYS))
    span = days[-1] - days[first]
    found: Floats = (net[..., -1] - net[..., first]) / (span if span > 0 else np.nan)
    return found


def seen_in_time(days: Floats, halt_days: float, within: float) -> bool:
    """Return whether a record reaches far enough to tell of every halt that begins by day `within`.

    One that ends sooner misses the later ones, and says nothing of how often a halt begins in time.
    """
    starts, _, _ = spans(days, halt_days)
    return bool(len(days) > 1 and starts.size and days[starts[-1]] + (days[1] - days[0]) > within)


def spans(days: Floats, length: float) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], Floats]:
    """Return the spans of `length` days that begin at a point of the record and end inside it, each (span,).

    Returns
    -------
    starts : ndarray of int
        Points at which they begin.
    after : ndarray of int
        First points at or after their ends.
    share : ndarray
        How far their ends lie from the point before to that one, 0 to 1.
    """
    starts = np.flatnonzero(days + length <= days[-1])
    ends = days[starts] + length
    after = np.searchsorted(days, ends)
    return starts, after, (ends - days[after - 1]) / (days[after] - days[after - 1])


def mean_rates(net: Floats, days: Floats, length: float) -> Floats:
    """Return the mean net gain a day over every span of `length` days, (..., span); between points the line is straight.

    Parameters
    ----------
    net : ndarray, shape (..., time)
        Cumulative net gain, km2.
    days : ndarray, shape (time,)
    """
    starts, after, share = spans(days, length)
    at_end = net[..., after - 1] + share * (net[..., after] - net[..., after - 1])
    rates: Floats = (at_end - net[..., starts]) / length
    return rates


def first_halt(net: Floats, war: Bools, days: Floats, rule: Thresholds) -> tuple[Floats, float]:
    """Return the day on which the first halt of each war begins, and the last day on which one could be seen.

    A halt is a span of ``halt_days`` over which the mean net gain is below ``halt_rate`` a day, with the war on from the
    span's first point to the first one at or after its end, beginning at a point of the record by ``halt_within_days``.
    The mean, and not every week: the map's own error in a week is as large as the threshold. A cease-fire is no halt, and
    neither is a pause in talks after which the fight has ended.

    Parameters
    ----------
    net : ndarray, shape (..., time)
        Cumulative net gain as a map would show it (see `as_mapped`), km2.
    war : ndarray of bool, shape (..., time)
    days : ndarray, shape (time,)

    Returns
    -------
    halt_day : ndarray, shape (...,)
        nan where there is none.
    judged_to : float
        -1 if the record is too short for any span.
    """
    starts, _, _ = spans(days, rule.halt_days)
    if not starts.size:
        return np.full(net.shape[:-1], np.nan), -1.0
    begins = days[starts]
    halted = _rates_that_count(net, war, days, rule) < rule.halt_rate
    return _first_day(halted, begins), float(begins[begins <= rule.halt_within_days][-1])


def critical_rates(net: Floats, war: Bools, days: Floats, rule: Thresholds) -> Floats:
    """Return for each war the rate, km2/day, above which `halt_rate` calls it halted; inf where no rate does.

    It is the mean of the calmest span that could be a halt: one as long as a halt must last, that begins while one still
    counts, and is all war. So it says how near a war without a halt came to one; `first_halt` finds a halt exactly where
    this lies below `halt_rate`. Arguments as there.

    Returns
    -------
    ndarray, shape (...,)
        nan everywhere if the record is too short to tell; see `seen_in_time`.
    """
    if not seen_in_time(days, rule.halt_days, rule.halt_within_days):
        return np.full(net.shape[:-1], np.nan)
    least: Floats = _rates_that_count(net, war, days, rule).min(axis=-1)
    return least


def _slowest(net: Floats, war: Bools, days: Floats, rule: Thresholds) -> Floats:
    """Return the mean gain over the calmest span of the whole record, (...); nan where it is shorter than a span."""
    rates = _rates_that_count(net, war, days, replace(rule, halt_within_days=np.inf))
    return rates.min(axis=-1) if rates.shape[-1] else np.full(net.shape[:-1], np.nan)


def _gain_by(net: Floats, days: Floats, day: float) -> Floats:
    """Return the gain by a day, (...); nan beyond the record."""
    rates = mean_rates(net, days, day)
    return day * rates[..., 0] if rates.shape[-1] else np.full(net.shape[:-1], np.nan)


def _rates_that_count(net: Floats, war: Bools, days: Floats, rule: Thresholds) -> Floats:
    """Return the mean rate of every span, inf where it begins too late or is not all war, (..., span)."""
    starts, after, _ = spans(days, rule.halt_days)
    fought = np.concatenate([np.zeros((*war.shape[:-1], 1), dtype=np.int64), np.cumsum(war, axis=-1)], axis=-1)
    whole = fought[..., after + 1] - fought[..., starts] == after + 1 - starts
    counts = whole & (days[starts] <= rule.halt_within_days)
    return np.where(counts, mean_rates(net, days, rule.halt_days), np.inf)


def as_mapped(net: Floats, replicate: npt.ArrayLike, sd: float, seed: int) -> Floats:
    """Return cumulative gain as a map with errors would show it: the error of each point is drawn anew.

    The same replicate has the same errors in every arm, whatever else is judged with it.

    Parameters
    ----------
    net : ndarray, shape (..., replicate, time)
        km2.
    replicate : array_like, shape (replicate,)
        Numbers of the replicates.
    sd : float
        Sd of the map's error in the change between any two points, km2.
    seed : int
    """
    if sd <= 0.0:
        return net
    errors = Noise(seed, np.asarray(replicate)).normal("map", 0, net.shape[-1]).T
    return net + sd / np.sqrt(2.0) * errors


def mapped(data: xr.Dataset, rule: Thresholds, net: Floats) -> Floats:
    """Return `net`, (..., replicate, time), as a map would have shown the replicates of `data`."""
    return as_mapped(net, data["replicate"].to_numpy(), rule.map_noise_km2, int(data.attrs.get("seed", 0)))


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
    starts, after, share = spans(days, rule.reversal_days)
    if starts.size == 0:
        return np.full(net_front.shape[:-2], np.nan)
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
