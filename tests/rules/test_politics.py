"""Believing and settling: Bayes by brute force, and cheap talk."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from sim.rules import perception, politics


@given(st.floats(-2, 2))
def test_the_sign_of_the_answer_to_pressure_is_forced_and_its_size_is_not(effect):
    drawn, yields, defies = (float(politics.signed(choice, effect)) for choice in range(3))
    assert drawn == effect
    assert yields == abs(effect) == -defies


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
