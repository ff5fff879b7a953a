"""What to call a key of a scenario where people read: who or what it belongs to, and its meaning from the schema."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, get_args, get_origin

from sim.analysis.names import SINGLE
from sim.foundation.format import format_date, format_with_unit
from sim.report.briefing.material import Part
from sim.report.briefing.sections import format_scenario_unit
from sim.scenario.canonical_text import changes
from sim.scenario.priors.uncertain import uncertain
from sim.scenario.scenario import Scenario
from sim.scenario.schema.leaves import Choice, Day, Knob, Leaf, Number, Series
from sim.scenario.schema.paths import is_section, leaves, step

NAMED = ("sides", "levers")
"""Sections whose fields bear names of the scenario's own; items of a mapping always do."""

CUT = re.compile(r"[;:(]")
"""What ends the short form of a meaning."""

QUOTED = re.compile(r"`([^`]*)`")


def plain_names(scenario: Scenario) -> dict[str, str]:
    """Return what to call each number of the base world, by its path, and each uncertain input, by its name.

    ``sides.north.drones`` is "North: stock of tactical drones at the start". An input of several leaves has the name of the
    first with the count of the others.
    """
    kind, labels = type(scenario.world()), scenario.labels() | _lever_labels(scenario)
    found = {one.path: plain_name(one.path, kind, labels) for one in scenario.numbers()}
    for one in uncertain(scenario):
        more = len(one.paths) - 1
        together = f", and {more} drawn with it" if more else ""
        found[one.name] = plain_name(one.paths[0], kind, labels) + together
    return found


def arm_parts(scenario: Scenario) -> dict[str, list[Part]]:
    """Return what each arm but the base sets, with its meaning from the schema: what a reader has to know of a lever."""
    base, found = scenario.world(), {}
    stated, labels = dict(leaves(base)), scenario.labels() | _lever_labels(scenario)
    for arm in list(scenario.arms)[1:]:
        own = dict(leaves(scenario.world(arm)))
        found[arm] = [
            Part(
                path,
                plain_name(path, type(base), labels),
                path.rpartition(".")[2].replace("_", " "),
                _meaning(path, type(base)),
                _value(stated[path]),
                _value(own[path]),
            )
            for path in changes(base, scenario.world(arm))
            if path in stated and path in own
        ]
    return found


def _value(leaf: Leaf) -> str:
    """Return what a leaf states, in words: a number with its unit, a date, the options, the ends of a dated series."""
    if isinstance(leaf, Day):
        return format_date(leaf.date)
    if isinstance(leaf, Choice):
        return " or ".join(option for option, weight in zip(leaf.options, leaf.weights, strict=True) if weight)
    if isinstance(leaf, Series) and leaf.constant is not None:
        return _value(leaf.constant)
    if isinstance(leaf, Series):
        ends = [format_with_unit(value, format_scenario_unit(leaf.unit)) for _, value in leaf.points]
        return ends[0] if len(ends) == 1 else f"{ends[0]} to {ends[-1]}"
    if isinstance(leaf, Number | Knob):
        return format_with_unit(leaf.value, format_scenario_unit(leaf.unit))
    return str(leaf)


def _meaning(path: str, kind: Any) -> str:
    *above, last = path.split(".")
    for part in above:
        kind = step(kind, part)
    field = kind.model_fields.get(last) if is_section(kind) else None
    return (field.description or "") if field else ""


def _lever_labels(scenario: Scenario) -> dict[str, str]:
    """Return what to call a lever that an arm pulls alone: as that arm."""
    found = {}
    for arm, about in scenario.arms.items():
        if about.role == SINGLE:
            pulled = {
                path.split(".")[1]
                for path in changes(scenario.world(), scenario.world(arm))
                if path.startswith("levers.")
            }
            if len(pulled) == 1:
                found[pulled.pop()] = about.label
    return found


def plain_name(path: str, kind: Any, labels: Mapping[str, str]) -> str:
    """Return what to call the key at `path` below a section of the type `kind`."""
    owners: list[str] = []
    said, parts, inside_item = "", path.split("."), False
    for place, part in enumerate(parts):
        field = kind.model_fields.get(part) if is_section(kind) else None
        meaning = _short(field.description or "") if field else ""
        own_name = place > 0 and ((parts[place - 1] in NAMED and place == 1) or get_origin(kind) is dict)
        below = step(kind, part)
        if place == len(parts) - 1 or (get_origin(below) is None and not is_section(below)):
            said = said or meaning or labels.get(part, part.replace("_", " "))
        elif own_name:
            owners.append(labels.get(part, part.replace("_", " ")))
        elif part.isdigit() and owners:
            owners[-1] += f" {int(part) + 1}"
        elif not _holds_names(part, below):
            owners.append(_summary(below) if inside_item and is_section(below) else part.replace("_", " "))
        inside_item = own_name
        kind = below
    name = f"{', '.join(owners)}: {said}" if owners else said
    return name[:1].upper() + name[1:]


def _short(meaning: str) -> str:
    """Return the beginning of a meaning, keys in it as words."""
    return QUOTED.sub(lambda key: key[1].replace("_", " "), CUT.split(meaning, maxsplit=1)[0]).strip()


def _summary(kind: Any) -> str:
    """Return the first line of a section's docstring, as part of a name."""
    first = str(kind.__doc__ or kind.__name__).split("\n")[0].rstrip(".")
    return first[:1].lower() + first[1:]


def _holds_names(part: str, kind: Any) -> bool:
    """Return whether what stands at a part is a branch of named items, which need no word for the branch."""
    return part in NAMED or (get_origin(kind) is dict and is_section(get_args(kind)[-1]))
