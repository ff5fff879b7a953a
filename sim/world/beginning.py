"""The first morning: the state that the scenario describes, and the luck that recent weeks reveal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.foundation.lanes import Array
from sim.foundation.tree import Tree
from sim.rules.politics import mean_for
from sim.world.phases import fighting
from sim.world.theatre import RUSSIA, Theatre, begin_side

if TYPE_CHECKING:
    from sim.world.war import War


QUIET = 0.05  # least effort that a pace is read from: an axis left alone says nothing about its ground


def begin_theatre(p: Tree, sides: tuple[Tree, Tree], lines: tuple[Array, Array], lanes: int) -> Theatre:
    """Return the theatre on the first morning."""
    like, flat = np.zeros_like(lines[0]), np.zeros(lanes)
    states = tuple(begin_side(own, line, lanes) for own, line in zip(sides, lines, strict=True))
    return Theatre(
        sides=(states[0], states[1]),
        shift=like.copy(),
        head=like.copy(),
        ceding=like.copy(),
        open=np.where(p.fronts.opens <= 0.0, 1.0, 0.0),
        closed=like.copy(),
        gain=like.copy(),
        damage=p.strike.targets.damage.copy(),
        dispersal=p.strike.targets.dispersal_start.copy(),
        war=flat + 1.0,
        belief_mean=mean_for(p.beliefs.start, p.beliefs.enough, p.beliefs.spread),
        belief_variance=flat + p.beliefs.variance,
        incoherence=flat + p.beliefs.incoherence,
        hazard=flat + p.settling.base,
        gain_memory=flat.copy(),
        gain_past=flat.copy(),
        bonus=flat + 1.0,
        pool=flat + 1.0,
        buffer=flat + p.russia.buffer,
        months_short=flat.copy(),
        mobilised=flat.copy(),
        mobilisation_left=flat.copy(),
        durable=flat + np.nan,
        will=np.zeros_like(p.allies.capacity),
        delivered_month=flat.copy(),
    )


def base_speed(war: War, usual_gain: Array) -> Array:
    """Return each axis's base speed, km/day, shape (front, lane).

    It makes Russia's gross gain this morning, out of season and without luck, what the axis usually saw, times
    the scenario's pace. So the level of each axis is observed - it holds terrain, skill and all that no number here
    describes - and the mechanisms say only how it changes.
    """
    still = np.ones_like(war.theatre.shift)
    season, war.going = war.going, np.ones(war.lanes.count)
    # a front that opens later has its pace too: as if it were attacked like the rest
    attacker = war.theatre.sides[RUSSIA]
    opened, effort = war.theatre.open, attacker.effort
    usual_effort = war.side_p[RUSSIA].effort * attacker.tempo
    attacker.effort = np.where(opened > 0.0, np.maximum(effort, QUIET * usual_effort), usual_effort)
    war.theatre.open = still
    _, russian = fighting.speeds(war, (still, still))
    war.going, war.theatre.open, attacker.effort = season, opened, effort
    usual = war.p.movement.pace * usual_gain
    return usual / np.maximum(russian * war.p.fronts.length, 1e-12)


def trailing_head(war: War, recent_gain: Array) -> Array:
    """Return where supplies have followed to, km: behind the line by what it moved in the time they need to catch up."""
    return war.theatre.shift - recent_gain / war.p.fronts.length * war.p.movement.catch_up


def revealed_luck(war: War, recent_gain: Array) -> Array:
    """Return the state of each axis's noise where the last weeks' gains put it, as far as they are trusted.

    The model's own speed is compared with the gain observed; the logarithm of the ratio becomes the state of the axis
    noise, which then wanders back: so a forecast starts from the pace of the day and returns to what the mechanisms say.
    """
    p = war.p.movement
    still = np.ones_like(war.theatre.shift)
    ukrainian, russian = fighting.speeds(war, (still, still))
    modelled = np.maximum((russian - ukrainian) * war.p.fronts.length, p.pace_floor)
    observed = np.maximum(recent_gain, p.pace_floor)
    departure = p.pace_trust * np.log(observed / modelled)
    sd = np.maximum(p.axis_noise, 1e-6)
    # `multiplier` has mean one at state zero's law; half the variance is given back so that it starts on the ratio
    return np.clip((departure + 0.5 * sd * sd) / sd, -8.0, 8.0)
