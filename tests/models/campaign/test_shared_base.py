"""A base that is played beside several arms is played once a replicate, and each arm sees what it would see alone."""

import numpy as np
import pytest

from sim.foundation.noise import Noise
from sim.models.campaign.engine import Engine
from sim.models.campaign.play import recorded
from sim.models.campaign.shared_base import SharedBase
from sim.models.campaign.war import War
from tests.models.campaign.wars import claim, differences, grid, parameters, replaced, scaled

DAYS = 36


def answered(lanes, answer, engine=None):
    """Return a war of arms that the attacker answers so, on its first morning."""
    p, base = replaced(parameters(lanes), attacker__answer=answer), parameters(lanes.of_base())
    noise = Noise(claim().run.seed, lanes.replicate)
    return War(p, lanes, noise, claim().run.start, base=base, engine=engine)


@pytest.mark.parametrize("engine", [None, Engine], ids=["numpy", "traced"])
@pytest.mark.parametrize("answer", [0, 1, 2], ids=["best_reply", "fixed", "compensating"])
def test_shared_or_not_the_war_is_the_same_to_the_bit(answer, engine, monkeypatch):
    lanes = grid(range(3, 8), arms=4)
    shared = answered(lanes, answer, engine)
    assert (shared.beside is None) == (answer == 0)
    assert answer == 0 or shared.beside.state.lanes == 5
    found = recorded(shared, DAYS).arrays
    monkeypatch.setattr(SharedBase, "of", each_its_own)
    apart = answered(lanes, answer, engine)
    assert apart.shared.lanes.count == 20
    assert answer == 0 or apart.beside.state.lanes == 20
    assert differences(found, recorded(apart, DAYS).arrays) == []


def each_its_own(base, lanes, noise):
    """Stand in for `SharedBase.of`: nothing is shared."""
    return SharedBase(base, lanes, noise, np.arange(lanes.count))


def test_wars_of_one_replicate_that_differ_are_not_shared():
    lanes = grid(2, arms=3)
    base, noise = parameters(lanes.of_base()), Noise(1, lanes.replicate)
    assert SharedBase.of(base, lanes, noise).lanes.count == 2
    other = base.replace("fronts.ukraine", scaled(base.fronts.ukraine, 1.0 + 0.1 * (lanes.arm == 2)))
    found = SharedBase.of(other, lanes, noise)
    assert found.lanes.count == 6
    assert np.array_equal(found.war, np.arange(6))


def test_what_is_dealt_out_is_that_of_the_lanes_own_replicate():
    lanes = grid(range(4, 7), arms=2).take([5, 0, 3, 1, 4])
    found = SharedBase.of(parameters(lanes.of_base()), lanes, Noise(1, lanes.replicate))
    assert np.array_equal(found.by_lane(found.lanes.replicate), lanes.replicate)
    mine, whole = found.noise.normal("any", 3, 2), Noise(1, lanes.replicate).normal("any", 3, 2)
    assert np.array_equal(found.by_lane(mine), whole)
