"""Several claims, one run: the arms that claims in the same scenario need, joined to one scenario."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sim.foundation.errors import Fault, UserError
from sim.scenario.claims.file import ClaimFile
from sim.scenario.reader import resolve
from sim.scenario.scenario import Scenario
from sim.scenario.schema.naming import schema_for
from sim.scenario.schema.paths import names_in, unknown
from sim.scenario.schema.validation import in_order
from sim.scenario.syntax.extends import read_chain
from sim.scenario.syntax.nodes import NOWHERE, Map, plain


def join(path: Path, claims: Sequence[ClaimFile], overrides: Mapping[str, Any] | None = None) -> Scenario:
    """Return the scenario at `path` with its base and every arm that the claims need, and no other.

    Parameters
    ----------
    path : Path
        The scenario that all of the claims play.
    claims : sequence of ClaimFile
    overrides : mapping, optional
        As for `sim.scenario.read`.

    Raises
    ------
    UserError
        With every fault of the scenario and of the claims' arms: an arm that nobody says, a name with two meanings,
        something to rest on that the world does not have.
    """
    document = read_chain(path)
    faults: list[Fault] = []
    own = document.get("arms")
    known = _known(own if isinstance(own, Map) else Map({}, NOWHERE, {}), claims, path, faults)
    base = next(iter(known))
    wanted = {base: known[base]}
    for claim in claims:
        for name in claim.needs:
            if name in known:
                wanted[name] = known[name]
            else:
                faults.append(_spot(claim, name).fault(unknown("arm", name, list(known))))
    world = schema_for(document.get("world"), [])
    _check_rests(claims, document, world, faults)
    _check_sides(claims, names_in(world.model_fields["sides"].annotation, None), faults)
    if faults:
        raise UserError(in_order(faults))
    arms = Map(wanted, document.place, dict.fromkeys(wanted, document.place))
    return resolve(document.with_item("arms", arms, document.place), path, overrides)


def _known(own: Map, claims: Sequence[ClaimFile], path: Path, faults: list[Fault]) -> dict[str, Any]:
    """Return every arm by name, the scenario's own first; a fault for a name that is said in two ways."""
    known: dict[str, Any] = dict(own) or {"base": Map({"label": _text("As things stood")}, NOWHERE, {})}
    said_in = dict.fromkeys(known, str(path))
    for claim in claims:
        for name, arm in claim.arms.items():
            if name in known and plain(known[name]) != plain(arm):
                faults.append(claim.arms.spot(name).fault(f"the arm '{name}' is another one in {said_in[name]}"))
            known.setdefault(name, arm)
            said_in.setdefault(name, str(claim.path))
    return known


def _text(words: str) -> Any:
    from sim.scenario.syntax.nodes import as_node

    return as_node(words)


def _spot(claim: ClaimFile, name: str) -> Any:
    """Return where a claim first names an arm."""
    if claim.anyway == name:
        return claim.place("anyway")
    index = next(number for number, test in enumerate(claim.tests) if name in test.arms)
    test = claim.tests[index]
    for key, said in (("arm", test.condition.arm), ("against", test.against)):
        if said == name:
            return claim.place("tests", index, key)
    if name in test.parts:
        return claim.place("tests", index, "parts", test.parts.index(name))
    return claim.place("tests", index, "given")


def _check_rests(claims: Sequence[ClaimFile], document: Map, world: Any, faults: list[Fault]) -> None:
    """Check that what an answer rests on is a section of the world or a source."""
    sections = list(world.model_fields)
    sources = document.get("sources")
    ids = list(sources) if isinstance(sources, Map) else []
    for claim in claims:
        for number, name in enumerate(claim.conditional_on):
            if name not in sections and name not in ids:
                message = unknown("section of the world or source", name, [*sections, *ids])
                faults.append(claim.place("conditional_on", number).fault(message))


def _check_sides(claims: Sequence[ClaimFile], sides: list[str], faults: list[Fault]) -> None:
    """Check that every side that a test names is one of the scenario's."""
    for claim in claims:
        for index, test in enumerate(claim.tests):
            for where, one in (((), test.condition), *((("given", n), given) for n, given in enumerate(test.given))):
                if one.side and one.side not in sides:
                    faults.append(claim.place("tests", index, *where, "side").fault(unknown("side", one.side, sides)))
