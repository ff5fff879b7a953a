"""Perceive: the view of each kind of agent, yesterday's world through its own fog."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from sim.foundation.lanes import Array, add_up
from sim.foundation.roles import ATTACKER, DEFENDER
from sim.models.campaign import bargain, beliefs, levers, scarcity, views
from sim.models.campaign.agents.allies import Ally, Mediator
from sim.models.campaign.agents.command import AttackerCommand, DefenderCommand
from sim.models.campaign.agents.decider import Decider
from sim.models.campaign.agents.government import AttackerGovernment, DefenderGovernment
from sim.models.campaign.agents.partners import Partner
from sim.models.campaign.agents.strike_force import AttackerStrikeForce, DefenderStrikeForce
from sim.models.campaign.calendar import WEEK
from sim.models.campaign.state import State
from sim.rules import donors, movement
from sim.rules.perception import fogged
from sim.rules.supply import relative


def view_for(state: State, agent: Decider) -> Any:
    """Return what `agent` sees this morning."""
    return _SEES[type(agent)](state, agent.row)


def command(state: State, side: int) -> views.CommandView:
    """Return what a side's command sees."""
    t, p, own_p, foe_p = state.theatre, state.p, state.side_p[side], state.side_p[1 - side]
    own, foe, line = t.sides[side], t.sides[1 - side], state.line(side)
    error = state.noise.normal(f"fog of {state.facts.names[side]}", state.day, len(p.fronts.names))
    enemy = fogged(state.line(1 - side), error, own_p.fog)
    half, exponent, length = p.movement.half_density, p.movement.gap_exponent, p.fronts.length
    planned = p.fronts.planned_effort.at(state.day) if side == DEFENDER else np.zeros_like(line)
    return views.CommandView(
        own_line=line,
        start_line=own.start_line,
        enemy_line=enemy,
        enemy_start_line=foe.start_line,
        enemy_effort=foe.effort,
        enemy_strain=foe.strain,
        enemy_defence=t.works[1 - side],
        enemy_gap=movement.gap(enemy * foe.quality / length, half, exponent),
        own_gap=movement.gap(line * own.quality / length, half, exponent)
        * (state.reference.works[side] / t.works[side]),
        open=t.open,
        at_home=state.facts.inside,
        weight=p.fronts.defender_weight if side == DEFENDER else p.fronts.attacker_weight,
        planned_effort=planned,
        effort_weight=own.effort_weight,
        usual_effort=own_p.effort,
        enemy_usual_effort=foe_p.effort,
        tempo=own.tempo,
        reserve_share=state.reserve(side) / np.maximum(add_up(line), 1.0),
        permanent_losses=own.permanent,
        inflow=own.inflow,
        accepted=state.reference.accepted,
        withdrawn=t.withdrawn,
        exhaustion=p.combat.strain,
        doctrine=p.command,
    )


def defender(state: State, row: int = 0) -> views.DefenderView:
    """Return what the defending government sees."""
    p, own, fronts = state.p, state.side_p[DEFENDER], state.p.fronts
    salient = state.facts.inside < 0.5
    left = (fronts.held - state.theatre.shift * fronts.length) / np.maximum(fronts.held, 1e-9)
    return views.DefenderView(
        missing_fill=own.fill / np.maximum(state.fill(DEFENDER), 1e-6) - 1.0,
        salient_left=np.where(salient, left, 1.0),
        withdrawal=levers.withdrawn(p, state.day, np.zeros_like(left)),
        expected_intake=own.intake.at(state.day),
        training_length=own.training_length,
        release=p.command.salient_release,
        reform=_reform(state),
        usual_new_units=state.known.defender.new_unit_share,
        doctrine=p.defender,
    )


def _reform(state: State) -> views.ReformView:
    reform, none = levers.training(state.p), state.none()
    if reform is None:
        return views.ReformView(none, none + 1.0, none + 1.0, none, none)
    return views.ReformView(
        extent=levers.reform(reform, state.day),
        lengthening=reform.lengthening,
        skill=reform.skill,
        veteran_share=reform.veteran_share,
        added_intake=reform.added_intake,
    )


def attacker(state: State, row: int = 0) -> views.AttackerView:
    """Return what the attacking government sees."""
    t, own, standing = state.theatre, state.side_p[ATTACKER], state.orders.attacker
    known = state.side_known[ATTACKER]
    staff, stock = t.sides[ATTACKER], state.stock(ATTACKER, "shell")
    ordered = standing.intake if standing else own.intake.at(0)
    return views.AttackerView(
        shortage=np.maximum(
            staff.permanent / np.maximum(staff.inflow, 1.0),
            own.intake.at(state.day) / np.maximum(ordered, 1.0),
        )
        - 1.0,
        # a side that began without shells has no level to miss
        shell_shortage=np.where(
            known.shells > 0.0, relative(known.shells, np.maximum(stock, 0.1 * known.shells)) - 1.0, 0.0
        ),
        months_short=t.months_short,
        pool=t.pool,
        bonus=t.bonus,
        funded=scarcity.funded(state),
        permitted=t.permitted,
        expected_intake=own.intake.at(state.day),
        doctrine=state.p.attacker,
        escalation=state.p.escalation,
    )


def strike_force(state: State, side: int) -> views.StrikeView:
    """Return what a side's strike force sees."""
    t, strike = state.theatre, state.p.strike
    missiles, drones = (
        (strike.missile_pace, strike.drone_pace)
        if side == DEFENDER
        else (strike.attacker_missile_pace, strike.attacker_drone_pace)
    )
    return views.StrikeView(
        worth=(1.0 - t.damage) * (1.0 - t.dispersal),
        weights=strike.targets.weight * state.facts.aims[side],
        permitted=t.permitted,
        missile_pace=missiles,
        drone_pace=drones,
        restraint=strike.missile_restraint,
    )


def ally(state: State, row: int) -> views.AllyView:
    """Return what a donor sees."""
    t, p, name = state.theatre, state.p, state.p.allies.names[row]
    drawn = state.noise.uniform(f"package of {name}", state.day)[0]
    return views.AllyView(
        usual=bargain.usual_of(state, row),
        lag=p.allies.lag[row],
        amounts=t.bargain.amounts[row],
        mix=t.bargain.mix[row],
        kinds=t.bargain.kinds[row],
        voted=t.voted[row],
        release=donors.released(drawn, p.donors.package_wait / WEEK),
        rushed=_to_rush(state, row),
        industry=_for_industry(state, row),
        plan=_plan(state),
    )


def _to_rush(state: State, row: int) -> Array:
    """Return arms that a donor is to hurry by each lever of delivery, Gusd/day, (delivery, lane)."""
    found = np.zeros_like(state.theatre.rushed)
    for index, lever in enumerate(levers.deliveries(state.p)):
        if state.facts.donors[index] == row:
            found[index] = levers.rushed(lever, state.day, state.theatre.rushed[index], WEEK)
    return found


def _for_industry(state: State, row: int) -> Array:
    """Return money that a donor is to give to the defender's industry beyond its usual giving, Gusd/day, (lane,)."""
    return levers.money_for_industry(state.p, state.day, state.none()) * state.facts.industry_share[row]


def _plan(state: State) -> views.PlanView:
    plan, day, none = levers.common_plan(state.p), state.day, state.none()
    if plan is None:
        return views.PlanView(none, none, none, none, none + 1.0)
    by_then = day + WEEK - plan.start  # the end of the week for which the order stands
    return views.PlanView(
        extent=levers.extent(plan, day),
        haste=levers.plan(plan, "haste", day),
        voice=beliefs.discipline(state),
        ahead=plan.timing * donors.ahead(by_then, plan.window, plan.front_load),
        lag_ratio=plan.lag_ratio,
    )


def mediator(state: State, row: int) -> views.MediatorView:
    """Return what a mediator sees."""
    mediators = state.p.mediators
    return views.MediatorView(
        calls=mediators.calls[row],
        until=mediators.until[row],
        credit=mediators.credit[row],
        voice=beliefs.discipline(state),
        noise=state.noise.uniform(f"mediator {mediators.names[row]}", state.day)[0],
    )


def partner(state: State, row: int) -> views.PartnerView:
    """Return what a partner sees."""
    p, standing = state.p, state.orders.attacker
    return views.PartnerView(
        purchases=standing.purchases if standing else np.ones(state.lanes),
        resolve=beliefs.belief(state) - p.beliefs.start,
        permitted=state.theatre.permitted,
        need_response=p.partners.need_response[row],
        resolve_response=p.partners.resolve_response[row],
        escalation=p.escalation,
    )


_SEES: dict[type[Decider], Callable[[State, int], Any]] = {
    DefenderGovernment: defender,
    AttackerGovernment: attacker,
    DefenderCommand: command,
    AttackerCommand: command,
    DefenderStrikeForce: strike_force,
    AttackerStrikeForce: strike_force,
    Ally: ally,
    Mediator: mediator,
    Partner: partner,
}
