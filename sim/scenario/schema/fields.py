"""The field makers: how a schema says which leaf stands where, in which unit, within which bounds.

A schema is written with `Section` and the makers; pydantic walks the tree, the leaves read themselves::

    class Front(Section):
        length: Number = number("km", gt=0, doc="length of the contact line")
        mix: dict[str, Number] = number("", ge=0, le=1, doc="share of each kind")
"""

from __future__ import annotations

from typing import Any

from pydantic import Field

from sim.scenario.schema.leaves import Bounds, Choice, Day, Knob, Leaf, Number, Section, Series, Text, refuse
from sim.scenario.schema.magnitudes import bounds_for
from sim.scenario.schema.validators import ChoiceSpec, DaySpec, KnobSpec, NumberSpec, SeriesSpec, TextSpec, chosen

__all__ = [
    "Bounds", "Choice", "Day", "Knob", "Leaf", "Number", "Section", "Series", "Text",
    "choice", "day", "knob", "number", "refuse", "series", "text",
]  # fmt: skip


def number(
    unit: str,
    *,
    ge: float | None = None,
    gt: float | None = None,
    le: float | None = None,
    lt: float | None = None,
    doc: str,
) -> Any:
    """Make a field for a `Number` (or ``dict[str, Number]``, ``list[Number]``) in `unit` within bounds.

    A side left open is bounded by the limits of the unit (`sim.scenario.schema.magnitudes`).
    """
    return _field(NumberSpec(unit=unit, bounds=bounds_for(unit, ge, gt, le, lt), doc=doc), ...)


def knob(
    *, unit: str = "", ge: float | None = None, gt: float | None = None, le: float | None = None,
    lt: float | None = None, whole: bool = False, with_unit: bool = False, doc: str, default: Any = ...,
) -> Any:  # fmt: skip
    """Make a field for a `Knob`: a plain number, or a quantity like ``4 week`` where it has a `unit`.

    A bare number is in the schema's unit, or refused where a reader could take it for another (`with_unit`).
    """
    spec = KnobSpec(unit=unit, bounds=bounds_for(unit, ge, gt, le, lt), whole=whole, with_unit=with_unit, doc=doc)
    return _field(spec, default if default is ... else Knob(value=float(default), unit=unit))


def day(doc: str, default: Any = ...) -> Any:
    """Make a field for a `Day` (or a list of them); a default is a date."""
    if isinstance(default, list | tuple):
        default = [Day(date=item) for item in default]
    elif default is not ...:
        default = Day(date=default)
    return _field(DaySpec(doc=doc), default)


def choice(*options: str, doc: str, default: Any = ...) -> Any:
    """Make a field for a `Choice` among `options`; their order gives the drawn index."""
    return _field(ChoiceSpec(options=options, doc=doc), default if default is ... else chosen(options, default))


def series(
    unit: str,
    *,
    ge: float | None = None,
    gt: float | None = None,
    le: float | None = None,
    lt: float | None = None,
    doc: str,
) -> Any:
    """Make a field for a `Series` in `unit`; every point must be within the bounds."""
    return _field(SeriesSpec(unit=unit, bounds=bounds_for(unit, ge, gt, le, lt), doc=doc), ...)


def text(doc: str, default: Any = ...) -> Any:
    """Make a field for a `Text`."""
    return _field(TextSpec(doc=doc), default if default is ... else Text(value=default))


def _field(spec: Any, default: Any) -> Any:
    """Return a pydantic field that reads itself by `spec`."""
    made = Field(default, description=spec.doc)
    made.metadata.append(spec)
    return made
