"""What freezing each class of agents changes: a row per class, a panel per outcome."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.figure import Figure

from sim.analysis import restore
from sim.analysis.outcomes.frozen import DECIDES, Freezing
from sim.plotting.frame.dots import ZERO, Dots, Line, RowPanel, draw_rows
from sim.plotting.frame.page import band_key
from sim.plotting.frame.palette import BLUE, DOTTED, FAINT, SOLID, Style


@dataclass(frozen=True)
class AgentsStudy:
    """What freezing each class changes, and the lines that say of which run."""

    freezings: Sequence[Freezing]
    source: str


def of_account(account: Sequence[Mapping[str, Any]], source: str) -> AgentsStudy:
    """Return what the account of `sim agents` holds."""
    return AgentsStudy([restore.freezing(one) for one in account], source)


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
        study.source,
        [one.label for one in study.freezings], panels, keys=[band_key(0.9, BLUE)],
    )  # fmt: skip
