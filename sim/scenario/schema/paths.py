"""The shape of a schema: which type stands at a path, and what may stand beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import UnionType
from typing import Any, get_args, get_origin

from sim.foundation.errors import Fault, nearest
from sim.scenario.schema.leaves import Choice, Day, Leaf, Section
from sim.scenario.syntax.nodes import Map, Place, Seq, describe


def is_section(kind: Any) -> bool:
    """Whether a type is a Section."""
    return isinstance(kind, type) and issubclass(kind, Section)


def step(kind: Any, key: str | int) -> Any:
    """Return the type below `kind` at `key`, or None when there is none."""
    if is_section(kind):
        field = kind.model_fields.get(str(key))
        annotation = None if field is None else field.annotation
        return get_args(annotation)[0] if isinstance(annotation, UnionType) else annotation  # of `Section | None`
    if get_origin(kind) is dict:
        return get_args(kind)[1]
    if get_origin(kind) is list:
        return get_args(kind)[0]
    return None


def at(kind: Any, path: tuple[str | int, ...]) -> Any:
    """Return the type at `path` below `kind`, or None when the path leaves the schema."""
    for key in path:
        kind = step(kind, key)
    return kind


def names_in(kind: Any, node: Any) -> list[str]:
    """Return what may follow in a path: fields of a section, keys of a mapping, places in a list."""
    if is_section(kind):
        return list(kind.model_fields)
    if isinstance(node, Map):
        return list(node)
    return [str(index) for index in range(len(node))] if isinstance(node, Seq) else []


def unknown(what: str, name: str, allowed: list[str]) -> str:
    """Return the message for a name that is not allowed."""
    shown = ", ".join(allowed[:15]) + (", ..." if len(allowed) > 15 else "")
    # in braces a comma ends the value: {dose: 1,5} has a key 5
    hint = " (a number follows a comma: decimals take a point, as 1.5)" if name.isdigit() else nearest(name, allowed)
    return f"unknown {what} '{name}' - allowed: {shown or 'nothing'}{hint}"


def hint(what: str, name: str, roots: Mapping[str, Any]) -> str:
    """Return the message for a name that stands at a wrong level: where it belongs, if that is one place or two.

    `roots` are the kinds of section from which paths begin, by what leads the path.
    """
    homes = [path for lead, kind in roots.items() for path in _homes(name, kind, lead)]
    if not 0 < len(homes) <= 2:
        return ""
    shown = " or ".join(f"`{path}`" if path else "the top" for path in homes)
    return f"found the {what} '{name}' at a wrong level - it belongs in {shown}"


def _homes(name: str, kind: Any, path: str) -> Iterator[str]:
    """Yield the path of every section at or below `kind` that has a field of this name."""
    dot = f"{path}." if path else ""
    if is_section(kind):
        if name in kind.model_fields:
            yield path
        for key, field in kind.model_fields.items():
            yield from _homes(name, field.annotation, dot + key)
    elif get_origin(kind) in (dict, list):
        yield from _homes(name, step(kind, ""), dot + ("NAME" if get_origin(kind) is dict else "N"))


def wanted(kind: Any) -> str:
    """Return what a type wants, in a few words."""
    if is_section(kind):
        return f"a mapping with {', '.join(list(kind.model_fields)[:6])}"
    if get_origin(kind) is dict:
        return "a mapping of names"
    if get_origin(kind) is list:
        return "a list"
    return "a value"


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Leaf]]:
    """Yield every leaf of a read tree with its dotted path, in schema and file order."""
    if isinstance(value, Leaf):
        yield path, value
    elif isinstance(value, Section):
        for name in type(value).model_fields:
            yield from leaves(getattr(value, name), f"{path}.{name}" if path else name)
    elif isinstance(value, dict | list):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, item in items:
            yield from leaves(item, f"{path}.{key}" if path else str(key))


def plain_values(value: Any) -> Any:
    """Return what a read branch of texts, controls, days and settled choices says, in plain Python; lists as tuples."""
    if isinstance(value, Section):
        return {name: plain_values(getattr(value, name)) for name in type(value).model_fields}
    if isinstance(value, dict):
        return {name: plain_values(item) for name, item in value.items()}
    if isinstance(value, list):
        return tuple(plain_values(item) for item in value)
    if isinstance(value, Choice):
        return value.options[value.weights.index(max(value.weights))]
    return value.date if isinstance(value, Day) else value.value


def naming_faults(kind: Any, node: Any) -> Iterator[Fault]:
    """Yield a fault for every name that a dotted path could not reach, and every empty mapping or list."""
    collection = get_origin(kind) in (dict, list)
    if collection and isinstance(node, Map | Seq) and not node:
        yield node.place.fault(f"found {describe(node)} - at least one is needed")
    if isinstance(node, Map) and (collection or is_section(kind)):
        for key, item in node.items():
            if collection and (not key or "." in key):
                yield node.spot(key).fault(f"found the name '{key}' - a name is not empty and has no dot in it")
            yield from naming_faults(step(kind, key), item)
    elif isinstance(node, Seq):
        for item in node:
            yield from naming_faults(step(kind, 0), item)


def place_of(node: Any, path: tuple[str | int, ...]) -> Place:
    """Return where the value at `path` stands, or its nearest ancestor that is there."""
    place: Place = node.place
    for key in path:
        try:
            node = node[key]
        except (KeyError, IndexError, TypeError):
            break
        place = node.place
    return place
