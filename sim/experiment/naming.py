"""Who is who in a result: names, labels and roles from the scenario, as attributes that a reader of the result needs.

The structure is documented in ``docs/architecture.md`` under "The Dataset".
"""

from __future__ import annotations

import json
from typing import Any

from sim.foundation.roles import ATTACKER, DEFENDER, ROLES

_SIDES: dict[str, dict[str, str]] = {  # until scenarios say it themselves
    "ukraine": {"role": ROLES[DEFENDER], "name": "Ukraine", "demonym": "Ukrainian", "leadership": "Kyiv", "colour": ""},
    "russia": {
        "role": ROLES[ATTACKER],
        "name": "Russia",
        "demonym": "Russian",
        "leadership": "the Kremlin",
        "colour": "",
    },
}
_ARM_ROLES = {
    "all_with_coordination": "joint",
    "all_without_coordination": "joint_uncoordinated",
    "coordination": "coordination",
}


def names_of(scenario: Any) -> dict[str, str]:
    """Return the attributes, JSON each: ``sides``, ``outside_fronts``, ``labels``, ``target_sides``, ``arm_roles``, ``map``."""
    base = next(iter(scenario.arms))
    world = scenario.world(base)
    if getattr(world, "strike", None) is None:  # a stand-in of tests has no whole world
        return {}
    targets = world.strike.targets
    found = {
        "sides": _SIDES,
        "outside_fronts": [name for name, front in world.fronts.items() if front.incursion.value >= 0.5],
        "labels": {
            kind: {name: str(item.label) for name, item in items.items()}
            for kind, items in (
                ("front", world.fronts),
                ("ally", world.allies),
                ("mediator", world.mediators),
                ("partner", world.partners),
                ("target", targets),
            )
        },
        "target_sides": {name: "russia" if name.startswith("ru_") else "ukraine" for name in targets},
        "arm_roles": {name: _ARM_ROLES.get(name, "single") for name in scenario.arms if name != base} | {base: "base"},
    }
    return {name: json.dumps(value, ensure_ascii=False) for name, value in found.items()} | {"map": ""}
