"""Variants of an experiment: a file that names structures, figures and thresholds under which to ask the question again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sim.foundation.errors import Fault, UserError
from sim.scenario.scenario import Scenario
from sim.scenario.schema.paths import unknown
from sim.scenario.schema.settings import VerdictSection
from sim.scenario.syntax.extends import inside, root_of
from sim.scenario.syntax.nodes import Map, Scalar, Seq, describe
from sim.scenario.syntax.version import FORMAT, check_versions
from sim.scenario.syntax.yaml_text import parse_file

TOP = ("format", "variants", "thresholds", "pairs")
KEYS = ("group", "label", "set", "overlay")
FIXED = ("interval", "milestones")
"""Fields of a verdict that are no threshold."""


@dataclass(frozen=True)
class Variant:
    """One way to ask again.

    Parameters
    ----------
    name, group, label : str
        Key in the file; the question it belongs to; what readers see.
    set : mapping of str to node
        Leaves to set, as ``--set`` does.
    overlay : Path, optional
        A file whose own world is laid over the scenario's.
    """

    name: str
    group: str
    label: str
    set: Mapping[str, Any] = field(default_factory=dict)
    overlay: Path | None = None


@dataclass(frozen=True)
class Study:
    """All variants, the first of which changes nothing, and the grid of thresholds.

    Parameters
    ----------
    variants : tuple of Variant
    thresholds : dict of str to tuple of float
        Values to judge by, ascending, in the verdict's units.
    pairs : tuple of (str, str)
        Thresholds to be moved two at a time.
    """

    variants: tuple[Variant, ...]
    thresholds: dict[str, tuple[float, ...]]
    pairs: tuple[tuple[str, str], ...]


def read_variants(path: Path) -> Study:
    """Return the study that the file at `path` describes.

    Raises
    ------
    UserError
        With every fault found.
    """
    document = parse_file(path, str(path))
    check_versions(document)
    faults: list[Fault] = []
    _only(document, TOP, "key", faults)
    if "format" not in document:
        faults.append(document.spot("format").fault(f"`format` is missing - this program reads format {FORMAT}"))
    variants = tuple(_variant(name, node, path, faults) for name, node in _items(document, "variants", faults))
    if not variants:
        faults.append(
            document.spot("variants").fault("no variants - at least one is needed, the first without changes")
        )
    elif variants[0].set or variants[0].overlay:
        faults.append(document.spot("variants").fault(f"the first variant, '{variants[0].name}', may change nothing"))
    thresholds = {name: _values(name, node, faults) for name, node in _items(document, "thresholds", faults)}
    allowed = [name for name in VerdictSection.model_fields if name not in FIXED]
    for name in thresholds:
        if name not in allowed:
            place = document["thresholds"].spot(name)
            faults.append(place.fault(unknown("threshold", name, allowed)))
    pairs = _pairs(document, list(thresholds), faults)
    if faults:
        raise UserError(faults)
    return Study(variants, thresholds, pairs)


def scenario_of(variant: Variant, file: Path, overrides: Mapping[str, Any]) -> Scenario:
    """Return the scenario in `file` under a variant; what the user set is set below the variant."""
    from sim.scenario.reader import read

    return read(file, {**overrides, **variant.set}, overlay=variant.overlay)


def _only(node: Map, allowed: tuple[str, ...], what: str, faults: list[Fault]) -> None:
    for key in node:
        if key not in allowed:
            faults.append(node.spot(key).fault(unknown(what, key, list(allowed))))


def _items(document: Map, key: str, faults: list[Fault]) -> list[tuple[str, Any]]:
    node = document.get(key)
    if node is None:
        return []
    if not isinstance(node, Map):
        faults.append(node.place.fault(f"found {describe(node)} - `{key}` is a mapping of names"))
        return []
    return list(node.items())


def _variant(name: str, node: Any, path: Path, faults: list[Fault]) -> Variant:
    if not isinstance(node, Map):
        faults.append(node.place.fault(f"found {describe(node)} - a variant is a mapping with {', '.join(KEYS)}"))
        return Variant(name, "", name)
    _only(node, KEYS, "key", faults)
    texts = {}
    for key in ("group", "label", "overlay"):
        item = node.get(key)
        if item is not None and (not isinstance(item, Scalar) or item.value is None):
            faults.append(item.place.fault(f"found {describe(item)} - `{key}` is text"))
        texts[key] = item.text.strip() if isinstance(item, Scalar) else ""
    overlay = None
    if texts["overlay"]:
        top = path.resolve()
        try:
            overlay = inside(texts["overlay"], top, root_of(top), node["overlay"].place)
        except UserError as error:
            faults.extend(error.faults)
    return Variant(name, texts["group"], texts["label"] or name, dict(_items(node, "set", faults)), overlay)


def _values(name: str, node: Any, faults: list[Fault]) -> tuple[float, ...]:
    items = node if isinstance(node, Seq) else []
    values = [item.value if isinstance(item, Scalar) else None for item in items]
    numbers = [float(value) for value in values if isinstance(value, (int, float)) and not isinstance(value, bool)]
    if not numbers or len(numbers) < len(values) or min(numbers) <= 0.0:
        faults.append(node.place.fault(f"found {describe(node)} - `{name}` is a list of numbers above zero"))
    return tuple(sorted(set(numbers)))


def _pairs(document: Map, allowed: list[str], faults: list[Fault]) -> tuple[tuple[str, str], ...]:
    node = document.get("pairs")
    if node is None:
        return ()
    found = []
    for item in node if isinstance(node, Seq) else [node]:
        names = [part.text if isinstance(part, Scalar) else "" for part in item] if isinstance(item, Seq) else []
        if len(names) != 2:
            faults.append(item.place.fault(f"found {describe(item)} - a pair is a list of two thresholds"))
            continue
        wrong = [name for name in names if name not in allowed]
        faults.extend(item.place.fault(unknown("threshold", name, allowed)) for name in wrong)
        found.append((names[0], names[1]))
    return tuple(found)
