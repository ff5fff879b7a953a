"""Replenish: hospital, absence, intake, training, and the reserve's way to the line."""

from __future__ import annotations

import numpy as np

from sim.foundation.lanes import Array, add_up
from sim.foundation.roles import ATTACKER, DEFENDER, ROLES
from sim.models.campaign import levers
from sim.models.campaign.casualties import lose_infantry
from sim.models.campaign.state import State
from sim.rules import manpower
from sim.rules.perception import remembered


def replenish(state: State) -> None:
    """Carry out a day of people coming, going and moving."""
    for side in (DEFENDER, ATTACKER):
        arrived = _arrivals(state, side)
        _absent(state, side)
        _comb_out(state, side)
        _leave_salient(state, side)
        _season_reserve(state, side, arrived)
        _commit(state, side)
        _redeploy(state, side)
    state.theatre.partner_troops = np.zeros(state.lanes)


def _intake(state: State, side: int) -> Array:
    """Return people entering service today, person/day."""
    if side == DEFENDER:
        return state.orders.defender.intake * state.theatre.war
    t, p = state.theatre, state.p.attacker
    called = np.minimum(p.mobilisation_size / p.mobilisation_length, t.mobilisation_left)
    t.mobilisation_left = t.mobilisation_left - called
    return state.orders.attacker.intake * t.allowance * state.theatre.war + called


def _arrivals(state: State, side: int) -> tuple[Array, Array]:
    """Move people through training and hospital; return (new men, men returning) who joined the reserve today."""
    name, own, ledger = ROLES[side], state.side_p[side], state.books
    intake = _intake(state, side)
    ledger.post("person", f"{name}:outside", f"{name}:training/1", intake)
    length = state.orders.defender.training_length if side == DEFENDER else own.training_length
    trained = ledger.advance("person", f"{name}:training", f"{name}:reserve", length)
    healed = ledger.advance("person", f"{name}:hospital", f"{name}:reserve", own.hospital_length)
    ledger.post("person", f"{name}:reserve", f"{name}:rear", trained * (1.0 - own.line_share))
    trained = trained * own.line_share
    foreign = state.theatre.partner_troops if side == ATTACKER else np.zeros_like(intake)
    force = state.theatre.sides[side]
    force.inflow = remembered(force.inflow, intake + foreign, own.staff_memory, 1.0)
    return trained + foreign, healed


def _absent(state: State, side: int) -> None:
    """Let some leave without leave, some come back, some be lost for good."""
    name, own, ledger, t = ROLES[side], state.side_p[side], state.books, state.theatre
    line = ledger.balance("person", f"{name}:line")
    fill = state.fill(side)
    leaving = manpower.absence(line, fill, own.fill, own.absence_rate.at(state.day), own.absence_response) * t.war
    leaving = np.minimum(leaving, line)
    ledger.post("person", f"{name}:line", f"{name}:absent", leaving)
    line = ledger.balance("person", f"{name}:line")
    discharged = line * own.discharge * t.war
    ledger.post("person", f"{name}:line", f"{name}:discharged", discharged)
    old = ledger.balance("person", f"{name}:rear") * own.discharge * t.war
    ledger.post("person", f"{name}:rear", f"{name}:discharged", old)
    lose_infantry(state, side, add_up(leaving) + add_up(discharged))
    absent = ledger.balance("person", f"{name}:absent")
    # both rates act on the same people: together they take no more than there are
    absent = absent / np.maximum(own.absence_final + own.absence_return, 1.0)
    lost = absent * own.absence_final
    ledger.post("person", f"{name}:absent", f"{name}:reserve", absent * own.absence_return)
    ledger.post("person", f"{name}:absent", f"{name}:deserted", lost)
    force = t.sides[side]
    force.permanent = remembered(
        force.permanent, state.theatre.sides[side].permanent_today + lost + add_up(discharged), own.staff_memory, 1.0
    )


def _comb_out(state: State, side: int) -> None:
    """Send men of the rear to the line where it is thinner than at the start, and in an emergency."""
    name, own, ledger = ROLES[side], state.side_p[side], state.books
    missing = np.maximum(own.fill / np.maximum(state.fill(side), 1e-6) - 1.0, 0.0)
    rate = own.comb_out * missing + own.emergency * state.alarm(1 - side)
    sent = ledger.balance("person", f"{name}:rear") * np.minimum(rate, 1.0) * state.theatre.war
    ledger.post("person", f"{name}:rear", f"{name}:reserve", sent)


def _leave_salient(state: State, side: int) -> None:
    """Send troops home from salients: on the defender's order, and on both sides once the front there is closed."""
    p, t, ledger, name = state.p.command, state.theatre, state.books, ROLES[side]
    line = ledger.balance("person", f"{name}:line")
    salient = 1.0 - state.facts.inside
    closed = salient * t.closed
    start = t.sides[side].start_line
    if side == DEFENDER:
        stay = start * p.defender_screen
        share = np.maximum(salient * state.orders.defender.leave, closed * p.salient_release)
        state.theatre.withdrawn = 1.0 - (1.0 - state.theatre.withdrawn) * (
            1.0 - np.minimum(state.orders.defender.leave, 1.0)
        )
    else:
        stay = start * np.minimum(p.attacker_screen + p.partner_stay, 1.0)
        share = closed * p.salient_release
    leaving = np.maximum(line - stay, 0.0) * share
    ledger.post("person", f"{name}:line", f"{name}:reserve", leaving)
    force = t.sides[side]
    force.infantry = force.infantry * (1.0 - add_up(leaving) / np.maximum(add_up(line), 1.0))
    worth = levers.veterans(state.p, np.zeros_like(line)) if side == DEFENDER else np.ones_like(line)
    force.came_home, force.home_worth = add_up(leaving), add_up(leaving * worth)


def _season_reserve(state: State, side: int, arrived: tuple[Array, Array]) -> None:
    """Mix the worth of the reserve: new men at the quality ordered, the healed and those come home as veterans."""
    new, healed = arrived
    reserve = state.books.balance("person", f"{ROLES[side]}:reserve")
    force = state.theatre.sides[side]
    home = force.came_home
    fresh = state.orders.defender.arrival_quality if side == DEFENDER else np.ones_like(new)
    before = np.maximum(reserve - new - healed - home, 0.0)
    total = np.maximum(before + new + healed + home, 1.0)
    mixed = force.arrived_quality * before + fresh * new + healed + force.home_worth
    some = reserve > 1.0
    force.arrived_quality = np.where(some, mixed / total, fresh)


def _commit(state: State, side: int) -> None:
    """Send part of the reserve to the line, first where most is missing from what the command wants."""
    name, own, ledger = ROLES[side], state.side_p[side], state.books
    line = ledger.balance("person", f"{name}:line")
    sent = ledger.balance("person", f"{name}:reserve") * own.commitment
    wanted = state.orders.commands[side].wanted
    missing = np.maximum(wanted * (add_up(line) + sent) - line, 0.0)
    arriving = manpower.shares(missing) * sent
    ledger.post("person", f"{name}:reserve", f"{name}:line", arriving)
    force = state.theatre.sides[side]
    _fill_infantry(state, side, add_up(arriving))
    force.quality = manpower.quality(
        force.quality,
        ledger.balance("person", f"{name}:line"),
        arriving,
        force.arrived_quality,
        own.seasoning,
    )


def _fill_infantry(state: State, side: int, arriving: Array) -> None:
    """Add the infantry among those who join the line, and make more of its support; no more than its establishment."""
    own, force, whole = state.side_p[side], state.theatre.sides[side], add_up(state.line(side))
    full = state.side_known[side].infantry * whole
    infantry = np.minimum(force.infantry + own.infantry_arrivals * arriving, full)
    pace = own.reassignment * state.orders.defender.reassignment if side == DEFENDER else own.reassignment
    moved = manpower.reassigned(np.maximum(whole - infantry, 0.0), infantry, full, pace)
    force.infantry = np.minimum(infantry + moved * state.theatre.war, full)


def _redeploy(state: State, side: int) -> None:
    """Shift some of the misplaced between fronts; a salient's garrison is not drawn on but by `_leave_salient`."""
    name, own, ledger = ROLES[side], state.side_p[side], state.books
    line = ledger.balance("person", f"{name}:line")
    mobile = line * state.facts.inside
    leaving, arriving = manpower.moved(mobile, state.orders.commands[side].wanted_at_home, own.redeployment)
    ledger.shift("person", f"{name}:line", arriving - leaving)
