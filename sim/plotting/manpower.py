"""Manpower and casualties of both sides."""

from __future__ import annotations

from matplotlib.figure import Figure

from sim.plotting import words
from sim.plotting.bands import fan
from sim.plotting.cast import Cast
from sim.plotting.overlay import MOST, Panel, draw_overlay

NEEDS = ("force", "reserve", "recruits", "casualties", "killed", "permanent", "deserted")

ROWS = (
    ("force", "force"),
    ("reserve", "trained reserve"),
    ("recruits", "recruits"),
    ("casualties", "casualties"),
    ("killed", "killed"),
    ("permanent", "permanent losses"),
    ("deserted", "deserted for good"),
)


def draw(cast: Cast) -> Figure | None:
    """Draw forces, reserves, recruits and losses, side by side on the same scale."""
    chosen, others = cast.pick(cast.room(MOST))
    panels = [
        Panel(
            f"{words.name(side)}: {text}",
            "",
            cast.unit(name, "person"),
            {e.name: fan(cast.values(e, name, side=side), cast.level) for e in chosen},
            group=name,
        )
        for name, text in ROWS
        for side in cast.labels("side")
    ]
    note = (
        "Force: Ukraine's armed forces as a whole, but Russia's grouping in the theatre only. "
        "Casualties include the "
        "wounded who return; permanent losses are those who do not come back. All but force and "
        "reserve are counted from the start."
    )
    title = "Manpower and casualties of both sides"
    return draw_overlay(cast, title, note, panels, 2 * len(cast.labels("side")), chosen, others)
