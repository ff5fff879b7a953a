"""The canonical text of a scenario: everything resolved, in the schema's units, readable by `read` again."""

from __future__ import annotations

import json
import re
from typing import Any

from sim.scenario.schema.leaves import ABSENT, Choice, Day, Knob, Leaf, Number, Section, Series, Text

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_./-]*|\d{4}-\d\d-\d\d")
_WORDS = {"null", "true", "false", "yes", "no", "on", "off"}
_UNSAFE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff]")
_AS_JSON = json.JSONEncoder(ensure_ascii=False)  # `json.dumps` makes one for every word


def said(value: Any) -> Any:
    """Return a read tree, branch or leaf as plain data: mappings, lists, strings and numbers."""
    if isinstance(value, Section):
        stated = {name: getattr(value, name) for name in type(value).model_fields}
        return {name: said(item) for name, item in stated.items() if not _absent(item)}
    if isinstance(value, dict):
        return {key: said(item) for key, item in value.items()}
    if isinstance(value, list):
        return [said(item) for item in value]
    return _leaf(value)


def _absent(item: Any) -> bool:
    """Return whether a file leaves the thing out: a number of what is not there, words that nobody wrote, an empty mapping."""
    if isinstance(item, Text | Number):
        return item == Text() or getattr(item, "source", "") == ABSENT
    return item == {}


def _leaf(leaf: Leaf) -> Any:
    """Return a leaf as plain data."""
    if isinstance(leaf, Number):
        numbers = {
            "value": leaf.value,
            "low": leaf.low,
            "high": leaf.high,
            "unit": leaf.unit,
            "law": leaf.law,
        }
        return _without_gaps({**numbers, **_evidence(leaf), "luck": leaf.luck})
    if isinstance(leaf, Knob):
        return f"{leaf.value!r} {leaf.unit}" if leaf.unit else leaf.value
    if isinstance(leaf, Day):
        return leaf.date.isoformat()
    if isinstance(leaf, Choice):
        weights = dict(zip(leaf.options, leaf.weights, strict=True))
        if not leaf.source:
            return max(weights, key=lambda option: weights[option])
        return _without_gaps({"choose": weights, **_evidence(leaf), "luck": leaf.luck})
    if isinstance(leaf, Series):
        if leaf.constant is not None:
            return _leaf(leaf.constant)
        points = {when.isoformat(): value for when, value in leaf.points}
        factor = {} if leaf.factor is None else {"factor": _leaf(leaf.factor)}
        body = {"series": points, "unit": leaf.unit, "interpolate": leaf.interpolate, **factor}
        return _without_gaps({**body, **_evidence(leaf)})
    return str(leaf)


def _evidence(leaf: Any) -> dict[str, str]:
    return {"source": leaf.source, "as_of": leaf.as_of, "grade": leaf.grade, "note": leaf.note}


def _without_gaps(items: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in items.items() if value is not None and value != ""}


def changes(base: Any, other: Any, path: str = "") -> dict[str, Any]:
    """Return what makes `base` into `other`, as a patch of whole leaves: dotted path -> plain data."""
    if base is other:
        return {}
    if isinstance(base, Leaf):
        return {} if base == other else {path: said(other)}
    if isinstance(base, list) and len(base) != len(other):
        return {path: said(other)}
    below = _items(base), _items(other)
    dot = f"{path}." if path else ""
    found: dict[str, Any] = {}
    for key, item in below[0].items():
        found.update(changes(item, below[1][key], f"{dot}{key}"))
    return found


def _items(branch: Any) -> dict[str, Any]:
    """Return the children of a branch by name."""
    if isinstance(branch, Section):
        return {name: getattr(branch, name) for name in type(branch).model_fields}
    return {str(key): item for key, item in (branch.items() if isinstance(branch, dict) else enumerate(branch))}


def emit(value: Any) -> str:
    """Return plain data as YAML: branches in block style, leaves and lists in one line."""
    lines: list[str] = []
    _block(value, "", lines)
    return "\n".join(lines) + "\n"


def _block(value: dict[str, Any], indent: str, lines: list[str]) -> None:
    for key, item in value.items():
        if isinstance(item, dict) and item and not {"value", "series", "choose"} & item.keys():
            lines.append(f"{indent}{_key(key)}:")
            _block(item, indent + "  ", lines)
        else:
            lines.append(f"{indent}{_key(key)}: {_flow(item)}")


def _flow(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_key(key)}: {_flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_flow(item) for item in value) + "]"
    # JSON strings and numbers are YAML 1.2, but for a few characters that YAML does not print
    return _UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", _AS_JSON.encode(value))


def _key(key: str) -> str:
    plain = _PLAIN.fullmatch(key) and key.lower() not in _WORDS
    return key if plain else _flow(key)
