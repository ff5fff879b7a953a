"""Giving, believing, settling: exact totals, Bayes by brute force, and cheap talk."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from sim.rules import perception, politics

share = st.floats(0.0, 1.0)


@pytest.mark.parametrize("load", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("window", [182.0, 365.0])
def test_front_loading_keeps_the_total_exactly(load, window):
    """The trapezium rule is exact for a straight line: it adds up to nothing over the window, and is nothing outside."""
    edges = np.linspace(0.0, window, 3)
    factors = [
        politics.front_loaded(day, np.array([window]), load)[0] for day in (*edges[:-1], np.nextafter(window, 0))
    ]
    assert float(np.trapezoid(factors, edges)) == pytest.approx(0.0, abs=1e-9)
    assert factors[0] == load
    assert politics.front_loaded(window, np.array([window]), load)[0] == 0.0
    assert politics.front_loaded(-1.0, np.array([window]), load)[0] == 0.0


@pytest.mark.parametrize("step", [1, 7])
def test_front_loading_day_by_day_is_off_by_no_more_than_a_step(step):
    """Pledges follow the middle of the day (or week) that an order stands for: the sum over the window is nothing."""
    days = np.arange(0, 364, step)
    total = sum(politics.front_loaded(day + 0.5 * step, np.array([364.0]), 0.6)[0] * step for day in days)
    assert total == pytest.approx(0.0, abs=1e-9)


@given(st.floats(0, 5), st.floats(0, 3), st.floats(0, 5), st.floats(-1, 1))
def test_giving(capacity, will, others, response):
    given_ = politics.giving(capacity, will, others, response)
    assert given_ >= 0.0
    assert politics.giving(capacity, will, 1.0, response) == pytest.approx(capacity * will)
    more = politics.giving(capacity, will, others + 1.0, response)
    assert (more >= given_ - 1e-12) if response >= 0 else (more <= given_ + 1e-12), "join or lean"


def test_phi():
    size = np.full(3, 0.3)
    assert politics.phi(np.array([0, 1, 2]), size, np.array([0.1, 0.5, 1.0])).tolist() == [0.0, 0.3, -0.3]


def test_the_small_lean_on_the_great_and_the_largest_not_at_all():
    standing = np.array([0.0, 0.25, 1.0])
    leans = politics.phi(np.full(3, politics.FREE_RIDE), np.full(3, 0.4), standing)
    np.testing.assert_allclose(leans, [-0.4, -0.3, 0.0])


def test_all_but_the_leader_match_the_leader():
    matches = politics.phi(np.full(3, politics.MATCH), np.full(3, 0.4), np.array([0.1, 0.9, 1.0]))
    assert matches.tolist() == [0.4, 0.4, 0.0]
    for choice, minded in ((politics.MATCH, 2.0), (politics.LEAN, 1.0), (politics.FREE_RIDE, 1.0)):
        assert float(politics.example(choice, 1.0, 2.0)) == minded


@given(st.integers(0, 4), share, share)
def test_without_a_response_every_form_is_independent_giving(choice, standing, will):
    """The closed limit: size zero, or others who give as at the start, leave capacity times will."""
    assert politics.giving(2.0, will, 1.7, politics.phi(choice, 0.0, standing)) == pytest.approx(2.0 * will)
    assert politics.giving(2.0, will, 1.0, politics.phi(choice, 0.5, standing)) == pytest.approx(2.0 * will)


@given(st.floats(-2, 2))
def test_the_sign_of_the_answer_to_pressure_is_forced_and_its_size_is_not(effect):
    drawn, yields, defies = (float(politics.signed(choice, effect)) for choice in range(3))
    assert drawn == effect
    assert yields == abs(effect) == -defies


@given(st.lists(st.tuples(st.floats(0.01, 1), st.floats(0.01, 1)), min_size=2, max_size=8), share)
def test_a_mix_of_shares_adds_up_to_one(rows, plan):
    taste, need = (column / column.sum() for column in np.array(rows).T)
    mixed = politics.mix(taste[:, None], need[:, None], np.array([plan]))
    assert mixed.sum() == pytest.approx(1.0)
    assert (mixed >= 0).all()
    np.testing.assert_array_equal(politics.mix(taste, need, 0.0), taste)


@pytest.mark.parametrize(
    ("mean", "variance", "seen", "noise", "drift", "volatility"),
    [
        (1.0, 0.04, 0.5, 0.1, -0.01, 0.005),
        (0.3, 0.2, 1.4, 0.05, 0.02, 0.0),
        (1.2, 0.01, 1.2, 0.3, -0.05, 0.02),
    ],
)
def test_the_estimate_is_bayes_on_a_grid(mean, variance, seen, noise, drift, volatility):
    grid = np.linspace(-6, 8, 40_001)
    prior = stats.norm.pdf(grid, mean + drift, np.sqrt(variance + volatility))
    posterior = prior * stats.norm.pdf(seen, grid, np.sqrt(noise))
    posterior /= posterior.sum()
    by_grid = float(grid @ posterior)
    got_mean, got_variance = politics.estimate(mean, variance, seen, noise, drift, volatility)
    assert got_mean == pytest.approx(by_grid, rel=1e-6)
    assert got_variance == pytest.approx(float((grid - by_grid) ** 2 @ posterior), rel=1e-6)


@given(st.floats(-1, 2), st.floats(0.01, 0.3), st.floats(0.01, 0.5), st.floats(0.01, 0.5), st.floats(-3, -1.5))
def test_talk_without_deliveries_never_raises_the_belief(mean, variance, quiet, loud, nothing):
    """Almost nothing is delivered: one voice (less noise) makes that the clearer. It cannot sound like aid."""
    quiet, loud = sorted((quiet, loud))
    clear, _ = politics.estimate(mean, variance, nothing, quiet, 0.0, 0.005)
    blurred, _ = politics.estimate(mean, variance, nothing, loud, 0.0, 0.005)
    assert clear <= blurred + 1e-12
    assert politics.lasting(clear, 3.3, 0.35) <= politics.lasting(blurred, 3.3, 0.35) + 1e-12
    assert clear <= mean


@given(st.floats(-1, 2), st.floats(0.01, 0.3), st.floats(0.0, 2.0), st.floats(0.01, 0.5), st.floats(0.01, 0.5))
def test_discipline_moves_the_belief_towards_the_deliveries_whatever_they_are(mean, variance, seen, quiet, loud):
    quiet, loud = sorted((quiet, loud))
    clear, blurred = (politics.estimate(mean, variance, seen, noise, 0.0, 0.0)[0] for noise in (quiet, loud))
    assert abs(clear - seen) <= abs(blurred - seen) + 1e-12
    assert min(mean, seen) - 1e-12 <= clear <= max(mean, seen) + 1e-12


@given(st.floats(0.01, 0.99), st.floats(1, 5), st.floats(0.1, 1))
def test_the_start_of_belief_is_what_was_asked_for(probability, enough, spread):
    mean = politics.mean_for(probability, enough, spread)
    assert politics.lasting(mean, enough, spread) == pytest.approx(probability, rel=1e-9)


@given(st.floats(0, 0.2), st.lists(st.floats(-50, 50), min_size=1, max_size=7), st.floats(0.2, 1))
def test_the_hazard_has_a_ceiling(base, terms, ceiling):
    terms = np.array(terms)[:, None]
    assert 0.0 <= politics.hazard(base, terms, ceiling)[0] <= ceiling
    assert politics.hazard(base, 0 * terms, ceiling)[0] == pytest.approx(min(base, ceiling))


@given(st.floats(0.001, 0.2), st.floats(-2, 2), st.floats(-2, 2))
def test_hazards_multiply(base, a, b):
    both = politics.hazard(base, np.array([[a], [b]]), np.inf)[0]
    assert both == pytest.approx(base * np.exp(a) * np.exp(b), rel=1e-12)


@given(st.floats(0, 2), st.floats(0.1, 100))
def test_the_chance_is_that_of_the_exponential_law(rate, days):
    assert politics.chance(rate, days) == pytest.approx(stats.expon.cdf(rate * days * 12 / 365.25), rel=1e-9)


def test_weekly_chances_add_up_to_the_monthly_law():
    survived = (1.0 - politics.chance(0.1, 7.0)) ** 52
    assert survived == pytest.approx(np.exp(-0.1 * 52 * 7 / 30.4375))


@given(st.floats(-20, 20))
def test_durability_is_a_probability(odds):
    assert politics.durability(odds) == pytest.approx(stats.logistic.cdf(odds), rel=1e-9)


@given(st.floats(0, 100), st.floats(0, 100), st.floats(1, 200), st.floats(0.5, 60))
def test_memory_goes_to_what_is_seen(memory, seen, length, days):
    after = perception.remembered(memory, seen, length, days)
    assert min(memory, seen) - 1e-9 <= after <= max(memory, seen) + 1e-9
    twice = perception.remembered(perception.remembered(memory, seen, length, days / 2), seen, length, days / 2)
    assert twice == pytest.approx(after, rel=1e-9, abs=1e-9)
    assume(abs(seen - memory) > 1e-3)
    assert perception.remembered(memory, seen, length, 1e6) == pytest.approx(seen, rel=1e-6, abs=1e-6)
