"""Contrasts: arms against a reference arm, of the same result or of another, paired where that means something."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from sim.analysis.estimate import Estimate
from sim.analysis.names import Names
from sim.analysis.outcomes.judging import Thresholds
from sim.analysis.outcomes.replicates import Outcome, known_outcomes
from sim.analysis.outcomes.table import COST, cost_per_km2_kept, paired_difference

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class ArmContrast:
    """One arm less the reference.

    Parameters
    ----------
    arm, label : str
    differences : mapping of str to Estimate
        By outcome, in its unit: mean differences with the error of the mean. ``kept_km2`` is the ground that the
        attacker gains in the reference and not in this arm.
    identical : bool
        Whether every replicate of the arm equals the same one of the reference in every outcome.
    """

    arm: str
    label: str
    differences: Mapping[str, Estimate]
    identical: bool


@dataclass(frozen=True, repr=False)
class Contrast:
    """Arms against a reference.

    Parameters
    ----------
    reference : str
    arms : mapping of str to ArmContrast
    outcomes : mapping of str to Outcome
    paired : bool
        Whether replicate k of an arm is compared with replicate k of the reference: same start, seed, parameters.
    reason : str
        Why they are not paired; empty if they are.
    """

    reference: str
    arms: Mapping[str, ArmContrast]
    outcomes: Mapping[str, Outcome]
    paired: bool
    reason: str = ""

    def frame(self) -> pd.DataFrame:
        """Return the contrast as a pandas frame: a row an arm and outcome, with the ends of the interval."""
        import pandas as pd

        rows = [
            {"arm": arm, "outcome": name, **vars(one), "paired": self.paired}
            for arm, contrast in self.arms.items()
            for name, one in contrast.differences.items()
        ]
        return pd.DataFrame(rows).set_index(["arm", "outcome"])

    def __repr__(self) -> str:
        return f"{self._heading}\n" + self.frame().drop(columns="paired").to_string(float_format=_short, na_rep="-")

    def _repr_html_(self) -> str:
        rows = self.frame().drop(columns="paired").to_html(float_format=_short, na_rep="-")
        return f"<p>{self._heading}</p>{rows}"

    @property
    def _heading(self) -> str:
        return f"Against {self.reference}, {'paired' if self.paired else 'unpaired: ' + self.reason}"


def _short(value: float) -> str:
    return f"{value:,.3g}" if abs(value) < 1e3 else f"{value:,.0f}"


def contrast(
    table: xr.Dataset, arms: Sequence[str], reference: str, of: xr.Dataset | None = None, called: str = ""
) -> Contrast:
    """Return `arms` of `table` against an arm of the same table, or of another.

    Parameters
    ----------
    table, of : Dataset
        From `outcomes_by_replicate`.
    arms : sequence of str
    reference : str
        An arm of `of`, or of `table` without it.
    called : str
        What to call the reference; by default its own name.
    """
    other = table if of is None else of
    reason = "" if of is None else why_unpaired(table, other)
    against = _row(other, reference)
    if not reason:
        shared = np.intersect1d(table["replicate"].to_numpy(), other["replicate"].to_numpy())
        table, against = table.sel(replicate=shared), against.sel(replicate=shared)
    outcomes = {one.name: one for one in known_outcomes(table) if one in known_outcomes(other)} | {COST.name: COST}
    labels = Names.of(table).labels
    found = {arm: _arm(_row(table, arm), against, labels[arm], outcomes, not reason) for arm in arms}
    return Contrast(called or reference, found, outcomes, not reason, reason)


def why_unpaired(one: xr.Dataset, other: xr.Dataset) -> str:
    """Return why the replicates of two results are no pairs; empty if they are.

    Same start, seed and parameters give the same base to the bit, so that bases that differ tell of other parameters.
    """
    times = [data["time"].to_numpy().astype("datetime64[D]") for data in (one, other)]
    if times[0][0] != times[1][0]:
        return f"the starts differ ({times[0][0]} and {times[1][0]})"
    if times[0][-1] != times[1][-1]:
        weeks = [int((time[-1] - time[0]).astype(int)) // 7 for time in times]
        return f"the horizons differ ({weeks[0]} and {weeks[1]} weeks)"
    if one.attrs.get("seed") != other.attrs.get("seed"):
        return f"the seeds differ ({one.attrs.get('seed')} and {other.attrs.get('seed')})"
    shared = np.intersect1d(one["replicate"].to_numpy(), other["replicate"].to_numpy())
    names = [name for name in ("net_km2", "net_km2_at", "p_ceasefire", "delivered") if name in one and name in other]
    bases = [[data[name].isel(arm=0).sel(replicate=shared).to_numpy() for name in names] for data in (one, other)]
    same = all(mine.shape == theirs.shape and (mine == theirs).all() for mine, theirs in zip(*bases, strict=True))
    return "" if shared.size and same else "the parameters differ"


def _row(table: xr.Dataset, arm: str) -> xr.Dataset:
    """Return one arm, its ground kept counted from none rather than from the base of its own result."""
    row = table.sel(arm=arm)
    return row.assign(kept_km2=-row["net_km2"])


def _arm(
    mine: xr.Dataset, theirs: xr.Dataset, label: str, outcomes: Mapping[str, Outcome], paired: bool
) -> ArmContrast:
    level = Thresholds.of(mine).interval
    found, identical = {}, paired
    for name, one in outcomes.items():
        if one is COST:
            continue
        a, b = mine[name].to_numpy(), theirs[name].to_numpy()
        identical &= paired and np.array_equal(a, b)
        if paired:
            found[name] = paired_difference(a - b, one, level)
        else:
            found[name] = (
                Estimate.rate_difference(a, b, level) if one.chance else Estimate.mean_difference(a, b, level, one.unit)
            )
    found[COST.name] = _cost(mine, theirs, found, paired)
    return ArmContrast(str(mine["arm"].item()), label, found, identical)


def _cost(mine: xr.Dataset, theirs: xr.Dataset, found: Mapping[str, Estimate], paired: bool) -> Estimate:
    """Return the money for each km2 kept; without pairs it has no interval; unknown where no ground is kept or no money comes."""
    if paired and "delivered" in found:
        a, b = (row[["delivered", "kept_km2"]] for row in (mine, theirs))
        money, ground = ((a[name].to_numpy() - b[name].to_numpy()) for name in ("delivered", "kept_km2"))
        return cost_per_km2_kept(money, ground, found["kept_km2"].level)
    ground, money = found["kept_km2"], found.get("delivered")
    nothing = replace(ground, value=np.nan, low=np.nan, high=np.nan, unit=COST.unit)
    if money is None or money.sign < 1 or ground.sign < 1:
        return nothing
    return replace(nothing, value=money.value / ground.value)
