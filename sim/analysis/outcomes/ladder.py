"""How often an advance halts under other definitions of a halt, and how fast it still is at the end of the record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import xarray as xr

from sim.analysis.estimate import Estimate
from sim.analysis.outcomes.judging import Thresholds, days_since_start, first_halt, seen_in_time

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

FASTER = (2.0, 5.0, 10.0)
"""Laxer paces, as multiples of the rule's own."""

QUARTER_DAYS = 91.0


@dataclass(frozen=True)
class Rung:
    """One definition of a halt and how often it comes about.

    Parameters
    ----------
    rule : Thresholds
    chances : mapping of str to Estimate
        By arm; unknown where the record is too short for this definition.
    own : bool
        Whether it is the definition that the result is judged by.
    """

    rule: Thresholds
    chances: Mapping[str, Estimate]
    own: bool = False


def halt_ladder(data: xr.Dataset, rule: Thresholds, arms: tuple[str, ...]) -> list[Rung]:
    """Return the chances of a halt under the rule's own definition and under laxer and stricter ones.

    The others ask for half the days, a multiple of the pace (`FASTER`), and twice the days; the strictest first.
    """
    laxer = [replace(rule, halt_rate=factor * rule.halt_rate) for factor in FASTER] if rule.halt_rate > 0 else []
    others = [replace(rule, halt_days=2 * rule.halt_days), rule, replace(rule, halt_days=rule.halt_days / 2), *laxer]
    net, war, days = weekly(data.sel(arm=list(arms)))
    return [Rung(one, halt_chances(net, war, days, one, arms), own=one is rule) for one in others]


def halt_chances(net: Floats, war: Bools, days: Floats, rule: Thresholds, arms: tuple[str, ...]) -> dict[str, Estimate]:
    """Return the chance of a halt of each arm from weekly series (arm, replicate, time)."""
    happened = halts(net, war, days, rule)
    return {arm: Estimate.rate(row, rule.interval) for arm, row in zip(arms, happened, strict=True)}


def halts(net: Floats, war: Bools, days: Floats, rule: Thresholds) -> Floats:
    """Return 1 where a war of `net` (..., time) halts, else 0; nan everywhere if the record is too short to tell."""
    if not seen_in_time(days, rule.halt_days, rule.halt_within_days):
        return np.full(net.shape[:-1], np.nan)
    first, _ = first_halt(net, war, days, rule)
    return np.isfinite(first).astype(float)


def pace_at_end(data: xr.Dataset, arms: tuple[str, ...], level: float) -> dict[str, Estimate]:
    """Return the mean net gain per day over the last quarter of a year of the record, or all of it if shorter."""
    net, _, days = weekly(data.sel(arm=list(arms)))
    first = int(np.searchsorted(days, days[-1] - QUARTER_DAYS))
    span = days[-1] - days[first]
    if span <= 0:
        return {arm: Estimate.mean([], level, "km2/day") for arm in arms}
    pace = (net[..., -1] - net[..., first]) / span
    return {arm: Estimate.mean(row, level, "km2/day") for arm, row in zip(arms, pace, strict=True)}


def weekly(data: xr.Dataset) -> tuple[Floats, Bools, Floats]:
    """Return net gain (arm, replicate, time) in km2, whether the war is on, and the days since the start (time,)."""
    net = data["net_km2"].transpose("arm", "replicate", "time").to_numpy().astype(float)
    war = data["war"].transpose("arm", "replicate", "time").to_numpy() > 0.5
    return net, war, days_since_start(data)
