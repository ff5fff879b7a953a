"""Strike: deep strikes of both sides, repair and dispersal."""

from __future__ import annotations

import numpy as np

from sim.foundation.lanes import Array, add_up
from sim.foundation.roles import ATTACKER, DEFENDER, ROLES
from sim.models.campaign import casualties
from sim.models.campaign.state import State
from sim.models.campaign.targets import reach
from sim.rules.strike import damaged, intercept, mended


def strike(state: State) -> None:
    """Carry out a day of deep strikes, each side's at the other's targets, as far as these are exposed."""
    hits = {DEFENDER: _of_defender(state), ATTACKER: _of_attacker(state)}
    t, targets, orders = state.theatre, state.p.strike.targets, state.orders.strikers
    t.dispersal = np.stack([orders[owner].dispersal[row] for row, owner in enumerate(state.facts.owner)])
    damage = []
    for row in range(len(targets.names)):
        striker = 1 - state.facts.owner[row]
        order = orders[striker]
        drones, missiles = (hit * order.shares[row] for hit in hits[striker])
        open_to_missiles = reach(state, row)
        exposed = 1.0 - t.dispersal[row]
        before = t.damage[row]
        after = damaged(before, drones, targets.drone_damage[row], exposed)
        after = damaged(after, missiles, targets.missile_damage[row], exposed * open_to_missiles)
        damage.append(mended(after, targets.repair[row]))
    t.damage = np.stack(damage)
    for side in (DEFENDER, ATTACKER):
        _massed_troops(state, side, hits[1 - side][1])


def _launch(state: State, side: int, commodity: str, pace: Array) -> Array:
    amount = state.stock(side, commodity) * np.minimum(pace, 1.0) * state.theatre.war
    state.books.post(commodity, f"{ROLES[side]}:stock", f"{ROLES[side]}:used", amount)
    return amount


def _of_defender(state: State) -> tuple[Array, Array]:
    """Return the defender's drones and missiles that arrive, each (lane,)."""
    order, p = state.orders.strikers[DEFENDER], state.p.strike
    drones = _launch(state, DEFENDER, "long_range_drone", order.drone_pace)
    missiles = _launch(state, DEFENDER, "missile", order.missile_pace)
    return drones * p.drone_arrival, missiles * p.missile_arrival


def _of_attacker(state: State) -> tuple[Array, Array]:
    """Return the attacker's drones and missiles that arrive; interceptors are spent, and missed where they lack."""
    order, p, ledger = state.orders.strikers[ATTACKER], state.p.strike, state.books
    tempo = state.orders.attacker.strike_tempo
    drones = _launch(state, ATTACKER, "long_range_drone", order.drone_pace * tempo)
    missiles = _launch(state, ATTACKER, "missile", order.missile_pace * tempo)
    need = missiles * p.interceptors_each + drones * p.interceptors_drone
    stock = ledger.balance("interceptor", "defender:stock")
    supplied = intercept(np.ones_like(stock), stock, need, p.interceptor_cover)
    ledger.post("interceptor", "defender:stock", "defender:used", np.minimum(need * supplied, stock))
    ratio = supplied / np.maximum(state.reference.defence_supplied, 1e-9)
    state.theatre.air_defence = ratio
    drones_stopped = np.minimum(p.drone_intercept * ratio, 1.0)
    missiles_stopped = np.minimum(p.missile_intercept * ratio, 1.0)
    return drones * (1.0 - drones_stopped), missiles * (1.0 - missiles_stopped)


def _massed_troops(state: State, side: int, missiles: Array) -> None:
    """Count a side's casualties where missiles find its troops massed; they fall in proportion to the line."""
    t, targets, struck = state.theatre, state.p.strike.targets, state.none()
    for row, owner in enumerate(state.facts.owner):
        if owner == side:
            hits = missiles * state.orders.strikers[1 - side].shares[row] * reach(state, row) * (1.0 - t.dispersal[row])
            struck = struck + hits * targets.troops[row]
    line = state.line(side)
    struck = np.minimum(struck, add_up(line))
    casualties.suffer(state, side, line / np.maximum(add_up(line), 1.0) * struck)


def defence_supplied(state: State) -> Array:
    """Return the share of the defender's air defence that is supplied at the start's rate of attack, shape (lane,)."""
    p, own = state.p.strike, state.side_p[ATTACKER]
    need = own.missiles * p.attacker_missile_pace * p.interceptors_each
    need = need + own.long_range_drones * p.attacker_drone_pace * p.interceptors_drone
    stock = state.stock(DEFENDER, "interceptor")
    return intercept(np.ones_like(stock), stock, need, p.interceptor_cover)
