"""The ground of a map: outlines and places from GeoJSON, projected for where the fronts are."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.patches import Polygon
from matplotlib.patheffects import withStroke
from numpy.typing import ArrayLike, NDArray

from sim.plotting.frame.palette import INK

WATER, LAND, DEFENDED, BORDER, NAME = "#e6edf2", "#f1efeb", "#fffdf5", "#8a8a8a", "#a8a29a"
MARGIN = 90.0  # km around the outermost fronts
SMALL = 6.8  # points

Ring = NDArray[np.float64]
Feature = dict[str, Any]


@dataclass(frozen=True)
class Map:
    """Outlines and places, and the projection that suits the fronts at (lon, lat) degrees.

    Lambert's conformal conic (Snyder 1987, USGS Professional Paper 1395, pp. 104-110) on the sphere, by pyproj; its
    standard parallels cut the latitudes of the fronts at a sixth and five sixths, so that scale is true to a few parts in a
    thousand there. Coordinates are km east and north of the middle of the fronts.
    """

    features: list[Feature]
    lon: Ring
    lat: Ring

    @cached_property
    def _projection(self) -> Any:
        from pyproj import Proj

        south, north = float(self.lat.min()), float(self.lat.max())
        sixth = max((north - south) / 6, 0.2)
        return Proj(
            proj="lcc", lat_1=south + sixth, lat_2=north - sixth + 0.01, lat_0=(south + north) / 2,
            lon_0=(float(self.lon.min()) + float(self.lon.max())) / 2, R=6371.0, units="m",
        )  # fmt: skip  # metres of a sphere whose radius is given in km are km

    def project(self, lon: ArrayLike, lat: ArrayLike) -> tuple[Ring, Ring]:
        """Return (x, y) in km."""
        x, y = self._projection(np.asarray(lon, dtype=float), np.asarray(lat, dtype=float))
        return np.asarray(x), np.asarray(y)

    def heading(self, lon: float, lat: float, bearing: float) -> tuple[float, float]:
        """Return the unit vector (x, y) on the map of a compass bearing in degrees at a place."""
        angle, step = np.radians(bearing), 1e-4
        x, y = self.project(
            [lon, lon + step * np.sin(angle) / np.cos(np.radians(lat))], [lat, lat + step * np.cos(angle)]
        )
        length = float(np.hypot(x[1] - x[0], y[1] - y[0]))
        return float(x[1] - x[0]) / length, float(y[1] - y[0]) / length

    @cached_property
    def window(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """West and east, south and north end of the map, in km."""
        x, y = self.project(self.lon, self.lat)
        return (x.min() - MARGIN, x.max() + MARGIN), (y.min() - MARGIN, y.max() + MARGIN)

    def outlines(self) -> Iterator[tuple[Feature, Ring]]:
        """Yield each ring with the properties of its feature: (point, [lon, lat]) in degrees."""
        for feature in self.features:
            shape = feature["geometry"]
            parts = {"Polygon": [shape["coordinates"]], "MultiPolygon": shape["coordinates"]}.get(shape["type"], [])
            for part in parts:
                for ring in part:
                    yield feature.get("properties") or {}, np.array(ring, dtype=np.float64)[:, :2]

    def draw(self, axes: Axes) -> None:
        """Draw water, land, borders and the names of countries and towns inside the window."""
        axes.set_facecolor(WATER)
        for properties, ring in self.outlines():
            own = bool(properties.get("defended"))
            axes.add_patch(
                Polygon(
                    np.column_stack(self.project(*ring.T)), facecolor=DEFENDED if own else LAND, zorder=1.0 + 0.2 * own,
                    edgecolor=INK if own else BORDER, linewidth=1.1 if own else 0.5, gid=f"country:{properties.get('name')}",
                )
            )  # fmt: skip
        (west, east), (south, north) = self.window
        for feature in self.features:
            properties = feature.get("properties") or {}
            if feature["geometry"]["type"] != "Point" or "name" not in properties:
                continue
            x, y = (float(value) for value in self.project(*feature["geometry"]["coordinates"][:2]))
            if not (west + 20 < x < east - 20 and south + 20 < y < north - 20):
                continue
            if properties.get("kind") == "country":
                axes.text(x, y, properties["name"], fontsize=10, color=NAME, ha="center", va="center", zorder=1.5)
                continue
            axes.plot([x], [y], "o", color=INK, markersize=2.4, zorder=6)
            left = properties.get("label") == "left" and x - west > 80  # room for the name
            axes.annotate(
                properties["name"], (x, y), (-4 if left else 4, 0), textcoords="offset points", fontsize=SMALL, color=INK,
                ha="right" if left else "left", va="center", zorder=6.1,
                path_effects=[withStroke(linewidth=2.0, foreground="white")],
            )  # fmt: skip
        axes.set_xlim(west, east)
        axes.set_ylim(south, north)
        axes.set_aspect("equal")
        axes.set_xticks([])
        axes.set_yticks([])
        axes.grid(False)
        axes.spines[:].set_visible(True)
        axes.spines[:].set_color(BORDER)


def map_of(data: xr.Dataset) -> Map | None:
    """Return the map of a result; None where its scenario names none, or no front has a place."""
    text = str(data.attrs.get("map", ""))
    lon, lat = (data[name].to_numpy().astype(float) for name in ("front_lon", "front_lat"))
    placed = np.isfinite(lon) & np.isfinite(lat)
    return Map(json.loads(text)["features"], lon[placed], lat[placed]) if text and placed.any() else None
