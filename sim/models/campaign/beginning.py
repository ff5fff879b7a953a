"""The first morning: the state that a scenario describes, and the noise that recent weeks reveal; and a later one on which
other parameters come into force.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import numpy as np

from sim.foundation.lanes import Array, Lanes, add_up
from sim.foundation.noise import Noise
from sim.foundation.roles import ATTACKER, DEFENDER, ROLES
from sim.foundation.tree import Tree
from sim.models.campaign import bargain, levers
from sim.models.campaign.accounts import open_books
from sim.models.campaign.calendar import MONTH
from sim.models.campaign.goods import KINDS, WEAPONS
from sim.models.campaign.phases import fighting, striking
from sim.models.campaign.state import Bargain, Facts, Orders, Reference, SideState, State, Theatre
from sim.models.campaign.views import UsualConduct
from sim.rules import manpower, response
from sim.rules.politics import mean_for

SEARCH, LONGEST, STEP = (
    6,
    3.0,
    1e-3,
)  # search for the level that keeps the total: steps, the longest, and the difference quotient's
QUIET = 0.05  # least effort that a pace is read from: an axis left alone says nothing about its ground


def begin(p: Tree, lanes: Lanes, noise: Noise, start: dt.date, base: Tree | None = None) -> State:
    """Return the state before the first orders; `anchor` fixes the pace of the axes once there are some.

    `base` holds the parameters of the base's world for the same lanes, where they are not `p` itself.
    """
    facts = _facts(p, lanes.count)
    side_p = (p.sides[facts.names[DEFENDER]], p.sides[facts.names[ATTACKER]])
    lines = (p.fronts[facts.names[DEFENDER]], p.fronts[facts.names[ATTACKER]])
    books = open_books(p, side_p, lines, lanes.count)
    theatre = _theatre(p, side_p, lines, lanes.count)
    orders = Orders(len(p.allies.names), len(p.mediators.names), len(p.partners.names))
    stock = {name: books.balance(name, "defender:stock").copy() for name in KINDS}
    flat = np.zeros(lanes.count)
    usual, places = UsualConduct(*[flat] * 6), np.zeros_like(theatre.shift)
    later, unknown = np.zeros(0), [flat, flat]
    reference = Reference(
        stock, [], [], flat, flat, flat, usual, places, unknown, list(unknown), places, flat, later, later, later
    )
    state = State(p, base or p, lanes.count, noise, start, 0, books, theatre, orders, facts, reference)
    _refer_to(state)
    return state


def _facts(p: Tree, lanes: int) -> Facts:
    by_role = {side.role: name for name, side in p.sides.items()}
    names = (by_role[ROLES[DEFENDER]], by_role[ROLES[ATTACKER]])
    owner = tuple(names.index(name) for name in p.strike.targets.side)
    of_attacker = np.repeat(np.array([[1.0 if side == ATTACKER else 0.0] for side in owner]), lanes, axis=1)
    return Facts(
        names=names,
        inside=(p.fronts.salient < 0.5) * 1.0,
        owner=owner,
        aims=(of_attacker, 1.0 - of_attacker),
        price={name: p.kinds[name].price * 1e-3 for name in KINDS},  # Musd -> Gusd
        money_shares=manpower.shares(np.stack(list(p.donors.money_use.values()))),
        industry_share=manpower.shares(p.allies.industry_share),
        donors=tuple(p.allies.names.index(lever.donor) for lever in levers.deliveries(p)),
    )


def _refer_to(state: State) -> None:
    """Fix the levels of the start, at which the scenario's rates were observed."""
    t, reference = state.theatre, state.reference
    reference.given, reference.made = bargain.given_at_first(state), bargain.made_at_first(state)
    reference.support = [state.support(side) for side in (DEFENDER, ATTACKER)]
    t.permitted = levers.permitted(state.p, 0, state.none())
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
        air_defence=flat + 1.0,
        damage=p.strike.targets.damage.copy(),
        dispersal=p.strike.targets.dispersal_start.copy(),
        war=flat + 1.0,
        belief_mean=mean_for(p.beliefs.start, p.beliefs.enough, p.beliefs.spread),
        belief_variance=flat + p.beliefs.variance,
        incoherence=flat + p.beliefs.incoherence,
        hazard=flat + p.settling.base,
        gain_memory=flat.copy(),
        gain_past=flat.copy(),
        gain_lately=flat.copy(),
        bonus=flat + 1.0,
        pool=flat + 1.0,
        buffer=flat + p.attacker.buffer,
        months_short=flat.copy(),
        mobilised=flat.copy(),
        mobilisation_left=flat.copy(),
        durable=flat + np.nan,
        bargain=_unsettled(p, lanes),
        # voted money waits, on average, for so long: what has come together before the first morning
        voted=np.stack([p.allies.capacity[row] * p.allies.will.parts[row].at(0) for row in range(len(p.allies.names))])
        * (p.donors.package_wait / MONTH),
        ahead=np.zeros_like(p.allies.capacity),
        delivered_month=flat.copy(),
        rushed=np.zeros((len(levers.deliveries(p)), lanes)),
        upkeep=flat + 1.0,
        industry_money=np.zeros_like(p.allies.capacity),
        withdrawn=like.copy(),
        partner_troops=flat.copy(),
        allowance=flat + 1.0,
    )


def _unsettled(p: Tree, lanes: int) -> Bargain:
    """Return a bargain that nobody has struck yet."""
    kinds, gifts = np.zeros((len(KINDS), lanes)), bargain.tastes(p)
    return Bargain(kinds + 1.0, np.ones_like(p.allies.capacity), gifts, gifts, kinds, kinds, kinds + 1.0)


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
        lump_noise=flat.copy(),
        infantry=p.infantry * add_up(line),
        permanent=losses,
        inflow=p.intake.at(0),
        permanent_today=flat.copy(),
        came_home=flat.copy(),
        home_worth=flat.copy(),
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
    t, reference = state.theatre, state.reference
    t.head = _trailing_head(state, recent_gain)
    here = state.facts.inside * t.open
    reference.pace = np.maximum(add_up(state.p.movement.pace * usual_gain * here), 1e-9)
    # what runs ahead of the usual pace already is in the record: nobody is alarmed on the first morning
    t.gain_lately = np.minimum(np.maximum(add_up(recent_gain * state.facts.inside), 0.0), reference.pace)
    reference.place, reference.mean_place = _places(state, usual_gain)
    # of the defender's attacks nothing is known: a factor of one
    t.sides[DEFENDER].axis_noise = np.zeros_like(t.shift) + 0.5 * state.p.movement.axis_noise
    _reveal_noise(state, recent_gain)


def _places(state: State, usual_gain: Array) -> tuple[Array, Array]:
    """Return each axis's place in the response, (front, lane), and their mean, (lane,).

    With them the attacker's gross gain this morning, out of season and without noise, is in sum what the axes usually saw,
    times the scenario's pace; each axis keeps its own pace in part. So the level is observed - it holds terrain, skill and
    all that no number here describes - and the mechanisms say only how it changes.
    """
    t, p, inside, length = state.theatre, state.p.movement, state.facts.inside, state.p.fronts.length
    attacker, opened = t.sides[ATTACKER], t.open
    # a front that opens later has its pace too: as if it were attacked like the rest
    effort, usual = attacker.effort, np.maximum(state.side_p[ATTACKER].effort * attacker.tempo, QUIET)
    attacker.effort = np.where(opened > 0.0, np.maximum(effort, QUIET * usual), usual)
    t.open = np.ones_like(t.shift)
    index, favour = fighting.power_index(state, ATTACKER), fighting.favour(state, ATTACKER)
    form, pressed = (p.steepness, p.spread, p.top_speed), attacker.effort
    t.open, attacker.effort = opened, effort
    speed = p.pace * usual_gain / length
    own = response.place(p.response, index, speed, pressed, favour, *form)
    counted = inside * opened
    pooled, mean = response.pooled(own, attacker.start_line * counted, p.pooling)
    wanted = np.log(np.maximum(add_up(speed * length * counted), 1e-12))

    def total(shift: Array) -> Array:
        found = response.respond(p.response, index, pooled + shift, pressed, favour, *form)
        return np.log(np.maximum(add_up(found * length * counted), 1e-12))

    shift = np.zeros(state.lanes)
    for _ in range(SEARCH):
        now = total(shift)
        slope = np.minimum((total(shift + STEP) - now) / STEP, -STEP)  # farther places, slower axes
        shift = shift + np.clip((wanted - now) / slope, -LONGEST, LONGEST)
    return np.where(inside > 0.0, pooled + shift, own), mean + shift


def _trailing_head(state: State, recent_gain: Array) -> Array:
    """Return where supplies have followed to, km: behind the line by what it moved in the time they need to catch up."""
    return state.theatre.shift - recent_gain / state.p.fronts.length * state.p.movement.catch_up


def _reveal_noise(state: State, recent_gain: Array) -> None:
    """Put the attacker's noise where the last weeks' gains put it, as far as they are trusted.

    The model's own speed is compared with the gain observed. What all axes together are off is shared by the slow noise and
    the lumps as their variances are; what an axis is off beyond that is its own. All of it then wanders back: a forecast
    starts from the pace of the day and returns to what the mechanisms say.
    """
    p, force = state.p.movement, state.theatre.sides[ATTACKER]
    still = np.ones_like(state.theatre.shift)
    back, forward = fighting.speeds(state, (still, still))
    modelled, here = (forward - back) * state.p.fronts.length, state.theatre.open * state.facts.inside
    floor = p.pace_floor * np.maximum(add_up(here), 1.0)
    seen, said = (np.maximum(add_up(gain * here), floor) for gain in (recent_gain, modelled))
    together = p.pace_trust * np.log(seen / said)
    slow, lumps = p.theatre_noise * p.theatre_noise, p.lump_noise * p.lump_noise
    share = slow / np.maximum(slow + lumps, 1e-9)
    force.theatre_noise = np.clip(share * together / np.maximum(p.theatre_noise, 1e-6), -8.0, 8.0)
    force.lump_noise = np.clip((1.0 - share) * together / np.maximum(p.lump_noise, 1e-6), -8.0, 8.0)
    observed, sd = np.maximum(recent_gain, p.pace_floor), np.maximum(p.axis_noise, 1e-6)
    alone = p.pace_trust * np.log(observed / np.maximum(modelled, p.pace_floor)) - together * state.facts.inside
    # `multiplier` has mean one at state zero's law; half the variance is given back so that it starts on the ratio
    force.axis_noise = np.clip((alone + 0.5 * sd * sd) / sd, -8.0, 8.0)


def turn(state: State, p: Tree) -> None:
    """Put other parameters into force this morning; what is in the books, standing or remembered stays as it is."""
    state.p, state.facts = p, _facts(p, state.lanes)


def depart(state: State, base: State, dealt: Callable[[Any], Any] = lambda part: part) -> None:
    """Take over what was observed before today, and all that was fixed by it, from the base's world on its first morning.

    An arm is the same calibrated war with other forces: what it changes from the first day on departs from the base's
    levels, and does not define them anew. `dealt` returns parts of the base as parts of these lanes.
    """
    state.reference = dealt(base.reference)
    t, seen = state.theatre, base.theatre
    t.head, t.gain_memory = dealt(seen.head), dealt(seen.gain_memory)
    t.gain_past, t.gain_lately = dealt(seen.gain_past), dealt(seen.gain_lately)
    for mine, theirs in zip(t.sides, seen.sides, strict=True):
        mine.start_line, mine.strain = dealt(theirs.start_line), dealt(theirs.strain)
        mine.permanent, mine.inflow = dealt(theirs.permanent), dealt(theirs.inflow)
        # the conduct under which all that was observed: the first orders of a war weigh its going on
        mine.effort, mine.effort_weight = dealt(theirs.effort), dealt(theirs.effort_weight)
        mine.tempo = dealt(theirs.tempo)
        mine.axis_noise, mine.theatre_noise = dealt(theirs.axis_noise), dealt(theirs.theatre_noise)
        mine.lump_noise = dealt(theirs.lump_noise)
