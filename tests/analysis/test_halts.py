"""Halts by themselves: found where they are, judged on the same weeks, counted against what came."""

import numpy as np
import pytest

from sim.analysis.scores.halt_forecasts import Rule, begins, judge, together

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
    late[30:39] = 0.0
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
    told = together(right)
    assert told["brier"] == 0.0
    assert told["brier_share"] == pytest.approx(0.25)
    assert (told["expected"], told["seen"]) == (1.0, 1)
    wrong = together([judge(np.zeros((5, 20)), np.full(20, 20.0), RULE)])
    assert wrong["brier"] == 1.0
    assert np.isnan(together([])["brier"])
