"""A sweep in one figure: a row an outcome, a column a key, a mark a point with its interval."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sim.plotting.cast import Cast
from sim.plotting.dates import days, time_axis
from sim.plotting.measures import axis, conditional, head, paired, scaled
from sim.plotting.palette import FAINT, SPARE
from sim.plotting.sheet import TICK, Layout, band_key, measure, save, sheet

SHOWN = ("net_km2", "p_halt", "p_ceasefire")
MOST_KEYS = 4
COLOUR = SPARE[0]


def draw_all(table: xr.Dataset, found: dict[str, Any], folder: Path) -> list[Path]:
    """Draw the figure of a sweep as PNG and return its file.

    Parameters
    ----------
    table : Dataset
        One number per replicate; its attributes are the source line.
    found : dict
        From `sim.workflows.sweep.analyse_sweep`.
    folder : Path
        Made if missing.
    """
    folder.mkdir(parents=True, exist_ok=True)
    return [save(draw(Cast({"sweep": table}, (), found["interval"]), found), folder / "sweep.png")]


def draw(cast: Cast, found: dict[str, Any]) -> Figure:
    """Draw the differences of every point over each key."""
    keys = found["over"][:MOST_KEYS]
    outcomes = [found["outcomes"][name] for name in SHOWN if name in found["outcomes"]]
    panels = [(outcome, key) for outcome in outcomes for key in keys]
    mark = Line2D([], [], color=COLOUR, marker="o", markersize=4, linestyle="", label="a point")
    page = sheet(
        cast,
        f"Over {_over(found)}, on top of: {found['arm_label']}",
        "What each point changes against that arm without it. Each mark is one point, played in the same possible worlds; "
        + ("points that share a value differ in the other keys. " if len(found["over"]) > 1 else "")
        + paired(found) + conditional(outcomes),
        [head(outcome) for outcome, _ in panels],
        Layout(columns=len(keys), panel=(3.2, 1.9), gap=0.75, below=0.6),
        [mark, band_key(found["interval"])],
    )  # fmt: skip
    for axes, (outcome, key) in zip(page.panels, panels, strict=True):
        rows = scaled(outcome, [one["differences"][outcome["name"]] for one in found["points"]])
        values: list[Any] = [one["values"][key["key"]] for one in found["points"]]
        dates = np.array(values, dtype="datetime64[D]") if key["day"] else None
        x = np.array(values, dtype=float) if dates is None else days(dates)
        axes.vlines(x, rows[:, 0], rows[:, 2], color=COLOUR, linewidth=1.4, alpha=0.45, gid="interval")
        joined = "-" if len(found["over"]) == 1 and found["design"] == "grid" else ""
        axes.plot(x, rows[:, 1], color=COLOUR, marker="o", markersize=3.5, linewidth=1.2, linestyle=joined)
        axes.axhline(0.0, color=FAINT, linewidth=0.8)
        if dates is not None:
            time_axis(axes, np.array([dates.min() - 7, dates.max() + 7]))
        axes.set_xlabel(_axis(key), fontsize=TICK + 0.5)
        measure(axes, axis(outcome, "change"))
    return page.figure


def _over(found: dict[str, Any]) -> str:
    return " and ".join(one["key"] for one in found["over"])


def _axis(key: dict[str, Any]) -> str:
    said = "times the base's" if key["scale"] else key["unit"]
    return f"{key['key']}{', ' + said if said else ''}"
