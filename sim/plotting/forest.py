"""Rows of points with intervals: the frame that several figures share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.plotting import words
from sim.plotting.palette import FAINT, RULE, Look
from sim.plotting.sheet import TICK


@dataclass(frozen=True)
class Point:
    """A value with its interval, in the look of its arm; `row` counts from the top, `shift` moves it inside
    the row.
    """

    row: int
    middle: float
    low: float
    high: float
    look: Look
    shift: float = 0.0


def frame(axes: Axes, names: Sequence[str], room: float, labels: bool = True) -> None:
    """Prepare rows, the first on top; names are wrapped to `room` inches and left out where `labels` is
    False.
    """
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set_yticks(range(len(names)))
    texts = ["\n".join(words.wrap(name, TICK, room, most=2)) for name in names] if labels else [""] * len(names)
    axes.set_yticklabels(texts, fontsize=TICK, linespacing=1.0)
    for text in axes.get_yticklabels():
        text.set_parse_math(False)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="y", visible=False)
    axes.grid(axis="x", color=RULE, linewidth=0.6)
    for row in range(1, len(names), 2):
        axes.axhspan(row - 0.5, row + 0.5, color="#f4f4f4", linewidth=0, zorder=0)
    axes.spines["left"].set_visible(False)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=5, steps=[1, 2, 2.5, 5, 10]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: words.number(round(value, 10))))


def draw_points(axes: Axes, points: Sequence[Point], hollow: bool = False) -> None:
    """Draw the points; one without a finite middle is left out. Hollow points have thin lines."""
    for point in points:
        if not np.isfinite(point.middle):
            continue
        y = point.row + point.shift
        axes.plot(
            [point.low, point.high], [y, y], color=point.look.colour, linewidth=1.0 if hollow else 2.4,
            alpha=0.9 if hollow else 0.5,
            solid_capstyle="butt", gid="interval",
        )  # fmt: skip
        axes.plot(
            [point.middle], [y], point.look.marker, color=point.look.colour, markersize=4.4,
            markerfacecolor="white" if hollow else point.look.colour, markeredgewidth=1.0,
        )  # fmt: skip


def shifts(count: int) -> list[float]:
    """Return places inside a row for `count` points one above the other."""
    return [0.0] if count < 2 else list(np.linspace(-0.28, 0.28, count))


def zero(axes: Axes) -> None:
    """Draw the line of no change."""
    axes.axvline(0.0, color=FAINT, linewidth=1.0, zorder=1)


def span(points: Sequence[Point]) -> tuple[float, float]:
    """Return horizontal limits that hold zero and every interval, with a margin."""
    ends = [e for p in points for e in (p.low, p.middle, p.high) if np.isfinite(e)] + [0.0]
    low, high = min(ends), max(ends)
    margin = 0.06 * (high - low) or 1.0
    return low - margin, high + margin
