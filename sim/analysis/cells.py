"""A CSV file as cells that know where they stand: comments aside, quotes resolved, faults with their places."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sim.foundation import files
from sim.foundation.errors import Fault, UserError, closest

LIMIT_BYTES = 20 * files.MEGABYTE
MOST_FAULTS = 50

_CELL = re.compile(r'\s*"((?:[^"]|"")*)"\s*(?=,|$)|([^,]*)')
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MONTH = re.compile(r"\d{4}-\d{2}")


@dataclass(frozen=True)
class Cell:
    """The text of a cell, stripped, with its line and column in the file, counted from 1."""

    text: str
    line: int
    column: int


@dataclass
class Sheet:
    """A file cut into cells.

    Parameters
    ----------
    file : str
        Its name, for messages.
    header : dict of str to str
        Comment lines of the form ``# key: text``.
    names : list of Cell
        The names of the columns.
    rows : list of list of Cell
        Each as long as `names`.
    faults : list of Fault
        What was wrong so far; readers add theirs, `check` raises them all.
    """

    file: str
    header: dict[str, str]
    names: list[Cell]
    rows: list[list[Cell]]
    faults: list[Fault] = field(default_factory=list)

    def place(self, name: str) -> int:
        """Return the position of the column `name`, or -1."""
        return next((index for index, cell in enumerate(self.names) if cell.text == name), -1)

    def fault(self, cell: Cell, message: str) -> None:
        """Note a fault at a cell."""
        self.faults.append(Fault(message, self.file, cell.line, cell.column))

    def need(self, *alternatives: str) -> int:
        """Return the position of the first of `alternatives` that is there; a fault and -1 if none is."""
        for name in alternatives:
            if self.place(name) >= 0:
                return self.place(name)
        found = [cell.text for cell in self.names]
        near = (closest(name, found) for name in alternatives)
        hint = next((f" - is '{name}' meant?" for name in near if name), "")
        wanted = " or ".join(f"'{name}'" for name in alternatives)
        self.fault(self.names[0], f"no column {wanted}; the columns are {', '.join(found)}{hint}")
        return -1

    def number(self, cell: Cell) -> float:
        """Return the number in a cell, nan where it is empty; a fault for anything else."""
        if not cell.text:
            return math.nan
        if _NUMBER.fullmatch(cell.text) and math.isfinite(float(cell.text)):
            return float(cell.text)
        self.fault(cell, f"'{_short(cell.text)}' is not a number - leave unknown values empty")
        return math.nan

    def day(self, cell: Cell) -> dt.date | None:
        """Return the day in a cell; a fault and None for anything but an ISO date between 1900 and 2200."""
        if _DAY.fullmatch(cell.text):
            try:
                found = dt.date.fromisoformat(cell.text)
            except ValueError:
                found = dt.date.min
            if 1900 <= found.year < 2200:
                return found
        self.fault(cell, f"'{_short(cell.text)}' is not a date - write year-month-day, as 2024-11-19")
        return None

    def month(self, cell: Cell) -> dt.date | None:
        """Return the first day of the month in a cell; a fault and None for anything but ``2024-11``."""
        if _MONTH.fullmatch(cell.text):
            year, month = int(cell.text[:4]), int(cell.text[5:])
            if 1900 <= year < 2200 and 1 <= month <= 12:
                return dt.date(year, month, 1)
        self.fault(cell, f"'{_short(cell.text)}' is not a month - write year-month, as 2024-11")
        return None

    def check(self) -> None:
        """Raise all faults noted, at most 50 of them and a count of the others."""
        if not self.faults:
            return
        faults = sorted(self.faults, key=lambda fault: (fault.line or 0, fault.column or 0))
        shown = faults[:MOST_FAULTS]
        if len(faults) > MOST_FAULTS:
            shown.append(Fault(f"{len(faults) - MOST_FAULTS} more faults", self.file))
        raise UserError(shown)


def looks_like_number(text: str) -> bool:
    """Return whether `text` is written as a plain number."""
    return bool(_NUMBER.fullmatch(text))


def cut(path: Path) -> Sheet:
    """Read the file at `path` into cells.

    Raises
    ------
    UserError
        At once if the file cannot be read, is bigger than 20 MB, not UTF-8, or holds no table; later faults
        are noted on the sheet.
    """
    file = str(path)
    sheet = Sheet(file, {}, [], [])
    for number, line in enumerate(files.read_text(path, LIMIT_BYTES).splitlines(), start=1):
        if line.lstrip().startswith("#"):
            key, colon, value = line.lstrip().lstrip("#").partition(":")
            if colon and re.fullmatch(r"\w+", key.strip()):
                sheet.header.setdefault(key.strip(), value.strip())
        elif line.strip(" \t,"):
            cells = list(_cells(line, number))
            if not sheet.names:
                sheet.names = cells
            elif len(cells) != len(sheet.names):
                sheet.fault(cells[0], f"{len(cells)} cells - the header has {len(sheet.names)}")
            else:
                sheet.rows.append(cells)
    if not sheet.names:
        raise UserError([Fault("holds no table: no line but comments", file)])
    _check_names(sheet)
    if not sheet.rows and not sheet.faults:
        sheet.fault(sheet.names[0], "a header, but no row below it")
    return sheet


def _check_names(sheet: Sheet) -> None:
    if len(sheet.names) == 1 and re.search(r"[;\t]", sheet.names[0].text):
        sheet.fault(sheet.names[0], "cells are parted by ';' or a tab - use commas, and points in numbers")
    seen: set[str] = set()
    for cell in sheet.names:
        if not cell.text:
            sheet.fault(cell, "a column without a name")
        elif cell.text in seen:
            sheet.fault(cell, f"the column '{_short(cell.text)}' stands twice")
        seen.add(cell.text)


def _cells(line: str, number: int) -> Iterator[Cell]:
    at = 0
    while True:
        match = _CELL.match(line, at)
        assert match is not None  # the second branch takes anything, even nothing
        quoted, plain = match.groups()
        text = quoted.replace('""', '"') if quoted is not None else plain
        yield Cell(text.strip(), number, at + 1)
        at = match.end() + 1
        if match.end() >= len(line):
            return


def _short(text: str) -> str:
    """Return a foreign text fit for a message: printable, at most 40 characters."""
    clean = "".join(letter if letter.isprintable() else "?" for letter in text)
    return clean if len(clean) <= 40 else clean[:39] + "…"
