"""The war's arithmetic: books that must close, and sums that must fit what is known.

Two kinds of check on a stored result. *Closings* are identities of the books: what came in, less what went out, is what is
there. *Comparisons* hold a quantity over a span of days against a range that somebody published; they come from a table
(see `read_checks`), so that no number of the world stands here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import xarray as xr

from sim.analysis.cells import Cell, Sheet, cut
from sim.analysis.estimate import Estimate
from sim.analysis.names import Names
from sim.analysis.observations.matching import read_at
from sim.analysis.observed import Observed, claimed_losses
from sim.foundation.errors import nearest

Floats = npt.NDArray[np.float64]

MONTH = 365.25 / 12.0  # days
LEVEL = 0.9
COLUMNS = ("check", "scenario", "quantity", "of", "from", "to", "low", "high", "unit", "source")
OPTIONAL = ("claims_from", "claims_to", "note")


@dataclass(frozen=True)
class Check:
    """One comparison.

    Parameters
    ----------
    name, scenario, quantity, of : str
        What a person calls it, the scenario's file (beside the table), what is computed (a key of `QUANTITIES`), and of
        whom: a side, or an ally, or ``all``.
    first, last : date
        The span.
    low, high : float
        What is known, in `unit`; nan for an open end.
    claims : tuple of date, optional
        The span of the claims that losses are set against, where it is not the check's own.
    line : int, optional
        Where it stands in its table.
    """

    name: str
    scenario: str
    quantity: str
    of: str
    first: dt.date
    last: dt.date
    low: float
    high: float
    unit: str
    source: str
    note: str = ""
    claims: tuple[dt.date, dt.date] | None = None
    line: int | None = None


@dataclass(frozen=True)
class Found:
    """A check and what the replicates gave: median and 5 to 95 % of them, in the check's unit."""

    check: Check
    low: float
    median: float
    high: float

    @property
    def verdict(self) -> str:
        """``inside`` if the median is in the range, ``touches`` if only the interval reaches it, else ``outside``."""
        low = self.check.low if np.isfinite(self.check.low) else -np.inf
        high = self.check.high if np.isfinite(self.check.high) else np.inf
        if low <= self.median <= high:
            return "inside"
        return "touches" if self.low <= high and self.high >= low else "outside"


@dataclass(frozen=True)
class Closing:
    """A book: the largest gap, over replicates and weeks, between what came, what went and what is there.

    Parameters
    ----------
    name, unit : str
    gap, size : float
        The gap, and the largest amount that passed through the book.
    """

    name: str
    unit: str
    gap: float
    size: float

    @property
    def share(self) -> float:
        """The gap as a share of what passed."""
        return self.gap / self.size if self.size else 0.0


class BaseRecord:
    """The base arm of a result, read by quantity and day."""

    def __init__(self, data: xr.Dataset, claims: Observed | None = None) -> None:
        self.data, self.names = data.isel(arm=0), Names.of(data)
        self.time = self.data["time"].to_numpy()
        self.claims = claims

    def series(self, name: str, **where: str) -> Floats:
        """Return a recorded quantity, (replicate, time)."""
        return self.data[name].sel(where).transpose("replicate", "time").to_numpy().astype(np.float64)

    def at(self, curves: Floats, day: dt.date) -> Floats:
        """Return curves (replicate, time) on a day, (replicate,); nan outside the record."""
        return read_at(curves, self.time, np.array([day], dtype="datetime64[D]"))[:, 0]

    def monthly(self, curves: Floats, check: Check) -> Floats:
        """Return the change a month over the check's span, (replicate,)."""
        days = (check.last - check.first).days
        return (self.at(curves, check.last) - self.at(curves, check.first)) * (MONTH / days)

    def claimed(self, check: Check) -> float:
        """Return the attacker's losses claimed a month over the check's span, or the one it names."""
        if self.claims is None:
            return float("nan")
        first, last = check.claims or (check.first, check.last)
        total, days = 0.0, (last - first).days
        values = claimed_losses(self.claims)
        for begin, end, lost in zip(self.claims.starts, self.claims.ends, values, strict=True):
            both = min(np.datetime64(last), end) - max(np.datetime64(first), begin)
            total += (
                float(lost)
                * max(float(both / np.timedelta64(1, "D")), 0.0)
                / float((end - begin) / np.timedelta64(1, "D"))
            )
        return total * MONTH / days


def _change(name: str) -> Callable[[BaseRecord, Check], Floats]:
    return lambda record, check: record.monthly(record.series(name, side=check.of), check)


def _shells(name: str, commodity: str = "shell") -> Callable[[BaseRecord, Check], Floats]:
    return lambda record, check: record.monthly(record.series(name, side=check.of, commodity=commodity), check)


def _fired(record: BaseRecord, check: Check) -> Floats:
    return _shells("used")(record, check) / MONTH


def _of_side(record: BaseRecord, check: Check, name: str, side: str) -> Floats:
    return record.monthly(record.series(name, side=side), check)


def _aid(name: str) -> Callable[[BaseRecord, Check], Floats]:
    def read(record: BaseRecord, check: Check) -> Floats:
        if check.of != "all":
            return record.monthly(record.series(name, ally=check.of), check)
        whole = record.data[name].sum("ally").transpose("replicate", "time").to_numpy().astype(np.float64)
        return record.monthly(whole, check)

    return read


def _ratio(record: BaseRecord, check: Check) -> Floats:
    fired = [
        record.monthly(record.series("used", side=side.id, commodity="shell"), check) for side in record.names.sides
    ]
    return fired[0] / np.maximum(fired[1], 1.0)


QUANTITIES: dict[str, Callable[[BaseRecord, Check], Floats]] = {
    "force": lambda record, check: record.at(record.series("force", side=check.of), check.last),
    "growth of the force": _change("force"),
    "recruits": _change("recruits"),
    "permanent losses": _change("permanent"),
    "casualties": _change("casualties"),
    "killed": _change("killed"),
    "exchange of casualties": lambda record, check: (
        _of_side(record, check, "casualties", record.names.attacker.id)
        / _of_side(record, check, "casualties", record.names.defender.id)
    ),
    "permanent losses over claims": lambda record, check: _change("permanent")(record, check) / record.claimed(check),
    "casualties over claims": lambda record, check: _change("casualties")(record, check) / record.claimed(check),
    "shells fired": _fired,
    "ratio of fires": _ratio,
    "shells made": _shells("made"),
    "shells imported": _shells("received"),
    "imported over fired": lambda record, check: (
        _shells("received")(record, check) / np.maximum(_shells("used")(record, check), 1.0)
    ),
    "aid delivered": _aid("delivered"),
    "aid pledged": _aid("pledged"),
    "delivered over pledged": lambda record, check: (
        _aid("delivered")(record, check) / np.maximum(_aid("pledged")(record, check), 1e-9)
    ),
}
"""What a check may compute: persons and shells a month, shells fired a day, Gusd a month, and plain ratios."""


def compare(data: xr.Dataset, checks: Sequence[Check], claims: Observed | None = None) -> list[Found]:
    """Return what the base arm of `data` gives for each check."""
    record = BaseRecord(data, claims)
    found = []
    for check in checks:
        ends = Estimate.spread(QUANTITIES[check.quantity](record, check), LEVEL)
        found.append(Found(check, ends.low, ends.value, ends.high))
    return found


def closings(data: xr.Dataset) -> list[Closing]:
    """Return every book of the base arm that the record holds whole.

    People of the defender's rolls; every good of both sides but vehicles, whose losses to the enemy are not recorded; aid,
    where what is under way may not fall below nothing.
    """
    record = BaseRecord(data)
    attacker, defender = record.names.sides
    force, came, gone = (record.series(name, side=defender.id) for name in ("force", "recruits", "permanent"))
    title = f"people of {defender.name}: recruits - permanent losses = growth"
    found = [_closing(title, "person", force, came, gone)]
    for side in (defender, attacker):
        for good in data["commodity"].to_numpy():
            if good in ("vehicle", "money"):
                continue
            stock, made, got, used = (
                record.series(name, side=side.id, commodity=str(good)) for name in ("stock", "made", "received", "used")
            )
            title = f"{str(good).replace('_', ' ')}s of {side.name}: made + received - used = change of stock"
            found.append(_closing(title, str(good).replace("_", " "), stock, made + got, used))
    return found


def _closing(name: str, unit: str, stock: Floats, came: Floats, gone: Floats) -> Closing:
    """Return how far stock is from its start plus what came less what went."""
    gap = (stock - stock[:, :1]) - (came - came[:, :1]) + (gone - gone[:, :1])
    size = max(float(np.abs(x).max()) for x in (stock, came, gone))
    return Closing(name, unit, float(np.abs(gap).max()), size)


def read_checks(path: Path) -> list[Check]:
    """Read a table of checks.

    Raises
    ------
    UserError
        With every fault of the table at its line and column.
    """
    sheet = cut(path)
    at = {name: sheet.need(name) for name in COLUMNS} | {name: sheet.place(name) for name in OPTIONAL}
    sheet.check()
    checks = [_check(sheet, row, at) for row in sheet.rows]
    sheet.check()
    return [check for check in checks if check is not None]


def _check(sheet: Sheet, row: list[Cell], at: dict[str, int]) -> Check | None:
    text = {name: row[place].text if place >= 0 else "" for name, place in at.items()}
    if text["quantity"] not in QUANTITIES:
        known = ", ".join(QUANTITIES)
        near = nearest(text["quantity"], QUANTITIES)
        sheet.fault(row[at["quantity"]], f"unknown quantity '{text['quantity']}' - allowed: {known}{near}")
    first, last = sheet.day(row[at["from"]]), sheet.day(row[at["to"]])
    low, high = sheet.number(row[at["low"]]), sheet.number(row[at["high"]])
    if low > high:
        sheet.fault(row[at["low"]], f"{low:g} is above the high end {high:g}")
    if first is None or last is None:
        return None
    if last <= first:
        sheet.fault(row[at["to"]], f"{last} is not after {first}")
    claims = None
    if text["claims_from"]:
        span = sheet.day(row[at["claims_from"]]), sheet.day(row[at["claims_to"]])
        claims = (span[0], span[1]) if span[0] and span[1] else None
    return Check(
        text["check"], text["scenario"], text["quantity"], text["of"], first, last, low, high, text["unit"],
        text["source"], text["note"], claims, row[0].line,
    )  # fmt: skip
