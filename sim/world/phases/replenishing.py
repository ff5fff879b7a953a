"""Replenish: hospital, absence, intake, training, and the reserve's way to the line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.foundation.lanes import Array, add_up
from sim.rules import manpower
from sim.rules.perception import remembered
from sim.world.theatre import RUSSIA, SIDES, UKRAINE

if TYPE_CHECKING:
    from sim.world.war import War


def replenish(war: War) -> None:
    """Carry out a day of people coming, going and moving."""
    for side in (UKRAINE, RUSSIA):
        arrived = _arrivals(war, side)
        _absent(war, side)
        _comb_out(war, side)
        _leave_salient(war, side)
        _season_reserve(war, side, arrived)
        _commit(war, side)
        _redeploy(war, side)
    war.partner_troops = np.zeros(war.lanes.count)


def _intake(war: War, side: int) -> Array:
    """Return people entering service today, person/day."""
    if side == UKRAINE:
        return war.kyiv.order.intake * war.theatre.war
    t, p = war.theatre, war.p.russia
    called = np.minimum(p.mobilisation_size / p.mobilisation_length, t.mobilisation_left)
    t.mobilisation_left = t.mobilisation_left - called
    return war.kremlin.order.intake * war.theatre.war + called


def _arrivals(war: War, side: int) -> tuple[Array, Array]:
    """Move people through training and hospital; return (new men, men returning) who joined the reserve today."""
    name, own, ledger = SIDES[side], war.side_p[side], war.ledger
    intake = _intake(war, side)
    ledger.post("person", f"{name}:outside", f"{name}:training/1", intake)
    length = war.kyiv.order.training_length if side == UKRAINE else own.training_length
    trained = ledger.advance("person", f"{name}:training", f"{name}:reserve", length)
    healed = ledger.advance("person", f"{name}:hospital", f"{name}:reserve", own.hospital_length)
    ledger.post("person", f"{name}:reserve", f"{name}:rear", trained * (1.0 - own.line_share))
    trained = trained * own.line_share
    foreign = war.partner_troops if side == RUSSIA else np.zeros_like(intake)
    state = war.theatre.sides[side]
    state.inflow = remembered(state.inflow, intake + foreign, own.staff_memory, 1.0)
    return trained + foreign, healed


def _absent(war: War, side: int) -> None:
    """Let some leave without leave, some come back, some be lost for good."""
    name, own, ledger, t = SIDES[side], war.side_p[side], war.ledger, war.theatre
    line = ledger.balance("person", f"{name}:line")
    fill = war.fill_of(side)
    leaving = manpower.absence(line, fill, own.fill, own.absence_rate.at(war.day), own.absence_response) * t.war
    ledger.post("person", f"{name}:line", f"{name}:absent", np.minimum(leaving, line))
    line = ledger.balance("person", f"{name}:line")
    discharged = line * own.discharge * t.war
    ledger.post("person", f"{name}:line", f"{name}:discharged", discharged)
    absent = ledger.balance("person", f"{name}:absent")
    # both rates act on the same people: together they take no more than there are
    absent = absent / np.maximum(own.absence_final + own.absence_return, 1.0)
    lost = absent * own.absence_final
    ledger.post("person", f"{name}:absent", f"{name}:reserve", absent * own.absence_return)
    ledger.post("person", f"{name}:absent", f"{name}:deserted", lost)
    state = t.sides[side]
    state.permanent = remembered(
        state.permanent, war.permanent_today[side] + lost + add_up(discharged), own.staff_memory, 1.0
    )


def _comb_out(war: War, side: int) -> None:
    """Send men of the rear to the line where it is thinner than at the start."""
    name, own, ledger = SIDES[side], war.side_p[side], war.ledger
    missing = np.maximum(own.fill / np.maximum(war.fill_of(side), 1e-6) - 1.0, 0.0)
    sent = ledger.balance("person", f"{name}:rear") * np.minimum(own.comb_out * missing, 1.0) * war.theatre.war
    ledger.post("person", f"{name}:rear", f"{name}:reserve", sent)


def _leave_salient(war: War, side: int) -> None:
    """Send troops home from the salient: on Kyiv's order, and on both sides once the front there is closed."""
    p, t, ledger, name = war.p.command, war.theatre, war.ledger, SIDES[side]
    line = ledger.balance("person", f"{name}:line")
    salient = (war.p.fronts.incursion > 0.5) * 1.0
    closed = salient * t.closed
    start = t.sides[side].start_line
    if side == UKRAINE:
        stay = start * p.screen_ukraine
        share = np.maximum(salient * war.kyiv.order.leave, closed * p.kursk_release)
        war.withdrawn = 1.0 - (1.0 - war.withdrawn) * (1.0 - np.minimum(war.kyiv.order.leave, 1.0))
    else:
        stay = start * np.minimum(p.border_screen + p.partner_stay, 1.0)
        share = closed * p.kursk_release
    leaving = np.maximum(line - stay, 0.0) * share
    ledger.post("person", f"{name}:line", f"{name}:reserve", leaving)
    war.came_home[side] = add_up(leaving)


def _season_reserve(war: War, side: int, arrived: tuple[Array, Array]) -> None:
    """Mix the worth of the reserve: new men at the quality ordered, the healed and those come home as veterans."""
    new, healed = arrived
    home = war.came_home[side]
    reserve = war.ledger.balance("person", f"{SIDES[side]}:reserve")
    state = war.theatre.sides[side]
    if side == UKRAINE:
        fresh, veteran = war.kyiv.order.arrival_quality, war.p.levers.kursk_exit.quality
    else:
        fresh = veteran = np.ones_like(new)
    before = np.maximum(reserve - new - healed - home, 0.0)
    total = np.maximum(before + new + healed + home, 1.0)
    mixed = state.arrived_quality * before + fresh * new + healed + veteran * home
    some = reserve > 1.0
    state.arrived_quality = np.where(some, mixed / total, fresh)


def _commit(war: War, side: int) -> None:
    """Send part of the reserve to the line, first where most is missing from what the command wants."""
    name, own, ledger = SIDES[side], war.side_p[side], war.ledger
    line = ledger.balance("person", f"{name}:line")
    sent = ledger.balance("person", f"{name}:reserve") * own.commitment
    wanted = war.commands[side].order.wanted
    missing = np.maximum(wanted * (add_up(line) + sent) - line, 0.0)
    arriving = manpower.shares(missing) * sent
    ledger.post("person", f"{name}:reserve", f"{name}:line", arriving)
    state = war.theatre.sides[side]
    state.quality = manpower.quality(
        state.quality,
        ledger.balance("person", f"{name}:line"),
        arriving,
        state.arrived_quality,
        own.seasoning,
    )


def _redeploy(war: War, side: int) -> None:
    """Shift some of the misplaced between fronts; a salient's garrison is not drawn on but by `_leave_salient`."""
    name, own, ledger = SIDES[side], war.side_p[side], war.ledger
    line = ledger.balance("person", f"{name}:line")
    mobile = line * (war.p.fronts.incursion < 0.5)
    leaving, arriving = manpower.moved(mobile, war.commands[side].order.wanted_at_home, own.redeployment)
    ledger.shift("person", f"{name}:line", arriving - leaving)
