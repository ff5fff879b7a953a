"""The little that plotting computes: quantiles, months, words."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sim.plotting.frame.bands import fan, quantiles
from sim.plotting.frame.text import title_case, width, wrap
from sim.plotting.ground import by_month, monthly_pace, observed_pace


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
    edges, gain = by_month(net, time)
    assert gain.shape == (5, 13)
    assert np.diff(edges)[:2] == pytest.approx([12, 31])  # 19 to 30 November, December
    assert gain.sum(axis=1) == pytest.approx(net[:, -1])


def test_a_steady_gain_has_the_same_pace_in_every_month() -> None:
    time = np.datetime64("2024-11-19", "ns") + (7 * np.arange(53)).astype("timedelta64[D]")
    middles, pace = monthly_pace(21.0 * np.arange(53)[None, :], time)
    assert pace == pytest.approx(np.full((1, 13), 3.0))
    assert str(middles[0])[:10] == "2024-11-25"


def test_observed_months_are_read_up_to_the_start_or_left_out() -> None:
    start = np.datetime64("2024-11-19")
    middles, pace = observed_pace('[["2024-11", 36.0], ["2024-10", 62.0], ["2024-12", 9.0]]', start)
    assert pace == pytest.approx([2.0, 2.0])  # 31 days of October, 18 of November; later months are not observed
    assert [str(day)[:10] for day in middles] == ["2024-10-16", "2024-11-10"]
    assert observed_pace("[]", start) is None
    assert observed_pace("[3]", start) is None


@pytest.mark.filterwarnings("ignore:Glyph")
@settings(max_examples=60, deadline=None)
@given(st.text(max_size=120), st.floats(0.6, 6.0))
def test_wrapped_lines_fit(text: str, room: float) -> None:
    for line in wrap(text, 9.0, room).split("\n"):
        assert width(line, 9.0) <= room + 1e-9 or len(line) <= 1


def test_a_fan_stands_the_right_way_up() -> None:
    made = fan(np.arange(101.0)[:, None], 0.9)
    parts = [part[0] for part in (made.low, made.inner_low, made.median, made.inner_high, made.high)]
    assert parts == pytest.approx([5, 25, 50, 75, 95])


def test_codes_are_names() -> None:
    assert title_case("us") == "US"
    assert title_case("north_gate") == "North Gate"
