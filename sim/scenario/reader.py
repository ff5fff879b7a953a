"""Reading a scenario file: every fault at once, each at its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from sim.foundation.errors import Fault, UserError
from sim.scenario.arms.combinations import expanded
from sim.scenario.arms.patch import overridden, patched
from sim.scenario.ineffective import notices
from sim.scenario.priors.posterior import BESIDE, Posterior, load
from sim.scenario.priors.uncertain import uncertain
from sim.scenario.scenario import Arm, Scenario
from sim.scenario.schema.paths import at, leaves, naming_faults, place_of, unknown, wanted
from sim.scenario.schema.read_number import Reading, Source
from sim.scenario.schema.settings import RunSection, VerdictSection, run_from, verdict_from
from sim.scenario.syntax.extends import inside, overlaid, read_chain, root_for
from sim.scenario.syntax.nodes import NOWHERE, Map, Scalar, describe
from sim.scenario.syntax.quantity import GRADES, is_date

FORMAT = 1
_TOP = [
    "format",
    "title",
    "description",
    "extends",
    "sources",
    "posterior",
    "run",
    "verdict",
    "world",
    "arms",
    "controls",
    "factorial",
    "doses",
]
_ARM = ["label", "note", "patch"]
_SOURCE = ["source", "as_of", "grade", "note"]


def read(
    path: str | Path,
    overrides: Mapping[str, Any] | None = None,
    world: Any = None,
    overlay: Path | None = None,
) -> Scenario:
    """Read, check and resolve a scenario file.

    Parameters
    ----------
    path : str or Path
        The YAML file.
    overrides : mapping of str to str or number, optional
        What ``--set`` says: dotted path -> value. They change the base, below every arm's patch.
    world : type, optional
        The Section that describes `world`; ``sim.scenario.schema.world.World`` if not given.
    overlay : Path, optional
        A file whose own world is laid over this one's, below the overrides; what it extends is left out.

    Returns
    -------
    Scenario

    Raises
    ------
    UserError
        With every fault found.
    """
    if world is None:
        from sim.scenario.schema.world import World

        world = World
    path = Path(path)
    document = read_chain(path)
    if overlay is not None:
        document = overlaid(document, overlay)
    return resolve(document, path, overrides, world)


def resolve(document: Map, path: Path, overrides: Mapping[str, Any] | None, world: Any) -> Scenario:
    """Return the scenario in a document that is already merged with what it extends; see `read`."""
    faults: list[Fault] = []
    kinds = {"run": RunSection, "verdict": VerdictSection, "world": world}
    document = overridden(document, overrides or {}, kinds, faults)
    _check_top(document, faults)
    document = expanded(document, faults)
    reading = Reading(_sources(document, faults))
    sections = {name: _section(document, name, kind, reading, faults) for name, kind in kinds.items()}
    arms = _arms(document, faults)
    worlds = _worlds(document, arms, sections["world"], world, reading, faults)
    if faults:
        raise UserError(in_order(faults))
    made = Scenario(
        path=path,
        title=_text(document, "title", faults),
        description=_text(document, "description", faults),
        run=run_from(sections["run"]),
        verdict=verdict_from(sections["verdict"]),
        arms={name: arm for name, (arm, _) in arms.items()},
        worlds=worlds,
        sources=reading.sources,
        posterior=_posterior(document, path),
    )
    _check_posterior(made, document)
    return replace(made, notices=notices(made, sections["run"], sections["verdict"]))


def _posterior(document: Map, top: Path) -> Posterior | None:
    """Return the joint draws that the scenario names; ``posterior: none`` goes back to the priors."""
    item = document.get("posterior")
    if item is None or (isinstance(item, Scalar) and item.text.strip() in ("", "none")):
        return None
    if not isinstance(item, Scalar):
        raise UserError([item.place.fault(f"found {describe(item)} - `posterior` names one file, or none")])
    said_in = Path(item.place.file or top).resolve()
    return load(inside(item.text.strip(), said_in, root_for(said_in, top.resolve()), item.place))


def _check_posterior(scenario: Scenario, document: Map) -> None:
    """Refuse a column of the posterior that no leaf draws: it would be lost without a word."""
    if scenario.posterior is None:
        return
    known = [one.name for one in uncertain(scenario)]
    named = [path for path, _ in leaves(scenario.world())]
    wrong = [name for name in scenario.posterior.names if name not in (*known, *named, *BESIDE)]
    if wrong:
        place = document["posterior"].place
        raise UserError([place.fault(unknown("column of the posterior", name, known)) for name in wrong])


def _check_top(document: Map, faults: list[Fault]) -> None:
    """Check the top keys and the format."""
    _only(document, _TOP, "key", faults)
    for name in ("format", "title", "run", "world"):
        if name not in document:
            faults.append(document.place.fault(f"`{name}` is missing"))
    version = document.get("format")
    if version is not None and not (
        isinstance(version, Scalar) and type(version.value) is int and version.value == FORMAT
    ):
        faults.append(version.place.fault(f"found format {describe(version)} - this program reads format {FORMAT}"))
    for name in ("title", "description"):
        _text(document, name, faults)


def _only(node: Map, allowed: list[str], what: str, faults: list[Fault]) -> None:
    """Put a fault for every key that is not allowed."""
    for key in node:
        if key not in allowed:
            faults.append(node.spot(key).fault(unknown(what, key, allowed)))


def _text(node: Map, key: str, faults: list[Fault]) -> str:
    """Return the text at a key, or an empty string."""
    item = node.get(key)
    if item is None:
        return ""
    if not isinstance(item, Scalar) or item.value is None:
        faults.append(item.place.fault(f"found {describe(item)} - `{key}` is text"))
        return ""
    return item.text.strip()


def _mapping(node: Map, key: str, faults: list[Fault]) -> Map:
    """Return the mapping at a key; an empty one if there is none."""
    item = node.get(key)
    if isinstance(item, Map):
        return item
    if item is not None and not (isinstance(item, Scalar) and item.value is None):
        faults.append(item.place.fault(f"found {describe(item)} - `{key}` is a mapping"))
    return Map({}, node.spot(key), {})


def _sources(document: Map, faults: list[Fault]) -> dict[str, Source]:
    """Return the scenario's sources by id."""
    found: dict[str, Source] = {}
    table = _mapping(document, "sources", faults)
    for name in table:
        entry = _mapping(table, name, faults)
        _only(entry, _SOURCE, "key", faults)
        said = {key: _text(entry, key, faults) for key in _SOURCE if key in entry}
        if not said.get("source"):
            faults.append(table.spot(name).fault(f"the source '{name}' does not say its `source`"))
        grade, as_of = said.get("grade", ""), said.get("as_of", "")
        if grade and grade not in GRADES:
            faults.append(place_of(entry, ("grade",)).fault(unknown("grade", grade, list(GRADES))))
        if as_of and not is_date(as_of):
            message = f"found date '{as_of}' - a date like 2024-11-19, 2024-11 or 2024"
            faults.append(place_of(entry, ("as_of",)).fault(message))
        found[name] = Source(said.get("source", ""), as_of, grade, said.get("note", ""))
    return found


def _section(document: Map, name: str, kind: Any, reading: Reading, faults: list[Fault]) -> Any:
    """Return one top section, read; None with faults, or when it is missing and not optional."""
    if name not in document:
        if name == "verdict":
            return kind()
        return None
    return validated(document[name], kind, reading, faults)


def validated(node: Any, kind: Any, reading: Reading, faults: list[Fault]) -> Any:
    """Return the node as a `kind`, or None with faults."""
    before = len(faults)
    faults.extend(naming_faults(kind, node))
    try:
        made = kind.model_validate(node, context=reading)
    except ValidationError as error:
        for item in error.errors(include_url=False, include_input=False):
            faults.extend(_faults_of(item, node, kind))
        return None
    return made if len(faults) == before else None


def _faults_of(item: Any, node: Any, kind: Any) -> Iterator[Fault]:
    """Yield pydantic's finding as located faults in our own words."""
    path = tuple(item["loc"])
    if item["type"] == "leaf":
        yield from item["ctx"]["faults"]
        return
    parents = path[:-1]
    parent_kind = at(kind, parents)
    parent = node
    for key in parents:
        parent = parent[key]
    allowed = list(getattr(parent_kind, "model_fields", ()))
    if item["type"] == "extra_forbidden":
        yield parent.spot(path[-1]).fault(unknown("key", str(path[-1]), allowed))
    elif item["type"] == "missing":
        where = ".".join(str(key) for key in parents)
        doc = parent_kind.model_fields[path[-1]].description
        message = f"`{path[-1]}` is missing" + (f" in {where}" if where else "") + (f" ({doc})" if doc else "")
        yield place_of(node, parents).fault(message)
    elif item["type"] in ("value_error", "assertion_error"):
        yield place_of(node, path).fault(item["msg"].partition(", ")[2])
    else:
        found = parent[path[-1]] if path else node
        yield place_of(node, path).fault(f"found {describe(found)} - {wanted(at(kind, path))}")


def _arms(document: Map, faults: list[Fault]) -> dict[str, tuple[Arm, Map]]:
    """Return the arms with their patches; without any, the base alone."""
    table = _mapping(document, "arms", faults)
    if not table:
        return {"base": (Arm("base"), Map({}, NOWHERE, {}))}
    found: dict[str, tuple[Arm, Map]] = {}
    for name in table:
        arm = _mapping(table, name, faults)
        _only(arm, _ARM, "key", faults)
        patch = _mapping(arm, "patch", faults)
        if not found and patch:
            spot = patch.spot(next(iter(patch)))
            faults.append(spot.fault(f"found a patch in '{name}' - the first arm is the base and changes nothing"))
        label = _text(arm, "label", faults) or name
        found[name] = (Arm(label, _text(arm, "note", faults)), patch)
    return found


def _worlds(
    document: Map,
    arms: dict[str, tuple[Arm, Map]],
    base: Any,
    kind: Any,
    reading: Reading,
    faults: list[Fault],
) -> dict[str, Any]:
    """Return the whole world of every arm, each checked as a whole."""
    raw = document.get("world")
    if not isinstance(raw, Map):
        return {}
    worlds = {}
    for name, (_, patch) in arms.items():
        node = patched(raw, patch, kind, faults)
        worlds[name] = base if node is raw else validated(node, kind, reading, faults)
    return worlds


def in_order(faults: list[Fault]) -> list[Fault]:
    """Return each fault once, file by file in the order first met, by line."""
    files = list(dict.fromkeys(fault.file for fault in faults))
    unique = dict.fromkeys(faults)
    return sorted(unique, key=lambda fault: (files.index(fault.file), fault.line or 0, fault.column or 0))
