"""Which of five blocks a key of the world belongs to, and worlds between two: some blocks of one, the rest of the other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sim.foundation.errors import UserError
from sim.foundation.format import format_list
from sim.scenario.scenario import Arm, Scenario
from sim.scenario.schema.leaves import Section, Text

BLOCKS = ("supply", "manpower", "strike", "belief", "settling")
"""What a change between two scenarios is described by, in the order of tables."""

REST = ""
"""The block of keys that belong to none: ground, movement, combat, season, command."""

_WHOLE_BRANCHES = {
    "beliefs": "belief", "mediators": "belief", "settling": "settling", "strike": "strike", "kinds": "supply",
    "donors": "supply", "allies": "supply", "partners": "supply", "attacker": "manpower", "defender": "manpower",
    "sides": "manpower",
}  # fmt: skip
_DEEP = (
    "long_range_drones",
    "missiles",
    "interceptors",
    "long_range_drone_output",
    "missile_output",
    "interceptor_output",
)
_GOODS = ("shell", "drone", "bomb", "vehicle", "edge_half_life", "restored", "arms_share")
_NAMES = ("role", "label", "demonym", "leadership", "colour", "fog", "effort", "works_growth")
_LEAVES = {
    "partners": {"troops": "manpower"},
    "attacker": {"shell_need": "supply"},
    "defender": {"industry_gusd": "supply", "industry_capacity": "supply", "stance": "settling"},
    "escalation": {"pressure": "settling", "regardless": "strike", "answer": "strike", "partner_answer": "supply"},
}
_INSTRUMENTS = {
    "permission": "strike", "delivery": "supply", "production": "supply", "withdrawal": "manpower", "training": "manpower",
    "plan": "supply",
}  # fmt: skip
_MESSAGE = ("message", "discipline")


def block_of(key: str, world: Any) -> str:
    """Return the block of a dotted key; `REST` for what is none of the five.

    Parameters
    ----------
    key : str
    world : Section
        In which levers say their instrument, and sides their names.
    """
    branch, *parts = key.split(".")
    leaf = parts[-1] if parts else ""
    if branch == "levers":
        instrument = getattr(world.levers, parts[0]).instrument.value
        return "belief" if instrument == "plan" and leaf in _MESSAGE else _INSTRUMENTS.get(instrument, REST)
    if branch == "fronts":
        return "manpower" if leaf in type(world.sides).model_fields else REST
    if branch == "sides" and leaf in _NAMES:
        return REST
    if branch == "sides" and leaf in _DEEP:
        return "strike"
    if branch == "sides" and leaf.startswith(_GOODS):
        return "supply"
    return _LEAVES.get(branch, {}).get(leaf, _WHOLE_BRANCHES.get(branch, REST))


def differing(one: Any, other: Any, path: str = "") -> dict[str, tuple[Any, Any]]:
    """Return every leaf but labels in which two worlds differ, and every list of another length: key -> the two.

    Raises
    ------
    UserError
        If they do not name the same things: there is nothing between them.
    """
    if one is other:
        return {}
    children = _children(one), _children(other)
    if children[0] is None or children[1] is None:
        return {} if one == other or type(one) is Text else {path: (one, other)}
    if isinstance(one, list) and len(one) != len(other):
        return {path: (one, other)}
    if children[0].keys() != children[1].keys():
        apart = sorted(children[0].keys() ^ children[1].keys())
        raise UserError(
            [f"{path or 'world'}: only one of the two has {format_list(apart[:6])} - there are no worlds between them"]
        )
    dot = f"{path}." if path else ""
    found: dict[str, tuple[Any, Any]] = {}
    for key, item in children[0].items():
        found |= differing(item, children[1][key], f"{dot}{key}")
    return found


def _children(branch: Any) -> dict[str, Any] | None:
    """Return the children of a branch by name; None for a leaf."""
    if isinstance(branch, Section):
        return {name: getattr(branch, name) for name in type(branch).model_fields}
    if isinstance(branch, Mapping):
        return {str(key): one for key, one in branch.items()}
    return {str(place): one for place, one in enumerate(branch)} if isinstance(branch, list) else None


def with_leaves(world: Any, leaves: Mapping[str, Any]) -> Any:
    """Return a world with other leaves at some keys; all else is shared."""
    below: dict[str, dict[str, Any]] = {}
    for key, leaf in leaves.items():
        first, _, rest = key.partition(".")
        below.setdefault(first, {})[rest] = leaf
    made = {
        name: rest[""] if "" in rest else with_leaves((_children(world) or {})[name], rest)
        for name, rest in below.items()
    }
    if isinstance(world, Section):
        return world.model_copy(update=made)
    if isinstance(world, Mapping):
        return {**world, **made}
    return [made.get(str(place), one) for place, one in enumerate(world)]


@dataclass(frozen=True)
class Change:
    """What leads from one arm of a scenario to one of another: keys by block.

    Parameters
    ----------
    first, second : Scenario
    arms : tuple of str
        The arm of the first and of the second.
    keys : mapping of str to tuple of str
        Differing keys of the arms and of their bases, by block; only blocks that differ, `REST` last.
    own_bases : bool
        Whether the two depart from different bases, so that each world between them has a base of its own.
    """

    first: Scenario
    second: Scenario
    arms: tuple[str, str]
    keys: Mapping[str, tuple[str, ...]]
    own_bases: bool

    @property
    def blocks(self) -> tuple[str, ...]:
        """The blocks of the five that differ."""
        return tuple(block for block in BLOCKS if block in self.keys)

    @property
    def sets(self) -> list[tuple[str, ...]]:
        """Every set of blocks, in the order of `sim.analysis.statistics.coalitions`; then all keys, where some are of no block."""
        blocks = self.blocks
        every = [tuple(one for n, one in enumerate(blocks) if index >> n & 1) for index in range(1 << len(blocks))]
        return [*every, (*blocks, REST)] if REST in self.keys else every

    def worlds(self, blocks: Iterable[str]) -> tuple[Any, Any]:
        """Return the base's world and the arm's, with these blocks of the second scenario."""
        keys = {key for block in blocks for key in self.keys[block]}
        found = []
        for arms in ((None, None), self.arms):
            one, other = self.first.world(arms[0]), self.second.world(arms[1])
            found.append(with_leaves(one, {key: two[1] for key, two in differing(one, other).items() if key in keys}))
        return found[0], found[1]

    @property
    def names(self) -> list[str]:
        """The arms of `scenario` that are the worlds of `sets`, in order."""
        return [f"world_{number:02d}" for number in range(len(self.sets))]

    def scenario(self) -> Scenario:
        """Return a scenario with every world between the two as an arm: played together they share draws and noise.

        Where the bases differ, each world is calibrated in its own base and not in that of the first.
        """
        base = self.first.base
        arms, worlds = {base: Arm("base")}, {base: self.first.world()}
        of_bases = self.arms == (base, self.second.base)
        for name, (one, two) in zip(self.names, map(self.worlds, self.sets), strict=True):
            home = "" if not self.own_bases else name if of_bases else f"base_of_{name}"
            if home not in ("", name):
                arms[home], worlds[home] = Arm(home, calibrated_in=home), one
            arms[name], worlds[name] = Arm(name, calibrated_in=home), two
        sources, title = {**self.second.sources, **self.first.sources}, f"{self.first.title}, changed by blocks"
        return replace(self.first, arms=arms, worlds=worlds, sources=sources, notices=(), title=title)


def change_between(first: Scenario, second: Scenario, arms: tuple[str, str]) -> Change:
    """Return what leads from an arm of one scenario to an arm of another, or of the same.

    Raises
    ------
    UserError
        If the two do not name the same things, or nothing in their worlds differs.
    """
    bases = differing(first.world(), second.world())
    found = {**bases, **differing(first.world(arms[0]), second.world(arms[1]))}
    if not found:
        others = [arm for arm in second.arms if arm != arms[1]]
        instead = f" - name an arm that changes something, as {', '.join(others)}" if others else ""
        raise UserError([f"nothing in the two worlds differs, so there is no change to be taken apart{instead}"])
    by_block: dict[str, tuple[str, ...]] = {}
    for key in found:
        block = block_of(key, first.world())
        by_block[block] = (*by_block.get(block, ()), key)
    keys = {block: by_block[block] for block in (*BLOCKS, REST) if block in by_block}
    return Change(first, second, arms, keys, bool(bases))
