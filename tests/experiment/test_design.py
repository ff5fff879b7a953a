import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.experiment.design import LANES_AT_ONCE, Design, design
from tests.experiment.fakes import scenario


def test_every_replicate_is_in_one_block_and_all_its_arms_with_it():
    plan = Design(("a", "b", "c"), 10, 1, dt.date(2024, 11, 19), 7, block=4)
    assert [list(block) for block in plan.blocks] == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]
    lanes = plan.lanes(plan.blocks[2])
    assert lanes.arm.tolist() == [0, 0, 1, 1, 2, 2]
    assert lanes.replicate.tolist() == [8, 9, 8, 9, 8, 9]


@given(replicates=st.integers(1, 20_000), jobs=st.integers(1, 16), days=st.integers(1, 3653))
def test_blocks_cover_the_replicates_bound_memory_and_feed_every_worker(replicates, jobs, days):
    plan = design(scenario(replicates=replicates, horizon_days=days), jobs)
    assert [r for block in plan.blocks for r in block] == list(range(replicates))
    lane_weeks = plan.block * len(plan.arms) * (days / 7 + 1)
    assert lane_weeks <= LANES_AT_ONCE * 54 or plan.block == 1
    assert len(plan.blocks) >= min(jobs, replicates) / 2  # rounding up blocks may leave fewer, never far fewer


def test_the_claim_fills_two_workers_with_equal_blocks():
    plan = design(scenario(replicates=250, horizon_days=364), jobs=2)
    assert [len(block) for block in plan.blocks] == [125, 125]


@pytest.mark.parametrize("bad", [{"replicates": 0}, {"days": 0}, {"block": 0}, {"arms": ()}])
def test_an_empty_experiment_is_refused(bad):
    good = {"arms": ("a",), "replicates": 1, "seed": 0, "start": dt.date(2024, 11, 19), "days": 7, "block": 1}
    with pytest.raises(ValueError, match="at least 1"):
        Design(**(good | bad))
