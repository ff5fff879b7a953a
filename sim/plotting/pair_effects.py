"""Which two levers help each other, and which stand in each other's way."""

from __future__ import annotations

from typing import Any

from matplotlib.figure import Figure

from sim.plotting import words
from sim.plotting.cast import Cast
from sim.plotting.forest import Point, draw_points, frame, span, zero
from sim.plotting.measures import axis, conditional, head, paired, scaled, shown_outcomes
from sim.plotting.palette import FAINT, KNOWN, Look
from sim.plotting.sheet import TICK, Layout, band_key, sheet

TOLD, NOT_TOLD = Look(KNOWN["all_without_coordination"].colour), Look(FAINT)


def draw(cast: Cast, summary: dict[str, Any]) -> Figure | None:
    """Draw a column an outcome, a row a pair of levers; None where no outcome can be told."""
    outcomes = shown_outcomes(summary)
    if not outcomes:
        return None
    factors = summary["factors"]
    names = [" + ".join(factors[name] for name in pair.split("+")) for pair in outcomes[0]["pairs"]]
    room = min(3.4, max(words.width(name, TICK) for name in names) + 0.05)
    page = sheet(
        cast,
        "Which two levers help each other",
        "How much the effect of one lever changes when the other is on, averaged over all settings of the rest. Above "
        "zero the two do more together than apart; for casualties, above zero means more of them. Blue: told from zero; "
        f"grey: not. Of {len(names)} pairs about {(1 - summary['interval']) * len(names):.1g} would be told from zero by "
        "chance in each column. " + paired(summary) + conditional(outcomes),
        [head(outcome) for outcome in outcomes],
        Layout(columns=len(outcomes), panel=(1.35, 0.2 * len(names) + 0.1), left=room + 0.35, gap=0.25, below=0.6),
        [band_key(summary["interval"], TOLD.colour)],
    )
    for place, (axes, outcome) in enumerate(zip(page.panels, outcomes, strict=True)):
        frame(axes, names, room, labels=place == 0)
        zero(axes)
        rows = scaled(outcome, list(outcome["pairs"].values()))
        points = [
            Point(row, middle, low, high, TOLD if low > 0 or high < 0 else NOT_TOLD)
            for row, (low, middle, high) in enumerate(rows.tolist())
        ]
        draw_points(axes, points)
        axes.set_xlim(*span(points))
        axes.locator_params(axis="x", nbins=4)
        label = words.wrap(axis(outcome, "change"), TICK + 0.5, 1.35, most=2)
        axes.set_xlabel("\n".join(label), fontsize=TICK + 0.5)
    return page.figure
