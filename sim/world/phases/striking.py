"""Strike: deep strikes of both sides, repair and dispersal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.foundation.lanes import Array, add_up
from sim.rules.strike import damaged, dispersed, intercept, mended
from sim.world.theatre import RUSSIA, UKRAINE

if TYPE_CHECKING:
    from sim.world.war import War


def strike(war: War) -> None:
    """Carry out a day of deep strikes; Ukraine's aim at Russian targets, Russia's at Ukrainian ones."""
    permitted = war.permitted
    hits = {UKRAINE: _ukrainian(war), RUSSIA: _russian(war)}
    t, targets = war.theatre, war.p.strike.targets
    damage, dispersal = [], []
    for row in range(len(targets.names)):
        striker = UKRAINE if war.aims_ukraine[row, 0] > 0.0 else RUSSIA
        order = war.strikers[striker].order
        drones, missiles = (hit * order.shares[row] for hit in hits[striker])
        open_to_missiles = targets.accessible[row] + (1.0 - targets.accessible[row]) * permitted
        reach = 1.0 - t.dispersal[row]
        before = t.damage[row]
        after = damaged(before, drones, targets.drone_damage[row], reach)
        after = damaged(after, missiles, targets.missile_damage[row], reach * open_to_missiles)
        damage.append(mended(after, targets.repair[row]))
        dispersal.append(
            dispersed(
                t.dispersal[row],
                after - before,
                targets.dispersal[row],
                targets.return_half_life[row],
                targets.dispersal_start[row],
            )
        )
    t.damage, t.dispersal = np.stack(damage), np.stack(dispersal)
    _massed_troops(war, hits[UKRAINE][1])


def _launch(war: War, side: str, commodity: str, pace: Array) -> Array:
    amount = war.ledger.balance(commodity, f"{side}:stock") * np.minimum(pace, 1.0) * war.theatre.war
    war.ledger.post(commodity, f"{side}:stock", f"{side}:used", amount)
    return amount


def _ukrainian(war: War) -> tuple[Array, Array]:
    """Return drones and missiles of Ukraine that arrive, each (lane,)."""
    order, p = war.strikers[UKRAINE].order, war.p.strike
    drones = _launch(war, "ukraine", "long_range_drone", order.drone_pace)
    missiles = _launch(war, "ukraine", "missile", order.missile_pace)
    return drones * p.drone_arrival, missiles * p.missile_arrival


def _russian(war: War) -> tuple[Array, Array]:
    """Return Russia's drones and missiles that arrive; interceptors are spent, and missed where they lack."""
    order, p, ledger = war.strikers[RUSSIA].order, war.p.strike, war.ledger
    tempo = war.kremlin.order.strike_tempo
    drones = _launch(war, "russia", "long_range_drone", order.drone_pace * tempo)
    missiles = _launch(war, "russia", "missile", order.missile_pace * tempo)
    need = missiles * p.interceptors_each + drones * p.interceptors_drone
    stock = ledger.balance("interceptor", "ukraine:stock")
    supplied = intercept(np.ones_like(stock), stock, need, p.interceptor_cover)
    ledger.post("interceptor", "ukraine:stock", "ukraine:used", np.minimum(need * supplied, stock))
    ratio = supplied / np.maximum(war.defence_supplied_start, 1e-9)
    drones_stopped = np.minimum(p.drone_intercept * ratio, 1.0)
    missiles_stopped = np.minimum(p.missile_intercept * ratio, 1.0)
    return drones * (1.0 - drones_stopped), missiles * (1.0 - missiles_stopped)


def _massed_troops(war: War, missiles: Array) -> None:
    """Count casualties where missiles find troops massed; they fall in proportion to the line."""
    row, t = war.target["ru_assembly"], war.theatre
    targets = war.p.strike.targets
    reach = targets.accessible[row] + (1.0 - targets.accessible[row]) * war.permitted
    hits = missiles * war.strikers[UKRAINE].order.shares[row] * reach * (1.0 - t.dispersal[row])
    line = war.ledger.balance("person", "russia:line")
    struck = np.minimum(hits * war.p.strike.assembly_loss, add_up(line))
    war.casualties_of(RUSSIA, line / np.maximum(add_up(line), 1.0) * struck)
