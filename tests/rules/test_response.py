"""The response: closed forms of the index, the three rivals and their places, the kill zone, the alarm."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from sim.rules import response

FORMS = range(len(response.RESPONSES))
index = st.floats(-15.0, 10.0)
EPS = 1e-12


def respond(form, at, place=0.0, effort=1.0, favour=1.0, steepness=2.0, spread=1.5, top=1.0):
    return float(response.respond(np.array(form), at, place, effort, favour, steepness, spread, top))


def test_the_index_adds_logarithms():
    """Twice the effort adds e ln 2; twice both armies leaves the ratio and adds -g ln 2; twice the line's length g ln 2."""
    e, f, g = 1.2, 0.3, 0.7
    base = response.manpower_index(0.5, 3e4, 2e4, 50.0, e, f, g)
    assert base == pytest.approx(e * np.log(0.5) + f * np.log(1.5) - g * np.log(400.0))
    assert response.manpower_index(1.0, 3e4, 2e4, 50.0, e, f, g) - base == pytest.approx(e * np.log(2))
    assert response.manpower_index(0.5, 6e4, 4e4, 50.0, e, f, g) - base == pytest.approx(-g * np.log(2))
    assert response.manpower_index(0.5, 3e4, 2e4, 100.0, e, f, g) - base == pytest.approx(g * np.log(2))


def test_a_contest_is_won_half_the_time_at_its_place_and_at_its_sd_as_the_normal_law_says():
    assert respond(response.CONTEST, 0.0) == pytest.approx(0.5)
    assert respond(response.CONTEST, 1.5) == pytest.approx(norm.cdf(1.0))
    assert respond(response.CONTEST, -3.0, effort=0.4, favour=2.0, top=0.8) == pytest.approx(0.64 * norm.cdf(-2.0))


def test_power_and_product_are_exponentials_of_the_index():
    assert respond(response.POWER, -1.0) == pytest.approx(np.exp(-2.0))
    assert respond(response.PRODUCT, -1.0) == pytest.approx(np.exp(-1.0))
    assert respond(response.POWER, 5.0) == respond(response.PRODUCT, 5.0) == 1.0, "no faster than a war of movement"


def test_the_contest_has_a_threshold_and_saturates():
    """Elasticity to power: 2.67/s at 1 % success, 1.75/s at 10 %, next to none near certainty (inverse Mills ratio)."""
    for chance, expected in ((0.01, 2.665), (0.1, 1.755), (0.999, 0.0034)):
        at, step = 1.5 * norm.ppf(chance), 1e-4
        rise = np.log(respond(response.CONTEST, at + step) / respond(response.CONTEST, at - step)) / (2 * step)
        assert 1.5 * rise == pytest.approx(expected, rel=0.01)


@given(st.sampled_from(FORMS), index, index, st.floats(0.0, 2.0))
def test_more_power_never_slows(form, a, b, effort):
    low, high = sorted((a, b))
    assert 0.0 <= respond(form, low, effort=effort) <= respond(form, high, effort=effort) * (1 + EPS)


@pytest.mark.parametrize("form", FORMS)
def test_without_effort_nothing_moves(form):
    assert respond(form, 5.0, effort=0.0) == 0.0


@given(st.sampled_from(FORMS), index, st.floats(1e-6, 0.3), st.floats(0.4, 2.0), st.floats(0.5, 3.0))
def test_a_place_is_where_the_pace_that_was_seen_comes_out(form, at, speed, effort, favour):
    place = response.place(np.array(form), at, speed, effort, favour, 1.8, 1.6, 1.0)
    if speed < 0.9 * effort * favour and speed / (effort * favour) > 2e-9:
        assert respond(form, at, place, effort, favour, 1.8, 1.6, 1.0) == pytest.approx(speed, rel=1e-6)


def test_pooling_keeps_the_weighted_mean_and_halves_what_is_apart():
    places, weight = np.array([[0.0], [2.0], [10.0]]), np.array([[1.0], [3.0], [0.0]])
    half, mean = response.pooled(places, weight, np.array([0.5]))
    assert mean == pytest.approx(1.5)
    assert half[:, 0].tolist() == pytest.approx([0.75, 1.75, 5.75])
    assert response.pooled(places, weight, np.array([0.0]))[0] == pytest.approx(places)
    assert np.ptp(response.pooled(places, weight, np.array([1.0]))[0]) == 0.0


def test_the_kill_zone_is_a_poisson_law():
    assert response.kill_zone(1.0, 0.4) == 0.0
    assert np.exp(response.kill_zone(3.0, 0.4)) == pytest.approx(np.exp(-0.4 * 3.0) / np.exp(-0.4))
    assert response.kill_zone(0.0, 0.4) == 0.4, "without any fire the gain is bounded"


def test_nobody_is_alarmed_at_the_usual_pace_nor_below_the_floor():
    assert response.alarm(12.0, 12.0, 5.0) == 0.0
    assert response.alarm(-30.0, 12.0, 5.0) == 0.0
    assert response.alarm(5.0, 0.1, 5.0) == 0.0
    assert response.alarm(36.0, 12.0, 5.0) == pytest.approx(np.log(3.0))
