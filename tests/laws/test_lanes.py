"""Law 1: lane k of an ensemble equals the same lane run alone, bit for bit, whatever its company."""

from functools import lru_cache

import numpy as np
import pytest

from sim.foundation.lanes import Lanes
from tests.models.campaign.wars import (
    claim,
    differences,
    grid,
    lane_arrays,
    leaves,
    parameters,
    played,
    state,
    taken,
)

DAYS = 63
REPLICATES = 3
COUNT = 12 * REPLICATES
PERMUTED = np.random.default_rng(7).permutation(COUNT)


@lru_cache(maxsize=1)
def whole():
    """Return (record, war) of every arm with every replicate."""
    return played(grid(REPLICATES), DAYS)


def assert_same(index, lanes=None, p=None):
    """Play the lanes at `index` apart and compare everything recorded and every array of state with the whole."""
    record, war = whole()
    index = np.atleast_1d(index)
    alone, apart = played(grid(REPLICATES).take(index) if lanes is None else lanes, DAYS, p)
    recorded = {name: taken(array, index) for name, array in record.arrays.items()}
    assert differences(recorded, alone.arrays) == []
    # single-element agreement is by shape too: (..., lane) with one lane keeps its axis
    assert differences({name: taken(array, index) for name, array in state(war).items()}, state(apart)) == []


def test_the_claim_has_the_lanes_that_these_tests_count_on():
    assert len(claim().arms) * REPLICATES == COUNT
    record, _ = whole()
    assert len({record.arrays["net_km2"][-1, lane].tobytes() for lane in range(COUNT)}) > 9, "lanes differ"


@pytest.mark.parametrize("lane", [0, 1, 8, 13, 20, COUNT - 1])
def test_a_lane_alone_equals_itself_in_the_ensemble(lane):
    assert_same(lane)


@pytest.mark.parametrize("count", [3, 5, 7, 17])
def test_any_number_of_lanes(count):
    """Odd counts leave a remainder in every vector register."""
    assert_same(np.arange(COUNT)[:: COUNT // count][:count])


def test_any_order_of_lanes():
    assert_same(PERMUTED)
    assert_same(np.arange(COUNT)[::-1])


@pytest.mark.parametrize("block", [range(0, 1), range(1, 3), range(2, 3)])
def test_any_block_of_replicates(block):
    """Blocks as the experiment cuts them: arms outermost, global replicate indices."""
    arms = np.arange(9)[:, None] * REPLICATES
    assert_same((arms + np.array(block)).ravel(), Lanes.grid(9, block))


def test_the_same_war_twice_in_one_ensemble():
    twice = np.array([4, 4, 0, 4])
    record, _ = played(grid(REPLICATES).take(twice), 14)
    for name, array in record.arrays.items():
        assert np.array_equal(array[..., 0], array[..., 1], equal_nan=True), name
        assert np.array_equal(array[..., 0], array[..., 3], equal_nan=True), name


def test_parameters_of_a_lane_do_not_depend_on_its_company():
    lanes = grid(REPLICATES)
    everything = dict(leaves(parameters(lanes)))
    for index in (np.array([5]), PERMUTED, np.array([26, 0, 13])):
        few = dict(leaves(parameters(lanes.take(index))))
        assert few.keys() == everything.keys()
        for path, leaf in few.items():
            for own, company in zip(lane_arrays(leaf), lane_arrays(everything[path]), strict=True):
                assert np.array_equal(own, taken(company, index)), path


def test_drawn_parameters_may_be_cut_as_well_as_drawn_anew():
    """An ensemble of lanes 10..20, once drawn for itself and once cut from the parameters of all."""
    lanes = grid(REPLICATES)
    some = np.arange(10, 21)
    p = parameters(lanes)
    for path, leaf in leaves(p):
        if isinstance(leaf, np.ndarray):
            p = p.replace(path, taken(leaf, some))
        else:
            p = p.replace(path, dict(leaves(parameters(lanes.take(some))))[path])
    assert_same(some, p=p)
