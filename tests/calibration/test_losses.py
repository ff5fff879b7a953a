"""Losses on the scale of the claims: weeks add up to months, and nothing claimed after the day reaches a naive forecast."""

import datetime as dt

import numpy as np
import pytest

from sim.calibration import losses
from sim.calibration.losses import by_week, judge
from sim.foundation.noise import Noise

MONTHS = [
    (dt.date(2023, 1, 1), dt.date(2023, 1, 31), 3100.0),
    (dt.date(2023, 2, 1), dt.date(2023, 2, 28), 5600.0),
    (dt.date(2023, 3, 1), dt.date(2023, 3, 31), 9300.0),
]


def test_weeks_add_up_to_the_months() -> None:
    ends = np.datetime64("2023-02-07") + 7 * np.arange(4)  # February exactly
    assert by_week(MONTHS, ends) == pytest.approx([1400.0] * 4)
    across = by_week(MONTHS, np.array(["2023-02-02"], dtype="datetime64[D]"))
    assert across == pytest.approx([5 * 100.0 + 2 * 200.0])


def test_a_month_under_way_counts_as_the_last_whole_one() -> None:
    ends = np.array(["2023-02-14", "2023-03-07"], dtype="datetime64[D]")
    known = by_week(MONTHS, ends, dt.date(2023, 2, 14))
    assert known[0] == pytest.approx(700.0)
    assert np.isnan(known[1])


def many(scale: float = 1.0) -> list[tuple[dt.date, dt.date, float]]:
    found = []
    for n in range(36):
        first = dt.date(2022 + n // 12, n % 12 + 1, 1)
        last = dt.date(2022 + (n + 1) // 12, (n + 1) % 12 + 1, 1) - dt.timedelta(days=1)
        later = scale if first >= dt.date(2024, 1, 1) else 1.0
        found.append((first, last, later * 1000.0 * (last - first).days * (1.0 + 0.1 * np.sin(n))))
    return found


def scored(months: list[tuple[dt.date, dt.date, float]], claimed: np.ndarray):
    ends = np.datetime64("2024-01-02") + 7 * np.arange(1, 27)
    return judge(months, dt.date(2024, 1, 2), claimed, ends)


def test_a_forecast_that_is_right_scores_nothing() -> None:
    months = many()
    ends = np.datetime64("2024-01-02") + 7 * np.arange(1, 25)
    right = np.repeat(by_week(months, ends)[None], 50, axis=0)
    score = scored(months, right)
    assert score.n_windows == 6
    assert score.crps_4wk == pytest.approx(0.0, abs=1e-9)
    assert score.skill == pytest.approx(1.0)
    assert score.lead.tolist() == [4, 8, 12, 16, 20, 24]


def test_naive_forecasts_do_not_know_what_was_claimed_later() -> None:
    origin = dt.date(2024, 1, 2)
    past = np.datetime64(origin) - 7 * np.arange(60)
    assert np.array_equal(by_week(many(), past, origin), by_week(many(100.0), past, origin))
    assert not np.array_equal(by_week(many(), past), by_week(many(100.0), past))  # the week of the origin, told later


def test_claims_are_off_alike_inside_four_weeks_with_median_one():
    noise = Noise(5, np.arange(4000))
    off = losses.misclaimed(9, 0.12, noise, "2023-01-03")
    assert off.shape == (9, 4000)
    np.testing.assert_array_equal(off[0], off[3])
    assert not np.array_equal(off[3], off[4])
    assert np.median(off[0]) == pytest.approx(1.0, abs=0.02)
    assert np.log(off[0]).std() == pytest.approx(0.12 * np.sqrt(13 / 4), rel=0.05)
    np.testing.assert_array_equal(losses.misclaimed(9, 0.0, noise, "x"), 1.0)
