"""Gain by front at the end of the run."""

from __future__ import annotations

from matplotlib.figure import Figure

from sim.plotting import words
from sim.plotting.bands import fan
from sim.plotting.cast import Cast, left_out, wars
from sim.plotting.forest import Point, draw_points, frame, shifts, span, zero
from sim.plotting.sheet import TICK, Layout, arm_key, band_key, sheet

NEEDS = ("net_km2_front", "shift_km")
MOST = 4
MOST_FRONTS = 40


def draw(cast: Cast) -> Figure | None:
    """Draw net gain and mean shift of the line at the end of the run, a front a row."""
    chosen, others = cast.pick(cast.room(MOST))
    fronts = cast.labels("front")
    if not fronts:
        return None
    drawn = fronts[:MOST_FRONTS]
    names = [words.place(front) for front in drawn]
    room = min(2.2, max(words.width(n, TICK) for n in names) + 0.05)
    end = words.date(cast.time(cast.base)[-1])
    note = (
        f"Point: median; line: {words.percent(cast.level)} interval across {wars(cast)}. Right of "
        "zero: Russia forward. "
        "Medians of fronts do not add up to the median of the whole. "
        + ("Kursk: ground inside Russia that Russia regains. " if "kursk" in drawn else "")
        + (f"{len(fronts) - len(drawn)} more fronts are not drawn. " if len(drawn) < len(fronts) else "")
        + left_out(others)
    )
    high = max((0.13 * len(chosen) + 0.14) * len(drawn), 0.8)
    page = sheet(
        cast,
        f"Net Russian gain and shift of the line by front, {words.date(cast.time(cast.base)[0])} to {end}",
        note,
        ["Net gain", "Mean shift of the line"],
        Layout(columns=2, panel=(3.3, high), left=room + 0.35, gap=0.3),
        [*(arm_key(e, dots=True) for e in chosen), band_key(cast.level)],
    )
    for column, (axes, name) in enumerate(zip(page.panels, NEEDS, strict=True)):
        frame(axes, names, room, labels=column == 0)
        zero(axes)
        points = [
            Point(row, float(last.median), float(last.low), float(last.high), entry.look, place)
            for place, entry in zip(shifts(len(chosen)), chosen, strict=True)
            for row, front in enumerate(drawn)
            for last in [fan(cast.values(entry, name, front=front)[:, -1:], cast.level).at(0)]
        ]
        draw_points(axes, points)
        axes.set_xlim(*span(points))
        label = f"net gain, {cast.unit(name, 'km2')}" if column == 0 else f"shift, {cast.unit(name, 'km')}"
        axes.set_xlabel(label, fontsize=TICK + 0.5)
    return page.figure
