"""Russian losses forecast from rolling origins, on the scale of the claims, beside what was claimed."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from sim.analysis.scores.scores import WINDOW, fourweek_sums, pool
from sim.plotting import words
from sim.plotting.bands import Fan, fan
from sim.plotting.hindcasts import LEVEL, Forecasts, columns_of, fan_panel, legend_of, make_page, of_column, plain
from sim.plotting.sheet import Layout, measure

Array = NDArray[np.float64]
THOUSAND = 1e-3


def losses(forecasts: Forecasts, source: str) -> Figure:
    """Draw four-week Russian losses from every origin, one panel an origin, both columns of inputs.

    Parameters
    ----------
    forecasts : sequence of dict
        As for the other figures of a hindcast, each with ``claimed`` (member, week) in persons and its score ``losses``.
    source : str
        What the figure rests on, for its foot.
    """
    origins = sorted({one["origin"] for one in forecasts})
    panels = [
        [one for c in columns_of(forecasts) for one in of_column(forecasts, c) if one["origin"] == o] for o in origins
    ]
    page = make_page(
        "Russian losses in four weeks: forecast on the scale of the claims, and claimed",
        f"Killed and wounded. {_told(forecasts)} Black: what the Ukrainian General Staff claimed - a claim, not a count - its "
        "months spread evenly over their days. Forecasts are the model's casualties over the factor between truth and claim, which "
        "the calibration draws. Filled: inputs as expected on the day (median, 50 % and 90 % intervals); dashed: as they turned "
        "out (median and ends of the 90 % interval).",
        [f"{words.date(str(o))}: {_held(ones)}" for o, ones in zip(origins, panels, strict=True)],
        Layout(columns=3, panel=(2.9, 1.8), gap=0.6),
        source,
        [Line2D([], [], color="black", linewidth=1.7, label="claimed"), *legend_of(forecasts)[1:]],
    )
    for place, (axes, ones) in enumerate(zip(page.panels, panels, strict=True)):
        score = ones[0]["losses"]
        fan_panel(axes, [_band(one) for one in ones], score.end, THOUSAND * score.observed)
        axes.set_ylim(bottom=0.0)
        if place % 3 == 0:
            measure(axes, "losses in four weeks, thousand")
    return page.figure


def _band(one: dict[str, Any]) -> Fan:
    """Return the fan of four-week sums, thousand persons, (window,)."""
    windows = len(one["losses"].observed)
    return fan(THOUSAND * fourweek_sums(one["claimed"][:, : windows * WINDOW], axis=1), LEVEL)


def _held(ones: list[dict[str, Any]]) -> str:
    """Return how many windows the 90 % intervals held, by column."""
    held = " and ".join(f"{int(np.nansum(one['losses'].in_90))}" for one in ones)
    return f"{held} of {ones[0]['losses'].n_windows} inside"


def _told(forecasts: Forecasts) -> str:
    """Return the pooled skill in a sentence a column."""
    parts = []
    for column in columns_of(forecasts):
        score = pool([one["losses"] for one in of_column(forecasts, column)])
        parts.append(
            f"Inputs {column}: skill {score.skill:+.2f} ± {score.skill_se:.2f} against {plain(score.best_baseline)}, the naive "
            "forecast that was best."
        )
    return " ".join(parts) + " Heads: origin, and windows inside the 90 % interval, in the order of the columns."
