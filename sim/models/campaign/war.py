"""The war: one day in every lane at once - see, decide, act, account."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from typing import Protocol

import mesa

from sim.foundation.lanes import Array, Lanes, add_up
from sim.foundation.noise import Noise
from sim.foundation.roles import ATTACKER, DEFENDER
from sim.foundation.tree import Tree
from sim.models.campaign import answering, bargain, beginning, perceiving
from sim.models.campaign.agents.decider import Decider, Policy
from sim.models.campaign.calendar import WEEK
from sim.models.campaign.goods import KINDS
from sim.models.campaign.orders import Order
from sim.models.campaign.phases import day, evening, weekly
from sim.models.campaign.recorder import Recorder
from sim.models.campaign.roster import Roster
from sim.models.campaign.shared_base import SharedBase
from sim.models.campaign.snapshot import Snapshot, snapshot


class Plays(Protocol):
    """Plays a war: what compiled programs do in place of numpy."""

    def open_bargain(self) -> None:
        """Let donors settle for the first time."""

    def advance(self, most: int) -> int:
        """Play up to the next decisions, at most `most` days, and return how many days that were."""


class War(mesa.Model):
    """An ensemble of wars; a lane is one of them.

    Parameters
    ----------
    parameters : Tree
        Drawn parameters, every leaf with the lane axis last.
    lanes : Lanes
    noise : Noise
        Keyed noise for these lanes.
    start : datetime.date
        The first day.
    policies : mapping of str to callable, optional
        By agent's name (`deciders` lists them), what decides in place of its rule: from its view and the day, in days
        since the start, to an order of its kind.
    base : Tree, optional
        Parameters of the base's world for the same lanes, where these lanes play arms of it: what was observed before the
        first day is read in that world, and the arms depart from it.
    later : sequence of (int, Tree), optional
        Parameters that come into force on a later morning, by day since the start: from then on other decisions are taken
        in the war as it stands.
    engine : callable, optional
        What `advance` plays by in place of numpy, from the war: `sim.models.campaign.engine.Engine`. Policies then have no part.

    Raises
    ------
    UserError
        If a policy names no agent.
    OrderError
        Here or in `step`, if a policy writes an order that cannot be carried out.
    """

    rehearses = True

    def __init__(
        self,
        parameters: Tree,
        lanes: Lanes,
        noise: Noise,
        start: dt.date,
        policies: Mapping[str, Policy] | None = None,
        base: Tree | None = None,
        later: Sequence[tuple[int, Tree]] = (),
        engine: Callable[[War], Plays] | None = None,
    ) -> None:
        if engine is not None and policies:
            raise ValueError("policies decide in numpy's engine only: a compiled program knows nothing of them")
        super().__init__(rng=0)  # Mesa wants a generator; the world's noise comes from `noise` alone
        self.later = dict(later)
        self.state = beginning.begin(parameters, lanes, noise, start, base)
        self.beside: War | None = None
        self.shared = None if base is None else SharedBase.of(base, lanes, noise)
        if self.rehearses:
            self._rehearse(parameters, lanes, noise, start, engine)
        if self.shared is not None and answering.needs_the_base([parameters, *self.later.values()]):
            self.beside = War(self.shared.parameters, self.shared.lanes, self.shared.noise, start, engine=engine)
        self.cast = Roster(parameters, policies or {}).assemble(self)
        # Mesa 3 counts agents in a table of the class, keyed by the model itself: a war that stays in it is never freed
        with suppress(AttributeError):  # a later Mesa may have no such table
            mesa.Agent._ids.pop(self, None)
        self._begin()
        bargain.begin(self.state)
        self.engine = None if engine is None else engine(self)
        if self.engine is not None:
            self.engine.open_bargain()
        else:
            bargain.settle(self.state, bargain.OPENING)
        self.recorder = Recorder(self.state, 0)

    def _rehearse(
        self, parameters: Tree, lanes: Lanes, noise: Noise, start: dt.date, engine: Callable[[War], Plays] | None
    ) -> None:
        """Read what was observed, on the first morning of the base's world, or of this one where there is no base."""
        if self.shared is None:
            first = _FirstMorning(parameters, lanes, noise, start, engine=engine)
            beginning.depart(self.state, first.state)
        else:
            shared = self.shared
            first = _FirstMorning(shared.parameters, shared.lanes, shared.noise, start, engine=engine)
            beginning.depart(self.state, first.state, shared.dealt)
        first.end()

    def _begin(self) -> None:
        """Let everybody write the first orders, and put them in force."""
        self.decide()
        weekly.carry_out_efforts(self.state)

    def end(self) -> None:
        """Let go of what is large; nothing can be asked of the war afterwards.

        A war and its agents know each other: left to itself Python frees them late.
        """
        if self.beside is not None:
            self.beside.end()
        self.later.clear()
        for agent in self.cast.everyone:
            agent.view = None
        del self.state, self.shared, self.beside, self.engine, self.recorder

    def anchor(self, recent_gain: Array, usual_gain: Array) -> None:
        """Fix anew what is read from observation, today: see `beginning.anchor` and `perceiving.usual_conduct`."""
        beginning.anchor(self.state, recent_gain, usual_gain)
        self.state.reference.usual = perceiving.usual_conduct(self.state)
        self.state.reference.usual_yield = perceiving.usual_yield(self.state)
        self.state.reference.launch = [perceiving.effect_of_launches(self.state, side) for side in (DEFENDER, ATTACKER)]

    def step(self) -> None:
        """One day, in every lane at once: see, decide, act, account. The first day's orders were written in setting up."""
        self.begin_day()
        if self.beside is not None:
            self.beside.step()
        if self.state.day:
            self.decide()
        self.resolve()
        self.account()

    def advance(self, most: int) -> int:
        """Play on, at most `most` days, and return how many: one by numpy, by compiled programs up to the next decisions."""
        if self.engine is not None:
            return self.engine.advance(most)
        self.step()
        return 1

    def begin_day(self) -> None:
        """Put parameters in force that wait for this morning; once a week the attacker sees how far he lags behind the base."""
        state = self.state
        if state.day in self.later:
            beginning.turn(state, self.later[state.day])
        if self.beside is not None and self.shared is not None and state.day % WEEK == 0:
            gained = add_up(self.beside.state.theatre.net * self.beside.state.facts.inside)
            state.theatre.allowance = answering.allowance(state, self.shared.by_lane(gained))

    def decide(self) -> None:
        """Let every agent that is due see yesterday through its fog and write its order; nothing else changes."""
        state = self.state
        due = [agent for agent in self.deciders() if agent.due(state.day)]
        views = [perceiving.view_for(state, agent) for agent in due]
        self.take(due, [agent.order(view, state.day) for agent, view in zip(due, views, strict=True)])

    def take(self, authors: Sequence[Decider], orders: Sequence[Order]) -> None:
        """Put orders in force, if they fit; where the attacker's side is fixed, those of the base."""
        state, p = self.state, self.state.p
        sizes = {
            "front": len(p.fronts.names),
            "target": len(p.strike.targets.names),
            "kind": len(KINDS),
            "make": len(state.p.donors.money_use),
            "delivery": len(state.facts.donors),
        }
        for agent, order in zip(authors, orders, strict=True):
            order.fit(sizes, state.lanes)
            if self.beside is not None and self.shared is not None:
                of_base = self.beside.state.orders.standing(agent.writes, agent.row)
                order = answering.held(state, agent.name, order, of_base, self.shared.by_lane)
            state.orders.put(order, agent.row)

    def resolve(self) -> None:
        """Carry out the standing orders, and what falls due once a week or month."""
        if self.state.day % WEEK == 0:
            weekly.begin_week(self.state)
        day.carry_out(self.state)
        evening.end_day(self.state)

    def account(self) -> None:
        """Close the day and let the recorder write."""
        self.state.day += 1
        self.recorder.write(self.state)

    def keep_record(self, days: int, keep: Collection[str] | None = None) -> None:
        """Record this war for `days` days from today's morning on: the variables `keep`, or all."""
        self.recorder = Recorder(self.state, days, keep)
        self.recorder.write(self.state)

    def deciders(self) -> list[Decider]:
        """Return every agent, in the fixed order of the roster."""
        return self.cast.everyone

    def snapshot(self) -> Snapshot:
        """Return a read-only picture of this morning."""
        return snapshot(self.state)


class _FirstMorning(War):
    """The base's world on its first morning: what was observed is read here, under the orders that agents then write.

    What was observed came about under orders like those, whatever a war's own policies and changes are. The orders in turn
    follow from what their authors take to be usual, so it is read twice: before the orders and with them.
    """

    rehearses = False

    def _begin(self) -> None:
        fronts = self.state.p.fronts
        self.anchor(fronts.recent_gain, fronts.usual_gain)
        super()._begin()
        self.anchor(fronts.recent_gain, fronts.usual_gain)
