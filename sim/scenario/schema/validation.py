"""A node as a section of the schema: pydantic's findings as faults in our own words, each in its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from pydantic import ValidationError

from sim.foundation.errors import Fault
from sim.scenario.schema.paths import at, hint, place_of, unknown, wanted
from sim.scenario.schema.read_number import Reading
from sim.scenario.syntax.nodes import describe


def validated(node: Any, kind: Any, reading: Reading, faults: list[Fault]) -> Any:
    """Return the node as a `kind`, or None with faults."""
    try:
        return kind.model_validate(node, context=reading)
    except ValidationError as error:
        for item in error.errors(include_url=False, include_input=False):
            faults.extend(_faults_of(item, node, kind, reading))
        return None


def _faults_of(item: Any, node: Any, kind: Any, reading: Reading) -> Iterator[Fault]:
    """Yield pydantic's finding as located faults."""
    path = tuple(item["loc"])
    if item["type"] == "leaf":
        yield from item["ctx"]["faults"]
        return
    parents = path[:-1]
    parent_kind = at(kind, parents)
    parent = node
    for key in parents:
        parent = parent[key]
    if item["type"] == "extra_forbidden":
        name, allowed = str(path[-1]), list(parent_kind.model_fields)
        yield parent.spot(name).fault(hint("key", name, reading.roots) or unknown("key", name, allowed))
    elif item["type"] == "missing":
        where = ".".join(str(key) for key in parents)
        doc = parent_kind.model_fields[path[-1]].description
        message = f"`{path[-1]}` is missing" + (f" in {where}" if where else "") + (f" ({doc})" if doc else "")
        yield place_of(node, parents).fault(message)
    elif item["type"] in ("value_error", "assertion_error"):
        yield place_of(node, path).fault(item["msg"].partition(", ")[2])
    else:
        found = parent[path[-1]] if path else node
        yield place_of(node, path).fault(f"found {describe(found)} - {wanted(at(kind, path))}")


def in_order(faults: Iterable[Fault]) -> list[Fault]:
    """Return each fault once, file by file in the order first met, by line."""
    unique = list(dict.fromkeys(faults))
    files = list(dict.fromkeys(fault.file for fault in unique))
    return sorted(unique, key=lambda fault: (files.index(fault.file), fault.line or 0, fault.column or 0))
