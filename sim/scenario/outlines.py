"""The map of a scenario: outlines in a GeoJSON file (RFC 7946) beside it, for figures only."""

from __future__ import annotations

import json
from pathlib import Path

from sim.foundation.errors import UserError
from sim.scenario.syntax.nodes import Place
from sim.scenario.syntax.yaml_text import read_bytes


def read_map(path: Path, place: Place) -> str:
    """Return the GeoJSON in a file as one line; it must hold features.

    ``properties`` of outlines are ``name`` and ``defended`` (true for the country that is defended), those of points
    ``name``, ``kind`` (country or town) and ``label`` (on which side of the dot the name stands).

    Raises
    ------
    UserError
        Located at `place`, if the file is no GeoJSON.
    """
    try:
        found = json.loads(read_bytes(path, str(path)))
    except ValueError as error:
        raise UserError([place.fault(f"{path.name} is no JSON ({error}) - `map` names a GeoJSON file")]) from error
    if not isinstance(found, dict) or found.get("type") != "FeatureCollection":
        raise UserError([place.fault(f"{path.name} is no GeoJSON of type FeatureCollection")])
    return json.dumps(found, ensure_ascii=False, separators=(",", ":"))
