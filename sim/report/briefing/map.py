"""The map of a briefing: the outlines that the scenario names, the fronts, and how far each is expected to move."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.analysis.result import Result

WIDTH, MARGIN = 640.0, 12.0
NEEDS = ("shift_km", "front_lon", "front_lat", "front_length_km", "front_bearing")
KM_PER_DEGREE = 111.2
LONGEST = 60.0
"""Length of the longest arrow on the drawing."""
FACTORS = (1, 2, 3, 5, 10, 20, 30, 50, 100)

Point = tuple[float, float]


@dataclass(frozen=True)
class Arrow:
    """The contact line of a front and where its mean shift leads, in both arms; paths and places of the drawing."""

    label: str
    line: str
    base: str
    arm: str


@dataclass(frozen=True)
class Map:
    """What the template draws: outlines as paths, arrows, and how much the arrows are stretched."""

    width: float
    height: float
    outlines: list[str]
    arrows: list[Arrow]
    stretch: int


def draw_map(result: Result, arm: str) -> Map | None:
    """Return the map around the fronts; None where the scenario names no map or the record has no fronts on it."""
    text = str(result.data.attrs.get("map", ""))
    data = result.data
    if not text or any(name not in data for name in NEEDS):
        return None
    lon, lat = data["front_lon"].to_numpy().astype(float), data["front_lat"].to_numpy().astype(float)
    if not (np.isfinite(lon).all() and np.isfinite(lat).all()):
        return None
    rings = list(_rings(json.loads(text)))
    if not rings:
        return None
    west, east, south, north = lon.min() - 1.5, lon.max() + 1.5, lat.min() - 1.0, lat.max() + 1.0
    squeeze = math.cos(math.radians((south + north) / 2))
    scale = (WIDTH - 2 * MARGIN) / ((east - west) * squeeze)
    height = (north - south) * scale + 2 * MARGIN

    def place(point: Point) -> Point:
        return MARGIN + (point[0] - west) * squeeze * scale, MARGIN + (north - point[1]) * scale

    per_km = scale / KM_PER_DEGREE
    arms = [result.base, arm]
    shift = data["shift_km"].sel(arm=arms).isel(time=-1).mean("replicate").transpose("arm", "front").to_numpy()
    largest = float(np.abs(shift).max()) * per_km
    stretch = max((factor for factor in FACTORS if factor * largest <= LONGEST), default=1)
    labels = json.loads(str(data.attrs.get("labels", "{}"))).get("front", {})
    arrows = []
    for index, front in enumerate(str(name) for name in data["front"].to_numpy()):
        x, y = place((lon[index], lat[index]))
        bearing = math.radians(float(data["front_bearing"].to_numpy()[index]))
        ahead = math.sin(bearing), -math.cos(bearing)
        half = float(data["front_length_km"].to_numpy()[index]) / 2 * per_km
        line = (
            f"M{x - ahead[1] * half:.1f},{y + ahead[0] * half:.1f}L{x + ahead[1] * half:.1f},{y - ahead[0] * half:.1f}"
        )
        ends = [
            f"M{x + side * ahead[1]:.1f},{y - side * ahead[0]:.1f}l{ahead[0] * km * reach:.1f},{ahead[1] * km * reach:.1f}"
            for km, side in zip(shift[:, index], (-3.0, 3.0), strict=True)
            for reach in (stretch * per_km,)
        ]
        arrows.append(Arrow(str(labels.get(front, front)), line, *ends))
    outlines = [_path([place(point) for point in ring]) for ring in rings]
    return Map(WIDTH, round(height, 1), outlines, arrows, stretch)


def _rings(shape: Any) -> Iterator[list[Point]]:
    """Yield every line of points in a GeoJSON object (RFC 7946); what is no line is passed over."""
    kind = shape.get("type") if isinstance(shape, dict) else None
    if kind == "FeatureCollection":
        for one in shape.get("features", []):
            yield from _rings(one)
    elif kind == "Feature":
        yield from _rings(shape.get("geometry"))
    elif kind == "GeometryCollection":
        for one in shape.get("geometries", []):
            yield from _rings(one)
    elif kind in ("LineString", "MultiLineString", "Polygon", "MultiPolygon"):
        yield from _lines(shape.get("coordinates", []))


def _lines(nested: Any) -> Iterator[list[Point]]:
    if nested and isinstance(nested[0][0], int | float):
        yield [(float(point[0]), float(point[1])) for point in nested]
    else:
        for one in nested:
            yield from _lines(one)


def _path(points: list[Point]) -> str:
    """Return a path; points closer than a pixel to the one before are left out, so that a fine outline stays small."""
    kept = points[:1]
    for point in points[1:]:
        if math.dist(point, kept[-1]) >= 1.0:
            kept.append(point)
    return "M" + "L".join(f"{x:.0f},{y:.0f}" for x, y in kept)
