"""The claims as a strip: each estimate with its interval, beside the threshold that decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sim.analysis.verdicts.answers import Answer
from sim.analysis.verdicts.assessment import OUTSIDE, VERDICTS, Finding
from sim.analysis.verdicts.claim import CONTRADICTED, SUPPORTED, UNDECIDED
from sim.foundation.format import format_estimate, format_value
from sim.plotting import words
from sim.plotting.cast import Cast, gather
from sim.plotting.forest import Point, draw_points, frame
from sim.plotting.palette import FAINT, INK, Look
from sim.plotting.sheet import TICK, Layout, save, sheet

LOOKS = {
    SUPPORTED: Look("#0072B2", marker="o"),
    UNDECIDED: Look("#E69F00", marker="D"),
    CONTRADICTED: Look("#882255", marker="s"),
    OUTSIDE: Look("#6b6b6b", marker="X"),
}
"""Colours that stay apart for the colour-blind; the marker says the same."""

ROW = 0.3  # inch
STRIP = 3.0  # inch, the panel
ENDS = 1.12  # the farthest end of any row is at 1


def draw_to(
    answers: Sequence[Answer], datasets: Mapping[str, xr.Dataset], folder: Path, name: str = "claims"
) -> Path | None:
    """Draw the strip into `folder`, made if missing; None where no claim was played.

    Raises
    ------
    OSError
        If the folder cannot be written.
    """
    if not datasets:
        return None
    folder.mkdir(parents=True, exist_ok=True)
    return save(draw(answers, gather(datasets)), folder / f"{name}.png")


def draw(answers: Sequence[Answer], cast: Cast) -> Figure:
    """Draw one row a claim.

    Parameters
    ----------
    answers : sequence of Answer
    cast : Cast
        The results played, for the source lines.
    """
    shown = [verdict for verdict in VERDICTS if any(answer.verdict == verdict for answer in answers)]
    note = (
        "Each row is drawn on its own scale: 0 is the claim's threshold, right of it the claim's inequality holds, and the "
        "farthest end of the row's interval is at 1. The numbers, with units, the threshold and what would have happened "
        "anyway stand beside. Line: 90 % interval of the error, not the spread of single wars. A claim with several "
        "tests shows the one that decides. A claim on an amount must besides hold in two wars of three to be supported, in at "
        "most one to be contradicted."
    )
    layout = Layout(columns=1, panel=(STRIP, ROW * len(answers)), left=3.9, right=4.6, below=0.75)
    keys = [_key(verdict) for verdict in shown]
    page = sheet(cast, "The claims of the article beside their thresholds", note, [""], layout, keys)
    axes = page.panels[0]
    frame(axes, [f"{answer.id} {answer.says}" for answer in answers], 3.6)
    axes.set_xlim(-ENDS, ENDS)
    axes.set_xticks([-1, 0, 1])
    axes.set_xticklabels(["against\nthe claim", "threshold", "as\nclaimed"], fontsize=TICK)
    axes.axvline(0.0, color=INK, linewidth=1.0, zorder=1)
    for row, answer in enumerate(answers):
        _row(axes, row, answer)
    _heads(axes)
    return page.figure


def scaled(finding: Finding) -> tuple[float, float, float]:
    """Return (low, middle, high) of a row: distance from the threshold, claim's side positive, farthest end at 1."""
    if finding.bound is None or not np.isfinite(finding.estimate.value):
        return (np.nan, np.nan, np.nan)
    sign = 1.0 if finding.bound.above else -1.0
    ends = [sign * (x - finding.bound.threshold) for x in finding.estimate.as_list()]
    ends = [x if np.isfinite(x) else np.nan for x in ends]
    size = float(np.nanmax(np.abs(ends))) or 1.0
    low, middle, high = (x / size for x in (ends if sign > 0 else ends[::-1]))
    return low, middle, high


def _row(axes: Axes, row: int, answer: Answer) -> None:
    finding = answer.decisive
    low, middle, high = scaled(finding)
    if np.isfinite(middle):
        draw_points(axes, [Point(row, middle, low, high, LOOKS[answer.verdict])])
    else:
        reason = words.wrap(answer.reason, TICK - 0.5, STRIP - 0.2, most=2)
        axes.text(0.0, row, "\n".join(reason), fontsize=TICK - 0.5, color=FAINT, ha="center", va="center",
                  parse_math=False, bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.0})  # fmt: skip
        return
    assert finding.bound is not None
    side = ">" if finding.bound.above else "<"
    cells = [
        format_estimate(finding.estimate, finding.unit, chance=finding.is_chance),
        f"{side} {format_value(finding.bound.threshold, finding.unit, chance=finding.is_chance)}",
        format_value(finding.anyway, finding.unit, chance=finding.is_chance),
    ]
    for x, text in zip(_COLUMNS, cells, strict=True):
        _beside(axes, x, row, text, INK)


_COLUMNS = (0.12, 2.2, 3.35)  # inches right of the panel


def _heads(axes: Axes) -> None:
    for x, text in zip(_COLUMNS, ("estimate (90 % interval)", "holds if", "anyway"), strict=True):
        _beside(axes, x, -0.85, text, FAINT)


def _beside(axes: Axes, x: float, row: float, text: str, colour: str) -> None:
    """Write to the right of the panel, `x` inches from its edge."""
    axes.text(ENDS + x * 2 * ENDS / STRIP, row, text, fontsize=TICK, color=colour, va="center", parse_math=False)


def _key(verdict: str) -> Line2D:
    look = LOOKS[verdict]
    return Line2D([], [], color=look.colour, marker=look.marker, linewidth=2.4, markersize=5, label=verdict)
