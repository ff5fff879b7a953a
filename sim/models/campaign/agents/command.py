"""The two commands: how hard and where to press, where reserves go, which axis may trade ground, when to counter-attack."""

from __future__ import annotations

import numpy as np

from sim.foundation.lanes import Array, add_up
from sim.models.campaign.agents.decider import Decider
from sim.models.campaign.orders import CommandOrder
from sim.models.campaign.views import CommandView, UsualConduct
from sim.rules.choosing import attended, expectation, mean_of, price, revealed, weigh
from sim.rules.combat import culmination
from sim.rules.manpower import shares
from sim.rules.recruiting import confidence
from sim.rules.response import respond


class AttackerCommand(Decider):
    """Chooses a slower tempo, the same or a faster one, and where to press: ground expected against men and armour."""

    writes = CommandOrder

    def decide(self, view: CommandView, day: int) -> CommandOrder:
        """Return effort by front, the wanted distribution of troops and the tempo."""
        doctrine = view.doctrine
        turned = view.effort_weight + doctrine.effort_adjustment * (
            _mean_one(_pull(view), view.own_line) - view.effort_weight
        )
        weight = _mean_one(turned * view.open, view.own_line)
        pace = np.minimum(view.tempo * _change_of_tempo(view), doctrine.tempo_ceiling)
        effort = view.usual_effort * pace * weight
        wanted = view.start_line * view.open * (0.5 + 0.5 * weight)
        return CommandOrder(effort, shares(wanted), shares(wanted * view.at_home), np.zeros_like(effort), pace)


def revealed_by(view: CommandView) -> UsualConduct:
    """Return what the attacker's conduct shows if his tempo of today is the one that he prefers.

    The worth of ground is the one at which he presses neither harder nor less (see `sim.rules.choosing.revealed`).
    """
    now = np.ones_like(view.tempo)
    losses = np.maximum(view.permanent_losses, 1.0)
    accepted = losses / np.maximum(view.inflow * _confidence(view), 1.0)
    ground = np.maximum(_promised(view, now), 1e-9)
    burden = losses / np.maximum(view.inflow, 1.0)
    attacks = np.maximum(losses * view.attack_share, 1e-9)
    unpriced = UsualConduct(burden, accepted, losses, attacks, ground, now)
    tempos = _tempos(view)
    worth = revealed(_ground(view, unpriced, tempos), _cost(view, unpriced, tempos))
    return UsualConduct(burden, accepted, losses, attacks, ground, worth)


def _tempos(view: CommandView) -> Array:
    """Return the options: slower, as it is, faster; over today's tempo, (option, lane)."""
    step = view.doctrine.tempo_step
    return np.exp(np.stack([-step, np.zeros_like(step), step]))


def _change_of_tempo(view: CommandView) -> Array:
    """Return next week's tempo over this week's, (lane,): the mean over the options, each as likely as its worth has it."""
    tempos, worth = _tempos(view), view.doctrine.ground_worth * view.usual.worth
    values = worth * _ground(view, view.usual, tempos) - _cost(view, view.usual, tempos)
    return np.exp(mean_of(np.log(tempos), weigh(values, view.choosing.attacker)))


def _ground(view: CommandView, usual: UsualConduct, tempos: Array) -> Array:
    """Return the ground expected at each tempo over the usual gain, (option, lane).

    One forecast has it that ground costs in men what it usually did, the other what the rules promise at the front as it is
    seen today; `prospect` is the trust in the second.
    """
    at_the_usual_price = view.permanent_losses * view.attack_share * tempos / usual.attack_losses
    promised = np.stack([_promised(view, tempo) / usual.ground for tempo in tempos])
    return expectation(at_the_usual_price, promised, view.doctrine.prospect)


def _promised(view: CommandView, tempo: Array) -> Array:
    """Return the ground a day, km2, that the rules promise over the time looked ahead at a tempo over today's, (lane,)."""
    p = view.movement
    ahead = -np.expm1(
        -0.5 * view.choosing.horizon / view.strain_memory
    )  # of the way to what the tempo costs, half-way there
    worn = view.strain * (1.0 + view.attack_share * (tempo - 1.0) * ahead)
    tired = culmination(worn, view.exhaustion) / culmination(view.strain, view.exhaustion)
    index = view.power + p.effort_elasticity * np.log(tempo) + np.log(tired)
    form = (p.steepness, p.spread, p.top_speed)
    speed = respond(p.response, index, view.place, view.own_effort * tempo, view.favour, *form)
    return add_up(speed * view.length * view.open)


def _cost(view: CommandView, usual: UsualConduct, tempos: Array) -> Array:
    """Return what each tempo costs in men and armour, in losses of the start, (option, lane).

    The price of a man rises with losses over what the inflow bears, that of a vehicle as the stock looked forward to shrinks.
    """
    losses = view.permanent_losses * (1.0 + view.attack_share * (tempos - 1.0))
    borne = np.maximum(usual.accepted * view.inflow * _confidence(view), 1e-3 * usual.losses)
    men = losses / usual.losses * price(losses / borne, view.scarcity_price) / (1.0 + view.scarcity_price)
    left = view.vehicles + view.choosing.horizon * (view.vehicle_gain - view.vehicle_loss * tempos)
    scarce = view.usual_vehicles / np.maximum(left, np.maximum(1e-3 * view.usual_vehicles, 1.0))
    armour = view.vehicle_loss * tempos * price(scarce, view.scarcity_price)
    return men + view.doctrine.vehicle_worth * armour / usual.losses


class DefenderCommand(Decider):
    """Sends reserves after the threat; chooses on each front whether to hold, to trade ground for men, and to strike back."""

    writes = CommandOrder

    def decide(self, view: CommandView, day: int) -> CommandOrder:
        """Return effort (counter-attacks), the wanted distribution of troops and where ground is ceded."""
        doctrine = view.doctrine
        threat = view.enemy_line / view.enemy_start_line * _relative_effort(view)
        held = 1.0 - view.withdrawn * (1.0 - view.at_home)
        wanted = view.start_line * view.open * held * view.weight
        wanted = wanted * np.exp(doctrine.threat_focus * np.log(np.maximum(threat, 1e-6)))
        effort = (view.usual_effort + doctrine.counter_effort * _struck_back(view) + view.planned_effort) * view.open
        ceding = doctrine.cede_share * _traded(view) * view.at_home
        return CommandOrder(effort, shares(wanted), shares(wanted * view.at_home), ceding, view.tempo)


def _struck_back(view: CommandView) -> Array:
    """Return how far the defender strikes back on each front, 0..1: not at all, by half, wholly; (front, lane).

    It pays where a man buys so many times the ground that he bought at the start, and a reserve stands ready to follow up.
    There is one reserve: what it cannot follow on all fronts together is done by less on each.
    """
    bought = yield_of_attack(view) / np.maximum(view.usual_yield, 1e-12)
    followed = view.reserve_share / np.maximum(view.doctrine.counter_reserve, 1e-6)
    wanted = _how_far(bought * np.minimum(followed, 1.0) / view.doctrine.counter_margin - 1.0, view.choosing.defender)
    wanted = wanted * view.open
    return wanted * np.minimum(followed / np.maximum(add_up(wanted), 1e-9), 1.0)


def _traded(view: CommandView) -> Array:
    """Return how far ground is traded for men on each front, 0..1: not at all, by half, wholly; (front, lane).

    Men are dearer where the line has grown thin; ground is given once they are worth so much more than usual.
    """
    thinned = view.start_line / np.maximum(view.own_line, 1.0)
    return _how_far(price(thinned, view.scarcity_price) / view.doctrine.cede_price - 1.0, view.choosing.defender)


def _how_far(gain: Array, rationality: Array) -> Array:
    """Return the mean of doing a thing not at all, by half and wholly, where the whole is worth `gain`, (front, lane)."""
    shape = np.zeros_like(gain)
    extents = np.stack([shape, shape + 0.5, shape + 1.0])
    return mean_of(extents, weigh(extents * gain, rationality))


def yield_of_attack(view: CommandView) -> Array:
    """Return the ground that an attack of unit effort takes a day and man on each front by the rules, km2, (front, lane)."""
    return _speed(view, np.ones_like(view.power)) * view.length / np.maximum(view.own_line, 1.0)


def _confidence(view: CommandView) -> Array:
    """Return how freely men are spent, (lane,): more as the army grows, less while the enemy attacks in strength."""
    doctrine = view.doctrine
    growth = np.maximum(add_up(view.own_line), 1.0) / np.maximum(add_up(view.start_line), 1.0)
    attacked = add_up(view.enemy_effort * view.own_line) / np.maximum(add_up(view.own_line), 1.0)
    pressure = np.maximum(attacked - view.enemy_usual_effort, 0.0)
    return confidence(growth, pressure, doctrine.boldness, doctrine.caution)


def _pull(view: CommandView) -> Array:
    """Return the attraction of each front, (front, lane): its worth, and the ground a man gains there at even effort."""
    even = np.broadcast_to(view.usual_effort * view.tempo, view.power.shape)
    gained = _speed(view, even) * view.length / np.maximum(view.own_line, 1.0)
    return attended(view.weight * view.open, gained, view.doctrine.focus)


def _speed(view: CommandView, effort: Array) -> Array:
    """Return the speed of own attacks at an effort by the rules, km/day, (front, lane)."""
    p = view.movement
    more = np.log(np.maximum(effort, 1e-12)) - np.log(np.maximum(view.own_effort, 1e-12))
    form = (p.steepness, p.spread, p.top_speed)
    return respond(p.response, view.power + p.effort_elasticity * more, view.place, effort, view.favour, *form)


def _mean_one(weight: Array, force: Array) -> Array:
    """Return weights scaled so that their mean over the force is one, (front, lane)."""
    total = add_up(weight * force)
    return weight * add_up(force) / np.maximum(total, 1e-9)


def _relative_effort(view: CommandView) -> Array:
    """Return the enemy's effort on each front over its mean, plus one half: quiet fronts are watched too."""
    mean = add_up(view.enemy_effort * view.enemy_line) / np.maximum(add_up(view.enemy_line), 1.0)
    return 0.5 + 0.5 * view.enemy_effort / np.maximum(mean, 1e-9)
