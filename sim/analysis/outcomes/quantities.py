"""The quantities that the verdict speaks of, replicate by replicate, from a stored result."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import xarray as xr

from sim.analysis.names import Names
from sim.analysis.outcomes.judging import Thresholds, critical_rates, days_since_start, first_halt, mapped, mean_rates
from sim.analysis.outcomes.replicates import in_pieces

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Quantity:
    """One number a replicate.

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
        """Whether any two replicates differ."""
        return bool(np.ptp(self.values) > 0)


def quantities(data: xr.Dataset) -> dict[str, Quantity]:
    """Return the verdict's quantities by name, in the order in which they are reported.

    Parameters
    ----------
    data : Dataset
        A result with ``net_km2``, ``war``, and ``hazard`` for the last of them; the base first, and the joint arm.
        What needs an arm that is missing is left out.
    """
    names = Names.of(data)
    joint, coordination = str(names.joint), names.coordination
    weeks = round(float(days_since_start(data)[-1]) / 7)
    net = data["net_km2"].isel(time=-1).transpose("arm", "replicate").to_numpy().astype(float)
    kept = dict(zip(names.arms, net[0] - net, strict=True))
    gain = f"net {names.attacker.demonym} gain in {weeks} weeks, base"
    found = [
        Quantity("base_net_km2", gain, "km2", net[0]),
        Quantity("joint_kept_km2", f"ground kept in {weeks} weeks by all in concert", "km2", kept[joint]),
    ]
    if coordination:
        beyond = kept[joint] - np.sum([kept[name] for name in (*names.singles, coordination)], axis=0)
        found.append(Quantity("beyond_sum_km2", "ground kept by the whole beyond the sum of its parts", "km2", beyond))
    found.append(Quantity("joint_halt", "a rapid halt, all in concert", "1", halted(data, joint)))
    calm = _calmest(data, joint)
    if np.isfinite(calm).all():
        label = "the mean of the calmest span, all in concert"
        found.append(Quantity("joint_calmest", label, "km2/day", calm))
    if "hazard" in data:
        label = "hazard of a cease-fire, all in concert"
        found.append(Quantity("joint_hazard", label, "1/month", _hazard(data, joint)))
    return {one.name: one for one in found}


def halted(data: xr.Dataset, arm: str, within_days: float | None = None) -> Floats:
    """Return 1 for each replicate of an arm in which the advance halts, else 0; nan if the record is too short to tell.

    `within_days` moves the day by which a halt must begin.
    """
    day, judged_to = first_halts(data, arm, within_days)
    return np.isfinite(day).astype(float) if judged_to >= 0 else np.full(day.shape, np.nan)


def first_halts(data: xr.Dataset, arm: str, within_days: float | None = None) -> tuple[Floats, float]:
    """Return the day on which the first halt of each replicate begins, nan without one, and the last day judged."""
    rule = Thresholds.of(data)
    if within_days is not None:
        rule = replace(rule, halt_within_days=within_days)
    found = [first_halt(net, war, days_since_start(data), rule) for net, war in _shown(data, arm, rule)]
    return np.concatenate([day for day, _ in found]), found[0][1]


def _series(data: xr.Dataset, arm: str, name: str) -> list[tuple[Floats, npt.NDArray[np.bool_]]]:
    """Return a recorded variable of an arm and whether the war is on, each (replicate, time), in pieces."""
    pieces = in_pieces(data.sel(arm=[arm]))
    both = ((piece[name].squeeze("arm"), piece["war"].squeeze("arm")) for piece in pieces)
    lead = ("replicate", "time")
    return [(x.transpose(*lead).to_numpy().astype(float), war.transpose(*lead).to_numpy() > 0.5) for x, war in both]


def _shown(data: xr.Dataset, arm: str, rule: Thresholds) -> list[tuple[Floats, npt.NDArray[np.bool_]]]:
    """Return the net gain of an arm as a map would show it, and whether the war is on, in pieces."""
    at, found = 0, []
    for net, war in _series(data, arm, "net_km2"):
        found.append((mapped(data.isel(replicate=slice(at, at + len(net))), rule, net), war))
        at += len(net)
    return found


def _calmest(data: xr.Dataset, arm: str) -> Floats:
    """Return how near each replicate of an arm came to a halt; where the war ended before any span, its fastest one."""
    days, rule, found = days_since_start(data), Thresholds.of(data), []
    for net, war in _shown(data, arm, rule):
        rates = critical_rates(net, war, days, rule)
        if np.isinf(rates).any():
            rates = np.where(np.isinf(rates), mean_rates(net, days, rule.halt_days).max(axis=-1), rates)
        found.append(rates)
    return np.concatenate(found)


def _hazard(data: xr.Dataset, arm: str) -> Floats:
    """Return the mean hazard of an arm over the weeks in which the war goes on, (replicate,) per month."""
    pieces = _series(data, arm, "hazard")
    return np.concatenate([np.where(war, x, 0.0).sum(axis=1) / np.maximum(war.sum(axis=1), 1) for x, war in pieces])
