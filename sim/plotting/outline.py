"""The outline of Ukraine and its neighbours, read from ``outline.json``.

The rings come from Natural Earth 1:10m (public domain). Natural Earth's default draws Crimea otherwise; here
the peninsula, with Sevastopol, is returned to Ukraine, whose border is the internationally recognised one.
The file's header says how it was made. The line of control is no border: it is data, drawn on top by the map.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Ring = NDArray[np.float64]


@lru_cache(maxsize=1)
def rings() -> dict[str, list[Ring]]:
    """Return closed rings (point, [longitude, latitude]) in degrees by two-letter name; ``UA`` is Ukraine."""
    with (Path(__file__).parent / "outline.json").open(encoding="utf-8") as file:
        found = json.load(file)["rings"]
    return {name: [np.array([*ring, ring[0]], dtype=np.float64) for ring in parts] for name, parts in found.items()}


def inside(lon: float, lat: float, country: str = "UA") -> bool:
    """Return whether a point lies inside a country's outline (even-odd rule)."""
    return any(_crossings(ring, lon, lat) % 2 == 1 for ring in rings()[country])


def _crossings(ring: Ring, lon: float, lat: float) -> int:
    """Count the edges of `ring` that a ray from the point eastward crosses."""
    (x1, y1), (x2, y2) = ring[:-1].T, ring[1:].T
    straddles = (y1 > lat) != (y2 > lat)
    with np.errstate(divide="ignore", invalid="ignore"):
        at = x1 + (lat - y1) * (x2 - x1) / (y2 - y1)
    return int(np.count_nonzero(straddles & (at > lon)))
