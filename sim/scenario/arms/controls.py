"""Positive controls: changes of the world whose effect everybody knows, as a scenario names them under `controls`.

A control is an arm that is played against the base: no recruits, twice the men, no bombs. If the model does not answer with
the sign that is expected, and within the range where there is one, it is the model that is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.foundation.errors import UserError
from sim.scenario.reader import Changes, resolve
from sim.scenario.scenario import Scenario
from sim.scenario.syntax.extends import read_chain
from sim.scenario.syntax.nodes import Map, Scalar, as_node

BASE = "base"
OF_AN_ARM = ("label", "note", "patch")
REPLACED = ("arms", "factorial", "doses")


@dataclass(frozen=True)
class Control:
    """One control.

    Parameters
    ----------
    name, label : str
    expected : str
        ``below`` or ``above``: the attacker's gain against the base's.
    share : tuple of float, optional
        Least and greatest effect, as a share of the base's mean gain.
    source : str
        Where sign and range come from.
    """

    name: str
    label: str
    expected: str
    share: tuple[float, float] | None
    source: str


def read_controls(source: str | Path | Mapping[str, Any], set: Changes | None = None) -> tuple[Scenario, list[Control]]:
    """Return the scenario with its base and its controls as arms, and the controls in order; none gives an empty list.

    Raises
    ------
    UserError
        With every fault found, of the scenario or of its controls.
    """
    document = read_chain(source)
    given = document.get("controls")
    table = given if isinstance(given, Map) else Map({}, document.place, {})
    if BASE in table:
        message = f"found a control called '{BASE}' - that is what controls are held against"
        raise UserError([table.spot(BASE).fault(message)])
    arms = Map({BASE: as_node({"label": "As things stand"}, table.place)}, table.place, {})
    for name, node in table.items():
        arms = arms.with_item(name, _only(node, OF_AN_ARM) if isinstance(node, Map) else node, table.spot(name))
    kept = _only(document, tuple(key for key in document if key not in REPLACED))
    path = Path("scenario") if isinstance(source, Mapping) else Path(source)
    scenario = resolve(kept.with_item("arms", arms, table.place), path, set)
    return scenario, [_control(name, node, scenario) for name, node in table.items()]


def _only(node: Map, keys: tuple[str, ...]) -> Map:
    """Return a mapping with some of its keys."""
    chosen = {key: node[key] for key in keys if key in node}
    return Map(chosen, node.place, {key: node.spot(key) for key in chosen})


def _control(name: str, node: Map, scenario: Scenario) -> Control:
    """Return a control from a node that was found sound."""
    share, said = node.get("share"), node.get("source")
    return Control(
        name=name,
        label=scenario.arms[name].label,
        expected=node["expected"].text.strip(),
        share=(float(share["least"].value), float(share["most"].value)) if isinstance(share, Map) else None,
        source=said.text.strip() if isinstance(said, Scalar) else "",
    )
