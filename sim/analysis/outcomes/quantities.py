"""The quantities that the verdict speaks of, war by war, from a stored result."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

import numpy as np
import numpy.typing as npt
import xarray as xr

from sim.analysis.outcomes.judging import Thresholds, days_since_start, first_halt, seen_in_time
from sim.analysis.verdicts.claim import COORDINATION, JOINT, singles

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Quantity:
    """One number a war.

    Parameters
    ----------
    name : str
    label : str
        For a reader.
    unit : str
    values : ndarray, shape (replicate,)
    """

    name: str
    label: str
    unit: str
    values: Floats

    @property
    def varies(self) -> bool:
        """Whether any two wars differ."""
        return bool(np.ptp(self.values) > 0)


def quantities(data: xr.Dataset) -> dict[str, Quantity]:
    """Return the verdict's quantities by name, in the order in which they are told.

    Parameters
    ----------
    data : Dataset
        A result with ``net_km2``, ``war``, and ``hazard`` for the last of them; the base first, and the joint arm.
        What needs an arm that is missing is left out.
    """
    arms = [str(name) for name in data["arm"].to_numpy()]
    weeks = round(float(days_since_start(data)[-1]) / 7)
    net = data["net_km2"].isel(time=-1).transpose("arm", "replicate").to_numpy().astype(float)
    kept = {name: net[0] - net[index] for index, name in enumerate(arms)}
    found = [
        Quantity("base_net_km2", f"net Russian gain in {weeks} weeks, base", "km2", net[0]),
        Quantity("joint_kept_km2", f"ground kept in {weeks} weeks by all in concert", "km2", kept[JOINT]),
    ]
    alone = [*singles(arms), COORDINATION]
    if COORDINATION in arms:
        beyond = kept[JOINT] - np.sum([kept[name] for name in alone], axis=0)
        found.append(Quantity("beyond_sum_km2", "ground kept by the whole beyond the sum of its parts", "km2", beyond))
    found.append(Quantity("joint_halt", "a rapid halt, all in concert", "1", halted(data, JOINT)))
    calm = _calmest(data)
    if np.isfinite(calm).all():
        found.append(
            Quantity("joint_calmest", "the worst week of the calmest stretch, all in concert", "km2/day", calm)
        )
    if "hazard" in data:
        found.append(Quantity("joint_hazard", "hazard of a cease-fire, all in concert", "1/month", _hazard(data)))
    return {one.name: one for one in found}


def halted(data: xr.Dataset, arm: str, within_days: float | None = None) -> Floats:
    """Return 1 for each war of an arm in which the advance halts, else 0; nan if the record is too short to tell.

    `within_days` moves the day by which a halt must begin.
    """
    day, judged_to = first_halts(data, arm, within_days)
    return np.isfinite(day).astype(float) if judged_to >= 0 else np.full(day.shape, np.nan)


def first_halts(data: xr.Dataset, arm: str, within_days: float | None = None) -> tuple[Floats, float]:
    """Return the day on which the first halt of each war begins, nan without one, and the last day judged."""
    rule = Thresholds.of(data)
    if within_days is not None:
        rule = Thresholds(rule.halt_rate, rule.halt_days, within_days)
    one = data.sel(arm=arm).transpose("replicate", "time", ...)
    net, war = one["net_km2"].to_numpy().astype(float), one["war"].to_numpy() > 0.5
    return first_halt(net, war, days_since_start(data), rule)


def calmest(net: Floats, war: Bools, days: Floats, rule: Thresholds) -> Floats:
    """Return the largest weekly rate of advance within the calmest stretch that could be a halt, (...,) km2/day.

    A stretch is as long as a halt must last, begins while one still counts, and is all war. The advance halts if and
    only if this lies below `halt_rate`: so it says how near a war without a halt came to one. inf without such a
    stretch, nan if the record is too short to tell.

    Parameters
    ----------
    net, war : ndarray, shape (..., time)
    days : ndarray, shape (time,)
    rule : Thresholds
    """
    if not seen_in_time(days, rule.halt_days, rule.halt_within_days):
        return np.full(net.shape[:-1], np.nan)
    length = ceil(rule.halt_days / (days[1] - days[0]))
    window = np.lib.stride_tricks.sliding_window_view
    worst = window(np.diff(net, axis=-1) / np.diff(days), length, axis=-1).max(axis=-1)
    whole = window(war, length + 1, axis=-1).all(axis=-1)
    in_time = days[: worst.shape[-1]] <= rule.halt_within_days
    found: Floats = np.where(whole & in_time, worst, np.inf).min(axis=-1)
    return found


def _calmest(data: xr.Dataset) -> Floats:
    """Return how near each war of the joint arm came to a halt; a war that ended before any stretch: its worst week."""
    one = data.sel(arm=JOINT).transpose("replicate", "time", ...)
    net, war = one["net_km2"].to_numpy().astype(float), one["war"].to_numpy() > 0.5
    days = days_since_start(data)
    found = calmest(net, war, days, Thresholds.of(data))
    return np.where(np.isinf(found), (np.diff(net, axis=-1) / np.diff(days)).max(axis=-1), found)


def _hazard(data: xr.Dataset) -> Floats:
    """Return the mean hazard of the joint arm over the weeks in which the war goes on, (replicate,) per month."""
    one = data.sel(arm=JOINT).transpose("replicate", "time", ...)
    hazard, war = one["hazard"].to_numpy().astype(float), one["war"].to_numpy() > 0.5
    mean: Floats = np.where(war, hazard, 0.0).sum(axis=1) / np.maximum(war.sum(axis=1), 1)
    return mean
