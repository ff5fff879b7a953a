"""The page that every figure is drawn on: title, note, legend, panels and source line, laid out in inches.

Figures are plain `matplotlib.figure.Figure` objects with an Agg canvas: nothing global is touched, no window is needed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from math import inf
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib import rc_context
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, MaxNLocator
from PIL import Image

from sim.foundation.files import replacing
from sim.foundation.format import format_list, format_percent
from sim.plotting.frame.palette import FAINT, INK, RULE, Dash, Style
from sim.plotting.frame.statements import Title, settled
from sim.plotting.frame.text import DPI, axis_number, unhinted, width, wrap

TITLE, NOTE, PANEL, TICK, SOURCE = 12.5, 8.5, 9.0, 7.5, 7.0
LABEL = TICK + 0.5
EDGE = 0.18  # inch between the border of the page and any text
LINE = 1.32 / 72.0  # inch that a line needs for each point of type size
FORMATS = ("png", "svg", "pdf")
CARD = 1200  # pixels across
HEAD = 0.3  # inch that the title of a panel takes
NARROWEST = 0.78  # of its width that a panel keeps on a card


@dataclass(frozen=True)
class Page:
    """A figure with its panels, left to right and top to bottom, in so many columns."""

    figure: Figure
    panels: list[Axes]
    columns: int


@dataclass(frozen=True)
class Grid:
    """How panels stand on the page; lengths in inches; `widths` by column where columns differ.

    A card has narrower or fewer columns where the type would become too small in all; never fewer if the grid is `fixed`.
    """

    columns: int
    panel: tuple[float, float]
    left: float = 0.85
    right: float = 0.25
    gap: float = 0.6
    below: float = 0.55
    widths: tuple[float, ...] = ()
    fixed: bool = False

    def columns_of(self, panels: int) -> tuple[float, ...]:
        """Return the width of each column in which so many panels stand.

        On a card columns are narrower, at least `NARROWEST` times as wide, and where that is not enough fewer.
        """
        most = max(1, min(self.columns, panels))
        asked = [(self.widths or self.panel[:1] * most)[:columns] for columns in range(most, 0, -1)]
        for widths in asked[:1] if self.fixed else asked:
            rest = _ROOM.get().across - self.left - self.right - (len(widths) - 1) * self.gap
            share = min(1.0, rest / sum(widths))
            if share >= NARROWEST:
                return tuple(share * width for width in widths)
        return asked[0] if self.fixed else asked[-1]

    def shown(self, panels: int) -> int:
        """Return how many of the panels there is room for: all on a page, on a card at least one row of them."""
        rows = _ROOM.get().high / (HEAD + self.panel[1] + self.below)
        return panels if rows == inf else min(panels, len(self.columns_of(panels)) * max(1, int(rows)))


@dataclass(frozen=True)
class Room:
    """How wide a figure and how high its panels may be, inches."""

    across: float = inf
    high: float = inf


ROOMS = {"page": Room(), "card": Room(9.35, 10.5)}
"""By size: on a card no type is smaller than about 6 points when the card is eight inches wide."""

_ROOM = ContextVar("room", default=ROOMS["page"])


def on_card() -> bool:
    """Return whether the figure that is drawn now is for a card."""
    return _ROOM.get() == ROOMS["card"]


@contextmanager
def sized(size: str) -> Iterator[None]:
    """Lay out the figures that are drawn inside for a size, one of `ROOMS`."""
    before = _ROOM.set(ROOMS[size])
    try:
        yield
    finally:
        _ROOM.reset(before)


def page(title: Title, note: str, source: str, heads: Sequence[str], grid: Grid, keys: Sequence[Artist] = ()) -> Page:
    """Lay out an empty figure.

    Parameters
    ----------
    title : str or sequence of str
        What is seen, or ways to say it at less and less length: the first that fits into two lines is set.
    note : str
        How to read it. Its first sentence stands below the title, the rest at the foot.
    source : str
        What the figure rests on, a line for each result, at its foot.
    heads : sequence of str
        The panels' titles, one per panel ("" for none), wrapped to the panel.
    grid : Grid
    keys : sequence of artists
        Legend handles with labels, set in rows between note and panels.
    """
    widths = grid.columns_of(len(heads))
    columns, high = len(widths), grid.panel[1]
    rows = -(-len(heads) // columns)
    starts = [grid.left + sum(widths[:column]) + column * grid.gap for column in range(columns)]
    across = max(starts[-1] + widths[-1] + grid.right, 5.6)
    room = 0.97 * (across - 2 * EDGE)  # elsewhere, in a browser for one, text is set a little wider
    said = _fitting(title, room)
    first, rest = _first_sentence(settled(note, said))
    top = [
        (said, TITLE, {"weight": "bold", "gid": "title"}),
        (wrap(first, NOTE, room), NOTE, {"color": FAINT, "gid": "note"}),
    ]
    wrapped = [wrap(head, PANEL, widths[n % columns], bold=True, most=3) for n, head in enumerate(heads)]
    head = max((_height(text, PANEL) for text in wrapped), default=0.0) + 0.08
    foot_text = "\n".join(wrap(line, SOURCE, room, most=4) for line in source.split("\n"))
    how = wrap(rest, SOURCE + 0.5, room)
    legend = _rows_of(keys, room)
    above = EDGE + sum(_height(text, size) for text, size, _ in top) + 0.05 + 0.2 * len(legend) + 0.12
    low = EDGE + _height(foot_text, SOURCE)
    foot = low + (_height(how, SOURCE + 0.5) + 0.05 if how else 0.0) + 0.06
    height = above + rows * (head + high + grid.below) + foot
    figure = Figure(figsize=(across, height), dpi=DPI, facecolor="white")
    FigureCanvasAgg(figure)
    y = height - EDGE
    for text, size, look in top:
        _put(figure, EDGE, y, text, size, **look)
        y -= _height(text, size) + 0.05
    _put(figure, EDGE, foot - 0.06, how, SOURCE + 0.5, color=FAINT, gid="how")
    _put(figure, EDGE, low, foot_text, SOURCE, color=FAINT, gid="source")
    for line, handles in enumerate(legend):
        _draw_legend(figure, handles, y + 0.01 - 0.2 * line)
    panels = []
    for place, text in enumerate(wrapped):
        row, column = divmod(place, columns)
        x, y = starts[column], height - above - row * (head + high + grid.below) - head - high
        axes = figure.add_axes((x / across, y / height, widths[column] / across, high / height))
        tidy(axes)
        if text:
            _put(figure, x, y + high + 0.06 + _height(text, PANEL), text, PANEL, weight="bold", gid="head")
        panels.append(axes)
    return Page(figure, panels, columns)


def left_out(heads: Sequence[str]) -> str:
    """Return a sentence on panels that a card has no room for; empty where there are none."""
    return f" Not drawn for want of room: {format_list(heads)}." if heads else ""


def few_of(drawn: int, count: int, what: str) -> str:
    """Return a sentence on how many of `count` a card has room for; empty where it is all."""
    return f" For want of room {drawn} of {count} {what} are drawn." if drawn < count else ""


def tidy(axes: Axes) -> None:
    """Give a panel the common look: no box, faint lines across, small ticks, short numbers."""
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(FAINT)
    axes.tick_params(labelsize=TICK, color=FAINT, labelcolor=INK, length=3)
    axes.grid(axis="y", color=RULE, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.xaxis.label.set_fontsize(LABEL)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(MaxNLocator(nbins=5, steps=[1, 2, 2.5, 5, 10]))
        axis.set_major_formatter(FuncFormatter(axis_number))


def inches(axes: Axes) -> tuple[float, float]:
    """Return the width and height of a panel."""
    box = axes.get_window_extent()
    return float(box.width / DPI), float(box.height / DPI)


def label_y(axes: Axes, label: str) -> None:
    """Label the vertical axis with a quantity and its unit, wrapped to the height of the panel."""
    axes.set_ylabel(wrap(label, LABEL, inches(axes)[1] + 0.35, most=3), fontsize=LABEL, color=INK)


def label_x(axes: Axes, label: str) -> None:
    """Label the horizontal axis, wrapped to the width of the panel."""
    axes.set_xlabel("\n".join(wrap(line, LABEL, inches(axes)[0] + 0.1) for line in label.split("\n")), fontsize=LABEL)


def scale(highest: float, unit: str) -> tuple[float, str]:
    """Return a factor and a unit that keep axis numbers short: thousands from 20,000, millions from 20 million."""
    if highest >= 2e7:
        return 1e-6, f"million {unit}"
    return (1e-3, f"thousand {unit}") if highest >= 2e4 else (1.0, unit)


def key(
    label: str,
    colour: str = INK,
    marker: str = "",
    dash: Dash | None = None,
    *,
    hollow: bool = False,
    width: float = 1.6,
) -> Line2D:
    """Return a legend handle: a line where there is a dash, a mark where there is a marker."""
    return Line2D(
        [], [], color=colour, marker=marker, markersize=5, linestyle="none" if dash is None else dash, linewidth=width,
        fillstyle="none" if hollow else "full", label=label,
    )  # fmt: skip


def style_key(label: str, style: Style, *, line: bool = True, dots: bool = False) -> Line2D:
    """Return a legend handle in a style."""
    return key(label, style.colour, style.marker if dots else "", style.dash if line else None, width=1.8)


def patch_key(label: str, colour: str = FAINT, alpha: float = 0.75, hatch: str | None = None) -> Patch:
    """Return a legend handle for an area."""
    face = {"facecolor": "white", "edgecolor": colour, "hatch": hatch} if hatch else {"color": colour, "alpha": alpha}
    return Patch(**face, linewidth=0, label=label)


def band_key(level: float, colour: str = FAINT) -> Patch:
    """Return a legend handle for the interval."""
    return patch_key(interval(level), colour, 0.25)


def interval(level: float) -> str:
    """Return ``90 % interval``."""
    return f"{format_percent(level)} interval"


def save(
    figure: Figure, folder: Path, name: str, formats: Sequence[str] = FORMATS[:1], pixels: int | None = None
) -> list[Path]:
    """Write a figure in each of `formats`, the same bytes for the same figure; return the files.

    A raster is `pixels` wide, or as wide as the page is at `DPI`.
    """
    files = [folder / f"{name}.{kind}" for kind in formats]
    for file, kind in zip(files, formats, strict=True):
        with replacing(file) as part:
            _write(figure, part, kind, name, raster_dpi(figure, pixels))
    return files


def skip_empty_labels(figure: Figure) -> None:
    """Skip the placing of axis labels that are empty, which takes a pass over all tick labels.

    Only for a figure that is saved and then dropped: a label that is set later would be misplaced.
    """
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            if not axis.get_label_text():
                axis.set_label_coords(0.5, 0.0)


def _write(figure: Figure, file: Any, kind: str, name: str, dpi: float) -> None:
    if kind == "png":
        # beyond level 3 it takes longer and saves next to nothing
        picture(figure, dpi).save(file, format=kind, dpi=(dpi, dpi), compress_level=3)
        return
    # text stays text; names inside an SVG are the same at every run
    stamp = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}[kind]
    fixed: dict[Any, Any] = {"svg.hashsalt": name, "svg.fonttype": "none", "pdf.fonttype": 42}
    with rc_context(fixed), unhinted():
        figure.savefig(file, format=kind, dpi=dpi, metadata=stamp)


def picture(figure: Figure, dpi: float) -> Image.Image:
    """Return a figure as an image, without transparency, which nothing here has."""
    dpi_before, canvas_before, canvas = figure.dpi, figure.canvas, FigureCanvasAgg(figure)
    figure.set_dpi(dpi)
    try:
        with unhinted():
            canvas.draw()  # type: ignore[no-untyped-call]
    finally:
        figure.set_dpi(dpi_before)
        figure.set_canvas(canvas_before)
    return Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")  # type: ignore[no-untyped-call]


def raster_dpi(figure: Figure, pixels: int | None) -> float:
    """Return the dots per inch of a raster that is `pixels` wide, or as wide as the page is at `DPI`."""
    return pixels / float(figure.get_figwidth()) if pixels else DPI


def _fitting(title: Title, room: float) -> str:
    """Return the first of the titles that fits into two lines, broken; else the last."""
    ways = [title] if isinstance(title, str) else list(title)
    broken = [wrap(one, TITLE, room, bold=True) for one in ways]
    return next((one for one in broken if one.count("\n") < 2), broken[-1])


def _first_sentence(note: str) -> tuple[str, str]:
    """Return the first sentence and the rest: a stop ends one where a capital follows."""
    found = re.match(r"(.*?[.?!]) +(?=[A-Z“])(.*)", note, re.DOTALL)
    return (found[1], found[2].strip()) if found else (note, "")


def _height(text: str, size: float) -> float:
    """Return how high `text` is set, in inches."""
    return (text.count("\n") + 1) * size * LINE if text else 0.0


def _put(figure: Figure, x: float, y: float, text: str, size: float, **look: Any) -> None:
    """Write `text` with its top left corner at (x, y) inches from the lower left corner of the page."""
    across, height = figure.get_size_inches()
    style = {"color": INK} | look
    figure.text(
        x / across, y / height, text, fontsize=size, ha="left", va="top", linespacing=1.25, parse_math=False, **style
    )


def _rows_of(keys: Sequence[Artist], room: float) -> list[list[Artist]]:
    """Break legend handles into rows that fit into `room` inches."""
    rows: list[list[Artist]] = []
    used = np.inf
    for handle in keys:
        handle.set_label(wrap(str(handle.get_label()), NOTE - 0.5, room - 0.6, most=1))
        need = 0.62 + width(str(handle.get_label()), NOTE - 0.5)
        if used + need > room:
            rows.append([])
            used = 0.0
        rows[-1].append(handle)
        used += need
    return rows


def _draw_legend(figure: Figure, row: list[Artist], top: float) -> None:
    """Draw one row of the legend from `top` inches down."""
    across, height = figure.get_size_inches()
    legend = figure.legend(
        handles=row, loc="upper left", ncols=len(row), frameon=False, fontsize=NOTE - 0.5, borderpad=0.0,
        borderaxespad=0.0, handlelength=2.6, handletextpad=0.5, columnspacing=1.1,
        bbox_to_anchor=(EDGE / across, top / height),
    )  # fmt: skip
    for text in legend.get_texts():
        text.set_parse_math(False)
        text.set_color(INK)
