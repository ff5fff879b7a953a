"""Forecasts beside what was observed: fans, coverage and rank histogram, skill by horizon against baseline forecasts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import xarray as xr
from matplotlib.figure import Figure

from sim.analysis.estimate import Estimate
from sim.analysis.result import Result
from sim.analysis.scores.scores import Score, by_lead, pool
from sim.analysis.scores.verification import Compared, Verification
from sim.analysis.sources import CAUTION
from sim.foundation.format import format_number, format_percent
from sim.plotting.forecasts import baseline_name, baseline_style, draw_coverage, draw_ranks, skill_of
from sim.plotting.frame.arms import Arms
from sim.plotting.frame.bands import fan
from sim.plotting.frame.multiples import Curve, TimePanel, draw_multiples
from sim.plotting.frame.page import TICK, Grid, band_key, interval, key, label_x, label_y, page, style_key
from sim.plotting.frame.palette import FAINT, INK, SOLID
from sim.plotting.frame.statements import Title, signed
from sim.plotting.frame.text import widest


@dataclass(frozen=True)
class ScoreStudy:
    """A forecast, and how it fared."""

    found: Verification
    result: Result | xr.Dataset

    @property
    def arms(self) -> Arms:
        """The arms of the forecast; the first is judged."""
        return Arms.of(self.result)

    @property
    def source(self) -> str:
        """What the figures rest on; the caution does not deny that something observed is shown."""
        return self.arms.source.replace(CAUTION, "Simulated under the scenario's assumptions; observations as named.")

    def label(self, name: str) -> str:
        """Return what to call the total or a front."""
        return "Total" if name == "total" else self.arms.along("front").get(name, name)


def total(study: ScoreStudy) -> Figure | None:
    """Draw cumulative gain in total, forecast and observed."""
    return _courses(study, {"": study.found.total})


def by_axis(study: ScoreStudy) -> Figure | None:
    """Draw cumulative gain by front, each panel on its own scale: fronts differ a hundredfold."""
    return _courses(study, {study.label(name): one for name, one in study.found.by_axis.items()})


def calibration(study: ScoreStudy) -> Figure | None:
    """Draw the coverage of the 50 % and 90 % intervals by row, and the rank histograms of the total and of the rest."""
    scores = {"total": study.found.total.score, **{name: one.score for name, one in study.found.by_axis.items()}}
    rows: dict[str, list[Score]] = {study.label(name): [one] for name, one in scores.items() if one.n_windows}
    if not rows:
        return None
    first, *rest = [one for (one,) in rows.values()]
    room = widest(rows, TICK, 2.2)
    inside = f"{format_percent(first.coverage_90)} of {first.n_windows} windows"
    sheet = page(
        [f"90 % intervals of {next(iter(rows))} held {inside}", "Are the intervals as wide as they should be?"],
        "Four-week sums. Open: 50 % interval, filled: 90 % interval; the lines show where they should lie. Ranks: place of the "
        "observation among the replicates; flat if the spread is right, high at both ends if it is too narrow, high at one end "
        f"if forecasts lean to a side. {next(iter(rows))}: {first.n_windows} windows.",
        study.source,
        ["Share of windows inside the intervals", f"Ranks: {next(iter(rows))}", *(["Ranks: all other rows"] if rest else [])],
        Grid(3, (2.5, max(1.5, 0.2 * len(rows))), left=room + 0.3),
    )  # fmt: skip
    draw_coverage(sheet.panels[0], rows, [INK], room)
    for axes, one in zip(sheet.panels[1:], [first, *([pool(rest)] if rest else [])], strict=True):
        draw_ranks(axes, one.rank, "place among the replicates")
    return sheet.figure


def skill(study: ScoreStudy) -> Figure:
    """Draw the mean score of the forecast and of each baseline by weeks ahead, and the skill against the best."""
    score, base = study.found.total.score, study.arms.base
    leads = {lead: one for lead, one in by_lead(score).items() if one.n_windows}
    best = score.best_baseline
    overall = ""
    if best and np.isfinite(score.skill):
        overall = (
            f" Over all {score.n_windows} windows: skill {format_number(score.skill, 2, signed=True)} ± "
            f"{format_number(score.skill_se, 2)} (standard error)."
        )
    heads = ["Score (CRPS) of four-week sums: lower is better"]
    heads += [f"Skill against {baseline_name(best)}: above zero is better"] if best else []
    plain = "Forecast and baseline forecasts by weeks ahead"
    title: Title = plain
    if best and np.isfinite(score.skill) and np.isfinite(score.skill_se):
        reach = 1.645 * score.skill_se
        gained = Estimate(score.skill, score.skill - reach, score.skill + reach)
        other = baseline_name(best)
        title = [signed(gained, f"The forecast scores better than {other}", f"The forecast scores worse than {other}",
                        f"The forecast and {other} cannot be told apart"), plain]  # fmt: skip
    sheet = page(
        title,
        f"Each point is the mean over the windows that end so many weeks after their origin.{overall}", study.source, heads,
        Grid(2, (3.3, 2.4), gap=0.8),
        [style_key(base.label, base.style, dots=True),
         *(style_key(baseline_name(name), baseline_style(n), dots=True) for n, name in enumerate(score.baselines))],
    )  # fmt: skip
    x, mine, upper = list(leads), {"color": base.style.colour, "linewidth": 2.0, "marker": "o"}, sheet.panels[0]
    for n, name in enumerate(score.baselines):
        look, y = baseline_style(n), [one.baseline_crps[name] for one in leads.values()]
        upper.plot(x, y, color=look.colour, linestyle=look.dash, marker=look.marker, markersize=3, linewidth=1.1)
    upper.plot(x, [one.crps_4wk for one in leads.values()], markersize=3.5, gid="forecast", **mine)  # type: ignore[arg-type]
    upper.set_ylim(bottom=0.0)
    label_y(upper, "mean CRPS, km²")
    if best:
        lower, y = sheet.panels[1], [skill_of(one.crps_4wk, one.baseline_crps[best]) for one in leads.values()]
        lower.axhline(0.0, color=FAINT, linewidth=0.8)
        lower.plot(x, y, markersize=3.5, gid="skill", **mine)  # type: ignore[arg-type]
        lower.set_ylim(max(-2.0, min([-0.2, *(v for v in y if np.isfinite(v))]) - 0.1), 1.05)
        label_y(lower, "skill (1 is perfect)")
    for axes in sheet.panels:
        label_x(axes, "weeks ahead")
    return sheet.figure


def _ends(members: npt.NDArray[np.float64], level: float) -> tuple[float, float]:
    """Return the ends of the interval of the sum over all weeks, from weekly gains (replicate, week)."""
    low, high = np.quantile(members.sum(axis=1), [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def _courses(study: ScoreStudy, compared: Mapping[str, Compared]) -> Figure | None:
    """Draw forecast and observed, one panel per course; those without a week are left out, None where all are."""
    arms, base = study.arms, study.arms.base
    panels = []
    for head, one in compared.items():
        if not len(one.weeks.ends):
            continue
        time = np.concatenate([one.weeks.starts[:1], one.weeks.ends])
        members = np.concatenate([np.zeros((len(one.members), 1)), one.members.cumsum(axis=1)], axis=1)
        seen = np.concatenate([[0.0], one.weeks.gain.cumsum()])
        curve = Curve(time, fan(members, arms.level), base.style, name=base.name)
        panels.append(TimePanel(head, "net gain", "km²", [curve], observed=(time, seen)))
    if not panels:
        return None
    ends = [(one.weeks.gain.sum(), _ends(one.members, arms.level)) for one in compared.values() if len(one.weeks.ends)]
    held = sum(bool(low <= seen <= high) for seen, (low, high) in ends)
    where = f"{'inside' if held else 'outside'} the {interval(arms.level)}"
    where = where if len(ends) == 1 else f"inside for {held} of {len(ends)} fronts"
    attacker = arms.names.attacker.name
    return draw_multiples(
        [f"Net gain of {attacker}: at the end what was observed lies {where}",
         f"Net gain of {attacker} since the origin: forecast and observed"],
        f"Line: median; dark band: 50 % interval; light band: {interval(arms.level)} of the replicates. Black: observed on the "
        "map; it stops where a week was not observed." + (" Each panel has its own scale." if len(panels) > 1 else ""),
        study.source, panels, columns=4, size=(2.3, 1.4),
        keys=[style_key(base.label, base.style), key("observed", "black", dash=SOLID), band_key(arms.level)],
    )  # fmt: skip
