"""One number a war for each outcome: the table (arm, replicate) that effects and interactions are made of.

A result of many arms is read a few replicates at a time, so that memory does not grow with their number.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import xarray as xr

from sim.analysis.outcomes.judging import Thresholds, days_since_start, outcomes

Floats = npt.NDArray[np.float64]

NEEDS = ("net_km2", "net_km2_front", "war", "durable", "casualties", "pledged", "delivered")
"""The recorded variables that the table is made of; a run that is only for it may keep these alone."""

TOTALS = {"pledged": "aid pledged by the end", "delivered": "aid delivered by the end"}
"""What has to be the same, in Gusd over all allies, where doses are compared at equal totals."""

LANES_AT_ONCE = 4_096


@dataclass(frozen=True)
class Outcome:
    """One thing that is compared between arms.

    Parameters
    ----------
    name : str
        In tables and JSON; chances begin with ``p_``.
    label : str
        For people.
    unit : str
        ``km2``, ``person``, or ``1`` for chances.
    more_is_better : bool
        For Ukraine.
    conditional : bool
        Whether it rests on guessed coefficients of the Kremlin's choice.
    """

    name: str
    label: str
    unit: str
    more_is_better: bool = True
    conditional: bool = False

    @property
    def chance(self) -> bool:
        """Whether it either happens or not in a war."""
        return self.name.startswith("p_")


OUTCOMES = (
    Outcome("kept_km2", "ground kept from Russia", "km2"),
    Outcome("p_halt", "chance of a rapid halt", "1"),
    Outcome("p_reversal", "chance of a reversal on some front", "1"),
    Outcome("casualties_russia", "Russian casualties", "person"),
    Outcome("casualties_ukraine", "Ukrainian casualties", "person", more_is_better=False),
    Outcome("p_ceasefire", "chance of a cease-fire", "1", conditional=True),
)
BY_NAME = {outcome.name: outcome for outcome in OUTCOMES}


def per_war(data: xr.Dataset, thresholds: Thresholds | None = None, lanes_at_once: int = LANES_AT_ONCE) -> xr.Dataset:
    """Return what became of every war, a number for each outcome.

    Parameters
    ----------
    data : Dataset
        A result with the variables `NEEDS` (those absent leave their outcome out).
    thresholds : Thresholds, optional
        By default those in its attributes.
    lanes_at_once : int
        Wars read into memory together.

    Returns
    -------
    Dataset
        Over (arm, replicate): the `OUTCOMES` (chances as 0 and 1, nan where the record is too short to tell),
        ``net_km2`` at the end of the record, and the `TOTALS` (Gusd). ``kept_km2`` is the ground that
        Russia gains in the base and not in this arm, the same war of both. ``time`` holds the first and last day.
    """
    rule = thresholds or Thresholds.of(data)
    step = max(1, lanes_at_once // data.sizes["arm"])
    count = data.sizes["replicate"]
    pieces = [_piece(data.isel(replicate=slice(at, at + step)), rule) for at in range(0, count, step)]
    table = xr.concat(pieces, "replicate") if len(pieces) > 1 else pieces[0]
    table["kept_km2"] = table["net_km2"].isel(arm=0, drop=True) - table["net_km2"]
    table = table.assign_coords(time=data["time"].isel(time=[0, -1]))
    return table.assign_attrs({**data.attrs, "weeks": float(days_since_start(data)[-1] / 7)})


def _piece(data: xr.Dataset, rule: Thresholds) -> xr.Dataset:
    """Return the table of some replicates."""
    data = data[[name for name in NEEDS if name in data]].load()
    what = outcomes(data, rule)
    table = xr.Dataset(coords={"arm": data["arm"], "replicate": data["replicate"]})
    end = data.isel(time=-1, drop=True)
    table["net_km2"] = _plain(end["net_km2"])
    for event in ("halt", "reversal", "ceasefire"):
        table[f"p_{event}"] = _plain(what[event])
    if "casualties" in end:
        for side in end["side"].to_numpy():
            table[f"casualties_{side}"] = _plain(end["casualties"].sel(side=side, drop=True))
    for name in TOTALS:
        if name in end:
            table[name] = _plain(end[name].sum("ally"))
    return table


def _plain(values: xr.DataArray) -> xr.DataArray:
    found: xr.DataArray = values.transpose("arm", "replicate").astype(float)
    return found


def told(table: xr.Dataset) -> list[Outcome]:
    """Return the outcomes that the table has, and that its wars were long enough to tell."""
    return [one for one in OUTCOMES if one.name in table and not np.isnan(table[one.name].to_numpy()).any()]
