"""Supply, fight and move: fires, losses, and the line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.foundation.lanes import Array, add_up
from sim.rules import combat, movement, season
from sim.rules.perception import multiplier
from sim.rules.supply import left_of, rationed, relative
from sim.world.theatre import RUSSIA, SIDES, UKRAINE

if TYPE_CHECKING:
    from sim.world.war import War


GONE = 0.98  # share of a salient whose loss ends it: the last villages are not a front


def uses(war: War, side: int) -> dict[str, Array]:
    """Return what a side would use today of shells, drones and glide bombs, each (lane,)."""
    own, name, strike = war.side_p[side], SIDES[side], war.p.strike
    depots = airfields = np.ones(war.lanes.count)
    if side == RUSSIA:
        depots = left_of(war.theatre.damage[war.target["ru_depots"]], strike.depot_effect)
        airfields = left_of(war.theatre.damage[war.target["ru_airfields"]], strike.airfield_effect)
    shell_stock = war.ledger.balance("shell", f"{name}:stock")
    drone_stock = war.ledger.balance("drone", f"{name}:stock")
    return {
        "shell": rationed(own.shell_plan * depots, shell_stock, own.shell_cover) * war.theatre.war,
        "drone": rationed(own.drone_plan, drone_stock, own.drone_cover) * war.theatre.war,
        "glide_bomb": own.bomb_plan.at(war.day) * airfields * war.theatre.war,
    }


def supply(war: War) -> None:
    """Fire what stocks allow, and lose vehicles; leave each side's fire index."""
    for side, name in enumerate(SIDES):
        state = war.theatre.sides[side]
        used = uses(war, side)
        war.ledger.post("glide_bomb", f"{name}:made", f"{name}:stock", used["glide_bomb"])
        for commodity, amount in used.items():
            war.ledger.post(commodity, f"{name}:stock", f"{name}:used", amount)
        state.use = used
        state.fires = fire_index(war, side, used)
        _lose_vehicles(war, side, name)


def _lose_vehicles(war: War, side: int, name: str) -> None:
    state, p = war.theatre.sides[side], war.side_p[side]
    line = war.ledger.balance("person", f"{name}:line")
    effort = add_up(state.effort * line) / np.maximum(add_up(state.start_line), 1.0)
    wanted = p.vehicle_loss * relative(effort, p.effort) * war.theatre.war
    stock = war.ledger.balance("vehicle", f"{name}:stock")
    # an army that runs out of armour exposes less of it
    lost = rationed(wanted, stock, p.vehicle_cover)
    war.ledger.post("vehicle", f"{name}:stock", f"{name}:lost", lost)


def fire_index(war: War, side: int, used: dict[str, Array]) -> Array:
    """Return a side's fires over the start's, shape (lane,); drone hits fade as the enemy adapts."""
    own, p = war.side_p[side], war.p.combat
    edge = 1.0 + (own.drone_edge - 1.0) * np.exp2(-war.day / own.edge_half_life)
    start = war.start_use[side]
    ratios = np.stack(
        [
            relative(used["shell"], start["shell"]),
            relative(used["drone"], start["drone"]) * edge / own.drone_edge,
            relative(used["glide_bomb"], start["glide_bomb"]),
            war.theatre.war,
        ]
    )
    shares = np.stack([own.shell_share, own.drone_share, own.bomb_share, own.arms_share])
    steepness = np.stack([p.shell_elasticity, p.drone_elasticity, p.bomb_elasticity, np.ones(war.lanes.count)])
    return combat.fire_index(ratios, shares, steepness)


def fight(war: War) -> None:
    """Let both sides lose people at once; each loses by what the other had this morning."""
    p, t = war.p.combat, war.theatre
    lines = [war.ledger.balance("person", f"{name}:line") for name in SIDES]
    exponents = combat.exponents(p.law, p.own_exponent, p.enemy_exponent)
    suffered = []
    for side, own in enumerate(war.side_p):
        state, foe = t.sides[side], t.sides[1 - side]
        relief = t.ceding * p.ceding_relief if side == UKRAINE else np.zeros_like(t.ceding)
        exposed = combat.exposure(
            state.effort,
            foe.effort,
            own.attack_loss,
            own.defence_loss,
            own.quiet_loss,
            combat.power(war.works[side] / war.works_start[side], p.cover),
            relief,
        )
        strengths = lines[side], lines[1 - side], state.start_line, foe.start_line
        exposed = exposed * (t.war * t.open)
        lanchester = combat.losses(*strengths, foe.fires, exposed, *exponents)
        by_ratio = combat.opposed(*strengths, foe.fires, exposed, war.p.movement.ratio_exponent)
        suffered.append(np.where(p.law == combat.OPPOSITION, by_ratio, lanchester))
    for side, lost in enumerate(suffered):
        rate = lost / np.maximum(lines[side], 1.0)
        t.sides[side].strain = combat.strain(t.sides[side].strain, rate, p.strain_memory)
        war.casualties_of(side, lost)


def speeds(war: War, luck: tuple[Array, Array]) -> tuple[Array, Array]:
    """Return the speed of Ukraine's and of Russia's advance on each front, km/day, ``(front, lane)`` each.

    Parameters
    ----------
    luck : tuple of ndarray, shape (front, lane)
        Multiplicative noise of each side's attacks.
    """
    found = [_speed(war, side, luck[side]) for side in (UKRAINE, RUSSIA)]
    return found[0], found[1]


def _speed(war: War, side: int, luck: Array) -> Array:
    p, t = war.p.movement, war.theatre
    own, foe = t.sides[side], t.sides[1 - side]
    line = war.ledger.balance("person", f"{SIDES[side]}:line") * own.quality
    against = war.ledger.balance("person", f"{SIDES[1 - side]}:line") * foe.quality
    opening = movement.gap(against / war.p.fronts.length, p.half_density, p.gap_exponent)
    chance = movement.success(p.local_concentration * line / np.maximum(against, 1.0), p.ratio_exponent)
    reserve = war.ledger.balance("person", f"{SIDES[side]}:reserve") / np.maximum(add_up(line), 1.0)
    through = movement.breakthrough(opening, reserve, p.breakthrough_gap, p.breakthrough_reserve, p.breakthrough)
    vehicles = relative(war.ledger.balance("vehicle", f"{SIDES[side]}:stock"), war.side_p[side].vehicles)
    fires = combat.power(own.fires, p.attack_fire) / np.maximum(combat.power(foe.fires, p.defence_fire), 1e-3)
    conditions = through * combat.culmination(own.strain, war.p.combat.strain)
    conditions = conditions * (fires * combat.power(np.maximum(vehicles, 1e-3), p.armour) * _fuel(war, side))
    ahead = t.shift - t.head if side == RUSSIA else t.head - t.shift
    conditions = conditions * movement.stretched(ahead, p.reach)
    if side == RUSSIA:
        conditions = conditions * (1.0 + p.ceding_speed * t.ceding)
    bombs = war.bombs_ratio(side)
    defence = movement.breached(war.works[1 - side], bombs, p.bomb_breach)
    effort = own.effort * (t.war * t.open)
    opened = movement.openness(p.law, opening, chance)
    base = war.base_speed if side == RUSSIA else war.mean_speed
    return movement.speed(base, effort, opened, war.going, defence, conditions, luck)


def _fuel(war: War, side: int) -> Array:
    """Return the share of attacks that strikes on assembly areas and refineries leave Russia, over the start's."""
    if side == UKRAINE:
        return np.ones(war.lanes.count)
    strike, damage, start = war.p.strike, war.theatre.damage, war.p.strike.targets.damage
    left = np.ones(war.lanes.count)
    for target, effect in (("ru_assembly", strike.assembly_effect), ("ru_oil", strike.oil_effect)):
        row = war.target[target]
        left = left * left_of(damage[row], effect) / left_of(start[row], effect)
    return left


def luck_of(war: War) -> tuple[Array, Array]:
    """Return the multiplicative noise of each side's attacks, ``(front, lane)`` each, mean one."""
    p = war.p.movement
    both = [
        multiplier(state.luck, p.axis_noise) * multiplier(state.theatre_luck, p.theatre_noise)
        for state in war.theatre.sides
    ]
    return both[0], both[1]


def move(war: War) -> None:
    """Shift the line by the difference of both sides' speeds, as far as the loser holds ground; close a salient that is gone."""
    t, fronts = war.theatre, war.p.fronts
    ukrainian, russian = speeds(war, luck_of(war))
    salient = fronts.incursion > 0.5
    room = fronts.held / fronts.length
    shift = np.clip(t.shift + (russian - ukrainian), -fronts.taken / fronts.length, room)
    # what its garrison leaves, the salient loses: nobody is left to take it from
    abandoned = np.maximum(room - shift, 0.0) * np.minimum(war.kyiv.order.leave, 1.0) * t.war
    shift = np.where(salient, np.minimum(shift + abandoned, room), shift)
    t.gain = (shift - t.shift) * fronts.length
    t.shift = shift
    t.head = movement.followed(t.head, shift, war.p.movement.catch_up)
    t.closed = np.where(salient & (shift >= GONE * room), 1.0, t.closed)
    t.open = np.where(fronts.opens <= war.day, 1.0, 0.0) * (1.0 - t.closed)


def weather(war: War) -> Array:
    """Return the share of speed that today's season leaves, shape (lane,)."""
    p = war.p.season
    day_of_year = war.day_of_year()
    centres = (p.spring_centre, p.autumn_centre, p.frost_centre, p.leaf_centre)
    depths = np.stack([season.window(day_of_year, centre, p.width) for centre in centres])
    return season.going(depths, np.stack([p.spring_mud, p.autumn_mud, p.frost, p.leaf]))
