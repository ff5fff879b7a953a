"""Reading a scenario: every fault at once, each at its place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from sim.foundation.errors import Fault, UserError
from sim.scenario.aid_panel import PanelEstimate, read_aid_panel
from sim.scenario.arms.branches import branch_faults
from sim.scenario.arms.combinations import expanded
from sim.scenario.arms.patch import overridden, patched
from sim.scenario.ineffective import notices
from sim.scenario.outlines import read_map
from sim.scenario.priors.posterior import BESIDE, Posterior, load
from sim.scenario.priors.uncertain import uncertain
from sim.scenario.scenario import Arm, Metric, Scenario
from sim.scenario.schema.document import ArmSection, Document, MetricSection, SourceSection, document_of
from sim.scenario.schema.leaves import Text
from sim.scenario.schema.naming import reference_faults, schema_for
from sim.scenario.schema.paths import leaves, naming_faults, unknown
from sim.scenario.schema.read_number import Reading, Source
from sim.scenario.schema.settings import RunSection, VerdictSection, run_from, verdict_from
from sim.scenario.schema.validation import in_order, validated
from sim.scenario.syntax.extends import inside, overlaid, read_chain, root_for
from sim.scenario.syntax.nodes import NOWHERE, Map, Scalar, describe
from sim.scenario.syntax.version import check_versions

Changes = Mapping[str, Any] | Iterable[str]


def read(
    source: str | Path | Mapping[str, Any],
    set: Changes | None = None,
    world: Any = None,
    overlay: Path | None = None,
) -> Scenario:
    """Read, check and resolve a scenario.

    Parameters
    ----------
    source : str, Path or mapping
        The YAML file, ``shipped:NAME`` for one that comes with the program, or a file's content as plain data. Faults
        in plain data are placed by the path of their keys.
    set : mapping of str to str or number, or iterable of str, optional
        What ``--set`` says: dotted path -> value, or ``PATH=VALUE``. They change the base, below every arm's patch.
    world : type, optional
        The Section that describes `world`; the one for its own names of sides and levers if not given.
    overlay : Path, optional
        A file whose own world is laid over this one's, below the changes of `set`; what it extends is left out.

    Returns
    -------
    Scenario

    Raises
    ------
    UserError
        With every fault found.
    """
    document = read_chain(source)
    if overlay is not None:
        document = overlaid(document, overlay)
    return resolve(document, Path("scenario") if isinstance(source, Mapping) else Path(source), set, world)


def resolve(document: Map, path: Path, changes: Changes | None, world: Any = None) -> Scenario:
    """Return the scenario in a document that is already merged with what it extends; see `read`."""
    faults: list[Fault] = []
    check_versions(document)
    own_names = world is None
    if own_names:
        world = schema_for(document.get("world"), faults)
    if faults:
        raise UserError(in_order(faults))
    kinds = {"run": RunSection, "verdict": VerdictSection, "world": world}
    document = expanded(overridden(document, changes or {}, kinds, faults), faults)
    reading = Reading(_sources(document), {"": document_of(world)})
    made: Any = validated(document, Document, reading, faults)
    faults.extend(fault for name in ("run", "verdict") for fault in naming_faults(kinds[name], document.get(name)))
    raw = document.get("world", Map({}, NOWHERE, {}))
    patches = _patches(document, faults)
    nodes = {name: patched(raw, patch, world, faults) for name, patch in patches.items()}
    worlds: dict[str, Any] = {}
    for name, node in nodes.items() if "world" in document else ():
        same = next((other for other in worlds if nodes[other] is node), None)
        worlds[name] = worlds[same] if same else validated(node, world, reading, faults)
        faults.extend(() if same else naming_faults(world, node))
        faults.extend(reference_faults(worlds[name]) if own_names and not same and worlds[name] else ())
    faults.extend(branch_faults(made.arms, run_from(made.run)) if made is not None and not faults else ())
    if faults:
        raise UserError(in_order(faults))
    arms = {name: _arm(name, arm) for name, arm in made.arms.items()} or {"base": Arm("base")}
    scenario = Scenario(
        path=path,
        title=str(made.title),
        description=str(made.description),
        run=run_from(made.run),
        verdict=verdict_from(made.verdict),
        arms=arms,
        worlds=worlds,
        sources=reading.sources,
        posterior=_posterior(made, path),
        map=_map(made, path),
        aid_panel=_aid_panel(made, path),
        metrics={name: _metric(name, one) for name, one in made.metrics.items()},
        claim_source=str(made.claim_source),
    )
    _check_posterior(scenario, made)
    return replace(scenario, notices=notices(scenario, made.run, made.verdict, patches))


def _arm(name: str, said: ArmSection) -> Arm:
    since = None if said.since is None else said.since.date
    return Arm(
        str(said.label) or name, str(said.note), str(said.role), since, str(said.follows), str(said.calibrated_in)
    )


def _metric(name: str, one: MetricSection) -> Metric:
    better = str(one.better) != "less"
    return Metric(
        str(one.expression), str(one.unit), str(one.label) or name, better, one.expression.place, one.unit.place
    )


def _sources(document: Map) -> dict[str, Source]:
    """Return the sources by id, as they are said: one that is wrong is there as well, lest all that cites it be wrong."""
    table = document.get("sources")
    found: dict[str, Source] = {}
    if not isinstance(table, Map):
        return found
    for name, entry in table.items():
        if not isinstance(entry, Map):
            continue
        scalars = {key: entry.get(key) for key in SourceSection.model_fields}
        said = {key: node.text.strip() for key, node in scalars.items() if isinstance(node, Scalar)}
        found[name] = Source(**{"source": "", **said}, place=table.spot(name))
    return found


def _patches(document: Map, faults: list[Fault]) -> dict[str, Map]:
    """Return the patch of every arm; without arms, that of the base alone."""
    arms = document.get("arms")
    found: dict[str, Map] = {}
    if not isinstance(arms, Map):
        return {"base": Map({}, NOWHERE, {})}
    for name, arm in arms.items():
        patch = arm.get("patch") if isinstance(arm, Map) else None
        if isinstance(patch, Scalar) and patch.value is None:
            patch = None
        if patch is not None and not isinstance(patch, Map):
            faults.append(patch.place.fault(f"found {describe(patch)} - `patch` is a mapping"))
        elif patch and not found:
            message = f"found a patch in '{name}' - the first arm is the base and changes nothing"
            faults.append(patch.spot(next(iter(patch))).fault(message))
        found[name] = patch if isinstance(patch, Map) else Map({}, arms.spot(name), {})
    return found or {"base": Map({}, NOWHERE, {})}


def _posterior(made: Document, top: Path) -> Posterior | None:
    """Return the joint draws that the scenario names; ``posterior: none`` goes back to the priors."""
    path = _named(made.posterior, top)
    return load(path) if path else None


def _map(made: Document, top: Path) -> str:
    """Return the GeoJSON of the map that the scenario names, one line; nothing without one."""
    path = _named(made.map, top)
    return read_map(path, made.map.place) if path else ""


def _aid_panel(made: Document, top: Path) -> tuple[PanelEstimate, ...]:
    """Return the estimates of how donors answer each other that the scenario names; none without them."""
    path = _named(made.aid_panel, top)
    return read_aid_panel(path) if path else ()


def _named(said: Text, top: Path) -> Path | None:
    """Return the file that a leaf names, from the file in which it stands; nothing where it names none."""
    if str(said) in ("", "none"):
        return None
    said_in = Path(said.place.file or top).resolve()
    return inside(str(said), said_in, root_for(said_in, top.resolve()), said.place)


def _check_posterior(scenario: Scenario, made: Document) -> None:
    """Refuse a column of the posterior that no leaf draws: it would be lost without a word."""
    if scenario.posterior is None:
        return
    known = [one.name for one in uncertain(scenario)]
    named = [path for path, _ in leaves(scenario.world())]
    wrong = [name for name in scenario.posterior.names if name not in (*known, *named, *BESIDE)]
    if wrong:
        place = made.posterior.place
        raise UserError([place.fault(unknown("column of the posterior", name, known)) for name in wrong])
