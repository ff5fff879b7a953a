"""The border on the map is the internationally recognised one."""

from __future__ import annotations

import numpy as np
import pytest

from sim.plotting.outline import inside, rings
from sim.plotting.projection import RADIUS, heading, project

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
def test_ukraine_holds(town: str) -> None:
    assert inside(*UKRAINIAN[town])
    assert not inside(*UKRAINIAN[town], country="RU")


@pytest.mark.parametrize("town", ELSEWHERE)
def test_ukraine_does_not_hold(town: str) -> None:
    assert not inside(*ELSEWHERE[town])


def test_russia_holds_its_own() -> None:
    assert inside(*ELSEWHERE["Rostov-on-Don"], country="RU")


def test_crimea_hangs_together_with_the_mainland() -> None:
    """One ring holds Kyiv and Simferopol, so no border is drawn across the isthmus."""
    from matplotlib.path import Path

    both = [r for r in rings()["UA"] if Path(r).contains_points([UKRAINIAN["Kyiv"], UKRAINIAN["Simferopol"]]).all()]
    assert len(both) == 1


def test_area_of_ukraine() -> None:
    """603 628 km2 by the official statistics, within 2 % for a simplified outline."""
    area = 0.0
    for ring in rings()["UA"]:
        x, y = project(ring[:, 0], ring[:, 1])
        area += 0.5 * abs(float(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1])))
    assert area == pytest.approx(603_628, rel=0.02)


def test_projection_keeps_distance_and_angle() -> None:
    """Along a standard parallel a degree is R cos(lat) long; due north is the meridian's direction."""
    (x1, y1), (x2, y2) = project(35.0, 45.5), project(35.01, 45.5)
    expected = RADIUS * np.cos(np.radians(45.5)) * np.radians(0.01)
    assert np.hypot(x2 - x1, y2 - y1) == pytest.approx(expected, rel=1e-6)
    for lon in (25.0, 33.0, 39.0):
        (x1, y1), (x2, y2) = project(lon, 48.0), project(lon, 48.01)
        step = np.array([x2 - x1, y2 - y1]) / np.hypot(x2 - x1, y2 - y1)
        assert step == pytest.approx(heading(lon, 0.0), abs=1e-6)
        assert heading(lon, 90.0)[0] > 0.98
