"""Where on its way a lever's effect is lost: what arrives, what stands and is fired, and what comes of it on the ground."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import xarray as xr

from sim.analysis.estimate import Estimate
from sim.analysis.names import Names
from sim.analysis.outcomes.judging import Thresholds

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Stage:
    """One stage on the way from a dose to the ground.

    Parameters
    ----------
    name : str
        For people.
    base : Estimate
        Mean of the base.
    change : Estimate
        Mean paired difference of the arm to it, in the same unit.
    """

    name: str
    base: Estimate
    change: Estimate


def stages(data: xr.Dataset, arms: tuple[str, ...]) -> dict[str, list[Stage]]:
    """Return the stages of each arm that the record has; the base itself is left out."""
    names, level = Names.of(data), Thresholds.of(data).interval
    recorded = _recorded(data, names)
    found: dict[str, list[Stage]] = {}
    for arm in arms:
        at = names.arms.index(arm)
        found[arm] = [
            Stage(name, Estimate.mean(values[0], level, unit), Estimate.mean(values[at] - values[0], level, unit))
            for name, (values, unit) in recorded.items()
        ]
    return found


def _recorded(data: xr.Dataset, names: Names) -> dict[str, tuple[Floats, str]]:
    """Return what the record has of each stage, (arm, replicate) with its unit, in the order of the way."""
    found: dict[str, tuple[Floats, str]] = {}

    def keep(name: str, values: xr.DataArray, unit: str) -> None:
        found[name] = values.transpose("arm", "replicate").to_numpy().astype(float), unit

    if "delivered" in data:
        keep("aid delivered by the end", data["delivered"].isel(time=-1).sum("ally"), "Gusd")
    if "troops" in data:
        line = data["troops"].sel(side=names.defender.id).sum("front").mean("time")
        keep(f"{names.defender.demonym} troops on the line, mean", line, "person")
    if "fire_index" in data:
        for side in (names.defender, names.attacker):
            fires = data["fire_index"].sel(side=side.id).mean("time")
            keep(f"{side.demonym} fires, the start's being 1, mean", fires, "1")
    keep(f"net {names.attacker.demonym} gain by the end", data["net_km2"].isel(time=-1), "km2")
    return found
