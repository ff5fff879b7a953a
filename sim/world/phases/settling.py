"""Believe and settle: what the Kremlin makes of it, what it costs, and whether it accepts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.foundation.lanes import add_up
from sim.rules import politics
from sim.rules.perception import remembered
from sim.rules.recruiting import drained
from sim.world import levers
from sim.world.theatre import RUSSIA

if TYPE_CHECKING:
    from sim.world.war import War

WEEK, MONTH_OF_WEEKS = 7, 28
YEAR = 365.25


def remember(war: War) -> None:
    """Carry the day into memories: gains, money, willing men, incoherence of messages."""
    t, p = war.theatre, war.p
    gain = add_up(t.gain * war.inside)
    t.gain_memory = remembered(t.gain_memory, gain, p.settling.memory, 1.0)
    t.gain_past = remembered(t.gain_past, gain, np.full(war.lanes.count, YEAR), 1.0)
    oil = war.target["ru_oil"]
    burnt = np.maximum(t.damage[oil] - p.strike.targets.damage[oil], 0.0)
    draw = 1.0 + p.russia.bonus_cost * np.log2(np.maximum(t.bonus, 1.0)) + p.russia.oil_cost * burnt
    t.buffer = np.maximum(t.buffer - draw / levers.MONTH * t.war, 0.0)
    t.pool = drained(t.pool, p.russia.pool_decay, t.bonus)
    calm = p.beliefs.incoherence * (1.0 - war.discipline())
    t.incoherence = remembered(t.incoherence, calm, p.beliefs.incoherence_memory, 1.0)


def believe(war: War) -> None:
    """Once in four weeks the Kremlin weighs the deliveries that it saw."""
    if (war.day + 1) % MONTH_OF_WEEKS:
        return
    t, p = war.theatre, war.p.beliefs
    seen = np.log(np.maximum(t.delivered_month * (levers.MONTH / MONTH_OF_WEEKS), 1e-3))
    noise = p.noise * (1.0 + t.incoherence)
    t.belief_mean, t.belief_variance = politics.estimate(
        t.belief_mean, t.belief_variance, seen, noise, p.drift, p.volatility
    )
    t.delivered_month = np.zeros(war.lanes.count)


def call_up(war: War) -> None:
    """Once a week: does patience with volunteers end in a second mobilisation? Once is enough."""
    t, p = war.theatre, war.p.russia
    state = t.sides[RUSSIA]
    short = state.permanent > state.inflow
    t.months_short = np.where(short, t.months_short + WEEK / levers.MONTH, 0.0)
    luck = war.noise.uniform("mobilisation", war.day)[0]
    decided = (luck < politics.chance(war.kremlin.order.mobilised, WEEK)) & (t.mobilised < 0.5) & (t.war > 0.5)
    t.mobilised = np.where(decided, 1.0, t.mobilised)
    t.mobilisation_left = np.where(decided, p.mobilisation_size, t.mobilisation_left)


def hazard(war: War) -> np.ndarray:
    """Return the monthly hazard of the Kremlin accepting, shape (lane,)."""
    t, p = war.theatre, war.p.settling
    state = t.sides[RUSSIA]
    success = np.maximum(war.gain_start, 0.0) + p.gain_reference
    faded = np.clip((war.gain_start - t.gain_memory) / success, -1.0, 1.0)
    worse = np.clip((t.gain_past - t.gain_memory) / success, -1.0, 1.0)
    short = np.clip(state.permanent / np.maximum(state.inflow, 1.0) - 1.0, -1.0, 1.0)
    empty = 1.0 - t.buffer / war.p.russia.buffer
    damage = add_up((t.damage - war.p.strike.targets.damage) * war.aims_ukraine)
    terms = np.stack(
        [
            p.gain * faded,
            p.recruiting * np.maximum(short, 0.0),
            p.fiscal * empty,
            p.belief * (war.belief() - war.p.beliefs.start),
            p.deterioration * np.maximum(worse, 0.0),
            p.regime * war.p.russia.mobilisation_cost * t.mobilised,
            politics.signed(war.p.escalation.pressure, p.defiance) * np.clip(damage, -1.0, 1.0),
        ]
    )
    return politics.hazard(p.base, terms, p.ceiling)


def settle(war: War) -> None:
    """Once a week: an offer is accepted, or the war goes on. Peace stops the guns; it changes no other rule."""
    t, p = war.theatre, war.p.settling
    t.hazard = hazard(war)
    accepted = war.noise.uniform("kremlin accepts", war.day)[0] < politics.chance(t.hazard, WEEK)
    agreed = war.noise.uniform("kyiv accepts", war.day)[0] < war.kyiv.order.accepts
    peace = accepted & agreed & (t.war > 0.5)
    line_holds = 1.0 - np.clip(t.gain_memory / p.gain_reference, 0.0, 1.0)
    odds = p.durable + p.durable_belief * (war.belief() - 0.5) + p.durable_line * (line_holds - 0.5)
    t.durable = np.where(peace, politics.durability(odds), t.durable)
    t.war = np.where(peace, 0.0, t.war)
