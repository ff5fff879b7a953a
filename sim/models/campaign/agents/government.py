"""The two governments: people, money, stance, and how far to go."""

from __future__ import annotations

import numpy as np

from sim.foundation.lanes import Array
from sim.models.campaign.agents.decider import Decider
from sim.models.campaign.calendar import FOUR_WEEKS, MONTH
from sim.models.campaign.orders import AttackerOrder, DefenderOrder
from sim.models.campaign.views import AttackerView, DefenderView
from sim.rules.choosing import attended, mean_of, price, revealed, weigh
from sim.rules.manpower import incoming_quality
from sim.rules.politics import signed
from sim.rules.recruiting import recruits


class DefenderGovernment(Decider):
    """Chooses how many men to call up and to move to the infantry, whether to raise new units, and what industry makes."""

    writes = DefenderOrder

    def decide(self, view: DefenderView, day: int) -> DefenderOrder:
        """Return intake, training, the quality of arrivals, the pace of leaving salients, production and stance."""
        doctrine, better, reform = view.doctrine, view.reform, view.reform.extent
        level = np.minimum(view.mobilisation * _change_of_intake(view), doctrine.intake_ceiling)
        drive_runs = day < doctrine.drive_length
        intake = view.expected_intake * level + np.where(drive_runs, doctrine.drive, 0.0) + reform * better.added_intake
        raised = np.minimum(view.new_units * _change_of_new_units(view), 1.0)
        new_units = raised + reform * (np.minimum(1.0 - better.veteran_share, raised) - raised)
        quality = incoming_quality(
            doctrine.new_unit_quality, new_units, view.usual_new_units, 1.0 + reform * (better.skill - 1.0)
        )
        not_worth_holding = view.salient_left < doctrine.quit_share
        return DefenderOrder(
            intake=intake,
            mobilisation=level,
            reassignment=view.reassignment * _change_of_reassignment(view),
            new_units=raised,
            training_length=view.training_length * (1.0 + reform * (better.lengthening - 1.0)),
            arrival_quality=quality,
            leave=np.maximum(view.withdrawal, np.where(not_worth_holding, view.release, 0.0)),
            production=attended(view.usual_production, view.marginal, doctrine.production_focus),
            accepts=doctrine.stance,
        )


def _worth_of_a_man(view: DefenderView) -> Array:
    """Return the worth of a man to the defender over the start's, (lane,): more as units thin out, and as ground is lost."""
    doctrine = view.doctrine
    thinned = (1.0 + view.missing_fill) / np.maximum(view.infantry, 1e-3)
    return price(thinned, doctrine.scarcity_price) * price(view.danger, doctrine.danger_response)


def _change_of_intake(view: DefenderView) -> Array:
    """Return the level of mobilisation over the last, (lane,): men against a political cost that grows with the level."""
    doctrine, levels = view.doctrine, _options(view.doctrine.mobilisation_step)
    # men whom a reform brings are called up like the others, and weigh on what the rest may still be asked
    called = view.mobilisation * levels + view.reform.extent * view.reform.added_intake / np.maximum(
        view.expected_intake, 1e-9
    )
    cost = price(called, 1.0 + doctrine.political_cost) / (1.0 + doctrine.political_cost)
    usual = price(levels, 1.0 + doctrine.political_cost) / (1.0 + doctrine.political_cost)
    men = view.mobilisation * levels * _worth_of_a_man(view) * revealed(levels, usual)
    return _taken(levels, men - cost, view.choosing.defender)


def _change_of_reassignment(view: DefenderView) -> Array:
    """Return the pace at which support is made infantry over the last, (lane,): men in the trenches against hands behind them."""
    doctrine, levels = view.doctrine, _options(view.doctrine.reassignment_step)
    trenches = price(1.0 / np.maximum(view.infantry, 1e-3), doctrine.scarcity_price)
    trenches = trenches * price(view.danger, doctrine.danger_response)
    behind = price(1.0 / np.maximum(view.support, 1e-3), doctrine.scarcity_price)
    gained = np.log(levels) * trenches * revealed(np.log(levels), levels)
    return _taken(levels, gained - levels * view.reassignment * behind, view.choosing.defender)


def _change_of_new_units(view: DefenderView) -> Array:
    """Return the share of men who go to new units over the last, (lane,).

    New units fight worse than the same men in veteran ones, which is felt more the dearer men are; they have an appeal of
    their own, which falls with their number and is read from how many there were.
    """
    levels = _options(view.doctrine.mobilisation_step)
    share = view.new_units / np.maximum(view.usual_new_units, 1e-6)
    appeal = np.log(levels) * revealed(np.log(levels), levels)
    return _taken(levels, appeal - levels * share * _worth_of_a_man(view), view.choosing.defender)


class AttackerGovernment(Decider):
    """Chooses the bonus, what to buy of partners, and whether to call up, by whole or half; answers permissions."""

    period = FOUR_WEEKS
    writes = AttackerOrder

    def decide(self, view: AttackerView, day: int) -> AttackerOrder:
        """Return intake, bonus, purchases from partners, the tempo of deep strikes and whether to mobilise."""
        doctrine = view.doctrine
        course = np.exp(doctrine.bonus_trend * FOUR_WEEKS / MONTH) * _change_of_bonus(view)
        bonus = np.minimum(view.bonus * course, np.maximum(doctrine.bonus_ceiling, view.bonus))
        called, size = _call_up(view)
        growth = view.escalation.regardless * (day / MONTH)
        answer = -signed(view.escalation.pressure, -view.escalation.answer)
        return AttackerOrder(
            intake=recruits(view.expected_intake, bonus * view.funded, doctrine.bonus_elasticity, view.pool),
            bonus=bonus,
            purchases=np.minimum(view.purchases * _change_of_purchases(view), doctrine.purchase_ceiling),
            strike_tempo=np.maximum(1.0 + growth + answer * view.permitted, 0.0),
            mobilised=doctrine.mobilisation_hazard * called,
            called=size,
        )


def _worth_of_a_recruit(view: AttackerView) -> Array:
    """Return the worth of a man to the attacker over the start's, (lane,): more as losses outrun the inflow."""
    return price(view.scarcity, view.doctrine.scarcity_price)


def _worth_of_money(view: AttackerView) -> Array:
    """Return the worth of money to the attacker over the start's, (lane,): more as the fiscal buffer is spent."""
    return price(1.0 / np.maximum(view.buffer, 1e-3), view.doctrine.money_price)


def _change_of_bonus(view: AttackerView) -> Array:
    """Return the bonus over its usual course, (lane,): recruits that it brings against what all of them are then paid.

    The worth of a recruit in money is the one at which the usual course was kept at the start. What is gained is counted
    for each recruit that a bonus twice as high brings, so that a bonus without effect stays.
    """
    doctrine, levels = view.doctrine, _options(view.doctrine.bonus_step)
    brought = price(levels, doctrine.bonus_elasticity)
    paid = levels * brought
    men = brought * _worth_of_a_recruit(view)
    money = paid * view.bonus * _worth_of_money(view) * revealed(paid, brought)
    return _taken(levels, (men - money) / np.maximum(doctrine.bonus_elasticity, 1e-3), view.choosing.attacker)


def _call_up(view: AttackerView) -> tuple[Array, Array]:
    """Return the chance that a call-up is chosen, and how much of it if so, (lane,) each: none, half, the whole.

    Each man called is worth what men are worth, the more so the longer volunteers have been missing; the political cost is
    that at which a shortage as long as `mobilisation_patience` makes it as good as not.
    """
    none = np.zeros_like(view.bonus)
    sizes = np.stack([none, none + 0.5, none + 1.0])
    gain = _worth_of_a_recruit(view) * view.months_short / view.doctrine.mobilisation_patience - 1.0
    chances = weigh(sizes * gain, view.choosing.attacker)
    called = chances[1] + chances[2]
    return called, mean_of(sizes, chances) / np.maximum(called, 1e-12)


def _change_of_purchases(view: AttackerView) -> Array:
    """Return what is asked of partners over the last, (lane,): shells and the rest as they run short, against money."""
    levels = _options(view.doctrine.bonus_step)
    need = price(1.0 + view.shell_shortage, view.doctrine.shell_need)
    goods = np.log(levels) * need * revealed(np.log(levels), levels)
    return _taken(levels, goods - view.purchases * levels * _worth_of_money(view), view.choosing.attacker)


def _options(step: Array) -> Array:
    """Return less, as much, more: factors, (option, lane)."""
    return np.exp(np.stack([-step, np.zeros_like(step), step]))


def _taken(levels: Array, values: Array, rationality: Array) -> Array:
    """Return the geometric mean of the levels, (lane,), each as likely as its value has it."""
    return np.exp(mean_of(np.log(levels), weigh(values, rationality)))
