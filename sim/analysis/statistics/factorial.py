"""A full factorial judged: what each lever adds, what levers do to each other, and whether the whole exceeds its parts.

Every number is a mean over replicates of a difference taken in the same replicate (same noise, same parameters), with
the error of that mean. `sim.analysis.statistics.coalitions` has the definitions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np
import numpy.typing as npt
import xarray as xr

from sim.analysis.estimate import Estimate
from sim.analysis.names import Names
from sim.analysis.outcomes.judging import Thresholds
from sim.analysis.outcomes.replicates import Outcome, known_outcomes
from sim.analysis.statistics import coalitions as games
from sim.analysis.statistics.arm_sets import Factorial, factorial_of
from sim.analysis.statistics.effect_scales import beyond_product
from sim.analysis.statistics.row_estimates import estimates, ratio
from sim.foundation.format import format_difference, format_percent

Floats = npt.NDArray[np.float64]

SPOKEN = ("kept_km2", "p_halt")
"""Outcomes that the sentence speaks of."""


@dataclass(frozen=True)
class RunFacts:
    """What a reader must know of the run; `interval` is the level of every estimate, `end` the last day.

    `excluded` replicates are left out, for what `excluded_why` says; see `sim.analysis.validity`.
    """

    kind: str
    title: str
    replicates: int
    seed: int | None
    interval: float
    weeks: float
    end: str
    excluded: int
    excluded_why: str

    @classmethod
    def of(cls, table: xr.Dataset, kind: str) -> RunFacts:
        """Return the facts of the run that `table` was made from."""
        return cls(
            kind=kind,
            title=str(table.attrs.get("title", "")),
            replicates=int(table.sizes["replicate"]),
            seed=int(table.attrs["seed"]) if "seed" in table.attrs else None,
            interval=Thresholds.of(table).interval,
            weeks=float(table.attrs["weeks"]),
            end=str(table["time"].to_numpy()[-1])[:10],
            excluded=int(table.attrs.get("excluded", 0)),
            excluded_why=str(table.attrs.get("excluded_why", "")),
        )


@dataclass(frozen=True)
class WholeAndParts:
    """All levers together, the sum of each alone, and their difference.

    `spread` is the difference in single replicates; the shares count those in which it is above and below zero.
    """

    joint: Estimate
    sum_of_parts: Estimate
    joint_minus_sum: Estimate
    spread: Estimate
    whole_exceeds_parts_in: float
    whole_falls_short_in: float


@dataclass(frozen=True)
class LeverEffects:
    """What one lever adds, by the four ways of asking.

    `alone`; `main`: mean over all settings; `shapley`, with its share of the joint gain (unknown where that cannot be
    distinguished from zero); `last`: added to all others. `helps_in` is the share of replicates in which the Shapley value is
    above zero.
    """

    alone: Estimate
    main: Estimate
    shapley: Estimate
    last: Estimate
    shapley_share: Estimate
    helps_in: float


@dataclass(frozen=True)
class Superadditivity:
    """Over all `pairs` of disjoint sets: the share whose union exceeds them, and how many lie clearly above and below.

    Each is reported at the level of the interval, so that a few are by chance.
    """

    pairs: int
    share: float
    told_above: int
    told_below: int


@dataclass(frozen=True)
class OutcomeEffects:
    """What the levers do to one outcome.

    Parameters
    ----------
    outcome : Outcome
    whole : WholeAndParts
    blocks : mapping of str to WholeAndParts
        The same without the last factor, and with it on in both the whole and the parts.
    sizes : mapping of str to list of Estimate
        Mean gain of the sets of none, one, two ... of the other levers, in the two blocks; ``with_if_additive``: what
        the second would gain if the last factor added to every set what it adds alone; and the paired difference.
    levers : mapping of str to LeverEffects
    pairs : mapping of str to Estimate
        Interaction of every two levers over all settings of the rest.
    orders, dividends : mapping of str to Estimate
        Dividends added up by the number of levers, and of every set.
    superadditivity : Superadditivity
    joint_minus_product : Estimate or None
        Of ground kept: beyond levers that each multiply the gain by a factor, and no more; such levers fall short of
        their sum without any interaction.
    """

    outcome: Outcome
    whole: WholeAndParts
    blocks: Mapping[str, WholeAndParts]
    sizes: Mapping[str, list[Estimate]]
    levers: Mapping[str, LeverEffects]
    pairs: Mapping[str, Estimate]
    orders: Mapping[str, Estimate]
    dividends: Mapping[str, Estimate]
    superadditivity: Superadditivity
    joint_minus_product: Estimate | None = None


@dataclass(frozen=True)
class WhileFighting:
    """The account of ground kept from the replicates that no arm ends by a cease-fire, and their number.

    A cease-fire stops the advance, and when one comes rests on guessed coefficients.
    """

    wars: int
    whole: WholeAndParts
    blocks: Mapping[str, WholeAndParts]
    levers: Mapping[str, LeverEffects]


@dataclass(frozen=True)
class ArmGains:
    """One set of levers: its mean outcomes, and its gains over the base."""

    label: str
    levers: list[str]
    mean: Mapping[str, float]
    gain: Mapping[str, Estimate]


@dataclass(frozen=True)
class FactorialEffects:
    """Everything that a full factorial tells."""

    run: RunFacts
    factors: Mapping[str, str]
    arms: Mapping[str, ArmGains]
    outcomes: Mapping[str, OutcomeEffects]
    while_fighting: WhileFighting | None

    @property
    def sentence(self) -> str:
        """Whether the whole exceeds the sum of its parts, in ground and in halts."""
        found = [self.outcomes[name] for name in SPOKEN if name in self.outcomes]
        if not found:
            return "The record is too short to tell."
        first = f", {format_percent(self.run.interval)} interval"
        parts = [self._said(one, "" if place else first) for place, one in enumerate(found)]
        return f"After {self.run.weeks:.0f} weeks: {'; '.join(parts)}."

    def _said(self, found: OutcomeEffects, interval: str) -> str:
        write, whole = partial(format_difference, unit=found.outcome.unit), found.whole
        beyond = whole.joint_minus_sum
        side = ("cannot be distinguished from", "exceeds", "falls short of")[beyond.sign]
        best = max(found.levers, key=lambda name: found.levers[name].shapley.value)
        largest = f", and {best} has the largest share" if found.levers[best].shapley.low > 0 else ""
        return (
            f"{found.outcome.label} - all {len(self.factors)} together {write(whole.joint.value)}, each alone "
            f"{write(whole.sum_of_parts.value)} in sum; the whole {side} the sum of its parts "
            f"({write(beyond.value)}, {write(beyond.low, with_unit=False)} to {write(beyond.high)}{interval}){largest}"
        )


class Gains:
    """What every set of levers gains over the base in one outcome, replicate by replicate.

    Parameters
    ----------
    worth : ndarray, shape (2^n, replicate)
        Sets in the order of their index; the empty one first.
    full : Factorial
    outcome : Outcome
    level : float
        Coverage of the intervals.
    """

    def __init__(self, worth: Floats, full: Factorial, outcome: Outcome, level: float) -> None:
        self.worth, self.full, self.outcome, self.level = worth, full, outcome, level

    @classmethod
    def read(cls, table: xr.Dataset, full: Factorial, outcome: Outcome) -> Gains:
        """Return the gains in an outcome of `table`."""
        rows = table[outcome.name].transpose("arm", "replicate").to_numpy()[full.rows]
        return cls(rows - rows[0], full, outcome, Thresholds.of(table).interval)

    @cached_property
    def _size(self) -> int:
        return len(self.full.factors)

    def estimates(self, values: Floats, bounds: npt.ArrayLike = 1.0) -> list[Estimate]:
        """Return the mean of every row (row, replicate); `bounds` are the largest differences possible, for chances."""
        return estimates(values, self.level, self.outcome.unit, self.outcome.chance, bounds)

    def effects(self) -> OutcomeEffects:
        """Return everything about the outcome."""
        factors, pairs = self.full.factors, games.pair_effects(self.worth)
        names = [f"{factors[i]}+{factors[j]}" for i, j in pairs]
        most = 2.0 ** (games.sizes(self._size) - 1)
        dividends = self.estimates(games.dividends(self.worth), most)
        orders = self.estimates(games.by_order(self.worth), 2.0**self._size)
        return OutcomeEffects(
            outcome=self.outcome,
            whole=self.whole(self.worth),
            blocks=self.blocks(),
            sizes=self._sizes(),
            levers=self.levers(),
            pairs=dict(zip(names, self.estimates(np.stack(list(pairs.values())), 2.0), strict=True)),
            orders={str(order): one for order, one in enumerate(orders, start=1)},
            dividends={self.full.name(index): one for index, one in enumerate(dividends) if index},
            superadditivity=self._superadditivity(),
        )

    def whole(self, worth: Floats) -> WholeAndParts:
        """Return the whole, the sum of its parts, and what is between them, of the game `worth`."""
        n = games.players(worth)
        surplus = games.excess(worth)
        joint = worth[-1] - worth[0]
        together, parts, beyond = self.estimates(np.stack([joint, joint - surplus, surplus]), [1.0, n, n + 1.0])
        spread = Estimate.spread(surplus, self.level, self.outcome.unit)
        return WholeAndParts(together, parts, beyond, spread, float((surplus > 0).mean()), float((surplus < 0).mean()))

    def blocks(self) -> dict[str, WholeAndParts]:
        """Return the whole and its parts among the other levers, with the last factor off and with it on."""
        half, last = len(self.worth) // 2, self.full.factors[-1]
        return {f"without {last}": self.whole(self.worth[:half]), f"with {last}": self.whole(self.worth[half:])}

    def levers(self) -> dict[str, LeverEffects]:
        """Return what each lever adds."""
        value = games.shapley(self.worth)
        ways = (games.alone(self.worth), games.main_effects(self.worth), value, games.last(self.worth))
        joint = self.worth[-1] - self.worth[0]
        alone, main, shapley, last = (self.estimates(rows) for rows in ways)
        return {
            factor: LeverEffects(
                alone[n], main[n], shapley[n], last[n], ratio(value[n], joint, self.level), float((value[n] > 0).mean())
            )
            for n, factor in enumerate(self.full.factors)
        }

    def _sizes(self) -> dict[str, list[Estimate]]:
        half, last = len(self.worth) // 2, self.full.factors[-1]
        size = games.sizes(self._size - 1)
        without, with_it = (
            np.stack([block[size == k].mean(axis=0) for k in range(self._size)])
            for block in (self.worth[:half], self.worth[half:])
        )
        rows = {f"without {last}": without, f"with {last}": with_it, "with_if_additive": without + self.worth[half]}
        rows["with_minus_additive"] = with_it - rows["with_if_additive"]
        return {name: self.estimates(values, 2.0) for name, values in rows.items()}

    def _superadditivity(self) -> Superadditivity:
        found = self.estimates(games.superadditivity(self.worth), 3.0)
        signs = [one.sign for one in found]
        share = sum(one.value > 0 for one in found) / len(found)
        return Superadditivity(len(found), share, signs.count(1), signs.count(-1))


def analyse(table: xr.Dataset) -> FactorialEffects:
    """Return everything that a full factorial tells.

    Parameters
    ----------
    table : Dataset
        One number a replicate, from `sim.analysis.outcomes.replicates.outcomes_by_replicate`.

    Raises
    ------
    UserError
        If the arms are no full factorial.
    """
    names = Names.of(table)
    full = factorial_of(names.arms)
    gains = {one.name: Gains.read(table, full, one) for one in known_outcomes(table)}
    outcomes = {name: one.effects() for name, one in gains.items()}
    if ground := outcomes.get("kept_km2"):
        beyond = _beyond_product(table, full)
        outcomes["kept_km2"] = OutcomeEffects(**{**vars(ground), "joint_minus_product": beyond})
    return FactorialEffects(
        run=RunFacts.of(table, "factorial"),
        factors={name: names.labels[name].removesuffix(" alone") for name in full.factors},
        arms=_arms(table, full, gains, names),
        outcomes=outcomes,
        while_fighting=_while_fighting(table, gains.get("kept_km2")),
    )


def joint_minus_sum(table: xr.Dataset, full: Factorial, outcome: Outcome) -> Estimate:
    """Return the whole less the sum of its parts."""
    gains = Gains.read(table, full, outcome)
    return gains.whole(gains.worth).joint_minus_sum


def _while_fighting(table: xr.Dataset, ground: Gains | None) -> WhileFighting | None:
    fought = ~(table["p_ceasefire"] > 0).any("arm").to_numpy()
    if ground is None or fought.sum() < 2:
        return None
    kept = Gains(ground.worth[:, fought], ground.full, ground.outcome, ground.level)
    return WhileFighting(int(fought.sum()), kept.whole(kept.worth), kept.blocks(), kept.levers())


def _beyond_product(table: xr.Dataset, full: Factorial) -> Estimate:
    """Return the ground that the whole keeps beyond levers that each multiply the attacker's gain."""
    net = table["net_km2"].transpose("arm", "replicate").to_numpy()[full.rows].astype(float)
    alone = [net[1 << n] for n in range(len(full.factors))]
    return Estimate.mean(-beyond_product(net[-1], net[0], alone), Thresholds.of(table).interval, "km2")


def _arms(table: xr.Dataset, full: Factorial, gains: Mapping[str, Gains], names: Names) -> dict[str, ArmGains]:
    """Return every arm, sets in the order of their index."""
    found = {name: one.estimates(one.worth) for name, one in gains.items()}
    means = {name: table[name].transpose("arm", "replicate").to_numpy().mean(axis=1) for name in gains}
    arms = {}
    for index, row in enumerate(full.rows):
        nothing = {name: Estimate(0.0, 0.0, 0.0, one.level, 0, one.outcome.unit) for name, one in gains.items()}
        gain = {name: rows[index] for name, rows in found.items()} if index else nothing
        levers = [full.factors[bit] for bit in games.members(index)]
        arm = names.arms[row]
        arms[arm] = ArmGains(names.labels[arm], levers, {name: float(one[row]) for name, one in means.items()}, gain)
    return arms
