"""What expressions are made of: names that they may use, the record they are read from, checked parts, units."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.foundation.units import UnitError, parse_unit

Floats = npt.NDArray[np.float64]

OWN_UNIT = "own unit"
"""The unit of variables over commodities: each is counted in its own."""


@dataclass(frozen=True)
class Recorded:
    """What an expression may name: dimensions beside arm, replicate and time; the unit; what it is."""

    dims: tuple[str, ...]
    unit: str
    meaning: str = ""


@dataclass(frozen=True)
class Vocabulary:
    """Every name that an expression may use.

    Parameters
    ----------
    variables : mapping of str to Recorded
    labels : mapping of str to tuple of str
        Along each dimension.
    roles : mapping of str to str
        What a label of ``side`` may be called as well: ``attacker`` and ``defender``.
    """

    variables: Mapping[str, Recorded]
    labels: Mapping[str, tuple[str, ...]]
    roles: Mapping[str, str] = field(default_factory=dict)


class ExpressionError(Exception):
    """What is wrong with an expression, and how many characters into it."""

    def __init__(self, message: str, offset: int = 0) -> None:
        super().__init__(message)
        self.offset = offset


@dataclass(frozen=True)
class Record:
    """What an expression is evaluated on.

    Parameters
    ----------
    days : ndarray, shape (time,)
        Since the start.
    day_of : callable
        From an ISO date to days since the start.
    read : callable
        From a variable and its label along each dimension (None for the sum over it) to an array (arm, replicate, time).
    """

    days: Floats
    day_of: Callable[[str], float]
    read: Callable[[str, Mapping[str, str | None]], Floats]


@dataclass(frozen=True)
class Part:
    """A checked part: its unit (None for a yes or no), whether it has a value for each record, and how to find it."""

    unit: Any
    timed: bool
    value: Callable[[Record], Any]


def spread(part: Part, timed: bool) -> Callable[[Record], Any]:
    """Return the values of a part, with an axis of time where the other has one."""
    if part.timed or not timed:
        return part.value

    def value(record: Record) -> Any:
        found = np.asarray(part.value(record))
        return found[..., None] if found.ndim else found

    return value


def last_record(part: Part) -> Callable[[Record], Any]:
    """Return what finds the value of a part at the end of the record."""
    return (lambda record: part.value(record)[..., -1]) if part.timed else part.value


def at_day(values: Floats, days: Floats, day: float) -> Floats:
    """Return weekly values (..., time) on a day, between two records in proportion; nan outside the record.

    Up to half a step beyond the last record the last one stands (52 weeks end one day short of a year).
    """
    slack = (days[-1] - days[-2]) / 2 if len(days) > 1 else 0.0
    if not 0 <= day <= days[-1] + slack or len(days) < 2:
        return np.full(values.shape[:-1], np.nan)
    after = min(max(int(np.searchsorted(days, day)), 1), len(days) - 1)
    share = min(1.0, (day - days[after - 1]) / (days[after] - days[after - 1]))
    before = values[..., after - 1]
    return np.asarray(before + share * (values[..., after] - before))


def unit_of(text: str, offset: int) -> Any:
    """Return the pint unit written as in the record; "1" is a plain number."""
    said = text.strip()
    try:
        return parse_unit("" if said == "1" else said)
    except UnitError as error:
        raise ExpressionError(str(error), offset) from None


def factor_between(unit: Any, wanted: Any) -> float:
    """Return how many of `wanted` one `unit` is."""
    return 1.0 if unit == wanted else float((1 * unit).to(wanted).magnitude)


def format_unit(unit: Any) -> str:
    """Return a unit as it is written in messages."""
    return str(f"{unit:~C}") if not unit.dimensionless else "a plain number"
