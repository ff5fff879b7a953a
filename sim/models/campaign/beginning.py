"""The first morning: the state that a scenario describes, and the noise that recent weeks reveal."""

from __future__ import annotations

import datetime as dt

import numpy as np

from sim.foundation.lanes import Array, Lanes, add_up
from sim.foundation.noise import Noise
from sim.foundation.roles import ATTACKER, DEFENDER
from sim.foundation.tree import Tree
from sim.models.campaign import levers
from sim.models.campaign.accounts import open_books
from sim.models.campaign.goods import KINDS, WEAPONS
from sim.models.campaign.phases import fighting, striking
from sim.models.campaign.roster import RUSHES, SIDES
from sim.models.campaign.state import Facts, Orders, Reference, SideState, State, Theatre
from sim.rules import manpower
from sim.rules.politics import mean_for

QUIET = 0.05  # least effort that a pace is read from: an axis left alone says nothing about its ground


def begin(p: Tree, lanes: Lanes, noise: Noise, start: dt.date) -> State:
    """Return the state before the first orders; `anchor` fixes the pace of the axes once there are some."""
    facts = _facts(p, lanes.count)
    side_p = (p.sides[facts.names[DEFENDER]], p.sides[facts.names[ATTACKER]])
    lines = (p.fronts[facts.names[DEFENDER]], p.fronts[facts.names[ATTACKER]])
    books = open_books(p, side_p, lines, lanes.count)
    theatre = _theatre(p, side_p, lines, lanes.count)
    orders = Orders(len(p.allies.names), len(p.mediators.names), len(p.partners.names))
    stock = {name: books.balance(name, "defender:stock").copy() for name in KINDS}
    flat = np.zeros(lanes.count)
    reference = Reference(stock, [], [], flat, flat, np.ones_like(theatre.shift), flat)
    state = State(p, lanes.count, noise, start, 0, books, theatre, orders, facts, reference)
    _refer_to(state)
    return state


def _facts(p: Tree, lanes: int) -> Facts:
    targets = p.strike.targets.names
    of_attacker = np.array([[1.0 if name.startswith("ru_") else 0.0] for name in targets])
    defender_aims = np.repeat(of_attacker, lanes, axis=1)
    return Facts(
        names=SIDES,
        inside=(p.fronts.incursion < 0.5) * 1.0,
        target={name: row for row, name in enumerate(targets)},
        aims=(defender_aims, 1.0 - defender_aims),
        price={name: p.kinds[name].price * 1e-3 for name in KINDS},  # Musd -> Gusd
        money_shares=manpower.shares(np.stack(list(p.donors.money_use.values()))),
        industry_share=manpower.shares(p.allies.nordic),
        rushes=p.allies.names.index(RUSHES),
    )


def _refer_to(state: State) -> None:
    """Fix the levels of the start, at which the scenario's rates were observed."""
    t, reference = state.theatre, state.reference
    t.permitted = levers.permission(state.p.levers.atacms, 0)
    reference.use = [fighting.uses(state, side) for side in (DEFENDER, ATTACKER)]
    t.works = fighting.works(state)
    reference.works = [np.broadcast_to(_mean_works(state, side), t.works[side].shape) for side in (DEFENDER, ATTACKER)]
    reference.defence_supplied = striking.defence_supplied(state)
    reference.gain = add_up(state.p.fronts.recent_gain * state.facts.inside)
    t.gain_memory, t.gain_past = reference.gain, reference.gain
    t.going = fighting.weather(state)


def _mean_works(state: State, side: int) -> Array:
    line = state.theatre.sides[side].start_line
    # geometric: one river must not make every other line look open
    return np.exp(add_up(np.log(state.theatre.works[side]) * line) / np.maximum(add_up(line), 1.0))


def _theatre(p: Tree, side_p: tuple[Tree, Tree], lines: tuple[Array, Array], lanes: int) -> Theatre:
    like, flat = np.zeros_like(lines[DEFENDER]), np.zeros(lanes)
    return Theatre(
        sides=(_side(side_p[DEFENDER], lines[DEFENDER], lanes), _side(side_p[ATTACKER], lines[ATTACKER], lanes)),
        shift=like.copy(),
        head=like.copy(),
        ceding=like.copy(),
        open=np.where(p.fronts.opens <= 0.0, 1.0, 0.0),
        closed=like.copy(),
        gain=like.copy(),
        net=like.copy(),
        works=[like + 1.0, like + 1.0],
        going=flat + 1.0,
        permitted=flat.copy(),
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
        rushed=flat.copy(),
        industry_money=np.zeros_like(p.allies.capacity),
        withdrawn=flat.copy(),
        partner_troops=flat.copy(),
    )


def _side(p: Tree, line: Array, lanes: int) -> SideState:
    """Return a side as it stands on the first morning."""
    like, flat = np.zeros_like(line), np.zeros(lanes)
    fates = p.killed_share + (1.0 - p.killed_share) * (1.0 - p.return_share)
    losses = ((p.attack_loss * p.effort + p.quiet_loss) * fates + p.discharge) * add_up(line)
    losses = losses + p.absent * p.absence_final
    return SideState(
        start_line=line.copy(),
        effort=like + p.effort,
        effort_weight=like + 1.0,
        strain=like + (p.attack_loss * p.effort + p.quiet_loss),
        quality=like + 1.0,
        axis_noise=like.copy(),
        fires=flat + 1.0,
        tempo=flat + 1.0,
        theatre_noise=flat.copy(),
        permanent=losses,
        inflow=p.intake.at(0),
        permanent_today=flat.copy(),
        came_home=flat.copy(),
        arrived_quality=flat + 1.0,
        casualties=flat.copy(),
        use={weapon: flat.copy() for weapon in WEAPONS},
    )


def anchor(state: State, recent_gain: Array, usual_gain: Array) -> None:
    """Fix the pace of each axis by what was observed there before today.

    Parameters
    ----------
    state : State
        With orders in force.
    recent_gain, usual_gain : ndarray, shape (front, lane)
        Mean gain of the attacker over the last weeks (net) and over the half year before today (gross), km2/day.
    """
    t, movement = state.theatre, state.p.movement
    t.head = _trailing_head(state, recent_gain)
    state.reference.speed = state.reference.mean_speed = np.ones_like(t.shift)
    state.reference.speed = _base_speed(state, usual_gain)
    # what the defender's attacks find is the (geometric) mean of the axes: no usual gain of its own says more
    at_home = t.sides[ATTACKER].start_line * state.facts.inside * t.open
    logarithm = np.log(np.maximum(state.reference.speed, 1e-12))
    state.reference.mean_speed = np.exp(add_up(logarithm * at_home) / np.maximum(add_up(at_home), 1.0))
    t.sides[ATTACKER].axis_noise = _revealed_noise(state, recent_gain)
    # what all axes share is in their observed pace already, and of the defender's attacks nothing is known: a factor of one
    for side in t.sides:
        side.theatre_noise = 0.5 * movement.theatre_noise
    t.sides[DEFENDER].axis_noise = np.zeros_like(t.shift) + 0.5 * movement.axis_noise


def _base_speed(state: State, usual_gain: Array) -> Array:
    """Return each axis's base speed, km/day, shape (front, lane).

    It makes the attacker's gross gain this morning, out of season and without noise, what the axis usually saw, times
    the scenario's pace. So the level of each axis is observed - it holds terrain, skill and all that no number here
    describes - and the mechanisms say only how it changes.
    """
    t = state.theatre
    still = np.ones_like(t.shift)
    season, t.going = t.going, np.ones(state.lanes)
    # a front that opens later has its pace too: as if it were attacked like the rest
    attacker = t.sides[ATTACKER]
    opened, effort = t.open, attacker.effort
    usual_effort = state.side_p[ATTACKER].effort * attacker.tempo
    attacker.effort = np.where(opened > 0.0, np.maximum(effort, QUIET * usual_effort), usual_effort)
    t.open = still
    _, advance = fighting.speeds(state, (still, still))
    t.going, t.open, attacker.effort = season, opened, effort
    usual = state.p.movement.pace * usual_gain
    return usual / np.maximum(advance * state.p.fronts.length, 1e-12)


def _trailing_head(state: State, recent_gain: Array) -> Array:
    """Return where supplies have followed to, km: behind the line by what it moved in the time they need to catch up."""
    return state.theatre.shift - recent_gain / state.p.fronts.length * state.p.movement.catch_up


def _revealed_noise(state: State, recent_gain: Array) -> Array:
    """Return the state of each axis's noise where the last weeks' gains put it, as far as they are trusted.

    The model's own speed is compared with the gain observed; the logarithm of the ratio becomes the state of the axis
    noise, which then wanders back: so a forecast starts from the pace of the day and returns to what the mechanisms say.
    """
    p = state.p.movement
    still = np.ones_like(state.theatre.shift)
    back, forward = fighting.speeds(state, (still, still))
    modelled = np.maximum((forward - back) * state.p.fronts.length, p.pace_floor)
    observed = np.maximum(recent_gain, p.pace_floor)
    departure = p.pace_trust * np.log(observed / modelled)
    sd = np.maximum(p.axis_noise, 1e-6)
    # `multiplier` has mean one at state zero's law; half the variance is given back so that it starts on the ratio
    return np.clip((departure + 0.5 * sd * sd) / sd, -8.0, 8.0)
