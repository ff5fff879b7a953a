"""All figures of one or several results, written to a folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import ModuleType

import xarray as xr
from matplotlib.figure import Figure

from sim.plotting import (
    aid,
    beliefs,
    differences,
    fans,
    fires,
    front_map,
    fronts,
    manpower,
    milestones,
    monthly,
    outcomes,
    strikes,
)
from sim.plotting.cast import Cast, gather
from sim.plotting.sheet import save

KINDS: dict[str, ModuleType] = {
    "net_km2": fans,
    "difference": differences,
    "difference_milestones": milestones,
    "monthly_gain": monthly,
    "outcomes": outcomes,
    "fronts": fronts,
    "manpower": manpower,
    "fires_and_stocks": fires,
    "aid": aid,
    "strikes": strikes,
    "beliefs": beliefs,
}
"""File name (without ending) and the module that draws it, in the order in which they are best read."""


def draw_all(
    datasets: Mapping[str, xr.Dataset], folder: Path, progress: Callable[[str], None] | None = None
) -> list[Path]:
    """Draw every kind of figure for one or several results, and write them as PNG.

    Parameters
    ----------
    datasets : mapping of str to xarray.Dataset
        Results by a short key; where arms of several results share a name, the key stands before it on the
        figures.
    folder : Path
        Where the files go; made if missing, and files of the same names are replaced.
    progress : callable, optional
        Told the name of each file when it is written.

    Returns
    -------
    list of Path
        The files written. A figure is left out where a variable it needs is missing from a result, or where
        there is nothing to show (the difference to base of the base alone).

    Raises
    ------
    ValueError
        If there is no result, or an empty one.
    OSError
        If the folder cannot be written.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, figure in figures(gather(datasets)):
        written.append(save(figure, folder / f"{name}.png"))
        if progress is not None:
            progress(f"{name}.png")
    return written


def figures(cast: Cast) -> Iterator[tuple[str, Figure]]:
    """Yield (name, figure) one after the other, so that only one is in memory."""
    for name, module in KINDS.items():
        if cast.has(*module.NEEDS):
            figure = module.draw(cast)
            if figure is not None:
                yield name, figure
    if not cast.has(*front_map.NEEDS):
        return
    for place, entry in enumerate(front_map.mapped(cast)):
        figure = front_map.draw(cast, entry)
        if figure is not None:
            yield ("map", "map_compared")[place], figure
