"""Claims as a strip: each estimate with its interval, beside the threshold that decides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.analysis import restore
from sim.analysis.estimate import Estimate
from sim.analysis.verdicts.answers import Answer
from sim.analysis.verdicts.assessment import OUTSIDE, VERDICTS, Finding
from sim.analysis.verdicts.claim_verdict import CONTRADICTED, SUPPORTED, UNDECIDED
from sim.foundation.format import format_count, format_estimate, format_list, format_value
from sim.plotting.frame.dots import Dots, Line, RowPanel, draw_panel
from sim.plotting.frame.page import TICK, Grid, inches, key, on_card, page
from sim.plotting.frame.palette import AMBER, BLUE, FAINT, INK, PURPLE, SOLID, Style
from sim.plotting.frame.statements import Title
from sim.plotting.frame.text import wrap

STYLES = {
    SUPPORTED: Style(BLUE, marker="o"),
    UNDECIDED: Style(AMBER, marker="D"),
    CONTRADICTED: Style(PURPLE, marker="s"),
    OUTSIDE: Style(FAINT, marker="X"),
}
"""Colours that stay apart for the colour-blind; the marker says the same."""

ROW = 0.3  # inch
STRIP, NAMES = (3.0, 1.5), (3.6, 3.4)  # inch, on a page and on a card
COLUMNS = (0.12, 2.2, 3.35)  # inches right of the panel
ENDS = 1.12  # the farthest end of any row is at 1


@dataclass(frozen=True)
class Claims:
    """Answers to claims, and what they rest on; an empty text where no claim was played."""

    answers: Sequence[Answer]
    source: str


def of_account(account: Sequence[Mapping[str, Any]], source: str) -> Claims:
    """Return what the account of `sim claims` holds."""
    return Claims([restore.answer(one) for one in account], source)


def strip(claims: Claims) -> Figure | None:
    """Draw one row per claim, in units of its own interval from the threshold; None where no claim was played."""
    if not claims.source:
        return None
    answers, (width, room) = claims.answers, (ends[on_card()] for ends in (STRIP, NAMES))
    sheet = page(
        _count(answers),
        "The line in the middle is each claim's threshold; right of it the claim's inequality holds. Rows differ in unit, so "
        "each is drawn in units of its own distance: the farthest end of its interval is at the edge, and lengths of different "
        "rows must not be compared. The numbers, with units, the threshold and what would have happened anyway stand beside. "
        "Line: 90 % interval of the error, not the spread of single replicates. A claim with several tests shows the one that "
        "decides. A claim on an amount must besides hold in two replicates of three to be supported, in at most one to be "
        "contradicted.",
        claims.source, [""],
        Grid(1, (width, ROW * len(answers)), left=room + 0.3, right=4.4, below=0.75),
        [key(word, STYLES[word].colour, STYLES[word].marker, SOLID, width=2.4)
         for word in VERDICTS if any(answer.verdict == word for answer in answers)],
    )  # fmt: skip
    axes = sheet.panels[0]
    dots = [
        Dots(STYLES[one.verdict], [scaled(one.decisive) if one is mine else None for mine in answers])
        for one in answers
    ]
    too_short = [
        "" if scaled(one.decisive).known else wrap(one.reason, TICK - 0.5, width - 0.2, most=2) for one in answers
    ]
    panel = RowPanel("", "", dots, [Line(0.0, SOLID, INK)], (-ENDS, ENDS), inside=too_short)
    draw_panel(axes, [f"{answer.id} {answer.says}" for answer in answers], panel, room)
    axes.set_xticks([-1, 0, 1], ["against\nthe claim", "threshold", "as\nclaimed"], fontsize=TICK)
    _beside(axes, -0.85, ("estimate (90 % interval)", "holds if", "anyway"), FAINT)
    for row, finding in enumerate(answer.decisive for answer in answers):
        if finding.bound is not None and scaled(finding).known:
            side, chance = ">" if finding.bound.above else "<", finding.is_chance
            threshold = format_value(finding.bound.threshold, finding.unit, chance=chance)
            estimate = format_estimate(finding.estimate, finding.unit, chance=chance)
            _beside(
                axes, row, (estimate, f"{side} {threshold}", format_value(finding.anyway, finding.unit, chance=chance))
            )
    return sheet.figure


def _count(answers: Sequence[Answer]) -> Title:
    """Return a title that counts the verdicts."""
    found = Counter(answer.verdict for answer in answers)
    counts = [f"{found[word]} {word}" for word in VERDICTS if found[word]]
    return [f"Of {format_count(len(answers), 'claim')} {format_list(counts)}", "The claims beside their thresholds"]


def scaled(finding: Finding) -> Estimate:
    """Return the distance from the threshold, the claim's side positive, the farthest finite end at 1."""
    nothing = Estimate(np.nan, np.nan, np.nan)
    if finding.bound is None or not finding.estimate.known:
        return nothing
    sign = 1.0 if finding.bound.above else -1.0
    ends = np.array([sign * (x - finding.bound.threshold) for x in finding.estimate.as_list()])
    ends = np.where(np.isfinite(ends), ends, np.nan)[:: 1 if sign > 0 else -1]
    low, middle, high = (float(x) for x in ends / (np.nanmax(np.abs(ends)) or 1.0))
    return Estimate(middle, low, high)


def _beside(axes: Axes, row: float, texts: Sequence[str], colour: str = INK) -> None:
    """Write to the right of the panel."""
    width = inches(axes)[0]
    for x, text in zip(COLUMNS, texts, strict=True):
        axes.text(ENDS + x * 2 * ENDS / width, row, text, fontsize=TICK, color=colour, va="center", parse_math=False)
