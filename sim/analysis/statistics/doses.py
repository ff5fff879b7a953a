"""Dose curves: how much of a thing does how much, each against the same arm without it, replicate by replicate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

import xarray as xr

from sim.analysis.estimate import Estimate
from sim.analysis.names import Names
from sim.analysis.outcomes.judging import Thresholds
from sim.analysis.outcomes.replicates import MONEY, Outcome, known_outcomes
from sim.analysis.statistics.arm_sets import Curve, curves_of
from sim.analysis.statistics.factorial import RunFacts
from sim.analysis.statistics.row_estimates import estimates
from sim.foundation.format import format_difference, format_percent


@dataclass(frozen=True)
class DoseCurve:
    """One thing by degrees.

    Parameters
    ----------
    label : str
    doses : list of float
        From 0; the estimates below stand in the same order, that of dose 0 exactly zero.
    outcomes : mapping of str to list of Estimate
        Difference to dose 0 by outcome.
    totals : mapping of str to list of Estimate
        Aid pledged and delivered by the end against dose 0, Gusd.
    """

    label: str
    doses: list[float]
    outcomes: Mapping[str, list[Estimate]]
    totals: Mapping[str, list[Estimate]]


@dataclass(frozen=True)
class DoseEffects:
    """Every dose curve of a result, on top of the arm `over`."""

    run: RunFacts
    over: str
    over_label: str
    outcomes: Mapping[str, Outcome]
    curves: Mapping[str, DoseCurve]

    @property
    def sentence(self) -> str:
        """What the full doses change."""
        outcome = self.outcomes.get("kept_km2") or next(iter(self.outcomes.values()), None)
        if outcome is None:
            return "The record is too short to tell."
        write, parts = partial(format_difference, unit=outcome.unit), []
        for curve in self.curves.values():
            full = curve.outcomes[outcome.name][-1]
            interval = f"{write(full.low, with_unit=False)} to {write(full.high, with_unit=False)}"
            parts.append(f"{curve.label.lower()} {write(full.value)} ({interval})")
        return (
            f"On top of {self.over_label.lower()}, after {self.run.weeks:.0f} weeks, the full dose changes "
            f"{outcome.label} by: {'; '.join(parts)}; {format_percent(self.run.interval)} intervals of the mean."
        )


def analyse_doses(table: xr.Dataset) -> DoseEffects:
    """Return every dose curve of a result.

    Parameters
    ----------
    table : Dataset
        One number a replicate, from `sim.analysis.outcomes.replicates.outcomes_by_replicate`.

    Raises
    ------
    UserError
        If no arm is a dose.
    """
    names = Names.of(table)
    curves = curves_of(names.arms)
    outcomes = {one.name: one for one in known_outcomes(table)}
    over = names.arms[curves[0].rows[0]]
    found = {curve.name: _curve(table, curve, outcomes, names) for curve in curves}
    return DoseEffects(RunFacts.of(table, "doses"), over, names.labels[over], outcomes, found)


def _curve(table: xr.Dataset, curve: Curve, outcomes: Mapping[str, Outcome], names: Names) -> DoseCurve:
    full = names.arms[curve.rows[-1]]
    label = names.labels[full] if names.labels[full] != full else curve.name
    return DoseCurve(
        label=label.partition(", dose")[0],
        doses=curve.doses.tolist(),
        outcomes={name: _against_none(table, curve, name, one.unit, one.chance) for name, one in outcomes.items()},
        totals={name: _against_none(table, curve, name, "Gusd") for name in MONEY if name in table},
    )


def _against_none(table: xr.Dataset, curve: Curve, name: str, unit: str, chance: bool = False) -> list[Estimate]:
    """Return the paired difference of every dose to dose 0, which is exactly none."""
    rows = table[name].transpose("arm", "replicate").to_numpy()[curve.rows]
    none, *others = estimates(rows - rows[0], Thresholds.of(table).interval, unit, chance)
    return [replace(none, value=0.0, low=0.0, high=0.0), *others]
