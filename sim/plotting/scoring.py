"""Forecasts beside what was observed: fans, coverage and rank histogram, skill by horizon against baseline forecasts."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Text

from sim.analysis.scores.scores import Score, by_lead, pool, rank_histogram
from sim.analysis.scores.verification import Compared, Verification
from sim.plotting import words
from sim.plotting.bands import Fan, fan
from sim.plotting.cast import Cast, gather
from sim.plotting.dates import days, time_axis
from sim.plotting.palette import DASHED, FAINT, INK, SPARE, SPARE_DASHES, SPARE_MARKERS
from sim.plotting.sheet import (
    TICK,
    Layout,
    Sheet,
    arm_key,
    band_key,
    draw_fan,
    limits,
    measure,
    save,
    sheet,
)

BINS = 10


def draw_all(found: Verification, data: xr.Dataset, folder: Path) -> list[Path]:
    """Draw every figure of one verification into `folder`, made if missing; return the files.

    Raises
    ------
    OSError
        If the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    cast = gather({"result": data})
    scores = {"total": found.total.score, **{n: c.score for n, c in found.by_axis.items()}}
    figures = {
        "score_total": fans(cast, {"total": found.total}),
        "score_calibration": calibration(cast, scores),
        "score_skill": skill(cast, found.total.score),
    }
    if found.by_axis:
        figures["score_by_axis"] = fans(cast, found.by_axis)
    return [save(figure, folder / f"{name}.png") for name, figure in figures.items()]


def fans(cast: Cast, curves: Mapping[str, Compared]) -> Figure:
    """Draw cumulative gain, forecast and observed, one panel a curve.

    Parameters
    ----------
    cast : Cast
        Gives the look of the first arm, the level of the interval and the source lines.
    curves : mapping of str to Compared
        Heads (axes, origins, "total") and what was compared; those without a week are left out. Each panel
        has its own scale: axes differ a hundredfold.
    """
    drawn = {name: one for name, one in curves.items() if len(one.weeks.ends)}
    single = len(drawn) == 1
    note = (
        f"Line: median of the simulated wars; dark band: 50 % interval; light band: {words.percent(cast.level)} interval. "
        "Black: observed on the map; it stops where a week was not observed. "
        + ("" if single else "Each panel has its own scale.")
    )
    page = _page(
        cast,
        "Net Russian gain since the origin: forecast and observed",
        note,
        [_head(name, single) for name in drawn],
        Layout(columns=1, panel=(6.2, 3.4)) if single else Layout(columns=4, panel=(2.3, 1.4), gap=0.6),
        [arm_key(cast.base), _observed_key(), band_key(cast.level)],
    )
    for place, (axes, one) in enumerate(zip(page.panels, drawn.values(), strict=True)):
        _fan_panel(axes, cast, one)
        if single or place % 4 == 0:
            measure(axes, f"net gain, {words.unit('km2')}")
    return page.figure


def calibration(cast: Cast, scores: Mapping[str, Score]) -> Figure:
    """Draw the coverage of the 50 % and 90 % intervals, by row, and the rank histogram of the first score.

    Parameters
    ----------
    scores : mapping of str to Score
        The first one is the total, or a pool over origins. Ranks of the others are pooled in a third panel.
    """
    known = {name: one for name, one in scores.items() if one.n_windows}
    names = list(known)
    rest = [known[name] for name in names[1:]]
    heads = ["Share of windows inside the intervals", f"Ranks: {_head(names[0])}" if names else ""]
    heads += ["Ranks: all other rows together"] if rest else []
    note = (
        "Four-week sums. Open: 50 % interval, filled: 90 % interval; the lines show where they should lie. "
        "Ranks: place of the observation among the simulated wars; flat if the spread is right, high at both ends if it is "
        "too narrow, high at one end if forecasts lean to a side. "
        + (f"{words.place(names[0])}: {known[names[0]].n_windows} windows." if names else "")
    )
    room = min(2.2, max((words.width(_head(name), TICK) for name in names), default=1.0) + 0.15)
    page = _page(
        cast,
        "Are the intervals as wide as they should be?",
        note,
        heads,
        Layout(columns=3, panel=(2.5, max(1.5, 0.2 * len(names))), left=room + 0.2, gap=0.6),
    )
    _coverage_panel(page.panels[0], known)
    for axes, one in zip(
        page.panels[1:], [known[names[0]]] * bool(names) + ([pool(rest)] if rest else []), strict=False
    ):
        _rank_panel(axes, one)
    return page.figure


def skill(cast: Cast, score: Score) -> Figure:
    """Draw the mean score of the forecast and of each baseline one by weeks ahead, and the skill against the best.

    Parameters
    ----------
    score : Score
        Of one forecast, or pooled over origins; "the best" is the best over all windows of it.
    """
    leads = by_lead(score)
    known = {lead: one for lead, one in leads.items() if one.n_windows}
    x = np.array(list(known))
    best = score.best_baseline
    handles = [_key(cast.base.label, cast.base.look.colour)]
    heads = ["Score (CRPS) of four-week sums: lower is better"]
    heads += [f"Skill against {_plain(best)}: above zero is better"] if best else []
    overall = ""
    if best and np.isfinite(score.skill):
        overall = (
            f"Over all {score.n_windows} windows: skill {score.skill:+.2f} ± {score.skill_se:.2f} (standard error)."
        )
    page_keys = [_key(_plain(name), *_style(index)) for index, name in enumerate(score.baselines)]
    page = _page(
        cast,
        "Forecast and baseline forecasts by weeks ahead",
        f"Each point is the mean over the windows that end so many weeks after their origin. {overall}",
        heads,
        Layout(columns=2, panel=(3.3, 2.4), gap=0.8),
        [*handles, *page_keys],
    )
    upper = page.panels[0]
    for index, name in enumerate(score.baselines):
        colour, dash, marker = _style(index)
        y = [one.baseline_crps[name] for one in known.values()]
        upper.plot(x, y, color=colour, linestyle=dash, marker=marker, markersize=3, linewidth=1.1)
    y = [one.crps_4wk for one in known.values()]
    upper.plot(x, y, color=cast.base.look.colour, linewidth=2.0, marker="o", markersize=3.5, gid="forecast")
    upper.set_ylim(bottom=0.0)
    measure(upper, f"mean CRPS, {words.unit('km2')}")
    upper.set_xlabel("weeks ahead", fontsize=TICK + 0.5)
    if best:
        lower = page.panels[1]
        y = [_ratio(one.crps_4wk, one.baseline_crps[best]) for one in known.values()]
        lower.axhline(0.0, color=FAINT, linewidth=0.8)
        lower.plot(x, y, color=cast.base.look.colour, linewidth=2.0, marker="o", markersize=3.5, gid="skill")
        lower.set_ylim(max(-2.0, min([-0.2, *(v for v in y if np.isfinite(v))]) - 0.1), 1.05)
        measure(lower, "skill (1 is perfect)")
        lower.set_xlabel("weeks ahead", fontsize=TICK + 0.5)
    return page.figure


def _fan_panel(axes: Axes, cast: Cast, one: Compared) -> None:
    time = np.concatenate([one.weeks.starts[:1], one.weeks.ends])
    members = np.concatenate([np.zeros((len(one.members), 1)), one.members.cumsum(axis=1)], axis=1)
    band = fan(members, cast.level)
    seen = np.concatenate([[0.0], one.weeks.gain.cumsum()])
    around = Fan(seen, seen, seen, seen, seen)
    axes.set_ylim(*limits([band, around]))
    axes.axhline(0.0, color=FAINT, linewidth=0.8)
    draw_fan(axes, days(time), band, cast.base, inner=True)
    axes.plot(days(time), seen, color="black", linewidth=1.5, gid="observed")
    time_axis(axes, time)


def _coverage_panel(axes: Axes, scores: Mapping[str, Score]) -> None:
    for level, face in ((0.5, "white"), (0.9, INK)):
        axes.axvline(level, color=FAINT, linewidth=0.9, linestyle=DASHED)
        shares = [float(np.nanmean(one.in_50 if level == 0.5 else one.in_90)) for one in scores.values()]
        axes.plot(
            shares, range(len(shares)), "o", color=INK, markerfacecolor=face, markersize=5, gid=f"coverage {level}"
        )
    axes.set_xlim(-0.03, 1.03)
    axes.set_ylim(len(scores) - 0.4, -0.6)
    axes.set_yticks(range(len(scores)), [_head(name) for name in scores], parse_math=False)
    axes.grid(axis="y", visible=False)
    axes.set_xlabel("share of windows", fontsize=TICK + 0.5)


def _rank_panel(axes: Axes, one: Score) -> None:
    counts = rank_histogram(one.rank, BINS)
    axes.bar((np.arange(BINS) + 0.5) / BINS, counts, width=0.9 / BINS, color=FAINT, gid="ranks")
    axes.axhline(counts.sum() / BINS, color=INK, linewidth=0.9, linestyle=DASHED)
    axes.set_xlim(0.0, 1.0)
    axes.set_xlabel("place among the simulated wars", fontsize=TICK + 0.5)


def _page(cast: Cast, title: str, note: str, heads: list[str], layout: Layout, legend=()) -> Sheet:  # type: ignore[no-untyped-def]
    """Lay out a sheet whose foot does not deny that something observed is shown."""
    page = sheet(cast, title, note, heads or [""], layout, legend)
    for text in page.figure.findobj(Text):
        if text.get_gid() == "source":
            text.set_text(text.get_text().replace("not a forecast and not an observation.", "observations as named."))
    return page


def _head(name: str, plain: bool = False) -> str:
    return "" if plain else words.place(name)


def _plain(name: str | None) -> str:
    """Return the name of a baseline forecast as a reader would write it."""
    text = str(name).replace("_", " ")
    return f"{text} weeks" if text[-1:].isdigit() else text


def _style(index: int) -> tuple[str, tuple[int, tuple[float, ...]], str]:
    return SPARE[index], SPARE_DASHES[index % len(SPARE_DASHES)], SPARE_MARKERS[index % len(SPARE_MARKERS)]


def _key(label: str, colour: str, dash: tuple[int, tuple[float, ...]] = (0, ()), marker: str = "o") -> Line2D:
    return Line2D([], [], color=colour, linestyle=dash, marker=marker, markersize=4, label=label)


def _observed_key() -> Line2D:
    return Line2D([], [], color="black", linewidth=1.5, label="observed")


def _ratio(mine: float, rival: float) -> float:
    return 1 - mine / rival if rival > 0 else float("nan")
