"""A war that is over leaves nothing behind: ensembles are played by the thousand in one process."""

import gc
import weakref

from tests.models.campaign.wars import begin, grid


def test_a_war_is_freed() -> None:
    one = begin(grid(2, 1))
    one.step()
    gone = weakref.ref(one)
    del one
    gc.collect()
    assert gone() is None
