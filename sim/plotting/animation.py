"""The map of the fronts as it goes by week: one picture of the gallery per frame, in a GIF that any page or message shows."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from sim.analysis.result import Result
from sim.foundation.errors import UserError
from sim.foundation.files import replacing
from sim.plotting.frame.arms import Arms
from sim.plotting.frame.page import picture, raster_dpi
from sim.plotting.front_map import front_map
from sim.plotting.gallery import NEEDS

FRAMES = 27
"""At most: every second week of a year."""
SHOWN_MS, LAST_MS = 220, 2500
"""How long a frame and the last one stand."""


def animate_map(
    result: Result, file: Path, size: str = "page", pixels: int | None = None, arms: Sequence[str] = ()
) -> Path:
    """Draw the map at the start and at up to `FRAMES` weeks to the end into a GIF that repeats; return the file.

    Parameters
    ----------
    result : Result
    file : Path
    size : str
        As for `sim.plotting.gallery.figure`.
    pixels : int, optional
        Width; by default that of the page.
    arms : sequence of str
        As for `sim.plotting.gallery.figure`.

    Raises
    ------
    UserError
        If the result has no map, or one point in time only.
    """
    every = Arms.of(result).only(arms)
    weeks = int(result.data.sizes["time"])
    if not every.has(*NEEDS["map"]) or weeks < 2:
        raise UserError(["the figure 'map' shows nothing here: the result lacks what it needs"])
    chosen = every.fewer() if size == "card" and not arms else every
    shown = np.unique(np.linspace(0, weeks - 1, min(FRAMES, weeks)).round().astype(int)).tolist()
    frames = []
    for week in shown:
        figure = front_map(chosen, week)
        if figure is None:
            raise UserError(["the figure 'map' shows nothing here: no front has a place"])
        frames.append(picture(figure, raster_dpi(figure, pixels)).quantize(256))
    times = [SHOWN_MS] * (len(frames) - 1) + [LAST_MS]
    with replacing(file) as part:
        frames[0].save(
            part, format="GIF", save_all=True, append_images=frames[1:], duration=times, loop=0, optimize=True
        )
    return file
