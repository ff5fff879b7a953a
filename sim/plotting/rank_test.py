"""Simulation-based calibration: where true parameters fall among posterior draws."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.figure import Figure
from scipy.stats import chi2, norm

from sim.analysis.estimate import Estimate
from sim.plotting.frame.dots import Dots, Line, RowPanel, draw_rows
from sim.plotting.frame.palette import BLUE, DASHED, SOLID, Style

MOST = 20
"""Parameters shown."""


@dataclass(frozen=True)
class RankStudy:
    """What the ranks of true parameters say.

    Parameters
    ----------
    rows : sequence of mapping
        Of each parameter that the data move `parameter`, `bias` and `dispersion`; see `sim.workflows.rank_test`.
    tests : int
    source : str
    """

    rows: Sequence[Mapping[str, Any]]
    tests: int
    source: str


def of_account(account: Mapping[str, Any], source: str) -> RankStudy:
    """Return what the account of `sim calibrate --rank-test` holds."""
    return RankStudy(account["parameters"], int(account["tests"]), source)


def ranks(study: RankStudy) -> Figure | None:
    """Draw bias and dispersion of the ranks of each parameter, beside the band of an inversion that is right."""
    rows, tests = study.rows[:MOST], study.tests
    if not rows:
        return None
    level = norm.ppf(0.975)
    bias_band = Estimate(0.0, -level / tests**0.5, level / tests**0.5)
    low, high = ((chi2.ppf(q, tests) / tests) ** 0.5 for q in (0.025, 0.975))
    outside = sum(not low <= row["dispersion"] <= high or abs(row["bias"]) > bias_band.high for row in rows)
    dot = Style(BLUE, SOLID, "o")
    panels = [
        RowPanel("Where the truth lies", "mean of normal scores; right: 0",
                 [Dots(dot, [_point(row["bias"]) for row in rows])], [Line(0.0, DASHED)], shade=bias_band),
        RowPanel("How wide the posterior is", "root mean square; right: 1, too narrow: above",
                 [Dots(dot, [_point(row["dispersion"]) for row in rows])], [Line(1.0, DASHED)],
                 shade=Estimate(1.0, low, high)),
    ]  # fmt: skip
    return draw_rows(
        f"The method finds what made its data: {len(rows) - outside} of {len(rows)} parameters inside the band",
        f"{tests} data sets made with known parameters, half a year each; ranks of the true values among the posterior's "
        "draws. Grey: 95 % of inversions that are right. Parameters that the data move, the most moved first.",
        study.source, [str(row["parameter"]) for row in rows], panels, columns=2, row=0.22,
    )  # fmt: skip


def _point(value: float) -> Estimate:
    return Estimate(value, value, value)
