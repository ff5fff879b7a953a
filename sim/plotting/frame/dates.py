"""The axis of time: labels that never run into each other, from one week to many years."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedFormatter, FixedLocator
from numpy.typing import NDArray

from sim.foundation.format import format_date
from sim.plotting.frame.page import TICK, inches
from sim.plotting.frame.palette import FAINT
from sim.plotting.frame.text import width

_STEPS = (1, 2, 3, 4, 6, 12, 24, 60, 120, 240, 600, 1200)  # months


def days(time: NDArray[np.datetime64]) -> NDArray[np.float64]:
    """Return instants as days since 1970, the axis that all panels share."""
    return np.asarray(time.astype("datetime64[h]").astype(np.int64) / 24.0, dtype=np.float64)


def day_of(date: object) -> float:
    """Return one date as days since 1970."""
    return float(np.datetime64(str(date)[:10], "D").astype(np.int64))


def month_name(month: int) -> str:
    """Return the short name of a month counted from January 1970."""
    return format_date(f"2000-{month % 12 + 1:02d}-01", short=True).split()[1]


def time_axis(axes: Axes, time: NDArray[np.datetime64]) -> None:
    """Set limits and ticks for `time`; the year stands under the first tick and under each January."""
    x = days(time)
    first, last = float(x[0]), float(x[-1])
    if last - first < 7:
        first, last = first - 4, last + 4
    axes.set_xlim(first, last)
    # A label is at most "Nov" or "2025" wide; "19 Nov" on short axes.
    short = last - first < 75
    most = max(2, int(inches(axes)[0] / (width("19 Nov" if short else "2025", TICK) + 0.14)))
    marks = _day_marks(first, last, most) if short else _month_marks(first, last, most)
    axes.xaxis.set_major_locator(FixedLocator([mark for mark, _ in marks]))
    axes.xaxis.set_major_formatter(FixedFormatter([text for _, text in marks]))
    axes.tick_params(axis="x", labelsize=TICK, pad=2)


def milestones_inside(dates: Iterable[str], time: NDArray[np.datetime64]) -> list[str]:
    """Return those of `dates` that lie inside the run."""
    x = days(time)
    return [str(date)[:10] for date in dates if x[0] < day_of(date) <= x[-1]]


def mark_dates(axes: Axes, dates: Iterable[object]) -> None:
    """Draw a hairline at each date."""
    for date in dates:
        axes.axvline(day_of(date), color=FAINT, linewidth=0.6, linestyle=(0, (1, 2)), zorder=0)


def _month_marks(first: float, last: float, most: int) -> list[tuple[float, str]]:
    """Return (day, label) at firsts of months, as many as fit."""
    start, end = (int(np.datetime64(int(day), "D").astype("datetime64[M]").astype(int)) for day in (first, last))
    step = next((s for s in _STEPS if (end - start + 1) / s <= most), _STEPS[-1])
    marks: list[tuple[float, str]] = []
    for month in range(start, end + 1):
        day = float(np.datetime64(month, "M").astype("datetime64[D]").astype(int))
        if month % step or not first <= day <= last:  # month 0 is January 1970
            continue
        year = str(1970 + month // 12)
        text = year if step >= 12 else month_name(month)
        marks.append((day, f"{text}\n{year}" if step < 12 and (not marks or month % 12 < step) else text))
    return marks


def _day_marks(first: float, last: float, most: int) -> list[tuple[float, str]]:
    """Return (day, label) on short axes: whole weeks, evenly from the first day."""
    begin, end = int(np.ceil(first)), int(np.floor(last))
    step = 7 * max(1, -(-(end - begin) // (7 * max(most - 1, 1))))
    marks, written = [], ""
    for day in range(begin, end + 1, step):
        number, month, year = format_date(str(np.datetime64(day, "D")), short=True).split()
        marks.append((float(day), f"{number} {month}" + ("" if year == written else f"\n{year}")))
        written = year
    return marks
