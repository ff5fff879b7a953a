"""The donors' game in this war: who plays, for what, and what they settle on once in four weeks."""

from __future__ import annotations

import numpy as np

from sim.foundation.lanes import Array, add_up
from sim.foundation.roles import DEFENDER
from sim.foundation.tree import Tree
from sim.models.campaign import levers
from sim.models.campaign.calendar import FOUR_WEEKS, MONTH, YEAR
from sim.models.campaign.goods import KINDS, NOT_ARMS, OUTPUT
from sim.models.campaign.state import State
from sim.models.campaign.worth import worth
from sim.rules import donors
from sim.rules.manpower import shares
from sim.rules.perception import remembered

OPENING, GOING_ON = 30, 10
"""Rounds of replies: from today's giving, and from where the last month ended; ten nearly settle what begins in mid-war too."""


def begin(state: State) -> None:
    """Let donors see the first morning's prices, in the base's world; they have yet to meet."""
    if not state.reference.worth.size:  # nobody has looked yet; an arm finds what was seen in the base
        state.reference.worth = _relative(state, np.ones((len(KINDS), state.lanes)))
    state.theatre.bargain.price = state.reference.worth


def look(state: State) -> None:
    """Let donors look at the front."""
    bargain = state.theatre.bargain
    seen = _relative(state, bargain.price)
    bargain.price = np.exp(remembered(np.log(bargain.price), np.log(seen), state.p.donors.sight, FOUR_WEEKS))


def _relative(state: State, before: Array) -> Array:
    """Return what a unit of money is worth by kind over what it is worth in the usual mix; as before where nothing counts."""
    found = worth(state)
    mean = add_up(found * usual_mix(state))
    some = mean > 0.0
    return np.maximum(np.where(some, found / np.where(some, mean, 1.0), before), 1e-3)


def usual_mix(state: State) -> Array:
    """Return the shares of kinds in what all donors gave at the start, (kind, lane)."""
    return shares(add_up(state.p.allies.capacity[:, None] * tastes(state.p)))


def given_at_first(state: State) -> Array:
    """Return what all donors give on the first day by kind, Gusd/month, (kind, lane)."""
    p = state.known.allies
    begun = np.stack([p.capacity[row] * p.will.parts[row].at(0) for row in range(len(p.names))])
    return add_up(begun[:, None] * tastes(state.known))


def tastes(p: Tree) -> Array:
    """Return the shares of kinds that each donor gives by itself, (ally, kind, lane)."""
    taste = np.stack([p.allies.taste[kind] for kind in KINDS])
    return np.stack([shares(taste[:, row]) for row in range(taste.shape[1])])


def usual(state: State) -> Array:
    """Return what each donor gives today at today's theta, Gusd/month, (ally, lane)."""
    front = _answer_to_the_front(state)
    return np.stack([_own(state, row) * front for row in range(len(state.p.allies.names))])


def usual_of(state: State, row: int) -> Array:
    """Return what one donor gives today at today's theta, Gusd/month, (lane,)."""
    return _own(state, row) * _answer_to_the_front(state)


def _own(state: State, row: int) -> Array:
    p, day = state.p.allies, state.day
    course = levers.ramp(day, p.turn[row], state.p.donors.turn_length) * (p.turned[row] - 1.0)
    return p.capacity[row] * p.will.parts[row].at(day) * (1.0 + course)


def _answer_to_the_front(state: State) -> Array:
    success = state.p.settling.gain_reference
    ahead = np.maximum(state.theatre.gain_memory, 0.0) + success
    begun = np.maximum(state.reference.gain, 0.0) + success
    return np.exp(state.p.donors.front_response * np.log(ahead / begun))


def benefit(state: State) -> Array:
    """Return each donor's share of the common benefit, (ally, lane)."""
    p = state.p.allies
    near = donors.nearness(p.gdp, p.distance, state.p.donors.distance_decay)
    return donors.benefit(state.p.donors.benefit, p.capacity, near)


def game(state: State) -> donors.Game:
    """Return what donors play for this morning."""
    p, now = state.p.donors, usual(state)
    best = state.p.allies.capacity * state.p.allies.best_year
    return donors.Game(
        usual=now,
        taste=tastes(state.p),
        anchor=state.reference.worth,
        price=state.theatre.bargain.price,
        private=p.private_share,
        convexity=p.convexity,
        yielding=p.yielding,
        returns=p.returns,
        ceiling=np.maximum(best / np.maximum(now, 1e-12), 1.0),
        capacity=_capacity(state),
        other_demand=state.reference.made,
        price_elasticity=np.stack([state.none() if kind in NOT_ARMS else p.dearer for kind in KINDS]),
    )


def made_at_first(state: State) -> Array:
    """Return what the defender makes of each kind on the first day, Gusd/month, (kind, lane): makers and parts are the same."""
    own, price = state.side_known[DEFENDER], state.facts.price
    made = [own[OUTPUT[kind]].at(0) * price[kind] * MONTH if kind in OUTPUT else state.none() for kind in KINDS]
    return np.stack(made)


def _capacity(state: State) -> Array:
    """Return what makers can turn out of each kind at the usual price, Gusd/month, (kind, lane): the start's flow, grown."""
    grown = 1.0 + state.p.donors.makers_growth * (state.day / YEAR)
    return (state.reference.given + state.reference.made) * grown


def settle(state: State, rounds: int) -> None:
    """Find what is given by itself, and what would be under the plan: amounts by one theta, kinds by another.

    Each call goes on where the last ended, so that many rounds at once are as many single ones.
    """
    bargain, played = state.theatre.bargain, game(state)
    bargain.mix = played.as_today()[1]
    bargain.amounts, bargain.kinds = np.ones_like(played.usual), bargain.mix
    plan = levers.common_plan(state.p)
    if plan is None:
        bargain.bought = played.purchasing_power(add_up(played.usual[:, None] * bargain.mix))
        return
    own, today = benefit(state), state.p.donors.theta
    begun = np.where(state.day >= plan.start, 1.0, 0.0)  # a plan is filled when donors next meet
    by_amount = donors.regard(own, today, donors.theta_at(today, plan.volume * begun))
    by_kind = donors.regard(own, today, donors.theta_at(today, plan.kinds * begun))
    bargain.amounts, _, bargain.by_amount = played.equilibrium(by_amount, bargain.by_amount, rounds)
    _, bargain.kinds, bargain.by_kind = played.equilibrium(by_kind, bargain.by_kind, rounds)
    extent = levers.extent(plan, state.day)
    amounts, kinds = 1.0 + extent * (bargain.amounts - 1.0), bargain.mix + extent * (bargain.kinds - bargain.mix)
    bargain.bought = played.purchasing_power(add_up((played.usual * amounts)[:, None] * kinds))
