"""Halts by themselves: found where they are, judged on the same weeks, counted against what came."""

import numpy as np
import pytest

from sim.analysis.outcomes import ladder
from sim.analysis.scores.halt_forecasts import Rule, begins, judge, score_halts, seen_slow

RULE = Rule(rate=1.0, days=60, within=182)


def test_a_halt_is_a_slow_span_not_a_slow_week() -> None:
    assert RULE.weeks == 9
    fast = np.full(40, 60.0)
    assert np.isnan(begins(fast, RULE))
    halted = fast.copy()
    halted[5:14] = 3.0
    assert begins(halted, RULE) == 35.0
    noisy = halted.copy()
    noisy[5:14:2] += 15.0
    noisy[6:14:2] -= 18.75  # the map's error: weeks far above the rate, the span still below it
    assert begins(noisy, RULE) == 35.0
    late = fast.copy()
    late[31:40] = 0.0
    assert np.isnan(begins(late, RULE))  # begins after 182 days


def test_a_missing_week_is_no_halt() -> None:
    weeks = np.zeros(12)
    weeks[6] = np.nan
    assert np.isnan(begins(weeks, RULE))


def test_both_are_judged_on_the_same_weeks() -> None:
    members = np.full((10, 40), 20.0)
    members[:4, 11:] = 0.0  # four wars halt, but only beyond what was observed
    seen = np.full(12, 20.0)
    one = judge(members, seen, RULE)
    assert one.judged_weeks == 12
    assert one.chance == 0.0
    assert one.happened is False
    assert one.least == pytest.approx(20.0 / 7.0)
    assert judge(members, np.full(40, 20.0), RULE).chance == pytest.approx(0.4)
    assert judge(members, seen[:5], RULE).happened is None


def test_brier_against_the_share_seen() -> None:
    right = [judge(np.zeros((5, 20)), np.zeros(20), RULE), judge(np.full((5, 20), 20.0), np.full(20, 20.0), RULE)]
    told = score_halts(right)
    assert told.brier == 0.0
    assert told.brier_share == pytest.approx(0.25)
    assert (told.expected, told.seen) == (1.0, 1)
    wrong = score_halts([judge(np.zeros((5, 20)), np.full(20, 20.0), RULE)])
    assert wrong.brier == 1.0
    assert np.isnan(score_halts([]).brier)


def test_the_ladder_counts_series_by_their_slowest_span_and_a_record_by_all_its_spans() -> None:
    assert ladder.shares([0.5, 1.5, 3.0, 9.0], 20.0) == {
        "1 km2/day": 0.25,
        "2 km2/day": 0.5,
        "4 km2/day": 0.75,
        "a tenth of the start's pace": 0.5,
    }
    assert np.isnan(list(ladder.shares([0.5, np.nan], 20.0).values())).all()
    ends = np.datetime64("2023-01-08") + 7 * np.arange(104)
    weekly = np.where(ends < np.datetime64("2024-01-01"), 0.0, 21.0)
    found = seen_slow(weekly, ends, 7.0)
    assert found["2023"] == {"1 km2/day": 1.0, "2 km2/day": 1.0, "4 km2/day": 1.0}
    assert found["2024"] == {"1 km2/day": 0.0, "2 km2/day": 0.0, "4 km2/day": 1.0}


def test_hindcast_and_verdict_call_the_same_thing_a_halt() -> None:
    from sim.analysis.outcomes.judging import Thresholds, first_halt

    rng = np.random.default_rng(2)
    weekly = rng.normal(20.0, 30.0, (200, 52))
    net = np.concatenate([np.zeros((200, 1)), weekly.cumsum(axis=1)], axis=1)
    days = 7.0 * np.arange(53)
    found, _ = first_halt(net, np.ones(net.shape, dtype=bool), days, Thresholds())
    np.testing.assert_array_equal(found, begins(weekly, RULE))
    assert 0 < np.isfinite(found).mean() < 1
