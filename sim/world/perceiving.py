"""Perceive: the view of each kind of agent, yesterday's world through its own fog."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.foundation.lanes import Array, add_up
from sim.rules import movement
from sim.rules.manpower import shares
from sim.rules.perception import fogged, multiplier
from sim.rules.strike import intercept
from sim.rules.supply import relative
from sim.world import views
from sim.world.agents.allies import Ally, Mediator
from sim.world.agents.command import RussianCommand, UkrainianCommand
from sim.world.agents.decider import Decider
from sim.world.agents.government import RussianGovernment, UkrainianGovernment
from sim.world.agents.partners import Partner
from sim.world.levers import MONTH
from sim.world.theatre import KINDS, RUSSIA, SIDES, UKRAINE

if TYPE_CHECKING:
    from sim.world.war import War


def view_for(war: War, agent: Decider) -> Any:
    """Return what `agent` sees this morning."""
    if isinstance(agent, UkrainianCommand | RussianCommand):
        return _command(war, agent.side)
    if isinstance(agent, Ally):
        return _ally(war, agent.row)
    if isinstance(agent, Mediator):
        return views.MediatorView(war.noise.uniform("mediator " + agent.name, war.day)[0])
    if isinstance(agent, Partner):
        resolve = war.belief() - war.p.beliefs.start
        return views.PartnerView(
            war.kremlin.order.purchases if war.kremlin.order else np.ones(war.lanes.count),
            resolve,
            war.permitted,
        )
    if isinstance(agent, UkrainianGovernment):
        return _kyiv(war)
    if isinstance(agent, RussianGovernment):
        return _kremlin(war)
    return views.StrikeView((1.0 - war.theatre.damage) * (1.0 - war.theatre.dispersal), war.permitted)


def _command(war: War, side: int) -> views.CommandView:
    own, foe = war.theatre.sides[side], war.theatre.sides[1 - side]
    line = war.ledger.balance("person", f"{SIDES[side]}:line")
    fronts = len(war.p.fronts.names)
    error = war.noise.normal(f"fog of {SIDES[side]}", war.day, fronts)
    enemy = fogged(war.ledger.balance("person", f"{SIDES[1 - side]}:line"), error, war.side_p[side].fog)
    p = war.p.movement
    length = war.p.fronts.length
    return views.CommandView(
        own_line=line,
        enemy_line=enemy,
        enemy_effort=foe.effort,
        enemy_strain=foe.strain,
        enemy_defence=war.works[1 - side],
        enemy_gap=movement.gap(enemy * foe.quality / length, p.half_density, p.gap_exponent),
        own_gap=movement.gap(line * own.quality / length, p.half_density, p.gap_exponent)
        * (war.works_start[side] / war.works[side]),
        reserve_share=war.ledger.balance("person", f"{SIDES[side]}:reserve") / np.maximum(add_up(line), 1.0),
        open=war.theatre.open,
        permanent_losses=own.permanent,
        inflow=own.inflow,
    )


def _kyiv(war: War) -> views.UkraineView:
    fill = war.fill_of(UKRAINE)
    fronts = war.p.fronts
    salient = fronts.incursion > 0.5
    left = np.where(salient, fronts.held - war.theatre.shift * fronts.length, 0.0)
    held = np.where(salient, fronts.held, 0.0)
    return views.UkraineView(
        missing_fill=war.side_p[UKRAINE].fill / np.maximum(fill, 1e-6) - 1.0,
        salient_left=add_up(left) / np.maximum(add_up(held), 1e-9),
    )


def _kremlin(war: War) -> views.RussiaView:
    state, own = war.theatre.sides[RUSSIA], war.side_p[RUSSIA]
    stock = war.ledger.balance("shell", "russia:stock")
    return views.RussiaView(
        shortage=np.maximum(
            state.permanent / np.maximum(state.inflow, 1.0),
            own.intake.at(war.day)
            / np.maximum(war.kremlin.order.intake if war.kremlin.order else own.intake.at(0), 1.0),
        )
        - 1.0,
        # a side that began without shells has no level to miss
        shell_shortage=np.where(own.shells > 0.0, relative(own.shells, np.maximum(stock, 0.1 * own.shells)) - 1.0, 0.0),
        months_short=war.theatre.months_short,
        pool=war.theatre.pool,
        bonus=war.theatre.bonus,
        permitted=war.permitted,
    )


def _ally(war: War, row: int) -> views.AllyView:
    t, p = war.theatre, war.p
    others = leader = np.ones(war.lanes.count)
    largest = p.allies.capacity.max(axis=0)
    if war.allies[row].order is not None:
        all_given = np.stack([ally.order.usual for ally in war.allies])
        given = add_up(all_given) - war.allies[row].order.usual
        usual = (add_up(p.allies.capacity) - p.allies.capacity[row]) / MONTH
        others = given / np.maximum(usual, 1e-9)
        first = p.allies.capacity.argmax(axis=0)[None]
        leader = np.take_along_axis(all_given, first, axis=0)[0] / np.maximum(largest / MONTH, 1e-9)
    ahead = np.maximum(t.gain_memory, 0.0) + p.settling.gain_reference
    begun = np.maximum(war.gain_start, 0.0) + p.settling.gain_reference
    mood = multiplier(t.will[row], p.donors.will_noise)
    standing = p.allies.capacity[row] / np.maximum(largest, 1e-9)
    return views.AllyView(others, ahead / begun, needed_mix(war), mood, leader, standing)


def needed_mix(war: War) -> Array:
    """Return the shares of kinds that would fill Ukraine's shortages, ``(kind, lane)``.

    The start's need by value, weighted by how much shorter than at the start the cover of each kind has become.
    """
    p, ledger = war.p, war.ledger
    weights = []
    for name in KINDS:
        now = ledger.balance(name, "ukraine:stock")
        then = war.stock_start[name]
        scarcity = np.clip(relative(then, np.maximum(now, 1e-9)), 0.1, 10.0)
        scarcity = np.where(then > 0.0, scarcity, 1.0)
        weights.append(p.kinds[name].need * np.exp(p.donors.shortage_focus * np.log(scarcity)))
    return shares(np.stack(weights))


def defence_supplied(war: War) -> Array:
    """Return the share of Ukraine's air defence that is supplied at the start, shape (lane,)."""
    p, own = war.p.strike, war.side_p[RUSSIA]
    need = own.missiles * p.russian_missile_pace * p.interceptors_each
    need = need + own.long_range_drones * p.russian_drone_pace * p.interceptors_drone
    stock = war.ledger.balance("interceptor", "ukraine:stock")
    return intercept(np.ones_like(stock), stock, need, p.interceptor_cover)
