"""How each kind of leaf is read from a node: the checks behind the field makers of `leaf`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, get_args, get_origin

from pydantic_core import PydanticCustomError, core_schema

from sim.foundation.errors import Fault, nearest
from sim.scenario.schema.leaves import Bounds, Choice, Day, Knob, Leaf, Number, Series, Text, refuse_all
from sim.scenario.schema.read_number import (
    Reading,
    as_number,
    known_keys,
    number_from,
    quantity_claim,
    quantity_of,
    scale_of,
    words,
)
from sim.scenario.syntax.nodes import Map, Place, Restated, Scalar, as_node, describe
from sim.scenario.syntax.quantity import FIRST_YEAR, LAST_YEAR, Wrong, is_date, unit_factor

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
            faults.append(
                node.place.fault(f"found {describe(node)} without a unit - write '{node.text} week' or 'day'")
            )
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
    """Words."""

    def read(self, node: Any, reading: Reading, faults: list[Fault]) -> Text | None:
        """Read any scalar as it was written."""
        node = node.change if isinstance(node, Restated) else node
        if not isinstance(node, Scalar) or node.value is None:
            faults.append(node.place.fault(f"found {describe(node)} - text is needed"))
            return None
        return Text(node.place, node.text)


@dataclass(frozen=True, eq=False)
class ChoiceSpec(Spec):
    """One of several structures."""

    options: tuple[str, ...] = ()

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
        known_keys(node, ("choose", "source", "as_of", "grade", "note", "luck"), faults)
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

    def read(self, node: Any, reading: Reading, faults: list[Fault]) -> Series | None:
        """Read a dated mapping, a number (constant in time), or a patch on either."""
        if isinstance(node, Restated):
            return self._restated(node, reading, faults)
        if not isinstance(node, Map) or "series" not in node:
            constant = number_from(node, self.unit, self.bounds, reading, faults)
            return None if constant is None else self._constant(constant)
        known_keys(node, _SERIES_KEYS, faults)
        said = words(node, faults)
        points = self._points(node["series"], self._scale(node, said.get("unit", ""), faults), faults)
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

    def _scale(self, node: Map, unit: str, faults: list[Fault]) -> float:
        """Return what one of the file's units is in the schema's."""
        try:
            return unit_factor(unit, self.unit)
        except Wrong as wrong:
            faults.append(spots_of(node)("unit").fault(str(wrong)))
            return 1.0

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


_SERIES_KEYS = ("series", "unit", "interpolate", "factor", "source", "as_of", "grade", "note")


def chosen(options: tuple[str, ...], option: str, place: Any = None) -> Choice:
    """Return a Choice settled on one option."""
    weights = tuple(float(name == option) for name in options)
    made = Choice(options=options, weights=weights)
    return made if place is None else Choice(place, options=options, weights=weights)


def to_date(text: str) -> date | None:
    """Return the day written as YYYY-MM-DD, or None."""
    return date.fromisoformat(text) if len(text) == 10 and is_date(text) else None


def spots_of(node: Map) -> Callable[[str], Place]:
    """Return where each key's value stands; the mapping's own place for a key that is missing."""
    return lambda key: node[key].place if key in node else node.place
