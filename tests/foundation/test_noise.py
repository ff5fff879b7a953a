"""Keyed noise: uniform, uncorrelated, and a function of seed, stream, day, unit and replicate alone."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sim.foundation.noise import Noise

MANY = np.arange(4000)


def test_replicates_4_to_9_alone_equal_those_inside_0_to_99():
    few, all_ = Noise(1, np.arange(4, 10)), Noise(1, np.arange(100))
    for day in (0, 1, 77):
        assert np.array_equal(few.uniform("a", day, 5), all_.uniform("a", day, 5)[:, 4:10])


@given(st.lists(st.integers(0, 500), min_size=1, max_size=12), st.integers(0, 400), st.integers(1, 4))
def test_any_set_of_replicates_in_any_order(replicates, day, units):
    index = np.array(replicates)
    everyone = Noise(5, np.arange(501)).uniform("x", day, units)
    assert np.array_equal(Noise(5, index).uniform("x", day, units), everyone[:, index])


def test_arms_share_their_noise():
    noise = Noise(3, np.array([0, 1, 2, 0, 1, 2])).uniform("axis", 9)
    assert np.array_equal(noise[:, :3], noise[:, 3:])


def test_asking_for_more_units_or_other_streams_moves_nothing():
    noise = Noise(3, MANY[:50])
    before = noise.uniform("axis", 3, 2)
    noise.uniform("something new", 3, 7)
    assert np.array_equal(noise.uniform("axis", 3, 6)[:2], before)


@pytest.mark.parametrize("other", [("axis", 4, 7), ("axis ", 3, 7), ("axis", 3, 8)], ids=["day", "stream", "seed"])
def test_every_part_of_the_key_counts(other):
    stream, day, seed = other
    assert not np.intersect1d(Noise(7, MANY).uniform("axis", 3), Noise(seed, MANY).uniform(stream, day)).size


def test_units_and_days_do_not_overlap():
    """A counter-based generator that misplaced its words would repeat them from one unit or day to the next."""
    noise = Noise(7, np.arange(1000))
    drawn = np.concatenate([noise.uniform("axis", day, 4).ravel() for day in range(5)])
    assert len(np.unique(drawn)) == drawn.size


@pytest.mark.parametrize("stream", ["axis", "prior:combat.strain", "will"])
def test_uniforms_are_uniform(stream):
    drawn = Noise(20241119, np.arange(20_000)).uniform(stream, 5)[0]
    assert drawn.min() > 0.0
    assert drawn.max() < 1.0
    assert stats.kstest(drawn, "uniform").pvalue > 1e-4


def test_normals_are_normal():
    assert stats.kstest(Noise(20241119, np.arange(20_000)).normal("axis", 5)[0], "norm").pvalue > 1e-4


def test_streams_days_units_and_neighbours_are_uncorrelated():
    noise = Noise(20241119, MANY)
    rows = [noise.normal(stream, day, 3) for stream in ("a", "b", "axis of russia") for day in (0, 1, 7)]
    correlation = np.corrcoef(np.concatenate(rows))
    off = np.abs(correlation[~np.eye(len(correlation), dtype=bool)])
    assert off.max() < 4.5 / np.sqrt(MANY.size), "27 rows, 351 pairs: 4.5 standard errors"
    series = noise.normal("axis", 0)[0]
    assert abs(np.corrcoef(series[1:], series[:-1])[0, 1]) < 4.0 / np.sqrt(MANY.size), "one replicate and the next"


def test_the_numbers_stay_what_they_were():
    """A change of these changes every result of every scenario: say so in the changelog."""
    drawn = Noise(20241119, np.array([0, 5])).uniform("axis of russia", 7, 2)
    np.testing.assert_array_equal(drawn, PINNED)


PINNED = np.array([[0.001196555830056345, 0.8534760891141653], [0.16556958400073335, 0.6674655974886949]])


def test_several_draws_are_those_that_each_would_be():
    noise = Noise(7, np.array([5, 5, 6, 9, 5]))
    draws = [("normal", "a", 3), ("uniform", "a", 1), ("uniform", "b", 2), ("normal", "c", 1)]
    found = noise.draw_many(draws, 12)
    single = [(noise.normal if law == "normal" else noise.uniform)(stream, 12, units) for law, stream, units in draws]
    assert [one.tobytes() for one in found] == [one.tobytes() for one in single]
