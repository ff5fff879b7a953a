"""A CSV file as cells that know where they stand: comments aside, quotes resolved, faults with their places."""

from __future__ import annotations

import csv
import datetime as dt
import io
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from sim.foundation import files
from sim.foundation.errors import Fault, UserError, closest
from sim.foundation.text import on_one_line, shortened

LIMIT_BYTES = 20 * files.MEGABYTE
MOST_FAULTS = 50

_CELL = re.compile(r'(?:[^,"]|"(?:[^"]|"")*"?)*(?:,|$)')
_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars", " ": "blanks"}
_AS_PEOPLE_WRITE = re.compile(r"[~≈<>]?\s*[+-]?(\d{1,3}([,. '\u00a0\u202f_]\d{3})+|\d+)([.,]\d+)?\s*%?")
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
        near = ((name, closest(name, found)) for name in alternatives)
        hint = next((f" - write '{name}' for '{other}'" for name, other in near if other), "")
        wanted = " or ".join(f"'{name}'" for name in alternatives)
        self.fault(self.names[0], f"no column {wanted}; the columns are {', '.join(found)}{hint}")
        return -1

    def number(self, cell: Cell) -> float:
        """Return the number in a cell, nan where it is empty; a fault for anything else."""
        if not cell.text:
            return math.nan
        if _NUMBER.fullmatch(cell.text) and math.isfinite(float(cell.text)):
            return float(cell.text)
        plainly = "write it without separators, as 38130 or 38.13" if looks_like_number(cell.text) else ""
        self.fault(cell, f"'{shortened(cell.text, 40)}' is not a number - {plainly or 'leave unknown values empty'}")
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
        self.fault(cell, f"'{shortened(cell.text, 40)}' is not a date - write year-month-day, as 2024-11-19")
        return None

    def month(self, cell: Cell) -> dt.date | None:
        """Return the first day of the month in a cell; a fault and None for anything but ``2024-11``."""
        if _MONTH.fullmatch(cell.text):
            year, month = int(cell.text[:4]), int(cell.text[5:])
            if 1900 <= year < 2200 and 1 <= month <= 12:
                return dt.date(year, month, 1)
        self.fault(cell, f"'{shortened(cell.text, 40)}' is not a month - write year-month, as 2024-11")
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
    """Return whether `text` is a number as people write it, with separators or a sign for 'about'."""
    return bool(_NUMBER.fullmatch(text) or _AS_PEOPLE_WRITE.fullmatch(text))


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
    for number, raw, cells in _records(files.read_text(path, LIMIT_BYTES), sheet):
        row = [
            Cell(on_one_line(text), number, match.start() + 1)
            for text, match in zip(cells, _CELL.finditer(raw.rstrip("\r\n")), strict=False)
        ]
        if not any(cell.text for cell in row):
            continue
        if not sheet.names:
            sheet.names = row
            _check_names(sheet, raw)
        elif row[0].text.startswith("#"):
            sheet.fault(row[0], "found # inside the table - comments stand above the line of column names")
        elif len(row) != len(sheet.names):
            sheet.fault(row[0], f"{len(row)} cells - the header has {len(sheet.names)}")
        else:
            sheet.rows.append(row)
    if not sheet.names:
        raise UserError(sheet.faults or [Fault("holds no table: no line but comments", file)])
    if not sheet.rows and not sheet.faults:
        sheet.fault(sheet.names[0], "a header, but no row below it")
    return sheet


def _records(text: str, sheet: Sheet) -> Iterator[tuple[int, str, list[str]]]:
    """Yield the line, the raw text and the cells of each record below the comments, which go into the sheet's header.

    Lines end with a line feed, a carriage return, or both, and with nothing else; a quoted cell may run over lines.
    """
    lines = iter(io.StringIO(text, newline=""))
    taken: list[str] = []

    def feed() -> Iterator[str]:
        for line in lines:
            taken.append(line)
            yield line

    first = 1
    for line in lines:
        if line.strip(" \t,\r\n") and not line.lstrip().startswith("#"):
            lines = chain([line], lines)
            break
        first += 1
        key, colon, value = line.lstrip().lstrip("#").partition(":")
        if colon and re.fullmatch(r"\w+", key.strip()):
            sheet.header.setdefault(key.strip(), on_one_line(value))
    reader = csv.reader(feed(), skipinitialspace=True, strict=True)
    try:
        for cells in reader:
            yield first, "".join(taken), cells
            first += len(taken)
            taken.clear()
    except csv.Error as error:
        end = "is never closed" if "unexpected end" in str(error) else f"is not closed as it should be ({error})"
        sheet.faults.append(Fault(f"a quoted cell that begins on this line {end}", sheet.file, first))


def _check_names(sheet: Sheet, raw: str) -> None:
    """Refuse another separator at once, and note columns without a name or with one that is taken."""
    commas = len(sheet.names) - 1
    for sign, name in _SEPARATORS.items():
        if raw.strip().count(sign) > commas and (sign != " " or not commas):
            message = f"the cells are separated by {name} - write commas between cells, and points in numbers"
            raise UserError([Fault(message, sheet.file, sheet.names[0].line, sheet.names[0].column)])
    seen: set[str] = set()
    for cell in sheet.names:
        if not cell.text:
            sheet.fault(cell, "a column without a name")
        elif cell.text in seen:
            sheet.fault(cell, f"the column '{shortened(cell.text, 40)}' stands twice")
        seen.add(cell.text)
