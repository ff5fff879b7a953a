"""Numbers, estimates, dates and units as readers see them: the one place where they are written.

It lies below `analysis`, `plotting` and `report`, since a verdict's sentence, a figure and a page must write the same
number the same way. What is unknown (None or nan) is a question mark, minus zero is zero, thousands have commas.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from typing import Protocol, runtime_checkable

UNKNOWN = "?"
UNITS = {
    "km2": "km²",
    "km2/day": "km² per day",
    "person": "people",
    "shell": "shells",
    "shell/day": "shells per day",
    "vehicle": "vehicles",
    "drone": "drones",
    "interceptor": "interceptors",
    "missile": "missiles",
    "bomb": "bombs",
    "glide_bomb": "glide bombs",
    "long_range_drone": "long-range drones",
    "money": "billion US$",
    "Gusd": "billion US$",
    "gigausd": "billion US$",
    "1/month": "per month",
    "/day": "per day",
    "month": "months",
    "own unit": "",
    "dimensionless": "",
    "1": "",
}
"""Unit codes of scenarios and Datasets, and how a reader says them; others stand for themselves."""

WHOLE_UNITS = ("km2", "person", "own unit")
"""Units of which fractions say nothing."""


@runtime_checkable
class EstimateLike(Protocol):
    """What `format_estimate` reads of an estimate."""

    @property
    def low(self) -> float:
        """Lower end of the interval."""

    @property
    def value(self) -> float:
        """The estimate."""

    @property
    def high(self) -> float:
        """Upper end of the interval."""


Triple = Sequence[float | None]
Interval = Triple | EstimateLike
"""An estimate, or what it holds as [low, value, high]."""


def is_known(value: float | None) -> bool:
    """Return whether there is a finite number to write."""
    return value is not None and math.isfinite(value)


def format_number(value: float | None, digits: int | None = 0, *, signed: bool = False) -> str:
    """Return a number as ``1,497``.

    Parameters
    ----------
    value : float or None
    digits : int or None
        Decimal places; None for three significant digits below 100 and whole numbers from there on.
    signed : bool
        Whether a plus sign is written.
    """
    if value is None or not math.isfinite(value):
        return UNKNOWN
    sign = "+" if signed else ""
    if digits is None:
        return f"{value + 0.0:{sign}.3g}" if abs(value) < 100 else format_number(value, signed=signed)
    return f"{round(value, digits) + 0.0:{sign},.{digits}f}"


def format_percent(share: float | None, digits: int = 0, *, signed: bool = False) -> str:
    """Return a share as ``62 %``."""
    return UNKNOWN if not is_known(share) else f"{format_number(100 * (share or 0.0), digits, signed=signed)} %"


def format_points(share: float | None, *, unit: bool = True) -> str:
    """Return a difference of shares as ``+1.2 points``."""
    return format_number(None if share is None else 100 * share, 1, signed=True) + (" points" if unit else "")


def format_interval(
    interval: Interval,
    unit: str = "",
    digits: int | None = 0,
    *,
    signed: bool = False,
    scale: float = 1.0,
    level: float | None = None,
) -> str:
    """Return [low, value, high] as ``505 km² (423 to 588)``.

    Parameters
    ----------
    interval : EstimateLike or sequence of three floats or None
    unit : str
        Written as it stands.
    digits, signed
        As for `format_number`.
    scale : float
        Factor before writing: 100 for shares in per cent.
    level : float, optional
        Coverage, if it is to be said: ``505 (423 to 588, 90 % interval)``.
    """
    triple = (interval.low, interval.value, interval.high) if isinstance(interval, EstimateLike) else interval
    low, value, high = (format_number(x if x is None else scale * x, digits, signed=signed) for x in triple)
    said = "" if level is None else f", {format_percent(level)} interval"
    return f"{value}{f' {unit}' if unit else ''} ({low} to {high}{said})"


def format_chance(interval: Interval, digits: int = 0, *, level: float | None = None) -> str:
    """Return a chance with its interval as ``12 % (10 to 15)``."""
    return format_interval(interval, "%", digits, scale=100, level=level)


def format_two_digits(
    interval: Interval, unit: str = "", *, signed: bool = False, scale: float = 1.0, decimals: int = 2
) -> str:
    """Return [low, value, high] to two significant digits each, as ``3,600 km² (620 to 10,000)``.

    No number has more than `decimals` decimal places, or is written finer than a thousandth of the decade of the largest: a
    value near zero is not to look exact.
    """
    triple = (interval.low, interval.value, interval.high) if isinstance(interval, EstimateLike) else interval
    scaled = [None if x is None else scale * x for x in triple]
    sizes = [math.floor(math.log10(abs(x))) for x in scaled if x and math.isfinite(x)]
    finest = max(max(sizes, default=0) - 3, -decimals)

    def written(x: float | None) -> str:
        if x is None or not math.isfinite(x):
            return UNKNOWN
        step = max(finest, math.floor(math.log10(abs(x))) - 1) if x else finest
        return format_number(round(x, -step), max(0, -step), signed=signed)

    low, value, high = (written(x) for x in scaled)
    return f"{value}{f' {unit}' if unit else ''} ({low} to {high})"


def format_in_100(interval: Interval, *, signed: bool = False) -> str:
    """Return a chance as ``10 in 100 (7 to 13)``, a difference of chances with signs."""
    return format_interval(interval, "in 100", signed=signed, scale=100)


def format_points_interval(interval: Interval, digits: int = 1) -> str:
    """Return a difference of chances with its interval as ``+1.2 points (-0.5 to +2.9)``."""
    return format_interval(interval, "points", digits, signed=True, scale=100)


def format_quantity(value: float | None, unit: str) -> str:
    """Return a number rounded to what its unit deserves, without the unit."""
    if value is None or not math.isfinite(value):
        return UNKNOWN
    if unit in WHOLE_UNITS or abs(value) >= 1000:
        return format_number(value)
    return format_number(value, 3 if unit == "1/month" else 2 if abs(value) < 10 else 1 if abs(value) < 100 else 0)


def format_estimate(estimate: EstimateLike, unit: str = "", *, chance: bool = False) -> str:
    """Return an estimate with its interval and unit; a dash where there is none.

    Parameters
    ----------
    estimate : EstimateLike
    unit : str
        A unit code; digits follow from it.
    chance : bool
        Whether it is a share, to be written in per cent.
    """
    if not is_known(estimate.value):
        return "-"
    if chance:
        return format_chance(estimate)
    low, value, high = (format_quantity(x, unit) for x in (estimate.low, estimate.value, estimate.high))
    return f"{value} ({low} to {high}) {format_unit(unit)}".rstrip()


def format_value(value: float | None, unit: str = "", *, chance: bool = False) -> str:
    """Return a value as `format_estimate` writes it, without an interval."""
    if not is_known(value):
        return "-"
    return format_percent(value) if chance else f"{format_quantity(value, unit)} {format_unit(unit)}".rstrip()


def format_difference(value: float | None, unit: str, *, with_unit: bool = True) -> str:
    """Return a difference of an outcome as ``+120 km2`` or, for chances (unit 1), ``+3.1 points``."""
    if unit == "1":
        return format_points(value, unit=with_unit)
    small = unit == "km2" and value is not None and abs(value) < 10
    name = {"person": " people"}.get(unit, f" {unit}") if with_unit else ""
    return format_number(value, 1 if small else 0, signed=True) + name


def format_with_unit(value: float | str, unit: str) -> str:
    """Return a value with three significant digits and its unit as it is coded; text as it stands."""
    if isinstance(value, str):
        return value
    size = format_number(float(f"{value:.3g}"), 0 if abs(value) >= 1000 else None)
    return f"{size} {unit}" if unit not in ("", "1", "dimensionless") else size


def format_unit(code: str) -> str:
    """Return a unit as a reader would say it."""
    return UNITS.get(code, code)


def format_date(day: dt.date | str, *, short: bool = False) -> str:
    """Return a day, an ISO date or anything that begins with one as ``19 November 2024``, or ``19 Nov 2024``."""
    date = dt.date.fromisoformat(str(day)[:10])
    month = _MONTHS[date.month - 1]
    return f"{date.day} {month[:3] if short else month} {date.year}"


def format_list(names: Sequence[str]) -> str:
    """Return names as ``a, b and c``."""
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)


def format_count(count: int, noun: str) -> str:
    """Return ``1 arm`` or ``1,200 arms``."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July",
    "August", "September", "October", "November", "December",
)  # fmt: skip
