"""What can be measured in a replicate: one small function a measure, each on the record alone, and their table.

A measure takes a result and a `Selection` and returns one number a replicate, shape (arm, replicate); nan where the
record cannot tell. An *event* is 1 or 0 in each replicate and its mean is a chance. Meanings name the sides by role and
are formatted with `sim.analysis.names.Names.words`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import xarray as xr

from sim.analysis.names import Names, targets_of
from sim.analysis.outcomes.judging import JUDGED, days_since_start, outcomes
from sim.foundation.expressions.parts import at_day

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Selection:
    """The days, side and goods that a measure is read for.

    Parameters
    ----------
    on : str
        ISO date it is read on; "" for the last record.
    since : str
        ISO date from which a span counts; "" for the first record.
    side : str
        Label of a side, where the measure has sides; "" for the attacker.
    goods : tuple of str
        Which commodities count, where the measure has them; () for all.
    """

    on: str = ""
    since: str = ""
    side: str = ""
    goods: tuple[str, ...] = ()


Read = Callable[[xr.Dataset, Selection], Floats]


@dataclass(frozen=True)
class Measure:
    """A measure with its unit, what it means, the recorded variables it is made of, and whether it is a yes or no."""

    read: Read
    unit: str
    meaning: str
    needs: tuple[str, ...]
    event: bool = False


def net_km2(data: xr.Dataset, selected: Selection) -> Floats:
    """Return net gain of the attacker inside the defended country from `since` to `on`, km2."""
    return _between(data, _table(data, "net_km2"), selected)


def net_rate(data: xr.Dataset, selected: Selection) -> Floats:
    """Return net gain of the attacker per day from `since` to `on`, km2/day."""
    first, last = _span(data, selected)
    return net_km2(data, selected) / (last - first)


def net_rate_change(data: xr.Dataset, selected: Selection) -> Floats:
    """Return net gain of the attacker per day in the last half of the span, less that in its first half, km2/day."""
    first, last = _span(data, selected)
    table, middle = _table(data, "net_km2"), (first + last) / 2
    early, half, late = (_at(data, table, day) for day in (first, middle, last))
    return (late - 2.0 * half + early) / (last - middle)


def halt(data: xr.Dataset, selected: Selection) -> Floats:
    """Return 1 where the advance halted as the thresholds of the result have it."""
    return _outcome(data, "halt")


def reversal(data: xr.Dataset, selected: Selection) -> Floats:
    """Return 1 where some front inside the defended country was pushed back as the thresholds have it."""
    return _outcome(data, "reversal")


def ceasefire(data: xr.Dataset, selected: Selection) -> Floats:
    """Return 1 where a cease-fire was agreed by `on`."""
    day = _outcome(data, "ceasefire_day")
    return (np.isfinite(day) & (np.nan_to_num(day, nan=np.inf) <= _span(data, selected)[1])).astype(float)


def durable_ceasefire(data: xr.Dataset, selected: Selection) -> Floats:
    """Return the chance that the war ends in a cease-fire that lasts: 0 without one."""
    return np.nan_to_num(_outcome(data, "durable"), nan=0.0)


def initiative_shifts(data: xr.Dataset, selected: Selection) -> Floats:
    """Return 1 where, over the span, the side that gains ground in eight weeks changes, by the reversal's size each way."""
    first, last = _span(data, selected)
    days = days_since_start(data)
    inside = (days >= first) & (days <= last)
    net = _table(data, "net_km2")[..., inside]
    weeks = 8
    if net.shape[-1] <= weeks:
        return np.full(net.shape[:-1], np.nan)
    change = net[..., weeks:] - net[..., :-weeks]
    least = float(data.attrs.get("verdict_reversal_km2", 0.0))
    return ((change > least).any(axis=-1) & (change < -least).any(axis=-1)).astype(float)


def hazard(data: xr.Dataset, selected: Selection) -> Floats:
    """Return the mean monthly hazard of the attacker accepting, over the span while the war goes on, 1/month."""
    return _mean_at_war(data, _table(data, "hazard"), selected)


def belief(data: xr.Dataset, selected: Selection) -> Floats:
    """Return the probability that the attacker gives to another year of sufficient aid, on the day."""
    return _at(data, _table(data, "belief"), _span(data, selected)[1])


def belief_change(data: xr.Dataset, selected: Selection) -> Floats:
    """Return how far that probability moves over the span."""
    return _between(data, _table(data, "belief"), selected)


def casualties(data: xr.Dataset, selected: Selection) -> Floats:
    """Return killed and wounded of a side over the span, people."""
    return _between(data, _side(data, "casualties", selected), selected)


def killed(data: xr.Dataset, selected: Selection) -> Floats:
    """Return the killed of a side over the span, people."""
    return _between(data, _side(data, "killed", selected), selected)


def force(data: xr.Dataset, selected: Selection) -> Floats:
    """Return the force of a side on the day, people."""
    return _at(data, _side(data, "force", selected), _span(data, selected)[1])


def replacement(data: xr.Dataset, selected: Selection) -> Floats:
    """Return people who entered a side's service over its permanent losses, over the span."""
    gone = _between(data, _side(data, "permanent", selected), selected)
    came = _between(data, _side(data, "recruits", selected), selected)
    return came / np.maximum(gone, 1.0)


def replacement_gap(data: xr.Dataset, selected: Selection) -> Floats:
    """Return the attacker's replacement of its permanent losses, less the defender's."""
    attacker, defender = (replacement(data, replace(selected, side=side.id)) for side in Names.of(data).sides)
    return attacker - defender


def line_ratio(data: xr.Dataset, selected: Selection) -> Floats:
    """Return the attacker's over the defender's troops on the line inside the defended country on the day."""
    names = Names.of(data)
    lines = data["troops"].sel(front=names.inside(data["front"].to_numpy())).sum("front")
    attacker, defender = (_plain(lines.sel(side=side.id)) for side in names.sides)
    day = _span(data, selected)[1]
    return _at(data, attacker, day) / np.maximum(_at(data, defender, day), 1.0)


def fire_gain(data: xr.Dataset, selected: Selection) -> Floats:
    """Return the fire index of a side on the day, over its mean from `since` to the day, less 1."""
    table = _side(data, "fire_index", selected)
    mean = _mean(data, table, selected)
    return _at(data, table, _span(data, selected)[1]) / np.maximum(mean, 1e-9) - 1.0


def drone_ratio(data: xr.Dataset, selected: Selection) -> Floats:
    """Return the defender's over the attacker's tactical drones used over the span."""
    attacker, defender = (
        used(data, replace(selected, side=side.id, goods=("drone",))) for side in Names.of(data).sides
    )
    return defender / np.maximum(attacker, 1.0)


def used(data: xr.Dataset, selected: Selection) -> Floats:
    """Return what a side used of some goods over the span, in their own unit."""
    return _between(data, _goods(data, "used", selected), selected)


def use_growth(data: xr.Dataset, selected: Selection) -> Floats:
    """Return a side's use of some goods in the last half of the span over that in its first half, less 1."""
    first, last = _span(data, selected)
    table, middle = _goods(data, "used", selected), (first + last) / 2
    early, half, late = (_at(data, table, day) for day in (first, middle, last))
    return (late - half) / np.maximum(half - early, 1e-9) - 1.0


def partner_troops(data: xr.Dataset, selected: Selection) -> Floats:
    """Return troops that the attacker's partners sent over the span, people."""
    return _between(data, _plain(data["partner_troops"].sum("partner")), selected)


def delivered(data: xr.Dataset, selected: Selection) -> Floats:
    """Return aid delivered over the span, Gusd."""
    return _between(data, _plain(data["delivered"].sum("ally")), selected)


def pledged(data: xr.Dataset, selected: Selection) -> Floats:
    """Return aid pledged over the span, Gusd."""
    return _between(data, _plain(data["pledged"].sum("ally")), selected)


def strike_damage(data: xr.Dataset, selected: Selection) -> Floats:
    """Return the mean share of capacity that the attacker's targets have lost to deep strikes, over the span."""
    targets = targets_of(data, Names.of(data).attacker)
    return _mean(data, _plain(data["capacity_lost"].sel(target=targets).mean("target")), selected)


def mobilised(data: xr.Dataset, selected: Selection) -> Floats:
    """Return 1 where the attacker has called up a second time by the day."""
    return (_at(data, _table(data, "mobilised"), _span(data, selected)[1]) > 0.5).astype(float)


MEASURES: dict[str, Measure] = {
    "net_km2": Measure(net_km2, "km2", "net {attackers} gain", ("net_km2",)),
    "net_rate": Measure(net_rate, "km2/day", "net {attackers} gain a day", ("net_km2",)),
    "net_rate_change": Measure(
        net_rate_change, "km2/day", "net {attackers} gain a day, later half less earlier half", ("net_km2",)
    ),
    "p_halt": Measure(halt, "1", "chance of a halt", JUDGED, event=True),
    "p_reversal": Measure(reversal, "1", "chance of a reversal on some axis", JUDGED, event=True),
    "p_ceasefire": Measure(ceasefire, "1", "chance of a cease-fire", JUDGED, event=True),
    "p_durable": Measure(durable_ceasefire, "1", "chance of a cease-fire that lasts", JUDGED),
    "p_shift": Measure(initiative_shifts, "1", "chance that the initiative changes hands", ("net_km2",), event=True),
    "p_mobilised": Measure(mobilised, "1", "chance of a second {attackers} mobilisation", ("mobilised",), event=True),
    "hazard": Measure(hazard, "1/month", "hazard of {leadership} accepting", ("hazard", "war")),
    "belief": Measure(belief, "1", "belief of {leadership} in lasting aid", ("belief",)),
    "belief_change": Measure(belief_change, "1", "change of the belief of {leadership} in lasting aid", ("belief",)),
    "casualties": Measure(casualties, "person", "killed and wounded", ("casualties",)),
    "killed": Measure(killed, "person", "killed", ("killed",)),
    "force": Measure(force, "person", "force", ("force",)),
    "replacement": Measure(replacement, "1", "recruits over permanent losses", ("permanent", "recruits")),
    "replacement_gap": Measure(
        replacement_gap, "1", "recruits over permanent losses, {attacker} less {defender}", ("permanent", "recruits")
    ),
    "line_ratio": Measure(line_ratio, "1", "{attackers} over {defenders} troops on the line", ("troops",)),
    "fire_gain": Measure(fire_gain, "1", "fires on the day over their mean before, less one", ("fire_index",)),
    "drone_ratio": Measure(drone_ratio, "1", "{defenders} over {attackers} drones used", ("used",)),
    "used": Measure(used, "own unit", "goods used", ("used",)),
    "use_growth": Measure(use_growth, "1", "use in the later half over the earlier, less one", ("used",)),
    "partner_troops": Measure(partner_troops, "person", "troops sent by partners of {attacker}", ("partner_troops",)),
    "delivered": Measure(delivered, "Gusd", "aid delivered", ("delivered",)),
    "pledged": Measure(pledged, "Gusd", "aid pledged", ("pledged",)),
    "strike_damage": Measure(
        strike_damage, "1", "capacity that {attackers} targets lost to deep strikes", ("capacity_lost",)
    ),
}
"""Every measure that a claim may name."""


# -- reading the record ---------------------------------------------------------


def _plain(table: xr.DataArray) -> Floats:
    """Return a recorded variable as (arm, replicate, time)."""
    return table.transpose("arm", "replicate", "time").to_numpy().astype(float)


def _table(data: xr.Dataset, name: str) -> Floats:
    return _plain(data[name])


def _side(data: xr.Dataset, name: str, selected: Selection) -> Floats:
    return _plain(data[name].sel(side=selected.side or Names.of(data).attacker.id))


def _goods(data: xr.Dataset, name: str, selected: Selection) -> Floats:
    table = data[name].sel(side=selected.side or Names.of(data).attacker.id)
    return _plain((table.sel(commodity=list(selected.goods)) if selected.goods else table).sum("commodity"))


def _outcome(data: xr.Dataset, name: str) -> Floats:
    return outcomes(data)[name].transpose("arm", "replicate").to_numpy().astype(float)


def _span(data: xr.Dataset, selected: Selection) -> tuple[float, float]:
    """Return the first and last day of the span, days since the start."""
    last = float(days_since_start(data)[-1])
    return (_day(data, selected.since) if selected.since else 0.0), (_day(data, selected.on) if selected.on else last)


def _day(data: xr.Dataset, date: str) -> float:
    return float((np.datetime64(date) - data["time"].to_numpy()[0]) / np.timedelta64(1, "D"))


def _at(data: xr.Dataset, table: Floats, day: float) -> Floats:
    """Return `table` (arm, replicate, time) on a day; see `at_day`."""
    return at_day(table, days_since_start(data), day)


def _between(data: xr.Dataset, table: Floats, selected: Selection) -> Floats:
    first, last = _span(data, selected)
    return _at(data, table, last) - _at(data, table, first)


def _mean(data: xr.Dataset, table: Floats, selected: Selection) -> Floats:
    """Return the mean of the records inside the span; nan if it leaves the record."""
    first, last = _span(data, selected)
    days = days_since_start(data)
    inside = (days >= first) & (days <= last)
    if not inside.any() or first < 0 or last > days[-1] + (days[-1] - days[-2]) / 2:
        return np.full(table.shape[:-1], np.nan)
    return np.asarray(table[..., inside].mean(axis=-1))


def _mean_at_war(data: xr.Dataset, table: Floats, selected: Selection) -> Floats:
    """Return the mean over the records of the span up to the one on which a cease-fire is first seen."""
    first, last = _span(data, selected)
    days = days_since_start(data)
    inside = (days > first) & (days <= last)  # the first record is written before anything is decided
    war = _table(data, "war")
    before = np.concatenate([np.ones_like(war[..., :1]), war[..., :-1]], axis=-1) > 0.5
    counted = before & inside
    sums = np.where(counted, table, 0.0).sum(axis=-1)
    return np.where(counted.any(axis=-1), sums / np.maximum(counted.sum(axis=-1), 1), np.nan)
