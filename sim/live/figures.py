"""Figures of a war that is watched: the moving fans, and the map with the line as it stands."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from sim.plotting.frame.dates import day_of
from sim.plotting.frame.map import Map
from sim.plotting.frame.palette import BLUE, FAINT, INK, ORANGE, PURPLE, RULE
from sim.workflows.watching import Fan, WatchedWar

COLOURS = (FAINT, BLUE, ORANGE, PURPLE)
LONGEST = 120.0  # km on the map for the longest arrow
FACTORS = (1, 2, 3, 5, 10, 20, 50)


def fan_figure(fans: Sequence[Fan], weeks: int, label: str, wide: float = 7.2) -> Figure:
    """Return the bands of all futures with the war that is watched; the axis reaches to the last week.

    Parameters
    ----------
    fans : sequence of Fan
    weeks : int
        Of the whole war.
    label : str
        Of the upright axis.
    wide : float
        Inches.
    """
    figure = Figure(figsize=(wide, 3.4), layout="constrained")
    axes = figure.subplots()
    start = day_of(fans[0].dates[0])
    axes.xaxis_date()
    for place, fan in enumerate(fans):
        colour = COLOURS[place % len(COLOURS)]
        first = 0 if fan.since is None else fan.dates.index(fan.since)
        days = [day_of(date) for date in fan.dates[first:]]
        axes.fill_between(days, fan.low[first:], fan.high[first:], color=colour, alpha=0.18, linewidth=0)
        axes.plot(days, fan.middle[first:], color=colour, linewidth=1.2, linestyle=(0, (4, 2)))
        axes.plot(days, fan.watched[first:], color=colour if place else INK, linewidth=2.0, label=fan.label)
        if fan.since is not None:
            axes.axvline(day_of(fan.since), color=colour, linewidth=0.8, linestyle=":")
    axes.set_xlim(start, start + 7 * weeks)
    axes.axhline(0.0, color=RULE, linewidth=0.8)
    axes.set_ylabel(label)
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(axis="x", rotation=20)
    # above the axes: a fan fills any corner sooner or later
    legend = axes.legend(loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=2, fontsize=8, frameon=False)
    for text in legend.get_texts():
        text.set_parse_math(False)
    return figure


def map_figure(war: WatchedWar, future: int = -1) -> Figure | None:
    """Return the map with each front's line and how far it has shifted; None where the scenario names no map."""
    places = war.geography(future)
    if not war.scenario.map or not places:
        return None
    lon, lat = (np.array([front[name] for front in places.values()]) for name in ("lon", "lat"))
    ground = Map(json.loads(war.scenario.map)["features"], lon, lat)
    figure = Figure(figsize=(5.2, 5.2), layout="constrained")
    axes = figure.subplots()
    ground.draw(axes)
    largest = max(abs(front["shift_km"]) for front in places.values())
    factor = max((one for one in FACTORS if one * largest <= LONGEST), default=1)
    for front in places.values():
        x, y = (float(one) for one in ground.project(front["lon"], front["lat"]))
        east, north = ground.heading(front["lon"], front["lat"], front["bearing"])
        half = min(front["length_km"], 2 * LONGEST) / 2
        axes.plot(
            [x - north * half, x + north * half], [y + east * half, y - east * half], color=INK, linewidth=1.8, zorder=3
        )
        reach = factor * front["shift_km"]
        colour = ORANGE if reach > 0 else BLUE
        axes.annotate(
            "", (x + east * reach, y + north * reach), (x, y), zorder=4,
            arrowprops={"arrowstyle": "-|>", "color": colour, "linewidth": 1.6, "shrinkA": 0, "shrinkB": 0},
        )  # fmt: skip
    defender, attacker = war.sides
    axes.set_title(
        f"The line since the start, arrows {factor} times their length\n"
        f"(orange: {attacker} gains ground, blue: {defender} does)",
        fontsize=9, loc="left", parse_math=False,
    )  # fmt: skip
    return figure
