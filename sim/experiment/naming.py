"""Who is who in a result: names, labels and roles from the scenario, as attributes that a reader of the result needs.

The structure is documented in ``docs/architecture.md`` under "The Dataset".
"""

from __future__ import annotations

import json
from typing import Any

from sim.analysis.names import Side, sides_among
from sim.analysis.outcomes.own_metrics import ATTRIBUTE, to_attribute
from sim.scenario.schema.sections.fronts import SALIENT


def names_of(scenario: Any) -> dict[str, str]:
    """Return the attributes: JSON each, but for ``map``, which is GeoJSON or nothing."""
    world = scenario.world()
    branches = {
        "front": world.fronts,
        "ally": world.allies,
        "mediator": world.mediators,
        "partner": world.partners,
        "target": world.strike.targets,
    }
    found = {
        "sides": _sides(world),
        "outside_fronts": [name for name, front in world.fronts.items() if front.salient.value >= SALIENT],
        "labels": {
            kind: {name: str(one.label) or name for name, one in items.items()} for kind, items in branches.items()
        },
        "target_sides": {name: target.side.value for name, target in world.strike.targets.items()},
        "arm_roles": scenario.roles,
    }
    turning = {name: arm for name, arm in scenario.arms.items() if arm.since is not None}
    if turning:
        found["arm_since"] = {name: arm.since.isoformat() for name, arm in turning.items()}
        found["arm_follows"] = {name: arm.follows or scenario.base for name, arm in turning.items()}
    return {name: json.dumps(value, ensure_ascii=False) for name, value in found.items()} | {
        "map": scenario.map,
        **({ATTRIBUTE: to_attribute(scenario.metrics)} if scenario.metrics else {}),
    }


def sides_of(scenario: Any) -> tuple[Side, Side]:
    """Return the attacker and the defender of a scenario."""
    return sides_among(_sides(scenario.world()))


def _sides(world: Any) -> dict[str, dict[str, str]]:
    return {name: _words(name, getattr(world.sides, name)) for name in type(world.sides).model_fields}


def _words(name: str, side: Any) -> dict[str, str]:
    """Return the role of a side and the words for it; its name where the file says no other."""
    label = str(side.label) or name
    words = {"demonym": str(side.demonym) or label, "leadership": str(side.leadership) or label}
    return {"role": side.role.value, "name": label, **words, "colour": str(side.colour)}
