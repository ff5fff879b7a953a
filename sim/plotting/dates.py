"""The axis of time: labels that never run into each other, from one week to many years."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedFormatter, FixedLocator
from numpy.typing import NDArray

from sim.plotting import words
from sim.plotting.cast import Cast
from sim.plotting.palette import FAINT
from sim.plotting.sheet import TICK, inches

_STEPS = (1, 2, 3, 4, 6, 12, 24, 60, 120, 240, 600, 1200)  # months


def days(time: NDArray[np.datetime64]) -> NDArray[np.float64]:
    """Return instants as days since 1970, the axis that all panels share."""
    return np.asarray(time.astype("datetime64[h]").astype(np.int64) / 24.0, dtype=np.float64)


def time_axis(axes: Axes, time: NDArray[np.datetime64]) -> None:
    """Set limits and ticks for `time`; the year stands under the first tick and under each January."""
    x = days(time)
    first, last = float(x[0]), float(x[-1])
    if last - first < 7:
        first, last = first - 4, last + 4
    axes.set_xlim(first, last)
    width, _ = inches(axes)
    # A label is at most "Nov" or "2025" wide; "19 Nov" on short axes.
    short = last - first < 75
    most = max(2, int(width / (words.width("19 Nov" if short else "2025", TICK) + 0.14)))
    marks = _day_marks(first, last, most) if short else _month_marks(first, last, most)
    axes.xaxis.set_major_locator(FixedLocator([mark for mark, _ in marks]))
    axes.xaxis.set_major_formatter(FixedFormatter([text for _, text in marks]))
    axes.tick_params(axis="x", labelsize=TICK, pad=2)


def milestones(attrs: dict[Any, Any]) -> list[np.datetime64]:
    """Return the dates in the attribute ``verdict_milestones``, however it was stored."""
    found = re.findall(r"\d{4}-\d{2}-\d{2}", str(attrs.get("verdict_milestones", "")))
    return [np.datetime64(text, "D") for text in found]


def mark_milestones(axes: Axes, attrs: dict[Any, Any]) -> None:
    """Draw a hairline at each milestone inside the axis."""
    low, high = axes.get_xlim()
    for day in milestones(attrs):
        x = float(days(np.array([day]))[0])
        if low < x <= high:
            axes.axvline(x, color=FAINT, linewidth=0.6, linestyle=(0, (1, 2)), zorder=0)


def dotted(cast: Cast) -> str:
    """Return a sentence that explains the hairlines, or nothing where no milestone lies inside the run."""
    time = cast.time(cast.base)
    inside = [d for d in milestones(dict(cast.datasets[cast.base.result].attrs)) if time[0] < d <= time[-1]]
    return f"Dotted: {' and '.join(words.date(d) for d in inside)}. " if inside else ""


def _month_marks(first: float, last: float, most: int) -> list[tuple[float, str]]:
    """Return (day, label) at firsts of months, as many as fit."""
    start = np.datetime64(int(np.floor(first)), "D").astype("datetime64[M]").astype(int)
    end = np.datetime64(int(np.ceil(last)), "D").astype("datetime64[M]").astype(int)
    span = end - start + 1
    step = next((s for s in _STEPS if span / s <= most), _STEPS[-1])
    marks: list[tuple[float, str]] = []
    for month in range(start, end + 1):
        day = float(np.datetime64(month, "M").astype("datetime64[D]").astype(int))
        if month % step or not first <= day <= last:  # month 0 is January 1970
            continue
        year = str(1970 + month // 12)
        text = year if step >= 12 else words.MONTHS[month % 12]
        fresh = step < 12 and (not marks or month % 12 < step)
        marks.append((day, f"{text}\n{year}" if fresh else text))
    return marks


def _day_marks(first: float, last: float, most: int) -> list[tuple[float, str]]:
    """Return (day, label) on short axes: whole days, evenly from the first one."""
    begin, end = int(np.ceil(first)), int(np.floor(last))
    step = max(7, -(-(end - begin) // max(most - 1, 1)))
    step = -(-step // 7) * 7
    marks: list[tuple[float, str]] = []
    written = ""
    for day in range(begin, end + 1, step):
        year, month, number = str(np.datetime64(day, "D")).split("-")
        text = f"{int(number)} {words.MONTHS[int(month) - 1]}"
        marks.append((float(day), text if year == written else f"{text}\n{year}"))
        written = year
    return marks
