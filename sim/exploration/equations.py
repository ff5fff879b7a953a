"""Which functions read a number of the world, found by playing a war with an eye on it, and the equations they put it into.

A war is played for a few weeks; whoever reads the number is noted with the place in the source. From there the syntax
says what becomes of it: the rules (`sim.rules`) that it is handed to, directly or under a local name, and the statement.
Nothing is listed by hand, so nothing can be out of date.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import combinations
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np

from sim.foundation.lanes import Lanes
from sim.foundation.noise import Noise
from sim.foundation.tree import Tree
from sim.models.campaign.war import War
from sim.scenario.priors.draw import draw
from sim.scenario.scenario import Scenario
from sim.scenario.schema.leaves import Choice
from sim.scenario.schema.paths import leaves

DAYS = 35
"""Days played: whatever is done weekly or monthly has been done."""

PACKAGE = Path(__file__).resolve().parents[1]
MODEL, RULES = "sim.models.", "sim.rules."
LONGEST = 160
"""Characters of a statement that are shown."""

SHAPE = re.compile(r",? *(?:shape )?`*\((?:[a-z]+, ?)*lane,?\)`*(?: each)?")
"""How docstrings say the shape of an array; of no use to who asks what a number means."""

Node = ast.AST
Place = tuple[int | None, int | None, int | None, int | None]


@dataclass(frozen=True)
class Equation:
    """A rule that a number is handed to.

    Parameters
    ----------
    rule : str
        Its name, ``movement.gap``.
    place : str
        File and line below the package.
    meaning : str
        The first sentence of its docstring.
    formula : str
        The equation in it; "" where it is given in words alone.
    argument, argument_meaning : str
        As what the number goes in, and what the docstring says of it.
    """

    rule: str
    place: str
    meaning: str
    formula: str
    argument: str
    argument_meaning: str


@dataclass(frozen=True)
class Reader:
    """A function of the model that reads a number.

    Parameters
    ----------
    function : str
        ``fighting.favour``.
    place : str
        File and line of the reading, below the package.
    meaning : str
        The first sentence of its docstring.
    statements : tuple of str
        What it does with the number, as the source says it.
    equations : tuple of Equation
        The rules it hands the number to.
    """

    function: str
    place: str
    meaning: str
    statements: tuple[str, ...]
    equations: tuple[Equation, ...]


def readers(scenario: Scenario, key: str | None = None, days: int = DAYS) -> dict[str, tuple[Reader, ...]]:
    """Return who reads a key of the world, or each of them, in the order of a day, by leaf of the drawn parameters.

    What a scenario decides in several ways (a choice) is played in each of them, in a lane of its own: some numbers are read
    in one alone.

    Parameters
    ----------
    scenario : Scenario
    key : str, optional
        Of a leaf of the world; all of them without.
    days : int
    """
    scenario = replace(scenario, run=replace(scenario.run, horizon_days=max(scenario.run.horizon_days, days)))
    count = 1 + sum(len(leaf.options) for _, leaf in leaves(scenario.world()) if isinstance(leaf, Choice))
    lanes = Lanes(np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64))
    parameters = _decided(scenario, draw(scenario, lanes, scenario.run.seed))
    path = None if key is None else leaf_of(key, parameters)
    if key is not None and path is None:
        return {}
    found: dict[str, dict[tuple[str, Place], None]] = {}

    def noted(leaf: str, frame: FrameType | None) -> None:
        if path is not None and leaf != path:
            return
        while frame is not None and not frame.f_globals.get("__name__", "").startswith(MODEL):
            frame = frame.f_back
        if frame is not None:
            place = list(frame.f_code.co_positions())[frame.f_lasti // 2]
            found.setdefault(leaf, {}).setdefault((frame.f_globals["__name__"], place))

    watched = Watched(parameters, noted)
    war = War(watched, lanes, Noise(scenario.run.seed, lanes.replicate), scenario.run.start, base=watched)
    for _ in range(days):
        war.step()
    return {leaf: _by_function(places) for leaf, places in found.items()}


def _decided(scenario: Scenario, parameters: Tree) -> Tree:
    """Return the parameters with each choice between structures decided in every way, each in a lane of its own."""
    lane = 1
    for key, leaf in leaves(scenario.world()):
        path = leaf_of(key, parameters) if isinstance(leaf, Choice) else None
        if path is None or not isinstance(leaf, Choice):
            continue
        decided: Any = parameters
        for name in path.split("."):
            decided = decided[name]
        decided = np.array(decided)
        for option in range(len(leaf.options)):
            decided[..., lane] = option
            lane += 1
        parameters = parameters.replace(path, decided)
    return parameters


class Watched(Tree):
    """Parameters that tell who reads them: ``on_read(path of the leaf, frame that asked)``."""

    __slots__ = ("_on_read", "_path")

    def __init__(
        self, tree: Mapping[str, Any], on_read: Callable[[str, FrameType | None], None], path: str = ""
    ) -> None:
        below = {name: f"{path}.{name}" if path else name for name in tree}
        items = tree._items if isinstance(tree, Tree) else tree
        super().__init__(
            {name: Watched(one, on_read, below[name]) if isinstance(one, Tree) else one for name, one in items.items()}
        )
        self.__dict__.clear()  # so that every look-up comes by here
        object.__setattr__(self, "_path", path)
        object.__setattr__(self, "_on_read", on_read)

    def __getitem__(self, key: str) -> Any:
        item = super().__getitem__(key)
        if not isinstance(item, Tree):
            self._on_read(f"{self._path}.{key}" if self._path else key, sys._getframe(1))
        return item

    def __getattr__(self, name: str) -> Any:
        found = super().__getattr__(name)
        if not isinstance(found, Tree):
            self._on_read(f"{self._path}.{name}" if self._path else name, sys._getframe(1))
        return found

    def mapped(self, change: Callable[[Any], Any]) -> Watched:
        """Return a tree of the same names with what `change` makes of each leaf, watched as this one is."""
        return Watched(super().mapped(change), self._on_read, self._path)


def leaf_of(key: str, parameters: Tree) -> str | None:
    """Return which leaf of drawn parameters holds a key of the world: names of instances are places on its axes there."""
    parts = key.split(".")
    last = next((part for part in reversed(parts) if not part.isdigit()), "")
    for count in range(len(parts), 0, -1):
        for kept in combinations(parts, count):
            branch: Any = parameters
            for part in kept:
                branch = branch[part] if isinstance(branch, Tree) and part in branch else None
            if branch is not None and not isinstance(branch, Tree) and kept[-1] == last:
                return ".".join(kept)
    return None


def _by_function(places: Iterable[tuple[str, Place]]) -> tuple[Reader, ...]:
    """Return one reader for each function, with all its statements and rules."""
    found: dict[str, Reader] = {}
    for one in filter(None, (_reader(*place) for place in places)):
        known = found.get(one.function, one)
        found[one.function] = replace(
            known,
            statements=tuple(dict.fromkeys((*known.statements, *one.statements))),
            equations=tuple(dict.fromkeys((*known.equations, *one.equations))),
        )
    return tuple(found.values())


@lru_cache(maxsize=64)
def _source(module: str) -> tuple[ast.Module, dict[Node, Node]]:
    """Return the syntax of a module, and the parent of each node."""
    tree = ast.parse(inspect.getsource(importlib.import_module(module)))
    return tree, {child: parent for parent in ast.walk(tree) for child in ast.iter_child_nodes(parent)}


def _reader(module: str, place: Place) -> Reader | None:
    tree, parents = _source(module)
    at = next((node for node in ast.walk(tree) if _place(node) == place), None)
    above = [] if at is None else list(_above(at, parents))
    function = next((node for node in above if isinstance(node, ast.FunctionDef)), None)
    if at is None or function is None:
        return None
    statement = next(node for node in [at, *above] if isinstance(node, ast.stmt))
    calls = [(node, child) for node, child in zip(above, [at, *above], strict=False) if isinstance(node, ast.Call)]
    calls += _calls_with(_named(statement, at), function)
    equations = [_equation(call, child, module) for call, child in calls]
    owner = next((f"{node.name}." for node in above if isinstance(node, ast.ClassDef)), "")
    return Reader(
        f"{module.rpartition('.')[2]}.{owner}{function.name}",
        _below(module, place[0]),
        _first_sentence(ast.get_docstring(function) or ast.get_docstring(tree) or ""),
        (_shown([at, *above]),),
        tuple(dict.fromkeys(one for one in equations if one is not None)),
    )


def _shown(outwards: list[Node]) -> str:
    """Return the statement as one line, or as much around the number as a line holds."""
    found = ""
    for node in outwards:
        compound = isinstance(getattr(node, "body", None), list)
        text = ast.unparse(node) if isinstance(node, ast.expr | ast.stmt | ast.keyword) and not compound else ""
        if not text or len(text) > LONGEST:
            break
        found = text
    return found


def _place(node: Node) -> Place | None:
    if not isinstance(node, ast.expr | ast.stmt):
        return None
    return (node.lineno, node.end_lineno, node.col_offset, node.end_col_offset)


def _above(node: Node, parents: Mapping[Node, Node]) -> Iterator[Node]:
    while node in parents:
        node = parents[node]
        yield node


def _named(statement: Node, at: Node) -> set[str]:
    """Return the local names under which a statement keeps a value."""
    if not isinstance(statement, ast.Assign | ast.AnnAssign):
        return set()
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    found = set()
    for target in targets:
        for one, given in _assigned(target, statement.value):
            if given is not None and any(node is at for node in ast.walk(given)):
                names = [node for node in ast.walk(one) if isinstance(node, ast.Name)]
                found |= {name.id for name in names if isinstance(name.ctx, ast.Store)}
    return found


def _assigned(target: ast.expr, value: ast.expr | None) -> list[tuple[ast.expr, ast.expr | None]]:
    """Return what is assigned to what, of ``a, b = c, d`` one by one."""
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts):
        return list(zip(target.elts, value.elts, strict=True))
    return [(target, value)]


def _calls_with(names: set[str], function: ast.FunctionDef) -> list[tuple[ast.Call, Node]]:
    """Return the calls of a function that hand on one of the names, each with the argument."""
    found: list[tuple[ast.Call, Node]] = []
    for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
        for given in [*call.args, *(keyword.value for keyword in call.keywords)]:
            inner = given.value if isinstance(given, ast.Starred) else given
            if any(isinstance(node, ast.Name) and node.id in names for node in ast.walk(inner)):
                found.append((call, given))
    return found


def _equation(call: Node, given: Node, module: str) -> Equation | None:
    """Return the rule that a call calls; None where it calls no rule."""
    rule = _rule(call.func, module) if isinstance(call, ast.Call) else None
    if rule is None or not isinstance(call, ast.Call):
        return None
    text = inspect.getdoc(rule) or ""
    name = _argument(rule, call, given)
    home = rule.__module__
    return Equation(
        f"{home.rpartition('.')[2]}.{rule.__name__}",
        _below(home, rule.__code__.co_firstlineno),
        _first_sentence(text),
        _formula(text),
        name,
        _argument_meaning(text, name),
    )


def _rule(called: Node, module: str) -> Any:
    """Return the function of `sim.rules` that an expression names, by a module or by itself."""
    known = vars(importlib.import_module(module))
    if isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name):
        found = getattr(known.get(called.value.id), called.attr, None)
    else:
        found = known.get(called.id) if isinstance(called, ast.Name) else None
    return found if inspect.isfunction(found) and found.__module__.startswith(RULES) else None


def _argument(rule: Any, call: ast.Call, given: Node) -> str:
    """Return the parameter that an argument goes into; "" where it is one of several behind a star."""
    keyword = next((one.arg for one in call.keywords if one.value is given or one is given), None)
    if keyword:
        return keyword
    before = [place for place, one in enumerate(call.args) if one is given]
    starred = any(isinstance(one, ast.Starred) for one in call.args[: before[0] + 1]) if before else True
    return "" if starred else list(inspect.signature(rule).parameters)[before[0]]


def _argument_meaning(text: str, name: str) -> str:
    """Return what the numpy docstring of a function says of a parameter."""
    lines = text.splitlines()
    for place, line in enumerate(lines):
        names, colon, kind = line.partition(" : ")
        if name and colon and name in names.split(", "):
            words = [one.strip() for one in _indented(lines[place + 1 :])]
            return " ".join(words) or kind
    return ""


def _indented(lines: list[str]) -> Iterator[str]:
    for line in lines:
        if not line.startswith(" "):
            return
        yield line


def _formula(text: str) -> str:
    """Return the equations in a docstring: what stands between double backquotes in its sentences."""
    prose = re.split(r"\n(?:Parameters|Returns|Raises)\n-+", text)[0]
    quoted = re.findall(r"``([^`]+)``", " ".join(prose.split()))
    return "; ".join(one for one in dict.fromkeys(quoted) if re.search(r"[-+*/^=]|sum|exp|ln|min|max", one))


def _first_sentence(text: str) -> str:
    first = " ".join(text.split("\n\n")[0].split()).removeprefix("Return ")
    return SHAPE.sub("", first).replace("`", "").rstrip(".")


def _below(module: str, line: int | None) -> str:
    file = Path(str(importlib.import_module(module).__file__))
    return f"sim/{file.relative_to(PACKAGE).as_posix()}:{line}"
