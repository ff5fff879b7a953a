"""Small multiples of fans through time: the frame of every figure that shows a course."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from sim.plotting.frame.bands import Array, Fan, limits
from sim.plotting.frame.dates import days, mark_dates, time_axis
from sim.plotting.frame.page import Grid, few_of, label_y, page, scale
from sim.plotting.frame.palette import FAINT, Style
from sim.plotting.frame.statements import Title

FULL, FAINTLY, EDGED, OUTLINE, LINE = "full", "faint", "edged", "outline", "line"
"""Ways to draw a fan: both intervals as areas, as a background, one area with its edges, edges alone, the median alone."""


@dataclass(frozen=True)
class Curve:
    """One fan over time, in a style and one of the ways above; `name` marks it for tests and scripts."""

    time: NDArray[np.datetime64]
    fan: Fan
    style: Style
    way: str = FULL
    name: str = ""


@dataclass(frozen=True)
class TimePanel:
    """One panel: its title, quantity and unit, the fans, what was observed (time, values), and dates to be marked.

    `group` ties panels to one vertical scale, so that they can be compared by eye; `samples` (replicate, time) are single
    replicates over the time of the first curve.
    """

    head: str
    quantity: str
    unit: str
    curves: Sequence[Curve]
    group: str = ""
    zero: bool = True
    observed: tuple[NDArray[np.datetime64], Array] | None = None
    dates: Sequence[object] = ()
    samples: Array | None = None

    @property
    def fans(self) -> list[Fan]:
        """Everything that has to fit into the panel."""
        seen = [] if self.observed is None else [Fan.line(self.observed[1])]
        few = [] if self.samples is None else [Fan.line(self.samples)]
        return [curve.fan for curve in self.curves] + seen + few

    @property
    def silent(self) -> bool:
        """Whether nothing but zero (or nothing at all) would be drawn."""
        return all(one.empty or limits([one]) == limits([]) for one in self.fans)


def draw_multiples(
    title: Title, note: str, source: str, panels: Sequence[TimePanel], *, columns: int = 3,
    size: tuple[float, float] = (2.75, 1.75), gap: float = 0.6, keys: Sequence[Artist] = (), every: bool = True,
    spread: bool = False,
) -> Figure | None:  # fmt: skip
    """Draw the panels.

    Unless `every`, those that hold only zeros are left out and named, None where all do, and each panel says its unit;
    otherwise the first of each row does. If `spread`, a card shows only as many as it has room for, evenly from first to last.
    """
    loud = {panel.group for panel in panels if not panel.silent and panel.group}
    drawn = [panel for panel in panels if every or not panel.silent or panel.group in loud]
    if not drawn:
        return None
    silent = ", ".join(panel.head for panel in panels if panel not in drawn)
    note += f" Zero or not recorded, so not drawn: {silent}." if silent else ""
    if len(drawn) == 1:
        columns, size = 1, (6.2, 3.4)
    grid = Grid(columns, size, gap=gap)
    most = grid.shown(len(drawn)) if spread else len(drawn)
    note += few_of(most, len(drawn), "panels")
    places = np.linspace(0, len(drawn) - 1, most).round().astype(int)
    drawn = [drawn[place] for place in places]
    sheet = page(title, note, source, [panel.head for panel in drawn], grid, keys)
    for place, (axes, panel) in enumerate(zip(sheet.panels, drawn, strict=True)):
        mates = [one for one in drawn if one.group == panel.group] if panel.group else [panel]
        bottom, top = limits([one for mate in mates for one in mate.fans], panel.zero)
        factor, unit = scale(top, panel.unit)
        axes.set_ylim(bottom * factor, top * factor)
        draw_time_panel(axes, panel, factor)
        if not every or place % sheet.columns == 0:
            label_y(axes, ", ".join(part for part in (panel.quantity, unit) if part))
    return sheet.figure


def draw_time_panel(axes: Axes, panel: TimePanel, factor: float = 1.0) -> None:
    """Draw the curves of one panel, its samples and what was observed."""
    if axes.get_ylim()[0] < 0:
        axes.axhline(0.0, color=FAINT, linewidth=0.8)
    for curve in panel.curves:
        draw_fan(axes, curve, factor)
    x = days(panel.curves[0].time)
    if panel.samples is not None:
        axes.plot(
            x, factor * panel.samples.T, color=panel.curves[0].style.colour, linewidth=0.5, alpha=0.7, gid="sample"
        )
    if panel.observed is not None:
        seen, values = panel.observed
        axes.plot(days(seen), factor * values, color="black", linewidth=1.7, gid="observed")
    times = [curve.time for curve in panel.curves] + ([panel.observed[0]] if panel.observed is not None else [])
    time_axis(axes, np.sort(np.concatenate([time.astype("datetime64[h]") for time in times])))
    mark_dates(axes, panel.dates)


def draw_fan(axes: Axes, curve: Curve, factor: float = 1.0) -> None:
    """Draw the median as a line in its style, and the interval."""
    x, band, colour, dash = days(curve.time), curve.fan.scaled(factor), curve.style.colour, curve.style.dash
    if curve.way not in (OUTLINE, LINE):
        alpha = 0.2 if curve.way == FULL else 0.1
        axes.fill_between(x, band.low, band.high, color=colour, alpha=alpha, linewidth=0, gid="interval")
    if curve.way == FULL:
        axes.fill_between(x, band.inner_low, band.inner_high, color=colour, alpha=0.28, linewidth=0)
    if curve.way in (EDGED, OUTLINE):
        for side in (band.low, band.high):
            axes.plot(x, side, color=colour, linestyle=dash, linewidth=0.7, alpha=0.8, gid="edge")
    # A single point in time makes no line.
    axes.plot(
        x, band.median, color=colour, linestyle=dash, linewidth=1.1 if curve.way == FAINTLY else 1.6,
        marker=curve.style.marker if len(x) == 1 else "", markersize=4, gid=f"arm:{curve.name}" if curve.name else "median",
    )  # fmt: skip
