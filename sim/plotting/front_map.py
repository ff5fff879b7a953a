"""A map of the axes: how far the line is expected to shift on each, and how much doubt there is."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, Normalize, to_hex
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import FancyArrowPatch, Patch, Polygon
from matplotlib.patheffects import withStroke

from sim.plotting import words
from sim.plotting.bands import fan
from sim.plotting.cast import Cast, Entry, wars
from sim.plotting.forest import Point, draw_points, frame, span, zero
from sim.plotting.outline import rings
from sim.plotting.palette import FAINT, INK, Look
from sim.plotting.projection import heading, point, project
from sim.plotting.sheet import EDGE, TICK, Layout, sheet

NEEDS = ("shift_km", "front_lon", "front_lat", "front_length_km", "front_bearing")

WATER, LAND, UKRAINE, BORDER, STROKE = "#e6edf2", "#f1efeb", "#fffdf5", "#8a8a8a", "#333333"
# Purple to orange, after ColorBrewer's PuOr (Brewer 2003), which stays apart for the colour-blind.
TONES = LinearSegmentedColormap.from_list("shift", ["#542788", "#8073ac", "#8c8c8c", "#e08214", "#b35806"])
CITIES = {
    "Kyiv": (30.52, 50.45),
    "Kharkiv": (36.23, 49.99),
    "Donetsk": (37.80, 48.01),
    "Zaporizhzhia": (35.14, 47.84),
    "Kherson": (32.62, 46.64),
    "Sumy": (34.80, 50.91),
    "Sevastopol": (33.52, 44.60),
    "Odesa": (30.73, 46.48),
    "Dnipro": (35.04, 48.46),
    "Simferopol": (34.10, 44.95),
    "Luhansk": (39.31, 48.57),
    "Mariupol": (37.55, 47.10),
}
LEFT_OF_DOT = ("Kherson", "Sumy", "Zaporizhzhia", "Dnipro", "Luhansk")
COUNTRIES = {"RU": (38.6, 51.6), "BY": (29.9, 52.2), "UA": (31.6, 48.75)}
WINDOW = ((-245.0, 545.0), (-470.0, 425.0))  # km east and north of the sheet's centre
LONGEST = 80.0
LONGEST_STROKE = 140.0
NEIGHBOURS = 110.0  # km between anchors that the sketched line joins  # km on the map for the longest arrow or bar
FACTORS = (1, 2, 3, 4, 5, 8, 10, 15, 20, 30, 50, 100)


@dataclass(frozen=True)
class Axis:
    """One axis of advance on the sheet: anchor (x, y), unit vector forward, contact line length, shift; all
    km.
    """

    number: int
    name: str
    x: float
    y: float
    ahead: tuple[float, float]
    length: float
    middle: float
    low: float
    high: float

    def at(self, forward: float, sideways: float = 0.0) -> tuple[float, float]:
        """Return the point that lies so far ahead of the anchor and to its right."""
        (ax, ay) = self.ahead
        return self.x + forward * ax + sideways * ay, self.y + forward * ay - sideways * ax


def draw(cast: Cast, entry: Entry | None = None) -> Figure | None:
    """Draw the map for one arm (the base unless told otherwise), at the end of its run.

    Scales of arrows, colours and the table are those that hold every arm of `mapped`, so that the maps can be
    compared.
    """
    entry = entry or cast.base
    together = [a for e in {entry, *mapped(cast)} for a in axes_from(cast, e)]
    axes_of_advance = axes_from(cast, entry)
    if not axes_of_advance:
        return None
    factor = _factor(together)
    reach = max([abs(a.middle) for a in together if np.isfinite(a.middle)] + [0.1])
    norm = Normalize(-reach, reach)
    first, last = (words.date(cast.time(entry)[place]) for place in (0, -1))
    names = [f"{a.number}  {words.place(a.name)}" for a in axes_of_advance]
    room = min(2.1, max(words.width(n, TICK) for n in names) + 0.05)
    (west, east), (south, north) = WINDOW
    wide = 6.1
    page = sheet(
        cast,
        f"Shift of the line by axis, {first} to {last}: {entry.label}",
        _note(cast, factor),
        ["", ""],
        Layout(
            columns=2,
            panel=(wide, wide * (north - south) / (east - west)),
            left=EDGE,
            gap=room + 0.3,
            widths=(wide, 2.5),
        ),
        _keys(cast, first),
    )
    _ground(page.panels[0])
    _fronts(page.panels[0], axes_of_advance, factor, norm)
    _scale_bar(page.panels[0], factor)
    _table(page.panels[1], cast, axes_of_advance, names, room, norm)
    page.panels[1].set_xlim(*span([Point(0, a.middle, a.low, a.high, entry.look) for a in together]))
    return page.figure


def _note(cast: Cast, factor: float) -> str:
    """Return how the map is to be read."""
    drawn = "to the map's scale" if _to_scale(factor) else f"{factor:.2g} times as long as it is"
    return (
        f"Arrows: median shift of the line on each axis, drawn {drawn}; bars: "
        f"{words.percent(cast.level)} interval across {wars(cast)}, on the same scale. Dark strokes: the contact line of "
        f"each axis, as long as it is (at most {LONGEST_STROKE:g} km) but straight, where it winds. "
        "Our sketch, not a survey; borders as internationally recognised."
    )


def _keys(cast: Cast, first: str) -> list[Artist]:
    """Return the legend's handles; `first` is the day of the line."""
    sketch = f"approximate line through neighbouring anchors of the axes (our sketch), {first}"
    return [
        Patch(color=TONES(0.9), label="Russia forward"),
        Patch(color=TONES(0.1), label="Ukraine forward"),
        Patch(color=FAINT, alpha=0.3, label=f"{words.percent(cast.level)} interval"),
        Line2D([], [], color=STROKE, linewidth=0.8, linestyle=(0, (3, 2)), label=sketch),
    ]


def mapped(cast: Cast) -> list[Entry]:
    """Return the arms that get a map: the base, and the first of the main arms (or of the other bases) beside
    it.
    """
    return [cast.base, *[e for e in cast.pick(2)[0] if e is not cast.base]]


def axes_from(cast: Cast, entry: Entry) -> list[Axis]:
    """Return the axes with a place on the map, and their shift at the end of the run."""
    data = cast.datasets[entry.result]
    found = []
    for place, front in enumerate(str(f) for f in data["front"].values):
        lon, lat, length, bearing = (float(data[name].values[place]) for name in NEEDS[1:])
        if not np.isfinite([lon, lat, bearing]).all():
            continue
        last = fan(cast.values(entry, "shift_km", front=front)[:, -1:], cast.level).at(0)
        x, y = point(lon, lat)
        spread = (float(last.median), float(last.low), float(last.high))
        found.append(Axis(place + 1, front, x, y, heading(lon, bearing), max(np.nan_to_num(length), 0.0), *spread))
    return found


def _ground(axes: Axes) -> None:
    """Draw sea, land, borders, countries' and cities' names."""
    axes.set_facecolor(WATER)
    for name, parts in sorted(rings().items(), key=lambda item: item[0] == "UA"):
        for ring in parts:
            corners = np.column_stack(project(ring[:, 0], ring[:, 1]))
            own = name == "UA"
            axes.add_patch(
                Polygon(
                    corners,
                    facecolor=UKRAINE if own else LAND,
                    edgecolor=INK if own else BORDER,
                    linewidth=1.1 if own else 0.5,
                    zorder=1.2 if own else 1.0,
                    gid=f"country:{name}",
                )
            )
    halo = [withStroke(linewidth=2.0, foreground="white")]
    for name, (lon, lat) in COUNTRIES.items():
        x, y = point(lon, lat)
        if _within(x, y):
            axes.text(x, y, name, fontsize=10, color="#a8a29a", ha="center", va="center", zorder=1.5)
    for name, (lon, lat) in CITIES.items():
        x, y = point(lon, lat)
        left = name in LEFT_OF_DOT
        axes.plot([x], [y], "o", color=INK, markersize=2.4, zorder=6)
        axes.text(
            x + (-9 if left else 9),
            y,
            name,
            fontsize=6.8,
            color=INK,
            ha="right" if left else "left",
            va="center",
            zorder=6.1,
            path_effects=halo,
        )
    axes.set_xlim(*WINDOW[0])
    axes.set_ylim(*WINDOW[1])
    axes.set_aspect("equal")
    axes.set_xticks([])
    axes.set_yticks([])
    axes.grid(False)
    for spine in axes.spines.values():
        spine.set_visible(True)
        spine.set_color(BORDER)


def _fronts(axes: Axes, fronts: list[Axis], factor: float, norm: Normalize) -> None:
    """Draw the line of control as strokes, the sketch through the anchors, and shift with doubt on top."""
    inner = [a for a in fronts if a.name != "kursk"]
    for one, two in pairwise(inner):
        if np.hypot(one.x - two.x, one.y - two.y) <= NEIGHBOURS:
            axes.plot([one.x, two.x], [one.y, two.y], color=STROKE, linewidth=0.7, linestyle=(0, (3, 2)), zorder=2)
    taken: list[tuple[float, float]] = []
    for front in fronts:
        ends = [front.at(0.0, side * min(front.length, LONGEST_STROKE) / 2) for side in (-1, 1)]
        axes.plot(
            *zip(*ends, strict=True),
            color=STROKE,
            linewidth=1.8,
            solid_capstyle="butt",
            zorder=2.5,
            gid="contact",
        )
        if np.isfinite(front.middle):
            _arrow(axes, front, factor, TONES(norm(front.middle)))
        _number(axes, front, taken)


def _arrow(axes: Axes, front: Axis, factor: float, colour: tuple[float, ...]) -> None:
    """Draw the interval as a broad light bar and the median as an arrow, both from the anchor along the
    bearing.
    """
    ends = [front.at(front.low * factor), front.at(front.high * factor)]
    axes.plot(
        *zip(*ends, strict=True),
        color=colour,
        alpha=0.32,
        linewidth=5.5,
        solid_capstyle="butt",
        zorder=3,
        gid="interval",
    )
    if abs(front.middle) * factor < 4.0:
        axes.plot([front.x], [front.y], "o", color=colour, markersize=3.5, zorder=4)
        return
    axes.add_patch(
        FancyArrowPatch(
            front.at(0.0),
            front.at(front.middle * factor),
            arrowstyle="-|>",
            mutation_scale=8,
            color=colour,
            linewidth=1.8,
            shrinkA=0,
            shrinkB=0,
            zorder=4,
        )
    )


def _number(axes: Axes, front: Axis, taken: list[tuple[float, float]]) -> None:
    """Write the axis's number behind its line, further back where another number stands already."""
    back = 20.0
    while any(np.hypot(front.at(-back)[0] - x, front.at(-back)[1] - y) < 21.0 for x, y in taken) and back < 120.0:
        back += 6.0
    x, y = front.at(-back)
    taken.append((x, y))
    axes.plot([front.x, x], [front.y, y], color=STROKE, linewidth=0.5, zorder=4.5)
    axes.text(
        x,
        y,
        str(front.number),
        fontsize=6.8,
        color=INK,
        ha="center",
        va="center",
        zorder=5,
        bbox={"boxstyle": "circle,pad=0.18", "facecolor": "white", "edgecolor": STROKE, "linewidth": 0.6},
    )


def _to_scale(factor: float) -> bool:
    return abs(factor - 1.0) < 0.05


def _scale_bar(axes: Axes, factor: float) -> None:
    """Draw the scales of distance and of shift in the lower right corner."""
    (_, east), (south, _) = WINDOW
    shift = next((s for s in (50, 20, 10, 5, 2, 1) if s * factor <= 110), 0.5)
    bars = [(100.0, "100 km on the map")]
    if not _to_scale(factor):
        bars.append((shift * factor, f"{shift:g} km of shift"))
    for row, (length, label) in enumerate(bars):
        x, y = east - 200.0, south + 62.0 - 36.0 * row
        axes.plot(
            [x, x + length],
            [y, y],
            color=INK,
            linewidth=2.0 if row == 0 else 3.5,
            solid_capstyle="butt",
            zorder=7,
        )
        axes.text(
            x,
            y + 6,
            label,
            fontsize=6.8,
            color=INK,
            va="bottom",
            zorder=7,
            path_effects=[withStroke(linewidth=2, foreground="white")],
        )


def _table(axes: Axes, cast: Cast, fronts: list[Axis], names: list[str], room: float, norm: Normalize) -> None:
    """Draw the same shifts to a true scale, an axis a row."""
    place = axes.get_position()
    axes.set_position((place.x0, place.y0 + 0.05 * place.height, place.width, 0.95 * place.height))
    frame(axes, names, room)
    zero(axes)
    tones = [TONES(norm(a.middle if np.isfinite(a.middle) else 0.0)) for a in fronts]
    points = [
        Point(row, a.middle, a.low, a.high, Look(to_hex(tone)))
        for row, (a, tone) in enumerate(zip(fronts, tones, strict=True))
    ]
    draw_points(axes, points)
    axes.set_xlabel(f"shift, {cast.unit('shift_km', 'km')} (+ Russia forward)", fontsize=TICK + 0.5)


def _factor(fronts: list[Axis]) -> float:
    """Return the largest round factor that keeps the longest bar or arrow short enough for the map."""
    ends = [abs(v) for a in fronts for v in (a.low, a.middle, a.high) if np.isfinite(v)]
    longest = max([*ends, 1.0])
    return float(max([f for f in FACTORS if f * longest <= LONGEST] or [0])) or LONGEST / longest


def _within(x: float, y: float) -> bool:
    """Return whether a point lies inside the window, with room for a name."""
    return WINDOW[0][0] + 20 < x < WINDOW[0][1] - 20 and WINDOW[1][0] + 20 < y < WINDOW[1][1] - 20
