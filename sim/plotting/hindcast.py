"""Hindcasts: forecasts from rolling origins beside what happened, with the misses as visible as the hits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from sim.analysis.estimate import Estimate
from sim.analysis.scores.halt_forecasts import Halt
from sim.analysis.scores.scores import WINDOW, Score, by_lead, fourweek_sums, pool
from sim.foundation.format import format_date, format_number, format_percent
from sim.plotting.forecasts import baseline_name, baseline_style, draw_coverage, draw_ranks, draw_skill
from sim.plotting.frame.bands import Array, fan
from sim.plotting.frame.dates import day_of, days, mark_dates, time_axis
from sim.plotting.frame.dots import Dots, RowPanel, draw_rows
from sim.plotting.frame.multiples import FULL, OUTLINE, Curve, TimePanel, draw_multiples
from sim.plotting.frame.page import TICK, Grid, key, label_x, label_y, left_out, page, patch_key, style_key
from sim.plotting.frame.palette import BLUE, DASHED, FAINT, ORANGE, SOLID, Style
from sim.plotting.frame.statements import Title, signed
from sim.plotting.frame.text import title_case, widest

LEVEL = 0.9
NEAR = (4, 8, 12)  # weeks ahead that the season's figure shows: origins a quarter apart then cover the calendar
MOST_DATES = 8  # below a panel
LOWEST = -1.5  # skill below which a point is marked at the edge
ROOM = 6.0  # times the observed span that the season's axis shows at most
LOOKS = (Style(BLUE, SOLID), Style(ORANGE, DASHED))  # of the columns of inputs: filled, outlined
WAYS = (FULL, OUTLINE)
SEASONS = (
    ("spring mud", (3, 1), (4, 20), "#d8c9a8"),
    ("autumn rain", (10, 15), (11, 30), "#bcd3e6"),
    ("winter", (12, 1), (2, 28), "#e3e3ec"),
)
HOW = (
    "Filled: inputs as expected on the day (median, 50 % and 90 % intervals). Dashed: inputs as they turned out (median and "
    "ends of the 90 % interval). "
)


class Forecast(Protocol):
    """One origin, one column of inputs; see `sim.calibration.hindcast.Forecast`."""

    @property
    def origin(self) -> dt.date:
        """The day from which it looks ahead."""

    @property
    def column(self) -> str:
        """Which inputs it had."""

    @property
    def weekly(self) -> Array:
        """Net gain by front in km2, (member, week, front)."""

    @property
    def total(self) -> Score:
        """Score of four-week sums in total."""

    @property
    def axes(self) -> Score:
        """Score of four-week sums of every front, pooled."""

    @property
    def claimed(self) -> Array:
        """The attacker's losses as the defender would claim them, persons per week, (member, week)."""

    @property
    def losses(self) -> Score:
        """Score of four-week sums of them."""

    @property
    def halt(self) -> Halt:
        """A halt that came by itself."""


@dataclass(frozen=True)
class HindcastStudy:
    """Forecasts and what came.

    Parameters
    ----------
    forecasts : sequence of Forecast
        Two columns of inputs at most, the first drawn filled and the second outlined.
    ends : ndarray of datetime64, shape (week,)
        Last day of every observed week.
    gain : ndarray, shape (week, front)
        Observed net gain of the attacker, km2.
    fronts : mapping of str to str
        Names and labels of the fronts.
    source, source_of_losses : str
        What the figures rest on.
    rule : str
        What counts as a halt, in words.
    attacker, claimed_by : str
        Names of the attacker and of who claims its losses.
    """

    forecasts: Sequence[Forecast]
    ends: NDArray[np.datetime64]
    gain: Array
    fronts: Mapping[str, str]
    source: str
    source_of_losses: str = ""
    rule: str = ""
    attacker: str = "the attacker"
    claimed_by: str = "the defender"
    origins: list[dt.date] = field(init=False)
    columns: list[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "origins", sorted({one.origin for one in self.forecasts}))
        object.__setattr__(self, "columns", list(dict.fromkeys(one.column for one in self.forecasts))[: len(LOOKS)])

    def of(self, column: str | None = None, origin: dt.date | None = None) -> list[Forecast]:
        """Return the forecasts of one column by origin, or of one origin by column."""
        chosen = [column] if column else self.columns
        found = [one for c in chosen for one in self.forecasts if one.column == c and origin in (None, one.origin)]
        return found if origin else sorted(found, key=lambda one: one.origin)

    def pooled(self, which: Callable[[Forecast], Score]) -> list[Score]:
        """Return a score pooled over the origins, by column."""
        return [pool([which(one) for one in self.of(column)]) for column in self.columns]

    def keys(self, seen: str = "observed") -> list[Artist]:
        """Return handles for what was observed and for the columns of inputs."""
        columns = [style_key(f"inputs {column}", look) for column, look in zip(self.columns, LOOKS, strict=False)]
        return [key(seen, "black", dash=SOLID), *columns]


def total(study: HindcastStudy) -> Figure | None:
    """Draw cumulative gain in total from every origin, one panel per origin, both columns of inputs."""
    panels = [_course(study, f"From {format_date(origin)}", origin) for origin in study.origins]
    return draw_multiples(
        _outside(panels, f"Net gain of {study.attacker}", "origins", f"Net gain of {study.attacker} since the origin"),
        f"{_how()} Each forecast was calibrated on what was known at its origin.", study.source, panels,
        size=(2.9, 1.9), gap=0.7, keys=study.keys(), spread=True,
    )  # fmt: skip


def axes_last(study: HindcastStudy) -> Figure | None:
    """Draw cumulative gain by front from the last origin."""
    return _by_front(study, study.origins[-1])


def axes_before_last(study: HindcastStudy) -> Figure | None:
    """Draw cumulative gain by front from the last origin but one; None where there is one alone."""
    return _by_front(study, study.origins[-2]) if len(study.origins) > 1 else None


def calibration(study: HindcastStudy) -> Figure:
    """Draw coverage, pooled and by origin, and the rank histograms, pooled over origins."""
    both = {"total": study.pooled(lambda one: one.total), "by axis": study.pooled(lambda one: one.axes)}
    rows: dict[str, list[Score]] = {f"all origins, {what}": scores for what, scores in both.items()}
    rows |= {f"{format_date(one)}, total": [f.total for f in study.of(origin=one)] for one in study.origins}
    heads = [f"Ranks, {what}: inputs {column}" for what in both for column in study.columns]
    room = widest(rows, TICK, 2.2)
    heads = ["Share of four-week sums inside the intervals", *heads]
    grid = Grid(
        len(heads), (1.9, 0.24 * len(rows) + 0.4), left=room + 0.3, gap=0.5, widths=(2.4, *[1.7] * (len(heads) - 1))
    )
    drawn = heads[: grid.shown(len(heads))]
    sheet = page(
        f"90 % intervals held {format_percent(both['total'][0].coverage_90)} of four-week sums in total, and "
        f"{format_percent(both['by axis'][0].coverage_90)} by axis",
        "Circles: 50 % interval (open) and 90 % interval (filled); the dashed lines show where they should lie. Ranks: place of "
        "the observation among the members; level if the spread is right, high at both ends if it is too narrow, in the "
        "middle if too wide, to one side if forecasts lean. Windows of several origins and axes share weeks, so they say "
        "less than their number suggests." + left_out(heads[len(drawn) :]),
        study.source, drawn, grid,
        [key(f"inputs {column}", look.colour, "o") for column, look in zip(study.columns, LOOKS, strict=False)],
    )  # fmt: skip
    draw_coverage(sheet.panels[0], rows, [look.colour for look in LOOKS[: len(study.columns)]], room)
    for axes, score in zip(sheet.panels[1:], [one for scores in both.values() for one in scores], strict=False):
        draw_ranks(axes, score.rank, f"rank ({score.n_windows} windows)")
    return sheet.figure


def skill(study: HindcastStudy) -> Figure:
    """Draw the skill against every baseline by weeks ahead (above) and by origin (below), a column of inputs each."""
    pooled, columns = study.pooled(lambda one: one.total), study.columns
    names = list(dict.fromkeys(name for one in study.forecasts for name in one.total.baselines))
    heads = [f"Inputs {column}: {_skill(one)}" for column, one in zip(columns, pooled, strict=True)]
    sheet = page(
        _skilled(pooled[0]),
        "Skill of four-week sums in total: 1 − CRPS / CRPS of the baseline; 1 is perfect, 0 no better, below 0 worse. Heads: "
        "all windows against the baseline that was best over them, ± standard error. Above: windows of all origins together "
        "(their number in small figures), where a baseline that did very badly from one origin looks bad at every lead; one "
        "that some origins have too short a past for is left out. Below: each origin by itself. Triangles at the lower edge: "
        f"below {format_number(LOWEST, None)}.",
        study.source, [*heads, *(f"By origin: inputs {column}" for column in columns)],
        Grid(len(columns), (3.9, 2.3), gap=0.7),
        [style_key(baseline_name(name), baseline_style(n), dots=True) for n, name in enumerate(names)],
    )  # fmt: skip
    for place, score in enumerate(pooled):
        above, below, ones = sheet.panels[place], sheet.panels[len(columns) + place], study.of(columns[place])
        leads = {lead: one for lead, one in by_lead(score).items() if one.n_windows}
        draw_skill(above, list(leads.values()), np.array(list(leads), dtype=float), names, LOWEST, joined=True)
        above.set_xticks(list(leads))
        label_x(above, "weeks from the origin to the end of the window")
        draw_skill(below, [one.total for one in ones], np.arange(len(ones), dtype=float), names, LOWEST, joined=False)
        named = range(0, len(ones), -(-len(ones) // MOST_DATES))
        below.set_xticks(named, [str(ones[place].origin)[:7] for place in named])
        label_x(below, "origin")
    for axes in sheet.panels[:: len(columns)]:
        label_y(axes, "skill")
    return sheet.figure


def season(study: HindcastStudy) -> Figure:
    """Draw observed four-week sums along the calendar with the forecasts 4 to 12 weeks ahead, seasons shaded."""
    marks = [_marks(study, column) for column in study.columns]
    sheet = page(
        f"Four-week sums through the seasons: {_missed(marks[0])}",
        "Grey line: observed gain of the last four weeks, week by week. Points: forecast median with 90 % interval for windows "
        "that end 4, 8 and 12 weeks after an origin; from left to right in each group. Black: what was observed in the same "
        "window; ringed where it lies outside the interval. Dotted: origins. Seasons by the calendar.",
        study.source, [f"Inputs {column}: {_missed(found)}" for column, found in zip(study.columns, marks, strict=True)],
        Grid(1, (8.2, 2.3)),
        [key("observed", "black", "o"), *(patch_key(name, colour, 1.0) for name, _, _, colour in SEASONS)],
    )  # fmt: skip
    first = day_of(study.origins[0]) - 13 * 7
    ends, running = study.ends[WINDOW - 1 :], np.convolve(study.gain.sum(axis=1), np.ones(WINDOW), "valid")
    shown = days(ends) >= first
    for axes, found, look in zip(sheet.panels, marks, LOOKS, strict=False):
        _season_panel(axes, found, ends[shown], running[shown], look.colour)
        mark_dates(axes, study.origins)
        label_y(axes, "gain in four weeks, km²")
    return sheet.figure


def losses(study: HindcastStudy) -> Figure | None:
    """Draw four-week losses of the attacker from every origin, on the scale of the claims, beside what was claimed."""
    panels = []
    for origin in study.origins:
        ones = study.of(origin=origin)
        held = " and ".join(f"{int(np.nansum(one.losses.in_90))}" for one in ones)
        head = f"{format_date(origin)}: {held} of {ones[0].losses.n_windows} inside"
        score = ones[0].losses
        windows = len(score.observed)
        curves = [
            Curve(score.end, fan(fourweek_sums(one.claimed[:, : windows * WINDOW], axis=1), LEVEL), look, way)
            for one, look, way in zip(ones, LOOKS, WAYS, strict=False)
        ]
        panels.append(TimePanel(head, "losses in four weeks", "people", curves, observed=(score.end, score.observed)))
    pooled = [
        f"Inputs {column}: skill {_skill(score)}, the baseline that was best. "
        for column, score in zip(study.columns, study.pooled(lambda one: one.losses), strict=True)
    ]
    first = study.pooled(lambda one: one.losses)[0]
    return draw_multiples(
        [f"Losses of {study.attacker}, inputs {study.columns[0]}: the 90 % interval held {format_percent(first.coverage_90)} of "
         f"{first.n_windows} windows, as claimed",
         f"Losses of {study.attacker} in four weeks: forecast on the scale of the claims, and claimed"],
        f"Killed and wounded. {''.join(pooled)}Heads: origin, and windows inside the 90 % interval, in the order of the columns. "
        f"Black: what {study.claimed_by} claimed - a claim, not a count - its months spread evenly over their days. Forecasts are "
        f"the model's casualties over the factor between truth and claim, which the calibration draws. {HOW}",
        study.source_of_losses or study.source, panels, size=(2.9, 1.8), keys=study.keys("claimed"), spread=True,
    )  # fmt: skip


def halts(study: HindcastStudy) -> Figure:
    """Draw, for every origin, the share of replicates with a halt that no lever brought, and whether the map saw one."""
    found = [[one.halt for one in study.of(column)] for column in study.columns]
    dots = [
        Dots(
            Style(look.colour),
            [Estimate(one.chance, one.low, one.high) for one in ones],
            0.12 * (2 * n - len(found) + 1),
        )
        for n, (ones, look) in enumerate(zip(found, LOOKS, strict=False))
    ]
    panel = RowPanel("", "share of replicates with a halt", dots, (), (-0.02, 1.02), [_seen(one) for one in found[0]])
    return draw_rows(
        f"A halt came by itself after {sum(one.happened is True for one in found[0])} of "
        f"{sum(one.happened is not None for one in found[0])} origins that can be judged",
        f"Share of replicates, none with a lever, with {study.rule}. Bars: error of the share from a finite number of "
        "replicates (often smaller than the mark). Right: what the map saw after each origin. Whatever a lever is said to do "
        "must be set beside this.",
        study.source, [format_date(origin) for origin in study.origins], [panel], columns=1, wide=4.4, row=0.34, right=3.2,
        keys=[key(f"inputs {column}", look.colour, "o") for column, look in zip(study.columns, LOOKS, strict=False)],
    )  # fmt: skip


def _outside(panels: Sequence[TimePanel], what: str, noun: str, plain: str) -> Title:
    """Return a title that counts the panels whose observed line ends outside the interval of the first inputs."""
    missed = 0
    for panel in panels:
        band = panel.curves[0].fan
        seen = panel.observed[1][-1] if panel.observed is not None else np.nan
        missed += bool(seen < band.low[-1] or seen > band.high[-1])
    return [
        f"{what}: for {missed} of {len(panels)} {noun} what came lies outside the {format_percent(LEVEL)} interval",
        plain,
    ]


def _by_front(study: HindcastStudy, origin: dt.date) -> Figure | None:
    panels = [
        _course(study, label or title_case(name), origin, place)
        for place, (name, label) in enumerate(study.fronts.items())
    ]
    return draw_multiples(
        _outside(panels, f"Net gain of {study.attacker} since {format_date(origin)}", "fronts",
                 f"Net gain of {study.attacker} by axis since {format_date(origin)}"), _how(), study.source, panels,
        columns=4, size=(2.25, 1.3), keys=study.keys(),
    )  # fmt: skip


def _course(study: HindcastStudy, head: str, origin: dt.date, front: int | None = None) -> TimePanel:
    """Return the panel of one origin: the fans of each column and the observed line; `front` None: the total."""
    ones = study.of(origin=origin)
    weeks, later = ones[0].weekly.shape[1], study.ends > np.datetime64(origin)
    gain = study.gain[later][:weeks]
    seen = np.concatenate([[0.0], (gain.sum(axis=1) if front is None else gain[:, front]).cumsum()])
    time = np.concatenate([[np.datetime64(origin)], study.ends[later][:weeks]]).astype("datetime64[D]")
    curves, missed = [], []
    for one, look, way in zip(ones, LOOKS, WAYS, strict=False):
        members = one.weekly.sum(axis=2) if front is None else one.weekly[:, :, front]
        path = np.concatenate([np.zeros((len(members), 1)), members.cumsum(axis=1)], axis=1)
        curves.append(Curve(time, fan(path[:, : len(time)], LEVEL), look, way))
        if not curves[-1].fan.low[-1] <= seen[-1] <= curves[-1].fan.high[-1]:
            missed.append(one.column)
    outside = " – ends outside" if missed else ""
    if len(missed) == 1 < len(ones):
        outside += f" “{missed[0]}”"
    return TimePanel(head + outside, "net gain", "km²", curves, observed=(time, seen))


def _how() -> str:
    rest = "Black: observed. “Ends outside”: the observed line ends outside the 90 % interval. Each panel has its own scale."
    return HOW + rest


def _skilled(score: Score) -> str:
    """Return whether the skill against the best baseline is more than two standard errors from zero."""
    one = Estimate(score.skill, score.skill - 2 * score.skill_se, score.skill + 2 * score.skill_se)
    best = f"the baseline that was best ({baseline_name(score.best_baseline)})"
    return signed(one, f"Forecasts are clearly better than {best}", f"Forecasts are clearly worse than {best}",
                  f"Forecasts are neither clearly better nor worse than {best}")  # fmt: skip


def _skill(score: Score) -> str:
    number, error = format_number(score.skill, 2, signed=True), format_number(score.skill_se, 2)
    return f"{number} ± {error} against {baseline_name(score.best_baseline)}"


def _marks(study: HindcastStudy, column: str) -> Array:
    """Return the forecasts of the near windows: (mark, 5) of day, low, median, high and observed."""
    found = []
    for one in study.of(column):
        after = study.ends > np.datetime64(one.origin)
        seen = fourweek_sums(study.gain[after].sum(axis=1))
        sums = fourweek_sums(one.weekly.sum(axis=2), axis=1)
        band = np.quantile(sums, [(1 - LEVEL) / 2, 0.5, (1 + LEVEL) / 2], axis=0)
        for place in (lead // WINDOW - 1 for lead in NEAR):
            if place < min(len(seen), sums.shape[1]):
                found.append((day_of(study.ends[after][(place + 1) * WINDOW - 1]), *band[:, place], seen[place]))
    return np.array(found, dtype=np.float64).reshape(-1, 5)


def _missed(found: Array) -> str:
    out = (found[:, 4] < found[:, 1]) | (found[:, 4] > found[:, 3])
    below = int((found[:, 4] < found[:, 2]).sum())
    return f"{out.sum()} of {len(found)} windows outside the 90 % interval, {below} below the median"


def _season_panel(axes: Axes, found: Array, ends: NDArray[np.datetime64], running: Array, colour: str) -> None:
    day, low, median, high, seen = found.T
    whole = np.concatenate([running, seen, median, [0.0]])
    room = ROOM * np.ptp(np.concatenate([running, [0.0]]))
    bottom = max(float(min(whole.min(), low.min())), float(whole.min() - room))
    top = min(float(max(whole.max(), high.max())), float(whole.max() + room))
    margin = 0.06 * (top - bottom)
    axes.set_ylim(bottom - margin, top + margin)
    time_axis(axes, ends)
    _shade(axes)
    axes.axhline(0.0, color=FAINT, linewidth=0.8)
    axes.plot(days(ends), running, color=FAINT, linewidth=1.1, gid="running")
    axes.vlines(
        day, np.maximum(low, bottom), np.minimum(high, top), color=colour, linewidth=3.0, alpha=0.4, gid="interval"
    )
    axes.plot(day, median, "_", color=colour, markersize=8, markeredgewidth=2.0, gid="median")
    axes.plot(day, seen, "o", color="black", markersize=3.5, gid="observed")
    out = (seen < low) | (seen > high)
    axes.plot(day[out], seen[out], "o", color="black", markerfacecolor="none", markersize=8, gid="missed")
    for edge, beyond, end in ((top, high > top, high), (bottom, low < bottom, low)):
        for x, value in zip(day[beyond], end[beyond], strict=True):
            axes.annotate(format_number(value), (x, edge), ha="center", va="bottom", fontsize=TICK - 0.5, color=colour)


def _shade(axes: Axes) -> None:
    """Shade the seasons."""
    left, right = axes.get_xlim()
    for year in range(1970 + int(left / 365.25) - 1, 1971 + int(right / 365.25)):
        for _, begin, end, colour in SEASONS:
            first, last = (day_of(f"{y}-{m:02d}-{d:02d}") for y, (m, d) in ((year, begin), (year + (end < begin), end)))
            axes.axvspan(first, last + 1, color=colour, alpha=0.6, linewidth=0, zorder=0)
    axes.set_xlim(left, right)


def _seen(one: Halt) -> str:
    if one.happened is None:
        return "too few weeks to tell"
    slowest = f"slowest {format_number(one.least, 1)} km² per day"
    return f"came, from day {format_number(one.day)}; {slowest}" if one.happened else f"did not come; {slowest}"
