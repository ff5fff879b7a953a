"""How numbers are written: rounding, signs, what is unknown, units and dates."""

import datetime as dt
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.foundation import format as fmt

NAN = float("nan")


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (fmt.format_number(1497.4), "1,497"),
        (fmt.format_number(-0.2), "0"),
        (fmt.format_number(-0.2, signed=True), "+0"),
        (fmt.format_number(None), "?"),
        (fmt.format_number(NAN, 2), "?"),
        (fmt.format_number(0.12345, None), "0.123"),
        (fmt.format_number(12345.6, None, signed=True), "+12,346"),
        (fmt.format_percent(0.625), "62 %"),
        (fmt.format_percent(0.0049, 1), "0.5 %"),
        (fmt.format_percent(-0.22, signed=True), "-22 %"),
        (fmt.format_percent(None), "?"),
        (fmt.format_points(0.0312), "+3.1 points"),
        (fmt.format_points(-0.0001, unit=False), "+0.0"),
        (fmt.format_interval([423.2, 505.0, 588.9], "km²", signed=True), "+505 km² (+423 to +589)"),
        (fmt.format_interval([3.0, None, NAN], digits=1), "? (3.0 to ?)"),
        (fmt.format_chance([0.1, 0.12, 0.15]), "12 % (10 to 15)"),
        (fmt.format_points_interval([-0.005, 0.012, 0.029]), "+1.2 points (-0.5 to +2.9)"),
        (fmt.format_quantity(4.0, "km2"), "4"),
        (fmt.format_quantity(0.0123, "1/month"), "0.012"),
        (fmt.format_quantity(43.21, "km"), "43.2"),
        (fmt.format_with_unit(1234.5, "person"), "1,230 person"),
        (fmt.format_with_unit(0.5, "1"), "0.5"),
        (fmt.format_with_unit("square", "1"), "square"),
        (fmt.format_unit("km2/day"), "km² per day"),
        (fmt.format_unit("furlong"), "furlong"),
        (fmt.format_date("2024-11-19T00:00"), "19 November 2024"),
        (fmt.format_date(dt.date(2025, 4, 8), short=True), "8 Apr 2025"),
        (fmt.format_list(["a", "b", "c"]), "a, b and c"),
        (fmt.format_list(["a"]), "a"),
        (fmt.format_list([]), ""),
        (fmt.format_count(1, "arm"), "1 arm"),
        (fmt.format_count(1200, "arm"), "1,200 arms"),
    ],
)
def test_as_readers_see_it(found: str, expected: str) -> None:
    assert found == expected


def test_an_estimate_has_digits_and_unit_of_its_kind() -> None:
    estimate = SimpleNamespace(low=0.1, value=0.12, high=0.15)
    assert fmt.format_estimate(estimate, "1", chance=True) == "12 % (10 to 15)"
    assert fmt.format_estimate(estimate, "Gusd") == "0.12 (0.10 to 0.15) billion US$"
    assert fmt.format_estimate(SimpleNamespace(low=NAN, value=NAN, high=NAN), "km2") == "-"


@given(st.floats(-1e12, 1e12), st.integers(0, 4))
def test_a_written_number_reads_back_within_its_rounding(value: float, digits: int) -> None:
    written = fmt.format_number(value, digits)
    assert float(written.replace(",", "")) == pytest.approx(value, abs=0.5 * 10**-digits + 1e-9 * abs(value))
    assert not written.startswith("-0") or float(written.replace(",", "")) != 0


@pytest.mark.parametrize(
    ("triple", "options", "written"),
    [
        ((615.4, 3649.6, 10038.7), {"unit": "km²"}, "3,600 km² (620 to 10,000)"),
        ((-42.0, -0.22, 108.9), {"signed": True}, "-0.2 (-42 to +110)"),
        ((0.0021, 0.0105, 0.0199), {}, "0.01 (0.00 to 0.02)"),
        ((5.04, 6.61, 8.34), {}, "6.6 (5.0 to 8.3)"),
        ((-0.0029, -0.0007, 0.0015), {"signed": True, "decimals": 1}, "+0.0 (+0.0 to +0.0)"),
        ((float("-inf"), None, 0.0), {}, "? (? to 0.00)"),
        ((0.03, 0.05, 0.0712), {"scale": 1000.0, "unit": "million"}, "50 million (30 to 71)"),
    ],
)
def test_two_significant_digits_and_no_more_than_mean_something(triple, options, written):
    low, value, high = triple
    assert fmt.format_two_digits((low, value, high), **options) == written
