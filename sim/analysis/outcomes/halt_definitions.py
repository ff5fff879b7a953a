"""How often an advance halts under other definitions of a halt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import xarray as xr

from sim.analysis.estimate import Estimate
from sim.analysis.outcomes.judging import Thresholds, days_since_start, first_halt, mapped, seen_in_time
from sim.analysis.outcomes.ladder import SHARE, rungs

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Definition:
    """One definition of a halt and how often it comes about.

    Parameters
    ----------
    rule : Thresholds
    chances : mapping of str to Estimate
        By arm; unknown where the record is too short for this definition.
    own : bool
        Whether it is the definition that the result is judged by.
    tenth : bool
        Whether its pace is a tenth of that at the start (`sim.analysis.outcomes.ladder`).
    ever : bool
        Whether the halt may begin at any time of the record.
    """

    rule: Thresholds
    chances: Mapping[str, Estimate]
    own: bool = False
    tenth: bool = False
    ever: bool = False


def halt_definitions(data: xr.Dataset, table: xr.Dataset, rule: Thresholds, arms: tuple[str, ...]) -> list[Definition]:
    """Return the chances of a halt under the rule's own definition and under stricter and laxer ones.

    Parameters
    ----------
    data : Dataset
        The record.
    table : Dataset
        Its outcomes; see `sim.analysis.outcomes.replicates.outcomes_by_replicate`.
    rule : Thresholds
    arms : tuple of str

    Returns
    -------
    list of Definition
        Twice the days, the rule's own, half the days, the faster rungs of the ladder (`sim.analysis.outcomes.ladder`) in
        rising order, and the rule's own pace at any time of the record.
    """
    pace = float(table["pace"].to_numpy()[0].mean())
    tenth = SHARE * pace
    faster = sorted({rate for rate in rungs(pace).values() if rate > rule.halt_rate})
    rules = [replace(rule, halt_days=2 * rule.halt_days), rule, replace(rule, halt_days=rule.halt_days / 2)]
    rules += [replace(rule, halt_rate=rate) for rate in faster]
    net, war, days = weekly(data.sel(arm=list(arms)), rule)
    found = [
        Definition(one, _rates(halts(net, war, days, one), arms, rule), own=one is rule, tenth=one.halt_rate == tenth)
        for one in rules
    ]
    slowest = table["slowest"].sel(arm=list(arms)).to_numpy()
    ever = np.where(np.isnan(slowest), np.nan, slowest < rule.halt_rate)
    return [*found, Definition(rule, _rates(ever, arms, rule), ever=True)]


def _rates(happened: Floats, arms: tuple[str, ...], rule: Thresholds) -> dict[str, Estimate]:
    return {arm: Estimate.rate(row, rule.interval) for arm, row in zip(arms, happened, strict=True)}


def halts(net: Floats, war: Bools, days: Floats, rule: Thresholds) -> Floats:
    """Return 1 where a war of `net` (..., time) halts, else 0; nan everywhere if the record is too short to tell."""
    if not seen_in_time(days, rule.halt_days, rule.halt_within_days):
        return np.full(net.shape[:-1], np.nan)
    first, _ = first_halt(net, war, days, rule)
    return np.isfinite(first).astype(float)


def weekly(data: xr.Dataset, rule: Thresholds) -> tuple[Floats, Bools, Floats]:
    """Return what a halt is judged on: net gain as a map shows it, km2, and whether the war is on, both (arm, replicate,
    time), and the days since the start (time,).
    """
    net = data["net_km2"].transpose("arm", "replicate", "time").to_numpy().astype(float)
    war = data["war"].transpose("arm", "replicate", "time").to_numpy() > 0.5
    return mapped(data, rule, net), war, days_since_start(data)
