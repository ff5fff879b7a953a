"""Where the fronts lie, for the map: arm-free variables of the result, taken from the base world."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.foundation.record import Record

_WANTED = {
    "lon": ("front_lon", "degree east", "longitude of the middle of the front"),
    "lat": ("front_lat", "degree north", "latitude of the middle of the front"),
    "length": ("front_length_km", "km", "length of the contact line"),
    "bearing": ("front_bearing", "degree", "direction of Russian advance, clockwise from north"),
}


def front_geography(scenario: Any, record: Record) -> dict[str, Any]:
    """Return ``{name: (dims, values, attrs)}`` for each place that the base world's fronts state."""
    names = record.coords.get("front")
    base = next(iter(scenario.arms))
    fronts = getattr(scenario.world(base), "fronts", None)
    if names is None or fronts is None:
        return {}
    found: dict[str, Any] = {}
    for field, (name, unit, meaning) in _WANTED.items():
        values = [_number(getattr(fronts.get(front), field, None)) for front in names]
        if not np.isnan(values).all():
            found[name] = (("front",), np.array(values), {"units": unit, "long_name": meaning})
    return found


def _number(leaf: Any) -> float:
    """Return the central value of a leaf, which may be a plain number or carry evidence; nan if it is
    neither.
    """
    value = getattr(leaf, "value", leaf)
    return float(value) if isinstance(value, (int, float)) else float("nan")
