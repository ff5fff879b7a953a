"""Positive controls: changes of the world whose effect everybody knows, as a scenario names them under `controls`.

A control is an arm that is played against the base: no recruits, twice the men, no bombs. If the model does not answer with
the sign that is expected, and within the range where there is one, it is the model that is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.foundation.errors import Fault, UserError
from sim.scenario.reader import resolve
from sim.scenario.scenario import Scenario
from sim.scenario.schema.paths import unknown
from sim.scenario.schema.world import World
from sim.scenario.syntax.extends import read_chain
from sim.scenario.syntax.nodes import Map, Scalar, Seq, as_node, describe

SIGNS = ("below", "above")
KEYS = ("label", "note", "patch", "expected", "share", "source")
BASE = "base"


@dataclass(frozen=True)
class Control:
    """One control.

    Parameters
    ----------
    name, label, note : str
    expected : str
        ``below`` or ``above``: the attacker's gain against the base's.
    share : tuple of float, optional
        Least and greatest effect, as a share of the base's mean gain.
    source : str
        Where sign and range come from.
    """

    name: str
    label: str
    note: str
    expected: str
    share: tuple[float, float] | None
    source: str


def read_controls(path: str | Path, overrides: Mapping[str, Any] | None = None) -> tuple[Scenario, list[Control]]:
    """Return the scenario with its base and its controls as arms, and the controls in order; none gives an empty list.

    Raises
    ------
    UserError
        With every fault found, of the scenario or of its controls.
    """
    path = Path(path)
    document = read_chain(path)
    faults: list[Fault] = []
    node = document.get("controls")
    table = node if isinstance(node, Map) else Map({}, document.place, {})
    if node is not None and not isinstance(node, Map):
        faults.append(node.place.fault(f"found {describe(node)} - `controls` is a mapping of names"))
    controls = [_control(name, table[name], table, faults) for name in table]
    if faults:
        raise UserError(faults)
    arms = Map({BASE: as_node({"label": "As things stand"}, table.place)}, table.place, {})
    for name in table:
        item = {key: value for key, value in table[name].items() if key in ("label", "note", "patch")}
        spots = {key: table[name].spot(key) for key in item}
        arms = arms.with_item(name, Map(item, table[name].place, spots), table.spot(name))
    kept = {key: value for key, value in document.items() if key not in ("arms", "factorial", "doses")}
    whole = Map(kept, document.place, {key: document.spot(key) for key in kept})
    return resolve(whole.with_item("arms", arms, table.place), path, overrides, World), controls


def _control(name: str, node: Any, table: Map, faults: list[Fault]) -> Control:
    """Return one control, with faults for what is wrong in it."""
    blank = Control(name, name, "", SIGNS[0], None, "")
    if not isinstance(node, Map):
        faults.append(table.spot(name).fault(f"found {describe(node)} - a control is a mapping with {', '.join(KEYS)}"))
        return blank
    faults.extend(node.spot(key).fault(unknown("key", key, list(KEYS))) for key in node if key not in KEYS)
    said = {key: node[key].text.strip() for key in ("label", "note", "expected", "source") if _is_text(node.get(key))}
    if name == BASE:
        faults.append(
            table.spot(name).fault(f"found a control called '{BASE}' - that is what controls are held against")
        )
    if said.get("expected") not in SIGNS:
        spot = node.spot("expected") if "expected" in node else table.spot(name)
        faults.append(spot.fault(f"`expected` of '{name}' is one of {', '.join(SIGNS)}"))
        return blank
    share = _share(node, faults)
    return Control(name, said.get("label", name), said.get("note", ""), said["expected"], share, said.get("source", ""))


def _is_text(node: Any) -> bool:
    return isinstance(node, Scalar) and node.value is not None


def _share(node: Map, faults: list[Fault]) -> tuple[float, float] | None:
    item = node.get("share")
    if item is None:
        return None
    ends = [part.value for part in item if isinstance(part, Scalar)] if isinstance(item, Seq) else []
    numbers = [float(end) for end in ends if isinstance(end, (int, float)) and not isinstance(end, bool)]
    if len(numbers) != len(ends) or len(numbers) != 2 or numbers[0] > numbers[1]:
        faults.append(node.spot("share").fault("`share` is a list of two numbers, the least first, as [-0.5, -0.1]"))
        return None
    return numbers[0], numbers[1]
