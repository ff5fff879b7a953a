"""Paired difference to the base at the milestones: every arm on one page."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from sim.plotting import words
from sim.plotting.cast import Cast, left_out, wars
from sim.plotting.dates import days, milestones
from sim.plotting.differences import compared, difference
from sim.plotting.forest import Point, draw_points, frame, span, zero
from sim.plotting.sheet import TICK, Layout, sheet

NEEDS = ("net_km2",)
MOST = 64


def draw(cast: Cast) -> Figure | None:
    """Draw each arm's paired difference at the weeks nearest to the milestones, or at the end where none lies
    inside.
    """
    pool = compared(cast)
    if not pool:
        return None
    chosen, others = cast.pick(MOST, pool)
    time = cast.time(cast.base)
    weeks = _weeks(time, milestones(dict(cast.datasets[cast.base.result].attrs)))
    points: list[list[Point]] = [[] for _ in weeks]
    for row, entry in enumerate(chosen):
        band = difference(cast, entry)
        for column, week in enumerate(weeks):
            if week < len(band.median):
                point = band.at(week)
                middle, low, high = (float(v) for v in (point.median, point.low, point.high))
                points[column].append(Point(row, middle, low, high, entry.look))
    note = (
        "Each simulated war is compared with the same war under the base. Below zero: less net "
        "Russian gain than under the "
        "base. Weekly records nearest to the milestones. Point: median; line: "
        f"{words.percent(cast.level)} interval across {wars(cast)}. {left_out(others)}"
    )
    names = [e.label for e in chosen]
    room = min(2.3, max(words.width(name, TICK) for name in names) + 0.05)
    page = sheet(
        cast,
        "Difference in net Russian gain to the base at the milestones, by arm",
        note,
        [words.date(time[week]) for week in weeks],
        Layout(columns=3, panel=(2.6, max(0.34 * len(names), 0.8)), left=room + 0.35, gap=0.3),
    )
    limits = span([p for column in points for p in column])
    for column, axes in enumerate(page.panels):
        frame(axes, names, room, labels=column % 3 == 0)
        zero(axes)
        axes.set_xlim(*limits)
        draw_points(axes, points[column])
        axes.set_xlabel(f"difference, {cast.unit('net_km2', 'km2')}", fontsize=TICK + 0.5)
    return page.figure


def _weeks(time: np.ndarray, wanted: list[np.datetime64]) -> list[int]:
    """Return places of the weeks nearest to the wanted days that lie inside the run, at most three, else the
    last.
    """
    x = days(time)
    inside = [d for d in wanted if x[0] < days(np.array([d]))[0] <= x[-1] + 4]
    places = sorted({int(np.argmin(np.abs(x - days(np.array([d]))[0]))) for d in inside})
    return places[:3] or [len(x) - 1]
