"""What each lever adds: its Shapley value as a bar, with what it does alone and added to all the others."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from sim.plotting import words
from sim.plotting.cast import Cast
from sim.plotting.forest import frame, zero
from sim.plotting.measures import axis, conditional, head, paired, scaled, shown_outcomes
from sim.plotting.palette import FAINT, INK, looks
from sim.plotting.sheet import TICK, Layout, sheet


def draw(cast: Cast, summary: dict[str, Any]) -> Figure | None:
    """Draw a panel an outcome, a row a lever; None where no outcome can be told."""
    outcomes = shown_outcomes(summary)
    if not outcomes:
        return None
    names = list(summary["factors"].values())
    room = min(2.2, max(words.width(name, TICK) for name in names) + 0.05)
    keys = [
        Patch(facecolor=FAINT, alpha=0.75, label="Shapley value"),
        Line2D([], [], color=INK, linewidth=1.3, label=f"its {words.percent(summary['interval'])} interval"),
        Line2D([], [], color=INK, marker="o", linestyle="none", markersize=4.2, fillstyle="none", label="alone"),
        Line2D([], [], color=INK, marker="x", linestyle="none", markersize=4.2, label="added to all the others"),
    ]
    page = sheet(
        cast,
        "What each lever adds, alone, in company, and as its share of the whole",
        "The Shapley value is a lever's mean contribution over all orders in which the levers could be added; the "
        "values add up to the gain of all together. A lever whose cross lies beyond its circle is helped by the others. "
        + paired(summary) + conditional(outcomes),
        [head(outcome) for outcome in outcomes],
        Layout(columns=2, panel=(3.3, 0.27 * len(names) + 0.1), left=room + 0.35, gap=0.4, below=0.62),
        keys,
    )  # fmt: skip
    styles = looks(["", *summary["factors"]])
    for place, (axes, outcome) in enumerate(zip(page.panels, outcomes, strict=True)):
        frame(axes, names, room, labels=place % 2 == 0)
        zero(axes)
        _bars(axes, outcome, [styles[name].colour for name in summary["factors"]])
        axes.set_xlabel(axis(outcome), fontsize=TICK + 0.5)
    return page.figure


def _bars(axes: Axes, outcome: dict[str, Any], colours: list[str]) -> None:
    """Draw one outcome's bars, intervals and marks."""
    ways = {
        way: scaled(outcome, [lever[way] for lever in outcome["levers"].values()])
        for way in ("shapley", "alone", "last")
    }
    hatch = "////" if outcome["conditional"] else None
    for row, colour in enumerate(colours):
        low, middle, high = ways["shapley"][row]
        face = "white" if hatch else colour
        axes.barh(row, middle, 0.62, facecolor=face, edgecolor=colour, hatch=hatch, linewidth=1.0, alpha=0.85, zorder=2)
        axes.plot([low, high], [row, row], color=INK, linewidth=1.3, zorder=3, gid="interval")
        axes.plot([ways["alone"][row, 1]], [row - 0.2], "o", color=INK, markersize=4.2, fillstyle="none", zorder=4)
        axes.plot([ways["last"][row, 1]], [row + 0.2], "x", color=INK, markersize=4.2, zorder=4)
    ends = np.concatenate([ways["shapley"].ravel(), ways["alone"][:, 1], ways["last"][:, 1], [0.0]])
    low, high = float(np.nanmin(ends)), float(np.nanmax(ends))
    margin = 0.06 * (high - low) or 1.0
    axes.set_xlim(low - margin, high + margin)
