"""Scenario files: what a valid one holds, and the page of its numbers with their evidence."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from sim.foundation.format import format_count, format_interval, format_percent
from sim.report.page import render
from sim.report.screen import Screen, Table

GRADES = {
    "measured": "counted or computed by a third party",
    "estimated": "a claim, or a derivation from one",
    "recalled": "from memory, not checked against the publication",
    "guess": "nobody has published the number; the range is wide on purpose",
}


def valid(accounts: Sequence[Mapping[str, Any]]) -> Screen:
    """Return a line for each valid file, and below it a warning for each input that has no effect."""
    lines = [[_line(account), *(f"  warning: {one}" for one in account.get("warnings", ()))] for account in accounts]
    return Screen(details=[line for some in lines for line in some])


def _line(account: Mapping[str, Any]) -> str:
    if "claim" in account:
        on = f" on {', '.join(account['arms'])}" if account["arms"] else ""
        return f"{account['file']}: valid - claim {account['claim']}, {format_count(account['tests'], 'test')}{on}"
    grades = ", ".join(f"{count} {grade}" for grade, count in account["grades"].items())
    return (
        f"{account['file']}: valid - {format_count(len(account['arms']), 'arm')}, {account['days']} days from "
        f"{account['start']}, {account['numbers']} numbers ({grades}) and {format_count(account['definitions'], 'definition')}"
    )


def evidence(name: str, numbers: Sequence[Any], definition: str, posterior: Mapping[str, Sequence[float]]) -> str:
    """Return the page of a scenario's numbers.

    Parameters
    ----------
    name : str
        Of the scenario's file.
    numbers : sequence of Statement
    definition : str
        Source of the numbers that are definitions.
    posterior : mapping of str to sequence of float
        [5 %, median, 95 %] by path.
    """
    stated = [one for one in numbers if one.source_id != definition]
    count = Counter(one.grade for one in stated)
    grades = [(grade, str(count[grade]), format_percent(count[grade] / max(len(stated), 1)), meaning)
              for grade, meaning in GRADES.items()]  # fmt: skip
    head = ("number", "value", "range", "unit", "posterior", "source", "as of", "grade")
    sections = {
        section: Table(head, [_row(one, posterior.get(one.path)) for one in some], text_columns=len(head))
        for section, some in groupby(numbers, lambda one: one.path.split(".")[0])
    }
    return render(
        "evidence.md.j2", name=name, total=len(numbers), definitions=len(numbers) - len(stated), sections=sections,
        grades=Table(("grade", "numbers", "share", "meaning"), grades, text_columns=4),
    )  # fmt: skip


def _row(one: Any, posterior: Sequence[float] | None) -> tuple[str, ...]:
    span = "" if one.low is None or one.high is None else f"{one.low:g} to {one.high:g}"
    value = f"{one.value:g}" if isinstance(one.value, float) else str(one.value)
    source = f"{one.source_id}: {one.source}" if one.source_id else one.source
    moved = format_interval(posterior, digits=None) if posterior else ""
    return (one.path, value, span, one.unit, moved, source, str(one.as_of), one.grade)


def names(account: Mapping[str, Mapping[str, str]]) -> Screen:
    """Return the names of each kind with what they mean."""
    tables = [Table((kind, "meaning"), list(found.items()), text_columns=2) for kind, found in account.items() if found]
    return Screen(tables=tables, details=[] if tables else ["None; docs/scenarios.md says how to add some."])


def differences(account: Sequence[Mapping[str, Any]]) -> Screen:
    """Return the keys in which two scenarios differ."""
    rows = [
        (one["key"], _written(one["first"]), _written(one["second"]), one["first_source"], one["second_source"])
        for one in account
    ]
    head = ("key", "first", "second", "source of the first", "source of the second")
    tables = [Table(head, rows, text_columns=len(head))] if rows else []
    return Screen(f"{format_count(len(account), 'difference')}.", tables)


def written(account: Mapping[str, Any]) -> Screen:
    """Return what a new scenario compares, and the commands to go on with."""
    file = account["file"]
    table = Table(("arm", "label"), list(account["arms"].items()), text_columns=2)
    details = [f"  sim run {shlex.quote(file)}", f"  sim diff {account['extends']} {shlex.quote(file)}"]
    return Screen(f"{file} is written; it stands on {account['extends']}. Go on with:", [table], details=details)


def migrated(account: Mapping[str, Any]) -> Screen:
    """Return which keys of a file were moved."""
    rows = list(account["moved"].items())
    tables = [Table(("key before", "key now"), rows, text_columns=2)] if rows else []
    said = f"{account['file']} is of format {account['format']} now; {format_count(len(rows), 'key')} moved."
    return Screen(said, tables, details=[f"  sim validate {shlex.quote(account['file'])}"])


def explained(account: Mapping[str, Any]) -> Screen:
    """Return what is known of one key."""
    names = {"law": "prior", "source": "source", "as_of": "as of", "grade": "grade", "note": "note"}
    rows = [("meaning", account["meaning"]), ("value", _written(account["said"]))]
    rows += [(shown, str(account[key])) for key, shown in names.items() if account.get(key)]
    rows += [(f"set in {place + 1}", text) for place, text in enumerate(account["set_in"])]
    rows += [(f"in arm {arm}", _written(value)) for arm, value in account["arms"].items()]
    return Screen(tables=[Table((account["path"], ""), rows, text_columns=2)])


def _written(value: Any) -> str:
    """Return plain data in a few words: a leaf by its value and range, a patch by its keys."""
    if isinstance(value, Mapping) and "low" in value:
        return f"{value['value']:g} ({value['low']:g} to {value['high']:g}) {value.get('unit', '')}".rstrip()
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {_written(one)}" for key, one in value.items())
    if isinstance(value, (list, tuple)):
        return ", ".join(map(_written, value))
    return "-" if value is None else str(value)
