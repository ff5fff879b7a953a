"""The end of a day: what falls due once a week or month."""

from __future__ import annotations

from sim.models.campaign import bargain
from sim.models.campaign.calendar import WEEK
from sim.models.campaign.phases import settling
from sim.models.campaign.state import State


def end_day(state: State) -> None:
    """Believe and bargain once in four weeks, call up and settle once a week."""
    settling.believe(state)
    bargain.meet(state)
    if state.day % WEEK == WEEK - 1:
        settling.call_up(state)
        settling.settle(state)
