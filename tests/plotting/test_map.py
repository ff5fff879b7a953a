"""The border on the map is the internationally recognised one."""

from __future__ import annotations

import json
import pathlib
from itertools import pairwise
from types import ModuleType

import numpy as np
import pytest
from matplotlib.path import Path
from PIL import Image, ImageChops

from sim.analysis.result import Result
from sim.foundation.errors import UserError
from sim.plotting.animation import animate_map
from sim.plotting.frame.arms import Arms
from sim.plotting.frame.map import Map, map_of
from sim.plotting.frame.page import save
from sim.plotting.front_map import front_map

RADIUS = 6371.0


@pytest.fixture(scope="module")
def ground(made: ModuleType) -> Map:
    found = map_of(made.synthetic({"base": "Base"}, replicates=1, weeks=1))
    assert found is not None
    return found


def rings(ground: Map, country: str) -> list[np.ndarray]:
    return [ring for properties, ring in ground.outlines() if properties["name"] == country]


def inside(ground: Map, lon: float, lat: float, country: str = "Ukraine") -> bool:
    return sum(Path(ring).contains_point((lon, lat)) for ring in rings(ground, country)) % 2 == 1


UKRAINIAN = {
    "Simferopol": (34.10, 44.95),
    "Sevastopol": (33.52, 44.60),
    "Kerch": (36.47, 45.36),
    "Armiansk": (33.69, 46.10),
    "Donetsk": (37.80, 48.01),
    "Luhansk": (39.31, 48.57),
    "Mariupol": (37.55, 47.10),
    "Kherson": (32.62, 46.64),
    "Kyiv": (30.52, 50.45),
    "Uzhhorod": (22.29, 48.62),
}
ELSEWHERE = {
    "Rostov-on-Don": (39.70, 47.23),
    "Taganrog": (38.90, 47.24),
    "Taman": (36.72, 45.21),
    "Belgorod": (36.59, 50.60),
    "Kursk": (36.19, 51.73),
    "Tiraspol": (29.60, 46.84),
    "Black Sea": (32.00, 45.00),
}


@pytest.mark.parametrize("town", UKRAINIAN)
def test_ukraine_holds(ground: Map, town: str) -> None:
    assert inside(ground, *UKRAINIAN[town])
    assert not inside(ground, *UKRAINIAN[town], country="Russia")


@pytest.mark.parametrize("town", ELSEWHERE)
def test_ukraine_does_not_hold(ground: Map, town: str) -> None:
    assert not inside(ground, *ELSEWHERE[town])


def test_russia_holds_its_own(ground: Map) -> None:
    assert inside(ground, *ELSEWHERE["Rostov-on-Don"], country="Russia")


def test_crimea_hangs_together_with_the_mainland(ground: Map) -> None:
    """One ring holds Kyiv and Simferopol, so no border is drawn across the isthmus."""
    both = [
        r
        for r in rings(ground, "Ukraine")
        if Path(r).contains_points([UKRAINIAN["Kyiv"], UKRAINIAN["Simferopol"]]).all()
    ]
    assert len(both) == 1


def test_area_of_ukraine(ground: Map) -> None:
    """603 628 km2 by the official statistics, within 2 % for a simplified outline."""
    area = 0.0
    for ring in rings(ground, "Ukraine"):
        x, y = ground.project(ring[:, 0], ring[:, 1])
        area += 0.5 * abs(float(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1])))
    assert area == pytest.approx(603_628, rel=0.02)


def test_projection_keeps_distance_and_angle(ground: Map) -> None:
    """Near the standard parallels a degree is R cos(lat) long; due north is the meridian's direction."""
    south, north = ground.lat.min(), ground.lat.max()
    for lat in (south + (north - south) / 6, north - (north - south) / 6):
        (x1, x2), (y1, y2) = ground.project([36.0, 36.01], [lat, lat])
        expected = RADIUS * np.cos(np.radians(lat)) * np.radians(0.01)
        assert np.hypot(x2 - x1, y2 - y1) == pytest.approx(expected, rel=1e-4)
    for lon in (33.0, 36.0, 39.0):
        (x1, x2), (y1, y2) = ground.project([lon, lon], [48.0, 48.01])
        step = np.array([x2 - x1, y2 - y1]) / np.hypot(x2 - x1, y2 - y1)
        assert step == pytest.approx(ground.heading(lon, 48.0, 0.0), abs=1e-4)
        assert ground.heading(lon, 48.0, 90.0)[0] > 0.98


def test_the_map_named_by_a_result_is_drawn(made: ModuleType) -> None:
    square = {"type": "Polygon", "coordinates": [[[30, 45], [40, 45], [40, 52], [30, 52], [30, 45]]]}
    text = json.dumps({"features": [{"type": "Feature", "properties": {"name": "Land"}, "geometry": square}]})
    found = map_of(made.synthetic({"base": "Base"}, replicates=1, weeks=1).assign_attrs(map=text))
    assert found is not None
    assert [properties["name"] for properties, _ in found.outlines()] == ["Land"]


def test_a_world_without_a_map_has_none_drawn(made: ModuleType) -> None:
    data = made.synthetic({"base": "Base"}, replicates=1, weeks=1)
    assert map_of(data.assign_attrs(map="")) is None
    assert front_map(Arms.of(data.assign_attrs(map=""))) is None
    assert front_map(Arms.of(data)) is not None


def test_the_map_moves_from_the_start_to_the_end(made: ModuleType, tmp_path: pathlib.Path) -> None:
    data = made.synthetic({"base": "Base", "other": "Other"}, replicates=3, weeks=4)
    file = animate_map(Result(data), tmp_path / "map.gif", "card", 600)
    with Image.open(file) as moving:
        assert getattr(moving, "n_frames", 1) == 5
        assert moving.width == 600
        frames = [seek(moving, k) for k in range(5)]
    assert all(ImageChops.difference(one, two).getbbox() for one, two in pairwise(frames))
    last = front_map(Arms.of(data))
    assert last is not None
    still = save(last, tmp_path, "map", ("png",), 600)[0]
    apart = ImageChops.difference(frames[-1], Image.open(still).convert("RGB"))
    assert np.asarray(apart).mean() < 0.5, "the last frame is the map of the gallery, up to its 256 colours"


def seek(moving: Image.Image, frame: int) -> Image.Image:
    moving.seek(frame)
    return moving.convert("RGB")


def test_every_week_is_drawn_on_the_axes_of_the_end(made: ModuleType) -> None:
    arms = Arms.of(made.synthetic({"base": "Base", "other": "Other"}, replicates=3, weeks=4))
    figures = [front_map(arms, week) for week in (0, 2, -1)]
    limits = [[axes.get_xlim() for axes in figure.axes] for figure in figures if figure is not None]
    assert len(limits) == 3
    assert limits[0] == limits[1] == limits[2]


def test_without_a_map_nothing_moves(made: ModuleType, tmp_path: pathlib.Path) -> None:
    data = made.synthetic({"base": "Base"}, replicates=1, weeks=1)
    with pytest.raises(UserError, match="no front has a place"):
        animate_map(Result(data.assign_attrs(map="")), tmp_path / "map.gif")
    assert not list(tmp_path.iterdir())
