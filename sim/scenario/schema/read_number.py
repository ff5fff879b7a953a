"""From what a file says about a number to the number itself: units, evidence, law, bounds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import BaseModel

from sim.foundation.errors import Fault, nearest
from sim.scenario.schema.leaves import Bounds, Number, Series
from sim.scenario.schema.long_forms import NumberForm
from sim.scenario.schema.paths import unknown
from sim.scenario.syntax.nodes import NOWHERE, Map, Place, Restated, Scalar, as_node, describe
from sim.scenario.syntax.quantity import (
    GRADES,
    LAWS,
    Claim,
    Wrong,
    is_date,
    read_quantity,
    read_shorthand,
    to_float,
    unit_factor,
)

WORDS = ("source", "as_of", "grade", "note", "luck", "law", "unit", "interpolate")
_POSITIVE_LAWS = ("lognormal", "loguniform")


@dataclass(frozen=True)
class Source:
    """One entry of a scenario's `sources`, and where it stands."""

    source: str
    as_of: str = ""
    grade: str = ""
    note: str = ""
    published: str = ""
    place: Place = field(default=NOWHERE, compare=False)


@dataclass
class Reading:
    """What leaves need to know while a scenario is read: its sources, and the leaves already read.

    `roots` are the kinds of section where paths begin, to say where a key at a wrong level belongs.
    """

    sources: dict[str, Source] = field(default_factory=dict)
    roots: dict[str, Any] = field(default_factory=dict)
    cache: dict[tuple[int, int], tuple[Any, Any]] = field(default_factory=dict)

    def evidence(
        self, said: dict[str, str], spot: Callable[[str], Place], faults: list[Fault]
    ) -> tuple[str, str, str, str]:
        """Return (source, as_of, grade, note): the leaf's own words first, then its source's."""
        name = said.get("source", "")
        entry = self.sources.get(name)
        if not name:
            faults.append(spot("source").fault("no source - an id of `sources`, or free text with a grade and a date"))
            return "", "", "", ""
        if entry is None and " " not in name:
            near = nearest(name, self.sources)
            message = f"unknown source '{name}' - an id of `sources`, or free text of several words{near}"
            faults.append(spot("source").fault(message))
            return name, "", "", ""
        as_of = said.get("as_of", "") or (entry.as_of if entry else "")
        grade = said.get("grade", "") or (entry.grade if entry else "")
        if grade not in GRADES:
            found = f"unknown grade '{grade}'" if grade else "no grade"
            faults.append(spot("grade").fault(f"{found} - one of {', '.join(GRADES)}{nearest(grade, GRADES)}"))
        if not is_date(as_of):
            found = f"found date '{as_of}'" if as_of else "no date (as_of)"
            faults.append(spot("as_of").fault(f"{found} - a date like 2024-11-19, 2024-11 or 2024"))
        return name, as_of, grade, said.get("note", "")


def number_from(node: Any, unit: str, bounds: Bounds, reading: Reading, faults: list[Fault]) -> Number | None:
    """Return the number in `node`, in `unit`; None only with a fault.

    Parameters
    ----------
    node : Scalar, Map or Restated
        The shorthand, the mapping, or a patch on either.
    unit : str
        The schema's unit, to which everything is converted.
    bounds : Bounds
        What value, low and high must obey.
    reading : Reading
        Gives the sources.
    faults : list of Fault
        Receives everything wrong with the node.
    """
    if isinstance(node, Restated):
        return _restated(node, unit, bounds, reading, faults)
    if isinstance(node, Scalar) and ";" in node.text:
        node = spelled(node, faults)
    if not isinstance(node, Map):
        faults.extend([] if node is None else [node.place.fault(_not_a_number(node))])
        return None
    claim = _claim(node, faults)
    if claim is None or claim.value is None:
        return None

    def spot(key: str) -> Place:
        return node[key].place if key in node else node.place

    said = {key: getattr(claim, key) for key in ("source", "as_of", "grade", "note") if getattr(claim, key)}
    evidence = reading.evidence(said, spot, faults)
    before = len(faults)
    law = _law(claim, spot, faults)
    if "guess" in (claim.grade, evidence[2]):
        _check_guess(claim, law, spot, faults)
    made = Number(node.place, *evidence, luck=claim.luck or "", law=law, unit=unit, bounds=bounds)
    return _settle(made, claim, unit, spot, faults) if len(faults) == before else None


def _not_a_number(node: Any) -> str:
    """Return the message for a node that is no number with evidence."""
    if isinstance(node, Scalar) and node.value is not None:
        try:
            read_quantity(node.text)
        except Wrong as wrong:
            return str(wrong)
        return f"found {describe(node)} without a source - write '{node.text}; SOURCE'"
    return f"found {describe(node)} - write 'CENTRAL (LOW .. HIGH) UNIT; SOURCE' or {{value: ..., ...}}"


def spelled(node: Scalar, faults: list[Fault]) -> Map | None:
    """Return a shorthand as the mapping that it stands for; None, with a fault, where it is none."""
    claim = _tried(read_shorthand, node, faults)
    if claim is None:
        return None
    faults.extend(node.place.fault(message) for message in claim.wrong)
    said = {key: getattr(claim, key) for key in NumberForm.model_fields}
    made: Map = as_node({key: value for key, value in said.items() if value is not None}, node.place)
    return made


def _claim(node: Map, faults: list[Fault]) -> Claim | None:
    """Return the claim in a mapping; None only with a fault."""
    known_keys(node, NumberForm, faults)
    if "value" not in node:
        faults.append(node.place.fault(f"found {describe(node)} - `value` is missing"))
        return None
    claim = Claim()
    vars(claim).update({key: word for key, word in words(node, faults).items() if key in NumberForm.model_fields})
    for key in ("value", "low", "high"):
        if key not in node:
            continue
        part = _part(node[key], faults)
        if part is None:
            return None
        if part.unit and part.unit != (claim.unit or part.unit):
            said = f"found unit '{part.unit}' - `unit` or `value` already said '{claim.unit}'"
            faults.append(node[key].place.fault(said))
        claim.unit = claim.unit or part.unit
        setattr(claim, key, part.value)
        if key == "value" and part.low is not None:
            claim.low, claim.high = part.low, part.high
    return claim


def _part(node: Any, faults: list[Fault]) -> Claim | None:
    """Return the quantity in one scalar."""
    if not isinstance(node, Scalar):
        faults.append(node.place.fault(f"found {describe(node)} - a quantity like '64.1 km'"))
        return None
    return _tried(read_quantity, node, faults)


def _tried(read: Callable[[str], Claim], node: Scalar, faults: list[Fault]) -> Claim | None:
    """Return what `read` makes of a scalar's text; None, with a fault, where it is wrong."""
    try:
        return read(node.text)
    except Wrong as wrong:
        faults.append(node.place.fault(str(wrong)))
        return None


def unit_scale(unit: str, wanted: str, place: Place, faults: list[Fault]) -> float | None:
    """Return what one `unit` is in `wanted` units; None, with a fault, where it is none of its kind."""
    try:
        return unit_factor(unit, wanted)
    except Wrong as wrong:
        faults.append(place.fault(str(wrong)))
        return None


def _law(claim: Claim, spot: Callable[[str], Place], faults: list[Fault]) -> str:
    """Return the name of the prior's law; it must fit the range given."""
    low, high, central = claim.low, claim.high, claim.value
    if claim.law is not None and claim.law not in LAWS:
        message = f"unknown law '{claim.law}' - one of {', '.join(LAWS)}{nearest(claim.law, LAWS)}"
        faults.append(spot("law").fault(message))
        return "fixed"
    if low is None and high is None:
        if claim.law not in (None, "fixed", "set"):
            faults.append(spot("law").fault(f"found law '{claim.law}' without a range - give low and high"))
        return claim.law or "fixed"
    if low is None or high is None or central is None:
        faults.append(spot("low").fault("found one end of a range only - give both low and high, or neither"))
        return "fixed"
    if claim.law in ("fixed", "set"):
        faults.append(spot("law").fault(f"found law '{claim.law}' with a range - it takes no low and high"))
    if not low <= central <= high:
        message = f"found {low:g} .. {central:g} .. {high:g} - low, central and high must ascend"
        faults.append(spot("low").fault(message))
    law = claim.law or ("lognormal" if low > 0 else "normal")
    if law in _POSITIVE_LAWS and low <= 0:
        faults.append(spot("low").fault(f"found low {low:g} - the law {law} needs numbers above 0"))
    return law


def _check_guess(claim: Claim, law: str, spot: Callable[[str], Place], faults: list[Fault]) -> None:
    """A guess must carry its uncertainty, unless it is zero or set by hand."""
    narrow = claim.low is None or claim.low == claim.high
    if narrow and law != "set" and claim.value != 0:
        faults.append(
            spot("value").fault(f"found {claim.value:g} as a guess without a range - guessed numbers stay wide")
        )


def _settle(made: Number, claim: Claim, unit: str, spot: Callable[[str], Place], faults: list[Fault]) -> Number | None:
    """Convert the claim's numbers to `unit` and check them against the bounds."""
    scale = unit_scale(claim.unit or "", unit, spot("unit" if claim.unit else "value"), faults)
    if scale is None:
        return None
    said = {key: getattr(claim, key) for key in ("value", "low", "high")}
    scaled = {key: part * scale for key, part in said.items() if part is not None}
    outside = [key for key, part in scaled.items() if not made.bounds.allow(part)]
    for key in outside:
        name = "" if key == "value" else f"{key} "
        shown = f"{said[key]:g} {claim.unit or ''}".strip()
        faults.append(spot(key).fault(f"found {name}{shown} - this must be {made.bounds} {unit}".rstrip()))
    if outside:
        return None
    return replace(made, written=claim.unit or "", **scaled)


def _restated(node: Restated, unit: str, bounds: Bounds, reading: Reading, faults: list[Fault]) -> Number | None:
    """Return the number below, scaled, or said anew with the same evidence."""
    change = node.change
    if ";" in change.text:
        return number_from(change, unit, bounds, reading, faults)
    base = node.base
    under = base if isinstance(base, Number) else number_from(base, unit, bounds, reading, faults)
    if under is None:
        return None

    def spot(_key: str) -> Place:
        return change.place

    factor = scale_of(change)
    try:
        claim = Claim(under.value, under.low, under.high, unit) if factor is not None else read_quantity(change.text)
    except Wrong as wrong:
        faults.append(change.place.fault(f"{wrong}; or a scaling like 'x 1.2'"))
        return None
    law = under.law
    if factor is not None:
        claim.value, claim.low, claim.high = (part and part * factor for part in (claim.value, claim.low, claim.high))
        if factor == 0:
            claim.low = claim.high = None
            law = "set"
    else:
        claim.unit = claim.unit if claim.unit is not None else under.written
        law = "set" if claim.low is None and claim.high is None else _law(claim, spot, faults)
    made = replace(under, place=change.place, low=None, high=None, law=law)
    settled = _settle(made, claim, unit, spot, faults)
    return settled if settled is None or factor is None else replace(settled, written=under.written)


def quantity_claim(node: Any, unit: str, faults: list[Fault], usual: str = "") -> Claim | None:
    """Return the plain quantity in a scalar: `value` in `unit`, and the unit as the file wrote it.

    A number without a unit is in the `usual` one, else in `unit` already.
    """
    claim = _part(node, faults)
    if claim is None or claim.value is None:
        return None
    if claim.low is not None:
        faults.append(node.place.fault(f"found {describe(node)} - one number, without a range, is needed here"))
    claim.unit = claim.unit or usual or None
    scale = 1.0 if claim.unit is None else unit_scale(claim.unit, unit, node.place, faults)
    if scale is None:
        return None
    claim.value *= scale
    return claim


def quantity_of(node: Any, unit: str, faults: list[Fault]) -> float | None:
    """Return the plain quantity in a scalar, in `unit`; None only with a fault."""
    claim = quantity_claim(node, unit, faults)
    return None if claim is None else claim.value


def scale_of(change: Scalar) -> float | None:
    """Return the factor in ``"x 1.2"``, or None when it is no scaling by a factor of at least 0."""
    pieces = change.text.split()
    if len(pieces) != 2 or pieces[0] != "x":
        return None
    try:
        factor = to_float(pieces[1])
    except Wrong:
        return None
    return factor if factor >= 0 else None


def words(node: Map, faults: list[Fault]) -> dict[str, str]:
    """Return the text of the descriptive keys of a leaf's mapping."""
    said: dict[str, str] = {}
    for key in WORDS:
        if key not in node:
            continue
        if isinstance(node[key], Scalar) and node[key].value is not None:
            said[key] = node[key].text
        else:
            faults.append(node[key].place.fault(f"found {describe(node[key])} - `{key}` is text"))
    return said


def known_keys(node: Map, form: type[BaseModel], faults: list[Fault]) -> None:
    """Put a fault for every key that a long form does not have."""
    wrong = [key for key in node if key not in form.model_fields]
    faults.extend(node.spot(key).fault(unknown("key", key, list(form.model_fields))) for key in wrong)


def as_number(series: Series) -> Number:
    """Return a number in the series' unit with its evidence: what a patch that makes it constant leans on."""
    value = series.points[0][1]
    evidence = (series.source, series.as_of, series.grade, series.note)
    return Number(series.place, *evidence, value=value, unit=series.unit, written=series.written, bounds=series.bounds)
