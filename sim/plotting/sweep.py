"""A sweep in one figure: a row per outcome, a column per key, a mark per point with its interval."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr
from matplotlib.figure import Figure

from sim.analysis.estimate import Estimate
from sim.analysis.outcomes.replicates import Outcome
from sim.analysis.statistics.factorial import RunFacts
from sim.plotting.effects import axis_of, conditional, head_of, paired, scaled
from sim.plotting.frame.arms import source_line
from sim.plotting.frame.dates import days, time_axis
from sim.plotting.frame.page import CAUTION, Grid, band_key, key, label_x, label_y, page
from sim.plotting.frame.palette import BLUE, FAINT

SHOWN = ("net_km2", "p_halt", "p_ceasefire")
MOST_KEYS = 4


@dataclass(frozen=True)
class SweepStudy:
    """The account of a sweep (`sim.workflows.sweep.analyse_sweep`), and its table of outcomes by replicate."""

    found: Mapping[str, Any]
    table: xr.Dataset


def sweep(study: SweepStudy) -> Figure:
    """Draw the differences of every point over each key."""
    found, level = study.found, study.found["interval"]
    swept = found["over"][:MOST_KEYS]
    outcomes = [Outcome(**found["outcomes"][name]) for name in SHOWN if name in found["outcomes"]]
    panels = [(outcome, one) for outcome in outcomes for one in swept]
    several = len(found["over"]) > 1
    sheet = page(
        f"Over {' and '.join(one['key'] for one in found['over'])}, on top of: {found['arm_label']}",
        "What each point changes against that arm without it. Each mark is one point, played with the same noise; "
        + ("points that share a value differ in the other keys. " if several else "")
        + paired(RunFacts.of(study.table, "sweep")) + conditional(outcomes),
        f"Source: {source_line(study.table)}\n{CAUTION}", [head_of(outcome) for outcome, _ in panels],
        Grid(len(swept), (3.2, 1.9), gap=0.75, below=0.6), [key("a point", BLUE, "o"), band_key(level)],
    )  # fmt: skip
    for axes, (outcome, one) in zip(sheet.panels, panels, strict=True):
        rows = [_estimate(point["differences"][outcome.name]) for point in found["points"]]
        low, y, high = np.array([scaled(row, outcome).as_list() for row in rows]).T
        values: list[Any] = [point["values"][one["key"]] for point in found["points"]]
        dates = np.array(values, dtype="datetime64[D]") if one["day"] else None
        x = np.array(values, dtype=float) if dates is None else days(dates)
        axes.vlines(x, low, high, color=BLUE, linewidth=1.4, alpha=0.45, gid="interval")
        joined = "-" if not several and found["design"] == "grid" else ""
        axes.plot(x, y, color=BLUE, marker="o", markersize=3.5, linewidth=1.2, linestyle=joined)
        axes.axhline(0.0, color=FAINT, linewidth=0.8)
        if dates is not None:
            time_axis(axes, np.array([dates.min() - 7, dates.max() + 7]))
        said = "times the base's" if one["scale"] else one["unit"]
        label_x(axes, f"{one['key']}{', ' + said if said else ''}")
        label_y(axes, axis_of(outcome, "change"))
    return sheet.figure


def _estimate(triple: list[float]) -> Estimate:
    low, value, high = triple
    return Estimate(value, low, high)
