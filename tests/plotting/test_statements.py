"""What titles claim holds of the numbers drawn: reversed data reverse it, intervals that meet claim nothing."""

from __future__ import annotations

import json
from types import ModuleType

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure

from sim.analysis.estimate import Estimate
from sim.analysis.result import Result
from sim.plotting import gallery
from sim.plotting.frame.statements import IN_TITLE, against, clear, few, leader, ratio, settled, signed, times
from sim.plotting.frame.text import width, wrap

ENDS = st.tuples(*[st.floats(-1e3, 1e3)] * 3).map(sorted)
ESTIMATES = ENDS.map(lambda ends: Estimate(ends[1], ends[0], ends[2]))


@given(st.lists(ESTIMATES, max_size=6))
def test_a_leader_lies_above_all_others_and_reversed_data_has_the_reversed_one(made_up: list[Estimate]) -> None:
    named = {f"n{place}": one for place, one in enumerate(made_up)}
    top = leader(named)
    above = [
        n for n, one in named.items() if len(named) > 1 and all(one.low > b.high for m, b in named.items() if m != n)
    ]
    assert ([top] if top else []) == above
    upside_down = {name: one.times(-1.0, "1") for name, one in named.items()}
    up, down = clear(named)
    assert clear(upside_down) == (down, up)
    bottom = leader(upside_down)
    assert (
        bottom is None
        or len(named) < 2
        or all(named[bottom].high < one.low for name, one in named.items() if name != bottom)
    )


def test_ties_claim_nothing() -> None:
    one = Estimate(5.0, 4.0, 6.0)
    assert leader({"a": one, "b": one}) is None
    assert leader({"a": one}) is None, "alone it leads nothing"
    assert leader({"a": Estimate(np.nan, np.nan, np.nan), "b": one}) is None
    assert clear({"a": Estimate(1.0, 0.0, 2.0)}) == ([], [])
    assert signed(Estimate(1.0, -1.0, 2.0), "up", "down", "neither") == "neither"
    assert against(one, 4.5, "up", "down", "neither") == "neither"
    assert (against(one, 3.0, "up", "down", "-"), against(one, 7.0, "up", "down", "-")) == ("up", "down")


@pytest.mark.parametrize(
    ("more", "less", "said"),
    [
        (np.full(40, 6.0), np.full(40, 2.0), ["A: 3.0 times (3.0 to 3.0) B", "A: 3.0 times B"]),
        (np.full(40, 2.0), np.full(40, 6.0), ["B: 3.0 times (3.0 to 3.0) A", "B: 3.0 times A"]),
        (np.full(40, 2.0), np.full(40, 2.0), ["neither"]),
        (np.full(40, 2.0), np.linspace(1.0, 4.0, 40), ["neither"]),
        (np.full(40, 2.06), np.full(40, 2.0), ["neither"]),  # would read "1.0 times"
        (np.full(40, 2.0), np.zeros(40), ["neither"]),
    ],
)
def test_how_many_times(more: np.ndarray, less: np.ndarray, said: list[str]) -> None:
    assert times("A", "B", ratio(more, less, 0.9), "{one}: {times} {other}", "neither") == said


@pytest.mark.parametrize(
    ("title", "explained"),
    [
        ("Gain: 4,100 km² (1,100 to 8,500) in “Base”", True),
        ("Gain: -360 km² (-1,700 to\n+92)", True),
        ("Gain: no front stands out", False),
        ("Gain on Kharkiv (Vovchansk to Lyptsi), Aid (Jan to Mar)", False),
    ],
)
def test_brackets_are_explained_under_the_titles_that_have_them(title: str, explained: bool) -> None:
    said = settled(f"Lines{IN_TITLE}: 90 %. More.", title)
    assert said == ("Lines, and brackets in the title: 90 %. More." if explained else "Lines: 90 %. More.")


def test_a_note_goes_by_the_title_that_is_set(made: ModuleType) -> None:
    """Long names of arms leave no room for the title with numbers."""
    names = list(made.CLAIM_ARMS)[:2]
    data = made.synthetic({name: made.CLAIM_ARMS[name] for name in names}, replicates=20, weeks=52)
    long = json.dumps({name: f"{name} {'that has a very long name ' * 5}" for name in names})
    for labels, there in ((data.attrs["arm_labels"], True), (long, False)):
        figure = gallery.figure("net_km2", Result(data.assign_attrs(arm_labels=labels)), "card")
        assert ("brackets in the title" in _told(figure, "note")) == there == ("(" in _told(figure, "title"))


def test_few_names_are_told_and_many_counted() -> None:
    assert few(["a"], 4, "arms") == "“a”"
    assert few(["a", "b"], 4, "arms") == "“a” and “b”"
    assert few(["a", "b", "c"], 4, "arms") == "3 of 4 arms"
    assert few([], 4, "arms") == "0 of 4 arms"


def _told(figure: Figure, gid: str) -> str:
    return next(text.get_text() for text in figure.texts if text.get_gid() == gid)


def test_no_title_of_a_result_has_more_than_two_lines(made: ModuleType) -> None:
    result = Result(_data(made))
    for size in ("page", "card"):
        for name in gallery.names("result"):
            title = _told(gallery.figure(name, result, size), "title")
            assert title.count("\n") < 2, (name, size, title)


def test_titles_turn_with_the_data(made: ModuleType) -> None:
    data = _data(made)
    names = Result(data).names
    sides = [names.attacker.id, names.defender.id]
    many, few_of = data["casualties"].copy(), data["casualties"].copy()
    for found, ends in ((many, (500.0, 100.0)), (few_of, (100.0, 500.0))):
        for side, end in zip(sides, ends, strict=True):
            found.loc[{"side": side}] = end
    told = [
        _told(gallery.figure("manpower", Result(data.assign(casualties=one)), "card"), "title").replace("\n", " ")
        for one in (many, few_of, data["casualties"] * 0 + 7.0)
    ]
    assert told[0].startswith(f"{names.attacker.name} has 5.0 times")
    assert told[1].startswith(f"{names.defender.name} has 5.0 times")
    assert told[2].startswith("Neither side")


def _data(made: ModuleType) -> xr.Dataset:
    data: xr.Dataset = made.synthetic(dict(list(made.CLAIM_ARMS.items())[:4]), replicates=12, weeks=30)
    return data


@given(st.lists(st.text("abdgilmtwAVWTo.,-", min_size=1, max_size=9), max_size=40), st.floats(1.0, 6.0))
def test_lines_are_those_that_measuring_each_would_break(words: list[str], room: float) -> None:
    lines = [""]
    for word in words:
        longer = f"{lines[-1]} {word}".strip()
        lines[-1:] = [longer] if not lines[-1] or width(longer, 8.5) <= room else [lines[-1], word]
    assert wrap(" ".join(words), 8.5, room, most=400).split("\n") == lines
