"""Movement: gaps, works, breakthrough, supplies, season."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.rules import movement, season

share = st.floats(0.0, 1.0)


@given(st.floats(0, 1e4), st.floats(0, 1e4), st.floats(10, 500), st.floats(0, 4))
def test_the_gap_closes_as_density_grows(a, b, half, k):
    thin, thick = sorted((a, b))
    assert 1.0 >= movement.gap(thin, half, k) >= movement.gap(thick, half, k) * (1 - 1e-12) >= 0.0
    assert movement.gap(half, half, k) == pytest.approx(0.5)


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
