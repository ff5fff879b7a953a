"""The field makers: how a schema says which leaf stands where, in which unit, within which bounds.

A schema is written with `Section` and the makers; pydantic walks the tree, the leaves read themselves::

    class Front(Section):
        length: Number = number("km", gt=0, doc="length of the contact line")
        mix: dict[str, Number] = number("", ge=0, le=1, doc="share of each kind")

Bounds are said by `ge`, `gt`, `le` and `lt`; a side left open is bounded by the limits of the unit
(`sim.scenario.schema.magnitudes`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, get_args, get_origin

from pydantic import Field
from pydantic_core import PydanticCustomError, core_schema

from sim.foundation.errors import Fault, nearest
from sim.scenario.schema.leaves import (
    ABSENT,
    Bounds,
    Choice,
    Day,
    Knob,
    Leaf,
    Name,
    Number,
    Section,
    Series,
    Text,
    refuse,
    refuse_all,
)  # fmt: skip
from sim.scenario.schema.long_forms import DAY, ChoiceForm, NumberForm, SeriesForm, reference
from sim.scenario.schema.magnitudes import bounds_for
from sim.scenario.schema.read_number import (
    Reading,
    as_number,
    known_keys,
    number_from,
    quantity_claim,
    quantity_of,
    scale_of,
    unit_scale,
    words,
)
from sim.scenario.syntax.nodes import NOWHERE, Map, Place, Restated, Scalar, as_node, describe
from sim.scenario.syntax.quantity import FIRST_YEAR, LAST_YEAR, is_date

__all__ = [
    "ABSENT",
    "Bounds",
    "Choice",
    "Day",
    "Knob",
    "Leaf",
    "Name",
    "Number",
    "Section",
    "Series",
    "Text",
    "choice",
    "day",
    "knob",
    "name",
    "number",
    "refuse",
    "series",
    "text",
]  # fmt: skip

ANYTHING = Bounds()
DATE_WANTED = f"a date like 2024-11-19, from {FIRST_YEAR} to {LAST_YEAR - 1}, is needed"
FACTOR = Bounds(ge=0.0, le=1000.0)
"""What may multiply a dated series."""


@dataclass(frozen=True, eq=False)
class Spec:
    """A field's own rules; pydantic calls `read` through the schema made here."""

    doc: str

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> core_schema.CoreSchema:
        """Return a schema for the leaf itself, or for a mapping or list of such leaves."""
        leaf = core_schema.with_info_plain_validator_function(self._validate)
        if get_origin(source) is dict:
            return core_schema.dict_schema(core_schema.str_schema(), leaf)
        if get_origin(source) is list:
            return core_schema.list_schema(leaf)
        if get_args(source):
            raise TypeError(f"cannot read {source}: only a leaf, dict[str, leaf] or list[leaf]")
        return leaf

    def __get_pydantic_json_schema__(self, schema: core_schema.CoreSchema, handler: Any) -> dict[str, Any]:
        """Return what may stand in a file: the leaf, or a mapping or list of such leaves."""
        form = self.form()
        if schema["type"] == "dict":
            form = {"type": "object", "additionalProperties": form}
        elif schema["type"] == "list":
            form = {"type": "array", "items": form}
        return {**form, "description": self.doc}

    def form(self) -> dict[str, Any]:
        """Return the JSON Schema of the leaf; a long form is a reference to the model of `long_forms` that says it."""
        raise NotImplementedError

    def _validate(self, raw: Any, info: core_schema.ValidationInfo) -> Leaf:
        """Read a node once; a node seen before (another arm) returns the same leaf or the same faults."""
        if isinstance(raw, Leaf):
            return raw
        reading = info.context if isinstance(info.context, Reading) else Reading()
        key = (id(raw), id(self))
        if key not in reading.cache:
            reading.cache[key] = (
                self._attempt(as_node(raw), reading),
                raw,
            )  # raw is kept alive: ids stay unique
        found = reading.cache[key][0]
        if isinstance(found, PydanticCustomError):
            raise found
        return found

    def _attempt(self, node: Any, reading: Reading) -> Leaf | PydanticCustomError:
        faults: list[Fault] = []
        leaf = self.read(node, reading, faults)
        return refuse_all(faults) if faults or leaf is None else leaf

    def read(self, node: Any, reading: Reading, faults: list[Fault]) -> Leaf | None:
        """Return the leaf in `node`; put every fault found into `faults` (None only with a fault)."""
        raise NotImplementedError


@dataclass(frozen=True, eq=False)
class NumberSpec(Spec):
    """A number of the world."""

    unit: str = ""
    bounds: Bounds = ANYTHING

    def form(self) -> dict[str, Any]:
        """Return the shorthand or the long form."""
        return {"anyOf": [{"type": "string", "pattern": ";"}, reference(NumberForm)]}

    def read(self, node: Any, reading: Reading, faults: list[Fault]) -> Number | None:
        """Read the mapping, the shorthand or a patch on either."""
        return number_from(node, self.unit, self.bounds, reading, faults)


@dataclass(frozen=True, eq=False)
class KnobSpec(Spec):
    """A control."""

    unit: str = ""
    bounds: Bounds = ANYTHING
    whole: bool = False
    with_unit: bool = False

    def form(self) -> dict[str, Any]:
        """Return a number, where a bare one may stand, or a text with a unit."""
        ends = {"minimum": self.bounds.ge, "exclusiveMinimum": self.bounds.gt, "maximum": self.bounds.le}
        limits = {name: end for name, end in {**ends, "exclusiveMaximum": self.bounds.lt}.items() if end is not None}
        kinds = [{"type": "integer" if self.whole else "number", **limits}] * (not self.with_unit)
        return {"anyOf": [*kinds, {"type": "string", "pattern": "[0-9]"}]}

    def read(self, node: Any, reading: Reading, faults: list[Fault]) -> Knob | None:
        """Read a plain number or a quantity; ``"x 1.2"`` in a patch scales the knob."""
        made = self._restated(node, reading, faults) if isinstance(node, Restated) else self._said(node, faults)
        if made is None:
            return None
        if not self.bounds.allow(made.value):
            faults.append(node.place.fault(f"found {made.value:g} - this must be {self.bounds}"))
        if self.whole and made.value != round(made.value):
            faults.append(node.place.fault(f"found {made.value:g} - a whole number is needed"))
        return made

    def _said(self, node: Any, faults: list[Fault], usual: str = "") -> Knob | None:
        """Return the knob in a scalar; a bare number is in the `usual` unit, else in the schema's."""
        claim = quantity_claim(node, self.unit, faults, "" if self.with_unit else usual)
        if self.with_unit and claim is not None and not claim.unit:
            wanted = f"write '{node.text} week' or '{node.text} day'"
            faults.append(node.place.fault(f"found {describe(node)} without a unit - {wanted}"))
        return None if claim is None else Knob(node.place, claim.value or 0.0, self.unit, claim.unit or "")

    def _restated(self, node: Restated, reading: Reading, faults: list[Fault]) -> Knob | None:
        """Return the knob below, scaled or said anew."""
        under = self.read(node.base, reading, faults)
        factor = scale_of(node.change)
        if under is None or factor is None:
            return self._said(node.change, faults, under.written if under else "")
        return replace(under, place=node.place, value=under.value * factor)


@dataclass(frozen=True, eq=False)
class DaySpec(Spec):
    """A calendar day."""

    def form(self) -> dict[str, Any]:
        """Return a date."""
        return {"type": "string", "pattern": DAY}

    def read(self, node: Any, reading: Reading, faults: list[Fault]) -> Day | None:
        """Read an ISO date."""
        node = node.change if isinstance(node, Restated) else node
        when = to_date(node.text) if isinstance(node, Scalar) else None
        if when is None:
            faults.append(node.place.fault(f"found {describe(node)} - {DATE_WANTED}"))
            return None
        return Day(node.place, when)


@dataclass(frozen=True, eq=False)
class TextSpec(Spec):
    """Words: any, or `one_of` some, or a year, month or day; a `Name` where the model goes by them."""

    one_of: tuple[str, ...] = ()
    dated: bool = False
    kind: type[Text | Name] = Text

    def form(self) -> dict[str, Any]:
        """Return any scalar, or the words allowed."""
        return {"enum": [*self.one_of]} if self.one_of else {"type": ["string", "number", "boolean"]}

    def read(self, node: Any, reading: Reading, faults: list[Fault]) -> Text | Name | None:
        """Read any scalar as it was written."""
        node = node.change if isinstance(node, Restated) else node
        if not isinstance(node, Scalar) or node.value is None:
            faults.append(node.place.fault(f"found {describe(node)} - text is needed"))
            return None
        said = node.text.strip()
        if self.one_of and said not in self.one_of:
            near = nearest(said, self.one_of)
            faults.append(node.place.fault(f"found {describe(node)} - one of {', '.join(self.one_of)}{near}"))
        if self.dated and not is_date(said):
            faults.append(node.place.fault(f"found {describe(node)} - a date like 2024-11-19, 2024-11 or 2024"))
        return self.kind(node.place, said)


@dataclass(frozen=True, eq=False)
class ChoiceSpec(Spec):
    """One of several structures."""

    options: tuple[str, ...] = ()

    def form(self) -> dict[str, Any]:
        """Return an option, or weights with their evidence."""
        weights = {"properties": {"choose": {"propertyNames": {"enum": [*self.options]}}}}
        return {"anyOf": [{"enum": [*self.options]}, {"allOf": [reference(ChoiceForm), weights]}]}

    def read(self, node: Any, reading: Reading, faults: list[Fault]) -> Choice | None:
        """Read a plain option, or weights with their evidence."""
        node = node.change if isinstance(node, Restated) else node
        allowed = f"one of {', '.join(self.options)}"
        if isinstance(node, Scalar):
            if node.text not in self.options:
                near = nearest(node.text, self.options)
                faults.append(node.place.fault(f"found {describe(node)} - {allowed}{near}"))
                return None
            return chosen(self.options, node.text, node.place)
        if not isinstance(node, Map) or not isinstance(node.get("choose"), Map):
            weights_like = f"{{choose: {{{self.options[0]}: 1}}, ...}}"
            message = f"found {describe(node)} - {allowed}, or weights like {weights_like}"
            faults.append(node.place.fault(message))
            return None
        known_keys(node, ChoiceForm, faults)
        weights = self._weights(node["choose"], faults)
        said = words(node, faults)
        evidence = reading.evidence(said, spots_of(node), faults)
        return Choice(node.place, *evidence, self.options, weights, said.get("luck", ""))

    def _weights(self, node: Map, faults: list[Fault]) -> tuple[float, ...]:
        """Return one weight an option; they must add up to one."""
        weights = dict.fromkeys(self.options, 0.0)
        for key, item in node.items():
            if key not in weights:
                near = nearest(key, self.options)
                faults.append(node.spot(key).fault(f"unknown option '{key}' - one of {', '.join(self.options)}{near}"))
                continue
            weight = quantity_of(item, "", faults)
            if weight is not None and weight < 0:
                faults.append(item.place.fault(f"found weight {weight:g} - a weight cannot be negative"))
            weights[key] = weight or 0.0
        total = sum(weights.values())
        if abs(total - 1.0) > 1e-6 and not faults:
            faults.append(node.place.fault(f"found weights that add up to {total:g} - they must add up to 1"))
        return tuple(weights.values())


@dataclass(frozen=True, eq=False)
class SeriesSpec(Spec):
    """A dated quantity."""

    unit: str = ""
    bounds: Bounds = ANYTHING

    def form(self) -> dict[str, Any]:
        """Return dated values, or what a number may be."""
        return {"anyOf": [reference(SeriesForm), *NumberSpec(self.doc).form()["anyOf"]]}

    def read(self, node: Any, reading: Reading, faults: list[Fault]) -> Series | None:
        """Read a dated mapping, a number (constant in time), or a patch on either."""
        if isinstance(node, Restated):
            return self._restated(node, reading, faults)
        if not isinstance(node, Map) or "series" not in node:
            constant = number_from(node, self.unit, self.bounds, reading, faults)
            return None if constant is None else self._constant(constant)
        known_keys(node, SeriesForm, faults)
        said = words(node, faults)
        scale = unit_scale(said.get("unit", ""), self.unit, spots_of(node)("unit"), faults)
        points = self._points(node["series"], 1.0 if scale is None else scale, faults)
        interpolate = said.get("interpolate", "linear")
        if interpolate not in ("linear", "step"):
            spot = node["interpolate"].place
            faults.append(
                spot.fault(f"found '{interpolate}' - linear or step{nearest(interpolate, ('linear', 'step'))}")
            )
        factor = None
        if "factor" in node:
            factor = number_from(node["factor"], "", FACTOR, reading, faults)
        evidence = reading.evidence(said, spots_of(node), faults)
        made = Series(node.place, *evidence, points, interpolate, self.unit, said.get("unit", ""), factor)
        return replace(made, bounds=self.bounds)

    def _constant(self, constant: Number) -> Series:
        evidence = (constant.source, constant.as_of, constant.grade, constant.note)
        return Series(
            constant.place,
            *evidence,
            unit=self.unit,
            written=constant.written,
            constant=constant,
            bounds=self.bounds,
        )

    def _restated(self, node: Restated, reading: Reading, faults: list[Fault]) -> Series | None:
        """Scale the series below, or put a constant in its place."""
        factor = scale_of(node.change)
        under = self.read(node.base, reading, faults)
        if under is None or faults:
            return None
        if under.constant is not None or factor is None:
            base = as_number(under) if under.constant is None else under.constant
            constant = number_from(Restated(base, node.change), self.unit, self.bounds, reading, faults)
            return None if constant is None else self._constant(constant)
        points = tuple((when, value * factor) for when, value in under.points)
        outside = [value for _, value in points if not self.bounds.allow(value)]
        if outside:
            faults.append(node.place.fault(f"found {outside[0]:g} after scaling - this must be {self.bounds}"))
        return replace(under, place=node.place, points=points)

    def _points(self, node: Any, scale: float, faults: list[Fault]) -> tuple[tuple[date, float], ...]:
        """Return the dated values in the schema's unit; dates must ascend."""
        if not isinstance(node, Map) or not node:
            faults.append(node.place.fault(f"found {describe(node)} - dated values like {{2024-11-19: 30000}}"))
            return ()
        points: list[tuple[date, float]] = []
        for key, item in node.items():
            when, value = to_date(key), quantity_of(item, "", faults)
            if when is None:
                faults.append(node.spot(key).fault(f"found '{key}' - {DATE_WANTED}"))
            elif points and when <= points[-1][0]:
                message = f"found {when} after {points[-1][0]} - the dates of a series must ascend"
                faults.append(node.spot(key).fault(message))
            elif value is not None:
                if not self.bounds.allow(value * scale):
                    faults.append(item.place.fault(f"found {value:g} - this must be {self.bounds}"))
                points.append((when, value * scale))
        return tuple(points)


def chosen(options: tuple[str, ...], option: str, place: Place = NOWHERE) -> Choice:
    """Return a Choice settled on one option."""
    weights = tuple(float(name == option) for name in options)
    return Choice(place, options=options, weights=weights)


def to_date(text: str) -> date | None:
    """Return the day written as YYYY-MM-DD, or None."""
    return date.fromisoformat(text) if len(text) == 10 and is_date(text) else None


def spots_of(node: Map) -> Callable[[str], Place]:
    """Return where each key's value stands; the mapping's own place for a key that is missing."""
    return lambda key: node[key].place if key in node else node.place


# -- makers ---------------------------------------------------------------------


def number(unit: str, *, doc: str, default: float | None = None, **bounds: float) -> Any:
    """Make a field for a `Number` (or ``dict[str, Number]``, ``list[Number]``) in `unit` within bounds.

    A `default` is the value of what is not there; it is no statement about the world.
    """
    spec = NumberSpec(doc, unit, bounds_for(unit, **bounds))
    return _field(spec, ... if default is None else Number(value=default, unit=unit, source=ABSENT))


def series(unit: str, *, doc: str, **bounds: float) -> Any:
    """Make a field for a `Series` in `unit`; every point must be within the bounds."""
    return _field(SeriesSpec(doc, unit, bounds_for(unit, **bounds)), ...)


def knob(
    *, doc: str, unit: str = "", whole: bool = False, with_unit: bool = False, default: Any = ..., **bounds: float
) -> Any:
    """Make a field for a `Knob`: a plain number, or a quantity like ``4 week`` where it has a `unit`.

    A bare number is in the schema's unit, or refused where a reader could take it for another (`with_unit`).
    """
    spec = KnobSpec(doc, unit, bounds_for(unit, **bounds), whole, with_unit)
    return _field(spec, default if default in (..., None) else Knob(value=float(default), unit=unit))


def day(doc: str, default: Any = ...) -> Any:
    """Make a field for a `Day` (or a list of them); a default is a date, or None where it need not be said."""
    if isinstance(default, list | tuple):
        default = [Day(date=item) for item in default]
    elif default not in (..., None):
        default = Day(date=default)
    return _field(DaySpec(doc), default)


def choice(*options: str, doc: str, default: Any = ...) -> Any:
    """Make a field for a `Choice` among `options`; their order gives the drawn index."""
    return _field(ChoiceSpec(doc, options), default if default is ... else chosen(options, default))


def text(doc: str, default: Any = ..., *, one_of: tuple[str, ...] = (), dated: bool = False) -> Any:
    """Make a field for a `Text` (or a list or mapping of them): any words, some words, or a year, month or day."""
    made = default if not isinstance(default, str) else Text(value=default)
    return _field(TextSpec(doc, one_of, dated), made)


def name(*options: str, doc: str) -> Any:
    """Make a field for a `Name`: one of `options`, or any word where there are none."""
    return _field(TextSpec(doc, options, kind=Name), ...)


def _field(spec: Any, default: Any) -> Any:
    """Return a pydantic field that reads itself by `spec`."""
    made = Field(default, description=spec.doc)
    made.metadata.append(spec)
    return made
