"""What freezing each class of agents changes: a row per class, a panel per outcome."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure

from sim.analysis.outcomes.frozen import DECIDES, Freezing
from sim.plotting.frame.dots import ZERO, Dots, Line, RowPanel, draw_rows
from sim.plotting.frame.page import CAUTION, band_key
from sim.plotting.frame.palette import BLUE, DOTTED, FAINT, SOLID, Style


@dataclass(frozen=True)
class AgentsStudy:
    """What freezing each class changes, and the line that says of which run."""

    freezings: Sequence[Freezing]
    source: str


def frozen(study: AgentsStudy) -> Figure:
    """Draw the change of ground, of the class's own casualties and of deliveries, in per cent of the base."""
    style, edges = Style(BLUE, SOLID, "o"), [Line(sign * 100.0 * DECIDES, DOTTED, FAINT) for sign in (-1.0, 1.0)]
    panels = [
        RowPanel(head, "change, % of the base", [Dots(style, [getattr(one, name).estimate() for one in study.freezings])],
                 lines=[ZERO, *edges])
        for head, name in (
            ("Ground gained by the attacker", "ground"),
            ("Casualties of its own side", "casualties"),
            ("Value delivered by donors", "delivered"),
        )
    ]  # fmt: skip
    return draw_rows(
        [f"Freezing {sum(one.decides for one in study.freezings)} of {len(study.freezings)} classes of agents clearly changes "
         f"something by {100 * DECIDES:g} % or more", "What freezing each agent changes"],
        "Each class of agents is held to the mean of its own orders from the first day, in the same replicates. Dotted: "
        f"{100 * DECIDES:g} %, below which a class is an input and not an agent.",
        f"Source: {study.source}\n{CAUTION}",
        [one.label for one in study.freezings], panels, keys=[band_key(0.9, BLUE)],
    )  # fmt: skip
