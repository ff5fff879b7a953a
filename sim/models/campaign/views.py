"""Views: all that each kind of agent knows when it decides; of the enemy through fog, of the future nothing.

A view is complete: whoever gets one can write the order that belongs to it. `doctrine` holds the coefficients of the
agent's own rule; another policy need not look at them.
"""

from __future__ import annotations

from dataclasses import dataclass

from sim.foundation.lanes import Array
from sim.foundation.tree import Tree


@dataclass(frozen=True)
class CommandView:
    """What a command knows of the fronts and of its own force.

    Attributes
    ----------
    own_line, start_line : ndarray, shape (front, lane)
        Own troops now and on the first day, person.
    enemy_line, enemy_start_line : ndarray, shape (front, lane)
        The enemy's, estimated, and his known order of battle of the first day, person.
    enemy_effort, enemy_strain, enemy_defence : ndarray, shape (front, lane)
        His attack effort and loss rate (1/day), and what divides the speed of attacks on him.
    enemy_gap, own_gap : ndarray, shape (front, lane)
        How open each line is, 0..1, his as estimated; the own counts obstacles in: behind a river a thin line is no gap.
    open, at_home : ndarray, shape (front, lane)
        1 where there is fighting, and 1 on the defender's soil.
    weight, planned_effort, effort_weight : ndarray, shape (front, lane)
        Worth of each front; effort of offensives already planned there; own relative effort now.
    usual_effort, enemy_usual_effort, tempo : ndarray, shape (lane,)
        Mean efforts of the start; own tempo over the start's.
    reserve_share, permanent_losses, inflow, accepted : ndarray, shape (lane,)
        Own reserve over the line; losses and inflow as the staff averages them, person/day; the attacker's losses over his
        inflow and confidence as he was seen to accept them before the first day.
    withdrawn : ndarray, shape (front, lane)
        Share of each front's force ordered home.
    exhaustion : ndarray, shape (lane,)
        Loss rate at which an offensive runs at half speed, 1/day.
    doctrine : Tree
        How commands choose.
    """

    own_line: Array
    start_line: Array
    enemy_line: Array
    enemy_start_line: Array
    enemy_effort: Array
    enemy_strain: Array
    enemy_defence: Array
    enemy_gap: Array
    own_gap: Array
    open: Array
    at_home: Array
    weight: Array
    planned_effort: Array
    effort_weight: Array
    usual_effort: Array
    enemy_usual_effort: Array
    tempo: Array
    reserve_share: Array
    permanent_losses: Array
    inflow: Array
    accepted: Array
    withdrawn: Array
    exhaustion: Array
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
    usual_new_units : ndarray
        Share of new men who went to new formations at the start.
    doctrine : Tree
        How it chooses.
    """

    missing_fill: Array
    salient_left: Array
    withdrawal: Array
    expected_intake: Array
    training_length: Array
    release: Array
    reform: ReformView
    usual_new_units: Array
    doctrine: Tree


@dataclass(frozen=True)
class AttackerView:
    """What the attacking government knows, shape (lane,) each.

    Attributes
    ----------
    shortage, shell_shortage : ndarray
        Of men (losses over inflow, or the expected intake over its own, minus one) and of shells (the start's stock over
        today's, minus one).
    months_short, pool, bonus : ndarray
        Months of shortage; willing men left and the bonus paid, both over the start's.
    funded : ndarray
        Share of bonuses that there is money for.
    permitted : ndarray
        How far long-range missiles are permitted against it, 0..1.
    expected_intake : ndarray
        As things stand, person/day.
    doctrine, escalation : Tree
        How it chooses, and how it answers.
    """

    shortage: Array
    shell_shortage: Array
    months_short: Array
    pool: Array
    bonus: Array
    funded: Array
    permitted: Array
    expected_intake: Array
    doctrine: Tree
    escalation: Tree


@dataclass(frozen=True)
class StrikeView:
    """What a strike force knows.

    Attributes
    ----------
    worth, weights : ndarray, shape (target, lane)
        What is left to hit, 0..1; share of launches against each own target at the start, 0 for the enemy's.
    permitted : ndarray, shape (lane,)
        How far long-range missiles may strike the attacker's territory, 0..1.
    missile_pace, drone_pace : ndarray, shape (lane,)
        Share of the stock launched a day as things stand, 1/day.
    restraint : ndarray, shape (lane,)
        Missiles launched without permission over those with it.
    """

    worth: Array
    weights: Array
    permitted: Array
    missile_pace: Array
    drone_pace: Array
    restraint: Array


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
