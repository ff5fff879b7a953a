"""The figures of a factorial and of dose curves, written to a folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import xarray as xr
from matplotlib.figure import Figure

from sim.plotting import arm_matrix, dose_curves, interactions, pair_effects, shapley_bars
from sim.plotting.cast import Cast
from sim.plotting.sheet import save

FACTORIAL = {
    "factorial_shapley": shapley_bars,
    "factorial_interaction": interactions,
    "factorial_pairs": pair_effects,
    "factorial_matrix": arm_matrix,
}
DOSES = {"dose_curves": dose_curves}


def draw_all(
    table: xr.Dataset, summary: dict[str, Any], folder: Path, progress: Callable[[str], None] | None = None
) -> list[Path]:
    """Draw every figure of a factorial or of dose curves as PNG, and return the files.

    Parameters
    ----------
    table : Dataset
        One number a war; its attributes are the source line.
    summary : dict
        From `sim.analysis.statistics.factorial.analyse` or `sim.analysis.statistics.doses.analyse_doses`.
    folder : Path
        Made if missing.
    progress : callable, optional
        Told the name of each file when it is written.

    Raises
    ------
    OSError
        If the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, figure in figures(table, summary):
        written.append(save(figure, folder / f"{name}.png"))
        if progress is not None:
            progress(f"{name}.png")
    return written


def figures(table: xr.Dataset, summary: dict[str, Any]) -> Iterator[tuple[str, Figure]]:
    """Yield (name, figure), leaving out what no war is long enough for."""
    kinds: dict[str, Any] = FACTORIAL if summary["kind"] == "factorial" else DOSES
    cast = Cast({summary["kind"]: table}, (), summary["interval"])
    for name, module in kinds.items():
        figure = module.draw(cast, summary)
        if figure is not None:
            yield name, figure
