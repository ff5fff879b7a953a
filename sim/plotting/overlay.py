"""A page of small panels, each with the base and a few arms drawn over each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure

from sim.plotting import words
from sim.plotting.bands import Fan
from sim.plotting.cast import Cast, Entry, left_out, wars
from sim.plotting.dates import days, time_axis
from sim.plotting.sheet import Layout, arm_key, band_key, draw_fan, limits, measure, scale, sheet

MOST = 3


@dataclass(frozen=True)
class Panel:
    """One panel: its title, the quantity and unit of its axis, and the fan of each arm by the entry's name.

    `group` ties panels to one vertical scale, so that they can be compared by eye.
    """

    head: str
    quantity: str
    unit: str
    fans: Mapping[str, Fan]
    group: str = ""
    zero: bool = True

    @property
    def silent(self) -> bool:
        """Whether nothing but zero (or nothing at all) would be drawn."""
        return all(band.empty or limits([band]) == limits([]) for band in self.fans.values())


def draw_overlay(
    cast: Cast,
    title: str,
    note: str,
    panels: Sequence[Panel],
    columns: int,
    chosen: Sequence[Entry],
    others: Sequence[Entry],
) -> Figure | None:
    """Draw the panels; those that hold only zeros are left out and named. None where all are."""
    loud = {p.group for p in panels if not p.silent and p.group}
    drawn = [p for p in panels if not p.silent or p.group in loud]
    silent = [p.head for p in panels if p not in drawn]
    if not drawn:
        return None
    spread = f"{words.percent(cast.level)} intervals across {wars(cast)}"
    text = f"Lines: medians; bands between thin lines: {spread}. {note} "
    if silent:
        text += f"Zero or not recorded, so not drawn: {', '.join(silent)}. "
    page = sheet(
        cast,
        title,
        text + left_out(list(others)),
        [p.head for p in drawn],
        Layout(columns=columns, panel=(2.4 if columns > 2 else 3.5, 1.4), left=0.75, gap=0.75),
        [*(arm_key(e) for e in chosen), band_key(cast.level)],
    )
    for axes, panel in zip(page.panels, drawn, strict=True):
        mates = [p for p in drawn if p.group == panel.group] if panel.group else [panel]
        bottom, top = limits([band for p in mates for band in p.fans.values()], zero=panel.zero)
        factor, unit = scale(top, panel.unit)
        axes.set_ylim(bottom * factor, top * factor)
        for entry in chosen:
            draw_fan(axes, days(cast.time(entry)), panel.fans[entry.name].scaled(factor), entry, edges=True)
        longest = max(chosen, key=lambda e: len(cast.time(e)))
        time_axis(axes, cast.time(longest))
        measure(axes, ", ".join(part for part in (panel.quantity, unit) if part))
    return page.figure
