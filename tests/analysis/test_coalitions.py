"""Dividends, Shapley values and interactions against their axioms and against brute force over all orders."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sim.analysis.statistics import coalitions as co

NUMBERS = st.floats(-1e3, 1e3, allow_nan=False, width=32)


@st.composite
def games(draw, least=1, most=4, wars=2):
    n = draw(st.integers(least, most))
    return draw(arrays(np.float64, (1 << n, wars), elements=NUMBERS))


def by_orders(worth):
    """The definition: the mean contribution over every order of joining."""
    n = co.players(worth)
    total = np.zeros((n, *worth.shape[1:]))
    orders = list(permutations(range(n)))
    for order in orders:
        inside = 0
        for player in order:
            total[player] += worth[inside | 1 << player] - worth[inside]
            inside |= 1 << player
    return total / len(orders)


def dividend_by_subsets(worth, index):
    """The definition: alternating sum over the subsets."""
    subsets = [s for s in range(len(worth)) if s & index == s]
    return sum((-1.0) ** (index.bit_count() - s.bit_count()) * worth[s] for s in subsets)


@settings(max_examples=40, deadline=None)
@given(games())
def test_shapley_is_the_mean_over_all_orders(worth):
    np.testing.assert_allclose(co.shapley(worth), by_orders(worth), atol=1e-9 * 1e3)


def test_shapley_of_six_players_over_all_720_orders():
    worth = np.random.default_rng(1).normal(size=(64, 3))
    np.testing.assert_allclose(co.shapley(worth), by_orders(worth), atol=1e-12)


@settings(max_examples=40, deadline=None)
@given(games())
def test_dividends_are_alternating_sums_and_add_up(worth):
    found = co.dividends(worth)
    for index in range(len(worth)):
        np.testing.assert_allclose(found[index], dividend_by_subsets(worth, index), atol=1e-8 * 1e3)
    np.testing.assert_allclose(found[1:].sum(axis=0), worth[-1] - worth[0], atol=1e-6)
    np.testing.assert_allclose(co.worths(found), worth, atol=1e-6)
    np.testing.assert_allclose(co.by_order(worth).sum(axis=0), worth[-1] - worth[0], atol=1e-6)


@settings(max_examples=40, deadline=None)
@given(games())
def test_efficiency(worth):
    np.testing.assert_allclose(co.shapley(worth).sum(axis=0), worth[-1] - worth[0], atol=1e-6)


@settings(max_examples=40, deadline=None)
@given(games(), games())
def test_linearity(one, other):
    if one.shape == other.shape:
        both = co.shapley(one + 2 * other)
        np.testing.assert_allclose(both, co.shapley(one) + 2 * co.shapley(other), atol=1e-6)


@settings(max_examples=40, deadline=None)
@given(games(least=2))
def test_symmetric_players_have_the_same(worth):
    """Players 0 and 1 made exchangeable: the worth of a set does not tell which of the two is in it."""
    swapped = np.array([s & ~3 | (s & 1) << 1 | (s >> 1) & 1 for s in range(len(worth))])
    even = 0.5 * (worth + worth[swapped])
    for value in (co.shapley, co.alone, co.last, co.main_effects):
        np.testing.assert_allclose(value(even)[0], value(even)[1], atol=1e-8)


@settings(max_examples=40, deadline=None)
@given(games())
def test_a_dummy_has_nothing_and_meets_nobody(worth):
    dummy = np.concatenate([worth, worth])  # one player more, who changes nothing
    n = co.players(dummy)
    for value in (co.shapley, co.alone, co.last, co.main_effects):
        np.testing.assert_allclose(value(dummy)[-1], 0.0, atol=1e-8)
    np.testing.assert_allclose(co.shapley(dummy)[:-1], co.shapley(worth), atol=1e-6)
    assert all(np.abs(x).max() < 1e-8 for (i, j), x in co.pair_effects(dummy).items() if j == n - 1)
    np.testing.assert_allclose(co.dividends(dummy)[len(worth) :], 0.0, atol=1e-8)


@settings(max_examples=40, deadline=None)
@given(arrays(np.float64, st.integers(1, 6), elements=NUMBERS), NUMBERS)
def test_an_additive_game_has_no_interactions(effects, base):
    worth = base + np.array([sum(effects[i] for i in co.members(s)) for s in range(1 << len(effects))])[:, None]
    for value in (co.shapley, co.alone, co.last, co.main_effects):
        np.testing.assert_allclose(value(worth)[:, 0], effects, atol=1e-6)
    size = co.sizes(len(effects))
    np.testing.assert_allclose(co.dividends(worth)[size > 1], 0.0, atol=1e-6)
    np.testing.assert_allclose(co.excess(worth), 0.0, atol=1e-6)
    np.testing.assert_allclose(co.superadditivity(worth), 0.0, atol=1e-6)
    assert all(np.abs(x).max() < 1e-6 for x in co.pair_effects(worth).values())


def test_a_game_of_gloves():
    """One left glove (player 0), two right ones: a pair is worth 1. Textbook: 2/3, 1/6, 1/6."""
    worth = np.array([float(bool(s & 1) and bool(s & 6)) for s in range(8)])
    np.testing.assert_allclose(co.shapley(worth), [2 / 3, 1 / 6, 1 / 6])
    np.testing.assert_allclose(co.dividends(worth), [0, 0, 0, 1, 0, 1, 0, -1])
    np.testing.assert_allclose(co.main_effects(worth), [0.75, 0.25, 0.25])
    pairs = co.pair_effects(worth)
    assert (pairs[0, 1], pairs[1, 2]) == (0.5, -0.5)
    assert co.excess(worth) == 1.0


def test_superadditivity_counts_every_two_sets_apart_once():
    pairs = co.disjoint_pairs(6)
    assert len(pairs) == (3**6 - 2 * 2**6 + 1) // 2  # each player in one, the other or neither
    assert len({frozenset(p) for p in pairs.tolist()}) == len(pairs)
    square = np.array([s.bit_count() ** 2.0 for s in range(8)])
    expected = [2.0 * one.bit_count() * other.bit_count() for one, other in co.disjoint_pairs(3).tolist()]
    np.testing.assert_allclose(co.superadditivity(square), expected)


def test_a_game_needs_all_its_sets():
    with pytest.raises(ValueError, match="2\\^n"):
        co.shapley(np.zeros(5))
