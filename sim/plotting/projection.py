"""Lambert's conformal conic projection of the sphere, for Ukraine.

Source: Snyder 1987, *Map projections: a working manual*, USGS Professional Paper 1395, pp. 104-107, equations
15-1 to 15-5.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

RADIUS = 6371.0  # km, mean radius of the Earth
_FIRST, _SECOND = (
    np.radians(45.5),
    np.radians(51.5),
)  # standard parallels: scale true there, within 0.2 % between
_LON0, _LAT0 = np.radians(33.0), np.radians(48.5)  # centre of the sheet


def _tangent(lat: NDArray[np.float64] | float) -> NDArray[np.float64]:
    return np.asarray(np.tan(np.pi / 4 + np.asarray(lat) / 2), dtype=np.float64)


_N = float(np.log(np.cos(_FIRST) / np.cos(_SECOND)) / np.log(_tangent(_SECOND) / _tangent(_FIRST)))
_F = float(np.cos(_FIRST) * _tangent(_FIRST) ** _N / _N)
_RHO0 = float(RADIUS * _F / _tangent(_LAT0) ** _N)


def project(lon: ArrayLike, lat: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return (x, y) in km, east and north of 33 E, 48.5 N, for longitudes and latitudes in degrees."""
    rho = RADIUS * _F / _tangent(np.radians(np.asarray(lat, dtype=np.float64))) ** _N
    theta = _N * (np.radians(np.asarray(lon, dtype=np.float64)) - _LON0)
    return rho * np.sin(theta), _RHO0 - rho * np.cos(theta)


def heading(lon: float, bearing: float) -> tuple[float, float]:
    """Return the unit vector (x, y) on the sheet of a compass bearing in degrees at a longitude.

    North leans by the convergence of the meridians, n (lon - lon0).
    """
    angle = np.radians(bearing) - _N * (np.radians(lon) - _LON0)
    return float(np.sin(angle)), float(np.cos(angle))


def point(lon: float, lat: float) -> tuple[float, float]:
    """Return `project` for one place, as plain numbers."""
    x, y = project(lon, lat)
    return float(x), float(y)
