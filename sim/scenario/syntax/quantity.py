"""Numbers and units as people write them: ``64.1 km``, ``3 (1 .. 8) week; A07``."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from functools import lru_cache

from sim.foundation.errors import nearest
from sim.foundation.units import USUAL, UnitError, parse_unit

GRADES = ("measured", "estimated", "recalled", "guess")
# `set` marks a number put by hand in a patch or on the command line: nothing is drawn, no claim to evidence
LAWS = ("fixed", "normal", "lognormal", "uniform", "loguniform", "triangular", "beta", "set")

_NUMBER = r"[+-]?(?:\d[\d_]*(?:\.[\d_]*\d|\.(?!\.))?|\.\d+)(?:[eE][+-]?\d+)?"
_HEAD = re.compile(
    rf"^\s*(?P<value>{_NUMBER})(?![\d.])\s*(?:\(\s*(?P<low>{_NUMBER})\s*\.\.\s*(?P<high>{_NUMBER})\s*\)\s*)?(?P<unit>[^()]*|.*/\s*\(.*\))$"
)
_NOT_FINITE = re.compile(r"^\s*[+-]?\.?(nan|inf(inity)?)\b", re.IGNORECASE)
_COMMA = re.compile(r"^\s*[+-]?\d+,\d")
_DATE = re.compile(r"^\d{4}(-\d{2}(-\d{2})?)?$")
MAX_TEXT = 200
FIRST_YEAR, LAST_YEAR = 1900, 2200  # the last one excluded: beyond, calendars and clocks of libraries end


class Wrong(ValueError):  # noqa: N818 - it is a finding about a text, not a failure
    """A text that cannot be understood; the message says what is allowed."""


@dataclass
class Claim:
    """What a file says about one number, before the schema has judged it; in the file's own words."""

    value: float | None = None
    low: float | None = None
    high: float | None = None
    unit: str | None = None
    law: str | None = None
    source: str | None = None
    as_of: str | None = None
    grade: str | None = None
    note: str | None = None
    luck: str | None = None
    wrong: list[str] = field(default_factory=list)


def to_float(text: str) -> float:
    """Return the finite number in `text` (underscores allowed); raise Wrong otherwise."""
    if not re.fullmatch(rf"\s*{_NUMBER}\s*", text):
        raise Wrong(_no_number(text) or f"found '{text.strip()}' - a plain number like 12, 0.5, 10_000 or 1e6")
    number = float(text.replace("_", ""))
    if not math.isfinite(number):
        raise Wrong(f"found '{text.strip()}' - a finite number is needed")
    return number


def _no_number(text: str) -> str:
    """Return what is wrong with a text that was meant as a number, where that can be said; else nothing."""
    said = text.strip()
    if _NOT_FINITE.match(text):
        return f"found '{said}' - a finite number is needed"
    if _COMMA.match(text):
        return f"found '{said}' - decimals take a point and thousands an underscore, as 1.5 and 10_000"
    if said and not re.search(r"\d", said):
        return f"found '{said}' - a number is needed, in digits"
    return ""


def read_quantity(text: str) -> Claim:
    """Read ``CENTRAL [(LOW .. HIGH)] [UNIT]``."""
    if len(text) > MAX_TEXT:
        raise Wrong(f"found {len(text)} characters, '{text[:30]}...' - a quantity is short, like '64.1 km'")
    match = None if _COMMA.match(text) else _HEAD.match(text)
    if not match:
        shape = "a quantity is written 'CENTRAL (LOW .. HIGH) UNIT', like '3 (1 .. 8) week'"
        raise Wrong(_no_number(text) or f"found '{text.strip()}' - {shape}")
    low, high = match["low"], match["high"]
    return Claim(
        value=to_float(match["value"]),
        low=None if low is None else to_float(low),
        high=None if high is None else to_float(high),
        unit=match["unit"].strip() or None,
    )


def read_shorthand(text: str) -> Claim:
    """Read ``CENTRAL [(LOW .. HIGH)] [UNIT]; SOURCE[; GRADE][; AS_OF][; law=][; luck=][; note=]``."""
    head, *parts = (part.strip() for part in text.split(";"))
    claim = read_quantity(head)
    for position, part in enumerate(parts):
        key, equals, value = (piece.strip() for piece in part.partition("="))
        if equals and key in ("law", "luck", "note"):
            setattr(claim, key, value)
        elif position == 0:
            claim.source = part or None
        elif part in GRADES:
            claim.grade = part
        elif is_date(part):
            claim.as_of = part
        else:
            allowed = f"a grade ({', '.join(GRADES)}), a date, law=NAME, luck=NAME or note=TEXT"
            claim.wrong.append(f"found '{part}' after the source - {allowed}{nearest(part, GRADES)}")
    return claim


def is_date(text: str) -> bool:
    """Whether `text` is a year, a month or a day in ISO form, from 1900 to 2199."""
    from datetime import date

    if not _DATE.match(text) or not FIRST_YEAR <= int(text[:4]) < LAST_YEAR:
        return False
    try:
        date.fromisoformat((text + "-01-01")[:10] if len(text) < 10 else text)
    except ValueError:
        return False
    return True


@lru_cache(maxsize=4096)
def unit_factor(unit: str, wanted: str) -> float:
    """Return what one `unit` is in `wanted` units; raise Wrong when it is unknown or of another dimension."""
    if unit == wanted:
        return 1.0
    if (unit, wanted) in USUAL:
        return USUAL[unit, wanted]
    found, aim = _parsed(unit), _parsed(wanted)
    if found.dimensionality != aim.dimensionality:
        shown = f"'{unit}'" if unit else "no unit"
        raise Wrong(
            f"found {shown}, which is {_dimension(found)} - the unit here is '{wanted or 'none'}',"
            f" which is {_dimension(aim)} (dimensional mismatch)"
        )
    return float((1 * found).to(aim).magnitude)


@lru_cache(maxsize=4096)
def _parsed(unit: str):  # type: ignore[no-untyped-def]  # pint is imported late
    """Return the pint unit of `unit`."""
    try:
        return parse_unit(unit)
    except UnitError as error:
        raise Wrong(str(error)) from error


def _dimension(unit) -> str:  # type: ignore[no-untyped-def]
    """Return a dimension for a person: ``[length] / [time]``."""
    return str(unit.dimensionality) if unit.dimensionality else "dimensionless"
