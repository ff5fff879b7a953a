"""Orders: what agents write and `War.step` carries out. Frozen data; so they may as well come from a person."""

from __future__ import annotations

from dataclasses import dataclass

from sim.foundation.lanes import Array


@dataclass(frozen=True)
class CommandOrder:
    """A command's order for the coming week.

    Parameters
    ----------
    effort : ndarray, shape (front, lane)
        Attack effort, 1 = the mean of the start.
    wanted : ndarray, shape (front, lane)
        Share of the line force wanted on each front; adds up to one.
    wanted_at_home : ndarray, shape (front, lane)
        The same among the fronts inside Ukraine, between which troops are shifted.
    ceding : ndarray, shape (front, lane)
        How far ground is traded, 0..1.
    tempo : ndarray, shape (lane,)
        Overall tempo over the start's.
    """

    effort: Array
    wanted: Array
    wanted_at_home: Array
    ceding: Array
    tempo: Array


@dataclass(frozen=True)
class StrikeOrder:
    """A strike force's order: shares of launches by target ``(target, lane)`` and shares of stock a day ``(lane,)``."""

    shares: Array
    missile_pace: Array
    drone_pace: Array


@dataclass(frozen=True)
class UkraineOrder:
    """Kyiv's order: intake (person/day), training length (day), quality of arrivals, share of the salient to leave a day."""

    intake: Array
    training_length: Array
    arrival_quality: Array
    leave: Array
    accepts: Array


@dataclass(frozen=True)
class RussiaOrder:
    """The Kremlin's order: intake (person/day), bonus, what it asks of partners, its deep strikes' pace (both ratios)."""

    intake: Array
    bonus: Array
    purchases: Array
    strike_tempo: Array
    mobilised: Array


@dataclass(frozen=True)
class AllyOrder:
    """A donor's order.

    Parameters
    ----------
    usual, pledge : ndarray, shape (lane,)
        What it gives by itself, and what it pledges under the plan, Gusd/day.
    mix : ndarray, shape (kind, lane)
        Shares of kinds.
    lag : ndarray, shape (lane,)
        Pledge to delivery, days.
    rushed, industry : ndarray, shape (lane,)
        Arms hurried, and money for Ukraine's industry, Gusd/day.
    """

    usual: Array
    pledge: Array
    mix: Array
    lag: Array
    rushed: Array
    industry: Array


@dataclass(frozen=True)
class MediatorOrder:
    """A mediator's order: incoherence added by calls this week, shape (lane,)."""

    incoherence: Array


@dataclass(frozen=True)
class PartnerOrder:
    """A partner's order: sales over what was expected, shape (lane,)."""

    sales: Array
