"""The recorder: once a week, what a reader of results will want to see, as float32."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

import numpy as np

from sim.foundation.lanes import Array, add_up
from sim.foundation.record import NET_BY_FRONT, QUANTITY, Record, Variable
from sim.foundation.roles import ATTACKER, DEFENDER, ROLES
from sim.models.campaign import beliefs, scarcity
from sim.models.campaign.accounts import PEOPLE_SINKS, SALES, seller
from sim.models.campaign.calendar import WEEK
from sim.models.campaign.goods import RECORDED
from sim.models.campaign.state import State

VARIABLES = {
    v.name: v
    for v in (
        Variable("net_km2", (), "km2", "the attacker's net gain in the defended country since the start"),
        Variable("net_km2_front", ("front",), "km2", "the attacker's net gain since the start, by front"),
        Variable("shift_km", ("front",), "km", "mean shift of the line, + = attacker forward"),
        Variable("troops", ("side", "front"), "person", "troops on the line"),
        Variable("force", ("side",), "person", "force: the attacker's grouping in theatre, the defender's armed forces"),
        Variable("reserve", ("side",), "person", "trained and uncommitted"),
        Variable("recruits", ("side",), "person", "people who entered service since the start"),
        Variable("casualties", ("side",), "person", "killed and wounded since the start"),
        Variable("killed", ("side",), "person", "killed since the start"),
        Variable("permanent", ("side",), "person", "killed, invalided, deserted for good and discharged since the start"),
        Variable("deserted", ("side",), "person", "lost to desertion since the start"),
        Variable("absent", ("side",), "person", "absent without leave"),
        Variable("quality", ("side",), "1", "mean worth of a soldier of the line over the start's"),
        Variable("effort", ("side", "front"), "1", "attack effort, 1 = the mean of the start"),
        Variable("tempo", (), "1", "tempo of the attacker's offensive over the start's"),
        Variable("stock", ("side", "commodity"), "own unit", "stock"),
        Variable("used", ("side", "commodity"), "own unit", "use since the start"),
        Variable("received", ("side", "commodity"), "own unit", "received from abroad since the start"),
        Variable("made", ("side", "commodity"), "own unit", "own production since the start"),
        Variable("met", ("side", "need"), "1", "share of a need that is met: men and arms over the start's, use over plan"),
        Variable("fires", ("side",), "shell/day", "shells fired a day, mean of the week"),
        Variable("fire_index", ("side",), "1", "fires of all arms over the start's"),
        Variable("pledged", ("ally",), "Gusd", "aid pledged since the start"),
        Variable("delivered", ("ally",), "Gusd", "aid delivered since the start, earlier pledges included"),
        Variable("partner_sent", ("partner", "commodity"), "own unit", "sold to the attacker since the start"),
        Variable("partner_troops", ("partner",), "person", "troops sent to the attacker since the start"),
        Variable("capacity_lost", ("target",), "1", "share of capacity lost to deep strikes"),
        Variable("belief", (), "1", "probability that the attacker gives to another year of sufficient aid"),
        Variable("hazard", (), "1/month", "hazard of the attacker accepting a cease-fire"),
        Variable("bonus", (), "1", "sign-up bonus over the start's"),
        Variable("buffer", (), "month", "the attacker's fiscal buffer at the start's draw"),
        Variable("going", (), "1", "share of speed that the season leaves"),
        Variable("mobilised", (), "1", "1 after a mobilisation of the attacker"),
        Variable("war", (), "1", "1 while the war goes on, 0 after a cease-fire"),
        Variable("durable", (), "1", "probability that an agreed cease-fire would last", may_be_missing=True),
    )
}  # fmt: skip


def coordinates(state: State) -> dict[str, list[str]]:
    """Return the names along each dimension of the record but time and lane."""
    p = state.p
    return {
        "front": list(p.fronts.names),
        "side": list(state.facts.names),
        "ally": list(p.allies.names),
        "partner": list(p.partners.names),
        "commodity": list(RECORDED),
        "need": list(scarcity.NEEDS),
        "target": list(p.strike.targets.names),
    }


class Recorder:
    """Writes one row on the first morning and one after each week.

    Parameters
    ----------
    state : State
    days : int
        Horizon; the last row is written on the last full week.
    keep : collection of str, optional
        Names of the variables that are kept; all if not given. The others are only checked for plausibility.

    Attributes
    ----------
    implausible : bool
        Whether a variable that is not kept has a value that may make no sense; only a whole record says which, and where.
    """

    def __init__(self, state: State, days: int, keep: Collection[str] | None = None) -> None:
        self.implausible = False
        self.coords = coordinates(state) | ({} if keep is None else {QUANTITY: list(VARIABLES)})
        self._variables = {
            name: one for name, one in VARIABLES.items() if keep is None or name in (*keep, NET_BY_FRONT)
        }
        self.days = np.arange(0, days + 1, WEEK, dtype=np.int64)
        self._shells = np.zeros((len(ROLES), state.lanes))
        self._arrays = {
            name: np.zeros((len(self.days), *(len(self.coords[d]) for d in v.dims), state.lanes), dtype=np.float32)
            for name, v in self._variables.items()
        }

    def due(self, state: State) -> bool:
        """Return whether today has a row."""
        return state.day % WEEK == 0 and state.day // WEEK < len(self.days)

    def write(self, state: State) -> None:
        """Write the row of today, if today has one; called before the first day and after each."""
        if self.due(state):
            self.put(state, {name: read(state) for name, read in READERS.items()})

    def put(self, state: State, read: Mapping[str, Array]) -> None:
        """Write the row of today from what the readers returned, by name."""
        row = state.day // WEEK
        for name, values in read.items():
            self._write(name, row, values)
        shells = np.stack([state.books.balance("shell", f"{side}:used") for side in ROLES])
        fired = (shells - self._shells) / WEEK
        self._write("fires", row, fired if row else np.stack([use["shell"] for use in state.reference.use]))
        self._shells = shells

    def _write(self, name: str, row: int, values: Array) -> None:
        if name in self._arrays:
            self._arrays[name][row] = values
        elif not self.implausible:
            self.implausible = not VARIABLES[name].plausible(values)

    def record(self) -> Record:
        """Return everything written."""
        return Record(self._variables, self._arrays, self.coords, self.days)


def _sides(read: Callable[[State, str], Array]) -> Callable[[State], Array]:
    return lambda state: np.stack([read(state, side) for side in ROLES])


def _people(account: str, sign: float = 1.0) -> Callable[[State], Array]:
    return _sides(lambda state, side: sign * state.books.balance("person", f"{side}:{account}"))


def _goods(account: str, sign: float = 1.0) -> Callable[[State], Array]:
    def read(state: State, side: str) -> Array:
        return np.stack([sign * state.books.balance(name, f"{side}:{account}") for name in RECORDED])

    return _sides(read)


def _force(state: State, side: str) -> Array:
    ledger = state.books
    total = add_up(ledger.balance("person", f"{side}:line")) + ledger.balance("person", f"{side}:reserve")
    total = total + ledger.balance("person", f"{side}:rear")
    if side == ROLES[DEFENDER]:  # armed forces: those in training, in hospital and absent are on the rolls
        for pipeline in ("training", "hospital"):
            total = total + ledger.in_pipeline("person", f"{side}:{pipeline}")
        total = total + ledger.balance("person", f"{side}:absent")
    return total


def _permanent(state: State, side: str) -> Array:
    return add_up(np.stack([state.books.balance("person", f"{side}:{sink}") for sink in PEOPLE_SINKS]))


def _quality(state: State) -> Array:
    means = []
    for side, name in enumerate(ROLES):
        line = state.books.balance("person", f"{name}:line")
        means.append(add_up(state.theatre.sides[side].quality * line) / np.maximum(add_up(line), 1.0))
    return np.stack(means)


def _received(state: State) -> Array:
    ledger, none = state.books, np.zeros(state.lanes)
    given = [-ledger.balance(name, "allies:given") for name in RECORDED]
    sold = []
    for name in RECORDED:
        total = none
        if name in SALES:
            for partner in state.p.partners.names:
                shipped = ledger.in_pipeline(name, f"{seller(partner)}:shipped")
                total = total - ledger.balance(name, f"{seller(partner)}:sold") - shipped
        sold.append(total)
    return np.stack([np.stack(given), np.stack(sold)])


def _delivered(state: State) -> Array:
    delivered = state.books.balance("aid", "defender:delivered") + state.theatre.industry_money
    rushed = np.zeros_like(delivered)
    for donor, arrived in zip(state.facts.donors, state.books.balance("aid", "defender:rushed"), strict=True):
        rushed[donor] = rushed[donor] + arrived
    return delivered + rushed


def _partner_sent(state: State) -> Array:
    none = np.zeros(state.lanes)
    rows = []
    for partner in state.p.partners.names:
        sold = [-state.books.balance(c, f"{seller(partner)}:sold") if c in SALES else none for c in RECORDED]
        rows.append(np.stack(sold))
    return np.stack(rows)


READERS: dict[str, Callable[[State], Array]] = {
    "net_km2": lambda state: add_up(state.theatre.net * state.facts.inside),
    "net_km2_front": lambda state: state.theatre.net,
    "shift_km": lambda state: state.theatre.shift,
    "troops": _people("line"),
    "force": _sides(_force),
    "reserve": _people("reserve"),
    "recruits": _people("outside", -1.0),
    "casualties": lambda state: np.stack([side.casualties for side in state.theatre.sides]),
    "killed": _people("killed"),
    "permanent": _sides(_permanent),
    "deserted": _people("deserted"),
    "absent": _people("absent"),
    "quality": _quality,
    "effort": lambda state: np.stack([side.effort for side in state.theatre.sides]),
    "tempo": lambda state: state.theatre.sides[ATTACKER].tempo,
    "stock": _goods("stock"),
    "used": _goods("used"),
    "received": _received,
    "made": _goods("made", -1.0),
    "met": scarcity.met,
    "fire_index": lambda state: np.stack([side.fires for side in state.theatre.sides]),
    "pledged": lambda state: -state.books.balance("aid", "allies:budget") + state.theatre.industry_money,
    "delivered": _delivered,
    "partner_sent": _partner_sent,
    "partner_troops": lambda state: np.stack(
        [-state.books.balance("person", f"{seller(n)}:outside") for n in state.p.partners.names]
    ),
    "capacity_lost": lambda state: state.theatre.damage,
    "belief": lambda state: beliefs.belief(state),
    "hazard": lambda state: state.theatre.hazard,
    "bonus": lambda state: state.theatre.bonus,
    "buffer": lambda state: state.theatre.buffer,
    "going": lambda state: state.theatre.going,
    "mobilised": lambda state: state.theatre.mobilised,
    "war": lambda state: state.theatre.war,
    "durable": lambda state: state.theatre.durable,
}
