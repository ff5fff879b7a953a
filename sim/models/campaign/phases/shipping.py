"""Ship: pledges, deliveries, sales of partners, and what industry makes."""

from __future__ import annotations

import numpy as np

from sim.foundation.lanes import Array, add_up
from sim.foundation.roles import ATTACKER, DEFENDER, ROLES
from sim.models.campaign import levers, scarcity, targets
from sim.models.campaign.accounts import SALES, seller
from sim.models.campaign.calendar import MONTH, WEEK
from sim.models.campaign.goods import KINDS, NOT_ARMS, OUTPUT
from sim.models.campaign.state import State
from sim.rules.manpower import shares
from sim.rules.supply import relative

OTHER = KINDS.index("other")


def ship(state: State) -> None:
    """Carry out a day of giving, selling and making."""
    _aid(state)
    _upkeep(state)
    _missiles(state)
    _industry(state)
    _partners(state)
    _output(state)


def _aid(state: State) -> None:
    ledger, orders = state.books, state.orders.allies
    ledger.post("aid", "allies:budget", "allies:pledged/1", np.stack([order.pledge for order in orders]))
    lags = np.stack([order.lag for order in orders])
    usual = _timed(state, ledger.advance("aid", "allies:pledged", "defender:delivered", lags))
    hurried = _hurried(state)
    state.theatre.delivered_month = state.theatre.delivered_month + add_up(usual)
    for arms in hurried:
        state.theatre.delivered_month = state.theatre.delivered_month + arms
    sent = [
        levers.kinds_sent(lever, _in_kind(orders[donor].mix))
        for lever, donor in zip(levers.deliveries(state.p), state.facts.donors, strict=True)
    ]
    for kind, name in enumerate(KINDS):
        value = add_up(usual * np.stack([order.mix[kind] for order in orders])) * state.theatre.bargain.bought[kind]
        for arms, mix in zip(hurried, sent, strict=True):
            value = value + arms * mix[kind]
        target = "defender:ordered/1" if name == "money" else "defender:stock"
        ledger.post(name, "allies:given", target, value / state.facts.price[name])
    money = add_up(np.stack([order.industry for order in orders]))
    state.theatre.delivered_month = state.theatre.delivered_month + money
    ledger.post("money", "allies:given", "defender:ordered/1", money)
    state.theatre.industry_money = state.theatre.industry_money + np.stack([order.industry for order in orders])


def _upkeep(state: State) -> None:
    """Use up what comes of other aid: first to kit out men who are trained beyond the usual, and the rest as upkeep."""
    ledger, t = state.books, state.theatre
    came = ledger.balance("other", "defender:stock")
    kit = np.minimum(levers.kit_needed(state.p, state.day, state.none()) * t.war, came)
    ledger.post("other", "defender:stock", "defender:used", came)
    # what is not there for a day is taken from stores, so that a month without a package is not felt at once
    now = relative(came - kit, state.reference.given[OTHER] / MONTH)
    now = np.where(state.reference.given[OTHER] > 0.0, now, 1.0)
    t.upkeep = t.upkeep + (now - t.upkeep) / state.p.donors.upkeep_memory


def _timed(state: State, due: Array) -> Array:
    """Hand over ahead of time, or take back, what orders ask; return what is delivered in all, Gusd, (ally, lane).

    What is handed over early is kept back later, from what falls due then: early or late, the sum is the same.
    """
    t, left = state.theatre, WEEK - state.day % WEEK
    wanted = np.stack([order.ahead for order in state.orders.allies]) * due
    change = np.maximum((wanted - t.ahead) / left, -due)
    t.ahead = t.ahead + change
    state.books.post("aid", "allies:stocks", "defender:delivered", np.maximum(change, 0.0))
    state.books.post("aid", "defender:delivered", "allies:stocks", np.maximum(-change, 0.0))
    return due + change


def _hurried(state: State) -> Array:
    """Send arms that donors hurry on their way, and return what arrives today, Gusd, (delivery, lane)."""
    ledger, found = state.books, levers.deliveries(state.p)
    if not found:
        return state.theatre.rushed
    rushed = add_up(np.stack([order.rushed for order in state.orders.allies]))
    for row, donor in enumerate(state.facts.donors):
        ledger.post_row("aid", ("allies:budget", donor), ("allies:rushed/1", row), rushed[row])
    state.theatre.rushed = state.theatre.rushed + rushed
    return ledger.advance("aid", "allies:rushed", "defender:rushed", np.stack([lever.lag for lever in found]))


def _in_kind(mix: Array) -> Array:
    """Return shares of kinds among arms from stocks alone, ``(kind, lane)``: what is rushed is neither money nor upkeep."""
    arms = np.array([[0.0 if kind in NOT_ARMS else 1.0] for kind in KINDS])
    return shares(mix * arms)


def _missiles(state: State) -> None:
    """Add the missiles that come with a permission to use them."""
    state.books.post("missile", "allies:given", "defender:stock", levers.resupplied(state.p, state.day, state.none()))


def _industry(state: State) -> None:
    """Turn allied money into arms of the defender's own make, within idle capacity and what strikes have left of it."""
    p, ledger = state.p, state.books
    ledger.advance("money", "defender:ordered", "defender:stock", p.donors.money_lag)
    idle = (p.defender.industry_capacity - 1.0) * p.defender.industry_gusd
    spent = np.minimum(ledger.balance("money", "defender:stock"), idle)  # what is beyond it waits its turn
    ledger.post("money", "defender:stock", "defender:used", spent)
    made = spent * targets.left_over_start(state, DEFENDER, "output")
    for name, share in zip(p.donors.money_use, state.orders.defender.production, strict=True):
        ledger.post(name, "defender:made", "defender:stock", made * share / state.facts.price[name])


def _partners(state: State) -> None:
    ledger, fighting = state.books, state.theatre.war
    for row, name in enumerate(state.p.partners.names):
        sales = state.orders.partners[row].sales * fighting
        lag = state.p.partners.lag[row]
        for commodity, field in SALES.items():
            expected = state.p.partners[field].parts[row].at(state.day)
            ledger.post(commodity, f"{seller(name)}:sold", f"{seller(name)}:shipped/1", expected * sales)
            ledger.advance(commodity, f"{seller(name)}:shipped", "attacker:stock", lag)
        troops = state.p.partners.troops.parts[row].at(state.day) * sales
        ledger.post("person", f"{seller(name)}:outside", "attacker:reserve", troops)
        state.theatre.partner_troops = state.theatre.partner_troops + troops


def _output(state: State) -> None:
    for side, own in enumerate(state.side_p):
        share = targets.left_over_start(state, side, "output")
        paid = scarcity.funded(state) if side == ATTACKER else 1.0
        for commodity, field in OUTPUT.items():
            made = own[field].at(state.day) * share * paid
            if commodity == "vehicle":
                made = made - _not_restored(state, side, made)
            state.books.post(commodity, f"{ROLES[side]}:made", f"{ROLES[side]}:stock", made)


def _not_restored(state: State, side: int, made: Array) -> Array:
    """Take what is restored today from storage, and return what is missing for want of vehicles there, vehicle/day.

    The best are restored first, so that the yield falls with what is left.
    """
    name, own = ROLES[side], state.side_p[side]
    stored = state.books.balance("vehicle", f"{name}:storage")
    wanted = made * own.restored
    restored = np.minimum(wanted * relative(stored, state.side_known[side].vehicle_storage), stored)
    state.books.post("vehicle", f"{name}:storage", f"{name}:restored", restored)
    return wanted - restored
