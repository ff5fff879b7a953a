"""The schema of one scenario: the template `World` with the file's own names of sides and levers in it."""

from __future__ import annotations

from copy import copy
from functools import lru_cache
from typing import Any, Union, get_args

from pydantic import ConfigDict, create_model

from sim.foundation.errors import Fault
from sim.foundation.roles import ATTACKER, DEFENDER, ROLES
from sim.scenario.schema.leaves import Section
from sim.scenario.schema.paths import unknown
from sim.scenario.schema.sections.fronts import SALIENT, Front
from sim.scenario.schema.sections.levers import INSTRUMENTS, ONCE, Delivery, Levers, Withdrawal
from sim.scenario.schema.sections.sides import Sides
from sim.scenario.schema.world import World
from sim.scenario.syntax.nodes import Map, Scalar


def schema_for(world: Any, faults: list[Fault]) -> type[Section]:
    """Return the Section that describes the raw tree `world`.

    Parameters
    ----------
    world : Map or anything
        What stands at `world` in a file that is merged with what it extends.
    faults : list of Fault
        Receives what is wrong with the sides' roles and the levers' instruments; a template then stands in.
    """
    if not isinstance(world, Map):
        return World
    sides, levers = _sides(world, faults), _levers(world, faults)
    return named(*(sides or ROLES), levers)


@lru_cache(maxsize=64)
def named(defender: str, attacker: str, levers: tuple[tuple[str, str], ...]) -> type[Section]:
    """Return the schema for two sides and for levers given as (name, instrument)."""
    names = {ROLES[DEFENDER]: defender, ROLES[ATTACKER]: attacker}
    front = _renamed(Front, names)
    fields: dict[str, Any] = {name: (INSTRUMENTS[instrument], ...) for name, instrument in levers}
    sides, moves = _renamed(Sides, names), create_model("Levers", __base__=Levers, **fields)
    world = _renamed(World, {}, {"fronts": dict[str, front], "sides": sides, "levers": moves})  # type: ignore[valid-type]
    for part, kind in (("front", front), ("sides", sides), ("levers", moves), ("world", world)):
        kind.made_by = (_empty, (part, defender, attacker, levers))
    return world


def _empty(part: str, *names: Any) -> Section:
    """Return an empty section of one of the classes of `named`, for pickle to fill."""
    world = named(*names)
    kinds = {name: info.annotation for name, info in world.model_fields.items()} | {"world": world}
    kind: Any = get_args(kinds["fronts"])[1] if part == "front" else kinds[part]
    made: Section = kind.__new__(kind)
    return made


def any_names() -> type[Section]:
    """Return the schema of a world under any names, for editors: what a name stands for is checked when a file is read."""
    fields = {name: (info.annotation, copy(info)) for name, info in Front.model_fields.items() if name not in ROLES}
    front = create_model("Front", __config__=ConfigDict(extra="allow"), __doc__=Front.__doc__, **fields)  # type: ignore[call-overload]
    side = Sides.model_fields[ROLES[DEFENDER]].annotation
    lever: Any = Union[tuple(INSTRUMENTS.values())]  # noqa: UP007 - of a tuple that is known only now
    parts = {"fronts": dict[str, front], "sides": dict[str, side], "levers": dict[str, lever]}  # type: ignore[valid-type]
    return _renamed(World, {}, parts)


def reference_faults(world: Any) -> list[Fault]:
    """Return a fault for every name in a read world that names nothing there."""
    sides = type(world.sides).model_fields
    faults = [
        target.side.place.fault(unknown("side", target.side.value, list(sides)))
        for target in world.strike.targets.values()
        if target.side.value not in sides
    ]
    for name in type(world.levers).model_fields:
        lever = getattr(world.levers, name)
        if isinstance(lever, Delivery) and lever.donor.value not in world.allies:
            faults.append(lever.donor.place.fault(unknown("ally", lever.donor.value, list(world.allies))))
        if isinstance(lever, Withdrawal):
            salients = [key for key, front in world.fronts.items() if front.salient.value >= SALIENT]
            if lever.front.value not in salients:
                faults.append(lever.front.place.fault(unknown("salient", lever.front.value, salients)))
    return faults


def _renamed(kind: type[Section], names: dict[str, str], parts: dict[str, Any] | None = None) -> type[Section]:
    """Return a section with some fields under other names, in the same order, and some of other types."""
    fields: dict[str, Any] = {}
    for name, info in kind.model_fields.items():
        annotation = (parts or {}).get(name, info.annotation)
        fields[names.get(name, name)] = (annotation, copy(info))
    return create_model(kind.__name__, __base__=Section, __doc__=kind.__doc__, **fields)


def _sides(world: Map, faults: list[Fault]) -> tuple[str, str] | None:
    """Return the names of defender and attacker; None with faults."""
    sides = world.get("sides")
    if not isinstance(sides, Map):
        return None
    found: dict[str, str] = {}
    before = len(faults)
    for name, side in sides.items():
        role = side.get("role") if isinstance(side, Map) else None
        if not isinstance(role, Scalar):
            spot = side.place if isinstance(side, Map) else sides.spot(name)
            faults.append(spot.fault(f"`role` is missing in sides.{name} - one of {', '.join(ROLES)}"))
        elif role.text not in ROLES:
            faults.append(role.place.fault(unknown("role", role.text, list(ROLES))))
        elif role.text in found:
            faults.append(role.place.fault(f"found a second {role.text} - there is one of each role"))
        else:
            found[role.text] = name
    if len(faults) == before and len(found) < len(ROLES):
        missing = ", ".join(role for role in ROLES if role not in found)
        faults.append(sides.place.fault(f"no side is the {missing} - two sides are needed, one of each role"))
    return (found[ROLES[DEFENDER]], found[ROLES[ATTACKER]]) if len(faults) == before else None


def _levers(world: Map, faults: list[Fault]) -> tuple[tuple[str, str], ...]:
    """Return the levers as (name, instrument); those without a known instrument are faults and left out."""
    levers = world.get("levers")
    if not isinstance(levers, Map):
        return ()
    found: list[tuple[str, str]] = []
    for name, lever in levers.items():
        instrument = lever.get("instrument") if isinstance(lever, Map) else None
        if not isinstance(instrument, Scalar):
            spot = lever.place if isinstance(lever, Map) else levers.spot(name)
            faults.append(spot.fault(f"`instrument` is missing in levers.{name} - one of {', '.join(INSTRUMENTS)}"))
        elif instrument.text not in INSTRUMENTS:
            faults.append(instrument.place.fault(unknown("instrument", instrument.text, list(INSTRUMENTS))))
        elif instrument.text in ONCE and instrument.text in dict(found).values():
            faults.append(
                instrument.place.fault(f"found a second lever of instrument '{instrument.text}' - one at most")
            )
        else:
            found.append((name, instrument.text))
    return tuple(found)
