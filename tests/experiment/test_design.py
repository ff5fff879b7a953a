import datetime as dt
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.experiment.design import BLOCK_MEMORY, Block, Design, design, lane_memory
from tests.experiment.fakes import FRONTS, scenario


def test_every_replicate_is_in_one_block_and_all_its_arms_with_it():
    plan = Design(("a", "b", "c"), 10, 1, dt.date(2024, 11, 19), 7, block=4)
    assert [list(block.replicates) for block in plan.blocks] == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]
    lanes = plan.blocks[2].lanes
    assert lanes.arm.tolist() == [0, 0, 1, 1, 2, 2]
    assert lanes.replicate.tolist() == [8, 9, 8, 9, 8, 9]


@given(replicates=st.integers(1, 20_000), jobs=st.integers(1, 16), days=st.integers(1, 3653))
def test_blocks_cover_the_replicates_bound_memory_and_feed_every_worker(replicates, jobs, days):
    plan = design(scenario(replicates=replicates, horizon_days=days), jobs)
    assert [r for block in plan.blocks for r in block.replicates] == list(range(replicates))
    memory = plan.block * len(plan.arms) * lane_memory(len(FRONTS), days)
    assert memory <= BLOCK_MEMORY * (2 if jobs == 1 else 1) or plan.block == 1
    assert len(plan.blocks) >= min(jobs, replicates) / 2  # rounding up blocks may leave fewer, never far fewer


@given(
    replicates=st.integers(1, 60),
    block=st.integers(1, 30),
    done=st.lists(st.tuples(st.sets(st.integers(0, 2), min_size=1), st.integers(0, 59), st.integers(1, 30))),
)
def test_what_is_missing_is_exactly_what_no_block_holds(replicates, block, done):
    plan = Design(("a", "b", "c"), replicates, 1, dt.date(2024, 11, 19), 7, block)
    held = [Block(tuple(sorted(arms)), range(first, min(first + n, replicates))) for arms, first, n in done]
    lanes = [(arm, r) for one in held for arm in one.arms for r in one.replicates]
    missing = plan.missing(held)
    found = [(arm, r) for one in missing for arm in one.arms for r in one.replicates]
    assert len(found) == len(set(found))
    assert set(found) == {(arm, r) for arm in range(3) for r in range(replicates)} - set(lanes)
    assert all(one.lanes.count <= 3 * block for one in missing)


def test_blocks_are_cut_at_the_same_places_whatever_is_done():
    plan = Design(("a", "b"), 10, 1, dt.date(2024, 11, 19), 7, block=4)
    assert plan.missing(plan.blocks[:1]) == plan.blocks[1:]
    assert plan.missing(plan.blocks[1:2]) == [plan.blocks[0], plan.blocks[2]]
    other = Block((0,), range(10))
    assert plan.missing([other]) == [Block((1,), range(8)), Block((1,), range(8, 10))]


@pytest.mark.parametrize(("fronts", "weeks", "measured"), [(14, 52, 142), (14, 8, 88), (3, 52, 68), (3, 8, 38)])
def test_the_memory_of_a_lane_is_about_what_was_measured(fronts, weeks, measured):
    """Greatest resident memory over that of the program, kB a lane; more fronts and weeks take more."""
    assert lane_memory(fronts, 7 * weeks) / 1000 == pytest.approx(measured, rel=0.05)


def test_a_world_of_many_fronts_gets_narrower_blocks():
    wide = SimpleNamespace(fronts=range(200))
    few, many = scenario(replicates=5000, horizon_days=364), scenario(replicates=5000, horizon_days=364)
    object.__setattr__(many, "world", lambda: wide)
    assert design(many).block < 0.2 * design(few).block


def test_the_claim_fills_two_workers_with_equal_blocks():
    plan = design(scenario(replicates=250, horizon_days=364), jobs=2)
    assert [len(block.replicates) for block in plan.blocks] == [125, 125]


@pytest.mark.parametrize("bad", [{"replicates": 0}, {"days": 0}, {"block": 0}, {"arms": ()}])
def test_an_empty_experiment_is_refused(bad):
    good = {"arms": ("a",), "replicates": 1, "seed": 0, "start": dt.date(2024, 11, 19), "days": 7, "block": 1}
    with pytest.raises(ValueError, match="at least 1"):
        Design(**(good | bad))
