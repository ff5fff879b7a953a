"""Movement: success, gaps, works, breakthrough, speed, season."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.rules import movement, season

share = st.floats(0.0, 1.0)


def test_success_as_published():
    """672 division engagements, m = 0.79 [T05]: three to one wins seven times in ten; it is no threshold."""
    assert movement.success(3.0, 0.79) == pytest.approx(0.70, abs=0.005)
    assert movement.success(1.0, 0.79) == 0.5


@given(st.floats(0, 100), st.floats(0, 100), st.floats(0.0, 2.0))
def test_success_is_a_chance_that_grows_with_the_ratio(a, b, m):
    low, high = sorted((a, b))
    assert 0.0 <= movement.success(low, m) <= movement.success(high, m) * (1 + 1e-12) <= 1.0 + 1e-9


@given(st.floats(1e-3, 1e3), st.floats(0.1, 2.0))
def test_one_sides_success_is_the_others_failure(ratio, m):
    assert movement.success(ratio, m) + movement.success(1 / ratio, m) == pytest.approx(1.0)


@given(st.floats(0, 1e4), st.floats(0, 1e4), st.floats(10, 500), st.floats(0, 4))
def test_the_gap_closes_as_density_grows(a, b, half, k):
    thin, thick = sorted((a, b))
    assert 1.0 >= movement.gap(thin, half, k) >= movement.gap(thick, half, k) * (1 - 1e-12) >= 0.0
    assert movement.gap(half, half, k) == pytest.approx(0.5)


def run(defenders, attackers, law, noise=1.0, works=2.0):
    """Return an attacker's speed with everything that depends on the defenders wired as the world wires it."""
    density = np.array([[defenders / 50.0]])
    opening = movement.gap(density, np.array([160.0]), np.array([2.0]))
    chance = movement.success(1.6 * attackers / np.maximum(np.array([[defenders]]), 1.0), np.array([0.79]))
    through = movement.breakthrough(opening, np.array([0.1]), np.array([0.8]), np.array([0.1]), np.array([10.0]))
    opened = movement.openness(np.array([law]), opening, chance)
    return movement.speed(0.2, 1.0, opened, np.array([0.9]), works, through, noise)[0, 0]


@given(st.floats(0, 1e5), st.floats(0, 1e5), st.floats(1, 1e5), st.sampled_from([0, 1]))
def test_more_defenders_a_kilometre_never_speed_the_attacker(a, b, attackers, law):
    few, many = sorted((a, b))
    assert run(many, attackers, law) <= run(few, attackers, law) * (1 + 1e-12)


def test_density_rules_under_the_gap_law_more_than_the_ratio():
    """Both sides twice as strong: the ratio law sees no change, the gap law a harder line."""
    assert run(20e3, 40e3, 1) == pytest.approx(run(10e3, 20e3, 1), rel=0.5)
    assert movement.openness(np.array([1]), 0.1, 0.6) == movement.openness(np.array([1]), 0.9, 0.6)
    assert run(20e3, 40e3, 0) < 0.5 * run(10e3, 20e3, 0)


@given(st.floats(0, 1), st.floats(0, 1), share)
def test_no_attack_no_movement(opening, going, noise):
    assert movement.speed(0.2, 0.0, opening, going, 2.0, 1.0, noise) == 0.0
    assert movement.speed(0.2, 1.0, 0.0, going, 2.0, 1.0, noise) == 0.0


@given(st.floats(0, 3))
def test_endless_works_stop_an_attack(effort):
    assert movement.speed(0.2, effort, 1.0, 1.0, np.inf, 5.0, 3.0) == 0.0
    assert movement.speed(0.2, effort, 1.0, 1.0, 1e15, 5.0, 3.0) < 1e-12


def test_the_strongest_obstacle_counts_and_only_where_it_stands():
    at, deep, worth = (np.array(rows)[:, None, None] for rows in ([0.0, 4.0, 5.0], [2.0, 3.0, 0.0], [3.0, 5.0, 99.0]))
    expected = {-1.0: 1.5, 0.0: 3.0, 1.9: 3.0, 2.0: 1.5, 4.0: 5.0, 5.0: 5.0, 6.9: 5.0, 7.0: 1.5}
    for shift, defence in expected.items():
        assert movement.defence_at(np.array([[shift]]), np.array([[1.5]]), at, deep, worth)[0, 0] == defence


def test_open_ground_is_never_weaker_than_itself():
    at, deep, worth = (np.array([[[x]]]) for x in (0.0, 10.0, 1.2))
    assert movement.defence_at(np.array([[5.0]]), np.array([[6.0]]), at, deep, worth)[0, 0] == 6.0


@given(st.floats(1, 60), st.floats(0, 10), st.floats(0, 10), share)
def test_bombs_weaken_works_but_never_below_open_ground(defence, a, b, e):
    few, many = sorted((a, b))
    assert 1.0 <= movement.breached(defence, many, e) <= movement.breached(defence, few, e) * (1 + 1e-12)
    assert movement.breached(defence, 1.0, e) == pytest.approx(defence)
    assert movement.breached(defence, 0.0, e) <= 1.0 + (defence - 1.0) * 2.0**e * (1 + 1e-12)


@given(share, st.floats(0, 2), st.floats(0, 40))
def test_breakthrough_wants_gap_and_reserve_together(opening, reserve, size):
    def factor(o, r):
        return movement.breakthrough(o, r, 0.8, 0.1, size)

    assert 1.0 <= factor(opening, reserve) <= 1.0 + size
    assert factor(0.0, reserve) == factor(opening, 0.0) == 1.0
    gained = factor(opening, reserve) - 1.0
    assert gained <= size * min(opening**4 / (0.8**4 + opening**4), reserve**4 / (0.1**4 + reserve**4)) + 1e-9


def test_season_is_a_circle():
    days = np.arange(366.0)
    depth = np.array([season.window(day, 5.0, 20.0) for day in days])
    assert depth[5] == 1.0
    assert depth[359] == pytest.approx(depth[16], rel=0.05), "the year's end is no wall"
    assert depth.argmin() in range(183, 192)
    assert ((depth > 0) & (depth <= 1)).all()


@given(st.lists(st.tuples(share, st.floats(-1, 1)), min_size=1, max_size=4))
def test_going_is_never_below_nothing_and_one_out_of_season(seasons):
    depths, costs = np.array(seasons).T[:, :, None]
    assert season.going(depths, costs)[0] >= 0.0
    assert season.going(0 * depths, costs)[0] == 1.0
    assert season.going(depths, np.abs(costs))[0] <= 1.0


def test_an_attack_ahead_of_its_supplies_slows_and_one_behind_them_does_not():
    """Half the speed is left at the stated distance (closed form), all of it behind the supply head."""
    ahead = np.array([[-5.0, 0.0, 12.0, 24.0]])
    left = movement.stretched(ahead, np.full(4, 12.0))
    assert left[0] == pytest.approx([1.0, 1.0, 0.5, 0.2])


def test_supplies_follow_the_line_with_a_delay():
    """Behind a line that moves at a steady speed the head lags by speed times delay."""
    head, shift = np.zeros((1, 1)), np.zeros((1, 1))
    for _ in range(2000):
        shift = shift + 0.1
        head = movement.followed(head, shift, np.full(1, 60.0))
    assert (shift - head)[0, 0] == pytest.approx(0.1 * 60.0, rel=0.02)
