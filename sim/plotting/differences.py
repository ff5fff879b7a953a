"""Paired difference to the base through time: the same war with and without the lever."""

from __future__ import annotations

from matplotlib.figure import Figure

from sim.plotting import words
from sim.plotting.bands import Fan, fan
from sim.plotting.cast import Cast, Entry, left_out, wars
from sim.plotting.dates import days, dotted, mark_milestones, time_axis
from sim.plotting.palette import FAINT
from sim.plotting.sheet import Layout, band_key, draw_fan, limits, measure, sheet

NEEDS = ("net_km2",)
MOST = 15


def compared(cast: Cast) -> list[Entry]:
    """Return the entries that have a reference to be compared with, war by war."""
    return [e for e in cast.entries if cast.reference(e) is not None]


def difference(cast: Cast, entry: Entry, name: str = "net_km2") -> Fan:
    """Return the fan of `entry` less its reference, replicate by replicate: (time,)."""
    reference = cast.reference(entry)
    if reference is None:
        raise ValueError(f"{entry.name} has nothing to be compared with")
    return fan(cast.values(entry, name) - cast.values(reference, name), cast.level)


def draw(cast: Cast) -> Figure | None:
    """Draw the paired difference in net gain through time; None where no arm has a base to compare with."""
    pool = compared(cast)
    if not pool:
        return None
    chosen, others = cast.pick(MOST, pool)
    bands = {e.name: difference(cast, e) for e in chosen}
    low, high = limits(list(bands.values()))
    note = (
        "Each simulated war is compared with the same war (same luck, same drawn parameters) under "
        "the base. Below zero: "
        f"less net Russian gain than under the base. Line: median; dark band: 50 % interval; light band: "
        f"{words.percent(cast.level)} interval across {wars(cast)}. "
        f"{_across(cast, pool)}{dotted(cast)}{left_out(others)}"
    )
    page = sheet(
        cast,
        "Difference in net Russian gain to the base, war by war, by arm",
        note,
        [e.label for e in chosen],
        Layout(columns=3, panel=(2.75, 1.75)) if len(chosen) > 1 else Layout(columns=1, panel=(6.2, 3.6)),
        [band_key(cast.level)],
    )
    for place, (axes, entry) in enumerate(zip(page.panels, chosen, strict=True)):
        axes.set_ylim(low, high)
        axes.axhline(0.0, color=FAINT, linewidth=1.0)
        draw_fan(axes, days(cast.time(entry)), bands[entry.name], entry, inner=True)
        time_axis(axes, cast.time(entry))
        mark_milestones(axes, cast.datasets[entry.result].attrs)
        if place % 3 == 0:
            measure(axes, f"difference, {cast.unit('net_km2', 'km2')}")
    return page.figure


def _across(cast: Cast, pool: list[Entry]) -> str:
    """Return a sentence on bases of later results, which are compared with the base of the first."""
    bases = [e.name for e in pool if e.base]
    return f"Compared with {cast.base.name}: {', '.join(bases)}. " if bases else ""
