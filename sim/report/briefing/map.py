"""The map of a briefing: land and places that the scenario names, and where the line of each front is expected, week by week."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.analysis.result import Result
from sim.foundation.format import format_date
from sim.report.briefing.figures import QUANTILES, csv_link
from sim.report.briefing.series import packed

WIDTH, MARGIN_KM = 640.0, 70.0
NEEDS = ("shift_km", "front_lon", "front_lat", "front_length_km", "front_bearing")
KM_PER_DEGREE = 111.2
LONGEST = 60.0
"""Reach of the farthest band on the drawing."""
FACTORS = (1, 2, 3, 5, 10, 20, 30, 50, 100)
STEP_KM = 0.1
"""Steps in which the script has the shifts."""
LONGEST_LINE_KM = 140.0
"""A contact line is drawn straight and no longer than this, where a long one winds."""
BEHIND_KM = 20.0
"""Depth of the shade behind a contact line."""
NARROWEST, WIDEST = 6.0, 20.0
"""Of the two columns of a front, each."""
NUMBER_BEHIND = 17.0
LEAST_NAMED = 0.1
"""Share of the drawing from which a part of a country bears its name."""

Point = tuple[float, float]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Column:
    """One arm of one front: paths of the 90 and 50 % of wars around the median line."""

    kind: str
    wide: str
    narrow: str
    median: str


@dataclass(frozen=True)
class Front:
    """A front on the drawing: its contact line at the start, the ground behind it, its number, and the two columns."""

    label: str
    line: str
    behind: str
    number: Point
    columns: list[Column]


@dataclass(frozen=True)
class Place:
    """A name on the map; `kind` is ``country`` or ``town``."""

    x: float
    y: float
    name: str
    kind: str
    left: bool


@dataclass(frozen=True)
class Map:
    """What the template draws; `data` is what the script moves the columns by."""

    width: float
    height: float
    lands: list[tuple[str, bool]]
    places: list[Place]
    fronts: list[Front]
    stretch: int
    scale_bar: float
    dates: list[str]
    data: dict[str, Any]
    csv: str


@dataclass(frozen=True)
class Ground:
    """An equirectangular drawing, true to scale in the middle latitude of the fronts."""

    west: float
    north: float
    squeeze: float
    per_km: float
    height: float

    @classmethod
    def around(cls, lon: Floats, lat: Floats) -> Ground:
        """Return the drawing that holds the fronts and a margin."""
        squeeze = math.cos(math.radians(float(lat.min() + lat.max()) / 2))
        margin = MARGIN_KM / KM_PER_DEGREE
        west, east = float(lon.min()) - margin / squeeze, float(lon.max()) + margin / squeeze
        south, north = float(lat.min()) - margin, float(lat.max()) + margin
        per_km = WIDTH / ((east - west) * squeeze * KM_PER_DEGREE)
        return cls(west, north, squeeze, per_km, round((north - south) * KM_PER_DEGREE * per_km, 1))

    def place(self, point: Sequence[float]) -> Point:
        """Return where a point (longitude, latitude) stands on the drawing."""
        scale = self.per_km * KM_PER_DEGREE
        return (point[0] - self.west) * self.squeeze * scale, (self.north - point[1]) * scale


def draw_map(result: Result, arm: str) -> Map | None:
    """Return the map around the fronts; None where the scenario names no map or the record has no fronts on it."""
    text, data = str(result.data.attrs.get("map", "")), result.data
    if not text or any(name not in data for name in NEEDS):
        return None
    lon, lat = data["front_lon"].to_numpy().astype(float), data["front_lat"].to_numpy().astype(float)
    shape = json.loads(text)
    if not (np.isfinite(lon).all() and np.isfinite(lat).all() and any(_rings(shape))):
        return None
    ground = Ground.around(lon, lat)
    arms = list(dict.fromkeys((result.base, arm)))
    shift = data["shift_km"].sel(arm=arms).transpose("arm", "replicate", "time", "front").to_numpy()
    spread = np.moveaxis(np.quantile(shift.astype(float), QUANTILES, axis=1), 0, -1)  # (arm, time, front, quantile)
    largest = float(np.abs(spread).max()) * ground.per_km
    stretch = max((factor for factor in FACTORS if factor * largest <= LONGEST), default=1)
    reach = stretch * ground.per_km
    codes = [str(name) for name in data["front"].to_numpy()]
    called = json.loads(str(data.attrs.get("labels", "{}"))).get("front", {})
    labels = [str(called.get(code, code)) for code in codes]
    frames = _frames(data, ground, lon, lat)
    steps = np.round(spread / STEP_KM).astype("<i2")
    kinds = ["base" if one == result.base else "arm" for one in arms]
    dates = [format_date(str(day), short=True) for day in data["time"].to_numpy()]
    lengths = (
        np.minimum(np.nan_to_num(data["front_length_km"].to_numpy().astype(float)), LONGEST_LINE_KM) * ground.per_km
    )
    fronts = [
        _front(labels[k], frames[k], float(lengths[k]), ground.per_km, kinds, steps[:, -1, k] * STEP_KM * reach)
        for k in range(len(codes))
    ]
    lands, places = _ground(shape, ground)
    return Map(
        WIDTH, ground.height, lands, places, fronts, stretch,
        100 * ground.per_km, dates,
        {"fronts": frames, "kinds": kinds, "reach": STEP_KM * reach, "dates": dates, "packed": packed(steps.tobytes())},
        csv_link(
            ("arm", "front", *(f"shift_km_q{round(100 * q):02d}" for q in QUANTILES)),
            [(one, code, *(round(float(x), 1) for x in spread[i, -1, k]))
             for i, one in enumerate(arms) for k, code in enumerate(codes)],
        ),
    )  # fmt: skip


def _frames(data: Any, ground: Ground, lon: Floats, lat: Floats) -> list[list[float]]:
    """Return anchor x and y, unit vector ahead (x, y), and width of a column, of each front on the drawing."""
    bearing = np.radians(data["front_bearing"].to_numpy().astype(float))
    length = np.nan_to_num(data["front_length_km"].to_numpy().astype(float)) * ground.per_km
    found = []
    for k in range(lon.size):
        x, y = ground.place((lon[k], lat[k]))
        ahead = math.sin(bearing[k]), -math.cos(bearing[k])
        wide = min(max(float(length[k]) / 2, NARROWEST), WIDEST)
        found.append([round(x, 1), round(y, 1), round(ahead[0], 3), round(ahead[1], 3), round(wide, 1)])
    return found


def _front(
    label: str, frame: list[float], length: float, per_km: float, kinds: Sequence[str], ends: npt.NDArray[Any]
) -> Front:
    half, depth = length / 2, -BEHIND_KM * per_km
    number = _at(frame, -NUMBER_BEHIND, 0.0)
    return Front(
        label,
        _outline([_at(frame, 0.0, -half), _at(frame, 0.0, half)]),
        quad(frame, depth, 0.0, -half, half),
        (round(number[0], 1), round(number[1], 1)),
        [column(frame, kind, index, len(kinds), ends[index].tolist()) for index, kind in enumerate(kinds)],
    )


def column(frame: list[float], kind: str, index: int, count: int, ends: Sequence[float]) -> Column:
    """Return the paths of one arm; `ends` are its quantiles ahead of the anchor. The page's script has a twin of this."""
    wide = frame[4]
    left, right = (-wide / 2, wide / 2) if count == 1 else (-wide, -1.0) if index == 0 else (1.0, wide)
    return Column(
        kind,
        quad(frame, ends[0], ends[4], left, right),
        quad(frame, ends[1], ends[3], left, right),
        _outline([_at(frame, ends[2], left), _at(frame, ends[2], right)]),
    )


def quad(frame: list[float], near: float, far: float, left: float, right: float) -> str:
    """Return the path of the four corners between two distances ahead and two to the side."""
    return (
        _outline([_at(frame, near, left), _at(frame, near, right), _at(frame, far, right), _at(frame, far, left)]) + "Z"
    )


def _at(frame: list[float], ahead: float, side: float) -> Point:
    x, y, east, south, _ = frame
    return x + ahead * east - side * south, y + ahead * south + side * east


def _outline(points: Sequence[Point]) -> str:
    return "M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in points)


def _ground(shape: Any, ground: Ground) -> tuple[list[tuple[str, bool]], list[Place]]:
    """Return the outlines inside the drawing, each with whether it is the defended country's, and the names of places.

    A country whose own place for its name lies outside is named in the middle of its largest part that is seen, if that lies in it.
    """
    from matplotlib.path import Path
    from matplotlib.transforms import Bbox

    window = Bbox([[-2.0, -2.0], [WIDTH + 2.0, ground.height + 2.0]])
    lands: list[tuple[str, bool]] = []
    largest: dict[str, tuple[float, Point, bool]] = {}
    for ring, properties in _rings(shape):
        cut = Path([ground.place(point) for point in [*ring, ring[0]]], closed=True).clip_to_bbox(window)
        for part in (np.asarray(found, dtype=float) for found in cut.to_polygons(closed_only=True)):
            lands.append((_thinned([(float(x), float(y)) for x, y in part]) + "Z", bool(properties.get("defended"))))
            (left, top), (right, bottom) = part.min(axis=0), part.max(axis=0)
            middle, area = (float(left + right) / 2, float(top + bottom) / 2), float((right - left) * (bottom - top))
            name = str(properties.get("name", ""))
            if name and area > max(LEAST_NAMED * WIDTH * ground.height, largest.get(name, (0.0,))[0]):
                largest[name] = area, middle, bool(Path(part).contains_point(middle))
    places = list(_places(shape, ground))
    named = {one.name for one in places}
    for name, (_, (x, y), inside) in largest.items():
        if inside and name not in named:
            places.append(Place(round(x, 1), round(y, 1), name, "country", False))
    return lands, places


def _places(shape: Any, ground: Ground) -> Iterator[Place]:
    """Yield the names of countries and towns whose places lie inside the drawing."""
    for feature in shape.get("features", []) if isinstance(shape, dict) else ():
        geometry, properties = feature.get("geometry") or {}, feature.get("properties") or {}
        if geometry.get("type") != "Point" or "name" not in properties:
            continue
        x, y = ground.place(geometry["coordinates"])
        if 15 < x < WIDTH - 15 and 15 < y < ground.height - 15:
            left = (properties.get("label") == "left" and x > 90) or x > WIDTH - 90
            kind = "country" if properties.get("kind") == "country" else "town"
            yield Place(round(x, 1), round(y, 1), str(properties["name"]), kind, left)


def _rings(shape: Any, properties: Any = None) -> Iterator[tuple[list[Point], dict[str, Any]]]:
    """Yield every line of points in a GeoJSON object (RFC 7946) and its feature's properties; others are passed over."""
    kind = shape.get("type") if isinstance(shape, dict) else None
    inside = shape.get("features", []) if kind == "FeatureCollection" else shape.get("geometries", []) if kind else ()
    for one in inside:
        yield from _rings(one, properties)
    if kind == "Feature":
        yield from _rings(shape.get("geometry"), shape.get("properties"))
    elif kind in ("LineString", "MultiLineString", "Polygon", "MultiPolygon"):
        for ring in _lines(shape.get("coordinates", [])):
            yield ring, properties or {}


def _lines(nested: Any) -> Iterator[list[Point]]:
    if nested and isinstance(nested[0][0], int | float):
        yield [(float(point[0]), float(point[1])) for point in nested]
    else:
        for one in nested:
            yield from _lines(one)


def _thinned(points: list[Point]) -> str:
    """Return a path; points closer than a pixel to the one before are left out, so that a fine outline stays small."""
    kept = points[:1]
    for point in points[1:]:
        if math.dist(point, kept[-1]) >= 1.0:
            kept.append(point)
    return "M" + "L".join(f"{x:.0f},{y:.0f}" for x, y in kept)
