"""Outcomes by arm: the chance of a halt, a reversal and a cease-fire, with what happens anyway."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.patheffects import withStroke

from sim.analysis.estimate import Estimate
from sim.analysis.outcomes.judging import Thresholds
from sim.plotting import words
from sim.plotting.bands import fan
from sim.plotting.cast import Cast, Entry, left_out
from sim.plotting.forest import Point, draw_points, frame
from sim.plotting.palette import FAINT, INK
from sim.plotting.sheet import TICK, Layout, sheet

NEEDS = ("net_km2", "net_km2_front", "war")
MOST = 64
KINDS = ("halt", "reversal", "ceasefire")


def draw(cast: Cast) -> Figure:
    """Draw shares of wars by outcome, an arm a row; the base's interval runs down each panel as what happens
    anyway.
    """
    chosen, others = cast.pick(MOST)
    rule = Thresholds.of(cast.datasets[cast.base.result])
    names = [f"{e.label} (what happens anyway)" if e.base else e.label for e in chosen]
    room = min(2.4, max(words.width(n, TICK) for n in names) + 0.05)
    heads = [
        f"Halt beginning within {words.number(rule.halt_within_days)} days",
        f"Reversal on some front over {words.number(rule.reversal_days)} days",
        "Cease-fire within the run (conditional)",
        "If a cease-fire: chance that it lasts (conditional)",
    ]
    keys = [
        Patch(facecolor=FAINT, alpha=0.75, label="share of wars"),
        Patch(facecolor="white", edgecolor=FAINT, hatch="////", label="conditional on guessed coefficients"),
        Line2D([], [], color=INK, linewidth=1.2, label=f"{words.percent(cast.level)} interval"),
        Patch(
            color=FAINT,
            alpha=0.18,
            label=f"what happens anyway: {words.percent(cast.level)} interval of {cast.base.label}",
        ),
    ]
    high = max(0.3 * len(chosen), 0.7)
    page = sheet(
        cast,
        "Outcomes by arm: how often each happens among the simulated wars",
        _note(cast, rule) + left_out(others),
        heads,
        Layout(columns=4, panel=(2.15, high), left=room + 0.35, gap=0.22),
        keys,
    )
    for column, (axes, kind) in enumerate(zip(page.panels, KINDS, strict=False)):
        frame(axes, names, room, labels=column == 0)
        _shares(axes, cast, chosen, kind)
        axes.set_xlabel("share of wars, %", fontsize=TICK + 0.5)
        axes.axvline(100.0 * rule.can, color=FAINT, linewidth=0.8, linestyle=(0, (3, 2)), zorder=1)
    frame(page.panels[3], names, room, labels=False)
    _durable(page.panels[3], cast, chosen)
    page.panels[3].set_xlabel("chance given in the model, %", fontsize=TICK + 0.5)
    for axes in page.panels:
        axes.set_xlim(0.0, 104.0)
        axes.set_xticks([0, 25, 50, 75, 100])
    return page.figure


def share(cast: Cast, entry: Entry, kind: str) -> Estimate:
    """Return the share of an entry's wars in which `kind` happens, in percent; nan where no war can be
    judged.
    """
    judged = np.asarray(cast.outcomes(entry)[kind].values, dtype=np.float64)
    judged = judged[np.isfinite(judged)]
    rate = Estimate.proportion(int((judged > 0.5).sum()), len(judged), cast.level)
    return rate.times(100.0, "%")


def _shares(axes: Axes, cast: Cast, chosen: Sequence[Entry], kind: str) -> None:
    """Draw one outcome's bars."""
    anyway = share(cast, cast.base, kind)
    if np.isfinite(anyway.value):
        axes.axvspan(anyway.low, anyway.high, color=FAINT, alpha=0.18, linewidth=0, zorder=1)
    for row, entry in enumerate(chosen):
        rate = share(cast, entry, kind)
        if not np.isfinite(rate.value):
            axes.text(2.0, row, "run too short to tell", fontsize=TICK - 0.5, color=FAINT, va="center")
            continue
        guessed = kind == "ceasefire"
        axes.barh(
            row, rate.value, 0.62, facecolor="white" if guessed else entry.look.colour,
            edgecolor=entry.look.colour,
            hatch="////" if guessed else None, alpha=0.9, linewidth=1.0, zorder=2, gid=f"arm:{entry.name}",
        )  # fmt: skip
        axes.plot([rate.low, rate.high], [row, row], color="#111111", linewidth=1.2, zorder=3, gid="interval")
        _value(axes, row, rate)


def _value(axes: Axes, row: int, rate: Estimate) -> None:
    """Write the share beside its interval, on the side where there is room."""
    right = rate.high < 80.0
    x, align = (rate.high + 2.0, "left") if right else (rate.low - 2.0, "right")
    axes.text(
        x, row, f"{rate.value:.0f} %", fontsize=TICK - 0.5, color=INK, ha=align, va="center", zorder=4,
        path_effects=[withStroke(linewidth=2.2, foreground="white")],
    )  # fmt: skip


def _durable(axes: Axes, cast: Cast, chosen: Sequence[Entry]) -> None:
    """Draw the spread of the chance that a cease-fire lasts, over the wars that have one."""
    for row, entry in enumerate(chosen):
        chance = np.asarray(cast.outcomes(entry)["durable"].values, dtype=np.float64)
        count = int(np.isfinite(chance).sum())
        if count == 0:
            axes.text(2.0, row, "no cease-fire", fontsize=TICK - 0.5, color=FAINT, va="center")
            continue
        band = fan(100.0 * chance[:, None], cast.level).at(0)
        draw_points(axes, [Point(row, float(band.median), float(band.low), float(band.high), entry.look)])


def _note(cast: Cast, rule: Thresholds) -> str:
    """Return how outcomes are judged and what the intervals are."""
    counts = sorted({data.sizes["replicate"] for data in cast.datasets.values()})
    number = " or ".join(words.number(c) for c in counts)
    return (
        f"Halt: net Russian gain under {words.number(rule.halt_rate)} km² a day in every week of "
        f"{words.number(rule.halt_days)} days "
        f"running. Reversal: a net Ukrainian gain of {words.number(rule.reversal_km2)} km² or more on "
        "a front in Ukraine. "
        f"Bars: shares of {number} simulated wars per arm; their intervals are sampling errors of that "
        "share (Wilson), "
        "doubt about the parameters being inside the share itself. Last panel: median and interval "
        "over the wars with a "
        f"cease-fire. Dashed: {words.number(100 * rule.can)} %. "
    )
