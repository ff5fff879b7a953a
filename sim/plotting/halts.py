"""Halts that come by themselves: the chance that each forecast gave one, and whether one came."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sim.plotting import words
from sim.plotting.hindcasts import COLOURS, Forecasts, columns_of, dot, make_page, of_column
from sim.plotting.sheet import TICK, Layout


def halts(forecasts: Forecasts, source: str, rule: str) -> Figure:
    """Draw, for every origin, the share of wars with a halt that no lever brought, and whether the map saw one.

    Parameters
    ----------
    forecasts : sequence of dict
        As for the other figures of a hindcast, each with ``halt`` (see `sim.analysis.scores.halt_forecasts.Halt`).
    source : str
        What the figure rests on, for its foot.
    rule : str
        What counts as a halt, in words.
    """
    columns = columns_of(forecasts)
    found = [[one["halt"] for one in of_column(forecasts, column)] for column in columns]
    origins = [one["origin"] for one in of_column(forecasts, columns[0])]
    page = make_page(
        "A halt that comes by itself: its chance in each forecast, and whether one came",
        f"Share of simulated wars, none with a lever, with {rule}. Bars: error of the share from a finite number of wars (often "
        "smaller than the mark). Right: what the map saw after each origin. Whatever a lever is said to do must be set beside "
        "this.",
        [""],
        Layout(columns=1, panel=(4.4, 0.34 * len(origins) + 0.2), left=1.2, right=3.0),
        source,
        [Line2D([], [], **dot(COLOURS[n]), label=f"inputs {c}") for n, c in enumerate(columns)],
    )
    axes = page.panels[0]
    for number, ones in enumerate(found):
        y = np.arange(len(ones)) + 0.12 * (2 * number - len(found) + 1)
        axes.hlines(
            y, [one.low for one in ones], [one.high for one in ones], color=COLOURS[number], linewidth=2, alpha=0.5
        )
        axes.plot([one.chance for one in ones], y, **dot(COLOURS[number]), gid="chance")
    for row, one in enumerate(found[0]):
        axes.annotate(_seen(one), (1.06, row), va="center", fontsize=TICK + 0.5, annotation_clip=False)
    axes.set_xlim(-0.02, 1.02)
    axes.set_ylim(len(origins) - 0.5, -0.5)
    axes.set_yticks(range(len(origins)), [words.date(str(origin)) for origin in origins])
    axes.grid(axis="y", visible=False)
    axes.set_xlabel("share of wars with a halt", fontsize=TICK + 0.5)
    return page.figure


def _seen(one: object) -> str:
    happened, day, least = (getattr(one, name) for name in ("happened", "day", "least"))
    if happened is None:
        return "too few weeks to tell"
    if happened:
        return f"came, from day {day:.0f}; slowest {words.number(round(least, 1))} km² a day"
    return f"did not come; slowest {words.number(round(least, 1))} km² a day"
