"""Supply, fight and move: fires, losses, and the line."""

from __future__ import annotations

import numpy as np

from sim.foundation.lanes import Array, add_up
from sim.foundation.roles import ATTACKER, DEFENDER, ROLES
from sim.models.campaign import casualties, targets
from sim.models.campaign.state import State
from sim.rules import combat, movement, response, season
from sim.rules.perception import multiplier, wandering
from sim.rules.strike import kept_away
from sim.rules.supply import rationed, relative

GONE = 0.98  # share of a salient whose loss ends it: the last villages are not a front


def uses(state: State, side: int) -> dict[str, Array]:
    """Return what a side would use today of shells, drones and glide bombs, each (lane,)."""
    own, name = state.side_p[side], ROLES[side]
    depots, airfields = targets.left(state, side, "shells"), targets.left(state, side, "bombs")
    carriers = kept_away(state.theatre.air_defence, state.p.strike.carrier_threat) if side == ATTACKER else 1.0
    shell_stock = state.books.balance("shell", f"{name}:stock")
    drone_stock = state.books.balance("drone", f"{name}:stock")
    return {
        "shell": rationed(own.shell_plan.at(state.day) * depots, shell_stock, own.shell_cover) * state.theatre.war,
        "drone": rationed(own.drone_plan, drone_stock, own.drone_cover) * state.theatre.war,
        "glide_bomb": own.bomb_plan.at(state.day) * airfields * carriers * state.theatre.war,
    }


def supply(state: State) -> None:
    """Fire what stocks allow, and lose vehicles; leave each side's fire index."""
    for side, name in enumerate(ROLES):
        force = state.theatre.sides[side]
        used = uses(state, side)
        state.books.post("glide_bomb", f"{name}:made", f"{name}:stock", used["glide_bomb"])
        for commodity, amount in used.items():
            state.books.post(commodity, f"{name}:stock", f"{name}:used", amount)
        force.use = used
        force.fires = fire_index(state, side, used)
        _lose_vehicles(state, side, name)


def _lose_vehicles(state: State, side: int, name: str) -> None:
    force, p = state.theatre.sides[side], state.side_p[side]
    line = state.books.balance("person", f"{name}:line")
    effort = add_up(force.effort * line) / np.maximum(add_up(force.start_line), 1.0)
    wanted = p.vehicle_loss * relative(effort, state.side_known[side].effort) * state.theatre.war
    stock = state.books.balance("vehicle", f"{name}:stock")
    # an army that runs out of armour exposes less of it
    lost = rationed(wanted, stock, p.vehicle_cover)
    state.books.post("vehicle", f"{name}:stock", f"{name}:lost", lost)


def fire_index(state: State, side: int, used: dict[str, Array]) -> Array:
    """Return a side's fires over the start's, shape (lane,); drone hits fade as the enemy adapts."""
    own, p = state.side_p[side], state.p.combat
    edge = 1.0 + (own.drone_edge - 1.0) * np.exp2(-state.day / own.edge_half_life)
    start = state.reference.use[side]
    ratios = np.stack(
        [
            relative(used["shell"], start["shell"]),
            relative(used["drone"], start["drone"]) * edge / state.side_known[side].drone_edge,
            relative(used["glide_bomb"], start["glide_bomb"]),
            state.theatre.war,
        ]
    )
    shares = np.stack([own.shell_share, own.drone_share, own.bomb_share, own.arms_share])
    steepness = np.stack([p.shell_elasticity, p.drone_elasticity, p.bomb_elasticity, np.ones(state.lanes)])
    # guns and drones want hands: support sent to the trenches is missed
    hands = np.minimum(state.support(side) / np.maximum(state.reference.support[side], 1.0), 1.0)
    return combat.fire_index(ratios, shares, steepness) * combat.power(hands, own.support_worth)


def fight(state: State) -> None:
    """Let both sides lose people at once; each loses by what the other had this morning."""
    p, t = state.p.combat, state.theatre
    lines = [state.books.balance("person", f"{name}:line") for name in ROLES]
    exponents = combat.exponents(p.law, p.own_exponent, p.enemy_exponent)
    suffered = []
    for side, own in enumerate(state.side_p):
        force, foe = t.sides[side], t.sides[1 - side]
        relief = t.ceding * p.ceding_relief if side == DEFENDER else np.zeros_like(t.ceding)
        exposed = combat.exposure(
            force.effort,
            foe.effort,
            own.attack_loss,
            own.defence_loss,
            own.quiet_loss,
            combat.power(state.theatre.works[side] / state.reference.works[side], p.cover),
            relief,
        )
        strengths = lines[side], lines[1 - side], force.start_line, foe.start_line
        exposed = exposed * (t.war * t.open)
        lanchester = combat.losses(*strengths, foe.fires, exposed, *exponents)
        by_ratio = combat.opposed(*strengths, foe.fires, exposed, state.p.movement.ratio_exponent)
        suffered.append(np.where(p.law == combat.OPPOSITION, by_ratio, lanchester))
    for side, lost in enumerate(suffered):
        rate = lost / np.maximum(lines[side], 1.0)
        t.sides[side].strain = combat.strain(t.sides[side].strain, rate, p.strain_memory)
        casualties.suffer(state, side, lost)


def speeds(state: State, noise: tuple[Array, Array]) -> tuple[Array, Array]:
    """Return the speed of the defender's and of the attacker's advance on each front, km/day, ``(front, lane)`` each.

    Parameters
    ----------
    noise : tuple of ndarray, shape (front, lane)
        Multiplicative noise of each side's attacks.
    """
    found = [_speed(state, side, noise[side]) for side in (DEFENDER, ATTACKER)]
    return found[0], found[1]


def _speed(state: State, side: int, noise: Array) -> Array:
    p, t = state.p.movement, state.theatre
    effort = t.sides[side].effort * (t.war * t.open)
    place = state.reference.place if side == ATTACKER else state.reference.mean_place
    index, more = power_index(state, side), favour(state, side)
    found = response.respond(p.response, index, place, effort, more, p.steepness, p.spread, p.top_speed)
    return found * t.going * noise


def power_index(state: State, side: int) -> Array:
    """Return the logarithm of a side's local power in attack, ``(front, lane)``: men, fires, armour, wear, works, upkeep."""
    p, t = state.p.movement, state.theatre
    own, foe = t.sides[side], t.sides[1 - side]
    effort = own.effort * (t.war * t.open)
    line = state.line(side) * (own.quality * state.infantry(side))
    against = state.line(1 - side) * (foe.quality * state.infantry(1 - side))
    elasticities = p.effort_elasticity, p.ratio_elasticity, p.density_elasticity
    men = response.manpower_index(effort, line, against, state.p.fronts.length, *elasticities)
    vehicles = relative(state.stock(side, "vehicle"), state.side_known[side].vehicles)
    fires = combat.power(own.fires, p.attack_fire) * combat.power(np.maximum(vehicles, 1e-3), p.armour)
    means = (
        fires * combat.culmination(own.strain, state.p.combat.strain) * targets.left_over_start(state, side, "attacks")
    )
    defence = movement.breached(t.works[1 - side], bombs_ratio(state, side), p.bomb_breach)
    across = response.kill_zone(foe.fires, p.kill_zone) - p.brake * state.alarm(side)
    met = relative(state.stock(1 - side, "vehicle"), state.side_known[1 - side].vehicles)
    across = across - p.defence_armour * np.log(np.maximum(met, 1e-3))
    kept = p.upkeep * np.log(response.upkept(t.upkeep, state.p.donors.upkeep_share))
    across = across + kept if side == DEFENDER else across - kept
    return men + np.log(np.maximum(means / defence, 1e-12)) + across


def favour(state: State, side: int) -> Array:
    """Return what multiplies the yield of a side's success, ``(front, lane)``: breakthrough, supplies, ground ceded."""
    p, t = state.p.movement, state.theatre
    against = state.line(1 - side) * (t.sides[1 - side].quality * state.infantry(1 - side))
    opening = movement.gap(against / state.p.fronts.length, p.half_density, p.gap_exponent)
    reserve = state.reserve(side) / np.maximum(add_up(state.line(side)), 1.0)
    through = movement.breakthrough(opening, reserve, p.breakthrough_gap, p.breakthrough_reserve, p.breakthrough)
    ahead = t.shift - t.head if side == ATTACKER else t.head - t.shift
    more = through * movement.stretched(ahead, p.reach)
    return more * (1.0 + p.ceding_speed * t.ceding) if side == ATTACKER else more


def noise_of(state: State) -> tuple[Array, Array]:
    """Return the multiplicative noise of each side's attacks, ``(front, lane)`` each.

    That of single axes has mean one, so that their sum keeps its level; that of all axes together has median one, so that
    it neither slackens nor quickens the war by convention.
    """
    p = state.p.movement
    both = [
        multiplier(force.axis_noise, p.axis_noise)
        * (wandering(force.theatre_noise, p.theatre_noise) * wandering(force.lump_noise, p.lump_noise))
        for force in state.theatre.sides
    ]
    return both[0], both[1]


def move(state: State) -> None:
    """Shift the line by the difference of both sides' speeds, as far as the loser holds ground; close a salient that is gone."""
    t, fronts = state.theatre, state.p.fronts
    back, forward = speeds(state, noise_of(state))
    salient = state.facts.inside < 0.5
    room = fronts.held / fronts.length
    shift = np.clip(t.shift + (forward - back), -fronts.taken / fronts.length, room)
    # what its garrison leaves, the salient loses: nobody is left to take it from
    abandoned = np.maximum(room - shift, 0.0) * np.minimum(state.orders.defender.leave, 1.0) * t.war
    shift = np.where(salient, np.minimum(shift + abandoned, room), shift)
    t.gain = (shift - t.shift) * fronts.length
    t.shift = shift
    t.head = movement.followed(t.head, shift, state.p.movement.catch_up)
    t.closed = np.where(salient & (shift >= GONE * room), 1.0, t.closed)
    t.open = np.where(fronts.opens <= state.day, 1.0, 0.0) * (1.0 - t.closed)


def weather(state: State) -> Array:
    """Return the share of speed that today's season leaves, shape (lane,)."""
    p = state.p.season
    day_of_year = state.day_of_year()
    centres = (p.spring_centre, p.autumn_centre, p.frost_centre, p.leaf_centre)
    depths = np.stack([season.window(day_of_year, centre, p.width) for centre in centres])
    return season.going(depths, np.stack([p.spring_mud, p.autumn_mud, p.frost, p.leaf]))


def works(state: State) -> list[Array]:
    """Return what divides the speed of attacks on the defender's and on the attacker's lines, (front, lane) each."""
    fronts = state.p.fronts
    belts = fronts.belts
    held = movement.defence_at(state.theatre.shift, fronts.field_defence, belts.at, belts.thickness, belts.defence)
    salient = state.facts.inside < 0.5
    # works go on being built where the line stands: what is not lost grows stronger
    grown = [movement.grown(own.works_growth, state.day) for own in state.side_p]
    return [np.where(salient, fronts.field_defence, held) * grown[0], fronts.attacker_defence * grown[1]]


def bombs_ratio(state: State, side: int) -> Array:
    """Return a side's glide bombs over the start's, (lane,); 1 where it had none, so that works stand as observed."""
    start = state.reference.use[side]["glide_bomb"]
    now = relative(state.theatre.sides[side].use["glide_bomb"], start)
    return np.where(start > 0.0, now, 1.0)
