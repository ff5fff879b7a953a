"""Views: all that each kind of agent knows when it decides; of the enemy through fog, of the future nothing.

A view is complete: whoever gets one can write the order that belongs to it. `doctrine` holds the coefficients of the
agent's own rule; another policy need not look at them.
"""

from __future__ import annotations

from dataclasses import dataclass

from sim.foundation.lanes import Array
from sim.foundation.tree import Tree


@dataclass(frozen=True)
class UsualConduct:
    """What a side's conduct before the first day shows: levels of the base's world, and what they say of its wants.

    Attributes
    ----------
    burden, accepted : ndarray, shape (lane,)
        The attacker's permanent losses over his inflow, and over his inflow and confidence.
    losses, attack_losses : ndarray, shape (lane,)
        The attacker's permanent losses, and those of them that his attacks cost, person/day.
    ground : ndarray, shape (lane,)
        The attacker's gain that the rules give him, km2/day.
    worth : ndarray, shape (lane,)
        What that gain is worth to his command, in losses of the start.
    """

    burden: Array
    accepted: Array
    losses: Array
    attack_losses: Array
    ground: Array
    worth: Array


@dataclass(frozen=True)
class CommandView:
    """What a command knows of the fronts and of its own force.

    Attributes
    ----------
    own_line, start_line : ndarray, shape (front, lane)
        Own troops now and on the first day, person.
    enemy_line, enemy_start_line : ndarray, shape (front, lane)
        The enemy's, estimated, and his known order of battle of the first day, person.
    enemy_effort : ndarray, shape (front, lane)
        His attack effort.
    open, at_home : ndarray, shape (front, lane)
        1 where there is fighting, and 1 on the defender's soil.
    weight, planned_effort, effort_weight : ndarray, shape (front, lane)
        Worth of each front; effort of offensives already planned there; own relative effort now.
    own_effort : ndarray, shape (front, lane)
        Own attack effort.
    power, place, favour : ndarray, shape (front, lane)
        Local power of own attacks as it is now, with the enemy as estimated; its place in the response; what multiplies success.
    strain, usual_yield : ndarray, shape (front, lane)
        Own remembered loss rate, 1/day; ground that an attack of unit effort took a day and man at the start, km2.
    usual_effort, enemy_usual_effort, tempo : ndarray, shape (lane,)
        Mean efforts of the start; own tempo over the start's.
    reserve_share, permanent_losses, inflow, attack_share : ndarray, shape (lane,)
        Own reserve over the line; losses and inflow as the staff averages them, person/day; share of losses due to own attacks.
    vehicles, usual_vehicles, vehicle_loss, vehicle_gain : ndarray, shape (lane,)
        Own vehicles now and at the start; lost and gained as things stand, vehicle/day.
    usual : UsualConduct
        What own conduct before the first day shows.
    withdrawn : ndarray, shape (front, lane)
        Share of each front's force ordered home.
    exhaustion, scarcity_price, strain_memory : ndarray, shape (lane,)
        Loss rate at which an offensive runs at half speed, 1/day; elasticity of the worth of men and vehicles to their scarcity;
        time in which losses are forgotten, days.
    length : ndarray, shape (front, lane)
        Contact line, km.
    movement, choosing, doctrine : Tree
        How ground answers to power, how far ahead and how surely the side chooses, and how commands do.
    """

    own_line: Array
    start_line: Array
    enemy_line: Array
    enemy_start_line: Array
    enemy_effort: Array
    open: Array
    at_home: Array
    weight: Array
    planned_effort: Array
    effort_weight: Array
    own_effort: Array
    power: Array
    place: Array
    favour: Array
    strain: Array
    usual_yield: Array
    usual_effort: Array
    enemy_usual_effort: Array
    tempo: Array
    reserve_share: Array
    permanent_losses: Array
    inflow: Array
    attack_share: Array
    vehicles: Array
    usual_vehicles: Array
    vehicle_loss: Array
    vehicle_gain: Array
    usual: UsualConduct
    withdrawn: Array
    exhaustion: Array
    scarcity_price: Array
    strain_memory: Array
    length: Array
    movement: Tree
    choosing: Tree
    doctrine: Tree


@dataclass(frozen=True)
class ReformView:
    """A reform of training and deployment in force, shape (lane,) each.

    Attributes
    ----------
    extent : ndarray
        How far it is carried out, 0..1.
    lengthening, skill : ndarray
        Length of training and worth of a new man, both over today's.
    veteran_share, added_intake : ndarray
        Share of new men sent to veteran units; further intake, person/day.
    """

    extent: Array
    lengthening: Array
    skill: Array
    veteran_share: Array
    added_intake: Array


@dataclass(frozen=True)
class DefenderView:
    """What the defending government knows, shape (lane,) each.

    Attributes
    ----------
    missing_fill : ndarray
        The start's fill over today's, minus one.
    salient_left, withdrawal : ndarray, shape (front, lane)
        Share of each salient still held (1 on other fronts); share of its force that a withdrawal takes home a day.
    expected_intake, training_length : ndarray
        As things stand, person/day and days.
    release : ndarray
        Rate at which troops leave a front that is given up, 1/day.
    reform : ReformView
    infantry, support : ndarray
        Infantry among the line, and men behind it, over the start's.
    mobilisation, reassignment, new_units, usual_new_units : ndarray
        Level of mobilisation over what was expected; pace at which support is made infantry over the usual; share of new men who
        go to new formations, now and at the start.
    danger : ndarray
        The enemy's gains of late over those of the start.
    usual_production, marginal : ndarray, shape (make, lane)
        What industry makes of money, shares of value at the start; what a unit of money does by each over the start's.
    choosing, doctrine : Tree
        How far ahead and how surely the side chooses, and how this government does.
    """

    missing_fill: Array
    salient_left: Array
    withdrawal: Array
    expected_intake: Array
    training_length: Array
    release: Array
    reform: ReformView
    infantry: Array
    support: Array
    mobilisation: Array
    reassignment: Array
    new_units: Array
    usual_new_units: Array
    danger: Array
    usual_production: Array
    marginal: Array
    choosing: Tree
    doctrine: Tree


@dataclass(frozen=True)
class AttackerView:
    """What the attacking government knows, shape (lane,) each.

    Attributes
    ----------
    scarcity, shell_shortage : ndarray
        Of men (losses over inflow, over what it was at the start) and of shells (the start's stock over today's, minus one).
    months_short, pool, bonus, purchases : ndarray
        Months of shortage; willing men left, the bonus paid and what is asked of partners, over the start's.
    buffer, funded : ndarray
        Fiscal buffer over the start's; share of bonuses that there is money for.
    permitted : ndarray
        How far long-range missiles are permitted against it, 0..1.
    expected_intake : ndarray
        As things stand, person/day.
    choosing, doctrine, escalation : Tree
        How far ahead and how surely the side chooses, how this government does, and how it answers.
    """

    scarcity: Array
    shell_shortage: Array
    months_short: Array
    pool: Array
    bonus: Array
    purchases: Array
    buffer: Array
    funded: Array
    permitted: Array
    expected_intake: Array
    choosing: Tree
    doctrine: Tree
    escalation: Tree


@dataclass(frozen=True)
class StrikeView:
    """What a strike force knows.

    Attributes
    ----------
    effect, weights : ndarray, shape (target, lane)
        What a launch at each of the enemy's targets is expected to take from his power, in logarithms; share of launches at the
        start, 0 for the own side's.
    exposed, usual_exposed, pressure, own : ndarray, shape (target, lane)
        Share of each target within reach now and at the start; damage for what is exposed over the start's; 1 for the own
        side's targets.
    usual_effect : ndarray, shape (lane,)
        What a launch did at the start.
    permitted : ndarray, shape (lane,)
        How far long-range missiles may strike the attacker's territory, 0..1.
    missile_pace, drone_pace : ndarray, shape (lane,)
        Share of the stock launched a day as things stand, 1/day.
    restraint, rationality : ndarray, shape (lane,)
        Missiles launched without permission over those with it; how surely the side takes the better option.
    doctrine : Tree
        How strike forces choose.
    """

    effect: Array
    weights: Array
    exposed: Array
    usual_exposed: Array
    pressure: Array
    own: Array
    usual_effect: Array
    permitted: Array
    missile_pace: Array
    drone_pace: Array
    restraint: Array
    rationality: Array
    doctrine: Tree


@dataclass(frozen=True)
class PlanView:
    """The allies' common plan as far as it works, shape (lane,) each.

    Attributes
    ----------
    extent : ndarray
        How far what was agreed on amounts and kinds is carried out, 0..1.
    haste, voice : ndarray
        How far lags are shorter, and incoherence is removed, 0..1.
    ahead : ndarray
        Deliveries to be handed over ahead of their time by the end of the order's term, days.
    lag_ratio : ndarray
        Lags under the plan over lags without.
    """

    extent: Array
    haste: Array
    voice: Array
    ahead: Array
    lag_ratio: Array


@dataclass(frozen=True)
class AllyView:
    """What a donor knows, shape (lane,) each but for kinds.

    Attributes
    ----------
    usual, lag : ndarray
        What it gives today by itself, Gusd/month; pledge to delivery, days.
    amounts : ndarray
        What it would give under the plan, over that: its part in the equilibrium of all donors.
    mix, kinds : ndarray, shape (kind, lane)
        Shares of kinds that it gives by itself, and would give under the plan.
    voted, release : ndarray
        Money voted and not yet pledged, Gusd; the share of it that this week's package takes, 0..1.
    rushed, industry : ndarray, shape (delivery, lane), (lane,)
        Arms to hurry by each lever of delivery, and money for the defender's industry, beyond usual giving, Gusd/day.
    plan : PlanView
    """

    usual: Array
    lag: Array
    amounts: Array
    mix: Array
    kinds: Array
    voted: Array
    release: Array
    rushed: Array
    industry: Array
    plan: PlanView


@dataclass(frozen=True)
class PartnerView:
    """What a partner of the attacker knows, shape (lane,) each.

    Attributes
    ----------
    purchases : ndarray
        What is asked of it over what was expected.
    resolve : ndarray
        The attacker's belief in another year of aid less the start's.
    permitted : ndarray
        How far long-range missiles are permitted against the attacker, 0..1.
    need_response, resolve_response : ndarray
        Own elasticity to need, and change of sales when the allies look sure to stay.
    escalation : Tree
        How it answers permissions.
    """

    purchases: Array
    resolve: Array
    permitted: Array
    need_response: Array
    resolve_response: Array
    escalation: Tree


@dataclass(frozen=True)
class MediatorView:
    """What a mediator knows, shape (lane,) each.

    Attributes
    ----------
    calls, until, credit : ndarray
        Calls a month by itself; day on which the reason for them ends; incoherence that one call adds.
    voice : ndarray
        Share of incoherence that one voice of the allies removes, 0..1.
    noise : ndarray
        Uniform number of the week.
    """

    calls: Array
    until: Array
    credit: Array
    voice: Array
    noise: Array
