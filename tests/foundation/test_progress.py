"""Progress without a terminal: a line now and then, none where the work is short; a bar in a notebook."""

import sys

import pytest
from rich.console import Console

from sim.foundation import progress


def test_lines_come_at_a_slow_rate_with_the_time_that_is_left(capsys):
    now = 0.0
    report = progress.SlowLines("playing [x]", lambda: now)
    for now in range(0, 121):
        report(now / 400)
    said = capsys.readouterr().err.splitlines()
    assert said == [
        "playing [x]: 8%, about 6 min left",
        "playing [x]: 15%, about 6 min left",
        "playing [x]: 22%, about 5 min left",
        "playing [x]: 30%, about 5 min left",
    ]


def test_short_work_says_nothing_and_a_piece_is_named(capsys):
    now = 0.0
    report = progress.SlowLines("drawing", lambda: now)
    now = 29.0
    report(0.9)
    assert capsys.readouterr().err == ""
    now = 31.0
    report("net_km2")
    assert capsys.readouterr().err == "drawing net_km2\n"
    now = 62.0
    report(0.0)
    assert capsys.readouterr().err == "drawing: 0%\n"


def test_without_a_terminal_nothing_is_drawn(monkeypatch, capsys):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: False, raising=False)
    with progress.progress_bar("playing") as report:
        report(0.5)
    assert isinstance(report, progress.SlowLines)
    assert capsys.readouterr() == ("", "")


def test_a_notebook_has_a_bar(monkeypatch):
    shown = []
    monkeypatch.setattr(pytest.importorskip("IPython.display"), "display", lambda *objects, **_: shown.extend(objects))

    class Notebook(Console):
        is_jupyter = True

        def __init__(self, **options):
            super().__init__(force_jupyter=True, **options)

    monkeypatch.setattr("rich.console.Console", Notebook)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: False, raising=False)
    with progress.progress_bar("playing") as report:
        report(0.5)
        assert not isinstance(report, progress.SlowLines)
    assert shown
