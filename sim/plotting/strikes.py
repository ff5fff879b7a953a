"""The strike campaign: capacity put out of work, and what was launched."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from sim.plotting import words
from sim.plotting.bands import Fan, fan
from sim.plotting.cast import Cast, Entry
from sim.plotting.overlay import MOST, Panel, draw_overlay

NEEDS = ("capacity_lost", "used", "war")
LAUNCHED = ("long_range_drone", "missile", "glide_bomb")


def draw(cast: Cast) -> Figure | None:
    """Draw the capacity lost by target, and the weekly launches of each side."""
    chosen, others = cast.pick(cast.room(MOST))
    panels = [
        Panel(
            f"Capacity lost: {words.name(target)}",
            "",
            "% out of work",
            {e.name: fan(cast.values(e, "capacity_lost", target=target), cast.level).scaled(100.0) for e in chosen},
            group="lost",
        )
        for target in cast.labels("target")
    ]
    for goods in [g for g in LAUNCHED if g in cast.labels("commodity")]:
        for side in cast.labels("side"):
            fans = {e.name: _weekly(cast, e, side, goods) for e in chosen}
            head = f"{words.name(side)}: {words.unit(goods)} launched"
            panels.append(Panel(head, "", f"{words.unit(goods)} a week", fans, group=goods))
    note = "Targets share one scale; so do both sides for each weapon. Launches: only wars still going on at the time."
    title = "The strike campaign: capacity lost by target, and launches"
    return draw_overlay(cast, title, note, panels, 4, chosen, others)


def _weekly(cast: Cast, entry: Entry, side: str, goods: str) -> Fan:
    """Return use week by week, (time,), scaled to seven days; nan at the start."""
    used = cast.values(entry, "used", side=side, commodity=goods)
    time = cast.time(entry)
    span = np.maximum(np.diff(time) / np.timedelta64(1, "D"), 1.0)
    weekly = 7.0 * np.diff(used, axis=1) / span
    weekly = np.where(cast.values(entry, "war")[:, 1:] > 0.5, weekly, np.nan)
    return fan(np.concatenate([np.full((len(used), 1), np.nan), weekly], axis=1), cast.level)
