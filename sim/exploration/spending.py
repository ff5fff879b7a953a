"""Ways to spend a sum on a scenario's levers of money: how much on which, from when, and on what kinds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.exploration.cases import Case
from sim.exploration.levers import MONTH, SUM, Lever, levers_of
from sim.foundation.errors import UserError
from sim.foundation.format import format_list
from sim.foundation.lanes import Array
from sim.models.campaign.goods import KINDS, NOT_ARMS
from sim.scenario.scenario import Scenario

LATEST = 0.5
"""Share of the horizon after a lever's own first day by which it has begun."""
LEAST = 0.02
"""Share of the budget below which a lever is left alone: nobody votes a rounding error."""
ARMS = tuple(kind for kind in KINDS if kind not in NOT_ARMS)
CENTS = 8
"""Digits to which billions are written: ten dollars, rounded down, so that a sum is never passed."""


@dataclass(frozen=True)
class Spending:
    """One way to spend the budget.

    Parameters
    ----------
    money : dict of str to float
        Gusd by lever; levers that get nothing are not in it.
    start : dict of str to date
        First day of each of them.
    kinds : dict of str to dict of str to float
        Shares of kinds of what a lever of delivery sends, adding up to one; a lever that is not in it sends as its donor's
        stocks are.
    """

    money: Mapping[str, float]
    start: Mapping[str, dt.date]
    kinds: Mapping[str, Mapping[str, float]]

    @property
    def total(self) -> float:
        """What is spent in all, Gusd."""
        return sum(self.money.values())


@dataclass(frozen=True)
class Market:
    """What a budget can be spent on in a scenario, and how a point of the unit cube becomes a way to spend it.

    Parameters
    ----------
    budget : float
        Gusd.
    levers : tuple of Lever
        Those with a price; the most that each can spend by the end of the run bounds its share.
    start : date
        First day of the run.
    days : int
        Its length.
    """

    budget: float
    levers: tuple[Lever, ...]
    start: dt.date
    days: int

    @classmethod
    def of(cls, scenario: Scenario, budget: float) -> Market:
        """Return the market of a scenario.

        Raises
        ------
        UserError
            If no lever takes money, or what is asked for can never be spent.
        """
        found = levers_of(scenario)
        priced = tuple(one for one in found if one.priced and one.start_day < scenario.run.horizon_days)
        if not priced:
            names = format_list([one.name for one in found]) if found else "none"
            late = format_list([one.name for one in found if one.priced])
            why = f"{late} would begin after the run's end" if late else f"the levers are {names}"
            message = f"{scenario.path}: no lever takes money - a budget needs one of delivery or production within the run; {why}"
            raise UserError([message])
        return cls(budget, priced, scenario.run.start, int(scenario.run.horizon_days))

    @property
    def size(self) -> int:
        """How many numbers make a way to spend: per lever a share, a delay, and a weight for each kind it may send."""
        return sum(2 + len(ARMS) * self.sends(lever) for lever in self.levers)

    def sends(self, lever: Lever) -> bool:
        """Whether a lever sends arms, so that kinds may be chosen."""
        return lever.total is not None

    def most(self, lever: Lever, begin: float) -> float:
        """Return the most that a lever spends from day `begin` to the end, Gusd, at central values."""
        months = max(self.days - begin, 0.0) / MONTH
        return np.inf if lever.pace is None else float(lever.pace * months)

    def spending(self, point: Array) -> Spending:
        """Return the way to spend that a point of the unit cube, shape (size,), stands for.

        Shares are spacings of exponentials, uniform over all ways to divide the budget; kinds likewise. What a lever cannot spend
        by the end is not spent.
        """
        weights, delays, kinds = self._cut(np.clip(point, 1e-9, 1.0 - 1e-9))
        shares = weights / weights.sum()
        shares = np.where(shares < LEAST, 0.0, shares)
        shares = shares / shares.sum()
        money, start, sent = {}, {}, {}
        for lever, share, delay, mix in zip(self.levers, shares, delays, kinds, strict=True):
            begin = lever.start_day + 7 * round(delay * LATEST * (self.days - lever.start_day) / 7)
            spent = _down(min(share * self.budget, self.most(lever, begin)))
            if not spent:
                continue
            money[lever.name] = spent
            start[lever.name] = self.start + dt.timedelta(days=int(begin))
            if mix is not None:
                sent[lever.name] = mix
        return Spending(money, start, sent)

    def alone(self, lever: Lever) -> Spending:
        """Return the simplest way: all that a lever can take, from its own day, kinds as the donor's."""
        money = _down(min(self.budget, self.most(lever, lever.start_day)))
        return Spending({lever.name: money}, {lever.name: self.start + dt.timedelta(days=int(lever.start_day))}, {})

    def patch(self, way: Spending) -> dict[str, Any]:
        """Return what an arm changes to spend in this way: the sum itself, in place of what the scenario takes it to be."""
        patch: dict[str, Any] = {}
        for lever in self.levers:
            money = way.money.get(lever.name)
            if money is None:
                continue
            head, begin = f"levers.{lever.name}", way.start[lever.name]
            patch[f"{head}.dose"], patch[f"{head}.start"] = 1, begin.isoformat()
            if lever.total is not None:
                patch[f"{head}.total"] = f"{money!r} {SUM}"
            else:
                months = (self.days - (begin - self.start).days) / MONTH
                patch[f"{head}.flow"] = f"{money / months!r} {SUM}/month"
            for kind, share in way.kinds.get(lever.name, {}).items():
                patch[f"{head}.{kind}"] = share
        return patch

    def case(self, arm: str, way: Spending) -> Case:
        """Return the same as a case of the bench: values in the schema's units, days since the start."""
        found: dict[str, float] = {}
        for path, said in self.patch(way).items():
            if path.endswith(".start"):
                found[path] = float((way.start[path.split(".")[1]] - self.start).days)
            else:
                found[path] = float(str(said).split(" ")[0])
        return Case(arm, found)

    def _cut(self, point: Array) -> tuple[Array, list[float], list[dict[str, float] | None]]:
        weights, delays, kinds, at = [], [], [], 0
        for lever in self.levers:
            weights.append(-np.log(point[at]))
            delays.append(float(point[at + 1]))
            at += 2
            mix = None
            if self.sends(lever):
                mix = _mix(point[at : at + len(ARMS)])
                at += len(ARMS)
            kinds.append(mix)
        return np.array(weights), delays, kinds


def _mix(point: Array) -> dict[str, float]:
    """Return shares of kinds from spacings of exponentials, in hundredths: nobody orders finer."""
    weights = -np.log(point)
    shares = np.floor(100.0 * weights / weights.sum()).astype(int)
    shares[int(np.argmax(weights))] += 100 - shares.sum()
    return {kind: int(share) / 100.0 for kind, share in zip(ARMS, shares, strict=True) if share}


def _down(money: float) -> float:
    return float(np.floor(money * 10**CENTS) / 10**CENTS)


def described(way: Spending, labels: Mapping[str, str]) -> str:
    """Return a way to spend in words: ``3.20 bn $ on American arms from 2024-12-02 (60 % drones, 40 % shells)``."""
    said = []
    for name, money in way.money.items():
        mix = sorted(way.kinds.get(name, {}).items(), key=lambda one: -one[1])
        sent = ", ".join(f"{100 * share:.0f} % {kind.replace('_', ' ')}s" for kind, share in mix)
        words = f"{money:.2f} bn $ on {labels.get(name, name)} from {way.start[name].isoformat()}"
        said.append(f"{words} ({sent})" if sent else words)
    return "; ".join(said) or "nothing"
