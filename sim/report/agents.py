"""What freezing each class of agents changes, on the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sim.analysis.outcomes.frozen import DECIDES, ERRORS, Change, Freezing
from sim.foundation.format import format_percent
from sim.report.screen import Screen, Table

HEAD = ("frozen class", "ground, km2", "ground, %", "own casualties, %", "delivered, %", "share of\nobjective", "")
AGENT, INPUT = "decides", "an input"


def screen(freezings: Sequence[Freezing], replicates: int, plots: Path | None = None) -> Screen:
    """Return the screen of what freezing each class of agents changes, the largest share first."""
    deciding = sum(one.decides for one in freezings)
    sentence = (
        f"{deciding} of {len(freezings)} classes of agents move ground, casualties or deliveries by {format_percent(DECIDES)} or "
        f"more; the others are inputs."
    )
    notes = [
        f"Each class is held to the mean of its own orders from the first day, in {replicates:,} replicates of the base; the war "
        f"goes on. Changes are means with 90 % intervals; the share is the largest change that is {ERRORS:g} standard errors "
        "from nothing."
    ]
    styles = {AGENT: "green"}
    return Screen(
        sentence, [Table(HEAD, [_row(one) for one in freezings], styles=styles)], notes, places={"Plots": plots}
    )


def _row(one: Freezing) -> list[str]:
    low, mean, high = one.ground.interval()
    cells = [_percent(change) for change in (one.ground, one.casualties, one.delivered)]
    ground = f"{mean:+,.0f} ({low:+,.0f} .. {high:+,.0f})"
    return [one.label, ground, *cells, f"{100 * one.share:.1f} %", AGENT if one.decides else INPUT]


def _percent(change: Change) -> str:
    low, mean, high = change.percent()
    return f"{mean:+.1f} ({low:+.1f} .. {high:+.1f})"
