"""The interaction plot: what more levers gain, without and with the last factor, against what adding up would give."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sim.plotting import words
from sim.plotting.cast import Cast
from sim.plotting.measures import axis, conditional, head, paired, scaled, shown_outcomes
from sim.plotting.palette import DOTTED, FAINT, KNOWN, Look
from sim.plotting.sheet import TICK, Layout, band_key, measure, sheet

WITHOUT, WITH = KNOWN["all_without_coordination"], KNOWN["all_with_coordination"]


def draw(cast: Cast, summary: dict[str, Any]) -> Figure | None:
    """Draw a panel an outcome: mean gain against the number of other levers; None where no outcome can be told."""
    outcomes = shown_outcomes(summary)
    if not outcomes:
        return None
    code, label = list(summary["factors"].items())[-1]
    keys = [
        Line2D(
            [], [], color=WITHOUT.colour, linestyle=WITHOUT.dash, marker="s", markersize=4, label=f"without: {label}"
        ),
        Line2D([], [], color=WITH.colour, linestyle=WITH.dash, marker="D", markersize=4, label=f"with: {label}"),
        Line2D([], [], color=FAINT, linestyle=DOTTED, linewidth=1.6, label="with it, if effects just added up"),
        band_key(summary["interval"]),
    ]
    page = sheet(
        cast,
        f"Do the other levers do more together with this one: {label}?",
        f"Each point is the mean over all sets of so many of the other {len(summary['factors']) - 1} levers; small dots: "
        "the sets one by one. Where the line with it lies above the dotted one, it makes the others do more; below, less. The "
        "bands are those of the lines; how far line and dotted line differ in the same war is written below. "
        + paired(summary) + conditional(outcomes),
        [head(outcome) for outcome in outcomes],
        Layout(columns=3, panel=(2.6, 1.9), gap=0.75, below=0.75),
        keys,
    )  # fmt: skip
    for axes, outcome in zip(page.panels, outcomes, strict=True):
        _panel(axes, outcome, code, summary)
    return page.figure


def _panel(axes: Axes, outcome: dict[str, Any], code: str, summary: dict[str, Any]) -> None:
    """Draw one outcome."""
    sizes = outcome["sizes"]
    for block, look, place in ((f"without {code}", WITHOUT, -0.06), (f"with {code}", WITH, 0.06)):
        _line(axes, scaled(outcome, sizes[block]), look)
        wanted = block.startswith("with ")
        dots = [arm for arm in summary["arms"].values() if (code in arm["levers"]) == wanted]
        x = [len([name for name in arm["levers"] if name != code]) + place for arm in dots]
        y = scaled(outcome, [arm["gain"][outcome["name"]] for arm in dots])[:, 1]
        axes.plot(x, y, ".", color=look.colour, markersize=3, alpha=0.55)
    added = scaled(outcome, sizes["with_if_additive"])[:, 1]
    axes.plot(range(len(added)), added, color=FAINT, linestyle=DOTTED, linewidth=1.6, zorder=3)
    axes.axhline(0.0, color=FAINT, linewidth=0.8)
    axes.set_xticks(range(len(added)))
    low, middle, high = (words.number(round(float(x), 1)) for x in scaled(outcome, sizes["with_minus_additive"])[-1])
    axes.set_xlabel(
        f"other levers that are on\nall on, line less dotted: {middle} ({low} to {high})", fontsize=TICK + 0.5
    )
    measure(axes, axis(outcome))


def _line(axes: Axes, estimates: np.ndarray, look: Look) -> None:
    x = np.arange(len(estimates))
    axes.fill_between(x, estimates[:, 0], estimates[:, 2], color=look.colour, alpha=0.2, linewidth=0, gid="interval")
    axes.plot(
        x, estimates[:, 1], color=look.colour, linestyle=look.dash, linewidth=1.5, marker=look.marker, markersize=4
    )
