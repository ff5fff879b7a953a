"""From format 1 to format 2, comments kept: moved keys, and what format 1 took from names said as properties."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap

from sim.foundation.errors import UserError
from sim.scenario.moved_keys import MOVED, matches, new_key
from sim.scenario.syntax.version import FORMAT, OLDER
from sim.scenario.syntax.yaml_text import parse_file, read_bytes

SIDES = {
    "ukraine": {"role": "defender", "label": "Ukraine", "demonym": "Ukrainian", "leadership": "Kyiv"},
    "russia": {"role": "attacker", "label": "Russia", "demonym": "Russian", "leadership": "the Kremlin"},
}
LEVERS = {
    "atacms": {"instrument": "permission"},
    "us_arms": {"instrument": "delivery", "donor": "us"},
    "nordic_production": {"instrument": "production"},
    "kursk_exit": {"instrument": "withdrawal", "front": "kursk"},
    "training_deployment": {"instrument": "training"},
    "coordination": {"instrument": "plan"},
}
TARGETS = {
    "ru_depots": {"side": "russia", "costs": "shells"},
    "ru_oil": {"side": "russia", "costs": "attacks"},
    "ru_airfields": {"side": "russia", "costs": "bombs"},
    "ru_assembly": {"side": "russia", "costs": "attacks"},
    "ua_energy": {"side": "ukraine", "costs": "output"},
    "ua_industry": {"side": "ukraine", "costs": "output"},
}
ROLES = {
    "all_with_coordination": "joint",
    "all_without_coordination": "joint_uncoordinated",
    "coordination": "coordination",
}
"""What format 1 knew by name; a name that a file of format 1 does not have was none that it could use."""

_VALUES = ("of", "than", "conditional_on", "parameters", "paths", "parts")


@dataclass(frozen=True)
class Migrated:
    """A file in today's format: its text, and which entries of `MOVED` moved a key of it, old to new."""

    text: str
    moved: dict[str, str]


def migrated(path: Path) -> Migrated:
    """Return a file of format 1 - a scenario, a claim, a calibration - as a file of format 2.

    Raises
    ------
    UserError
        If it is no YAML mapping, or of another format.
    """
    parse_file(path, str(path))  # tells of what is no YAML, with its place
    yaml = YAML()
    yaml.preserve_quotes, yaml.width = True, 1_000_000
    yaml.indent(mapping=2, sequence=4, offset=2)
    document = yaml.load(read_bytes(path, str(path)).decode("utf-8"))
    version = document.get("format")
    if version is not None and str(version) not in OLDER:
        raise UserError([f"{path}: found format {version} - only format {', '.join(OLDER)} is migrated"])
    world, patches = document.get("world"), list(_patches(document))
    keys = {path for node in (world, *patches) for path in _paths(node)}
    if isinstance(world, CommentedMap):
        _move(world)
        if "combat" in world and "levers" in world and "sides" in world:
            _say_properties(world)
    for patch in patches:
        _rename_keys(patch, lambda key: new_key(key) or key)
    _roles_of_arms(document)
    _rename_values(document)
    if version is not None:
        document["format"] = FORMAT
    out = io.StringIO()
    yaml.dump(document, out)
    return Migrated(out.getvalue(), {old: new for old, new in MOVED if any(matches(key, old) for key in keys)})


def _move(world: CommentedMap) -> None:
    """Move every key of a nested world to where it is now: single leaves first, then the sections that they left."""
    for pattern, _ in MOVED:
        depth = pattern.count(".")
        for old in [path for path in _paths(world) if path.count(".") == depth and matches(path, pattern)]:
            _move_one(world, old, str(new_key(old)))


def _move_one(world: CommentedMap, old: str, new: str) -> None:
    (*parents, key), (*others, name) = old.split("."), new.split(".")
    node = _at(world, ".".join(parents))
    if parents == others:
        _rename_keys(node, lambda found: name if found == key else found)
        return
    target = world
    for part in others:
        target = target.setdefault(part, CommentedMap())
    target[name] = node.pop(key)
    if not node and parents:
        _at(world, ".".join(parents[:-1])).pop(parents[-1])


def _paths(node: Any, path: str = "") -> Iterator[str]:
    """Yield the dotted path of every key."""
    if isinstance(node, CommentedMap):
        for key, item in node.items():
            here = f"{path}.{key}" if path else str(key)
            yield here
            yield from _paths(item, here)


def _at(node: Any, path: str) -> Any:
    for part in path.split(".") if path else []:
        node = node.get(part) if isinstance(node, CommentedMap) else None
    return node


def _say_properties(world: CommentedMap) -> None:
    """Say of sides, levers and targets what format 1 knew by their names."""
    targets = _at(world, "strike.targets") or CommentedMap()
    for branch, said in ((world["sides"], SIDES), (world["levers"], LEVERS), (targets, TARGETS)):
        for name, properties in said.items():
            if isinstance(branch.get(name), CommentedMap):
                first = "label" in branch[name]
                for index, (key, value) in enumerate(properties.items()):
                    branch[name].insert(index + first, key, value)


def _patches(document: CommentedMap) -> Iterator[CommentedMap]:
    """Yield what arms, controls and variants set."""
    for section, key in (("arms", "patch"), ("controls", "patch"), ("variants", "set")):
        table = document.get(section)
        for one in table.values() if isinstance(table, CommentedMap) else ():
            patch = one.get(key) if isinstance(one, CommentedMap) else None
            if isinstance(patch, CommentedMap):
                yield patch


def _roles_of_arms(document: CommentedMap) -> None:
    """Say the role of arms that format 1 knew by name, and of those that move one lever."""
    arms = document.get("arms")
    for name, arm in arms.items() if isinstance(arms, CommentedMap) and "tests" not in document else ():
        if not isinstance(arm, CommentedMap):
            continue
        patch = arm.get("patch")
        moved = {key.split(".")[1] for key in patch if key.startswith("levers.")} if isinstance(patch, dict) else set()
        role = ROLES.get(name) or ("single" if moved == {name} else "")
        if role and "role" not in arm:
            arm.insert(list(arm).index("patch") if "patch" in arm else len(arm), "role", role)


def _rename_keys(node: CommentedMap, rename: Callable[[str], str]) -> None:
    """Rename keys where they stand, with their comments."""
    for index, key in enumerate(list(node)):
        name = rename(key)
        if name == key:
            continue
        comment = node.ca.items.pop(key, None)
        value = node.pop(key)
        node.insert(index, name, value)
        if comment is not None:
            node.ca.items[name] = comment


def _rename_values(node: Any, below: str = "") -> None:
    """Rename dotted keys that are said as values: what a claim compares, what a calibration moves."""
    if isinstance(node, CommentedMap):
        for key, item in node.items():
            if isinstance(item, str) and key in _VALUES:
                node[key] = _renamed(item)
            else:
                _rename_values(item, key)
    elif isinstance(node, list) and below in _VALUES:
        for index, item in enumerate(node):
            if isinstance(item, str):
                node[index] = _renamed(item)


def _renamed(value: str) -> str:
    """Return a value whose dotted keys are as they are now; a plain word only where it was a section's name."""
    if not re.fullmatch(r"(world\.)?[a-z_]+(\.[a-z_0-9]+)*", value):
        return value
    return new_key(value.removeprefix("world.")) or value
