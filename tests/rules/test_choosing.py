"""Choosing: closed forms of the logit, and what conduct reveals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import softmax

from sim.rules import choosing

value = st.floats(-5.0, 5.0)
three = st.lists(value, min_size=3, max_size=3)


@given(three, st.floats(0.0, 50.0))
def test_chances_are_the_softmax_of_what_options_are_worth(values, rationality):
    found = choosing.weigh(np.array(values)[:, None], np.array([rationality]))[:, 0]
    np.testing.assert_allclose(found, softmax(rationality * np.array(values)), rtol=1e-9, atol=1e-300)


def test_two_options_are_taken_by_the_logistic_law_of_their_difference():
    chances = choosing.weigh(np.array([[0.3], [0.1]]), np.array([5.0]))
    assert chances[0, 0] == pytest.approx(1.0 / (1.0 + np.exp(-5.0 * 0.2)))


def test_without_reason_all_are_as_likely_and_with_endless_reason_the_best_is_taken():
    values = np.array([[0.1], [0.3], [0.2]])
    np.testing.assert_allclose(choosing.weigh(values, np.array([0.0])), 1.0 / 3.0)
    np.testing.assert_allclose(choosing.weigh(values, np.array([1e4]))[:, 0], [0.0, 1.0, 0.0])


@given(three, value, st.floats(0.0, 50.0))
def test_what_is_added_to_every_option_changes_nothing(values, more, rationality):
    plain, shifted = np.array(values)[:, None], np.array(values)[:, None] + more
    np.testing.assert_allclose(
        choosing.weigh(plain, np.array([rationality])), choosing.weigh(shifted, np.array([rationality])), atol=1e-9
    )


#: nothing, or so much that its product with a worth is not lost below the smallest number there is
weight = st.one_of(st.just(0.0), st.floats(1e-100, 1.0))


@given(st.lists(st.tuples(weight, st.floats(1e-3, 10.0)), min_size=1, max_size=6), st.floats(0.0, 5.0))
def test_attention_is_shared_out_wholly_and_only_where_there_is_any(rows, rationality):
    weights, worth = np.array(rows).T[:, :, None]
    shares = choosing.attended(weights, worth, np.array([rationality]))
    assert shares.sum() == pytest.approx(1.0 if weights.sum() > 0.0 else 0.0)
    assert (shares[weights == 0.0] == 0.0).all()


def test_attention_follows_worth_by_its_power():
    shares = choosing.attended(np.array([[0.5], [0.5]]), np.array([[4.0], [1.0]]), np.array([0.5]))[:, 0]
    np.testing.assert_allclose(shares, [2.0 / 3.0, 1.0 / 3.0])


@given(st.floats(0.1, 10.0), st.floats(0.1, 10.0), st.floats(0.0, 1.0))
def test_an_expectation_lies_between_its_two_forecasts(usual, promised, trust):
    found = float(choosing.expectation(usual, promised, trust))
    assert min(usual, promised) * (1 - 1e-12) <= found <= max(usual, promised) * (1 + 1e-12)
    assert choosing.expectation(usual, promised, 0.0) == pytest.approx(usual)
    assert choosing.expectation(usual, promised, 1.0) == pytest.approx(promised)


@given(st.floats(0.02, 0.4), st.floats(0.5, 3.0), st.floats(1.0, 4.0))
def test_at_the_worth_revealed_nobody_moves(step, gain, dearness):
    """Yields that grow as x^gain, costs as x^(gain * dearness): what conduct reveals makes the ends alike, so the middle stands."""
    options = np.exp(np.array([-step, 0.0, step]))[:, None]
    yields, costs = options**gain, options ** (gain * dearness)
    worth = choosing.revealed(yields, costs)
    chances = choosing.weigh(worth * yields - costs, np.array([20.0]))
    assert choosing.mean_of(np.log(options), chances)[0] == pytest.approx(0.0, abs=1e-9)
    assert chances[1, 0] >= chances[0, 0] * (1 - 1e-9)


def test_who_has_nothing_to_gain_reveals_nothing():
    assert choosing.revealed(np.ones((3, 1)), np.array([[1.0], [2.0], [3.0]]))[0] == 0.0


@given(st.floats(0.1, 5.0), st.floats(0.1, 5.0), st.floats(0.0, 3.0))
def test_what_is_scarcer_is_dearer(a, b, elasticity):
    low, high = sorted((a, b))
    assert choosing.price(low, elasticity) <= choosing.price(high, elasticity) * (1 + 1e-12)
    assert choosing.price(1.0, elasticity) == pytest.approx(1.0)


@given(st.floats(0.0, 1e300), st.floats(0.0, 1e3))
def test_however_scarce_a_thing_is_its_price_is_a_number(scarcity, elasticity):
    assert 0.0 <= choosing.price(scarcity, elasticity) < np.inf
