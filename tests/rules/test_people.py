"""People: fates, absence, shares, moves, quality, recruiting, tempo."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from sim.rules import manpower, recruiting

share = st.floats(0.0, 1.0)
troops = hnp.arrays(np.float64, (4, 3), elements=st.floats(0, 1e5))


@given(st.floats(0, 1e5), share, share)
def test_fates_add_up(casualties, killed, back):
    fates = manpower.fates(casualties, killed, back)
    assert sum(fates) == pytest.approx(casualties, rel=1e-12, abs=1e-12)
    assert all(-1e-9 <= fate <= casualties * (1 + 1e-12) for fate in fates)


@given(troops)
def test_shares_add_up_to_one_or_to_nothing(weights):
    total = manpower.shares(weights).sum(axis=0)
    some = weights.sum(axis=0) > 0
    np.testing.assert_allclose(total[some], 1.0, rtol=1e-12)
    assert (total[~some] == 0.0).all()


@given(troops, troops, share)
def test_moving_conserves_people(line, wanted, rate):
    wanted = manpower.shares(wanted)
    leaving, arriving = manpower.moved(line, wanted, np.full(3, rate))
    somewhere = wanted.sum(axis=0) > 0
    np.testing.assert_allclose(leaving.sum(axis=0)[somewhere], arriving.sum(axis=0)[somewhere], rtol=1e-9, atol=1e-6)
    assert (leaving >= 0).all()
    assert (arriving >= 0).all()
    assert (leaving <= line * (1 + 1e-12)).all()
    assert not ((leaving > 0) & (arriving > 0)).any(), "a front gives or takes"


@given(troops)
def test_moving_to_where_one_is_moves_nobody(line):
    leaving, _ = manpower.moved(line, manpower.shares(line), np.full(3, 0.1))
    assert (leaving <= 1e-9 * (1 + line.sum(axis=0))).all()


def test_moving_ends_where_it_is_wanted():
    line, wanted = np.array([[900.0], [100.0], [0.0]]), np.array([[0.2], [0.5], [0.3]])
    for _ in range(300):
        leaving, arriving = manpower.moved(line, wanted, np.array([0.05]))
        line = line + arriving - leaving
    np.testing.assert_allclose(line[:, 0], [200.0, 500.0, 300.0], rtol=1e-4)


@given(share, share, st.floats(0, 5))
def test_absence_grows_as_units_thin_out(a, b, response):
    low, high = sorted((a, b))
    thin, full = (manpower.absence(1000.0, fill, 0.7, 0.001, response) for fill in (low, high))
    assert thin >= full * (1 - 1e-12)
    assert manpower.absence(1000.0, 0.7, 0.7, 0.001, response) == pytest.approx(1.0)


@given(st.floats(0.3, 1.5), st.floats(0.3, 1.5), st.floats(1, 1e5), share, st.floats(10, 200))
def test_quality_stays_between_the_men_it_is_made_of_and_the_seasoned(now, new, line, part, days):
    after = manpower.quality(now, line, part * line, new, days)
    assert min(now, new, 1.0) - 1e-9 <= after <= max(now, new, 1.0) + 1e-9


@given(st.floats(0.3, 1.0), share, st.floats(0.8, 1.5))
def test_the_usual_recruits_are_worth_one(new_unit, usual, skill):
    assert manpower.incoming_quality(new_unit, usual, usual, 1.0) == pytest.approx(1.0)
    veterans = manpower.incoming_quality(new_unit, 0.0, usual, skill)
    green = manpower.incoming_quality(new_unit, 1.0, usual, skill)
    assert veterans >= green * (1 - 1e-12), "new brigades fight worse"
    assert green == pytest.approx(veterans * new_unit)


@given(st.floats(1, 5), st.floats(0, 2), st.floats(0, 1))
def test_recruits_answer_to_the_bonus(bonus, elasticity, pool):
    got = recruiting.recruits(1000.0, bonus, elasticity, pool)
    assert got == pytest.approx(1000.0 * bonus**elasticity * pool)
    assert recruiting.recruits(1000.0, 1.0, elasticity, 1.0) == pytest.approx(1000.0)


@given(share, st.floats(0, 0.1), st.floats(1, 4), st.floats(1, 4))
def test_willing_men_run_out_and_faster_when_more_is_paid(pool, rate, a, b):
    low, high = sorted((a, b))
    assert 0.0 <= recruiting.drained(pool, rate, high) <= recruiting.drained(pool, rate, low) <= pool


def test_support_is_made_infantry_only_where_infantry_lacks():
    assert manpower.reassigned(1000.0, 50.0, 100.0, 0.1) == pytest.approx(50.0)
    assert manpower.reassigned(1000.0, 120.0, 100.0, 0.1) == 0.0
    assert manpower.reassigned(1000.0, 0.0, 100.0, 9.0) == 1000.0, "no more than there are"


def test_confidence_is_one_in_an_army_of_the_starts_size_that_nobody_attacks():
    assert recruiting.confidence(1.0, 0.0, 0.7, 3.0) == 1.0
    assert recruiting.confidence(4.0, 0.0, 0.5, 3.0) == pytest.approx(2.0)
    assert recruiting.confidence(1.0, 1.0, 0.5, 3.0) == pytest.approx(0.25)
