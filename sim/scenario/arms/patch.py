"""Patches: an arm, or ``--set``, changes the raw tree along dotted paths; the rest is shared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, get_origin

from sim.foundation.errors import Fault, UserError, closest
from sim.foundation.text import for_terminal
from sim.scenario.schema.leaves import Choice, Knob, Leaf, Number, Series
from sim.scenario.schema.paths import hint, is_section, names_in, step, unknown
from sim.scenario.schema.read_number import spelled
from sim.scenario.syntax.extends import LEAF_KEYS
from sim.scenario.syntax.nodes import Map, Node, Place, Restated, Scalar, Seq, as_node
from sim.scenario.syntax.yaml_text import meaning, parse_text

EVERY = "*"
"""As part of a path: every front, ally, partner and the like."""


def parse_changes(changes: Mapping[str, Any] | Iterable[str]) -> dict[str, Any]:
    """Return what is to be changed by dotted path; texts are ``PATH=VALUE``, as for ``--set``.

    Raises
    ------
    UserError
        For every text that is not of that form.
    """
    if isinstance(changes, Mapping):
        return dict(changes)
    found: dict[str, Any] = {}
    faults = []
    for change in [changes] if isinstance(changes, str) else changes:
        path, equals, value = (part.strip() for part in change.partition("="))
        if equals and path and value:
            found[path] = value
        else:
            faults.append(f"--set {change}: not of the form PATH=VALUE, as levers.NAME.dose=1")
    if faults:
        raise UserError(faults)
    return found


def patched(world: Any, patch: Map, kind: Any, faults: list[Fault]) -> Any:
    """Return `world` with every item of `patch` put; the untouched branches are the same objects.

    Parameters
    ----------
    world : Map
        The raw tree.
    patch : Map
        Dotted path -> node.
    kind : type
        The Section that describes `world`.
    faults : list of Fault
        Receives every path that leads nowhere.
    """
    for path, node in patch.items():
        world = put(world, path.split("."), node, kind, patch.spot(path), faults, {"": kind})
    return world


def put(
    node: Any, path: list[str], change: Node, kind: Any, spot: Place, faults: list[Fault], roots: Mapping[str, Any]
) -> Any:
    """Return `node` with `change` at `path`; on a fault, `node` itself. `roots` are as for `paths.hint`."""
    name, *rest = path
    if name == EVERY and isinstance(node, Map) and not is_section(kind):
        for key in node:
            node = put(node, [key, *rest], change, kind, spot, faults, roots)
        return node
    allowed = names_in(kind, node)
    if name not in allowed:
        faults.append(spot.fault(_unknown(name, allowed, kind, roots)))
        return node
    below = step(kind, name)
    if isinstance(node, Seq) and get_origin(kind) is list:
        index = int(name)
        items: list[Any] = list(node)
        items[index] = _next(node[index], rest, change, below, spot, faults, roots)
        return Seq(items, node.place)
    if not isinstance(node, Map):
        return node  # not the mapping it should be: reported when the base is validated
    new = _next(node.get(name), rest, change, below, spot, faults, roots)
    return node if new is None else node.with_item(name, new, spot)


def _next(
    old: Any, rest: list[str], change: Node, kind: Any, spot: Place, faults: list[Fault], roots: Mapping[str, Any]
) -> Any:
    """Go one step down, or put the change here."""
    if not rest:
        return _merged(old, change, kind, faults)
    if isinstance(kind, type) and issubclass(kind, Leaf):
        faults.append(spot.fault(f"unknown path part '{rest[0]}' - the path already ends at a leaf here"))
        return old
    if old is None:
        old = Map({}, spot, {})
    return put(old, rest, change, kind, spot, faults, roots)


def _unknown(name: str, allowed: list[str], kind: Any, roots: Mapping[str, Any]) -> str:
    """Return the message for a part of a path that leads nowhere."""
    if moved := hint("path part", name, roots):
        return moved
    added = get_origin(kind) is dict and not closest(name, allowed)
    note = " - what the base's `world` does not name cannot be added here" if added else ""
    return unknown("path part", name, allowed) + note


def _merged(old: Any, change: Node, kind: Any, faults: list[Fault]) -> Any:
    """Return what a change makes of the node it is put on."""
    if isinstance(kind, type) and issubclass(kind, Leaf):
        return _leaf(old, change, kind)
    if not isinstance(change, Map) or not isinstance(old, Map):
        return change
    new = old
    for key, item in change.items():
        if not is_section(kind) and key not in old:
            faults.append(change.spot(key).fault(_unknown(key, list(old), kind, {})))
            continue
        below = _merged(old.get(key), item, step(kind, key), faults)
        new = new.with_item(key, below, change.spot(key))
    return new


def _leaf(old: Any, change: Node, kind: type[Leaf]) -> Any:
    """Return the leaf: restated by a bare number or scaling, merged with a mapping, or replaced."""
    if isinstance(change, Map) and old is not None and issubclass(kind, Number | Series | Choice):
        return _merged_leaf(old, change)
    leans = issubclass(kind, Knob | Number | Series) and isinstance(change, Scalar) and ";" not in change.text
    return Restated(old, change) if leans and old is not None and isinstance(change, Scalar) else change


def _merged_leaf(old: Any, change: Map) -> Any:
    """Return the mapping of a leaf with some of its keys said anew; another kind of leaf replaces it."""
    said = [key for key in LEAF_KEYS if key in change]
    under = (spelled(old, []) or old) if isinstance(old, Scalar) else old
    whole = bool(said) and "source" in change  # it brings its own evidence
    if whole or not isinstance(under, Map) or (said and said[0] not in under):
        return change
    for key, item in change.items():
        under = under.with_item(key, item, change.spot(key))
    return Map(under, change.place, under.spots)


def override_node(path: str, value: Any) -> tuple[Node, Place]:
    """Return the node and the place of one ``--set path=value``."""
    place = Place(f"--set {path}")
    if isinstance(value, str):
        text = for_terminal(value.strip())
        if text.startswith(("{", "[")):
            node = parse_text(text, place.file or "")
            return (Scalar("", None, place) if node is None else node), place
        return Scalar(text, meaning(text), place), place
    return as_node(value, place), place


def overridden(
    document: Map, changes: Mapping[str, Any] | Iterable[str], kinds: Mapping[str, Any], faults: list[Fault]
) -> Map:
    """Return the document with every change put, on the base and so below every arm.

    A path is one of the world's; ``run.``, ``verdict.`` or ``world.`` may lead it, and ``arms.NAME.`` puts
    the rest into that arm's patch instead.
    """
    roots = {"" if name == "world" else name: kind for name, kind in kinds.items()}
    for path, value in parse_changes(changes).items():
        try:
            node, place = override_node(path, value)
        except UserError as error:
            faults.extend(error.faults)
            continue
        head, _, rest = path.partition(".")
        if path == "posterior":
            document = document.with_item("posterior", node, place)
            continue
        if head == "arms":
            document = _into_arm(document, rest, node, place, faults)
            continue
        if head not in kinds or not rest:
            head, rest = "world", path
        section = document.get(head, Map({}, place, {}))
        if isinstance(section, Map):
            new = put(section, rest.split("."), node, kinds[head], place, faults, roots)
            document = document.with_item(head, new, place)
    return document


def _into_arm(document: Map, rest: str, node: Node, place: Place, faults: list[Fault]) -> Map:
    """Put an override into one arm's patch."""
    name, _, path = rest.partition(".")
    arms = document.get("arms")
    if not isinstance(arms, Map) or not isinstance(arms.get(name), Map):
        faults.append(place.fault(unknown("arm", name, list(arms) if isinstance(arms, Map) else [])))
        return document
    arm = arms[name]
    patch = arm.get("patch")
    patch = patch if isinstance(patch, Map) else Map({}, place, {})
    arm = arm.with_item("patch", patch.with_item(path, node, place), place)
    return document.with_item("arms", arms.with_item(name, arm, place), place)
