"""What a key of a scenario means, who set it, which equations it enters, and what it moves as far as studies have measured it."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, get_origin

from sim.analysis.outcomes.measures import MEASURES
from sim.exploration.equations import Reader, readers
from sim.foundation.errors import UserError, nearest
from sim.scenario.canonical_text import said
from sim.scenario.priors.draw import DRIFT, drift_streams
from sim.scenario.priors.uncertain import uncertain
from sim.scenario.scenario import Scenario
from sim.scenario.schema.document import Document
from sim.scenario.schema.drift import drift_key
from sim.scenario.schema.leaves import Leaf, Section, Text
from sim.scenario.schema.paths import leaves, step
from sim.scenario.syntax.extends import file_of, inside, merge, root_for, shipped_folder
from sim.scenario.syntax.nodes import NOWHERE, Map, Place, Seq, plain
from sim.scenario.syntax.yaml_text import parse_file
from sim.workflows.files import WorkflowResult, shipped_scenario
from sim.workflows.options import Options
from sim.workflows.playing import read

STANDS_FOR = ("NAME", "N")
"""What the reference writes for a name of one's own, or a place in a list."""

MOST_HINTS = 4
SCREENING = "history/screening.csv"
STUDIES = "studies"
NOT_SCREENED = "not screened"


@dataclass(frozen=True, eq=False)
class Chain:
    """The files that a scenario stands on, the one that wins first: where it is, what it says."""

    files: tuple[tuple[Path, Map], ...]

    @cached_property
    def document(self) -> Map:
        """What they say together."""
        merged: Any = Map({}, NOWHERE, {})
        for _, node in reversed(self.files):
            merged = merge(merged, node)
        return merged

    @property
    def root(self) -> Path:
        """The file that stands on no other."""
        return self.files[-1][0]


def explain(key: str, file: Path | None, options: Options) -> WorkflowResult:
    """Return what a key means, its value with its evidence, who sets it, reads it, and what it moves.

    Parameters
    ----------
    key : str
        A leaf or branch of the world, with or without a leading ``world.``, or any other key of a scenario file. ``NAME``
        stands for every name there, ``attacker`` and ``defender`` for the names of the sides.
    file : Path, optional
        By default the shipped claim.
    options : Options

    Raises
    ------
    UserError
        If there is no such key in the scenario.
    """
    file = file or shipped_scenario("claim.yaml")
    return WorkflowResult(account=account_of(key, read(file, options), chain_of(file)))


def account_of(key: str, scenario: Scenario, chain: Chain) -> dict[str, Any]:
    """Return what is known of a key of a scenario that was read from files; see `explain`."""
    world = scenario.world()
    roles = {str(one.role): name for name, one in _children(getattr(world, "sides", None)).items()}
    found = list(_concrete(world, key.removeprefix("world.").split("."), roles))
    if not found:
        return _of_document(key, chain, scenario)
    first, *others = found
    value = _at(world, first)
    leaf = isinstance(value, Leaf)
    account = _number(first, value, scenario, chain) if leaf else _branch(first, value, world, chain)
    return account | ({"same_for": others} if others else {})


def meaning_of(key: str, kind: Any) -> str:
    """Return what the schema says of a key below `kind`, the lowest level that says something."""
    found = ""
    for part in key.split("."):
        fields = getattr(kind, "model_fields", {})
        found = (fields[part].description or "") if part in fields else found
        kind = step(kind, part)
    if get_origin(kind) in (dict, list):
        found, kind = found or "one or several, by name", step(kind, "")
        return f"{found}: {_summary(kind)}" if _summary(kind) else found
    return found or _summary(kind) or "what stands below, by name"


def _summary(kind: Any) -> str:
    """Return the first sentence of the docstring of a section; of a leaf nothing."""
    is_section = isinstance(kind, type) and issubclass(kind, Section)
    return " ".join(str(kind.__doc__ or "").split("\n\n")[0].split()) if is_section else ""


def _number(key: str, leaf: Leaf, scenario: Scenario, chain: Chain) -> dict[str, Any]:
    """Return what is known of a leaf of the world."""
    statement = next((vars(one) for one in scenario.statements(key, leaf) if one.path == key), {"path": key})
    by_arm = {arm: _at(world, key) for arm, world in scenario.worlds.items()}
    read_by = () if isinstance(leaf, Text) else _readers(_read_as(key, scenario), scenario)
    return statement | {
        "meaning": meaning_of(key, type(scenario.world())),
        "set_in": set_in(f"world.{key}", chain),
        "arms": {arm: said(other) for arm, other in by_arm.items() if other not in (leaf, None)},
        "said": said(leaf),
        "read_by": [asdict(one) for one in read_by],
        "moves": _moves(key, leaf, scenario, chain, bool(read_by)),
    }


def _readers(key: str, scenario: Scenario) -> tuple[Reader, ...]:
    return next(iter(readers(scenario, key).values()), ())


def _read_as(key: str, scenario: Scenario) -> str:
    """Return the key that is read where a number is used: of a drift, the first of the series that wander by it."""
    section, _, kind = key.partition(".")
    if section != "drift":
        return key
    series = (name.removeprefix(DRIFT) for name in drift_streams(scenario))
    return next((path for path in series if drift_key(path) == kind), key)


def _branch(key: str, value: Any, world: Any, chain: Chain) -> dict[str, Any]:
    """Return what stands below a branch of the world."""
    return {
        "path": key,
        "meaning": meaning_of(key, type(world)),
        "set_in": set_in(f"world.{key}", chain),
        "keys": {path: meaning_of(path, type(world)) for path, _ in leaves(value, key)},
    }


def _of_document(key: str, chain: Chain, scenario: Scenario) -> dict[str, Any]:
    """Return what is known of a key beside the world: of the run, the verdict, arms, sources and so on."""
    document = chain.document
    parts = key.split(".")
    found = list(_concrete_nodes(document, parts)) or [key]
    kind, default = _declared(Document, parts)
    in_world = type(scenario.world())
    if kind is None and set(parts) & set(STANDS_FOR) and _declared(in_world, parts)[0] is not None:
        note = "nothing of the kind is in this scenario"
        return {"path": key, "meaning": meaning_of(key, in_world), "set_in": [], "said": None, "note": note}
    if kind is None:
        raise UserError([f"{key}: no such key{_hint(key, document, scenario)}"])
    node: Any = document
    for part in found[0].split("."):
        node = node.get(part) if isinstance(node, Map) else node[int(part)] if isinstance(node, Seq) else None
    below = [f"{key}.{name}" for name in getattr(kind, "model_fields", {})] if key != "world" else []
    account: dict[str, Any] = {
        "path": found[0],
        "meaning": meaning_of(key, Document),
        "set_in": set_in(found[0], chain),
        "said": default if node is None else plain(node),
        "stated": node is not None,
    }
    if below or key == "world":
        names, kinds = (below, Document) if below else (list(in_world.model_fields), in_world)
        account = {name: one for name, one in account.items() if name != "said"}
        account["keys"] = {name: meaning_of(name, kinds) for name in names}
    return account | ({"same_for": found[1:]} if found[1:] else {})


def _declared(kind: Any, parts: Sequence[str]) -> tuple[Any, Any]:
    """Return the kind of a key of a file and what it is where nothing is stated; (None, None) if there is no such key."""
    default = None
    for part in parts:
        fields = getattr(kind, "model_fields", {})
        default = fields[part].get_default(call_default_factory=True) if part in fields else None
        kind = step(kind, part)
        if kind is None:
            return None, None
    whole = [said(one) for one in default] if isinstance(default, list | tuple) else default
    return kind, said(default) if isinstance(default, Leaf) else whole if isinstance(whole, list) else None


def _concrete(value: Any, parts: Sequence[str], roles: Mapping[str, str], path: str = "") -> Iterator[str]:
    """Yield the keys of a read tree that a key with stand-ins means."""
    if not parts:
        yield path
        return
    children = _children(value)
    for name in _meant(roles.get(parts[0], parts[0]) if parts[0] not in children else parts[0], children):
        yield from _concrete(children[name], parts[1:], roles, f"{path}.{name}" if path else name)


def _concrete_nodes(node: Any, parts: Sequence[str], path: str = "") -> Iterator[str]:
    """Yield the keys of a raw file that a key with stand-ins means."""
    if not parts:
        yield path
    children = dict(node) if isinstance(node, Map) else {}
    children |= {str(place): one for place, one in enumerate(node)} if isinstance(node, Seq) else {}
    for name in _meant(parts[0], children) if parts else ():
        yield from _concrete_nodes(children[name], parts[1:], f"{path}.{name}" if path else name)


def _meant(part: str, children: Mapping[str, Any]) -> list[str]:
    if part in children:
        return [part]
    return list(children) if part in STANDS_FOR else []


def _children(branch: Any) -> dict[str, Any]:
    if isinstance(branch, Section):
        return {name: getattr(branch, name) for name in type(branch).model_fields}
    if isinstance(branch, Mapping):
        return {str(name): one for name, one in branch.items()}
    return {str(place): one for place, one in enumerate(branch)} if isinstance(branch, list) else {}


def _at(value: Any, key: str) -> Any:
    """Return what stands at a key of a read tree; None if nothing does."""
    for part in key.split("."):
        value = _children(value).get(part)
    return value


def _hint(key: str, document: Map, scenario: Scenario) -> str:
    """Return where a key belongs that is a part of others, or the key it is a slip of."""
    known = [path for path, _ in leaves(scenario.world())]
    known += [path for section in ("run", "verdict") for path in _below_section(section)]
    known += [
        f"{section}.{name}" for section in ("arms", "metrics", "controls") for name in document.get(section) or ()
    ]
    branches = {path.rpartition(".")[0] for path in known} - {""}
    homes = [path for path in [*sorted(branches), *known] if path.endswith(f".{key}")]
    if key in MEASURES:
        return " - it is a measure of results, not a key of a scenario: `sim list` says what it means"
    if homes:
        return f" - did you mean {' or '.join(repr(one) for one in homes[:MOST_HINTS])}?"
    return nearest(key, [*known, *branches, *Document.model_fields])


def _below_section(section: str) -> list[str]:
    return [f"{section}.{name}" for name in step(Document, section).model_fields]


def chain_of(file: Path) -> Chain:
    """Return the files that a scenario stands on."""
    shown: Path | str = file_of(file)
    top = path = Path(shown).resolve()
    found = []
    while True:
        node = parse_file(path, str(shown))
        found.append((path, node))
        target: Any = node.get("extends")
        if target is None:
            return Chain(tuple(found))
        path = inside(target.text, path, root_for(path, top), target.place)
        shown = path if target.text.startswith("shipped:") else Path(shown).parent / target.text


def _places(key: str, chain: Chain) -> Iterator[Place]:
    """Yield where a key of a file is set, in the file and in each that it extends, the file that wins first."""
    for _, top in chain.files:
        node: Any = top
        place: Place | None = None
        for part in key.split("."):
            inside_map = isinstance(node, Map) and part in node
            place = node.spot(part) if inside_map else None
            if isinstance(node, Seq) and part.isdigit() and int(part) < len(node):
                node = node[int(part)]
                place = node.place
            else:
                node = node[part] if inside_map else None
        if place is not None:
            yield place


def set_in(key: str, chain: Chain) -> list[str]:
    """Return where a key of a file is set, the file that wins first, as a person opens it: below the folder at hand relative."""
    found = []
    for one in _places(key, chain):
        path, here = Path(str(one.file)), Path.cwd()
        file = path.relative_to(here) if path.is_absolute() and path.is_relative_to(here) else path
        found.append(f"{file}:{one.line}:{one.column}")
    return found


def _moves(key: str, leaf: Leaf, scenario: Scenario, chain: Chain, is_read: bool) -> dict[str, Any]:
    """Return what studies that come with the program measured of a key, or why there is nothing."""
    nothing: dict[str, Any] = {"screening": None, "sensitivity": [], "controls": []}
    if isinstance(leaf, Text) or not is_read:
        return nothing | {"note": "nothing: it is read for sentences and figures only"}
    drawn = {path: one.name for one in uncertain(scenario) for path in one.paths}
    name = drawn.get(key) or drawn.get(f"{key}.factor")
    if name is None:
        note = f"{NOT_SCREENED}: it has no range, so studies of uncertainty leave it as it is"
        return nothing | {"note": note, "controls": _controls(key, chain)}
    if chain.root != _studied():
        return nothing | {"note": f"{NOT_SCREENED}: the studies that come with the program are of another world"}
    names = (name, key, f"{key}.factor")
    screening, sensitivity = _screened(names), _ranked(names)
    beside = f"; it was drawn with others as {name!r}" if name not in (key, f"{key}.factor") else ""
    if screening is None and not sensitivity:
        note = f"{NOT_SCREENED}: no study that comes with the program names it"
    else:
        first = "" if sensitivity else "not among the first of `sim sensitivity` for any outcome"
        note = f"{first}{beside}".removeprefix("; ")
    return {"screening": screening, "sensitivity": sensitivity, "controls": _controls(key, chain), "note": note}


@cache
def _studied() -> Path:
    """Return the file of the world that the studies which come with the program are of."""
    return chain_of(shipped_scenario("claim.yaml")).root


def _screened(names: Sequence[str]) -> dict[str, Any] | None:
    """Return the effect of a number on what the calibration is held against (`sim screen`), in errors."""
    rows = _screening()
    for rank, row in enumerate(rows, 1):
        if row["leaf"] in names:
            return {
                "effect": float(row["effect"]), "error": float(row["error"]), "on": row["on"], "rank": rank, "of": len(rows),
                "matters": row["matters"] == "True", "unit": "errors of observation, from the 5 % to the 95 % quantile",
            }  # fmt: skip
    return None


@cache
def _screening() -> list[dict[str, str]]:
    lines = (shipped_folder() / SCREENING).read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


def _ranked(names: Sequence[str]) -> list[dict[str, Any]]:
    """Return where a number stands in the rankings of `sim sensitivity`, as far as they come with the program."""
    study = _study("sensitivity")
    found = []
    for outcome in study.get("sensitivity", {}).values():
        for rank, one in enumerate(outcome["indices"], 1):
            if one["name"] in names:
                found.append(
                    {"outcome": outcome["label"], "rank": rank, "of": study["inputs"], "above_noise": one["above"]}
                    | {key: one[key] for key in ("value", "error", "first_order", "first_order_error")}
                )
    return found


def _controls(key: str, chain: Chain) -> list[dict[str, Any]]:
    """Return the effects of the controls (`sim controls`) that change a key of the shipped world."""
    if chain.root != _studied():
        return []
    effects: Any = {one["name"]: one for one in _study("controls")}
    declared = chain.document.get("controls") or {}
    found = []
    for name, control in declared.items():
        patch = control.get("patch") if isinstance(control, Map) else None
        if name in effects and any(one.removeprefix("world.") == key for one in patch or ()):
            found.append({"control": name, **{field: effects[name][field] for field in ("label", "effect_km2")}})
    return found


@cache
def _study(kind: str) -> Any:
    path = shipped_folder() / STUDIES / f"{kind}.json"
    return json.loads(path.read_text(encoding="utf-8"))["account"] if path.is_file() else {}
