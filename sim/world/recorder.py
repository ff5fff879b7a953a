"""The recorder: once a week, what a reader of results will want to see, as float32."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from sim.foundation.lanes import Array, add_up
from sim.foundation.record import Record, Variable
from sim.world.accounts import PEOPLE_SINKS, SALES
from sim.world.theatre import SIDES

if TYPE_CHECKING:
    from sim.world.war import War

COMMODITIES = (
    "shell", "vehicle", "drone", "interceptor", "long_range_drone", "missile", "glide_bomb", "money",
)  # fmt: skip
WEEK = 7

VARIABLES = {
    v.name: v
    for v in (
        Variable("net_km2", (), "km2", "net Russian gain inside Ukraine since the start"),
        Variable("net_km2_front", ("front",), "km2", "net Russian gain since the start, by front"),
        Variable("shift_km", ("front",), "km", "mean shift of the line, + = Russia forward"),
        Variable("troops", ("side", "front"), "person", "troops on the line"),
        Variable("force", ("side",), "person", "force: Russian grouping in theatre, Ukrainian armed forces"),
        Variable("reserve", ("side",), "person", "trained and uncommitted"),
        Variable("recruits", ("side",), "person", "people who entered service since the start"),
        Variable("casualties", ("side",), "person", "killed and wounded since the start"),
        Variable("killed", ("side",), "person", "killed since the start"),
        Variable("permanent", ("side",), "person", "killed, invalided, deserted for good and discharged since the start"),
        Variable("deserted", ("side",), "person", "lost to desertion since the start"),
        Variable("absent", ("side",), "person", "absent without leave"),
        Variable("quality", ("side",), "1", "mean worth of a soldier of the line over the start's"),
        Variable("effort", ("side", "front"), "1", "attack effort, 1 = the mean of the start"),
        Variable("tempo", (), "1", "tempo of the Russian offensive over the start's"),
        Variable("stock", ("side", "commodity"), "own unit", "stock"),
        Variable("used", ("side", "commodity"), "own unit", "use since the start"),
        Variable("received", ("side", "commodity"), "own unit", "received from abroad since the start"),
        Variable("made", ("side", "commodity"), "own unit", "own production since the start"),
        Variable("fires", ("side",), "shell/day", "shells fired a day, mean of the week"),
        Variable("fire_index", ("side",), "1", "fires of all arms over the start's"),
        Variable("pledged", ("ally",), "Gusd", "aid pledged since the start"),
        Variable("delivered", ("ally",), "Gusd", "aid delivered since the start, earlier pledges included"),
        Variable("partner_sent", ("partner", "commodity"), "own unit", "sold to Russia since the start"),
        Variable("partner_troops", ("partner",), "person", "troops sent to Russia since the start"),
        Variable("capacity_lost", ("target",), "1", "share of capacity lost to deep strikes"),
        Variable("belief", (), "1", "probability that the Kremlin gives to another year of sufficient aid"),
        Variable("hazard", (), "1/month", "hazard of the Kremlin accepting a cease-fire"),
        Variable("bonus", (), "1", "sign-up bonus over the start's"),
        Variable("buffer", (), "month", "Russia's fiscal buffer at the start's draw"),
        Variable("going", (), "1", "share of speed that the season leaves"),
        Variable("mobilised", (), "1", "1 after a second Russian mobilisation"),
        Variable("war", (), "1", "1 while the war goes on, 0 after a cease-fire"),
        Variable("durable", (), "1", "probability that an agreed cease-fire would last", may_be_missing=True),
    )
}  # fmt: skip


class Recorder:
    """Writes one row on the first morning and one after each week.

    Parameters
    ----------
    war : War
    days : int
        Horizon; the last row is written on the last full week.
    """

    def __init__(self, war: War, days: int) -> None:
        p = war.p
        self.coords = {
            "front": list(p.fronts.names),
            "side": list(SIDES),
            "ally": list(p.allies.names),
            "partner": list(p.partners.names),
            "commodity": list(COMMODITIES),
            "target": list(p.strike.targets.names),
        }
        self.days = np.arange(0, days + 1, WEEK, dtype=np.int64)
        self.net = np.zeros_like(war.theatre.shift)
        self._shells = np.zeros((2, war.lanes.count))
        self._arrays = {
            name: np.zeros((len(self.days), *(len(self.coords[d]) for d in v.dims), war.lanes.count), dtype=np.float32)
            for name, v in VARIABLES.items()
        }

    def write(self, war: War) -> None:
        """Write the row of today, if today has one; called before the first day and after each."""
        row, rest = divmod(war.day, WEEK)
        if rest or row >= len(self.days):
            return
        for name, read in _READERS.items():
            self._arrays[name][row] = read(war)
        shells = np.stack([war.ledger.balance("shell", f"{side}:used") for side in SIDES])
        fired = (shells - self._shells) / WEEK
        self._arrays["fires"][row] = fired if row else np.stack([use["shell"] for use in war.start_use])
        self._shells = shells

    def record(self) -> Record:
        """Return everything written."""
        return Record(VARIABLES, self._arrays, self.coords, self.days)


def _sides(read: Callable[[War, str], Array]) -> Callable[[War], Array]:
    return lambda war: np.stack([read(war, side) for side in SIDES])


def _people(account: str, sign: float = 1.0) -> Callable[[War], Array]:
    return _sides(lambda war, side: sign * war.ledger.balance("person", f"{side}:{account}"))


def _goods(account: str, sign: float = 1.0) -> Callable[[War], Array]:
    def read(war: War, side: str) -> Array:
        return np.stack([sign * war.ledger.balance(name, f"{side}:{account}") for name in COMMODITIES])

    return _sides(read)


def _force(war: War, side: str) -> Array:
    ledger = war.ledger
    total = add_up(ledger.balance("person", f"{side}:line")) + ledger.balance("person", f"{side}:reserve")
    total = total + ledger.balance("person", f"{side}:rear")
    if side == "ukraine":  # armed forces: those in training, in hospital and absent are on the rolls
        for pipeline in ("training", "hospital"):
            total = total + ledger.in_pipeline("person", f"{side}:{pipeline}")
        total = total + ledger.balance("person", f"{side}:absent")
    return total


def _permanent(war: War, side: str) -> Array:
    return add_up(np.stack([war.ledger.balance("person", f"{side}:{sink}") for sink in PEOPLE_SINKS]))


def _quality(war: War) -> Array:
    means = []
    for side, name in enumerate(SIDES):
        line = war.ledger.balance("person", f"{name}:line")
        means.append(add_up(war.theatre.sides[side].quality * line) / np.maximum(add_up(line), 1.0))
    return np.stack(means)


def _received(war: War) -> Array:
    ledger, none = war.ledger, np.zeros(war.lanes.count)
    given = [-ledger.balance(name, "allies:given") for name in COMMODITIES]
    sold = []
    for name in COMMODITIES:
        total = none
        if name in SALES:
            for partner in war.p.partners.names:
                shipped = ledger.in_pipeline(name, f"{partner}:shipped")
                total = total - ledger.balance(name, f"{partner}:sold") - shipped
        sold.append(total)
    return np.stack([np.stack(given), np.stack(sold)])


def _delivered(war: War) -> Array:
    delivered = war.ledger.balance("aid", "ukraine:delivered") + war.industry_money
    rushed = np.zeros_like(delivered)
    rushed[war.rush_row] = war.ledger.balance("aid", "ukraine:rushed")
    return delivered + rushed


def _partner_sent(war: War) -> Array:
    none = np.zeros(war.lanes.count)
    rows = []
    for partner in war.p.partners.names:
        sold = [-war.ledger.balance(c, f"{partner}:sold") if c in SALES else none for c in COMMODITIES]
        rows.append(np.stack(sold))
    return np.stack(rows)


_READERS: dict[str, Callable[[War], Array]] = {
    "net_km2": lambda war: add_up(war.recorder.net * war.inside),
    "net_km2_front": lambda war: war.recorder.net,
    "shift_km": lambda war: war.theatre.shift,
    "troops": _people("line"),
    "force": _sides(_force),
    "reserve": _people("reserve"),
    "recruits": _people("outside", -1.0),
    "casualties": lambda war: np.stack([state.casualties for state in war.theatre.sides]),
    "killed": _people("killed"),
    "permanent": _sides(_permanent),
    "deserted": _people("deserted"),
    "absent": _people("absent"),
    "quality": _quality,
    "effort": lambda war: np.stack([state.effort for state in war.theatre.sides]),
    "tempo": lambda war: war.theatre.sides[1].tempo,
    "stock": _goods("stock"),
    "used": _goods("used"),
    "received": _received,
    "made": _goods("made", -1.0),
    "fire_index": lambda war: np.stack([state.fires for state in war.theatre.sides]),
    "pledged": lambda war: -war.ledger.balance("aid", "allies:budget") + war.industry_money,
    "delivered": _delivered,
    "partner_sent": _partner_sent,
    "partner_troops": lambda war: np.stack(
        [-war.ledger.balance("person", f"{n}:outside") for n in war.p.partners.names]
    ),
    "capacity_lost": lambda war: war.theatre.damage,
    "belief": lambda war: war.belief(),
    "hazard": lambda war: war.theatre.hazard,
    "bonus": lambda war: war.theatre.bonus,
    "buffer": lambda war: war.theatre.buffer,
    "going": lambda war: war.going,
    "mobilised": lambda war: war.theatre.mobilised,
    "war": lambda war: war.theatre.war,
    "durable": lambda war: war.theatre.durable,
}
