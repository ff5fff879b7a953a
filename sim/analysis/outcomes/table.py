"""The outcome table: what became of every arm, each number with its interval, beside the base."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import xarray as xr

from sim.analysis.estimate import Estimate
from sim.analysis.names import Names
from sim.analysis.outcomes.binding import binding
from sim.analysis.outcomes.judging import Thresholds
from sim.analysis.outcomes.ladder import shares
from sim.analysis.outcomes.own_metrics import own_metrics
from sim.analysis.outcomes.replicates import EVENTS, Outcome, by_milestone, known_outcomes, outcomes_in
from sim.analysis.statistics.row_estimates import ratio

if TYPE_CHECKING:
    import pandas as pd

Floats = npt.NDArray[np.float64]

COST = Outcome("cost_per_km2_kept", "aid per km2 kept", "Gusd/km2", more_is_better=False)


@dataclass(frozen=True)
class ArmOutcomes:
    """What became of one arm.

    Parameters
    ----------
    arm, label, role : str
        The role is empty where the arm has none.
    net_km2 : mapping of str to Estimate
        Net gain of the attacker by milestone (ISO date): spread of the replicates.
    difference_km2, mean_difference_km2 : mapping of str to Estimate
        Paired difference to the base by milestone: its spread, and its mean with the error of that mean.
    chances : mapping of str to Estimate
        Of ``halt``, ``reversal`` and ``ceasefire``.
    means : mapping of str to Estimate
        Mean at the end of the record, by outcome: people (of each side) and money.
    differences : mapping of str to Estimate
        Mean paired difference to the base, by outcome, in the outcome's unit.
    cost_per_km2_kept : Estimate
        Money delivered beyond the base's for each km2 kept from the attacker, Gusd/km2; unknown where more money, or
        the ground kept, is not clearly above zero.
    pace_left : Estimate
        Mean net gain of the attacker over the last quarter of a year, km2/day.
    durable_if_ceasefire : float
        Mean chance that a cease-fire lasts where one comes; nan where none does.
    own : mapping of str to Estimate
        Mean (or chance) of each metric of the scenario's own that has a number in every replicate.
    ladder : mapping of str to mapping of str to float
        Share of replicates slower than each rung, by when the span must begin; see `sim.analysis.outcomes.ladder`.
    binding : mapping of str to mapping
        By side and need, in how many replicates and weeks it binds; see `sim.analysis.outcomes.binding`.
    """

    arm: str
    label: str
    role: str
    net_km2: Mapping[str, Estimate]
    difference_km2: Mapping[str, Estimate]
    mean_difference_km2: Mapping[str, Estimate]
    chances: Mapping[str, Estimate]
    means: Mapping[str, Estimate]
    differences: Mapping[str, Estimate]
    cost_per_km2_kept: Estimate
    pace_left: Estimate
    durable_if_ceasefire: float
    own: Mapping[str, Estimate] = field(default_factory=dict)
    ladder: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    binding: Mapping[str, Mapping[str, Mapping[str, float]]] = field(default_factory=dict)


@dataclass(frozen=True, repr=False)
class OutcomeTable:
    """The outcomes of every arm of a result.

    Parameters
    ----------
    title : str
    arms : mapping of str to ArmOutcomes
        The base first.
    outcomes : mapping of str to Outcome
        What the names in `ArmOutcomes.differences` stand for.
    milestones : tuple of str
        ISO dates inside the record.
    unchanged : tuple of str
        Arms that differ from the base in no replicate and no outcome.
    replicates : int
    seed : int or None
    level : float
        Coverage of the intervals.
    horizon_days : float
    halt_judged_to_day : float
        Last day on which a halt could begin and still be seen whole.
    complete : bool
        Whether every replicate of the design is in.
    excluded : int
        Replicates left out because their numbers make no sense; see `sim.analysis.validity`.
    excluded_why : str
        Which, from which day on, and the likely cause; empty if there are none.
    own : tuple of str
        Names of the scenario's own metrics.
    """

    title: str
    arms: Mapping[str, ArmOutcomes]
    outcomes: Mapping[str, Outcome]
    milestones: tuple[str, ...]
    unchanged: tuple[str, ...]
    replicates: int
    seed: int | None
    level: float
    horizon_days: float
    halt_judged_to_day: float
    complete: bool
    excluded: int = 0
    excluded_why: str = ""
    own: tuple[str, ...] = ()

    def frame(self) -> pd.DataFrame:
        """Return the table as a pandas frame: a row an arm, and for each outcome its value and the interval's ends."""
        import pandas as pd

        rows = {name: self._row(arm) for name, arm in self.arms.items()}
        return pd.DataFrame.from_dict(rows, orient="index").rename_axis("arm")

    def __repr__(self) -> str:
        return f"{self.title}\n" + self.frame().T.to_string(float_format="{:,.2f}".format, na_rep="-")

    def _repr_html_(self) -> str:
        return str(self.frame().to_html(float_format="{:,.2f}".format, na_rep="-"))

    @staticmethod
    def _row(arm: ArmOutcomes) -> dict[tuple[str, str], float]:
        columns = {f"net_km2 by {date}": one for date, one in arm.net_km2.items()}
        columns |= {f"p_{event}": one for event, one in arm.chances.items()} | {**arm.means, **arm.own}
        ends = ("low", "value", "high")
        return {(name, end): getattr(one, end) for name, one in columns.items() for end in ends}


def outcome_table(table: xr.Dataset) -> OutcomeTable:
    """Return the outcome table of what `outcomes_by_replicate` found."""
    names, rule = Names.of(table), Thresholds.of(table)
    arms = {arm: _arm(table, index, names, rule) for index, arm in enumerate(names.arms)}
    counted = [name for name in ("net_km2", *outcomes_in(table)) if name in table]
    return OutcomeTable(
        title=str(table.attrs.get("title", "")),
        arms=arms,
        outcomes=outcomes_in(table),
        own=tuple(one.name for one in own_metrics(table)),
        milestones=tuple(by_milestone(table)),
        unchanged=tuple(arm for arm in names.arms[1:] if all(_same(table[name], arm) for name in counted)),
        replicates=int(table.sizes["replicate"]),
        seed=int(table.attrs["seed"]) if "seed" in table.attrs else None,
        level=rule.interval,
        horizon_days=7 * float(table.attrs["weeks"]),
        halt_judged_to_day=float(table.attrs["halt_judged_to_day"]),
        complete=bool(table.attrs.get("complete", True)),
        excluded=int(table.attrs.get("excluded", 0)),
        excluded_why=str(table.attrs.get("excluded_why", "")),
    )


def _same(outcome: xr.DataArray, arm: str) -> bool:
    """Return whether an arm equals the base in every replicate."""
    return np.array_equal(outcome.sel(arm=arm).to_numpy(), outcome[0].to_numpy(), equal_nan=True)


def _arm(table: xr.Dataset, index: int, names: Names, rule: Thresholds) -> ArmOutcomes:
    level, net, own = rule.interval, by_milestone(table), {one.name for one in own_metrics(table)}
    money = table["delivered"].to_numpy() if "delivered" in table else np.full(table["kept_km2"].shape, np.nan)
    arm = names.arms[index]
    apart = {date: values[index] - values[0] for date, values in net.items()}
    durable = table["durable"].to_numpy()[index]
    return ArmOutcomes(
        arm=arm,
        label=names.labels[arm],
        role=names.roles.get(arm, ""),
        net_km2={date: Estimate.spread(values[index], level, "km2") for date, values in net.items()},
        difference_km2={date: Estimate.spread(values, level, "km2") for date, values in apart.items()},
        mean_difference_km2={date: Estimate.mean(values, level, "km2") for date, values in apart.items()},
        chances={event: Estimate.rate(table[f"p_{event}"].to_numpy()[index], level) for event in EVENTS},
        means={
            one.name: Estimate.mean(table[one.name].to_numpy()[index], level, one.unit)
            for one in known_outcomes(table)
            if one.unit in ("person", "Gusd") and one.name not in own
        },
        own={
            one.name: (Estimate.rate if one.chance else partial(Estimate.mean, unit=one.unit))(
                table[one.name].to_numpy()[index], level
            )
            for one in known_outcomes(table)
            if one.name in own
        },
        differences=differences(table, index, 0),
        cost_per_km2_kept=cost_per_km2_kept(money[index] - money[0], table["kept_km2"].to_numpy()[index], level),
        pace_left=Estimate.mean(table["pace_left"].to_numpy()[index], level, "km2/day"),
        durable_if_ceasefire=float(np.nanmean(durable)) if np.isfinite(durable).any() else float("nan"),
        ladder=_ladder(table, index, rule),
        binding=binding(table["weeks_short"].isel(arm=index)) if "weeks_short" in table else {},
    )


def _ladder(table: xr.Dataset, index: int, rule: Thresholds) -> dict[str, dict[str, float]]:
    """Return the shares of an arm's replicates slower than each rung: in the time of the verdict, and at any time."""
    if "slowest" not in table:
        return {}
    pace = float(table["pace"].to_numpy()[0].mean())
    spans = {f"begun by day {rule.halt_within_days:g}": "slowest_in_time", "at any time": "slowest"}
    return {words: shares(table[name].to_numpy()[index], pace) for words, name in spans.items()}


def differences(table: xr.Dataset, index: int, reference: int) -> dict[str, Estimate]:
    """Return the mean paired difference of one arm to another for every outcome, in the outcome's unit."""
    found = {}
    for name, one in outcomes_in(table).items():
        if name in table:
            rows = table[name].to_numpy()
            found[name] = paired_difference(rows[index] - rows[reference], one, Thresholds.of(table).interval)
    return found


def paired_difference(values: Floats, outcome: Outcome, level: float) -> Estimate:
    """Return the mean of paired differences in an outcome (replicate,)."""
    if outcome.chance:
        return Estimate.paired_rate(values, level)
    return Estimate.mean(values, level, outcome.unit)


def cost_per_km2_kept(money: Floats, ground: Floats, level: float) -> Estimate:
    """Return the money delivered for each km2 kept, Gusd/km2, from paired differences (replicate,) of two arms.

    A ratio of means; unknown unless more money and more ground are both clearly above zero: less money for less ground is
    no price of keeping any, and what is kept without more money has other costs.
    """
    found = ratio(money, ground, level, COST.unit)
    paid = Estimate.mean(money, level).sign > 0 and Estimate.mean(ground, level).sign > 0
    return found if paid else replace(found, value=np.nan, low=np.nan, high=np.nan)
