"""Net gain through time: one panel an arm, its fan of wars over the base's."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.plotting import words
from sim.plotting.bands import Fan, fan
from sim.plotting.cast import Cast, Entry, left_out, wars
from sim.plotting.dates import days, dotted, mark_milestones, time_axis
from sim.plotting.palette import FAINT
from sim.plotting.sheet import Layout, arm_key, band_key, draw_fan, limits, measure, sheet

NEEDS = ("net_km2",)
MOST = 16


def draw(cast: Cast) -> Figure:
    """Draw net Russian gain inside Ukraine through time, with the same axes for every arm.

    At most 16 arms are drawn; the note names the others.
    """
    chosen, others = cast.pick(MOST)
    bands = {
        e.name: fan(cast.values(e, "net_km2"), cast.level)
        for e in {*chosen, cast.base, *(_behind(cast, e) for e in chosen)}
    }
    low, high = limits(list(bands.values()))
    note = (
        f"Line: median; dark band: 50 % interval; light band: {words.percent(cast.level)} interval "
        f"across {wars(cast)}. "
        f"Faint behind: {_bases(cast)}, median and {words.percent(cast.level)} interval. "
        "Kursk is not counted. A war that ends in a cease-fire keeps its line. "
        f"{dotted(cast)}{left_out(others)}"
    )
    page = sheet(
        cast,
        f"Net Russian gain inside Ukraine since {words.date(cast.time(cast.base)[0])}, by arm",
        note,
        [e.label for e in chosen],
        Layout(columns=3, panel=(2.75, 1.75)) if len(chosen) > 1 else Layout(columns=1, panel=(6.2, 3.6)),
        [*(arm_key(e) for e in chosen if e.base and len(chosen) > 1), band_key(cast.level)],
    )
    for place, (axes, entry) in enumerate(zip(page.panels, chosen, strict=True)):
        axes.set_ylim(low, high)
        _panel(axes, cast, entry, bands)
        if place % 3 == 0:
            measure(axes, f"net gain, {cast.unit('net_km2', 'km2')}")
    return page.figure


def _panel(axes: Axes, cast: Cast, entry: Entry, bands: dict[str, Fan]) -> None:
    """Draw one arm over the base."""
    axes.axhline(0.0, color=FAINT, linewidth=0.8)
    behind = _behind(cast, entry)
    if behind is not entry:
        draw_fan(axes, days(cast.time(behind)), bands[behind.name], behind, faint=True)
    draw_fan(axes, days(cast.time(entry)), bands[entry.name], entry, inner=True)
    time_axis(axes, cast.time(entry))
    mark_milestones(axes, cast.datasets[entry.result].attrs)


def _behind(cast: Cast, entry: Entry) -> Entry:
    """Return the base that stands behind an arm: its own; behind a later result's base, that of the first."""
    own = next(e for e in cast.entries if e.result == entry.result)
    return own if not entry.base else cast.base


def _bases(cast: Cast) -> str:
    """Return what stands behind the fans, in words."""
    if len(cast.datasets) == 1:
        return cast.base.label
    return f"the base of the same result (behind the later bases, {cast.base.label})"
