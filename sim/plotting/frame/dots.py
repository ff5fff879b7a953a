"""Rows of estimates with intervals: the frame that most figures of comparisons share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.analysis.estimate import Estimate
from sim.plotting.frame.page import TICK, Grid, label_x, left_out, page
from sim.plotting.frame.palette import DASHED, FAINT, INK, RULE, SOLID, STRIPE, Dash, Style
from sim.plotting.frame.statements import Title
from sim.plotting.frame.text import widest, wrap


@dataclass(frozen=True)
class Dots:
    """Estimates of one kind, by row from the top; None leaves a row out; `shift` moves them inside their rows."""

    style: Style
    rows: Sequence[Estimate | None]
    shift: float = 0.0
    hollow: Sequence[bool] | bool = False

    def is_hollow(self, row: int) -> bool:
        """Return whether the mark in a row is hollow."""
        return self.hollow if isinstance(self.hollow, bool) else self.hollow[row]


@dataclass(frozen=True)
class Line:
    """A vertical line of reference."""

    x: float
    dash: Dash = DASHED
    colour: str = INK


ZERO = Line(0.0, SOLID, FAINT)


@dataclass(frozen=True)
class RowPanel:
    """One panel of rows.

    `bars` draws the estimates as bars from zero, hatched where `conditional`; `beside` are texts right of the panel, by
    row, `inside` texts in place of estimates; `limits` are the ends of the axis, by default those that hold everything.
    """

    head: str
    label: str
    dots: Sequence[Dots]
    lines: Sequence[Line] = (ZERO,)
    limits: tuple[float | None, float | None] | None = None
    beside: Sequence[str] = ()
    inside: Sequence[str] = ()
    bars: bool = False
    conditional: bool = False
    shade: Estimate | None = None
    names: Sequence[str] | None = field(default=None)


def draw_rows(
    title: Title, note: str, source: str, names: Sequence[str], panels: Sequence[RowPanel], *, columns: int = 3,
    wide: float = 2.6, row: float = 0.3, keys: Sequence[Artist] = (), room: float = 2.3, right: float = 0.25,
    gap: float = 0.3,
) -> Figure:  # fmt: skip
    """Draw panels of the same rows, named at the left of each row of panels; lengths in inches."""
    left = widest(names, TICK, room)
    grid = Grid(columns, (wide, max(row * len(names), 0.7)), left=left + 0.35, right=right, gap=gap, below=0.6)
    shown = panels[: grid.shown(len(panels))]
    note += left_out([panel.head for panel in panels[len(shown) :]])
    sheet = page(title, note, source, [panel.head for panel in shown], grid, keys)
    for place, (axes, panel) in enumerate(zip(sheet.panels, shown, strict=True)):
        draw_panel(axes, names if place % sheet.columns == 0 else [""] * len(names), panel, left)
    return sheet.figure


def draw_panel(axes: Axes, names: Sequence[str], panel: RowPanel, room: float) -> None:
    """Draw one panel of rows with `names` beside it, wrapped to `room` inches."""
    frame(axes, names, room)
    for line in panel.lines:
        axes.axvline(line.x, color=line.colour, linewidth=1.0, linestyle=line.dash, zorder=1)
    if panel.shade is not None and np.isfinite(panel.shade.as_list()).all():
        axes.axvspan(panel.shade.low, panel.shade.high, color=FAINT, alpha=0.18, linewidth=0, zorder=1)
    for dots in panel.dots:
        draw_dots(axes, dots, bars=panel.bars, conditional=panel.conditional)
    across = axes.get_yaxis_transform()
    for row, text in enumerate(panel.inside):
        box = {"facecolor": "white", "edgecolor": "none", "pad": 1.0, "alpha": 0.8}
        axes.text(0.02, row, text, transform=across, fontsize=TICK - 0.5, color=FAINT, va="center", parse_math=False,
                  bbox=box if text else None)  # fmt: skip
    for row, text in enumerate(panel.beside):
        axes.text(1.03, row, text, transform=across, fontsize=TICK, color=INK, va="center", parse_math=False)
    low, high = span([one for dots in panel.dots for one in dots.rows if one], [line.x for line in panel.lines])
    given = panel.limits or (None, None)
    axes.set_xlim(low if given[0] is None else given[0], high if given[1] is None else given[1])
    label_x(axes, panel.label)


def frame(axes: Axes, names: Sequence[str], room: float) -> None:
    """Prepare rows, the first on top; names are wrapped to `room` inches."""
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set_yticks(
        range(len(names)), [wrap(name, TICK, room, most=2) for name in names], fontsize=TICK, linespacing=1.0
    )
    for text in axes.get_yticklabels():
        text.set_parse_math(False)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="y", visible=False)
    axes.grid(axis="x", color=RULE, linewidth=0.6)
    for row in range(1, len(names), 2):
        axes.axhspan(row - 0.5, row + 0.5, color=STRIPE, linewidth=0, zorder=0)
    axes.spines["left"].set_visible(False)


def draw_dots(axes: Axes, dots: Dots, *, bars: bool = False, conditional: bool = False) -> None:
    """Draw the estimates of one kind; those that are not known are left out. Hollow marks have thin intervals."""
    known = [(row, one) for row, one in enumerate(dots.rows) if one is not None and one.known]
    if bars:
        colour = dots.style.colour
        axes.barh(
            [row for row, _ in known], [one.value for _, one in known], 0.62, edgecolor=colour, linewidth=1.0,
            facecolor="white" if conditional else colour, hatch="////" if conditional else None, alpha=0.85, zorder=2,
        )  # fmt: skip
    for hollow in (False, True):
        some = [(row, one) for row, one in known if dots.is_hollow(row) == hollow]
        if some:
            _draw_intervals(axes, dots, some, thin=hollow or bars, colour=INK if bars else dots.style.colour)
        if some and not bars:
            axes.plot(
                [one.value for _, one in some], [row + dots.shift for row, _ in some], dots.style.marker,
                color=dots.style.colour, markersize=4.4, markeredgewidth=1.0,
                markerfacecolor="white" if hollow else dots.style.colour, zorder=3.5,
            )  # fmt: skip


def _draw_intervals(axes: Axes, dots: Dots, some: Sequence[tuple[int, Estimate]], *, thin: bool, colour: str) -> None:
    """Draw the intervals of estimates at rows: one line with gaps, since an artist for each takes matplotlib long."""
    ends = [[end if np.isfinite(end) else one.value for end in (one.low, one.high)] for _, one in some]
    x = np.array([[low, high, np.nan] for low, high in ends])
    y = np.repeat([row + dots.shift for row, _ in some], 3)
    axes.plot(
        x.ravel(), y, color=colour, linewidth=1.2 if thin else 2.4, alpha=0.9 if thin else 0.5, solid_capstyle="butt",
        gid="interval", zorder=3,
    )  # fmt: skip


def shifts(count: int) -> list[float]:
    """Return places inside a row for `count` estimates one below the other."""
    return [0.0] if count < 2 else list(np.linspace(-0.28, 0.28, count))


def span(estimates: Sequence[Estimate], lines: Sequence[float] = (0.0,)) -> tuple[float, float]:
    """Return horizontal limits that hold the lines and every finite end, with a margin."""
    ends = [end for one in estimates for end in one.as_list() if np.isfinite(end)] + list(lines)
    low, high = (min(ends), max(ends)) if ends else (0.0, 1.0)
    margin = 0.06 * (high - low) or 1.0
    return low - margin, high + margin
