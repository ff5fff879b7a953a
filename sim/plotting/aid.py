"""Aid pledged against aid delivered, by ally."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sim.plotting import words
from sim.plotting.bands import fan
from sim.plotting.cast import Cast, Entry, left_out, wars
from sim.plotting.dates import days, time_axis
from sim.plotting.forest import Point, draw_points, frame, shifts, span
from sim.plotting.palette import INK, SOLID, Look
from sim.plotting.sheet import TICK, Layout, arm_key, band_key, draw_fan, inches, limits, measure, sheet, tidy

NEEDS = ("pledged", "delivered")
MOST = 3
MOST_ALLIES = 30


def draw(cast: Cast) -> Figure | None:
    """Draw pledges and deliveries of each ally at the end of the run, and of all allies together through
    time.
    """
    chosen, others = cast.pick(cast.room(MOST))
    allies = _by_size(cast, cast.labels("ally"))
    if not allies:
        return None
    drawn = allies[:MOST_ALLIES]
    end = words.date(cast.time(cast.base)[-1])
    note = (
        f"Filled marks and bands: delivered; hollow marks and thin lines: pledged; medians with "
        f"{words.percent(cast.level)} intervals across {wars(cast)}. Deliveries include pledges made "
        "before the start, "
        "so that they can be larger than the pledges since then. "
        + (
            f"The {len(allies) - len(drawn)} smallest allies are not drawn by name. "
            if len(drawn) < len(allies)
            else ""
        )
        + left_out(others)
    )
    names = [words.ally(a) for a in drawn]
    room = min(1.9, max(words.width(n, TICK) for n in names) + 0.05)
    high = max(0.165 * len(chosen) * len(drawn), 3.6)
    kinds = [
        Line2D([], [], color=INK, marker="o", linestyle="none", markersize=4.6, label="delivered"),
        Line2D([], [], color=INK, marker="o", linestyle="none", markersize=4.6, fillstyle="none", label="pledged"),
    ]
    page = sheet(
        cast,
        "Aid pledged and delivered since the start, by ally",
        note,
        [f"By ally, by {end}", "All allies together: delivered (above) and pledged (below)"],
        Layout(columns=2, panel=(4.2, high), left=room + 0.35, gap=0.85),
        [*(arm_key(e) for e in chosen), *kinds, band_key(cast.level)],
    )
    _by_ally(page.panels[0], cast, chosen, drawn, names, room)
    totals = {
        name: {e.name: fan(cast.values(e, name).sum(axis=2), cast.level) for e in chosen}
        for name in ("delivered", "pledged")
    }
    bottom, top = limits([band for fans in totals.values() for band in fans.values()])
    for axes, (name, fans) in zip(_halves(page.panels[1]), totals.items(), strict=True):
        axes.set_ylim(bottom, top)
        for entry in chosen:
            draw_fan(axes, days(cast.time(entry)), fans[entry.name], entry, edges=True)
        time_axis(axes, cast.time(max(chosen, key=lambda e: len(cast.time(e)))))
        measure(axes, f"{name}, {cast.unit(name, 'Gusd')}")
    return page.figure


def _halves(axes: Axes) -> list[Axes]:
    """Return two panels in the place of one, one above the other, each at most 2.6 inches high."""
    place = axes.get_position()
    height = inches(axes)[1] / place.height
    gap = 0.45 / height
    high = min((place.height - gap) / 2, 2.6 / height)
    axes.set_position((place.x0, place.y1 - high, place.width, high))
    lower = axes.figure.add_axes((place.x0, place.y1 - 2 * high - gap, place.width, high))
    tidy(lower)
    return [axes, lower]


def _by_ally(axes: Axes, cast: Cast, chosen: list[Entry], allies: list[str], names: list[str], room: float) -> None:
    """Draw a row an ally: delivered and, just below it, pledged."""
    frame(axes, names, room)
    places = shifts(2 * len(chosen))
    filled: list[Point] = []
    hollow: list[Point] = []
    for number, entry in enumerate(chosen):
        for row, ally in enumerate(allies):
            for name, points, place in (
                ("delivered", filled, 2 * number),
                ("pledged", hollow, 2 * number + 1),
            ):
                end = fan(cast.values(entry, name, ally=ally)[:, -1:], cast.level).at(0)
                look = Look(entry.look.colour, SOLID, entry.look.marker)
                points.append(Point(row, float(end.median), float(end.low), float(end.high), look, places[place]))
    draw_points(axes, filled)
    draw_points(axes, hollow, hollow=True)
    axes.set_xlim(min(0.0, span(filled + hollow)[0] if _negative(filled + hollow) else 0.0), span(filled + hollow)[1])
    axes.set_xlabel(f"since the start, {cast.unit('delivered', 'Gusd')}", fontsize=TICK + 0.5)


def _negative(points: list[Point]) -> bool:
    """Return whether any interval reaches below zero."""
    return any(np.isfinite(p.low) and p.low < 0 for p in points)


def _by_size(cast: Cast, allies: list[str]) -> list[str]:
    """Return the allies by deliveries under the base at the end, the largest first."""
    size = {
        a: float(np.nan_to_num(fan(cast.values(cast.base, "delivered", ally=a)[:, -1:], 0.9).median[0])) for a in allies
    }
    return sorted(allies, key=lambda a: -size[a])
