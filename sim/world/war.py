"""The war: one day in every lane at once - see, decide, act, account."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress

import mesa
import numpy as np

from sim.foundation.lanes import Array, Lanes, add_up
from sim.foundation.noise import Noise
from sim.foundation.tree import Tree
from sim.rules import manpower, movement, politics
from sim.rules.perception import wander
from sim.rules.supply import relative
from sim.world import accounts, levers, perceiving, roster
from sim.world.agents.decider import Decider
from sim.world.beginning import base_speed, begin_theatre, revealed_luck, trailing_head
from sim.world.ledger import Ledger
from sim.world.phases import fighting, replenishing, settling, shipping, striking
from sim.world.recorder import Recorder
from sim.world.theatre import KINDS, RUSSIA, SIDES, UKRAINE, Theatre

WEEK = 7


class War(mesa.Model):
    """An ensemble of wars; a lane is one of them.

    Parameters
    ----------
    parameters : Tree
        Drawn parameters, every leaf with the lane axis last.
    lanes : Lanes
    noise : Noise
        Keyed luck for these lanes.
    start : datetime.date
        The first day.
    """

    p: Tree
    ledger: Ledger
    theatre: Theatre
    recorder: Recorder
    inside: Array
    going: Array
    industry_money: Array

    def __init__(self, parameters: Tree, lanes: Lanes, noise: Noise, start: dt.date) -> None:
        super().__init__(rng=0)  # Mesa wants a generator; the world's luck comes from `noise` alone
        roster.check_names(parameters)
        self.p, self.lanes, self.noise, self.start, self.day = parameters, lanes, noise, start, 0
        self.side_p = (parameters.sides.ukraine, parameters.sides.russia)
        self.inside = (parameters.fronts.incursion < 0.5) * 1.0
        lines = (parameters.fronts.ukraine, parameters.fronts.russia)
        self.ledger = accounts.open_books(parameters, self.side_p, lines, lanes.count)
        self.theatre = begin_theatre(parameters, self.side_p, lines, lanes.count)
        self._set_up_strikes()
        self._set_up_exchange()
        self._set_up_agents()
        self._set_up_references()
        self.recorder = Recorder(self, 0)

    def _set_up_strikes(self) -> None:
        names = self.p.strike.targets.names
        self.target = {name: row for row, name in enumerate(names)}
        ours = np.array([[1.0 if name.startswith("ru_") else 0.0] for name in names])
        self.aims_ukraine = np.repeat(ours, self.lanes.count, axis=1)
        self.aims_russia = 1.0 - self.aims_ukraine

    def _set_up_exchange(self) -> None:
        zero = np.zeros(self.lanes.count)
        self.price = {name: self.p.kinds[name].price * 1e-3 for name in KINDS}  # Musd -> Gusd
        self.money_shares = manpower.shares(np.stack(list(self.p.donors.money_use.values())))
        self.nordic_share = manpower.shares(self.p.allies.nordic)
        self.rush_row = self.p.allies.names.index(roster.RUSHES)
        self.rushed_so_far, self.partner_troops, self.withdrawn = zero, zero, zero
        self.industry_money = np.zeros((len(self.p.allies.names), self.lanes.count))
        self.came_home = [zero, zero]
        self.permanent_today = [zero, zero]
        self.stock_start = {name: self.ledger.balance(name, "ukraine:stock").copy() for name in KINDS}

    def _set_up_agents(self) -> None:
        cast = roster.assemble(self)
        self.kyiv, self.kremlin = cast.kyiv, cast.kremlin
        self.commands, self.strikers = cast.commands, cast.strikers
        self.allies, self.mediators, self.partners = cast.allies, cast.mediators, cast.partners
        # Mesa 3 counts agents in a table of the class, keyed by the model itself: a war that stays in it is never freed
        with suppress(AttributeError):  # a later Mesa may have no such table
            mesa.Agent._ids.pop(self, None)

    def _set_up_references(self) -> None:
        """Fix what 'the start' means: the levels at which the scenario's rates were observed."""
        self.permitted = levers.permission(self.p.levers.atacms, 0)
        self.start_use = [fighting.uses(self, side) for side in (UKRAINE, RUSSIA)]
        self.works = self._works()
        self.works_start = [
            np.broadcast_to(self._mean_works(side), self.works[side].shape) for side in (UKRAINE, RUSSIA)
        ]
        self.defence_supplied_start = perceiving.defence_supplied(self)
        self.gain_start = add_up(self.p.fronts.recent_gain * self.inside)
        self.theatre.gain_memory, self.theatre.gain_past = self.gain_start, self.gain_start
        self.going = fighting.weather(self)
        self.decide()
        self._carry_out_efforts()
        self.anchor(self.p.fronts.recent_gain, self.p.fronts.usual_gain)

    def anchor(self, recent_gain: Array, usual_gain: Array) -> None:
        """Fix the pace of each axis by what was observed there before today.

        Parameters
        ----------
        recent_gain, usual_gain : ndarray, shape (front, lane)
            Mean Russian gain over the last weeks (net) and over the half year before today (gross), km2/day.
        """
        self.theatre.head = trailing_head(self, recent_gain)
        self.base_speed = self.mean_speed = np.ones_like(self.theatre.shift)
        self.base_speed = base_speed(self, usual_gain)
        # what Ukraine's attacks find is the (geometric) mean of the axes: no usual gain of its own tells more
        at_home = self.theatre.sides[RUSSIA].start_line * self.inside * self.theatre.open
        logarithm = np.log(np.maximum(self.base_speed, 1e-12))
        self.mean_speed = np.exp(add_up(logarithm * at_home) / np.maximum(add_up(at_home), 1.0))
        self.theatre.sides[RUSSIA].luck = revealed_luck(self, recent_gain)
        # what all axes share is in their observed pace already, and of Ukraine's attacks nothing is known: a factor of one
        for state in self.theatre.sides:
            state.theatre_luck = 0.5 * self.p.movement.theatre_noise
        neutral = np.zeros_like(self.theatre.shift) + 0.5 * self.p.movement.axis_noise
        self.theatre.sides[UKRAINE].luck = neutral

    # --- the day -------------------------------------------------------------------------------------------------

    def step(self) -> None:
        """One day, in every lane at once: see, decide, act, account. The first day's orders were written in setting up."""
        if self.day:
            self.decide()
        self.resolve()
        self.account()

    def decide(self) -> None:
        """Let every agent that is due see yesterday through its fog and write its order; nothing else changes."""
        due = [agent for agent in self.deciders() if agent.due(self.day)]
        views = [perceiving.view_for(self, agent) for agent in due]
        for agent, view in zip(due, views, strict=True):
            agent.sees_and_decides(view, self.day)

    def resolve(self) -> None:
        """Carry out the standing orders: ship, strike, supply, fight, move, replenish, believe, settle."""
        self.permitted = levers.permission(self.p.levers.atacms, self.day)
        if self.day % WEEK == 0:
            self._weekly()
        self.permanent_today = [np.zeros(self.lanes.count), np.zeros(self.lanes.count)]
        self.works = self._works()
        self.going = fighting.weather(self)
        shipping.ship(self)
        striking.strike(self)
        fighting.supply(self)
        fighting.fight(self)
        fighting.move(self)
        replenishing.replenish(self)
        settling.remember(self)
        settling.believe(self)
        if self.day % WEEK == WEEK - 1:
            settling.call_up(self)
            settling.settle(self)

    def account(self) -> None:
        """Close the day: add up the ground that changed hands and let the recorder write."""
        self.day += 1
        self.recorder.net = self.recorder.net + self.theatre.gain
        self.recorder.write(self)

    def keep_record(self, days: int) -> None:
        """Record this war for `days` days from today's morning on."""
        self.recorder = Recorder(self, days)
        self.recorder.write(self)

    def _weekly(self) -> None:
        self._carry_out_efforts()
        self._let_luck_wander()
        self.theatre.bonus = self.kremlin.order.bonus
        called = add_up(np.stack([mediator.order.incoherence for mediator in self.mediators]))
        self.theatre.incoherence = self.theatre.incoherence + called

    def _carry_out_efforts(self) -> None:
        t = self.theatre
        for side, command in enumerate(self.commands):
            state = t.sides[side]
            state.effort, state.tempo = command.order.effort, command.order.tempo
            mean = np.maximum(self.side_p[side].effort * state.tempo, 1e-9)
            state.effort_weight = state.effort / mean
        t.ceding = self.commands[UKRAINE].order.ceding

    def _let_luck_wander(self) -> None:
        p, t = self.p, self.theatre
        fronts = len(p.fronts.names)
        for name, state in zip(SIDES, t.sides, strict=True):
            axis = self.noise.normal(f"axis of {name}", self.day, fronts)
            state.luck = wander(state.luck, axis, p.movement.axis_memory, WEEK)
            whole = self.noise.normal(f"theatre of {name}", self.day)[0]
            state.theatre_luck = wander(state.theatre_luck, whole, p.movement.theatre_memory, WEEK)
        will = self.noise.normal("will", self.day, len(p.allies.names))
        t.will = wander(t.will, will, p.donors.will_memory, WEEK)

    # --- what phases and agents ask ------------------------------------------------------------------------------

    def deciders(self) -> list[Decider]:
        """Return every agent, in the fixed order of the roster."""
        return [
            self.kyiv, self.kremlin, *self.commands, *self.strikers, *self.allies, *self.mediators, *self.partners,
        ]  # fmt: skip

    def day_of_year(self) -> float:
        """Return today's day of the year, 1..366."""
        return float((self.start + dt.timedelta(days=self.day)).timetuple().tm_yday)

    def fill_of(self, side: int) -> Array:
        """Return a side's line strength over its establishment, shape (lane,)."""
        line = add_up(self.ledger.balance("person", f"{SIDES[side]}:line"))
        begun = add_up(self.theatre.sides[side].start_line)
        return self.side_p[side].fill * line / np.maximum(begun, 1.0)

    def casualties_of(self, side: int, lost: Array) -> None:
        """Book killed and wounded of a side, (front, lane), to their fates."""
        name, own = SIDES[side], self.side_p[side]
        for account, share in zip(
            ("killed", "invalided", "hospital/1"),
            manpower.fates(lost, own.killed_share, own.return_share),
            strict=True,
        ):
            self.ledger.post("person", f"{name}:line", f"{name}:{account}", share)
            if account != "hospital/1":
                self.permanent_today[side] = self.permanent_today[side] + add_up(share)
        self.theatre.sides[side].casualties = self.theatre.sides[side].casualties + add_up(lost)

    def bombs_ratio(self, side: int) -> Array:
        """Return a side's glide bombs over the start's; 1 where it had none, so that works stand as observed."""
        start = self.start_use[side]["glide_bomb"]
        now = relative(self.theatre.sides[side].use["glide_bomb"], start)
        return np.where(start > 0.0, now, 1.0)

    def belief(self) -> Array:
        """Return the probability that the Kremlin gives to another year of sufficient aid, shape (lane,)."""
        b = self.p.beliefs
        return politics.lasting(self.theatre.belief_mean, b.enough, b.spread)

    def discipline(self) -> Array:
        """Return the share of incoherence removed by one voice, shape (lane,)."""
        plan = self.p.levers.coordination
        return levers.plan(plan, "message", self.day) * plan.discipline

    def _works(self) -> list[Array]:
        """Return what divides the speed of attacks on Ukraine's and on Russia's lines, (front, lane) each."""
        fronts = self.p.fronts
        belts = fronts.belts
        held = movement.defence_at(self.theatre.shift, fronts.field_defence, belts.at, belts.thickness, belts.defence)
        salient = fronts.incursion > 0.5
        return [np.where(salient, fronts.field_defence, held), fronts.russian_defence]

    def _mean_works(self, side: int) -> Array:
        line = self.theatre.sides[side].start_line
        # geometric: one river must not make every other line look open
        return np.exp(add_up(np.log(self.works[side]) * line) / np.maximum(add_up(line), 1.0))
