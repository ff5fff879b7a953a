"""What can be measured in a war: one small function a measure, each on the record alone, and their table.

A measure takes a result and an `Ask` and returns one number a war, shape (arm, replicate); nan where the record
cannot tell. An *event* is 1 or 0 in each war and its mean is a chance.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import xarray as xr

from sim.analysis.outcomes.judging import OUTSIDE, days_since_start, outcomes

Floats = npt.NDArray[np.float64]
SIDES = ("ukraine", "russia")


@dataclass(frozen=True)
class Ask:
    """What exactly is asked of a measure.

    Parameters
    ----------
    on : str
        ISO date it is read on; "" for the last record.
    since : str
        ISO date from which a span counts; "" for the first record.
    side : str
        ``ukraine`` or ``russia``, where the measure has sides; "" for Russia.
    goods : tuple of str
        Which commodities count, where the measure has them; () for all.
    """

    on: str = ""
    since: str = ""
    side: str = ""
    goods: tuple[str, ...] = ()


Read = Callable[[xr.Dataset, Ask], Floats]


@dataclass(frozen=True)
class Measure:
    """A measure with its unit, what it means, and whether it is a yes or no."""

    read: Read
    unit: str
    meaning: str
    event: bool = False


def net_km2(data: xr.Dataset, ask: Ask) -> Floats:
    """Return net Russian gain inside Ukraine from `since` to `on`, km2."""
    return _between(data, _table(data, "net_km2"), ask)


def net_rate(data: xr.Dataset, ask: Ask) -> Floats:
    """Return net Russian gain a day from `since` to `on`, km2/day."""
    first, last = _span(data, ask)
    return net_km2(data, ask) / (last - first)


def net_rate_change(data: xr.Dataset, ask: Ask) -> Floats:
    """Return net Russian gain a day in the last half of the span, less that in its first half, km2/day."""
    first, last = _span(data, ask)
    table, middle = _table(data, "net_km2"), (first + last) / 2
    early, half, late = (_at(data, table, day) for day in (first, middle, last))
    return (late - 2.0 * half + early) / (last - middle)


def halt(data: xr.Dataset, ask: Ask) -> Floats:
    """Return 1 where the Russian advance halted as the thresholds of the result have it."""
    return _outcome(data, "halt")


def reversal(data: xr.Dataset, ask: Ask) -> Floats:
    """Return 1 where some front inside Ukraine was pushed back as the thresholds have it."""
    return _outcome(data, "reversal")


def ceasefire(data: xr.Dataset, ask: Ask) -> Floats:
    """Return 1 where a cease-fire was agreed by `on`."""
    day = _outcome(data, "ceasefire_day")
    return (np.isfinite(day) & (np.nan_to_num(day, nan=np.inf) <= _span(data, ask)[1])).astype(float)


def durable_ceasefire(data: xr.Dataset, ask: Ask) -> Floats:
    """Return the chance that the war ends in a cease-fire that lasts: 0 without one."""
    return np.nan_to_num(_outcome(data, "durable"), nan=0.0)


def initiative_shifts(data: xr.Dataset, ask: Ask) -> Floats:
    """Return 1 where, over the span, the side that gains ground in eight weeks changes, by the reversal's size each way."""
    first, last = _span(data, ask)
    days = days_since_start(data)
    inside = (days >= first) & (days <= last)
    net = _table(data, "net_km2")[..., inside]
    weeks = 8
    if net.shape[-1] <= weeks:
        return np.full(net.shape[:-1], np.nan)
    change = net[..., weeks:] - net[..., :-weeks]
    least = float(data.attrs.get("verdict_reversal_km2", 0.0))
    return ((change > least).any(axis=-1) & (change < -least).any(axis=-1)).astype(float)


def hazard(data: xr.Dataset, ask: Ask) -> Floats:
    """Return the mean monthly hazard of the Kremlin accepting, over the span while the war goes on, 1/month."""
    return _mean_at_war(data, _table(data, "hazard"), ask)


def belief(data: xr.Dataset, ask: Ask) -> Floats:
    """Return the probability that the Kremlin gives to another year of sufficient aid, on the day."""
    return _at(data, _table(data, "belief"), _span(data, ask)[1])


def belief_change(data: xr.Dataset, ask: Ask) -> Floats:
    """Return how far that probability moves over the span."""
    return _between(data, _table(data, "belief"), ask)


def casualties(data: xr.Dataset, ask: Ask) -> Floats:
    """Return killed and wounded of a side over the span, people."""
    return _between(data, _side(data, "casualties", ask), ask)


def force(data: xr.Dataset, ask: Ask) -> Floats:
    """Return the force of a side on the day, people."""
    return _at(data, _side(data, "force", ask), _span(data, ask)[1])


def replacement(data: xr.Dataset, ask: Ask) -> Floats:
    """Return people who entered a side's service over its permanent losses, over the span."""
    gone = _between(data, _side(data, "permanent", ask), ask)
    came = _between(data, _side(data, "recruits", ask), ask)
    return came / np.maximum(gone, 1.0)


def replacement_gap(data: xr.Dataset, ask: Ask) -> Floats:
    """Return Russia's replacement of its permanent losses, less Ukraine's."""
    return replacement(data, replace(ask, side="russia")) - replacement(data, replace(ask, side="ukraine"))


def line_ratio(data: xr.Dataset, ask: Ask) -> Floats:
    """Return Russian over Ukrainian troops on the line inside Ukraine on the day."""
    inside = [str(name) for name in data["front"].to_numpy() if str(name) not in OUTSIDE]
    lines = data["troops"].sel(front=inside).sum("front")
    ours, theirs = (_plain(lines.sel(side=side)) for side in SIDES)
    day = _span(data, ask)[1]
    return _at(data, theirs, day) / np.maximum(_at(data, ours, day), 1.0)


def fire_gain(data: xr.Dataset, ask: Ask) -> Floats:
    """Return the fire index of a side on the day, over its mean from `since` to the day, less 1."""
    table = _side(data, "fire_index", ask)
    mean = _mean(data, table, ask)
    return _at(data, table, _span(data, ask)[1]) / np.maximum(mean, 1e-9) - 1.0


def drone_ratio(data: xr.Dataset, ask: Ask) -> Floats:
    """Return Ukrainian over Russian tactical drones used over the span."""
    ours, theirs = (used(data, replace(ask, side=side, goods=("drone",))) for side in SIDES)
    return ours / np.maximum(theirs, 1.0)


def used(data: xr.Dataset, ask: Ask) -> Floats:
    """Return what a side used of some goods over the span, in their own unit."""
    return _between(data, _goods(data, "used", ask), ask)


def use_growth(data: xr.Dataset, ask: Ask) -> Floats:
    """Return a side's use of some goods in the last half of the span over that in its first half, less 1."""
    first, last = _span(data, ask)
    table, middle = _goods(data, "used", ask), (first + last) / 2
    early, half, late = (_at(data, table, day) for day in (first, middle, last))
    return (late - half) / np.maximum(half - early, 1e-9) - 1.0


def partner_troops(data: xr.Dataset, ask: Ask) -> Floats:
    """Return troops that Russia's partners sent over the span, people."""
    return _between(data, _plain(data["partner_troops"].sum("partner")), ask)


def delivered(data: xr.Dataset, ask: Ask) -> Floats:
    """Return aid delivered over the span, Gusd."""
    return _between(data, _plain(data["delivered"].sum("ally")), ask)


def pledged(data: xr.Dataset, ask: Ask) -> Floats:
    """Return aid pledged over the span, Gusd."""
    return _between(data, _plain(data["pledged"].sum("ally")), ask)


def strike_damage(data: xr.Dataset, ask: Ask) -> Floats:
    """Return the mean share of capacity that Russian targets have lost to deep strikes, over the span."""
    targets = [str(name) for name in data["target"].to_numpy() if str(name).startswith("ru_")]
    return _mean(data, _plain(data["capacity_lost"].sel(target=targets).mean("target")), ask)


def mobilised(data: xr.Dataset, ask: Ask) -> Floats:
    """Return 1 where Russia has called up a second time by the day."""
    return (_at(data, _table(data, "mobilised"), _span(data, ask)[1]) > 0.5).astype(float)


MEASURES: dict[str, Measure] = {
    "net_km2": Measure(net_km2, "km2", "net Russian gain"),
    "net_rate": Measure(net_rate, "km2/day", "net Russian gain a day"),
    "net_rate_change": Measure(net_rate_change, "km2/day", "net Russian gain a day, later half less earlier half"),
    "p_halt": Measure(halt, "1", "chance of a halt", event=True),
    "p_reversal": Measure(reversal, "1", "chance of a reversal on some axis", event=True),
    "p_ceasefire": Measure(ceasefire, "1", "chance of a cease-fire", event=True),
    "p_durable": Measure(durable_ceasefire, "1", "chance of a cease-fire that lasts"),
    "p_shift": Measure(initiative_shifts, "1", "chance that the initiative changes hands", event=True),
    "p_mobilised": Measure(mobilised, "1", "chance of a second Russian mobilisation", event=True),
    "hazard": Measure(hazard, "1/month", "hazard of the Kremlin accepting"),
    "belief": Measure(belief, "1", "Kremlin's belief in lasting aid"),
    "belief_change": Measure(belief_change, "1", "change of the Kremlin's belief in lasting aid"),
    "casualties": Measure(casualties, "person", "killed and wounded"),
    "force": Measure(force, "person", "force"),
    "replacement": Measure(replacement, "1", "recruits over permanent losses"),
    "replacement_gap": Measure(replacement_gap, "1", "recruits over permanent losses, Russia less Ukraine"),
    "line_ratio": Measure(line_ratio, "1", "Russian over Ukrainian troops on the line"),
    "fire_gain": Measure(fire_gain, "1", "fires on the day over their mean before, less one"),
    "drone_ratio": Measure(drone_ratio, "1", "Ukrainian over Russian drones used"),
    "used": Measure(used, "own unit", "goods used"),
    "use_growth": Measure(use_growth, "1", "use in the later half over the earlier, less one"),
    "partner_troops": Measure(partner_troops, "person", "troops sent by Russia's partners"),
    "delivered": Measure(delivered, "Gusd", "aid delivered"),
    "pledged": Measure(pledged, "Gusd", "aid pledged"),
    "strike_damage": Measure(strike_damage, "1", "capacity that Russian targets lost to deep strikes"),
}
"""Every measure that a claim may name."""


# -- reading the record ---------------------------------------------------------


def _plain(table: xr.DataArray) -> Floats:
    """Return a recorded variable as (arm, replicate, time)."""
    return table.transpose("arm", "replicate", "time").to_numpy().astype(float)


def _table(data: xr.Dataset, name: str) -> Floats:
    return _plain(data[name])


def _side(data: xr.Dataset, name: str, ask: Ask) -> Floats:
    return _plain(data[name].sel(side=ask.side or "russia"))


def _goods(data: xr.Dataset, name: str, ask: Ask) -> Floats:
    table = data[name].sel(side=ask.side or "russia")
    return _plain((table.sel(commodity=list(ask.goods)) if ask.goods else table).sum("commodity"))


def _outcome(data: xr.Dataset, name: str) -> Floats:
    return outcomes(data)[name].transpose("arm", "replicate").to_numpy().astype(float)


def _span(data: xr.Dataset, ask: Ask) -> tuple[float, float]:
    """Return the first and last day of the span, days since the start."""
    last = float(days_since_start(data)[-1])
    return (_day(data, ask.since) if ask.since else 0.0), (_day(data, ask.on) if ask.on else last)


def _day(data: xr.Dataset, date: str) -> float:
    return float((np.datetime64(date) - data["time"].to_numpy()[0]) / np.timedelta64(1, "D"))


def _at(data: xr.Dataset, table: Floats, day: float) -> Floats:
    """Return `table` (arm, replicate, time) on a day, between two records in proportion, nan outside the record.

    Up to half a step beyond the last record the last one stands (52 weeks end one day short of a year).
    """
    days = days_since_start(data)
    slack = (days[-1] - days[-2]) / 2 if len(days) > 1 else 0.0
    if not 0 <= day <= days[-1] + slack:
        return np.full(table.shape[:-1], np.nan)
    after = min(max(int(np.searchsorted(days, day)), 1), len(days) - 1)
    share = min(1.0, (day - days[after - 1]) / (days[after] - days[after - 1]))
    before = table[..., after - 1]
    return np.asarray(before + share * (table[..., after] - before))


def _between(data: xr.Dataset, table: Floats, ask: Ask) -> Floats:
    first, last = _span(data, ask)
    return _at(data, table, last) - _at(data, table, first)


def _mean(data: xr.Dataset, table: Floats, ask: Ask) -> Floats:
    """Return the mean of the records inside the span; nan if it leaves the record."""
    first, last = _span(data, ask)
    days = days_since_start(data)
    inside = (days >= first) & (days <= last)
    if not inside.any() or first < 0 or last > days[-1] + (days[-1] - days[-2]) / 2:
        return np.full(table.shape[:-1], np.nan)
    return np.asarray(table[..., inside].mean(axis=-1))


def _mean_at_war(data: xr.Dataset, table: Floats, ask: Ask) -> Floats:
    """Return the mean over the records of the span up to the one on which a cease-fire is first seen."""
    first, last = _span(data, ask)
    days = days_since_start(data)
    inside = (days > first) & (days <= last)  # the first record is written before anything is decided
    war = _table(data, "war")
    before = np.concatenate([np.ones_like(war[..., :1]), war[..., :-1]], axis=-1) > 0.5
    counted = before & inside
    sums = np.where(counted, table, 0.0).sum(axis=-1)
    return np.where(counted.any(axis=-1), sums / np.maximum(counted.sum(axis=-1), 1), np.nan)
