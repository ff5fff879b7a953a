"""Opening the books: every account of the world with its opening balance."""

from __future__ import annotations

from sim.foundation.lanes import Array, add_up
from sim.foundation.roles import ROLES
from sim.foundation.tree import Tree
from sim.models.campaign.calendar import MONTH
from sim.models.campaign.ledger import Ledger
from sim.models.campaign.levers import deliveries

#: commodity -> the field of a side that holds the stock at the start (None: starts empty)
STOCKS = {
    "shell": "shells",
    "vehicle": "vehicles",
    "drone": "drones",
    "interceptor": "interceptors",
    "long_range_drone": "long_range_drones",
    "missile": "missiles",
    "glide_bomb": None,
    "money": None,
    "other": None,
}
#: commodity -> the field of a partner that says how much it sells a day
SALES = {
    "shell": "shells",
    "missile": "missiles",
    "long_range_drone": "long_range_drones",
    "drone": "drones",
    "vehicle": "vehicles",
}
PEOPLE_SINKS = ("killed", "invalided", "deserted", "discharged")


def seller(name: str) -> str:
    """Return the holder of a partner's accounts, apart from every other holder whatever the partner's name."""
    return f"partner {name}"


def open_books(p: Tree, sides: tuple[Tree, Tree], lines: tuple[Array, Array], lanes: int) -> Ledger:
    """Return the ledger of the first morning.

    Parameters
    ----------
    p : Tree
        All parameters.
    sides : tuple of Tree
        Parameters of the defender and the attacker, leaves (lane,).
    lines : tuple of ndarray, shape (front, lane)
        Troops on the line.
    lanes : int
    """
    ledger = Ledger(lanes)
    for side, own, line in zip(ROLES, sides, lines, strict=True):
        _open_people(ledger, side, own, line)
        for commodity, stock in STOCKS.items():
            ledger.open(commodity, f"{side}:stock", own[stock] if stock else None)
            for flow in ("made", "used", "lost"):
                ledger.open(commodity, f"{side}:{flow}")
        ledger.open("vehicle", f"{side}:storage", own.vehicle_storage)
        ledger.open("vehicle", f"{side}:restored")
    for commodity in STOCKS:
        ledger.open(commodity, "allies:given")
    _open_aid(ledger, p)
    _open_partners(ledger, p)
    return ledger


def _open_people(ledger: Ledger, side: str, own: Tree, line: Array) -> None:
    ledger.open("person", f"{side}:outside")
    ledger.open("person", f"{side}:line", line)
    ledger.open("person", f"{side}:rear", own.rear)
    ledger.open("person", f"{side}:reserve", own.reserve)
    ledger.open("person", f"{side}:absent", own.absent)
    ledger.open_pipeline("person", f"{side}:training", own.training)
    ledger.open_pipeline("person", f"{side}:hospital", own.hospital)
    for sink in PEOPLE_SINKS:
        ledger.open("person", f"{side}:{sink}")


def _open_aid(ledger: Ledger, p: Tree) -> None:
    donors = len(p.allies.names)
    ledger.open("aid", "allies:budget", rows=donors)
    ledger.open("aid", "allies:stocks", rows=donors)
    ledger.open_pipeline("aid", "allies:pledged", p.allies.backlog, rows=donors)
    ledger.open("aid", "defender:delivered", rows=donors)
    rushed = len(deliveries(p))
    ledger.open_pipeline("aid", "allies:rushed", rows=rushed)
    ledger.open("aid", "defender:rushed", rows=rushed)
    # orders already with the defender's industry: what usual giving keeps in the pipeline
    given = p.allies.capacity * p.allies.taste.money
    ledger.open_pipeline("money", "defender:ordered", add_up(given) / MONTH * p.donors.money_lag)


def _open_partners(ledger: Ledger, p: Tree) -> None:
    for row, name in enumerate(p.partners.names):
        ledger.open("person", f"{seller(name)}:outside")
        for commodity, field in SALES.items():
            # what was sold before the first morning is on its way: the usual sales, for as long as a shipment takes
            under_way = p.partners[field].parts[row].at(0) * p.partners.lag[row]
            ledger.open(commodity, f"{seller(name)}:sold", -under_way)
            ledger.open_pipeline(commodity, f"{seller(name)}:shipped", under_way)
