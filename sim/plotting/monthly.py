"""Gain month by month as bars, with the observed months before the start."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from numpy.typing import NDArray

from sim.plotting import words
from sim.plotting.bands import Fan, fan
from sim.plotting.cast import Cast, left_out, wars
from sim.plotting.dates import days
from sim.plotting.palette import FAINT, OBSERVED
from sim.plotting.sheet import TICK, Layout, limits, measure, sheet

NEEDS = ("net_km2",)
MOST = 4
MOST_MONTHS = 30
MOST_OBSERVED = 12


def draw(cast: Cast) -> Figure:
    """Draw net gain by calendar month for the base and the main arms; a month covered only in part is
    hatched.
    """
    chosen, others = cast.pick(cast.room(MOST))
    observed = observed_months(dict(cast.datasets[cast.base.result].attrs))[-MOST_OBSERVED:]
    tables = []
    for entry in chosen:
        months, whole, gain = by_month(cast.values(entry, "net_km2"), cast.time(entry))
        tables.append((entry, months[:MOST_MONTHS], whole[:MOST_MONTHS], fan(gain[:, :MOST_MONTHS], cast.level)))
    # The month of the start may have two places: what was observed of it, and what is simulated.
    every = sorted({(m, 1) for _, months, _, _ in tables for m in months} | {(m, 0) for m, _ in observed})
    split = any((month, 1) in every for month, _ in observed)
    note = (
        f"Bars: median of {wars(cast)}; lines: {words.percent(cast.level)} interval of a single war's month. "
        "Hatched: a month of which only a part lies inside the run"
        f"{' (or inside the observation, which ends at the start)' if split else ''}. {_cut(cast)}{left_out(others)}"
    )
    title = "Net Russian gain inside Ukraine by calendar month" + (": observed and simulated" if observed else "")
    keys: list[Any] = [Patch(color=e.look.colour, label=e.label) for e in chosen]
    if observed:
        keys.insert(0, Patch(color=OBSERVED, label="observed before the start"))
    wide = float(np.clip(0.16 * len(every) * (len(chosen) + 1), 5.0, 10.5))
    page = sheet(cast, title, note, [""], Layout(columns=1, panel=(wide, 3.3)), keys)
    axes = page.panels[0]
    _observed_bars(axes, observed, every, cast)
    for place, (entry, months, whole, band) in enumerate(tables):
        width = 0.8 / len(tables)
        x = np.array([every.index((m, 1)) for m in months]) - 0.4 + width * (place + 0.5)
        _bars(axes, x, band, whole, width, entry.look.colour, f"arm:{entry.name}")
    axes.axhline(0.0, color=FAINT, linewidth=0.8)
    low, high = limits([band for *_, band in tables])
    tops = [gain for _, gain in observed]
    axes.set_ylim(min([low, *(1.08 * t for t in tops)]), max([high, *(1.08 * t for t in tops)]))
    _month_labels(axes, every, wide)
    measure(axes, f"net gain in the month, {cast.unit('net_km2', 'km2')}")
    return page.figure


def by_month(
    net: NDArray[np.floating], time: NDArray[np.datetime64]
) -> tuple[list[int], list[bool], NDArray[np.float64]]:
    """Cut a cumulative weekly record at the months' ends, linearly between weeks.

    Parameters
    ----------
    net : (replicate, time)
        km2 since the start.
    time : (time,)

    Returns
    -------
    months : list of int
        Months since January 1970.
    whole : list of bool
        Whether the run covers the month from end to end.
    gain : (replicate, month)
        km2 in the part of each month that the run covers.
    """
    x = days(time)
    first, last = (
        int(time[0].astype("datetime64[M]").astype(int)),
        int(time[-1].astype("datetime64[M]").astype(int)),
    )
    edges = np.array([float(np.datetime64(m, "M").astype("datetime64[D]").astype(int)) for m in range(first, last + 2)])
    cuts = np.clip(edges, x[0], x[-1])
    place = np.clip(np.searchsorted(x, cuts, side="right") - 1, 0, max(len(x) - 2, 0))
    after = np.minimum(place + 1, len(x) - 1)
    share = np.where(after > place, (cuts - x[place]) / np.maximum(x[after] - x[place], 1e-9), 0.0)
    level = net[:, place] + share * (net[:, after] - net[:, place])
    covered = np.diff(cuts) > 0
    whole = np.diff(cuts) == np.diff(edges)
    gain = np.diff(level, axis=1)
    keep = np.flatnonzero(covered)
    return [first + int(m) for m in keep], [bool(whole[m]) for m in keep], gain[:, keep]


def observed_months(attrs: dict[Any, Any]) -> list[tuple[int, float]]:
    """Return (month since January 1970, km2) from the attribute ``observed_monthly_gain``; none where it is
    missing.
    """
    try:
        rows = json.loads(str(attrs.get("observed_monthly_gain", "[]")))
        return sorted((int(np.datetime64(str(m)[:7], "M").astype(int)), float(gain)) for m, gain in rows)
    except (ValueError, TypeError):
        return []


def _observed_bars(axes: Axes, observed: list[tuple[int, float]], every: list[tuple[int, int]], cast: Cast) -> None:
    """Draw what was observed; the month in which the run starts is observed only up to the start, and
    hatched.
    """
    start = cast.time(cast.base)[0].astype("datetime64[D]")
    broken = int(start.astype("datetime64[M]").astype(int)) if str(start)[-2:] != "01" else None
    for month, gain in observed:
        axes.bar(
            every.index((month, 0)), gain, 0.86, color=OBSERVED, alpha=0.55 if month == broken else 1.0,
            hatch="////" if month == broken else None, edgecolor="white", linewidth=0, zorder=1.5,
        )  # fmt: skip


def _bars(axes: Axes, x: np.ndarray, band: Fan, whole: list[bool], width: float, colour: str, gid: str) -> None:
    """Draw one arm's months with their intervals."""
    for place, middle in enumerate(band.median):
        if not np.isfinite(middle):
            continue
        axes.bar(
            x[place], middle, width * 0.92, color=colour, alpha=0.85 if whole[place] else 0.55,
            hatch=None if whole[place] else "////", edgecolor="white", linewidth=0, zorder=2, gid=gid,
        )  # fmt: skip
    axes.vlines(x, band.low, band.high, color="#111111", linewidth=1.0, zorder=3, gid="interval")


def _month_labels(axes: Axes, every: list[tuple[int, int]], wide: float) -> None:
    """Label as many months as fit, with the year under the first and under each January."""
    step = max(1, int(np.ceil(len(every) * (words.width("Nov", TICK) + 0.1) / wide)))
    places = list(range(0, len(every), step))
    texts, written = [], None
    for place in places:
        year, month = 1970 + every[place][0] // 12, every[place][0] % 12
        texts.append(words.MONTHS[month] + (f"\n{year}" if year != written else ""))
        written = year
    axes.set_xticks(places, texts, fontsize=TICK)
    axes.set_xlim(-0.6, len(every) - 0.4)


def _cut(cast: Cast) -> str:
    """Return a sentence where the run is longer than the months that fit."""
    longest = max(len(np.unique(cast.time(e).astype("datetime64[M]"))) for e in cast.entries)
    return f"Only the first {MOST_MONTHS} months are drawn. " if longest > MOST_MONTHS else ""
