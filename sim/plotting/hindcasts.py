"""Hindcasts: forecasts from rolling origins beside what happened, with the misses as visible as the hits."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.text import Text
from numpy.typing import NDArray

from sim.analysis.scores.scores import WINDOW, Score, by_lead, fourweek_sums, pool, rank_histogram
from sim.plotting import words
from sim.plotting.bands import Fan, fan
from sim.plotting.cast import Cast
from sim.plotting.dates import days, time_axis
from sim.plotting.palette import DASHED, FAINT, INK, SOLID, SPARE, SPARE_DASHES, SPARE_MARKERS
from sim.plotting.sheet import EDGE, LINE, SOURCE, TICK, Layout, Sheet, limits, measure, save, sheet

Array = NDArray[np.float64]
Forecasts = Sequence[dict[str, Any]]
"""Each with ``origin`` (date), ``column`` (str), ``weekly`` (member, week, front) in km2 and the scores ``total``, ``axes``."""

LEVEL = 0.9
BINS = 10
NEAR = (4, 8, 12)  # weeks ahead that the season's figure shows: origins a quarter apart then cover the calendar
LOWEST = -1.5  # skill below which a point is marked at the edge
ROOM = 6.0  # times the observed span that the season's axis shows at most
COLOURS = ("#0072B2", "#D55E00")  # filled, outlined
SEASONS = (
    ("spring mud", (3, 1), (4, 20), "#d8c9a8"),
    ("autumn rain", (10, 15), (11, 30), "#bcd3e6"),
    ("winter", (12, 1), (2, 28), "#e3e3ec"),
)


def draw_all(
    forecasts: Forecasts,
    ends: NDArray[np.datetime64],
    gain: Array,
    fronts: Sequence[str],
    folder: Path,
    source: str,
) -> list[Path]:
    """Draw every figure of a hindcast into `folder`, made if missing; return the files.

    Parameters
    ----------
    forecasts : sequence of dict
        See `Forecasts`; two columns of inputs at most, the first drawn filled and the second outlined.
    ends : ndarray of datetime64, shape (week,)
        Last day of every observed week.
    gain : ndarray, shape (week, front)
        Observed net Russian gain, km2.
    fronts : sequence of str
        Names of the axes.
    source : str
        What the figures rest on, for their foot.

    Raises
    ------
    OSError
        If the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    origins = sorted({one["origin"] for one in forecasts})
    figures = {
        "hindcast_total": totals(forecasts, ends, gain, source),
        **{f"hindcast_axes_{o}": by_axis(forecasts, o, ends, gain, fronts, source) for o in origins[-2:]},
        "hindcast_calibration": calibration(forecasts, source),
        "hindcast_skill": skill(forecasts, source),
        "hindcast_season": season(forecasts, ends, gain, source),
    }
    return [save(figure, folder / f"{name}.png") for name, figure in figures.items()]


def totals(forecasts: Forecasts, ends: NDArray[np.datetime64], gain: Array, source: str) -> Figure:
    """Draw cumulative gain in total from every origin, one panel an origin, both columns of inputs."""
    origins = sorted({one["origin"] for one in forecasts})
    curves = [_curves(forecasts, origin, ends, gain, None) for origin in origins]
    heads = [
        f"From {words.date(str(origin))}{_outside(found, columns_of(forecasts))}"
        for origin, found in zip(origins, curves, strict=True)
    ]
    page = make_page(
        "Net Russian gain since the origin: forecast and observed",
        f"Each forecast was calibrated on what was known at its origin. {_how_to_read()}",
        heads,
        Layout(columns=3, panel=(2.9, 1.9), gap=0.7),
        source,
        legend_of(forecasts),
    )
    for place, (axes, (bands, time, seen)) in enumerate(zip(page.panels, curves, strict=True)):
        fan_panel(axes, bands, time, seen)
        if place % 3 == 0:
            measure(axes, "net gain, km²")
    return page.figure


def by_axis(
    forecasts: Forecasts, origin: Any, ends: NDArray[np.datetime64], gain: Array, fronts: Sequence[str], source: str
) -> Figure:
    """Draw cumulative gain by axis from one origin, small multiples."""
    curves = [_curves(forecasts, origin, ends, gain, place) for place in range(len(fronts))]
    page = make_page(
        f"Net Russian gain by axis since {words.date(str(origin))}: forecast and observed",
        _how_to_read(),
        [
            words.place(name) + _outside(found, columns_of(forecasts))
            for name, found in zip(fronts, curves, strict=True)
        ],
        Layout(columns=4, panel=(2.25, 1.3), gap=0.6),
        source,
        legend_of(forecasts),
    )
    for place, (axes, (bands, time, seen)) in enumerate(zip(page.panels, curves, strict=True)):
        fan_panel(axes, bands, time, seen)
        if place % 4 == 0:
            measure(axes, "net gain, km²")
    return page.figure


def calibration(forecasts: Forecasts, source: str) -> Figure:
    """Draw coverage, pooled and by origin, and the rank histograms, pooled over origins."""
    columns = columns_of(forecasts)
    rows: dict[str, list[Score]] = {
        "all origins, total": [pool([one["total"] for one in of_column(forecasts, c)]) for c in columns],
        "all origins, by axis": [pool([one["axes"] for one in of_column(forecasts, c)]) for c in columns],
    }
    for origin in sorted({one["origin"] for one in forecasts}):
        rows[f"{words.date(str(origin))}, total"] = [
            one["total"] for c in columns for one in of_column(forecasts, c) if one["origin"] == origin
        ]
    heads = ["Share of four-week sums inside the intervals"]
    heads += [f"Ranks, {what}: inputs {c}" for what in ("total", "by axis") for c in columns]
    page = make_page(
        "Are the intervals as wide as they should be?",
        "Circles: 50 % interval (open) and 90 % interval (filled); the dashed lines show where they should lie. Ranks: "
        "place of the observation among the simulated wars; level if the spread is right, high at both ends if it is too "
        "narrow, in the middle if too wide, to one side if forecasts lean. Windows of several origins and axes share "
        "weeks, so they say less than their number suggests.",
        heads,
        Layout(
            columns=1 + 2 * len(columns),
            panel=(1.9, 0.24 * len(rows) + 0.4),
            left=2.0,
            gap=0.5,
            widths=(2.4, *[1.7] * (2 * len(columns))),
        ),
        source,
        [Line2D([], [], **dot(COLOURS[n]), label=f"inputs {c}") for n, c in enumerate(columns)],
    )
    _coverage_panel(page.panels[0], rows)
    for axes, score in zip(page.panels[1:], [one for name in list(rows)[:2] for one in rows[name]], strict=True):
        _rank_panel(axes, score)
    return page.figure


def skill(forecasts: Forecasts, source: str) -> Figure:
    """Draw the skill against every baseline forecast by weeks ahead (above) and by origin (below), a column of inputs each."""
    columns = columns_of(forecasts)
    pooled = [pool([one["total"] for one in of_column(forecasts, column)]) for column in columns]
    names = list(dict.fromkeys(name for one in forecasts for name in one["total"].baselines))
    heads = [
        f"Inputs {column}: {one.skill:+.2f} ± {one.skill_se:.2f} against {plain(one.best_baseline)}"
        for column, one in zip(columns, pooled, strict=True)
    ]
    page = make_page(
        "Skill against baseline forecasts by weeks ahead and by origin",
        "Skill of four-week sums in total: 1 − CRPS / CRPS of the baseline forecast; 1 is perfect, 0 no better, below 0 worse. "
        "Heads: all windows against the baseline forecast that was best over them, ± standard error. Above: windows of all "
        "origins together (their number in small figures), where a baseline forecast that did very badly from one origin looks "
        "bad at every lead; one that some origins have too short a past for is left out. Below: each origin by itself. "
        f"Triangles at the lower edge: below {words.number(LOWEST)}.",
        [*heads, *[f"By origin: inputs {column}" for column in columns]],
        Layout(columns=len(columns), panel=(3.9, 2.3), gap=0.7),
        source,
        [Line2D([], [], **_style(n), markersize=4, label=plain(name)) for n, name in enumerate(names)],
    )
    for axes, score in zip(page.panels, pooled, strict=False):
        leads = {lead: one for lead, one in by_lead(score).items() if one.n_windows}
        _skill_panel(axes, list(leads.values()), np.array(list(leads), dtype=np.float64), names, joined=True)
        axes.set_xticks(list(leads))
        axes.set_xlabel("weeks from the origin to the end of the window", fontsize=TICK + 0.5)
    for axes, column in zip(page.panels[len(columns) :], columns, strict=True):
        ones = of_column(forecasts, column)
        _skill_panel(axes, [one["total"] for one in ones], np.arange(len(ones), dtype=np.float64), names, joined=False)
        axes.set_xticks(range(len(ones)), [str(one["origin"])[:7] for one in ones])
        axes.set_xlabel("origin", fontsize=TICK + 0.5)
    for axes in page.panels[:: len(columns)]:
        measure(axes, "skill")
    return page.figure


def season(forecasts: Forecasts, ends: NDArray[np.datetime64], gain: Array, source: str) -> Figure:
    """Draw observed four-week sums along the calendar with the forecasts 4 to 12 weeks ahead, seasons shaded."""
    columns = columns_of(forecasts)
    marks = [_marks(of_column(forecasts, column), ends, gain) for column in columns]
    heads = [f"Inputs {c}: {_missed(found)}" for c, found in zip(columns, marks, strict=True)]
    shades: list[Artist] = [Patch(color=colour, label=name) for name, _, _, colour in SEASONS]
    page = make_page(
        "Season, culmination and reversion: four-week sums observed, and forecast 4, 8 and 12 weeks ahead",
        "Grey line: observed gain of the last four weeks, week by week. Points: forecast median with 90 % interval for "
        "windows that end 4, 8 and 12 weeks after an origin; from left to right in each group. Black: what was observed in "
        "the same window; ringed where it lies outside the interval. Dotted: origins. Seasons by the calendar.",
        heads,
        Layout(columns=1, panel=(8.2, 2.3)),
        source,
        [Line2D([], [], color="black", marker="o", markersize=4, linestyle="none", label="observed"), *shades],
    )
    weekly = gain.sum(axis=1)
    running = np.convolve(weekly, np.ones(WINDOW), "valid")
    first = _day(min(one["origin"] for one in forecasts)) - 13 * 7
    for number, (axes, found) in enumerate(zip(page.panels, marks, strict=True)):
        _season_panel(axes, found, ends[WINDOW - 1 :], running, first, COLOURS[number])
        for origin in sorted({one["origin"] for one in forecasts}):
            axes.axvline(_day(origin), color=FAINT, linewidth=0.8, linestyle=(0, (1, 2)), zorder=1)
        measure(axes, "gain in four weeks, km²")
    return page.figure


def make_page(
    title: str, note: str, heads: list[str], layout: Layout, source: str, legend: Sequence[Artist] = ()
) -> Sheet:
    """Lay out a sheet whose foot is `source`, for figures that show no arms of a result."""
    page = sheet(Cast({}, (), LEVEL), title, note, heads, layout, legend)
    width, height = page.figure.get_size_inches()
    lines = words.wrap(source, SOURCE, width - 2 * EDGE, most=2)
    for text in page.figure.findobj(Text):
        if text.get_gid() == "source":
            text.set_text("\n".join(lines))
            text.set_y((EDGE + 0.5 * (len(lines) + 1) * SOURCE * LINE) / height)
    return page


def plain(name: str | None) -> str:
    """Return the name of a baseline forecast as a reader would write it."""
    text = str(name).replace("_", " ")
    return f"{text} weeks" if text[-1:].isdigit() else text


def columns_of(forecasts: Forecasts) -> list[str]:
    """Return the names of the columns of inputs, at most two."""
    return list(dict.fromkeys(one["column"] for one in forecasts))[: len(COLOURS)]


def of_column(forecasts: Forecasts, column: str) -> list[dict[str, Any]]:
    """Return the forecasts of one column of inputs, by origin."""
    return sorted((one for one in forecasts if one["column"] == column), key=lambda one: one["origin"])


def _day(origin: Any) -> float:
    return float(days(np.array([np.datetime64(origin)]))[0])


def _curves(
    forecasts: Forecasts, origin: Any, ends: NDArray[np.datetime64], gain: Array, front: int | None
) -> tuple[list[Fan], NDArray[np.datetime64], Array]:
    """Return the fans of each column, the instants (week + 1,) and the observed line from one origin; front None: total."""
    chosen = [one for c in columns_of(forecasts) for one in of_column(forecasts, c) if one["origin"] == origin]
    weeks = chosen[0]["weekly"].shape[1]
    later = ends > np.datetime64(origin)
    weekly = gain[later].sum(axis=1) if front is None else gain[later][:, front]
    time = np.concatenate([[np.datetime64(origin)], ends[later][:weeks]]).astype("datetime64[D]")
    bands = []
    for one in chosen:
        members = one["weekly"].sum(axis=2) if front is None else one["weekly"][:, :, front]
        path = np.concatenate([np.zeros((len(members), 1)), members.cumsum(axis=1)], axis=1)
        bands.append(fan(path[:, : len(time)], LEVEL))
    return bands, time, np.concatenate([[0.0], weekly[:weeks].cumsum()])


def _outside(found: tuple[list[Fan], NDArray[np.datetime64], Array], columns: list[str]) -> str:
    """Return a word on where the observed line ends, if outside an interval."""
    bands, _, seen = found
    missed = [c for c, band in zip(columns, bands, strict=False) if not band.low[-1] <= seen[-1] <= band.high[-1]]
    if not missed:
        return ""
    return " – ends outside" + ("" if len(missed) == len(bands) else f" “{missed[0]}”")


def fan_panel(axes: Axes, bands: list[Fan], time: NDArray[np.datetime64], seen: Array) -> None:
    """Draw the fans of the columns and the observed line over time in one panel."""
    x = days(time)
    axes.set_ylim(*limits([*bands, Fan(seen, seen, seen, seen, seen)]))
    axes.axhline(0.0, color=FAINT, linewidth=0.8)
    for band, colour, filled in zip(bands, COLOURS, (True, False), strict=False):
        if filled:
            axes.fill_between(x, band.low, band.high, color=colour, alpha=0.2, linewidth=0, gid="interval")
            axes.fill_between(x, band.inner_low, band.inner_high, color=colour, alpha=0.25, linewidth=0)
        else:
            for edge in (band.low, band.high):
                axes.plot(x, edge, color=colour, linewidth=0.9, linestyle=DASHED, gid="edge")
        axes.plot(x, band.median, color=colour, linewidth=1.5, linestyle=SOLID if filled else DASHED, gid="median")
    axes.plot(x, seen, color="black", linewidth=1.7, gid="observed")
    time_axis(axes, time)


def _how_to_read() -> str:
    return (
        "Filled: inputs as expected on the day (median, 50 % and 90 % intervals). Dashed: inputs as they turned out (median "
        "and ends of the 90 % interval). Black: observed. “Ends outside”: the observed line ends outside the 90 % interval. "
        "Each panel has its own scale."
    )


def legend_of(forecasts: Forecasts) -> list[Artist]:
    """Return handles for the observed line and the columns of inputs."""
    keys: list[Artist] = [Line2D([], [], color="black", linewidth=1.7, label="observed")]
    for column, colour, dash in zip(columns_of(forecasts), COLOURS, (SOLID, DASHED), strict=False):
        keys.append(Line2D([], [], color=colour, linewidth=1.5, linestyle=dash, label=f"inputs {column}"))
    return keys


def dot(colour: str) -> dict[str, Any]:
    """Return how a point of a colour is drawn."""
    return {"color": colour, "marker": "o", "linestyle": "none", "markersize": 5}


def _coverage_panel(axes: Axes, rows: dict[str, list[Score]]) -> None:
    for level in (0.5, 0.9):
        axes.axvline(level, color=FAINT, linewidth=0.9, linestyle=DASHED)
    for place, scores in enumerate(rows.values()):
        for number, score in enumerate(scores):
            y = place + 0.16 * (2 * number - len(scores) + 1)
            inside = [float(np.nanmean(x)) if np.isfinite(x).any() else np.nan for x in (score.in_50, score.in_90)]
            axes.plot(inside, [y, y], color=COLOURS[number], linewidth=0.8, alpha=0.6)
            axes.plot(inside[0], y, **dot(COLOURS[number]), markerfacecolor="white", gid="coverage 0.5")
            axes.plot(inside[1], y, **dot(COLOURS[number]), gid="coverage 0.9")
    axes.set_xlim(-0.03, 1.03)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_yticks(range(len(rows)), list(rows), parse_math=False)
    axes.grid(axis="y", visible=False)
    axes.set_xlabel("share of windows", fontsize=TICK + 0.5)


def _rank_panel(axes: Axes, score: Score) -> None:
    counts = rank_histogram(score.rank, BINS)
    axes.bar((np.arange(BINS) + 0.5) / BINS, counts, width=0.9 / BINS, color=FAINT, gid="ranks")
    axes.axhline(counts.sum() / BINS, color=INK, linewidth=0.9, linestyle=DASHED)
    axes.set_xlim(0.0, 1.0)
    axes.set_xticks([0.0, 0.5, 1.0])
    axes.set_xlabel(f"rank ({counts.sum()} windows)", fontsize=TICK + 0.5)


def _style(number: int) -> dict[str, Any]:
    return {
        "color": SPARE[number],
        "linestyle": SPARE_DASHES[number % len(SPARE_DASHES)],
        "marker": SPARE_MARKERS[number % len(SPARE_MARKERS)],
    }


def _skill_panel(axes: Axes, scores: list[Score], x: Array, names: list[str], *, joined: bool) -> None:
    """Draw the skill of each score against each baseline forecast at the places `x`; `joined` by lines."""
    missing = float("nan")
    found = np.array([[_ratio(one.crps_4wk, one.baseline_crps.get(name, missing)) for one in scores] for name in names])
    axes.axhline(0.0, color=INK, linewidth=1.0)
    for number, row in enumerate(found):
        place = x if joined else x + 0.12 * (number - 0.5 * (len(names) - 1))
        low = row < LOWEST
        style = _style(number) | ({} if joined else {"linestyle": "none"})
        axes.plot(place, np.where(low, np.nan, row), **style, linewidth=1.3, markersize=4, gid="skill")
        edge = style | {"linestyle": "none", "marker": "v"}
        axes.plot(place[low], np.full(low.sum(), LOWEST - 0.05), **edge, markersize=5, gid="below", clip_on=False)
    least = float(np.nanmin(found, initial=-0.3))
    axes.set_ylim(max(LOWEST - 0.1, least - 0.1), 1.1)
    for place, one in zip(x, scores, strict=True):
        axes.annotate(f"{one.n_windows}", (place, 1.09), ha="center", va="top", fontsize=TICK - 1, color=FAINT)


def _ratio(mine: float, rival: float) -> float:
    return 1.0 - mine / rival if rival > 0 else float("nan")


def _marks(forecasts: Forecasts, ends: NDArray[np.datetime64], gain: Array) -> Array:
    """Return the forecasts of the near windows: (mark, 5) of day, low, median, high and observed."""
    found = []
    for one in forecasts:
        after = ends > np.datetime64(one["origin"])
        seen = fourweek_sums(gain[after].sum(axis=1))
        sums = fourweek_sums(one["weekly"].sum(axis=2), axis=1)
        low, median, high = np.quantile(sums, [(1 - LEVEL) / 2, 0.5, (1 + LEVEL) / 2], axis=0)
        for lead in NEAR:
            place = lead // WINDOW - 1
            if place < min(len(seen), sums.shape[1]):
                day = float(days(ends[after][lead - 1 : lead])[0])
                found.append((day, low[place], median[place], high[place], seen[place]))
    return np.array(found, dtype=np.float64).reshape(-1, 5)


def _missed(found: Array) -> str:
    out = (found[:, 4] < found[:, 1]) | (found[:, 4] > found[:, 3])
    below = int((found[:, 4] < found[:, 2]).sum())
    return f"{out.sum()} of {len(found)} windows outside the 90 % interval, {below} below the median"


def _season_panel(
    axes: Axes, found: Array, ends: NDArray[np.datetime64], running: Array, first: float, colour: str
) -> None:
    shown = days(ends) >= first
    day, low, median, high, seen = found.T
    whole = np.concatenate([running[shown], seen, median, [0.0]])
    span = np.ptp(np.concatenate([running[shown], [0.0]]))
    bottom = max(float(min(whole.min(), low.min())), float(whole.min()) - ROOM * span)
    top = min(float(max(whole.max(), high.max())), float(whole.max()) + ROOM * span)
    margin = 0.06 * (top - bottom)
    axes.set_ylim(bottom - margin, top + margin)
    time_axis(axes, ends[shown])
    _shade(axes)
    axes.axhline(0.0, color=FAINT, linewidth=0.8)
    axes.plot(days(ends[shown]), running[shown], color=FAINT, linewidth=1.1, gid="running")
    axes.vlines(
        day, np.maximum(low, bottom), np.minimum(high, top), color=colour, linewidth=3.0, alpha=0.4, gid="interval"
    )
    axes.plot(day, median, "_", color=colour, markersize=8, markeredgewidth=2.0, gid="median")
    axes.plot(day, seen, "o", color="black", markersize=3.5, gid="observed")
    out = (seen < low) | (seen > high)
    axes.plot(day[out], seen[out], "o", color="black", markerfacecolor="none", markersize=8, gid="missed")
    for x, end in [
        *zip(day[high > top], high[high > top], strict=True),
        *zip(day[low < bottom], low[low < bottom], strict=True),
    ]:
        edge = top if end > 0 else bottom
        axes.annotate(words.number(end), (x, edge), ha="center", va="bottom", fontsize=TICK - 1, color=colour)


def _shade(axes: Axes) -> None:
    left, right = axes.get_xlim()
    for year in range(1970 + int(left / 365.25) - 1, 1971 + int(right / 365.25)):
        for _, begin, end, colour in SEASONS:
            later = year + (end < begin)
            a, b = (np.datetime64(f"{y}-{m:02d}-{d:02d}", "D") for y, (m, d) in ((year, begin), (later, end)))
            axes.axvspan(*days(np.array([a, b + 1])), color=colour, alpha=0.6, linewidth=0, zorder=0)
    axes.set_xlim(left, right)
