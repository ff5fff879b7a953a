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

MOST_ROWS = 8
"""Readers, equations and further keys that are shown of one key."""

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
    stated = f"{format_count(account['numbers'], 'number')} ({grades}) and " if grades else ""
    return (
        f"{account['file']}: valid - {format_count(len(account['arms']), 'arm')}, {account['days']} days from "
        f"{account['start']}, {stated}{format_count(account['definitions'], 'definition')}"
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
    return Screen(f"{format_count(len(account), 'difference')}.", [differences_table(account)] if account else [])


def differences_table(account: Sequence[Mapping[str, Any]], title: str = "") -> Table:
    """Return how two scenarios set each key, with the places and sources that are known."""
    rows = [(one["key"], *(_set(one, which) for which in ("first", "second"))) for one in account]
    return Table(("key", "first", "second"), rows, title, text_columns=3)


def _set(one: Mapping[str, Any], which: str) -> str:
    said = [_written(one[which]), one[f"{which}_source"], one[f"{which}_place"]]
    return "\n".join(part for part in said if part)


def written(account: Mapping[str, Any]) -> Screen:
    """Return what a new scenario compares, and the commands to go on with."""
    file = account["file"]
    table = Table(("arm", "label"), list(account["arms"].items()), text_columns=2)
    details = ["Go on with:", f"  sim run {shlex.quote(file)}", f"  sim diff {account['extends']} {shlex.quote(file)}"]
    return Screen(f"{file} is written; it stands on {account['extends']}.", [table], details=details)


def migrated(account: Mapping[str, Any]) -> Screen:
    """Return which keys of a file were moved."""
    rows = list(account["moved"].items())
    tables = [Table(("key before", "key now"), rows, text_columns=2)] if rows else []
    said = f"{account['file']} is of format {account['format']} now; {format_count(len(rows), 'key')} moved."
    return Screen(said, tables, details=[f"  sim validate {shlex.quote(account['file'])}"])


def explained(account: Mapping[str, Any]) -> Screen:
    """Return what is known of one key: what it is, who reads it into which equations, what it moves; or the keys below it."""
    tables = [Table((account["path"], ""), _facts(account), text_columns=2)]
    if "keys" in account:
        tables.append(Table(("key", "meaning"), list(account["keys"].items()), text_columns=2))
        return Screen(tables=tables)
    read_by = account.get("read_by", ())
    if read_by:
        head = ("read by", "which returns or does", "with it, in the source")
        rows = [(one["function"], one["meaning"], "\n".join(one["statements"])) for one in read_by[:MOST_ROWS]]
        tables.append(Table(head, rows, text_columns=3))
    rules = {one["rule"]: one for reader in read_by for one in reader["equations"]}
    if rules:
        entered = [(name, one["formula"] or one["meaning"], one["place"], _enters(one)) for name, one in rules.items()]
        tables.append(Table(("rule", "equation", "place", "the key goes in as"), entered[:MOST_ROWS], text_columns=4))
    left = len(read_by) - MOST_ROWS
    notes = [f"{format_count(left, 'further function')} read it; --json names them all."] if left > 0 else []
    if "moves" in account:
        tables.append(Table(("what it moves", "", ""), _moved(account["moves"]), text_columns=3))
    return Screen(tables=tables, notes=notes)


def _facts(account: Mapping[str, Any]) -> list[tuple[str, str]]:
    names = {"law": "prior", "source": "source", "as_of": "as of", "grade": "grade", "note": "note"}
    rows = [("meaning", account["meaning"])]
    if "said" in account:
        unstated = "" if account.get("stated", True) else " (not stated: the default)"
        rows.append(("value", f"{_written(account['said'])}{unstated}"))
    rows += [(shown, str(account[key])) for key, shown in names.items() if account.get(key)]
    rows += [(f"set in {place + 1}", text) for place, text in enumerate(account["set_in"])]
    rows += [(f"in arm {arm}", _written(value)) for arm, value in account.get("arms", {}).items()]
    others = account.get("same_for", ())
    more = f" and {len(others) - MOST_ROWS} more" if len(others) > MOST_ROWS else ""
    return [*rows, *([("likewise", ", ".join(others[:MOST_ROWS]) + more)] if others else [])]


def _enters(rule: Mapping[str, str]) -> str:
    """Return as which argument a number goes into a rule."""
    if not rule["argument"]:
        return "one of its arguments"
    return f"{rule['argument']}: {rule['argument_meaning']}" if rule["argument_meaning"] else rule["argument"]


def _moved(moves: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Return what studies measured of a number: study, what it is about, how much."""
    rows = []
    screened = moves["screening"]
    if screened:
        verdict = "matters" if screened["matters"] else "cannot be distinguished from zero, or is small"
        effect = f"{screened['effect']:.2g} ± {screened['error']:.1g} {screened['unit']}; {verdict}"
        place = f"rank {screened['rank']} of {screened['of']}"
        rows.append(("sim screen", f"the record of the past: {screened['on']}", f"{effect} ({place})"))
    rows += [("sim sensitivity", one["outcome"], _sensitivity(one)) for one in moves["sensitivity"]]
    for one in moves["controls"]:
        rows.append(
            ("sim controls", one["label"], f"{format_interval(one['effect_km2'], signed=True)} km2 for the attacker")
        )
    return [*rows, *([("", "", moves["note"])] if moves["note"] else [])]


def _sensitivity(one: Mapping[str, Any]) -> str:
    """Return an index in words; errors and the share alone are made for the first few inputs only."""
    error = "" if one["error"] is None else f" ± {one['error']:.1g}"
    alone = (
        "" if one["first_order"] is None else f", alone {format_percent(max(one['first_order'], 0.0))} of the variance"
    )
    noise = "" if one["above_noise"] else "; not distinguishable from noise"
    return f"rank {one['rank']} of {one['of']}; PAWN {one['value']:.2g}{error}{alone}{noise}"


def _written(value: Any) -> str:
    """Return plain data in a few words: a leaf by its value and range, a patch by its keys."""
    if isinstance(value, Mapping) and "low" in value:
        return f"{value['value']:g} ({value['low']:g} to {value['high']:g}) {value.get('unit', '')}".rstrip()
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {_written(one)}" for key, one in value.items())
    if isinstance(value, (list, tuple)):
        return ", ".join(map(_written, value))
    return "-" if value is None else str(value)
