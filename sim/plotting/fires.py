"""Shells fired and stocks held, by side."""

from __future__ import annotations

from matplotlib.figure import Figure

from sim.plotting import words
from sim.plotting.bands import fan
from sim.plotting.cast import Cast
from sim.plotting.overlay import MOST, Panel, draw_overlay

NEEDS = ("fires", "stock", "war")


def draw(cast: Cast) -> Figure | None:
    """Draw fires and the stock of every commodity, side by side on the same scale."""
    chosen, others = cast.pick(cast.room(MOST))
    sides = cast.labels("side")
    panels = [
        Panel(
            f"{words.name(side)}: shells fired",
            "",
            cast.unit("fires", "shell/day"),
            {e.name: fan(cast.going_on(e, "fires", side=side), cast.level) for e in chosen},
            group="fires",
        )
        for side in sides
    ]
    for goods in cast.labels("commodity"):
        for side in sides:
            fans = {e.name: fan(cast.values(e, "stock", side=side, commodity=goods), cast.level) for e in chosen}
            head = f"{words.name(side)}: stock of {stock_name(goods)}"
            panels.append(Panel(head, "", words.unit(goods), fans, group=goods))
    note = "Both sides have the same scale. Shells fired: 7-day mean, only wars still going on at the time."
    return draw_overlay(
        cast, "Shells fired and stocks held by both sides", note, panels, 2 * len(sides), chosen, others
    )


def stock_name(goods: str) -> str:
    """Return a commodity as it reads after "stock of"."""
    return words.NAMES.get(goods) or words.unit(goods).replace("_", " ")
