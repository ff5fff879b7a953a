"""The sheet that every figure is drawn on: title, note, legend, panels and source line, laid out in inches.

Figures are plain `matplotlib.figure.Figure` objects with an Agg canvas: nothing global is touched, no window
is needed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.foundation.files import replacing
from sim.plotting import words
from sim.plotting.bands import Fan
from sim.plotting.cast import Cast, Entry, sources
from sim.plotting.palette import FAINT, INK, RULE
from sim.plotting.words import DPI

TITLE, NOTE, PANEL, TICK, SOURCE = 12.5, 8.5, 9.0, 7.5, 7.0
EDGE = 0.18  # inch between the border of the sheet and any text
LINE = 1.32 / 72.0  # inch a line needs for each point of type size


@dataclass
class Sheet:
    """A figure with its panels, left to right and top to bottom."""

    figure: Figure
    panels: list[Axes]


@dataclass(frozen=True)
class Layout:
    """How panels stand on the sheet; lengths in inches; `widths` by column where columns differ."""

    columns: int
    panel: tuple[float, float]
    left: float = 0.85
    right: float = 0.25
    gap: float = 0.6
    below: float = 0.55
    widths: tuple[float, ...] = ()

    def width(self, column: int) -> float:
        """Return the width of the panels in a column."""
        return self.widths[column] if self.widths else self.panel[0]


def sheet(
    cast: Cast,
    title: str,
    note: str,
    heads: Sequence[str],
    layout: Layout,
    legend: Sequence[Artist] = (),
) -> Sheet:
    """Lay out an empty figure.

    Parameters
    ----------
    cast : Cast
        Gives the source lines.
    title, note : str
        A neutral sentence on what is shown, and how to read it; both are wrapped to the width.
    heads : sequence of str
        The panels' titles, one a panel ("" for none), wrapped to the panel.
    layout : Layout
        Columns and sizes.
    legend : sequence of artists
        Handles with labels, set in rows between note and panels.

    Returns
    -------
    Sheet
    """
    columns = max(1, min(layout.columns, len(heads)))
    rows = -(-len(heads) // columns)
    high = layout.panel[1]
    widths = [layout.width(column) for column in range(columns)]
    starts = [layout.left + sum(widths[:column]) + column * layout.gap for column in range(columns)]
    width = max(starts[-1] + widths[-1] + layout.right, 5.6)
    room = width - 2 * EDGE
    titles, notes = words.wrap(title, TITLE, room, bold=True), words.wrap(note, NOTE, room)
    head_lines = [words.wrap(h, PANEL, widths[n % columns], bold=True, most=3) for n, h in enumerate(heads)]
    head = max((len(lines) for lines in head_lines), default=0) * PANEL * LINE + 0.08
    source = [line for text in source_text(cast) for line in words.wrap(text, SOURCE, room, most=4)]
    keys = _legend_rows(legend, room)
    above = EDGE + len(titles) * TITLE * LINE + 0.05 + len(notes) * NOTE * LINE + 0.2 * len(keys) + 0.12
    foot = EDGE + len(source) * SOURCE * LINE + 0.06
    height = above + rows * (head + high + layout.below) + foot
    figure = Figure(figsize=(width, height), dpi=DPI, facecolor="white")
    FigureCanvasAgg(figure)
    put(figure, EDGE, height - EDGE, "\n".join(titles), TITLE, weight="bold")
    y = height - EDGE - len(titles) * TITLE * LINE - 0.05
    put(figure, EDGE, y, "\n".join(notes), NOTE, colour=FAINT)
    _draw_legend(figure, keys, y - len(notes) * NOTE * LINE - 0.04)
    put(figure, EDGE, foot - 0.06, "\n".join(source), SOURCE, colour=FAINT, gid="source")
    panels = []
    for place, lines in enumerate(head_lines):
        row, column = divmod(place, columns)
        x, y = starts[column], height - above - row * (head + high + layout.below) - head - high
        axes = figure.add_axes((x / width, y / height, widths[column] / width, high / height))
        tidy(axes)
        if lines:
            top = y + high + 0.06 + len(lines) * PANEL * LINE
            put(figure, x, top, "\n".join(lines), PANEL, weight="bold", gid="head")
        panels.append(axes)
    return Sheet(figure, panels)


def source_text(cast: Cast) -> list[str]:
    """Return the lines at the foot of every figure."""
    return [
        *sources(cast),
        "Simulated under the scenario's assumptions; not a forecast and not an observation.",
    ]


def put(
    figure: Figure,
    x: float,
    y: float,
    text: str,
    size: float,
    colour: str = INK,
    weight: str = "normal",
    gid: str | None = None,
) -> None:
    """Write `text` with its top left corner at (x, y) inches from the lower left corner of the sheet."""
    width, height = figure.get_size_inches()
    figure.text(
        x / width,
        y / height,
        text,
        fontsize=size,
        color=colour,
        fontweight=weight,
        ha="left",
        va="top",
        linespacing=1.25,
        parse_math=False,
        gid=gid,
    )


def tidy(axes: Axes) -> None:
    """Give a panel the house look: no box, faint lines across, small ticks, numbers with spaces between
    thousands.
    """
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color(FAINT)
    axes.tick_params(labelsize=TICK, color=FAINT, labelcolor=INK, length=3)
    axes.grid(axis="y", color=RULE, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=5, steps=[1, 2, 2.5, 5, 10]))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: words.number(round(value, 10))))


def inches(axes: Axes) -> tuple[float, float]:
    """Return the width and height of a panel."""
    place, figure = axes.get_position(), axes.get_figure(root=True)
    assert figure is not None  # every panel stands on a sheet
    return float(place.width * figure.get_figwidth()), float(place.height * figure.get_figheight())


def measure(axes: Axes, label: str) -> None:
    """Label the vertical axis with a quantity and its unit, wrapped to the height of the panel."""
    _, height = inches(axes)
    lines = words.wrap(label, TICK + 0.5, height + 0.35, most=3)
    axes.set_ylabel("\n".join(lines), fontsize=TICK + 0.5, color=INK)


def draw_fan(
    axes: Axes,
    x: np.ndarray,
    band: Fan,
    entry: Entry,
    *,
    inner: bool = False,
    faint: bool = False,
    edges: bool = False,
) -> None:
    """Draw the median as a line in the arm's look and the interval as a band.

    With `inner`, also the 50 % interval; with `faint`, as a background; with `edges`, the band's ends as thin
    lines, so that bands over each other can be told apart.
    """
    colour = entry.look.colour
    axes.fill_between(
        x,
        band.low,
        band.high,
        color=colour,
        alpha=0.10 if faint or edges else 0.20,
        linewidth=0,
        gid="interval",
    )
    if edges:
        for side in (band.low, band.high):
            axes.plot(x, side, color=colour, linestyle=entry.look.dash, linewidth=0.6, alpha=0.8)
    if inner:
        axes.fill_between(x, band.inner_low, band.inner_high, color=colour, alpha=0.28, linewidth=0)
    # A single point in time makes no line.
    marker = entry.look.marker if len(x) == 1 else ""
    axes.plot(
        x,
        band.median,
        color=colour,
        linestyle=entry.look.dash,
        linewidth=1.1 if faint else 1.6,
        marker=marker,
        markersize=4,
        gid=f"arm:{entry.name}",
    )


def arm_key(entry: Entry, dots: bool = False) -> Line2D:
    """Return a legend handle for an arm."""
    return Line2D(
        [],
        [],
        color=entry.look.colour,
        linestyle="none" if dots else entry.look.dash,
        linewidth=1.8,
        marker=entry.look.marker if dots else "",
        markersize=5.5,
        label=entry.label,
    )


def band_key(level: float, colour: str = FAINT) -> Patch:
    """Return a legend handle for the interval."""
    return Patch(color=colour, alpha=0.25, linewidth=0, label=f"{words.percent(level)} interval")


def scale(highest: float, unit: str) -> tuple[float, str]:
    """Return a factor and a unit that keep axis numbers short: thousands from 20 000, millions from 20
    million.
    """
    if highest >= 2e7:
        return 1e-6, f"million {unit}"
    if highest >= 2e4:
        return 1e-3, f"thousand {unit}"
    return 1.0, unit


def limits(fans: Sequence[Fan], zero: bool = True) -> tuple[float, float]:
    """Return axis limits that hold every interval, with zero where asked, and a margin."""
    parts = [part[np.isfinite(part)] for band in fans for part in (np.asarray(band.low), np.asarray(band.high))]
    ends = np.concatenate([*parts, [0.0] if zero else []]) if parts else np.array([0.0])
    low, high = (float(ends.min()), float(ends.max())) if len(ends) else (0.0, 1.0)
    if high <= low:
        high = low + (abs(low) * 0.1 or 1.0)
    margin = 0.05 * (high - low)
    return (0.0 if zero and low == 0.0 else low - margin), high + margin


def save(figure: Figure, path: Path) -> Path:
    """Write a figure as PNG, the same bytes for the same figure."""
    with replacing(path) as file:
        figure.savefig(file, format="png", dpi=DPI, metadata={"Software": None})
    return path


def _legend_rows(handles: Sequence[Artist], room: float) -> list[list[Artist]]:
    """Break legend handles into rows that fit into `room` inches."""
    rows: list[list[Artist]] = []
    used = np.inf
    for handle in handles:
        label = words.wrap(str(handle.get_label()), NOTE - 0.5, room - 0.6, most=1)
        handle.set_label(label[0] if label else "")
        need = 0.62 + words.width(str(handle.get_label()), NOTE - 0.5)
        if used + need > room:
            rows.append([])
            used = 0.0
        rows[-1].append(handle)
        used += need
    return rows


def _draw_legend(figure: Figure, rows: list[list[Artist]], top: float) -> None:
    """Draw legend rows from `top` inches down."""
    width, height = figure.get_size_inches()
    for place, row in enumerate(rows):
        key = figure.legend(
            handles=row,
            loc="upper left",
            ncols=len(row),
            frameon=False,
            fontsize=NOTE - 0.5,
            borderpad=0.0,
            borderaxespad=0.0,
            handlelength=2.6,
            handletextpad=0.5,
            columnspacing=1.1,
            bbox_to_anchor=(EDGE / width, (top - 0.2 * place) / height),
        )
        for text in key.get_texts():
            text.set_parse_math(False)
            text.set_color(INK)
