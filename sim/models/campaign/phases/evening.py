"""The end of a day: what falls due once a week or month."""

from __future__ import annotations

from sim.models.campaign import bargain
from sim.models.campaign.calendar import FOUR_WEEKS, WEEK
from sim.models.campaign.phases import settling
from sim.models.campaign.state import State


def ends_month(day: int) -> bool:
    """Return whether a day is the last of four weeks."""
    return (day + 1) % FOUR_WEEKS == 0


def ends_week(day: int) -> bool:
    """Return whether a day is the last of a week."""
    return (day + 1) % WEEK == 0


def end_day(state: State) -> None:
    """End a day, and the month or week that it is the last of."""
    if ends_month(state.day):
        end_month(state)
        bargain.settle(state, bargain.GOING_ON)
    if ends_week(state.day):
        end_week(state)


def end_month(state: State) -> None:
    """Once in four weeks the attacker weighs the deliveries that it saw, and donors look at the front; then they settle."""
    settling.believe(state)
    bargain.look(state)


def end_week(state: State) -> None:
    """Once a week the attacker may call up, and both may come to terms."""
    settling.call_up(state)
    settling.settle(state)
