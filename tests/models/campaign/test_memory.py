"""A war that is over leaves nothing behind: ensembles are played by the thousand in one process."""

import gc
import weakref

import numpy as np
import pytest

from sim.models.campaign.engine import Engine
from sim.models.campaign.war import War
from tests.models.campaign.test_shared_base import answered
from tests.models.campaign.wars import begin, grid


def test_a_war_is_freed() -> None:
    one = begin(grid(2, 1))
    one.step()
    gone = weakref.ref(one)
    del one
    gc.collect()
    assert gone() is None


@pytest.mark.parametrize("engine", [None, Engine], ids=["numpy", "traced"])
def test_a_war_that_is_ended_frees_its_state_at_once(engine, monkeypatch) -> None:
    """Its own, its first morning's and that of the base beside it, though nobody looks for cycles meanwhile."""
    states, begins = [], War._begin
    monkeypatch.setattr(War, "_begin", lambda war: (states.append(weakref.ref(war.state)), begins(war)))
    gc.collect()
    gc.disable()
    try:
        one = answered(grid(2, 2), 2, engine)
        one.advance(7)
        assert len(states) == 4
        assert sum(state() is not None for state in states) == 2
        one.end()
        assert not any(state() for state in states)
    finally:
        gc.enable()


@pytest.mark.parametrize("engine", [None, Engine], ids=["numpy", "traced"])
def test_no_array_waits_for_a_look_at_cycles(engine) -> None:
    """What a war that is ended leaves to the collector is small: nobody knows when that comes."""
    gc.collect()
    gc.disable()
    try:
        one = answered(grid(2, 2), 2, engine)
        one.advance(7)
        one.advance(7)
        one.end()
        del one
        gc.set_debug(gc.DEBUG_SAVEALL)
        gc.collect()
        left = [x for each in gc.garbage for x in gc.get_referents(each) if isinstance(x, np.ndarray)]
        assert gc.garbage
        assert sum(x.nbytes for x in left) < 1_000
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
        gc.enable()
