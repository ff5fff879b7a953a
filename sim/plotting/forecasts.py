"""What figures of forecasts share: coverage of intervals, histograms of ranks, skill against baseline forecasts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from sim.analysis.estimate import Estimate
from sim.analysis.scores.scores import Score, rank_histogram
from sim.plotting.frame.dots import Dots, Line, RowPanel, draw_panel
from sim.plotting.frame.page import TICK, label_x
from sim.plotting.frame.palette import DASHED, FAINT, INK, Style, style

BINS = 10


def draw_coverage(axes: Axes, rows: Mapping[str, Sequence[Score]], colours: Sequence[str], room: float) -> None:
    """Draw the share of windows inside the 50 % interval (hollow) and the 90 % interval (filled), a row per name."""
    dots = [
        Dots(Style(colour), [_share(scores[n], level) if n < len(scores) else None for scores in rows.values()],
             0.16 * (2 * n - len(colours) + 1), level == 0.5)
        for n, colour in enumerate(colours) for level in (0.5, 0.9)
    ]  # fmt: skip
    lines = [Line(level, DASHED, FAINT) for level in (0.5, 0.9)]
    draw_panel(axes, list(rows), RowPanel("", "share of windows", dots, lines, (-0.03, 1.03)), room)


def draw_ranks(axes: Axes, ranks: ArrayLike, label: str, colour: str = FAINT) -> None:
    """Draw a histogram of ranks beside what a right spread would give."""
    counts = rank_histogram(ranks, BINS)
    axes.bar((np.arange(BINS) + 0.5) / BINS, counts, width=0.9 / BINS, color=colour, gid="ranks")
    axes.axhline(counts.sum() / BINS, color=INK, linewidth=0.9, linestyle=DASHED)
    axes.set_xlim(0.0, 1.0)
    axes.set_xticks([0.0, 0.5, 1.0])
    label_x(axes, label)


def draw_skill(
    axes: Axes, scores: Sequence[Score], x: np.ndarray, baselines: Sequence[str], lowest: float, *, joined: bool
) -> None:
    """Draw the skill of each score against each baseline at the places `x`, joined by lines or beside each other.

    Skill below `lowest` is a triangle at the edge; the number of windows stands in small figures above.
    """
    found = np.array(
        [[skill_of(one.crps_4wk, one.baseline_crps.get(name, np.nan)) for one in scores] for name in baselines]
    )
    axes.axhline(0.0, color=INK, linewidth=1.0)
    for number, row in enumerate(found):
        look = baseline_style(number)
        place = x if joined else x + 0.12 * (number - 0.5 * (len(baselines) - 1))
        low = row < lowest
        axes.plot(place, np.where(low, np.nan, row), color=look.colour, linestyle=look.dash if joined else "none",
                  marker=look.marker, linewidth=1.3, markersize=4, gid="skill")  # fmt: skip
        axes.plot(place[low], np.full(low.sum(), lowest - 0.05), "v", color=look.colour, markersize=5, gid="below",
                  clip_on=False)  # fmt: skip
    axes.set_ylim(max(lowest - 0.1, float(np.nanmin(found, initial=-0.3)) - 0.1), 1.1)
    for place, one in zip(x, scores, strict=True):
        axes.annotate(f"{one.n_windows}", (place, 1.09), ha="center", va="top", fontsize=TICK - 0.5, color=FAINT)


def baseline_style(number: int) -> Style:
    """Return how a baseline forecast is drawn."""
    return style(number + 1)


def skill_of(mine: float, rival: float) -> float:
    """Return 1 − score / score of the rival; nan where the rival's is nothing."""
    return 1.0 - mine / rival if rival > 0 else float("nan")


def baseline_name(name: str | None) -> str:
    """Return the name of a baseline forecast as a reader would write it."""
    text = str(name).replace("_", " ")
    return f"{text} weeks" if text[-1:].isdigit() else text


def _share(score: Score, level: float) -> Estimate:
    inside = np.asarray(score.in_50 if level == 0.5 else score.in_90, dtype=float)
    share = float(np.nanmean(inside)) if np.isfinite(inside).any() else float("nan")
    return Estimate(share, share, share)
