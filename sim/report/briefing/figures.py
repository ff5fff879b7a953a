"""Geometry of a briefing's figures: the places of lines and dots, which templates turn into SVG. No number is made here."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

import numpy as np

from sim.analysis.estimate import Estimate
from sim.analysis.outcomes.halt_definitions import Floats
from sim.analysis.outcomes.judging import days_since_start
from sim.analysis.result import Result
from sim.foundation.format import format_date, format_number

TYPICAL = (0.1, 0.5, 0.9)
"""Where among all wars those end that are drawn one by one."""

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 360, 250, 46, 8, 22, 26
MARGIN_PERCENT = 2.0
MOST_OBSERVED = 12
ROUNDING = 1e-9
SHARES = (0.0, 1.0)
"""The ends of an axis of chances."""


@dataclass(frozen=True)
class Strip:
    """One row of a chart of dots: places in per cent of its width."""

    low: float
    value: float
    high: float
    zero: float
    kind: str = "arm"
    known: bool = True
    beyond_low: bool = False
    beyond_high: bool = False

    @property
    def cut(self) -> bool:
        """Whether an end lies beyond the axis."""
        return self.beyond_low or self.beyond_high


@dataclass(frozen=True)
class Tick:
    """A place on an axis, and what stands there."""

    at: float
    label: str


@dataclass(frozen=True)
class Panel:
    """One fan of an arm, in the units of its viewBox."""

    label: str
    kind: str
    wide: str
    narrow: str
    median: str
    samples: list[str]
    observed: str
    description: str


@dataclass(frozen=True)
class Fans:
    """Fans of the base and of the arm in focus on shared axes; `skewed` where every mean ends above its median."""

    panels: list[Panel]
    x_ticks: list[Tick]
    y_ticks: list[Tick]
    start: float
    csv: str
    observed: bool
    samples: int
    skewed: bool
    began: str
    unit: str
    size: tuple[int, int, int, int, int, int] = field(default=(WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM))


@dataclass(frozen=True)
class Frame:
    """The axes of a fan: days from `first` to `last` across, km2 from `low` to `high` upwards, as places in its viewBox."""

    first: float
    last: float
    low: float
    high: float

    def x(self, day: float) -> float:
        """Return the place of a day across."""
        return LEFT + (day - self.first) / (self.last - self.first or 1.0) * (WIDTH - LEFT - RIGHT)

    def y(self, km2: float) -> float:
        """Return the place of a value, counted down from the top."""
        return HEIGHT - BOTTOM - (km2 - self.low) / (self.high - self.low) * (HEIGHT - TOP - BOTTOM)

    def path(self, at: Floats, values: Floats) -> str:
        """Return a line through some values (day,) as the path of an SVG."""
        points = (f"{self.x(day):.1f},{self.y(value):.1f}" for day, value in zip(at, values, strict=True))
        return "M" + "L".join(points)

    def band(self, days: Floats, lower: Floats, upper: Floats) -> str:
        """Return what lies between two lines (day,) as the path of an SVG."""
        return self.path(np.concatenate([days, days[::-1]]), np.concatenate([lower, upper[::-1]])) + "Z"


def fans(result: Result, arms: Sequence[str]) -> Fans:
    """Return fans of `arms`: central 50 and 90 % of wars week by week, the median, and the same few replicates in each."""
    record = result.data["net_km2"].sel(arm=list(arms)).transpose("arm", "replicate", "time")
    net, days = record.to_numpy().astype(float), days_since_start(result.data)
    quantiles = np.quantile(net, QUANTILES, axis=1)  # (quantile, arm, time)
    past_days, past = _observed(result)
    chosen = typical_wars(net[-1, :, -1])
    low = min(float(quantiles[0].min()), float(net[:, chosen].min()), float(past.min(initial=0)), 0.0)
    high = max(float(quantiles[-1].max()), float(net[:, chosen].max()), float(past.max(initial=0)), 1.0)
    first, last = float(past_days.min(initial=0)), float(days[-1])
    ticks = whole_ticks(low, high)
    frame = Frame(first, last, min(low, ticks[0]), ticks[-1])
    labels = [result.names.labels[arm] for arm in arms]
    kinds = ["base" if arm == result.base else "arm" for arm in arms]
    panels = [
        Panel(
            label,
            kind,
            frame.band(days, q[0], q[-1]),
            frame.band(days, q[1], q[-2]),
            frame.path(days, q[2]),
            [frame.path(days, wars[k]) for k in chosen],
            frame.path(past_days, past) if past.size else "",
            _end_in_words(q[:, -1]),
        )
        for label, kind, q, wars in zip(labels, kinds, quantiles.swapaxes(0, 1), net, strict=True)
    ]
    return Fans(
        panels,
        _month_ticks(str(result.data["time"].to_numpy()[0])[:10], first, last, frame.x),
        [Tick(frame.y(value), format_number(value)) for value in ticks if frame.low <= value <= frame.high],
        frame.x(0.0),
        _fan_csv(result, arms, quantiles),
        bool(past.size),
        len(chosen),
        bool((net[..., -1].mean(axis=1) > quantiles[2][:, -1]).all()),
        format_date(str(result.data["time"].to_numpy()[0]), short=True),
        "km² since the start",
    )


def _end_in_words(quantiles: Floats) -> str:
    """Return one sentence on where wars stand at the end, from their `QUANTILES` (quantile,) in km2."""
    end = [format_number(float(f"{value:.2g}")) for value in quantiles]
    return (
        f"At the end the median war stands at {end[2]} km²; 50 of 100 wars lie between {end[1]} and {end[3]}, "
        f"90 of 100 between {end[0]} and {end[4]}."
    )


def typical_wars(ends: Floats) -> list[int]:
    """Return the wars that end at the 10th, 50th and 90th percentile of `ends` (war,), each once: no choice of ours."""
    order = np.argsort(ends, kind="stable")
    return list(dict.fromkeys(int(order[round(share * (len(order) - 1))]) for share in TYPICAL))


def strip(estimate: Estimate, low: float, high: float, kind: str = "arm") -> Strip:
    """Return the places of an estimate on an axis from `low` to `high`; ends beyond it are cut off, and marked so."""

    def at(value: float) -> float:
        inside = min(max(value, low), high)
        return round(MARGIN_PERCENT + (100 - 2 * MARGIN_PERCENT) * (inside - low) / (high - low), 2)

    known = estimate.known
    return Strip(
        at(estimate.low), at(estimate.value if known else low), at(estimate.high), at(0.0), kind, known,
        estimate.low < low - abs(low) * ROUNDING, estimate.high > high + abs(high) * ROUNDING,
    )  # fmt: skip


def axis(low: float, high: float, scale: float = 1.0, most: int = 8) -> list[Tick]:
    """Return the ticks of a chart of dots from `low` to `high`: places in per cent of its width, values times `scale`."""
    step = (100 - 2 * MARGIN_PERCENT) / (high - low)
    values = [value / scale for value in nice_ticks(low * scale, high * scale, most)]
    return [Tick(round(MARGIN_PERCENT + step * (x - low), 2), format_number(scale * x, None)) for x in values]


def span(estimates: Sequence[Estimate], margin: float = 0.0) -> tuple[float, float]:
    """Return an axis that shows every finite end of `estimates`, and zero; longer by a share `margin` on either side."""
    ends = [end for one in estimates for end in one.as_list() if math.isfinite(end)]
    low, high = min([0.0, *ends]), max([0.0, *ends])
    more = margin * (high - low)
    return (low - more, high + more) if high > low else (-1.0, 1.0)


def nice_ticks(low: float, high: float, most: int = 8) -> list[float]:
    """Return round values from `low` to `high`, at most `most` of them: multiples of 1, 2 or 5 times a power of ten."""
    rough = (high - low) / (most - 1)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * (1 - 1e-9))
    return [step * k for k in range(math.ceil(low / step), math.floor(high / step) + 1)]


def whole_ticks(low: float, high: float, most: int = 8) -> list[float]:
    """Return `nice_ticks` and one more at the top where the last lies below `high`, so that nothing ends above the axis."""
    ticks = nice_ticks(low, high, most)
    step = ticks[1] - ticks[0] if len(ticks) > 1 else high - low
    return ticks if ticks[-1] >= high else [*ticks, ticks[-1] + step]


def csv_link(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Return a table as a ``data:`` address of a CSV file, numbers to six significant digits."""
    text = io.StringIO()
    short = [[float(f"{cell:.6g}") if isinstance(cell, float) else cell for cell in row] for row in rows]
    csv.writer(text, lineterminator="\n").writerows([head, *short])
    return "data:text/csv;charset=utf-8," + quote(text.getvalue(), safe=",/:()+;=")


def estimates_csv(rows: Mapping[str, Mapping[str, Estimate]], what: str) -> str:
    """Return estimates by row and column as a CSV link."""
    return csv_link(
        (what, "arm", "value", "low", "high", "level", "replicates", "unit"),
        [
            (row, column, one.value, one.low, one.high, one.level, one.n, one.unit)
            for row, columns in rows.items()
            for column, one in columns.items()
        ],
    )


def _observed(result: Result) -> tuple[Floats, Floats]:
    """Return the observed past as days before the start and cumulative km2 that end at 0; empty where there is none.

    The record is by month: whole months before the month of the start are shown at their ends.
    """
    rows = json.loads(str(result.data.attrs.get("observed_monthly_gain", "[]")))
    start = dt.date.fromisoformat(str(result.data["time"].to_numpy()[0])[:10])
    months = [(dt.date.fromisoformat(f"{month}-01"), float(gain)) for month, gain in rows]
    months = [(first, gain) for first, gain in months if first <= start][-MOST_OBSERVED:]
    if not months:
        return np.zeros(0), np.zeros(0)
    ends = [min(_next_month(first), start) for first, _ in months]
    days = np.array([(day - start).days for day in [months[0][0], *ends]], dtype=float)
    total = np.concatenate([[0.0], np.cumsum([gain for _, gain in months])])
    return days, total - total[-1]


def _next_month(first: dt.date) -> dt.date:
    return dt.date(first.year + first.month // 12, first.month % 12 + 1, 1)


def _month_ticks(start: str, first: float, last: float, x: Callable[[float], float]) -> list[Tick]:
    day0 = dt.date.fromisoformat(start)
    months, day = [], _next_month((day0 + dt.timedelta(days=first)).replace(day=1))
    while (at := (day - day0).days) <= last:
        months.append((at, day))
        day = _next_month(day)
    every = max(1, -(-len(months) // 6))
    names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    chosen = [one for one in months if (one[1].month - 1) % every == 0] if every in (2, 3, 4, 6) else months[::every]
    return [Tick(x(float(at)), f"{names[day.month - 1]} {day.year % 100:02d}") for at, day in chosen]


def _fan_csv(result: Result, arms: Sequence[str], quantiles: Floats) -> str:
    dates = [str(day)[:10] for day in result.data["time"].to_numpy()]
    rows = [
        (arm, date, *(round(float(value), 1) for value in quantiles[:, index, week]))
        for index, arm in enumerate(arms)
        for week, date in enumerate(dates)
    ]
    return csv_link(("arm", "date", *(f"net_km2_q{round(100 * q):02d}" for q in QUANTILES)), rows)
