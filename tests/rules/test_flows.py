"""Supply and deep strike: rationing, pipelines, damage, dispersal, interception."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.rules import strike, supply

share = st.floats(0.0, 1.0)
amount = st.floats(0.0, 1e7)


@given(amount, amount, st.floats(1, 60))
def test_rationed_use_never_passes_plan_or_stock(plan, stock, cover):
    use = supply.rationed(plan, stock, cover)
    assert 0.0 <= use <= min(plan, stock)
    assert supply.rationed(0.0, stock, cover) == supply.rationed(plan, 0.0, cover) == 0.0


@given(st.floats(1, 1e5), st.floats(1, 60))
def test_half_the_plan_at_cover_days_of_stock(plan, cover):
    assert supply.rationed(plan, plan * cover, cover) == pytest.approx(0.5 * plan)
    assert supply.rationed(plan, plan * cover * 1e6, cover) == pytest.approx(plan, rel=1e-5)


@given(st.floats(1, 1e5), amount, amount)
def test_more_stock_never_means_less_use(plan, a, b):
    low, high = sorted((a, b))
    assert supply.rationed(plan, low, 20.0) <= supply.rationed(plan, high, 20.0) * (1 + 1e-12)


@pytest.mark.parametrize("lag", [6.0, 30.0, 90.0, 180.0])
def test_a_pipeline_delivers_all_at_its_mean_lag_spread_as_erlang(lag):
    """Two stages of half the lag each: mean lag, variance lag^2/2, in days of one step each."""
    first, second, arrived = 1.0, 0.0, []
    for _ in range(int(20 * lag)):
        out = supply.outflow(second, 0.5 * lag)
        moving = supply.outflow(first, 0.5 * lag)
        arrived.append(out)
        first, second = first - moving, second + moving - out
    days = np.arange(len(arrived)) + 0.5
    arrived = np.array(arrived)
    assert arrived.sum() == pytest.approx(1.0, rel=1e-9)
    mean = float(days @ arrived)
    assert mean == pytest.approx(lag, abs=1.0), "within a day of the continuous law"
    assert float((days - mean) ** 2 @ arrived) == pytest.approx(lag**2 / 2, rel=0.03, abs=1.0)
    assert arrived[0] == 0.0, "nothing arrives on the day it is sent"


@given(amount, st.floats(0, 200))
def test_a_stage_never_pays_out_more_than_it_holds(stage, length):
    assert 0.0 <= supply.outflow(stage, length) <= stage


def test_relative_to_nothing_is_nothing():
    assert supply.relative(np.array([5.0, 5.0]), np.array([0.0, 2.0])).tolist() == [0.0, 2.5]


@given(share, share)
def test_what_damage_leaves(damage, effect):
    assert 0.0 < supply.left_of(damage, effect) <= 1.0
    assert supply.left_of(0.0, effect) == 1.0


@given(share, st.floats(0, 1e6), share, share)
def test_damage_never_passes_one_nor_heals_by_strikes(damage, arrivals, each, reach):
    after = strike.damaged(damage, arrivals, each, reach)
    assert damage - 1e-12 <= after <= 1.0
    assert strike.damaged(damage, 0.0, each, reach) == pytest.approx(damage)
    assert strike.damaged(damage, arrivals, each, 0.0) == pytest.approx(damage)


@given(share, st.floats(0, 100), st.floats(0, 100), st.floats(0, 0.1))
def test_salvoes_add_up_whether_together_or_apart(damage, first, second, each):
    apart = strike.damaged(strike.damaged(damage, first, each, 1.0), second, each, 1.0)
    assert apart == pytest.approx(strike.damaged(damage, first + second, each, 1.0), abs=1e-12)


def test_half_is_mended_in_a_half_life():
    damage = 0.6
    for _ in range(45):
        damage = strike.mended(damage, 45.0)
    assert damage == pytest.approx(0.3)


def test_half_of_the_damage_counts_for_what_a_half_life_holds():
    """Damage with a half-life h lasts h / ln 2 days of the whole without end, and half of it goes within h."""
    assert strike.lasting(45.0, 1e9) == pytest.approx(45.0 / np.log(2.0))
    assert strike.lasting(45.0, 45.0) == pytest.approx(0.5 * 45.0 / np.log(2.0))
    assert strike.lasting(1e9, 56.0) == pytest.approx(56.0, rel=1e-6), "what is never mended lasts all the time"


@given(st.floats(0.05, 1.0), st.floats(0.05, 1.0), share)
def test_scattered_targets_work_less_well(a, b, cost):
    low, high = sorted((a, b))
    assert strike.scattered(low, high, cost) <= 1.0 == strike.scattered(high, high, cost)


def test_the_usual_dispersal_is_the_best_under_the_usual_strikes():
    """What dispersal spares of damage and what it costs are alike at the margin: so nobody moves at the start."""
    effect, damage, usual = 0.6, 0.1, 0.8
    shown = np.linspace(0.3, 1.0, 7001)
    left = (1.0 - effect * damage * shown / usual) * strike.scattered(shown, usual, effect * damage)
    assert shown[left.argmax()] == pytest.approx(usual, rel=0.1)


@given(share, amount, amount, st.floats(0, 1e4))
def test_interception_wants_interceptors(best, a, b, need):
    low, high = sorted((a, b))
    few, many = (strike.intercept(best, stock, need, 20.0) for stock in (low, high))
    assert 0.0 <= few <= many * (1 + 1e-12) <= best * (1 + 1e-9)
    assert strike.intercept(best, 0.0, need, 20.0) == 0.0
    assert strike.intercept(best, 20.0 * 7.0, 7.0, 20.0) == pytest.approx(best / 2)
