"""Tables as people publish them: read rightly, or refused with the place and what to write instead."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.analysis import observed
from sim.analysis.cells import cut
from sim.foundation.errors import UserError


@pytest.fixture
def table(tmp_path: Path):
    def write(text: str) -> Path:
        path = tmp_path / "t.csv"
        path.write_bytes(text.encode())
        return path

    return write


def faults_of(path: Path) -> list[str]:
    with pytest.raises(UserError) as error:
        observed.read(path)
    return [str(fault).removeprefix(f"{path}:") for fault in error.value.faults]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_at_line_feeds_and_carriage_returns_only(table, end):
    note = "a\u2028b\x85c\x0bd\x0ce"
    path = table(end.join(["# unit: km2", "week_end,net_change_km2,note", f"2024-10-01,5,{note}", "2024-10-08,x,c"]))
    assert faults_of(path) == ["4:12: 'x' is not a number - leave unknown values empty"]


def test_a_quoted_cell_may_hold_line_breaks_commas_and_quotes(table):
    rows = 'week_end,note,net_change_km2\n2024-10-01,"one\r\ntwo, ""three""\n",5\n2024-10-08,, 7\n'
    sheet = cut(table(rows))
    assert [[cell.text for cell in row] for row in sheet.rows] == [
        ["2024-10-01", 'one two, "three"', "5"],
        ["2024-10-08", "", "7"],
    ]
    assert [(row[0].line, row[2].column) for row in sheet.rows] == [(2, 35), (5, 13)]
    np.testing.assert_array_equal(observed.read(table(rows)).data["net_km2"], [5, 7])


@pytest.mark.parametrize(
    ("row", "words"),
    [('2024-10-08,"open,7', "is never closed"), ('2024-10-08,"a" b,7', "is not closed as it should be")],
)
def test_a_quote_that_is_not_closed_is_named_with_its_line(table, row, words):
    (message,) = faults_of(table(f"week_end,note,net_change_km2\n2024-10-01,,5\n{row}\n2024-10-15,,8\n"))
    assert message.startswith("3: ")
    assert words in message


def test_a_quote_that_opens_in_the_names_is_named(table):
    assert faults_of(table('# unit: km2\nweek_end,"net\n2024-10-01,5\n')) == [
        "2: a quoted cell that begins on this line is never closed"
    ]


@pytest.mark.parametrize(
    ("sign", "name"), [(";", "semicolons"), ("\t", "tabs"), ("|", "bars"), (" ", "blanks")]
)  # fmt: skip
@pytest.mark.parametrize("number", ["12.5", "12,5"])
def test_another_separator_is_named_and_nothing_else(table, sign, name, number):
    text = f"week_end{sign}net_change_km2\n2024-10-01{sign}{number}\n"
    assert faults_of(table(text)) == [
        f"1:1: the cells are separated by {name} - write commas between cells, and points in numbers"
    ]


def test_a_name_with_other_capitals_is_corrected_the_right_way_round(table):
    (message,) = faults_of(table("Date,net_change_km2\n2024-10-01,12.5\n"))
    assert message.endswith("write 'date' for 'Date'")


@pytest.mark.parametrize("number", ['"38,130"', "~38130", "38 130", '"1.234,5"', "12%", "≈ 7"])
def test_a_number_with_separators_is_refused_in_any_column(table, number):
    for name in ("attacker_losses_claim", "tanks"):
        messages = faults_of(table(f"month,{name},b\n2024-09,{number},100\n2024-10,{number},120\n"))
        assert len(messages) == 2
        assert all("write it without separators" in message for message in messages)


def test_a_claim_in_words_is_refused_while_a_note_is_let_through(table):
    path = table("month,attacker_losses_claim,note,b\n2024-09,about forty thousand,about x,3\n")
    assert faults_of(path) == [
        "2:9: 'about forty thousand' is not a number - leave unknown values empty",
    ]


def test_a_row_that_begins_with_a_hash_is_not_dropped(table):
    (message,) = faults_of(table("# a comment\nweek_end,net_change_km2\n2024-10-01,1\n#2024-10-08,2\n2024-10-15,3\n"))
    assert message.startswith("4:1: found # inside the table")


def test_the_sum_of_nothing_is_missing(table):
    account = observed.describe(observed.read(table("week_end,net_change_km2\n2024-10-01,\n2024-10-08,\n")))
    assert account["totals"] == {"net_km2": None}
    by_axis = "week_end,axis,net_change_km2\n2024-10-01,a,\n2024-10-01,b,2\n"
    assert observed.describe(observed.read(table(by_axis)))["totals_by_axis"] == {"a": None, "b": 2.0}


@pytest.mark.parametrize("name", ["time", "start"])
def test_a_column_of_numbers_may_not_take_the_name_of_the_calendar(table, name):
    (message,) = faults_of(table(f"date,{name},value\n2024-10-01,3,4\n"))
    assert message == f"1:6: a column of numbers cannot be called '{name}'"
    table_of_words = observed.read(table(f"date,{name},value\n2024-10-01,early,4\n"))
    assert table_of_words.ignored == (name,)


def test_what_a_terminal_would_obey_is_text(table):
    found = observed.read(table("# unit: \x1b[31mkm\ndate,\x1b[1mvalue\n2024-10-01,4\n"))
    shown = repr(observed.describe(found)) + found.column
    assert "\x1b" not in shown
    assert found.column == r"\x1b[1mvalue"
