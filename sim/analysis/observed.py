"""What was observed: weekly front changes, monthly losses and other dated tables, read from CSV files.

The format is that of ``scenarios/history``: comment lines begin with ``#`` (those like ``# unit: km2`` become the
header), one line of column names, then rows. Unknown columns are let through; an empty cell is a missing value.
"""

from __future__ import annotations

import calendar
import datetime as dt
import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import xarray as xr

from sim.analysis.cells import Cell, Sheet, cut, looks_like_number
from sim.foundation.errors import Fault, UserError, nearest

FRONT, FRONT_BY_AXIS, LOSSES, MONTHLY, DATED = "front", "front by axis", "monthly losses", "monthly", "dated"
NET = ("net_change_adj_km2", "net_change_km2")
LABELS = ("axis", "donor_group", "metric")
TAKEN = ("time", "start")
"""Names of the coordinates of time, which no column of numbers may have."""

_WEEK = 7
RECENT, USUAL = 8, 26  # weeks of the two paces that a scenario starts from
QUIET = 0.05  # km2/day, the least that counts as the usual pace
_SHORTEST, _LONGEST = 4, 10  # days between two maps that still count as one week
_MOST_KM2 = 1e6  # a larger weekly change is a slip of the pen
CLAIMED = "attacker_losses_claim"
"""The column of claimed losses of the attacker."""

Days = npt.NDArray[np.datetime64]


@dataclass(frozen=True)
class Observed:
    """A table of observations.

    Parameters
    ----------
    path : str
        Where it was read.
    kind : str
        ``front``, ``front by axis``, ``monthly losses``, ``monthly`` or ``dated``.
    data : Dataset
        Dims time (the last day of each period) and, where the table has labels, axis (or donor_group,
        metric). A front has the variable ``net_km2`` (km2, + = the attacker gains); other tables one variable a column of
        numbers. Coordinate ``start`` (time): the day before each period's first, so that a period is
        (start, time]. nan where a value is missing.
    column : str
        The column that ``net_km2`` was taken from.
    header : dict of str to str
        The commented ``key: text`` lines of the file.
    lines : dict of str to int
        The line on which each label first stands.
    ignored : tuple of str
        Columns that were let through unread.
    """

    path: str
    kind: str
    data: xr.Dataset
    column: str
    header: dict[str, str]
    lines: dict[str, int]
    ignored: tuple[str, ...]

    @property
    def label(self) -> str:
        """Name of the dimension beside time, or nothing."""
        return next((str(dim) for dim in self.data.dims if dim != "time"), "")

    @property
    def axes(self) -> tuple[str, ...]:
        """The labels: axes, groups or metrics; none in a total."""
        return tuple(str(name) for name in self.data[self.label].values) if self.label else ()

    @property
    def ends(self) -> Days:
        """The last day of each period, shape (time,), datetime64[D]."""
        return self.data["time"].values.astype("datetime64[D]")

    @property
    def starts(self) -> Days:
        """The day from which each period's change counts, shape (time,), datetime64[D]."""
        return self.data["start"].values.astype("datetime64[D]")

    def until(self, day: dt.date) -> Observed:
        """Return the periods that ended on `day` or before: what was known that day."""
        return self._only(self.ends <= np.datetime64(day, "D"))

    def since(self, day: dt.date) -> Observed:
        """Return the periods that began on `day` or later."""
        return self._only(self.starts >= np.datetime64(day, "D"))

    def total(self, leave_out: Iterable[str] = ()) -> xr.DataArray:
        """Return the net gain in all, (time,) km2: as it stands, or the sum of the axes but those left out; nan where one lacks."""
        net = self.data["net_km2"]
        if self.kind == FRONT:
            return net
        inside = [name for name in self.axes if name not in set(leave_out)]
        return net.sel(axis=inside).sum("axis", skipna=False)

    def _only(self, rows: npt.NDArray[np.bool_]) -> Observed:
        return replace(self, data=self.data.isel(time=np.flatnonzero(rows)))


def read(path: str | Path) -> Observed:
    """Read and check a file of observations.

    The kind follows from the columns: ``week_end`` with ``net_change_adj_km2`` or (if that is not there)
    ``net_change_km2`` is a front, with ``axis`` one by axis; ``month`` is a monthly table (losses, if it has
    `CLAIMED`; ``period_start`` and ``period_end`` may cut a month short); ``date`` dated points.

    Raises
    ------
    UserError
        With every fault of the file, each at its line and column.
    """
    sheet = cut(Path(path))
    time = next((name for name in ("week_end", "month", "date") if sheet.place(name) >= 0), None)
    if time is None:
        sheet.need("week_end", "month", "date")
        sheet.check()
    if time == "week_end":
        return _front(sheet)
    return _table(sheet, str(time))


def require(observed: Observed, kinds: Iterable[str]) -> Observed:
    """Return `observed` if it is of one of `kinds`; an error that says what it is otherwise."""
    if observed.kind in (wanted := tuple(kinds)):
        return observed
    raise UserError(
        [Fault(f"holds a table of the kind '{observed.kind}' - wanted: {' or '.join(wanted)}", observed.path)]
    )


def claimed_losses(observed: Observed) -> npt.NDArray[np.float64]:
    """Return the losses of the attacker that a table of the kind ``monthly losses`` claims, (period,), people."""
    return np.asarray(observed.data[CLAIMED].to_numpy(), dtype=np.float64)


def check_axes(observed: Observed, known: Iterable[str]) -> None:
    """Compare the axes of a table with the fronts of a scenario.

    Raises
    ------
    UserError
        With each axis that no front is named after, where it first stands.
    """
    names = list(known)
    unknown = [name for name in observed.axes if name not in names]
    if unknown and observed.label == "axis":
        raise UserError(
            Fault(
                f"the scenario has no front '{name}'; it has {', '.join(names)}{nearest(name, names)}",
                observed.path,
                observed.lines.get(name),
                None,
            )
            for name in unknown
        )


def describe(observed: Observed) -> dict[str, Any]:
    """Return what a table holds, in plain values: kind, rows, span, axes, gaps, missing, totals, unit."""
    data, ends = observed.data, observed.ends
    sums = {str(name): _sum(data[name]) for name in data.data_vars if observed.kind != DATED}
    by_label = {}
    if observed.kind == FRONT_BY_AXIS:
        by_label = {name: _sum(data["net_km2"].sel(axis=name)) for name in observed.axes}
    return {
        "file": observed.path,
        "kind": observed.kind,
        "column": observed.column,
        "unit": "km2" if observed.kind.startswith(FRONT) else observed.header.get("unit", "not stated"),
        "periods": len(ends),
        "first": str(ends[0]),
        "last": str(ends[-1]),
        "axes": list(observed.axes),
        "gaps": _gaps(observed),
        "missing": int(sum(int(np.isnan(data[name].values).sum()) for name in data.data_vars)),
        "totals": sums,
        "totals_by_axis": by_label,
        "pace_km2_per_day": _pace(observed) if by_label else {},
        "ignored_columns": list(observed.ignored),
        "header": observed.header,
    }


def _sum(values: xr.DataArray) -> float | None:
    """Return the sum of the values that are there, None where none is."""
    found = float(values.sum(skipna=True, min_count=1))
    return None if math.isnan(found) else found


def _pace(observed: Observed) -> dict[str, dict[str, float]]:
    """Return what a scenario that starts at the table's end says of each axis, km2/day: the mean net gain of the last
    `RECENT` weeks, and the mean gross gain of the last `USUAL`.
    """
    found = {}
    for name in observed.axes:
        weekly = np.nan_to_num(observed.data["net_km2"].sel(axis=name).to_numpy()) / _WEEK
        usual = max(float(weekly[-USUAL:].mean()), QUIET)
        found[name] = {"recent_gain": round(float(weekly[-RECENT:].mean()), 3), "usual_gain": round(usual, 3)}
    return found


def _gaps(observed: Observed) -> list[list[str]]:
    """Return the spans [from, to] between two periods that no row covers."""
    if observed.kind == DATED:
        return []
    gap = observed.starts[1:] > observed.ends[:-1]
    return [[str(observed.ends[i]), str(observed.starts[i + 1])] for i in np.flatnonzero(gap)]


def _front(sheet: Sheet) -> Observed:
    """Read a table of weekly change, total or by axis."""
    when, what, axis = sheet.place("week_end"), sheet.need(*NET), sheet.place("axis")
    points: dict[tuple[dt.date, str], float] = {}
    lines: dict[str, int] = {}
    last: dict[str, tuple[dt.date, Cell]] = {}
    for row in sheet.rows if what >= 0 else []:
        day, value = sheet.day(row[when]), sheet.number(row[what])
        name = _label(sheet, row, axis, lines)
        if abs(value) > _MOST_KM2:
            sheet.fault(row[what], f"{row[what].text} km2 in a week is a slip of the pen")
        if day is None:
            continue
        _in_order(sheet, row[when], day, last.get(name), name, _SHORTEST)
        last[name] = (day, row[when])
        points[day, name] = value
    sheet.check()
    days = sorted({day for day, _ in points})
    ends = np.array(days, dtype="datetime64[D]")
    steps = np.diff(ends).astype(int)
    if len(steps) and steps.min() < _SHORTEST:
        place = days[int(np.argmin(steps)) + 1]
        raise UserError([Fault(f"axes end their weeks on different days, near {place}", sheet.file)])
    near = (steps >= _SHORTEST) & (steps <= _LONGEST)
    span = np.concatenate([[_WEEK], np.where(near, steps, _WEEK)]).astype("timedelta64[D]")
    column = sheet.names[what].text
    attrs = {"units": "km2", "long_name": "net gain of the attacker in the week"}
    kind = FRONT if axis < 0 else FRONT_BY_AXIS
    values = {"net_km2": _pivot(points, days, lines if axis >= 0 else {})}
    data = _dataset(values, ends, ends - span, "axis" if axis >= 0 else "", list(lines))
    data["net_km2"].attrs.update(attrs)
    read_columns = {"week_end", "axis", column}
    return Observed(sheet.file, kind, data, column, sheet.header, lines, _rest(sheet, read_columns))


def _table(sheet: Sheet, time: str) -> Observed:
    """Read a monthly table or dated points: every column in which at least half of the entries are numbers."""
    when = sheet.place(time)
    label = next((name for name in LABELS if sheet.place(name) >= 0), "")
    known = {time, label, "period_start", "period_end"}
    columns = [i for i, cell in enumerate(sheet.names) if cell.text not in known and _is_number(sheet, i)]
    for index in columns:
        if sheet.names[index].text in TAKEN:
            sheet.fault(sheet.names[index], f"a column of numbers cannot be called '{sheet.names[index].text}'")
    if not columns and sheet.rows:
        sheet.fault(sheet.names[0], "no column of numbers")
    points: dict[int, dict[tuple[dt.date, str], float]] = {index: {} for index in columns}
    lines: dict[str, int] = {}
    last: dict[str, tuple[dt.date, Cell]] = {}
    spans: dict[dt.date, dt.date] = {}
    for row in sheet.rows:
        period = _period(sheet, row, time)
        name = _label(sheet, row, sheet.place(label) if label else -1, lines)
        values = {index: sheet.number(row[index]) for index in columns}
        for index, value in values.items():
            if value < 0 and sheet.names[index].text.endswith("_claim"):
                sheet.fault(row[index], f"{row[index].text} is below zero - a claim of losses is not")
        if period is None:
            continue
        _in_order(sheet, row[when], period[1], last.get(name), name, 1)
        last[name] = (period[1], row[when])
        spans[period[1]] = period[0]
        for index, value in values.items():
            points[index][period[1], name] = value
    sheet.check()
    days = sorted(spans)
    arrays = {sheet.names[i].text: _pivot(points[i], days, lines if label else {}) for i in columns}
    ends = np.array(days, dtype="datetime64[D]")
    starts = np.array([spans[day] for day in days], dtype="datetime64[D]")
    kind = DATED if time == "date" else LOSSES if CLAIMED in arrays else MONTHLY
    data = _dataset(arrays, ends, starts, label, list(lines))
    names = ", ".join(arrays)
    return Observed(sheet.file, kind, data, names, sheet.header, lines, _rest(sheet, known | set(arrays)))


def _period(sheet: Sheet, row: list[Cell], time: str) -> tuple[dt.date, dt.date] | None:
    """Return (the day before the first, the last day) of a row's period; None where it is at fault."""
    cell = row[sheet.place(time)]
    if time == "date":
        day = sheet.day(cell)
        return None if day is None else (day, day)
    first = sheet.month(cell)
    if first is None:
        return None
    end: dt.date | None = first.replace(day=calendar.monthrange(first.year, first.month)[1])
    start: dt.date | None = first
    for name in ("period_start", "period_end"):
        at = sheet.place(name)
        if at < 0 or not row[at].text:
            continue
        day = sheet.day(row[at])
        if day is not None and (day.year, day.month) != (first.year, first.month):
            sheet.fault(row[at], f"{day} is not in the month {cell.text}")
        start, end = (day, end) if name == "period_start" else (start, day)
    if start is None or end is None:
        return None
    if end < start:
        sheet.fault(cell, f"the period ends ({end}) before it begins ({start})")
        return None
    return start - dt.timedelta(days=1), end


def _label(sheet: Sheet, row: list[Cell], at: int, lines: dict[str, int]) -> str:
    if at < 0:
        return ""
    name = row[at].text
    if not name:
        sheet.fault(row[at], f"no {sheet.names[at].text} named")
    lines.setdefault(name, row[at].line)
    return name


def _in_order(
    sheet: Sheet, cell: Cell, day: dt.date, before: tuple[dt.date, Cell] | None, name: str, least: int
) -> None:
    """Note a fault where the dates of one label do not go forward, by at least `least` days."""
    if before is None:
        return
    earlier, where = before
    what = f"{cell.text} of '{name}'" if name else cell.text
    if day == earlier:
        sheet.fault(cell, f"{what} stands already on line {where.line}")
    elif day < earlier:
        sheet.fault(cell, f"{what} comes after {where.text} (line {where.line}) - dates must go forward")
    elif (day - earlier).days < least:
        sheet.fault(cell, f"{what} is {(day - earlier).days} days after {where.text} - weeks are wanted")


def _is_number(sheet: Sheet, index: int) -> bool:
    """Return whether a column is one of numbers: a claim of losses is, else at least half of its entries are."""
    said = [row[index].text for row in sheet.rows if row[index].text]
    claimed = sheet.names[index].text.endswith("_claim")
    return bool(said) and (claimed or 2 * sum(map(looks_like_number, said)) >= len(said))


def _rest(sheet: Sheet, used: set[str]) -> tuple[str, ...]:
    return tuple(cell.text for cell in sheet.names if cell.text not in used)


def _pivot(
    points: dict[tuple[dt.date, str], float], days: list[dt.date], labels: dict[str, int]
) -> npt.NDArray[np.float64]:
    """Return values (time, label), or (time,) without labels; nan where there is no row."""
    if not labels:
        return np.array([points.get((day, ""), math.nan) for day in days])
    return np.array([[points.get((day, name), math.nan) for name in labels] for day in days])


def _dataset(
    values: dict[str, npt.NDArray[np.float64]], ends: Days, starts: Days, label: str, names: list[str]
) -> xr.Dataset:
    dims = ("time", label) if label else ("time",)
    coords: dict[str, Any] = {
        "time": ends.astype("datetime64[ns]"),
        "start": ("time", starts.astype("datetime64[ns]")),
    }
    if label:
        coords[label] = names
    return xr.Dataset({name: (dims, array) for name, array in values.items()}, coords)
