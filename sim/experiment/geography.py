"""Where the fronts lie, for the map: arm-free variables of the result, taken from the base world."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sim.experiment.manifest import Static

_WANTED = {
    "lon": ("front_lon", "degree east", "longitude of the middle of the front"),
    "lat": ("front_lat", "degree north", "latitude of the middle of the front"),
    "length": ("front_length_km", "km", "length of the contact line"),
    "bearing": ("front_bearing", "degree", "direction of the attacker's advance, clockwise from north"),
}


def front_geography(scenario: Any, names: Sequence[str]) -> dict[str, Static]:
    """Return the variables that the base world's fronts state about their places, by name; `names` are those recorded."""
    fronts = getattr(scenario.world(next(iter(scenario.arms))), "fronts", None)
    if fronts is None:
        return {}
    found = {}
    for field, (name, unit, meaning) in _WANTED.items():
        values = [_number(getattr(fronts.get(front), field, None)) for front in names]
        if any(value is not None for value in values):
            found[name] = Static(dims=["front"], values=values, attrs={"units": unit, "long_name": meaning})
    return found


def _number(leaf: Any) -> float | None:
    """Return the central value of a leaf, which may be a plain number or carry evidence; None if it is neither."""
    value = getattr(leaf, "value", leaf)
    return float(value) if isinstance(value, (int, float)) else None
