"""The map of a briefing: where the fronts of a scenario lie, and week by week how far the line of each is shifted.

The scenario has one place, one direction and one mean shift of the line for each front, and no course of the line: so a front
is a dot with an arrow, and the spread of wars stands in a row of its own. Nothing is shaded, for nothing says who holds what.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.analysis.result import Result
from sim.foundation.format import format_date, format_list
from sim.report.briefing.figures import MARGIN_PERCENT, QUANTILES, Tick, axis, csv_link
from sim.report.briefing.series import packed

WIDTH, MARGIN_KM = 640.0, 70.0
NEEDS = ("shift_km", "front_lon", "front_lat", "front_bearing")
KM_PER_DEGREE = 111.2
LONGEST = 60.0
"""Length of the longest arrow on the drawing."""
FACTORS = (1, 2, 3, 5, 10, 20, 30, 50, 100)
STEP_KM = 0.1
"""Steps in which the script has the shifts."""
BESIDE, BARB = 3.0, 4.0
"""Distance of the two arrows of a front from its dot to the side, and size of their heads."""
NUMBER_PLACES = ((-15.0, 0.0), (-26.0, 0.0), (0.0, 17.0), (0.0, -17.0), (17.0, 0.0))
"""Where the number of a front may stand, ahead of its dot and to the side: the first place that covers no name."""
NUMBER_RADIUS, LETTER, LINE = 8.0, 8.5, 16.0
"""Radius of a number's circle, width of a letter and height of a line of a name on the drawing."""
FEW = 2
"""Fronts that a title names one by one."""
WORDS = 330.0, 22.0, 56.0
"""How wide the words of what is not drawn are at most, and how far they reach above and below their first line."""
LEAST_NAMED = 0.1
"""Share of the drawing from which a part of a country bears its name."""

Point = tuple[float, float]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Shift:
    """One arm of one front: the arrow of the median shift, the places of quantiles on the axis in per cent, the median in words."""

    kind: str
    arrow: str
    places: list[float]
    median: str


@dataclass(frozen=True)
class Front:
    """A front on the drawing: its dot, its number behind it, and the shifts of the arms."""

    label: str
    dot: Point
    number: Point
    shifts: list[Shift]


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
    """What the template draws; `data` is what the script moves arrows and rows by."""

    title: str
    width: float
    height: float
    lands: list[tuple[str, bool]]
    places: list[Place]
    fronts: list[Front]
    stretch: int
    scale_bar: float
    dates: list[str]
    ticks: list[Tick]
    zero: float
    words_at: float
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
    largest = float(np.abs(spread[..., 2]).max()) * ground.per_km
    stretch = max((factor for factor in FACTORS if factor * largest <= LONGEST), default=1)
    codes = [str(name) for name in data["front"].to_numpy()]
    called = json.loads(str(data.attrs.get("labels", "{}"))).get("front", {})
    bearing = np.radians(data["front_bearing"].to_numpy().astype(float))
    frames = [_frame(ground.place((lon[k], lat[k])), float(bearing[k])) for k in range(len(codes))]
    steps = np.round(spread / STEP_KM).astype("<i2")
    ends = (min(0.0, float(spread.min())), max(1.0, float(spread.max())))
    moves: dict[str, Any] = {
        "fronts": frames,
        "kinds": ["base" if one == result.base else "arm" for one in arms],
        "step": STEP_KM,
        "reach": stretch * ground.per_km,
        "axis": [MARGIN_PERCENT - _per_km(ends) * ends[0], _per_km(ends)],
        "dates": [format_date(str(day), short=True) for day in data["time"].to_numpy()],
    }
    lands, places = _ground(shape, ground)
    ends_km = STEP_KM * steps[:, -1].astype(float)
    names = [str(called.get(code, code)) for code in codes]
    fronts = [_front(name, frames[k], moves, ends_km[:, k], places) for k, name in enumerate(names)]
    title = _title(result, arms, names, ends_km[..., 2])
    return Map(
        title, WIDTH, ground.height, lands, places, fronts, stretch, 100 * ground.per_km, moves["dates"], axis(*ends),
        moves["axis"][0],
        _free_line([*((frame[0], frame[1]) for frame in frames), *((one.x, one.y) for one in places)], ground.height),
        moves | {"packed": packed(steps.tobytes())},
        csv_link(
            ("arm", "front", *(f"shift_km_q{round(100 * q):02d}" for q in QUANTILES)),
            [(one, code, *(round(float(x), 1) for x in spread[i, -1, k]))
             for i, one in enumerate(arms) for k, code in enumerate(codes)],
        ),
    )  # fmt: skip


def _free_line(points: Sequence[Point], height: float) -> float:
    """Return where on the left the words of what the map does not show begin, as far as can be from fronts and names."""

    def room(line: float) -> float:
        wide, above, below = WORDS
        return min(
            (math.hypot(max(0.0, x - wide), max(0.0, line - above - y, y - line - below)) for x, y in points),
            default=0.0,
        )

    return max(np.arange(26.0, max(height - 60.0, 27.0), 10.0).tolist(), key=room)


def _per_km(ends: tuple[float, float]) -> float:
    """Return per cent of the axis's width per km."""
    return (100 - 2 * MARGIN_PERCENT) / (ends[1] - ends[0])


def _frame(place: Point, bearing: float) -> list[float]:
    """Return x and y of a front's dot and the unit vector ahead (x, y) on the drawing."""
    return [round(place[0], 1), round(place[1], 1), round(math.sin(bearing), 3), round(-math.cos(bearing), 3)]


def _title(result: Result, arms: Sequence[str], names: Sequence[str], medians: Floats) -> str:
    """Return what is seen at the end: where the attacker gets further with the other arm, and where it is held back most.

    `medians` of the shift are in km, (arm, front).
    """
    attacker = result.names.attacker.name
    if len(arms) == 1:
        furthest = int(medians[0].argmax())
        return f"{attacker} gets furthest at {names[furthest]}: {medians[0, furthest]:.1f} km in the median war"
    more = medians[1] - medians[0]
    further = [name for name, one in zip(names, more, strict=True) if one >= STEP_KM / 2]
    where = f"At {len(further)} of {len(names)} fronts {attacker} gets further"
    if len(further) <= FEW:
        where = f"{f'Only at {format_list(further)}' if further else 'Nowhere'} does {attacker} get further"
    least = int(more.argmin())
    said = f"{where} in “{result.names.labels[arms[1]]}”"
    if more[least] > -STEP_KM / 2:
        return said
    return f"{said}; most is kept at {names[least]}: {medians[1, least]:.1f} km forward, not {medians[0, least]:.1f}"


def _number_at(frame: list[float], places: Sequence[Place]) -> Point:
    """Return where the number of a front stands: behind its dot, unless it would cover a name."""
    points = [_at(frame, ahead, side) for ahead, side in NUMBER_PLACES]
    return next((point for point in points if not any(_covers(point, one) for one in places)), points[0])


def _covers(point: Point, place: Place) -> bool:
    """Return whether a number's circle would touch the name of a place, or the dot of a town."""
    length = LETTER * len(place.name)
    left = place.x - length / 2 if place.kind == "country" else place.x - length - 5 if place.left else place.x - 3
    right = left + length + (0.0 if place.kind == "country" else 8.0)
    apart = max(left - point[0], point[0] - right, 0.0), max(abs(point[1] - place.y) - LINE / 2, 0.0)
    return math.hypot(*apart) < NUMBER_RADIUS


def _front(
    label: str, frame: list[float], moves: dict[str, Any], quantiles: Floats, places: Sequence[Place] = ()
) -> Front:
    """Return a front; `quantiles` of the shift are in km, (arm, quantile); its number keeps off the names of `places`."""
    kinds, (zero, per_km) = moves["kinds"], moves["axis"]
    number = _number_at(frame, places)
    return Front(
        label,
        (frame[0], frame[1]),
        (round(number[0], 1), round(number[1], 1)),
        [
            Shift(
                kind,
                arrow(frame, index, len(kinds), float(quantiles[index, 2]) * moves["reach"]),
                [round(zero + per_km * float(km), 2) for km in quantiles[index]],
                f"{quantiles[index, 2] + 0.0:.1f}",
            )
            for index, kind in enumerate(kinds)
        ],
    )


def arrow(frame: list[float], index: int, count: int, length: float) -> str:
    """Return the path of an arrow from beside a dot, ahead or back; one too short for a head has none. The script has a twin."""
    side = 0.0 if count == 1 else BESIDE * (2 * index - 1)
    shaft = _outline([_at(frame, 0.0, side), _at(frame, length, side)])
    if abs(length) < BARB:
        return shaft
    back = length - math.copysign(BARB, length)
    return shaft + _outline(
        [_at(frame, back, side - BARB / 2), _at(frame, length, side), _at(frame, back, side + BARB / 2)]
    )


def _at(frame: list[float], ahead: float, side: float) -> Point:
    x, y, east, south = frame
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
