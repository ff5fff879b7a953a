"""Every set of levers in one picture: two blocks of numbered squares, without the last factor and with it."""

from __future__ import annotations

from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from sim.plotting import words
from sim.plotting.cast import Cast
from sim.plotting.measures import SCALES, UNITS, conditional, head, paired, plainly
from sim.plotting.palette import FAINT, INK
from sim.plotting.sheet import TICK, Layout, sheet

SHOWN = ("kept_km2", "p_halt", "p_reversal")
CELL = (0.46, 0.27)  # inch
MOST_FACTORS = 8


def draw(cast: Cast, summary: dict[str, Any]) -> Figure | None:
    """Draw a row of two blocks an outcome; None where there is nothing to show or no room for it."""
    outcomes = [summary["outcomes"][name] for name in SHOWN if name in summary["outcomes"]]
    if not outcomes or len(summary["factors"]) > MOST_FACTORS:
        return None
    *others, last = summary["factors"]
    labels = summary["factors"]
    split = (len(others) + 1) // 2
    across, down = others[:split], others[split:]
    names = [_row_name(index, down, labels) for index in range(1 << len(down))] + [labels[name] for name in across]
    room = min(3.2, max(words.width(name, TICK) for name in names) + 0.05)
    high = CELL[1] * ((1 << len(down)) + 0.62 * len(across) + 0.3)
    page = sheet(
        cast,
        f"All {1 << len(labels)} sets of levers",
        "Each square is an arm. Its row says which of some levers are on, the dots below its column which of the others "
        "(filled: on). Left block: without " + plainly(labels[last]) + "; right block: with it. Ground kept is the gain over the "
        "base; chances are shares of wars, the base's at the top left. " + _errors(summary, outcomes)
        + paired(summary) + conditional(outcomes),
        [f"{head(one)}, {_unit(one)}: {which} {plainly(labels[last])}" for one in outcomes for which in ("without", "with")],
        Layout(columns=2, panel=(CELL[0] * (1 << len(across)), high), left=room + 0.35, gap=0.35, below=0.3),
    )  # fmt: skip
    for place, axes in enumerate(page.panels):
        outcome = outcomes[place // 2]
        values = _values(summary, outcome)
        block = np.array([
            [values[frozenset(_on(i, down) + _on(j, across) + [last] * (place % 2))] for j in range(1 << len(across))]
            for i in range(1 << len(down))
        ])  # fmt: skip
        _squares(axes, block, _colours(outcome, list(values.values())))
        _dots(axes, len(block), across)
        axes.set_yticklabels(names if place % 2 == 0 else [""] * len(names), fontsize=TICK)
    return page.figure


def _on(index: int, among: list[str]) -> list[str]:
    return [name for bit, name in enumerate(among) if index >> bit & 1]


def _row_name(index: int, down: list[str], labels: dict[str, str]) -> str:
    on = _on(index, down)
    if not on:
        return "neither" if len(down) == 2 else "none of these"
    return "both of these" if len(on) == 2 == len(down) else " + ".join(labels[name] for name in on)


def _unit(outcome: dict[str, Any]) -> str:
    return "% of wars" if outcome["unit"] == "1" else UNITS[outcome["unit"]]


def _values(summary: dict[str, Any], outcome: dict[str, Any]) -> dict[frozenset[str], float]:
    """Return the mean of every set of levers, in the unit shown; the base's own ``kept_km2`` is nought."""
    factor = SCALES[outcome["unit"]]
    return {frozenset(arm["levers"]): factor * arm["mean"][outcome["name"]] for arm in summary["arms"].values()}


def _errors(summary: dict[str, Any], outcomes: list[dict[str, Any]]) -> str:
    """Return a sentence on how sure a square is: the usual half-width of its gain."""
    parts = []
    for one in outcomes:
        half = [
            (arm["gain"][one["name"]][2] - arm["gain"][one["name"]][0]) / 2
            for arm in list(summary["arms"].values())[1:]
        ]
        unit = "points" if one["unit"] == "1" else UNITS[one["unit"]]
        parts.append(f"±{words.number(round(SCALES[one['unit']] * float(np.median(half)), 1))} {unit}")
    level = words.percent(summary["interval"])
    return f"The {level} interval of a square's difference to the base is usually {', '.join(parts)}. "


def _colours(outcome: dict[str, Any], values: list[float]) -> tuple[Any, Normalize]:
    """Return a colour map and its range: from the middle outwards for gains, upwards for chances."""
    if outcome["unit"] == "1":
        return matplotlib.colormaps["Blues"], Normalize(0.0, max(5.0, *values))
    most = max(1e-9, *(abs(value) for value in values))
    return matplotlib.colormaps["PuOr"], Normalize(-most, most)


def _squares(axes: Axes, block: np.ndarray, colours: tuple[Any, Normalize]) -> None:
    """Draw the squares with their numbers."""
    colour_map, norm = colours
    axes.grid(visible=False)
    for side in axes.spines.values():
        side.set_visible(False)
    for row, column in np.ndindex(*block.shape):
        value = float(block[row, column])
        shade = colour_map(norm(value))
        axes.fill_between([column - 0.5, column + 0.5], row - 0.5, row + 0.5, color=shade, linewidth=0.4, gid="cell")
        dark = 0.299 * shade[0] + 0.587 * shade[1] + 0.114 * shade[2] < 0.55
        text = words.number(round(value)) if abs(value) >= 10 or value == 0 else f"{value:.1f}".replace("-", "−")
        axes.text(column, row, text, fontsize=TICK - 0.5, color="white" if dark else INK, ha="center", va="center")


def _dots(axes: Axes, rows: int, across: list[str]) -> None:
    """Draw below each column which of its levers are on."""
    places = [rows - 0.5 + 0.5 + 0.62 * line for line in range(len(across))]
    for column in range(1 << len(across)):
        for bit, y in enumerate(places):
            on = column >> bit & 1
            axes.plot(column, y, "o", color=INK if on else FAINT, fillstyle="full" if on else "none", markersize=4.2,
                      markeredgewidth=0.7)  # fmt: skip
    axes.set_xlim(-0.5, (1 << len(across)) - 0.5)
    axes.set_ylim(rows - 0.5 + 0.62 * len(across) + 0.3, -0.5)
    axes.set_xticks([])
    axes.set_yticks([*range(rows), *places])
    axes.tick_params(axis="y", length=0)
