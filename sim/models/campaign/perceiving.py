"""Perceive: the view of each kind of agent, yesterday's world through its own fog."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from sim.foundation.lanes import Array, add_up
from sim.foundation.roles import ATTACKER, DEFENDER
from sim.models.campaign import bargain, beliefs, levers, scarcity, targets, views
from sim.models.campaign.agents.allies import Ally, Mediator
from sim.models.campaign.agents.command import AttackerCommand, DefenderCommand, revealed_by, yield_of_attack
from sim.models.campaign.agents.decider import Decider
from sim.models.campaign.agents.government import AttackerGovernment, DefenderGovernment
from sim.models.campaign.agents.partners import Partner
from sim.models.campaign.agents.strike_force import AttackerStrikeForce, DefenderStrikeForce
from sim.models.campaign.calendar import WEEK
from sim.models.campaign.phases import fighting
from sim.models.campaign.state import State
from sim.rules import donors
from sim.rules.choosing import attended
from sim.rules.perception import fogged
from sim.rules.supply import relative


def view_for(state: State, agent: Decider) -> Any:
    """Return what `agent` sees this morning."""
    return _SEES[type(agent)](state, agent.row)


def command(state: State, side: int) -> views.CommandView:
    """Return what a side's command sees."""
    error = state.noise.normal(f"fog of {state.facts.names[side]}", state.day, len(state.p.fronts.names))
    return _command(state, side, fogged(state.line(1 - side), error, state.side_p[side].fog))


def usual_conduct(state: State) -> views.UsualConduct:
    """Return what the attacker's conduct as it is now shows of what he wants, his enemy seen as he is."""
    return revealed_by(_command(state, ATTACKER, state.line(DEFENDER)))


def usual_yield(state: State) -> Array:
    """Return the ground that an attack of the defender takes a day and man as things are, (front, lane)."""
    return yield_of_attack(_command(state, DEFENDER, state.line(ATTACKER)))


def _command(state: State, side: int, enemy: Array) -> views.CommandView:
    """Return what a side's command sees where it takes the enemy's line for `enemy`, person, (front, lane)."""
    t, p, own_p, foe_p = state.theatre, state.p, state.side_p[side], state.side_p[1 - side]
    own, foe, line = t.sides[side], t.sides[1 - side], state.line(side)
    planned = p.fronts.planned_effort.at(state.day) if side == DEFENDER else np.zeros_like(line)
    return views.CommandView(
        own_line=line,
        start_line=own.start_line,
        enemy_line=enemy,
        enemy_start_line=foe.start_line,
        enemy_effort=foe.effort,
        open=t.open,
        at_home=state.facts.inside,
        weight=p.fronts.defender_weight if side == DEFENDER else p.fronts.attacker_weight,
        planned_effort=planned,
        effort_weight=own.effort_weight,
        own_effort=own.effort,
        power=_power(state, side, enemy),
        place=state.reference.place if side == ATTACKER else np.broadcast_to(state.reference.mean_place, line.shape),
        favour=fighting.favour(state, side),
        strain=own.strain,
        usual_yield=state.reference.usual_yield,
        usual_effort=own_p.effort,
        enemy_usual_effort=foe_p.effort,
        tempo=own.tempo,
        reserve_share=state.reserve(side) / np.maximum(add_up(line), 1.0),
        permanent_losses=own.permanent,
        inflow=own.inflow,
        attack_share=_attack_share(state, side),
        **_vehicles(state, side),
        usual=state.reference.usual,
        withdrawn=t.withdrawn,
        exhaustion=p.combat.strain,
        scarcity_price=p.attacker.scarcity_price if side == ATTACKER else p.defender.scarcity_price,
        strain_memory=p.combat.strain_memory,
        length=p.fronts.length,
        movement=p.movement,
        choosing=p.choosing,
        doctrine=p.command,
    )


def _power(state: State, side: int, enemy: Array) -> Array:
    """Return the local power of a side's attacks as its command takes it to be, with `enemy` before it, (front, lane)."""
    p = state.p.movement
    missed = np.log(np.maximum(state.line(1 - side), 1.0)) - np.log(np.maximum(enemy, 1.0))
    return fighting.power_index(state, side) + (p.ratio_elasticity + p.density_elasticity) * missed


def _attack_share(state: State, side: int) -> Array:
    """Return the share of a side's losses that its own attacks cost, by the rates of the rules, (lane,)."""
    own, force, foe = state.side_p[side], state.theatre.sides[side], state.theatre.sides[1 - side]
    line = state.line(side)
    attacking = add_up(own.attack_loss * force.effort * line)
    other = add_up((own.defence_loss * foe.effort + own.quiet_loss) * line)
    return attacking / np.maximum(attacking + other, 1e-9)


def _vehicles(state: State, side: int) -> dict[str, Array]:
    """Return a side's vehicles now and at the start, and what it loses and gains of them a day as things stand, (lane,) each."""
    own = state.side_p[side]
    made = own.vehicle_output.at(state.day)
    bought = add_up(state.p.partners.vehicles.at(state.day)) if side == ATTACKER else state.none()
    return {
        "vehicles": state.stock(side, "vehicle"),
        "usual_vehicles": state.side_known[side].vehicles,
        "vehicle_loss": own.vehicle_loss * state.theatre.sides[side].tempo,
        "vehicle_gain": made + bought,
    }


def defender(state: State, row: int = 0) -> views.DefenderView:
    """Return what the defending government sees."""
    p, own, fronts, t = state.p, state.side_p[DEFENDER], state.p.fronts, state.theatre
    salient, standing = state.facts.inside < 0.5, state.orders.defender
    left = (fronts.held - t.shift * fronts.length) / np.maximum(fronts.held, 1e-9)
    usual_units, nothing = state.known.defender.new_unit_share, state.none()
    return views.DefenderView(
        missing_fill=own.fill / np.maximum(state.fill(DEFENDER), 1e-6) - 1.0,
        salient_left=np.where(salient, left, 1.0),
        withdrawal=levers.withdrawn(p, state.day, np.zeros_like(left)),
        expected_intake=own.intake.at(state.day),
        training_length=own.training_length,
        release=p.command.salient_release,
        reform=_reform(state),
        infantry=state.infantry(DEFENDER),
        support=state.support(DEFENDER) / np.maximum(state.reference.support[DEFENDER], 1.0),
        mobilisation=standing.mobilisation if standing else nothing + 1.0,
        reassignment=standing.reassignment if standing else nothing + 1.0,
        new_units=standing.new_units if standing else p.defender.new_unit_share,
        usual_new_units=usual_units,
        danger=_gains_of_late(state),
        usual_production=state.facts.money_shares,
        marginal=_marginal_products(state),
        choosing=p.choosing,
        doctrine=p.defender,
    )


def _gains_of_late(state: State) -> Array:
    """Return the attacker's gains as remembered over those of the start, both with what counts as a success, (lane,)."""
    success = state.p.settling.gain_reference
    begun = np.maximum(state.reference.gain, 0.0) + success
    return (np.maximum(state.theatre.gain_memory, 0.0) + success) / begun


def _marginal_products(state: State) -> Array:
    """Return what a unit of money does for the defender by each thing that its industry makes, over the start's, (make, lane).

    Shells and drones: the slope of the fire index, which falls as their use grows. What strikes far behind the line: the
    effect expected of a launch.
    """
    force, start, p = state.theatre.sides[DEFENDER], state.reference.use[DEFENDER], state.p.combat
    steepness = {"shell": p.shell_elasticity, "drone": p.drone_elasticity}
    launch = effect_of_launches(state, DEFENDER) / np.maximum(state.reference.launch[DEFENDER], 1e-12)
    found = []
    for name in state.p.donors.money_use:
        if name in steepness:
            used = relative(force.use[name] if state.day else start[name], start[name])
            found.append(np.exp((steepness[name] - 1.0) * np.log(np.maximum(used, 1e-3))))
        else:
            found.append(launch)
    return np.stack(found)


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
    t, own, standing, whole = state.theatre, state.side_p[ATTACKER], state.orders.attacker, np.ones(state.lanes)
    known = state.side_known[ATTACKER]
    staff, stock = t.sides[ATTACKER], state.stock(ATTACKER, "shell")
    borne = np.maximum(state.reference.usual.burden * staff.inflow, 1e-3 * state.reference.usual.losses)
    return views.AttackerView(
        scarcity=staff.permanent / borne,
        # a side that began without shells has no level to miss
        shell_shortage=np.where(
            known.shells > 0.0, relative(known.shells, np.maximum(stock, 0.1 * known.shells)) - 1.0, 0.0
        ),
        months_short=t.months_short,
        pool=t.pool,
        bonus=t.bonus,
        purchases=standing.purchases if standing else whole,
        buffer=t.buffer / state.known.attacker.buffer,
        funded=scarcity.funded(state),
        permitted=t.permitted,
        expected_intake=own.intake.at(state.day),
        choosing=state.p.choosing,
        doctrine=state.p.attacker,
        escalation=state.p.escalation,
    )


def effect_of_launches(state: State, side: int) -> Array:
    """Return what a launch of a side does on the mean of the targets that it would aim at, in the enemy's power, (lane,)."""
    strike, found = state.p.strike, targets.effects(state, side)
    return add_up(attended(strike.targets.weight * state.facts.aims[side], found, strike.targeting) * found)


def strike_force(state: State, side: int) -> views.StrikeView:
    """Return what a side's strike force sees."""
    t, strike = state.theatre, state.p.strike
    missiles, drones = (
        (strike.missile_pace, strike.drone_pace)
        if side == DEFENDER
        else (strike.attacker_missile_pace, strike.attacker_drone_pace)
    )
    start, known = state.known.strike.targets, 1.0 - state.known.strike.targets.dispersal_start
    exposed = 1.0 - t.dispersal
    return views.StrikeView(
        effect=targets.effects(state, side),
        weights=strike.targets.weight * state.facts.aims[side],
        usual_effect=state.reference.launch[side],
        exposed=exposed,
        usual_exposed=known,
        pressure=relative(t.damage, exposed) / np.maximum(relative(start.damage, known), 1e-6),
        own=1.0 - state.facts.aims[side],
        permitted=t.permitted,
        missile_pace=missiles,
        drone_pace=drones,
        restraint=strike.missile_restraint,
        rationality=state.p.choosing.defender if side == DEFENDER else state.p.choosing.attacker,
        doctrine=strike,
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
    # the end of the week for which the order stands; an order of the week before the plan begins knows nothing of it
    by_then = np.where(day >= plan.start, day + WEEK - plan.start, 0.0)
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
