"""A map of the fronts: how far the line is expected to shift on each, with the base and all levers in one picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch
from matplotlib.patheffects import withStroke

from sim.analysis.estimate import Estimate
from sim.foundation.format import format_date, format_estimate, format_number, format_percent
from sim.plotting.frame.arms import Arm, Arms
from sim.plotting.frame.dots import Dots, RowPanel, draw_panel, shifts, span
from sim.plotting.frame.map import SMALL, Map, map_of
from sim.plotting.frame.page import EDGE, TICK, Grid, band_key, key, page, style_key
from sim.plotting.frame.palette import INK
from sim.plotting.frame.statements import IN_TITLE, Title, leader
from sim.plotting.frame.text import widest

STROKE = "#333333"
LONGEST = 80.0  # km on the map for the longest arrow or bar
LONGEST_STROKE = 140.0
NEIGHBOURS = 110.0  # km between anchors that the sketched line joins
FACTORS = (1, 2, 3, 4, 5, 8, 10, 15, 20, 30, 50, 100)
WIDE = 6.1  # inch
DASH = (0, (3.0, 2.0))


@dataclass(frozen=True)
class Front:
    """One front on the map: anchor (x, y), unit vector forward, length of the line, shift of each arm; all km."""

    number: int
    code: str
    x: float
    y: float
    ahead: tuple[float, float]
    length: float
    shifts: Sequence[Estimate]

    def at(self, forward: float, sideways: float = 0.0) -> tuple[float, float]:
        """Return the point that lies so far ahead of the anchor and to its right."""
        east, north = self.ahead
        return self.x + forward * east + sideways * north, self.y + forward * north - sideways * east


def front_map(arms: Arms, week: int = -1) -> Figure | None:
    """Draw the shift of the line on every front in a week, by default the last; None where no front has a place.

    Scale and axes are those of the end whichever week is drawn, so that pictures of several weeks can follow one another.
    """
    ground = map_of(arms.first.data)
    chosen = arms.pick(2)[0][:2]
    if ground is None:
        return None
    ends = fronts_of(arms, chosen, ground)
    fronts = ends if week == -1 else fronts_of(arms, chosen, ground, week)
    called = arms.along("front")
    factor = _factor([one for front in ends for one in front.shifts])
    names = [f"{front.number}  {called[front.code]}" for front in fronts]
    room = widest(names, TICK, 2.1)
    (west, east), (south, north) = ground.window
    start, end = arms.span()[0], format_date(str(arms.time(arms.base)[week]))
    drawn = "to the map's scale" if factor == 1 else f"{format_number(factor, None)} times as long as it is"
    attacker, defender = arms.names.attacker.name, arms.names.defender.name
    title = _farthest(fronts, called, f"Shift of the line by front, {start} to {end}")
    sheet = page(
        title,
        f"Arrows: median shift of the line, drawn {drawn}; bars{IN_TITLE}: {format_percent(arms.level)} of "
        f"{arms.replicates}. Forward is where {attacker} advances, back where {defender} does. Dark strokes: the contact "
        f"line of each front, as long as it is (at most {LONGEST_STROKE:g} km) but straight, where it winds. Our sketch, not "
        "a survey.",
        arms.source, ["", ""],
        Grid(2, (WIDE, WIDE * (north - south) / (east - west)), left=EDGE, gap=room + 0.3, widths=(WIDE, 2.5), fixed=True),
        [*(style_key(arm.label, arm.style, dots=True) for arm in chosen), band_key(arms.level),
         key(f"approximate line through neighbouring anchors, {start}", STROKE, dash=DASH, width=0.8)],
    )  # fmt: skip
    axes, table = sheet.panels
    ground.draw(axes)
    _draw_fronts(axes, fronts, chosen, factor, arms.names.outside)
    _scale_bars(axes, ground, factor)
    rows = [
        Dots(arm.style, [front.shifts[place] for front in fronts], shift)
        for place, (arm, shift) in enumerate(zip(chosen, shifts(len(chosen)), strict=True))
    ]
    box = table.get_position()
    table.set_position((box.x0, box.y0 + 0.07 * box.height, box.width, 0.93 * box.height))
    limits = span([one for front in ends for one in front.shifts])
    head = f"shift, {arms.unit('shift_km', 'km')} (+ {attacker} forward)"
    draw_panel(table, names, RowPanel("", head, rows, limits=limits), room)
    return sheet.figure


def _farthest(fronts: Sequence[Front], called: Mapping[str, str], plain: str) -> Title:
    """Return a title that names the front that moves farthest under the base, where its interval meets no other."""
    shift = {called[front.code]: front.shifts[0] for front in fronts}
    name = leader(shift)
    if name is None or shift[name].sign < 1:
        return [f"{plain}: no front moves clearly farther than all others", plain] if len(shift) > 1 else plain
    return [f"{plain}: farthest forward on {name}, {format_estimate(shift[name], 'km')}",
            f"{plain}: farthest forward on {name}", plain]  # fmt: skip


def fronts_of(arms: Arms, chosen: Sequence[Arm], ground: Map, week: int = -1) -> list[Front]:
    """Return the fronts with a place on the map, and the shift of each arm in a week, by default the last."""
    data = arms.first.data
    found = []
    for place, code in enumerate(map(str, data["front"].to_numpy())):
        lon, lat, length, bearing = (
            float(data[f"front_{name}"].to_numpy()[place]) for name in ("lon", "lat", "length_km", "bearing")
        )
        if np.isfinite([lon, lat, bearing]).all():
            x, y = (float(value) for value in ground.project(lon, lat))
            ends = [arms.at(arm, "shift_km", week, front=code) for arm in chosen]
            ahead = ground.heading(lon, lat, bearing)
            found.append(Front(place + 1, code, x, y, ahead, max(float(np.nan_to_num(length)), 0.0), ends))
    return found


def _draw_fronts(
    axes: Axes, fronts: Sequence[Front], chosen: Sequence[Arm], factor: float, outside: Sequence[str]
) -> None:
    """Draw the line as strokes, the sketch through the anchors, and the shift with its interval on top."""
    for one, two in pairwise(front for front in fronts if front.code not in outside):
        if np.hypot(one.x - two.x, one.y - two.y) <= NEIGHBOURS:
            axes.plot([one.x, two.x], [one.y, two.y], color=STROKE, linewidth=0.7, linestyle=DASH, zorder=2)
    taken: list[tuple[float, float]] = []
    for front in fronts:
        half = min(front.length, LONGEST_STROKE) / 2
        axes.plot(*zip(front.at(0.0, -half), front.at(0.0, half), strict=True), color=STROKE, linewidth=1.8,
                  solid_capstyle="butt", zorder=2.5, gid="contact")  # fmt: skip
        for arm, shift, side in zip(chosen, front.shifts, (-5.0, 5.0), strict=False):
            if shift.known:
                _arrow(axes, front, shift, factor, arm.style.colour, side if len(chosen) > 1 else 0.0)
        _number(axes, front, taken)


def _arrow(axes: Axes, front: Front, shift: Estimate, factor: float, colour: str, side: float) -> None:
    """Draw the interval as a broad light bar and the median as an arrow, both along the bearing."""
    low, middle, high = (front.at(end * factor, side) for end in shift.as_list())
    axes.plot(*zip(low, high, strict=True), color=colour, alpha=0.35, linewidth=4.5, solid_capstyle="butt", zorder=3,
              gid="interval")  # fmt: skip
    if abs(shift.value) * factor < 4.0:
        axes.plot(*front.at(0.0, side), "o", color=colour, markersize=3.0, zorder=4)
        return
    arrow = FancyArrowPatch(front.at(0.0, side), middle, arrowstyle="-|>", mutation_scale=7, color=colour, linewidth=1.5,
                            shrinkA=0, shrinkB=0, zorder=4)  # fmt: skip
    axes.add_patch(arrow)


def _number(axes: Axes, front: Front, taken: list[tuple[float, float]]) -> None:
    """Write the front's number behind its line, further back where another number stands already."""
    back = 20.0
    while any(np.hypot(front.at(-back)[0] - x, front.at(-back)[1] - y) < 21.0 for x, y in taken) and back < 120.0:
        back += 6.0
    x, y = front.at(-back)
    taken.append((x, y))
    axes.plot([front.x, x], [front.y, y], color=STROKE, linewidth=0.5, zorder=4.5)
    box = {"boxstyle": "circle,pad=0.18", "facecolor": "white", "edgecolor": STROKE, "linewidth": 0.6}
    axes.text(x, y, str(front.number), fontsize=SMALL, color=INK, ha="center", va="center", zorder=5, bbox=box)


def _scale_bars(axes: Axes, ground: Map, factor: float) -> None:
    """Draw the scales of distance and of shift in the lower right corner."""
    (west, east), (south, north) = ground.window
    shift = next((s for s in (50, 20, 10, 5, 2, 1) if s * factor <= 110), 0.5)
    bars = [(100.0, "100 km on the map", 2.0), (shift * factor, f"{shift:g} km of shift", 3.5)]
    for row, (length, label, thick) in enumerate(bars[: 1 if factor == 1 else 2]):
        x, y = east - 0.3 * (east - west), south + (0.09 - 0.055 * row) * (north - south)
        axes.plot([x, x + length], [y, y], color=INK, linewidth=thick, solid_capstyle="butt", zorder=7)
        axes.annotate(label, (x, y), (0, 3), textcoords="offset points", fontsize=SMALL, color=INK, zorder=7,
                      path_effects=[withStroke(linewidth=2, foreground="white")])  # fmt: skip


def _factor(shifts: Sequence[Estimate]) -> float:
    """Return the largest round factor that keeps the longest bar or arrow short enough for the map."""
    longest = max([*(abs(end) for one in shifts for end in one.as_list() if np.isfinite(end)), 1.0])
    return float(max([factor for factor in FACTORS if factor * longest <= LONGEST] or [0])) or LONGEST / longest
