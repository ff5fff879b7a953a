"""Ship: pledges, deliveries, sales of partners, and what industry makes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.foundation.lanes import Array, add_up
from sim.rules.manpower import shares
from sim.rules.supply import left_of
from sim.world import levers
from sim.world.accounts import SALES
from sim.world.theatre import KINDS, SIDES, UKRAINE

if TYPE_CHECKING:
    from sim.world.war import War

#: commodity -> the field of a side that says how much it makes a day
OUTPUT = {
    "shell": "shell_output",
    "drone": "drone_output",
    "vehicle": "vehicle_output",
    "interceptor": "interceptor_output",
    "long_range_drone": "long_range_drone_output",
    "missile": "missile_output",
}


def ship(war: War) -> None:
    """Carry out a day of giving, selling and making."""
    _aid(war)
    _missiles(war)
    _industry(war)
    _partners(war)
    _output(war)


def _aid(war: War) -> None:
    ledger, orders = war.ledger, [ally.order for ally in war.allies]
    ledger.post("aid", "allies:budget", "allies:pledged/1", np.stack([order.pledge for order in orders]))
    lags = np.stack([order.lag for order in orders])
    usual = ledger.advance("aid", "allies:pledged", "ukraine:delivered", lags)
    rushed = add_up(np.stack([order.rushed for order in orders]))
    ledger.post("aid", "allies:budget", "allies:rushed/1", _as_row(war, rushed))
    war.rushed_so_far = war.rushed_so_far + rushed
    hurried = ledger.advance("aid", "allies:rushed", "ukraine:rushed", war.p.levers.us_arms.lag)
    row = war.rush_row
    war.theatre.delivered_month = war.theatre.delivered_month + add_up(usual) + hurried
    own_stocks = _in_kind(orders[row].mix)
    for kind, name in enumerate(KINDS):
        value = add_up(usual * np.stack([order.mix[kind] for order in orders])) + hurried * own_stocks[kind]
        target = "ukraine:ordered/1" if name == "money" else "ukraine:stock"
        ledger.post(name, "allies:given", target, value / war.price[name])
    money = add_up(np.stack([order.industry for order in orders]))
    war.theatre.delivered_month = war.theatre.delivered_month + money
    ledger.post("money", "allies:given", "ukraine:ordered/1", money)
    war.industry_money = war.industry_money + np.stack([order.industry for order in orders])


def _in_kind(mix: Array) -> Array:
    """Return shares of kinds among arms from stocks alone, ``(kind, lane)``: what is rushed is neither money nor upkeep."""
    arms = np.array([[0.0 if kind in ("money", "other") else 1.0] for kind in KINDS])
    return shares(mix * arms)


def _missiles(war: War) -> None:
    """Add the missiles that come with a permission to use them."""
    war.ledger.post("missile", "allies:given", "ukraine:stock", levers.resupply(war.p.levers.atacms, war.day))


def _as_row(war: War, amount: Array) -> Array:
    """Return an amount (lane,) as rows of donors with all of it on the one that rushes, (ally, lane)."""
    rows = np.zeros((len(war.allies), amount.size))
    rows[war.rush_row] = amount
    return rows


def _industry(war: War) -> None:
    """Turn allied money into arms made in Ukraine, within idle capacity and what strikes have left of it."""
    p, ledger = war.p, war.ledger
    ledger.advance("money", "ukraine:ordered", "ukraine:stock", p.donors.money_lag)
    idle = (p.ukraine.industry_capacity - 1.0) * p.ukraine.industry_gusd
    spent = np.minimum(ledger.balance("money", "ukraine:stock"), idle)  # what is beyond it waits its turn
    ledger.post("money", "ukraine:stock", "ukraine:used", spent)
    made = spent * _industry_left(war)
    for name, share in zip(p.donors.money_use, war.money_shares, strict=True):
        ledger.post(name, "ukraine:made", "ukraine:stock", made * share / war.price[name])


def _partners(war: War) -> None:
    ledger, fighting = war.ledger, war.theatre.war
    for row, partner in enumerate(war.partners):
        sales = partner.order.sales * fighting
        lag = war.p.partners.lag[row]
        for commodity, field in SALES.items():
            expected = war.p.partners[field].parts[row].at(war.day)
            ledger.post(commodity, f"{partner.name}:sold", f"{partner.name}:shipped/1", expected * sales)
            ledger.advance(commodity, f"{partner.name}:shipped", "russia:stock", lag)
        troops = war.p.partners.troops.parts[row].at(war.day) * sales
        ledger.post("person", f"{partner.name}:outside", "russia:reserve", troops)
        war.partner_troops = war.partner_troops + troops


def _output(war: War) -> None:
    left = _industry_left(war)
    for side, own in enumerate(war.side_p):
        share = left if side == UKRAINE else np.ones_like(left)
        for commodity, field in OUTPUT.items():
            made = own[field].at(war.day) * share
            war.ledger.post(commodity, f"{SIDES[side]}:made", f"{SIDES[side]}:stock", made)


def _industry_left(war: War) -> Array:
    """Return the share of Ukraine's arms output that strikes leave, over the start's, shape (lane,)."""
    strike, t = war.p.strike, war.theatre
    now = left_of(t.damage[war.target["ua_energy"]], strike.energy_effect)
    now = now * left_of(t.damage[war.target["ua_industry"]], strike.industry_effect)
    start = strike.targets.damage
    then = left_of(start[war.target["ua_energy"]], strike.energy_effect)
    then = then * left_of(start[war.target["ua_industry"]], strike.industry_effect)
    return now / then
