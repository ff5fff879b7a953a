"""Dose curves: how much of each part does how much, against the same arm without it."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sim.analysis.outcomes.replicates import MONEY
from sim.plotting.cast import Cast
from sim.plotting.measures import axis, conditional, head, paired, scaled, shown_outcomes
from sim.plotting.palette import FAINT, KNOWN, SPARE, SPARE_DASHES, SPARE_MARKERS, Look
from sim.plotting.sheet import TICK, Layout, band_key, measure, sheet

COLOURS = ("#E69F00", "#009E73", "#0072B2", "#CC79A7", *SPARE)
BESIDE = 0.012  # of a dose, between marks of the same dose


def draw(cast: Cast, summary: dict[str, Any]) -> Figure | None:
    """Draw a panel an outcome, a line a part; None where no outcome can be told."""
    outcomes = shown_outcomes(summary)
    if not outcomes:
        return None
    curves = summary["curves"]
    looks = _looks(list(curves))
    keys = [
        Line2D([], [], color=looks[name].colour, linestyle=looks[name].dash, marker=looks[name].marker, markersize=4.5,
               label=curve["label"])
        for name, curve in curves.items()
    ]  # fmt: skip
    known = next(iter(curves.values()))["totals"]
    shown = outcomes + [
        {"name": name, "label": label, "unit": "Gusd", "conditional": False}
        for name, label in MONEY.items()
        if name in known
    ]
    page = sheet(
        cast,
        f"By degrees, on top of: {summary['over']['label']}",
        "What each dose changes against dose 0, which is that arm itself; marks of the same dose stand side by side. The "
        "last panels show how far totals differ: what is pledged in all, and how much of it has arrived by the end. "
        + paired(summary) + conditional(outcomes),
        [head(outcome) for outcome in shown],
        Layout(columns=3, panel=(2.6, 1.9), gap=0.75, below=0.6),
        [*keys, band_key(summary["interval"])],
    )  # fmt: skip
    totals = [axes for axes, outcome in zip(page.panels, shown, strict=True) if outcome["unit"] == "Gusd"]
    for axes in totals[1:]:
        axes.sharey(totals[0])
    for axes, outcome in zip(page.panels, shown, strict=True):
        for place, (name, curve) in enumerate(curves.items()):
            rows = (curve["outcomes"] | curve["totals"])[outcome["name"]]
            shift = BESIDE * (place - (len(curves) - 1) / 2)
            _curve(axes, np.array(curve["doses"]) + shift, scaled(outcome, rows), looks[name])
        axes.axhline(0.0, color=FAINT, linewidth=0.8)
        axes.set_xticks([0.0, 0.25, 0.5, 0.75, 1.0])
        axes.set_xlabel("dose", fontsize=TICK + 0.5)
        measure(axes, axis(outcome, "change"))
    return page.figure


def _looks(names: list[str]) -> dict[str, Look]:
    """Return a look for each curve; an arm that has one keeps it."""
    return {
        name: KNOWN.get(name)
        or Look(COLOURS[place % len(COLOURS)], SPARE_DASHES[place % len(SPARE_DASHES)], SPARE_MARKERS[place % 5])
        for place, name in enumerate(names)
    }


def _curve(axes: Axes, doses: np.ndarray, rows: np.ndarray, look: Look) -> None:
    """Draw one part's means as a line with an interval at each dose."""
    for x, (low, _, high) in zip(doses[1:], rows[1:], strict=True):
        axes.plot([x, x], [low, high], color=look.colour, linewidth=1.6, alpha=0.5, gid="interval")
    axes.plot(
        doses, rows[:, 1], color=look.colour, linestyle=look.dash, linewidth=1.3, marker=look.marker, markersize=4
    )
