"""The little that plotting computes: quantiles, months, words."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sim.plotting import words
from sim.plotting.bands import fan, quantiles
from sim.plotting.monthly import by_month, observed_months


@settings(max_examples=40, deadline=None)
@given(arrays(np.float64, (7, 3), elements=st.floats(-1e6, 1e6)), st.floats(0, 1))
def test_quantiles_are_numpys(values: np.ndarray, level: float) -> None:
    assert quantiles(values, [level])[0] == pytest.approx(np.quantile(values, level, axis=0), rel=1e-9, abs=1e-6)


def test_quantiles_leave_out_what_is_not_finite() -> None:
    values = np.array([[1.0, np.nan], [np.nan, np.nan], [3.0, np.inf], [2.0, -np.inf]])
    assert quantiles(values, [0.5])[0] == pytest.approx([2.0, np.nan], nan_ok=True)


def test_months_add_up_to_the_whole() -> None:
    rng = np.random.default_rng(3)
    time = np.datetime64("2024-11-19", "ns") + (7 * np.arange(53)).astype("timedelta64[D]")
    net = np.cumsum(rng.standard_normal((5, 53)), axis=1)
    net -= net[:, :1]
    months, whole, gain = by_month(net, time)
    assert len(months) == 13
    assert whole == [False, *[True] * 11, False]
    assert gain.sum(axis=1) == pytest.approx(net[:, -1])


def test_a_steady_gain_makes_months_as_long_as_they_are() -> None:
    time = np.datetime64("2024-11-19", "ns") + (7 * np.arange(53)).astype("timedelta64[D]")
    months, _, gain = by_month(7.0 * np.arange(53)[None, :], time)
    by_name = dict(zip(months, gain[0], strict=True))
    february = int(np.datetime64("2025-02", "M").astype(int))
    assert by_name[february] == pytest.approx(28.0)
    assert gain[0, 0] == pytest.approx(12.0)  # 19 to 30 November


def test_observed_months_are_read_or_left_out() -> None:
    found = observed_months({"observed_monthly_gain": '[["2024-10", 503.2], ["2024-09", 396.4]]'})
    assert [gain for _, gain in found] == [396.4, 503.2]
    assert observed_months({}) == []
    assert observed_months({"observed_monthly_gain": "[3]"}) == []


@pytest.mark.filterwarnings("ignore:Glyph")
@settings(max_examples=60, deadline=None)
@given(st.text(max_size=120), st.floats(0.6, 6.0))
def test_wrapped_lines_fit(text: str, room: float) -> None:
    for line in words.wrap(text, 9.0, room):
        assert words.width(line, 9.0) <= room + 1e-9 or len(line) == 1


def test_a_fan_stands_the_right_way_up() -> None:
    made = fan(np.arange(101.0)[:, None], 0.9)
    parts = [part[0] for part in (made.low, made.inner_low, made.median, made.inner_high, made.high)]
    assert parts == pytest.approx([5, 25, 50, 75, 95])


def test_words() -> None:
    assert words.date("2025-05-19") == "19 May 2025"
    assert words.percent(0.9) == "90 %"
    assert words.number(-1234567.0) == "−1\u2009234\u2009567"
    assert words.ally("us") == "US"
    assert words.place("pokrovsk") == "Pokrovsk"
