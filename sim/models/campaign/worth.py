"""What a further unit of money in each kind of aid is worth at the front: the gradient of the fighting rules.

A gift that is spread over the time donors look ahead moves what is fired, stopped or struck, and that moves the speed of the
line. The slopes are difference quotients of the rules themselves on this morning's state, without noise and season. What
answers only in time (commands that change their tempo, governments that call up) is left out: it scales all kinds alike, so
that ratios of prices can be taken from here and levels cannot.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sim.foundation.lanes import Array, add_up
from sim.foundation.roles import ATTACKER, DEFENDER
from sim.models.campaign import targets
from sim.models.campaign.calendar import MONTH
from sim.models.campaign.goods import KINDS
from sim.models.campaign.phases import fighting
from sim.models.campaign.state import State
from sim.rules import combat, movement, response
from sim.rules.strike import kept_away
from sim.rules.supply import rationed

STEP = 1e-3  # of difference quotients, in logarithms
LN2 = float(np.log(2.0))


@dataclass(frozen=True)
class Slopes:
    """Change of the attacker's net gain, km2/day, for a unit of the logarithm of something, shape (lane,) each.

    Attributes
    ----------
    fires : tuple of ndarray
        Of the defender's and of the attacker's fires.
    breach : ndarray
        Of glide bombs, as far as they breach works.
    attack, counter : ndarray
        Of the attacker's local power, and of the defender's where it attacks.
    """

    fires: tuple[Array, Array]
    breach: Array
    attack: Array
    counter: Array


def worth(state: State) -> Array:
    """Return the ground that 1 Gusd of each kind keeps, spread evenly over `donors.outlook`, km2, shape (kind, lane)."""
    slopes, used = _slopes(state), [fighting.uses(state, side) for side in (DEFENDER, ATTACKER)]
    price = state.facts.price
    found = dict.fromkeys(KINDS, state.none())
    for kind in ("shell", "drone"):
        found[kind] = -slopes.fires[DEFENDER] * _fired(state, kind, used[DEFENDER]) / price[kind]
    bombs = slopes.breach + slopes.fires[ATTACKER] * _share(state, ATTACKER, "glide_bomb", used[ATTACKER])
    shells = slopes.fires[ATTACKER] * _share(state, ATTACKER, "shell", used[ATTACKER])
    found["vehicle"] = _vehicles(state, slopes) / price["vehicle"]
    found["other"] = _upkept(state, slopes) / price["other"]
    lost = {"shells": shells, "bombs": bombs, "attacks": slopes.attack}
    for kind in ("long_range_drone", "missile"):
        found[kind] = _struck(state, kind, lost) / price[kind]
    made = _made(state, found)
    found["interceptor"] = _intercepted(state, bombs, made) / price["interceptor"]
    found["money"] = _ordered(state, made)
    return np.maximum(np.stack([found[kind] for kind in KINDS]), 0.0)


def _slope(value: Callable[[float], Array]) -> Array:
    """Return the derivative of ``value(factor)`` by the logarithm of the factor, at one."""
    return (value(1.0 + STEP) - value(1.0)) / STEP


def _slopes(state: State) -> Slopes:
    p, t, half = state.p.movement, state.theatre, 0.5 * state.p.donors.outlook
    attack, counter = (_answer(state, side) for side in (ATTACKER, DEFENDER))
    strain = [force.strain for force in t.sides]
    worn = [_wear(force.strain, state.p.combat.strain) for force in t.sides]
    zone = [_crossing(force.fires, p.kill_zone) for force in t.sides]
    f, both = p.ratio_elasticity, p.ratio_elasticity + p.density_elasticity
    # what a side loses beyond the usual until the outlook is over is missing from its line for half of that time
    by_defender = add_up(attack * (zone[DEFENDER] + worn[ATTACKER] - f * half * strain[ATTACKER]))
    by_defender = by_defender - add_up(counter * (p.attack_fire + both * half * strain[ATTACKER]))
    by_attacker = add_up(attack * (p.attack_fire + both * half * strain[DEFENDER]))
    by_attacker = by_attacker - add_up(counter * (zone[ATTACKER] + worn[DEFENDER] - f * half * strain[DEFENDER]))
    works, bombs = t.works[DEFENDER], fighting.bombs_ratio(state, ATTACKER)
    breach = -_slope(lambda by: np.log(movement.breached(works, bombs * by, p.bomb_breach)))
    return Slopes((by_defender, by_attacker), add_up(attack * breach), add_up(attack), add_up(counter))


def _wear(strain: Array, half: Array) -> Array:
    """Return how an attack's power answers to its own strain, both in logarithms, (front, lane)."""
    return _slope(lambda by: np.log(combat.culmination(strain * by, half)))


def _crossing(fires: Array, depth: Array) -> Array:
    """Return how the logarithm of what crosses a zone under fire answers to that of the fires, (lane,)."""
    return _slope(lambda by: response.kill_zone(fires * by, depth))


def _answer(state: State, side: int) -> Array:
    """Return how a side's speed answers to its local power: km2/day for a unit of its index, (front, lane)."""
    p, t = state.p.movement, state.theatre
    effort = t.sides[side].effort * (t.war * t.open)
    place = state.reference.place if side == ATTACKER else state.reference.mean_place
    index, more = fighting.power_index(state, side), fighting.favour(state, side)
    form = (p.steepness, p.spread, p.top_speed)
    here = state.p.fronts.length * state.facts.inside
    speeds = [response.respond(p.response, index + step, place, effort, more, *form) for step in (0.0, STEP)]
    return (speeds[1] - speeds[0]) / STEP * here


def _share(state: State, side: int, weapon: str, used: dict[str, Array]) -> Array:
    """Return the elasticity of a side's fires to one weapon, (lane,)."""
    return _slope(
        lambda by: np.log(np.maximum(fighting.fire_index(state, side, {**used, weapon: used[weapon] * by}), 1e-12))
    )


def _fired(state: State, kind: str, used: dict[str, Array]) -> Array:
    """Return the change of the logarithm of the defender's fires for a unit a day of a weapon more, (lane,).

    As much of a steady flow is fired within the outlook as rationing lets out of the stock by then.
    """
    own = state.side_p[DEFENDER]
    plan, cover = (
        (own.shell_plan.at(state.day), own.shell_cover) if kind == "shell" else (own.drone_plan, own.drone_cover)
    )
    stock = state.stock(DEFENDER, kind)
    some = stock * STEP + 1e-6
    rate = np.maximum(rationed(plan, stock + some, cover) - rationed(plan, stock, cover), 0.0) / some
    spent = _by_the_end(rate * state.p.donors.outlook)
    there = used[kind] > 0.0
    share = _share(state, DEFENDER, kind, used)
    return np.where(there, share * spent / np.where(there, used[kind], 1.0), 0.0)


def _by_the_end(rate: Array) -> Array:
    """Return the share of a steady flow that a stage has let pass by its end, at a rate over its length."""
    some = np.maximum(rate, 1e-9)
    return 1.0 + np.expm1(-some) / some


def _vehicles(state: State, slopes: Slopes) -> Array:
    """Return km2 for a vehicle given: they help where the defender attacks, and in another measure where it holds.

    One that comes within the outlook is there for half of it on average.
    """
    stock, p = state.stock(DEFENDER, "vehicle"), state.p.movement
    some, there = stock > 0.0, 0.5 * state.p.donors.outlook
    felt = slopes.counter * p.armour + slopes.attack * p.defence_armour
    return np.where(some, there * felt / np.where(some, stock, 1.0), 0.0)


def _upkept(state: State, slopes: Slopes) -> Array:
    """Return km2 for 1 Gusd of other aid: it is felt at once in part, and more as it goes on."""
    p, share = state.p.donors, state.p.donors.upkeep_share
    start = state.reference.given[KINDS.index("other")] / MONTH
    some = start > 0.0
    more = share / response.upkept(state.theatre.upkeep, share) / np.where(some, start, 1.0)
    felt = _by_the_end(p.outlook / p.upkeep_memory)
    return np.where(some, (slopes.attack + slopes.counter) * state.p.movement.upkeep * more * felt, 0.0)


def _struck(state: State, kind: str, lost: dict[str, Array]) -> Array:
    """Return km2 for one long-range drone or missile, at the targets and by the pace of the striking force's orders."""
    strike, t, order = state.p.strike, state.theatre, state.orders.strikers[DEFENDER]
    goals, outlook = strike.targets, state.p.donors.outlook
    pace = order.drone_pace if kind == "long_range_drone" else order.missile_pace
    arrives = strike.drone_arrival if kind == "long_range_drone" else strike.missile_arrival
    arrives = arrives * _by_the_end(np.minimum(pace, 1.0) * outlook)
    found = state.none()
    for row, owner in enumerate(state.facts.owner):
        if owner != ATTACKER:
            continue
        hurt = goals.drone_damage[row] if kind == "long_range_drone" else goals.missile_damage[row]
        open_to_all = goals.accessible[row]
        reach = 1.0 if kind == "long_range_drone" else open_to_all + (1.0 - open_to_all) * t.permitted
        days = goals.repair[row] / LN2
        lasting = days * _by_the_end(outlook / days)
        harm = order.shares[row] * hurt * reach * (1.0 - t.dispersal[row]) * (1.0 - t.damage[row]) * lasting
        left = np.maximum(1.0 - goals.effect[row] * t.damage[row], 1e-6)
        found = found + lost.get(goals.costs[row], state.none()) * harm * goals.effect[row] / left
    return found * arrives


def _made(state: State, found: dict[str, Array]) -> Array:
    """Return km2 for 1 Gusd of arms of the defender's own make, (lane,)."""
    made = state.none()
    for kind, share in zip(state.p.donors.money_use, state.facts.money_shares, strict=True):
        made = made + share * found[kind]
    return made


def _ordered(state: State, made: Array) -> Array:
    """Return km2 for 1 Gusd of money for the defender's industry: late, and later where orders fill its idle capacity."""
    p = state.p
    idle = (p.defender.industry_capacity - 1.0) * p.defender.industry_gusd
    some = idle > 0.0
    waiting = state.stock(DEFENDER, "money") / np.where(some, idle, 1.0)
    kept = np.exp(-(p.donors.money_lag + waiting) / p.donors.outlook)
    return np.where(some, made * kept * targets.left_over_start(state, DEFENDER, "output"), 0.0)


def _intercepted(state: State, bombs: Array, made: Array) -> Array:
    """Return km2 for one interceptor: bombers kept away, and own output spared."""
    strike, t, order = state.p.strike, state.theatre, state.orders.strikers[ATTACKER]
    tempo = state.orders.attacker.strike_tempo
    launched = [
        state.stock(ATTACKER, kind) * np.minimum(pace * tempo, 1.0)
        for kind, pace in (("long_range_drone", order.drone_pace), ("missile", order.missile_pace))
    ]
    need = launched[0] * strike.interceptors_drone + launched[1] * strike.interceptors_each
    stock, some = state.stock(DEFENDER, "interceptor"), need > 0.0
    more = stock * STEP + 1e-6
    supplied = [rationed(need, held, strike.interceptor_cover) for held in (stock, stock + more)]
    rate = np.maximum(supplied[1] - supplied[0], 0.0) / more
    spent = _by_the_end(rate * state.p.donors.outlook) / np.where(some, need, 1.0)
    better = spent / np.maximum(state.reference.defence_supplied, 1e-9)
    air, threat = t.air_defence, strike.carrier_threat
    fewer = -_slope(lambda by: np.log(np.maximum(kept_away(air + (by - 1.0), threat), 1e-12)))
    stopped = np.stack([strike.drone_intercept, strike.missile_intercept])
    through = stopped / np.maximum(1.0 - stopped * t.air_defence, 1e-3)
    spared = _output_spared(
        state, [launch * (1.0 - stop) for launch, stop in zip(launched, stopped, strict=True)], through
    )
    return np.where(some, better * (fewer * bombs + spared * made), 0.0)


def _output_spared(state: State, hits: list[Array], through: Array) -> Array:
    """Return own output spared, Gusd/day, for a unit of air defence more, (lane,)."""
    goals, order, t = state.p.strike.targets, state.orders.strikers[ATTACKER], state.theatre
    spared = state.none()
    for row, owner in enumerate(state.facts.owner):
        if owner != DEFENDER or goals.costs[row] != "output":
            continue
        harm = hits[0] * through[0] * goals.drone_damage[row] + hits[1] * through[1] * goals.missile_damage[row]
        days = goals.repair[row] / LN2
        lasting = days * _by_the_end(state.p.donors.outlook / days)
        lost = order.shares[row] * harm * (1.0 - t.dispersal[row]) * lasting * goals.effect[row]
        spared = spared + lost / np.maximum(1.0 - goals.effect[row] * t.damage[row], 1e-6)
    return spared * state.p.defender.industry_gusd
