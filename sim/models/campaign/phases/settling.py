"""Believe and settle: what the attacker makes of it, what it costs, and whether it accepts."""

from __future__ import annotations

import numpy as np

from sim.foundation.lanes import Array, add_up
from sim.foundation.roles import ATTACKER, DEFENDER
from sim.models.campaign import beliefs, targets
from sim.models.campaign.calendar import FOUR_WEEKS, MONTH, WEEK, YEAR
from sim.models.campaign.state import State
from sim.rules import politics
from sim.rules.perception import remembered
from sim.rules.recruiting import drained


def remember(state: State) -> None:
    """Carry the day into memories: gains, money, willing men, incoherence of messages."""
    t, p = state.theatre, state.p
    gain = add_up(t.gain * state.facts.inside)
    t.gain_memory = remembered(t.gain_memory, gain, p.settling.memory, 1.0)
    t.gain_lately = remembered(t.gain_lately, gain, p.movement.brake_memory, 1.0)
    t.gain_past = remembered(t.gain_past, gain, np.full(state.lanes, YEAR), 1.0)
    draw = 1.0 + p.attacker.bonus_cost * np.log2(np.maximum(t.bonus, 1.0)) + targets.revenue_lost(state, ATTACKER)
    t.buffer = np.maximum(t.buffer - draw / MONTH * t.war, 0.0)
    t.pool = drained(t.pool, p.attacker.pool_decay, t.bonus)
    calm = p.beliefs.incoherence * (1.0 - beliefs.discipline(state))
    t.incoherence = remembered(t.incoherence, calm, p.beliefs.incoherence_memory, 1.0)


def believe(state: State) -> None:
    """Once in four weeks the attacker weighs the deliveries that it saw."""
    t, p = state.theatre, state.p.beliefs
    seen = np.log(np.maximum(t.delivered_month * (MONTH / FOUR_WEEKS), 1e-3))
    noise = p.noise * (1.0 + t.incoherence)
    t.belief_mean, t.belief_variance = politics.estimate(
        t.belief_mean, t.belief_variance, seen, noise, p.drift, p.volatility
    )
    t.delivered_month = np.zeros(state.lanes)


def call_up(state: State) -> None:
    """Once a week: does patience with volunteers end in a second mobilisation? Once is enough."""
    t, p = state.theatre, state.p.attacker
    force = t.sides[ATTACKER]
    short = force.permanent > force.inflow
    t.months_short = np.where(short, t.months_short + WEEK / MONTH, 0.0)
    drawn = state.noise.uniform("mobilisation", state.day)[0]
    decided = (drawn < politics.chance(state.orders.attacker.mobilised, WEEK)) & (t.mobilised < 0.5) & (t.war > 0.5)
    t.mobilised = np.where(decided, 1.0, t.mobilised)
    called = p.mobilisation_size * state.orders.attacker.called
    t.mobilisation_left = np.where(decided, called, t.mobilisation_left)


def hazard(state: State) -> Array:
    """Return the monthly hazard of the attacker accepting, shape (lane,)."""
    t, p = state.theatre, state.p.settling
    force = t.sides[ATTACKER]
    success = np.maximum(state.reference.gain, 0.0) + p.gain_reference
    faded = np.clip((state.reference.gain - t.gain_memory) / success, -1.0, 1.0)
    worse = np.clip((t.gain_past - t.gain_memory) / success, -1.0, 1.0)
    short = np.clip(force.permanent / np.maximum(force.inflow, 1.0) - 1.0, -1.0, 1.0)
    empty = 1.0 - t.buffer / state.known.attacker.buffer
    damage = add_up((t.damage - state.known.strike.targets.damage) * state.facts.aims[DEFENDER])
    terms = np.stack(
        [
            p.gain * faded,
            p.recruiting * np.maximum(short, 0.0),
            p.fiscal * empty,
            p.belief * (beliefs.belief(state) - state.p.beliefs.start),
            p.deterioration * np.maximum(worse, 0.0),
            p.regime * state.p.attacker.mobilisation_cost * t.mobilised,
            politics.signed(state.p.escalation.pressure, p.defiance) * np.clip(damage, -1.0, 1.0),
        ]
    )
    return politics.hazard(p.base, terms, p.ceiling)


def settle(state: State) -> None:
    """Once a week: an offer is accepted, or the war goes on. Peace stops the guns; it changes no other rule."""
    t, p = state.theatre, state.p.settling
    t.hazard = hazard(state)
    accepted = state.noise.uniform("attacker accepts", state.day)[0] < politics.chance(t.hazard, WEEK)
    agreed = state.noise.uniform("defender accepts", state.day)[0] < state.orders.defender.accepts
    peace = accepted & agreed & (t.war > 0.5)
    line_holds = 1.0 - np.clip(t.gain_memory / p.gain_reference, 0.0, 1.0)
    odds = p.durable + p.durable_belief * (beliefs.belief(state) - 0.5) + p.durable_line * (line_holds - 0.5)
    t.durable = np.where(peace, politics.durability(odds), t.durable)
    t.war = np.where(peace, 0.0, t.war)
