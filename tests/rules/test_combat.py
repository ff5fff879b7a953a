"""Close combat against closed forms: Lanchester's laws as special cases, and what must be true of any."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.rules import combat

number = st.floats(0.0, 1e6)
share = st.floats(0.0, 1.0)
START = 1000.0


def duel(p, q, steps, blue_rate=2e-3, red_rate=1e-3):
    """Return (blue, red) paths of two forces under the rule, in many small steps of one day's losses a `steps`th."""
    blue, red = [START], [START]
    exponents = np.array([p]), np.array([q])
    for _ in range(steps):
        loss = [
            combat.losses(
                np.array([[own]]), np.array([[foe]]), np.array([[START]]), np.array([[START]]), np.array([1.0]),
                np.array([[rate]]), *exponents,
            )[0, 0]
            for own, foe, rate in ((blue[-1], red[-1], blue_rate), (red[-1], blue[-1], red_rate))
        ]  # fmt: skip
        blue.append(blue[-1] - 0.25 * loss[0])
        red.append(red[-1] - 0.25 * loss[1])
    return np.array(blue), np.array(red)


@pytest.mark.parametrize(
    ("p", "q", "conserved"),
    [
        (0.0, 1.0, lambda b, r: 1e-3 * b**2 - 2e-3 * r**2),  # square law: aimed fire
        (1.0, 1.0, lambda b, r: 1e-3 * b - 2e-3 * r),  # linear law: area fire
        (1.0, 0.0, lambda b, r: 1e-3 * np.log(b) - 2e-3 * np.log(r)),  # logarithmic law (Peterson)
        (0.0, 0.0, lambda b, r: 1e-3 * b - 2e-3 * r),  # constant losses
        (0.5, 0.5, lambda b, r: 1e-3 * b - 2e-3 * r),  # any p = q is linear
    ],
    ids=["square", "linear", "logarithmic", "constant", "half"],
)
def test_lanchesters_conserved_quantities(p, q, conserved):
    blue, red = duel(p, q, 1500)
    assert blue[-1] < 0.65 * START, "there has to be a battle"
    held = conserved(blue / START, red / START)
    assert np.ptp(held) < 2e-3 * np.ptp(1e-3 * blue / START), "first order in the step"


def test_the_logarithmic_law_in_closed_form():
    """With p = 1 and q = 0 each side decays by itself: b(t) = b(0) exp(-a t)."""
    blue, red = duel(1.0, 0.0, 1000)
    days = 0.25 * np.arange(len(blue))
    np.testing.assert_allclose(blue, START * np.exp(-2e-3 * days), rtol=1e-3)
    np.testing.assert_allclose(red, START * np.exp(-1e-3 * days), rtol=1e-3)


def one_loss(own, enemy, fires=1.0, rate=0.01, p=0.5, q=0.5):
    return float(combat.losses(own, enemy, START, START, fires, rate, p, q))


@given(own=number, enemy=number, fires=st.floats(0, 50), rate=share, p=share, q=share)
def test_losses_lie_between_nothing_and_all(own, enemy, fires, rate, p, q):
    assert 0.0 <= one_loss(own, enemy, fires, rate, p, q) <= own


@given(own=number, enemy=number, rate=share, p=share, q=share)
def test_no_fires_no_losses(own, enemy, rate, p, q):
    assert one_loss(own, enemy, 0.0, rate, p, q) == 0.0


@given(p=st.floats(0.0, 1.0), q=st.floats(0.01, 1.0))
def test_nobody_there_kills_nobody(p, q):
    assert one_loss(1000.0, 0.0, p=p, q=q) == 0.0
    assert one_loss(0.0, 1000.0, p=p, q=q) == 0.0


@given(p=share, q=share, rate=share)
def test_at_the_start_losses_are_the_observed_rate(p, q, rate):
    assert one_loss(START, START, rate=rate, p=p, q=q) == pytest.approx(rate * START, rel=1e-12)


@given(own=st.floats(1, 1e5), less=number, more=number, p=share, q=share)
def test_more_enemies_never_kill_fewer(own, less, more, p, q):
    less, more = sorted((less, more))
    assert one_loss(own, less, p=p, q=q) <= one_loss(own, more, p=p, q=q) * (1 + 1e-12)


weapons = st.integers(1, 5).flatmap(
    lambda n: st.tuples(*(st.lists(s, min_size=n, max_size=n) for s in (st.floats(0, 20), st.floats(0.01, 1), share)))
)


@given(weapons)
def test_the_fire_index_is_one_at_the_start_and_nothing_without_fire(drawn):
    relative, shares, steepness = (np.array(rows)[:, None] for rows in drawn)
    assert combat.fire_index(np.ones_like(relative), shares, steepness)[0] == pytest.approx(1.0, rel=1e-12)
    assert combat.fire_index(np.zeros_like(relative), shares, steepness)[0] == 0.0


@given(weapons, st.floats(1, 10))
def test_more_fire_never_lowers_the_index_and_saturates(drawn, factor):
    relative, shares, steepness = (np.array(rows)[:, None] for rows in drawn)
    before = combat.fire_index(relative, shares, steepness)[0]
    after = combat.fire_index(relative * factor, shares, steepness)[0]
    assert before * (1 - 1e-9) <= after <= before * factor * (1 + 1e-9) + 1e-12


def test_drones_have_the_diminishing_returns_observed():
    """Nineteen times the drones hit 3.7 times the targets [D11]: an elasticity of 0.44."""
    hits = combat.fire_index(np.array([[19.0]]), np.array([[1.0]]), np.array([[0.444]]))
    assert hits[0] == pytest.approx(3.7, rel=0.01)


@given(effort=st.floats(0, 3), cover=st.floats(1, 60), relief=share, toll=share)
def test_cover_and_ceding_spare_the_defender_and_only_him(effort, cover, relief, toll):
    open_field = combat.exposure(0.0, effort, 1.0, 1.0, toll, 1.0, 0.0)
    assert combat.exposure(0.0, effort, 1.0, 1.0, toll, cover, relief) <= open_field + 1e-12
    assert combat.exposure(effort, 0.0, 1.0, 1.0, toll, cover, relief) == pytest.approx(effort + toll)


@given(st.floats(0, 1), st.floats(1e-3, 1), st.floats(0, 1))
def test_culmination(strain, half, more):
    left = combat.culmination(strain, half)
    assert 0.0 < left <= 1.0
    assert combat.culmination(strain + more, half) <= left
    assert combat.culmination(half, half) == pytest.approx(0.5)
    assert combat.culmination(0.0, half) == 1.0


def test_strain_settles_at_a_steady_loss_rate():
    strain = 0.0
    for day in range(1, 401):
        strain = combat.strain(strain, 0.004, 40.0)
        if day == 40:
            assert strain == pytest.approx(0.004 * (1 - np.exp(-1)), rel=0.02)
    assert strain == pytest.approx(0.004, rel=1e-3)


@given(st.floats(0, 10), st.floats(0, 3))
def test_power(x, exponent):
    assert combat.power(x, exponent) == pytest.approx(x**exponent if x else 0.0, rel=1e-9)


def test_nothing_to_the_power_of_nothing_is_nothing():
    assert combat.power(np.zeros(2), np.zeros(2)).tolist() == [0.0, 0.0]


# --- the laws as a switch -----------------------------------------------------------------------------------


def law_loss(law, own, enemy, p=0.3, q=0.6, rate=0.01):
    exponents = combat.exponents(law, p, q)
    return float(combat.losses(own, enemy, START, START, 1.0, rate, *exponents))


@given(own=st.floats(1, 1e4), enemy=st.floats(1, 1e4), p=share, q=share)
def test_each_law_is_its_corner_of_the_open_law(own, enemy, p, q):
    corners = {
        combat.OPEN: (p, q), combat.SQUARE: (0.0, 1.0), combat.LINEAR: (1.0, 1.0), combat.LOGARITHMIC: (1.0, 0.0),
        combat.MIXED: (1.0 - q, q),
    }  # fmt: skip
    for law, (own_exponent, enemy_exponent) in corners.items():
        expected = min(0.01 * START * (own / START) ** own_exponent * (enemy / START) ** enemy_exponent, own)
        assert law_loss(law, own, enemy, p, q) == pytest.approx(expected, rel=1e-9)


def test_the_mixed_law_runs_from_logarithmic_to_square():
    for enemy in (200.0, 1000.0, 4000.0):
        assert law_loss(combat.MIXED, 700.0, enemy, q=0.0) == pytest.approx(law_loss(combat.LOGARITHMIC, 700.0, enemy))
        assert law_loss(combat.MIXED, 700.0, enemy, q=1.0) == pytest.approx(law_loss(combat.SQUARE, 700.0, enemy))


def ratio_loss(own, enemy, m=0.8, rate=0.01, own_start=START, enemy_start=START):
    return float(combat.opposed(own, enemy, own_start, enemy_start, 1.0, rate, m))


@given(m=st.floats(0.1, 2), own=st.floats(10, 1e5), enemy=st.floats(10, 1e5))
def test_by_opposition_losses_are_the_observed_rate_at_the_start(m, own, enemy):
    assert ratio_loss(own, enemy, m, own_start=own, enemy_start=enemy) == pytest.approx(0.01 * own, rel=1e-9)


@given(m=st.floats(0.1, 2), own=st.floats(10, 1e5), enemy=st.floats(10, 1e5), scale=st.floats(0.1, 10))
def test_by_opposition_only_the_ratio_sets_the_rate(m, own, enemy, scale):
    """Lawrence's and Dupuy's claim, and the difference from any law of Lanchester's with p + q != 1."""
    once, scaled = ratio_loss(own, enemy, m) / own, ratio_loss(own * scale, enemy * scale, m) / (own * scale)
    assert scaled == pytest.approx(once, rel=1e-6)


def test_opposition_has_the_closed_limits():
    assert ratio_loss(1000.0, 0.0) == 0.0
    assert ratio_loss(0.0, 1000.0) == 0.0
    assert ratio_loss(1000.0, 1e12) == pytest.approx(2 * 0.01 * 1000.0, rel=1e-3), (
        "even odds at the start: twice at most"
    )
    assert ratio_loss(1000.0, 3000.0, m=1.0) == pytest.approx(0.01 * 1000.0 * 0.75 / 0.5), "m = 1: enemy over the sum"


def test_opposition_with_exponent_one_keeps_what_the_linear_law_keeps():
    """dB = -b BR/(B+R), dR = -r BR/(B+R): r B - b R does not change."""
    blue, red = START, START
    for _ in range(2000):
        lost = ratio_loss(blue, red, 1.0, 2e-3), ratio_loss(red, blue, 1.0, 1e-3)
        blue, red = blue - 0.25 * lost[0], red - 0.25 * lost[1]
    assert blue < 0.7 * START
    assert 1e-3 * blue - 2e-3 * red == pytest.approx((1e-3 - 2e-3) * START, rel=1e-9)
