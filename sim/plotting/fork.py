"""A forked history: one past, and what becomes of it in several futures."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from sim.foundation.format import format_date, format_list, format_percent
from sim.plotting.frame.arms import Arm, Arms, Days
from sim.plotting.frame.bands import Fan, fan
from sim.plotting.frame.multiples import EDGED, FULL, Curve, TimePanel, draw_multiples
from sim.plotting.frame.page import band_key, style_key
from sim.plotting.frame.statements import clear, few

MOST_FUTURES = 4


def fork(arms: Arms) -> Figure | None:
    """Draw ground before and after the day of a fork, and how far each future departs; None where nothing forks."""
    names = arms.names
    own = {arm.arm: arm for arm in arms.arms if arm.result == arms.base.result}
    futures = [own[name] for name in names.since if name in own and names.follows[name] in own]
    if not futures:
        return None
    last = max(names.since[arm.arm] for arm in futures)
    past = own[names.follows[next(arm.arm for arm in futures if names.since[arm.arm] == last)]]
    futures = [arm for arm in futures if names.follows[arm.arm] == past.arm]
    drawn, rest = futures[:MOST_FUTURES], futures[MOST_FUTURES:]
    begun = sorted({names.since[arm.arm] for arm in drawn})
    ground = [Curve(arms.time(past), arms.fan(past, "net_km2"), past.style, FULL, past.name)]
    apart = []
    for arm in drawn:
        ground.append(_from(arms, arm, arms.fan(arm, "net_km2"), EDGED))
        difference = arms.values(arm, "net_km2") - arms.values(past, "net_km2")
        way = FULL if len(drawn) == 1 else EDGED
        apart.append(Curve(arms.time(arm), fan(difference, arms.level), arm.style, way, arm.name))
    unit = arms.unit("net_km2", "km2")
    panels = [
        TimePanel("One past, several futures", "net gain", unit, ground, dates=begun),
        TimePanel(f"Difference to: {past.label}", "difference", unit, apart, dates=begun),
    ]
    days = format_list([format_date(day) for day in begun])
    less, more = reversed(clear({curve.name: curve.fan.last(arms.level) for curve in apart}))
    labels = {arm.name: arm.label for arm in drawn}
    said = [f"{what} in {few([labels[name] for name in found], len(drawn), 'futures')}"
            for what, found in (("less", less), ("more", more)) if found]  # fmt: skip
    plain = f"History forked on {days}: net gain of {names.attacker.name}"
    outcome = (
        f"{names.attacker.name} gains clearly {format_list(said)}" if said else "no future is clearly apart by the end"
    )
    return draw_multiples(
        [f"Forked on {days}: {outcome}", plain],
        f"Line: median; band: {format_percent(arms.level)} of {arms.replicates}. "
        f"Up to the fork (dotted) every future is, replicate by replicate, the past of {past.label}, to the bit; behind it they "
        f"share noise and parameters. "
        + (f"Not drawn for want of room: {format_list([arm.label for arm in rest])}." if rest else ""),
        arms.source, panels, columns=2, size=(3.9, 2.6),
        keys=[*(style_key(arm.label, arm.style) for arm in [past, *drawn]), band_key(arms.level)],
    )  # fmt: skip


def _from(arms: Arms, arm: Arm, whole: Fan, way: str) -> Curve:
    """Return the curve of a future from the last record before its fork on."""
    time: Days = arms.time(arm)
    since = np.datetime64(arms.names.since[arm.arm])
    first = max(int(np.searchsorted(time, since, side="right")) - 1, 0)
    return Curve(time[first:], Fan(*(part[first:] for part in whole)), arm.style, way, arm.name)
