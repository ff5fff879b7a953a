"""What coordination among donors keeps, part by part, and how much of that rests on what nobody can observe."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.artist import Artist
from matplotlib.figure import Figure

from sim.analysis import restore
from sim.analysis.donors import Cell, Part
from sim.plotting.frame.dots import Dots, Line, RowPanel, draw_rows
from sim.plotting.frame.page import interval, key
from sim.plotting.frame.palette import BLUE, INK, ORANGE, Style
from sim.plotting.frame.statements import clear, few, leader


@dataclass(frozen=True)
class DonorsStudy:
    """Parts of coordination and cells of the priors."""

    parts: Sequence[Part]
    cells: Sequence[Cell]
    source: str


def of_account(account: Mapping[str, Any], source: str) -> DonorsStudy:
    """Return what the account of `sim donors` holds."""
    parts, cells = map(restore.part, account["parts"]), map(restore.cell, account["cells"])
    return DonorsStudy(list(parts), list(cells), source)


TODAY, NASH, NEITHER = Style(BLUE), Style(ORANGE), Style(INK)
APART = 0.16  # of a row, between the two references


def parts(study: DonorsStudy) -> Figure:
    """Draw the ground that each part of coordination keeps, and the aid that it delivers more."""
    shown = study.parts
    kept = [Dots(TODAY, [one.kept for one in shown], -APART), Dots(NASH, [one.kept_from_nash for one in shown], APART)]
    panels = [
        RowPanel("Ground kept", "km²", kept),
        RowPanel("Aid delivered beyond today's", "bn $", [Dots(NEITHER, [one.delivered for one in shown])]),
    ]
    top = leader({one.label: one.kept for one in shown})
    note = f"Means over the same wars, {interval(shown[0].kept.level)} of the means. The war goes on."
    return draw_rows(
        [f"“{top}” keeps most ground against today's giving" if top
         else "No part of coordination among donors clearly keeps most ground",
         "What coordination among donors keeps"], note, study.source, [one.label for one in shown], panels,
        columns=2, keys=_keys(),
    )  # fmt: skip


def cells(study: DonorsStudy) -> Figure:
    """Draw the price of anarchy and the ground that one planner keeps, by convexity of costs and today's theta."""
    shown = study.cells
    kept = [Dots(TODAY, [one.kept for one in shown], -APART), Dots(NASH, [one.kept_from_nash for one in shown], APART)]
    panels = [
        RowPanel(
            "Price of anarchy", "one planner's welfare over each for itself", [Dots(NEITHER, [one.anarchy for one in shown])],
            lines=(Line(1.0),),
        ),
        RowPanel("Ground that one planner keeps", "km²", kept),
    ]  # fmt: skip
    kept_in, _ = clear({one.label: one.kept for one in shown})
    note = (
        f"Left: medians and {interval(shown[0].anarchy.level)} of the draws; right: means and the same intervals of the means. "
        "k: how fast giving becomes dearer. theta: weight of the others' benefit today."
    )
    return draw_rows(
        [f"One planner clearly keeps ground in {few(kept_in, len(shown), 'cells')} of what nobody can observe",
         "How much rests on what nobody can observe"], note, study.source, [one.label for one in shown], panels,
        columns=2, keys=_keys(),
    )  # fmt: skip


def _keys() -> list[Artist]:
    return [key("against today's giving", BLUE, "o"), key("against each donor for itself", ORANGE, "o")]
