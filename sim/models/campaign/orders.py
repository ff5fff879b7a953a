"""Orders: what agents write and phases carry out. Frozen data that check themselves, so that anybody may write them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from math import isfinite
from typing import ClassVar, Self

import numpy as np

from sim.foundation.lanes import Array, add_up
from sim.foundation.tracing import is_symbolic

_ROUNDING = 1e-9


class OrderError(ValueError):
    """An order that cannot be carried out; the message names the field, what was found and what is allowed."""


@dataclass(frozen=True)
class Rule:
    """What a field of an order must be.

    Parameters
    ----------
    axis : str
        Name of the axis before the lanes, "" for none.
    high : float
        Greatest value; the least is 0.
    positive : bool
        Whether 0 itself is refused.
    shares : bool
        Whether the values of a lane add up to one, or to nothing where there is nothing to share out.
    """

    axis: str = ""
    high: float = np.inf
    positive: bool = False
    shares: bool = False


@dataclass(frozen=True)
class Order:
    """What every order does: refuse at once what could not be carried out.

    Raises
    ------
    OrderError
        On construction if a field has the wrong number of axes, is not finite or out of bounds, or if shares do not add
        up; in `fit` if the lengths of the axes are not the world's.
    """

    rules: ClassVar[Mapping[str, Rule]] = {}

    def __post_init__(self) -> None:
        """Check every field against its rule; what has no numbers yet is checked when it has."""
        for name, value in self.values().items():
            fault = None if is_symbolic(value) else _fault(self.rules[name], value)
            if fault:
                raise OrderError(f"{type(self).__name__}.{name}: {fault}")

    @classmethod
    def unchecked(cls, values: Mapping[str, Array]) -> Self:
        """Return an order without checking it; `valid` must have held for its fields."""
        made = object.__new__(cls)
        vars(made).update(values)
        return made

    def valid(self) -> Array:
        """Return in which lanes every field is as its rule says, (lane,)."""
        return reduce(np.logical_and, [_valid(self.rules[name], value) for name, value in self.values().items()])

    def values(self) -> dict[str, Array]:
        """Return every field by name."""
        return {name: vars(self)[name] for name in self.rules}

    def fit(self, sizes: Mapping[str, int], lanes: int) -> None:
        """Check that every field has the world's shape; `sizes` gives the length of every named axis."""
        for name, rule in self.rules.items():
            wanted = (sizes[rule.axis], lanes) if rule.axis else (lanes,)
            found = vars(self)[name].shape
            if found != wanted:
                axes = f"({rule.axis}, lane)" if rule.axis else "(lane,)"
                raise OrderError(f"{type(self).__name__}.{name}: found shape {found} - {axes} is {wanted} here")


def _fault(rule: Rule, value: Array) -> str | None:
    """Return what was found in a field and what is allowed there; None where it is as it must be."""
    axes = 2 if rule.axis else 1
    if not isinstance(value, np.ndarray) or value.ndim != axes:
        found = f"{value.ndim} axes" if isinstance(value, np.ndarray) else type(value).__name__
        return f"found {found} - an array with {axes} {'axes' if axes > 1 else 'axis'} is needed"
    if not value.size:
        return None
    low, high = float(np.minimum.reduce(value, axis=None)), float(np.maximum.reduce(value, axis=None))
    if not (isfinite(low) and isfinite(high)):
        return "found a value that is no finite number"
    if low < 0.0 or (rule.positive and low == 0.0) or high > rule.high + _ROUNDING:
        least = "above 0" if rule.positive else "at least 0"
        most = "" if rule.high == np.inf else f" and at most {rule.high:g}"
        return f"found {low:g} to {high:g} - {least}{most} is allowed"
    if rule.shares:
        total = add_up(value)
        off = np.logical_not(_adds_up(total))
        if off.any():
            return f"found shares that add up to {float(total[off][0]):g} - 1, or 0, is needed"
    return None


def _valid(rule: Rule, value: Array) -> Array:
    """Return in which lanes a field is as it must be, (lane,); of symbols too. `_fault` checks all lanes together, which is faster.

    Of a field without rows it is one truth for all lanes, (1,).
    """
    rows = value if rule.axis else value[None]
    if not rows.size:
        return np.ones(1, dtype=bool)
    each = np.isfinite(rows) & (rows > 0.0 if rule.positive else rows >= 0.0) & (rows <= rule.high + _ROUNDING)
    whole: Array = reduce(np.logical_and, each)
    return np.logical_and(whole, _adds_up(add_up(value))) if rule.shares else whole


def _adds_up(total: Array) -> Array:
    """Return where shares add up to one, or to nothing where there is nothing to share out."""
    return (np.abs(total - 1.0) <= _ROUNDING) | (total == 0.0)


@dataclass(frozen=True)
class CommandOrder(Order):
    """A command's order for the coming week.

    Parameters
    ----------
    effort : ndarray, shape (front, lane)
        Attack effort, 1 = the mean of the start.
    wanted : ndarray, shape (front, lane)
        Share of the line force wanted on each front; adds up to one.
    wanted_at_home : ndarray, shape (front, lane)
        The same among the fronts on the defender's soil, between which troops are shifted.
    ceding : ndarray, shape (front, lane)
        How far ground is traded, 0..1; only the defender's counts.
    tempo : ndarray, shape (lane,)
        Overall tempo over the start's.
    """

    rules: ClassVar[Mapping[str, Rule]] = {
        "effort": Rule("front"),
        "wanted": Rule("front", 1.0, shares=True),
        "wanted_at_home": Rule("front", 1.0, shares=True),
        "ceding": Rule("front", 1.0),
        "tempo": Rule(),
    }
    effort: Array
    wanted: Array
    wanted_at_home: Array
    ceding: Array
    tempo: Array


@dataclass(frozen=True)
class StrikeOrder(Order):
    """A strike force's order.

    Parameters
    ----------
    shares : ndarray, shape (target, lane)
        Share of launches against each target.
    missile_pace, drone_pace : ndarray, shape (lane,)
        Share of the stock launched a day; what is beyond 1 is as good as 1.
    dispersal : ndarray, shape (target, lane)
        Share of the own side's targets out of reach; nothing for the enemy's.
    """

    rules: ClassVar[Mapping[str, Rule]] = {
        "shares": Rule("target", 1.0, shares=True),
        "missile_pace": Rule(),
        "drone_pace": Rule(),
        "dispersal": Rule("target", 1.0),
    }
    shares: Array
    missile_pace: Array
    drone_pace: Array
    dispersal: Array


@dataclass(frozen=True)
class DefenderOrder(Order):
    """The defending government's order, shape (lane,) each.

    Parameters
    ----------
    intake : ndarray
        People entering service, person/day.
    mobilisation, reassignment, new_units : ndarray
        Level of mobilisation over what was expected; pace at which support is made infantry over the usual; share of new men who
        go to new formations.
    training_length : ndarray
        Call-up to unit, days.
    arrival_quality : ndarray
        Worth of a new man over the start's.
    leave : ndarray, shape (front, lane)
        Share of the force that leaves a salient a day; nothing elsewhere.
    production : ndarray, shape (make, lane)
        What industry makes of allied money, shares of value.
    accepts : ndarray
        Chance that an acceptable cease-fire is taken, 0..1.
    """

    rules: ClassVar[Mapping[str, Rule]] = {
        "intake": Rule(),
        "mobilisation": Rule(),
        "reassignment": Rule(),
        "new_units": Rule(high=1.0),
        "training_length": Rule(positive=True),
        "arrival_quality": Rule(),
        "leave": Rule("front"),
        "production": Rule("make", 1.0, shares=True),
        "accepts": Rule(high=1.0),
    }
    intake: Array
    mobilisation: Array
    reassignment: Array
    new_units: Array
    training_length: Array
    arrival_quality: Array
    leave: Array
    production: Array
    accepts: Array


@dataclass(frozen=True)
class AttackerOrder(Order):
    """The attacking government's order, shape (lane,) each.

    Parameters
    ----------
    intake : ndarray
        People entering service, person/day.
    bonus : ndarray
        Sign-up bonus over the start's.
    purchases : ndarray
        What it asks of its partners over what was expected.
    strike_tempo : ndarray
        Pace of its deep strikes over the start's.
    mobilised, called : ndarray
        Hazard of calling up, 1/month, and how much of a whole call-up it then is.
    """

    rules: ClassVar[Mapping[str, Rule]] = {
        "intake": Rule(),
        "bonus": Rule(positive=True),
        "purchases": Rule(positive=True),
        "strike_tempo": Rule(),
        "mobilised": Rule(),
        "called": Rule(high=1.0),
    }
    intake: Array
    bonus: Array
    purchases: Array
    strike_tempo: Array
    mobilised: Array
    called: Array


@dataclass(frozen=True)
class AllyOrder(Order):
    """A donor's order.

    Parameters
    ----------
    voted, pledge : ndarray, shape (lane,)
        Money that its budget adds, and that it pledges in packages, Gusd/day.
    mix : ndarray, shape (kind, lane)
        Shares of kinds.
    lag, ahead : ndarray, shape (lane,)
        Pledge to delivery, and how many days' deliveries are to be handed over ahead of their time, days.
    rushed : ndarray, shape (delivery, lane)
        Arms hurried by each lever of delivery, Gusd/day; nothing for those of other donors.
    industry : ndarray, shape (lane,)
        Money for the defender's industry beyond usual giving, Gusd/day.
    """

    rules: ClassVar[Mapping[str, Rule]] = {
        "voted": Rule(),
        "pledge": Rule(),
        "mix": Rule("kind", 1.0, shares=True),
        "lag": Rule(positive=True),
        "ahead": Rule(),
        "rushed": Rule("delivery"),
        "industry": Rule(),
    }
    voted: Array
    pledge: Array
    mix: Array
    lag: Array
    ahead: Array
    rushed: Array
    industry: Array


@dataclass(frozen=True)
class MediatorOrder(Order):
    """A mediator's order: incoherence added by this week's calls, shape (lane,)."""

    rules: ClassVar[Mapping[str, Rule]] = {"incoherence": Rule()}
    incoherence: Array


@dataclass(frozen=True)
class PartnerOrder(Order):
    """A partner's order: sales over what was expected, shape (lane,)."""

    rules: ClassVar[Mapping[str, Rule]] = {"sales": Rule()}
    sales: Array
