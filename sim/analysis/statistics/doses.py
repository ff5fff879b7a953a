"""Dose curves: how much of a thing does how much, each against the same arm without it, war by war."""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import xarray as xr

from sim.analysis.outcomes.judging import Thresholds
from sim.analysis.outcomes.replicates import MONEY, Outcome, known_outcomes
from sim.analysis.serialise import plain
from sim.analysis.statistics.arm_sets import Curve, curves_of
from sim.analysis.statistics.factorial import run_facts
from sim.analysis.statistics.row_estimates import row_estimates
from sim.foundation.format import format_difference, format_percent

Floats = npt.NDArray[np.float64]


def analyse_doses(table: xr.Dataset) -> dict[str, Any]:
    """Return every dose curve of a result, ready for JSON.

    Parameters
    ----------
    table : Dataset
        One number a war, from `sim.analysis.outcomes.replicates.outcomes_by_replicate`.

    Returns
    -------
    dict
        ``curves`` (name -> ``label``, ``doses``, ``outcomes`` (name -> an estimate ``[low, mean, high]`` a dose,
        against dose 0) and ``totals``: aid pledged and delivered by the end against dose 0, Gusd),
        ``outcomes`` and the facts of the run.

    Raises
    ------
    UserError
        If no arm is a dose.
    """
    names = [str(name) for name in table["arm"].to_numpy()]
    curves = curves_of(names)
    level = Thresholds.of(table).interval
    found = known_outcomes(table)
    labels = json.loads(table.attrs.get("arm_labels", "{}"))
    over = names[curves[0].rows[0]]
    summary = {
        **run_facts(table, "doses", level),
        "over": {"arm": over, "label": labels.get(over, over)},
        "outcomes": {one.name: asdict(one) for one in found},
        "curves": {curve.name: _curve(table, curve, found, level, _label(curve, names, labels)) for curve in curves},
    }
    summary["sentence"] = _sentence(summary)
    cleaned: dict[str, Any] = plain(summary)
    return cleaned


def _curve(table: xr.Dataset, curve: Curve, found: list[Outcome], level: float, label: str) -> dict[str, Any]:
    account: dict[str, Any] = {"label": label, "doses": curve.doses.tolist()}
    account["outcomes"] = {one.name: _against_none(table, curve, one.name, one.chance, level) for one in found}
    account["totals"] = {name: _against_none(table, curve, name, False, level) for name in MONEY if name in table}
    return account


def _against_none(table: xr.Dataset, curve: Curve, name: str, chance: bool, level: float) -> list[list[float]]:
    """Return an estimate a dose of the paired difference to dose 0, which is exactly none."""
    rows = table[name].transpose("arm", "replicate").to_numpy()[curve.rows]
    estimates = row_estimates(rows - rows[0], level, chance)
    estimates[0] = 0.0
    told_: list[list[float]] = estimates.tolist()
    return told_


def _label(curve: Curve, names: list[str], labels: dict[str, str]) -> str:
    full = names[curve.rows[-1]]
    return labels.get(full, curve.name).partition(", dose")[0]


def _sentence(summary: dict[str, Any]) -> str:
    spoken = next((name for name in ("kept_km2", *summary["outcomes"]) if name in summary["outcomes"]), None)
    if spoken is None:
        return "The wars are too short to tell."
    outcome = summary["outcomes"][spoken]
    write = partial(format_difference, unit=outcome["unit"])
    parts = []
    for account in summary["curves"].values():
        low, middle, high = account["outcomes"][spoken][-1]
        interval = f"{write(low, with_unit=False)} to {write(high, with_unit=False)}"
        parts.append(f"{account['label'].lower()} {write(middle)} ({interval})")
    return (
        f"On top of {summary['over']['label'].lower()}, after {summary['weeks']:.0f} weeks, the full dose changes "
        f"{outcome['label']} by: {'; '.join(parts)}; {format_percent(summary['interval'])} intervals of the mean."
    )
