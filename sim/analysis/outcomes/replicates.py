"""What became of every replicate: one number for each outcome, the table (arm, replicate) that all judging is made of.

A result is read a few replicates at a time, so that memory does not grow with the weekly record: what remains of a
replicate is the table's row, some three hundred bytes for an arm; long tables are kept on the disk.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import xarray as xr

from sim.analysis.names import Names, Side
from sim.analysis.outcomes.binding import weeks_short
from sim.analysis.outcomes.columns import joined
from sim.analysis.outcomes.judging import JUDGED, Thresholds, days_since_start, outcomes
from sim.analysis.outcomes.own_metrics import own_metrics, values

Floats = npt.NDArray[np.float64]

PEOPLE = {"casualties": "killed and wounded", "killed": "killed"}
MONEY = {"pledged": "aid pledged by the end", "delivered": "aid delivered by the end"}
"""What has to be the same, in Gusd over all allies, where doses are compared at equal totals."""

NEEDS = (*JUDGED, *PEOPLE, *MONEY, "met")
"""The recorded variables that the table is made of; a run that is only for it may keep these alone."""

EVENTS = ("halt", "reversal", "ceasefire")
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
        ``km2``, ``person``, ``Gusd``, or ``1`` for chances.
    more_is_better : bool
        For the defender.
    conditional : bool
        Whether it rests on guessed coefficients of the attacker's choice.
    """

    name: str
    label: str
    unit: str
    more_is_better: bool = True
    conditional: bool = False

    @property
    def chance(self) -> bool:
        """Whether it either happens or not in a replicate."""
        return self.name.startswith("p_")


def outcomes_of(attacker: Side, defender: Side) -> dict[str, Outcome]:
    """Return what is compared between arms, by name, in the order of tables."""
    lives = [
        Outcome(f"{kind}_{side.id}", f"{side.demonym} {words}", "person", more_is_better=side is attacker)
        for kind, words in PEOPLE.items()
        for side in (attacker, defender)
    ]
    found = (
        Outcome("kept_km2", f"ground kept from {attacker.name}", "km2"),
        Outcome("p_halt", "chance of a rapid halt", "1"),
        Outcome("p_reversal", "chance of a reversal on some front", "1"),
        *lives,
        Outcome("delivered", "aid delivered", "Gusd", more_is_better=False),
        Outcome("p_ceasefire", "chance of a cease-fire", "1", conditional=True),
    )
    return {outcome.name: outcome for outcome in found}


def outcomes_by_replicate(
    data: xr.Dataset, thresholds: Thresholds | None = None, lanes_at_once: int = LANES_AT_ONCE
) -> xr.Dataset:
    """Return what became of every replicate.

    Parameters
    ----------
    data : Dataset
        A result with the variables `NEEDS` (those of people and money that are absent leave their outcome out).
    thresholds : Thresholds, optional
        By default those in its attributes.
    lanes_at_once : int
        Lanes (arms times replicates) read into memory together.

    Returns
    -------
    Dataset
        Over (arm, replicate): every outcome of `outcomes_of` (chances as 0 and 1, nan where the record is too short
        to tell), ``halt_day`` and ``ceasefire_day`` (nan without one), ``durable``, ``net_km2`` at the end, and
        ``pledged`` (Gusd). ``kept_km2`` is the ground that the attacker gains in the base and not in this arm, the
        same replicate of both. ``net_km2_at`` has the net gain at each ``milestone`` inside the record.
        ``weeks_short`` over (arm, replicate, side, need), where needs are recorded: see `sim.analysis.outcomes.binding`.
        ``time`` holds the first and last day; ``attrs["halt_judged_to_day"]`` as in `outcomes`.
    """
    rule = thresholds or Thresholds.of(data)
    table = joined((_piece(piece, rule) for piece in in_pieces(data, lanes_at_once)), data.sizes["replicate"])
    attributes = {f"verdict_{name}": getattr(rule, name) for name in rule.__dataclass_fields__}
    weeks = float(days_since_start(data)[-1] / 7)
    table = table.assign_coords(time=data["time"].isel(time=[0, -1]))
    return table.assign_attrs({**data.attrs, **attributes, **table.attrs, "weeks": weeks})


def in_pieces(data: xr.Dataset, lanes_at_once: int = LANES_AT_ONCE) -> Iterator[xr.Dataset]:
    """Return `data` a few replicates at a time."""
    step = max(1, lanes_at_once // data.sizes["arm"])
    for at in range(0, data.sizes["replicate"], step):
        yield data.isel(replicate=slice(at, at + step))


def outcomes_in(table: xr.Dataset) -> dict[str, Outcome]:
    """Return what the arms of a table or a result are compared in: the common outcomes, then the scenario's own metrics."""
    own = {
        one.name: Outcome(one.name, one.label, one.unit, more_is_better=one.more_is_better)
        for one in own_metrics(table)
    }
    return outcomes_of(*Names.of(table).sides) | own


def known_outcomes(table: xr.Dataset) -> list[Outcome]:
    """Return the outcomes that the table has, with a number in every replicate: some need a longer record."""
    every = outcomes_in(table)
    return [one for one in every.values() if one.name in table and np.isfinite(table[one.name].to_numpy()).all()]


def compared_outcomes(table: xr.Dataset) -> list[Outcome]:
    """Return what worlds are compared in one by one: net ground, and every known outcome but the ground kept, its complement."""
    attacker = Names.of(table).attacker
    ground = Outcome("net_km2", f"net gain of {attacker.name} by the end", "km2", more_is_better=False)
    return [ground, *(one for one in known_outcomes(table) if one.name != "kept_km2")]


def net_at_milestones(data: xr.Dataset, rule: Thresholds) -> dict[str, Floats]:
    """Return net gain at each milestone inside the record, ``{ISO date: (arm, replicate)}`` in km2.

    Between two records the gain is interpolated; a milestone up to half a recording step beyond the last
    record takes the last record's value (52 weeks end one day short of a year).
    """
    days = days_since_start(data)
    net = data["net_km2"].transpose("arm", "replicate", "time").to_numpy().astype(float)
    slack = (days[-1] - days[-2]) / 2 if len(days) > 1 else 0.0
    found: dict[str, Floats] = {}
    for date in rule.milestones:
        day = float((np.datetime64(date) - data["time"].to_numpy()[0]) / np.timedelta64(1, "D"))
        if not 0 < day <= days[-1] + slack:
            continue
        after = min(int(np.searchsorted(days, day)), len(days) - 1)
        share = min(1.0, (day - days[after - 1]) / (days[after] - days[after - 1]))
        found[date] = net[..., after - 1] + share * (net[..., after] - net[..., after - 1])
    return found


def by_milestone(table: xr.Dataset) -> Mapping[str, Floats]:
    """Return the net gain at each milestone of the table, ``{ISO date: (arm, replicate)}`` in km2."""
    return {str(date): table["net_km2_at"].sel(milestone=date).to_numpy() for date in table["milestone"].to_numpy()}


def _piece(data: xr.Dataset, rule: Thresholds) -> xr.Dataset:
    """Return the table of some replicates; of people and money only the last day is kept."""
    record = data[[name for name in JUDGED if name in data]].load()
    judged = outcomes(record, rule)
    table = judged.rename({event: f"p_{event}" for event in EVENTS})
    net = net_at_milestones(record, rule)
    dims = ("milestone", "arm", "replicate")
    shape = (len(net), data.sizes["arm"], data.sizes["replicate"])
    table = table.assign_coords(milestone=list(net))
    table["net_km2_at"] = dims, np.array(list(net.values())).reshape(shape)
    table["net_km2"] = _plain(record["net_km2"].isel(time=-1, drop=True))
    table["kept_km2"] = _plain(table["net_km2"].isel(arm=0, drop=True) - table["net_km2"])
    for one in own_metrics(data):
        table[one.name] = ("arm", "replicate"), values(data, one.expression, one.unit)
    if "met" in data:
        table["weeks_short"] = weeks_short(data)
    end = data.isel(time=-1, drop=True)[[name for name in (*PEOPLE, *MONEY) if name in data]].load()
    for name in PEOPLE:
        if name in end:
            for side in end["side"].to_numpy():
                table[f"{name}_{side}"] = _plain(end[name].sel(side=side, drop=True))
    for name in MONEY:
        if name in end:
            table[name] = _plain(end[name].sum("ally"))
    return table


def _plain(values: xr.DataArray) -> xr.DataArray:
    found: xr.DataArray = values.transpose("arm", "replicate").astype(float)
    return found
