"""The two commands: where effort and reserves go, which axis may trade ground, when to counter-attack."""

from __future__ import annotations

import numpy as np

from sim.foundation.lanes import Array, add_up
from sim.models.campaign.agents.decider import Decider
from sim.models.campaign.orders import CommandOrder
from sim.models.campaign.views import CommandView
from sim.rules.manpower import shares
from sim.rules.recruiting import confidence, tempo


class AttackerCommand(Decider):
    """Rule: press where the line looks open and the ground matters, as hard as the inflow of men sustains."""

    writes = CommandOrder

    def decide(self, view: CommandView, day: int) -> CommandOrder:
        """Return effort by front, the wanted distribution of troops and the tempo."""
        doctrine = view.doctrine
        turned = view.effort_weight + doctrine.effort_adjustment * (
            _mean_one(_pull(view), view.own_line) - view.effort_weight
        )
        weight = _mean_one(turned * view.open, view.own_line)
        pace = tempo(
            view.tempo,
            doctrine.sustain * view.accepted * view.inflow * _confidence(view),
            view.permanent_losses,
            doctrine.tempo_adjustment,
            doctrine.tempo_ceiling,
        )
        effort = view.usual_effort * pace * weight
        wanted = view.start_line * view.open * (0.5 + 0.5 * weight)
        return CommandOrder(effort, shares(wanted), shares(wanted * view.at_home), np.zeros_like(effort), pace)


class DefenderCommand(Decider):
    """Rule: reserves follow the threat; trade ground where the line is thin; strike back where the enemy is spent."""

    writes = CommandOrder

    def decide(self, view: CommandView, day: int) -> CommandOrder:
        """Return effort (counter-attacks), the wanted distribution of troops and where ground is ceded."""
        doctrine = view.doctrine
        threat = view.enemy_line / view.enemy_start_line * _relative_effort(view)
        held = 1.0 - view.withdrawn * (1.0 - view.at_home)
        wanted = view.start_line * view.open * held * view.weight
        wanted = wanted * np.exp(doctrine.threat_focus * np.log(np.maximum(threat, 1e-6)))
        enemy_spent = view.enemy_strain > doctrine.counter_strain * view.exhaustion
        reserves_ready = view.reserve_share > doctrine.counter_reserve
        strike_back = enemy_spent & reserves_ready
        base = view.usual_effort
        effort = (np.where(strike_back, base + doctrine.counter_effort, base) + view.planned_effort) * view.open
        thin = view.own_gap > doctrine.cede_gap
        own_soil = view.at_home > 0.5
        ceding = np.where(thin & own_soil, doctrine.cede_share, 0.0)
        return CommandOrder(effort, shares(wanted), shares(wanted * view.at_home), ceding, view.tempo)


def _confidence(view: CommandView) -> Array:
    """Return how freely men are spent, (lane,): more as the army grows, less while the enemy attacks in strength."""
    doctrine = view.doctrine
    growth = np.maximum(add_up(view.own_line), 1.0) / np.maximum(add_up(view.start_line), 1.0)
    attacked = add_up(view.enemy_effort * view.own_line) / np.maximum(add_up(view.own_line), 1.0)
    pressure = np.maximum(attacked - view.enemy_usual_effort, 0.0)
    return confidence(growth, pressure, doctrine.boldness, doctrine.caution)


def _pull(view: CommandView) -> Array:
    """Return the attraction of each front, (front, lane): worth times what speed it seems to promise, to a power."""
    promise = view.enemy_gap / view.enemy_defence
    mean = add_up(promise * view.own_line) / np.maximum(add_up(view.own_line), 1.0)
    eager = np.exp(view.doctrine.focus * np.log(np.maximum(promise, 1e-9) / np.maximum(mean, 1e-9)))
    return view.weight * eager * view.open


def _mean_one(weight: Array, force: Array) -> Array:
    """Return weights scaled so that their mean over the force is one, (front, lane)."""
    total = add_up(weight * force)
    return weight * add_up(force) / np.maximum(total, 1e-9)


def _relative_effort(view: CommandView) -> Array:
    """Return the enemy's effort on each front over its mean, plus one half: quiet fronts are watched too."""
    mean = add_up(view.enemy_effort * view.enemy_line) / np.maximum(add_up(view.enemy_line), 1.0)
    return 0.5 + 0.5 * view.enemy_effort / np.maximum(mean, 1e-9)
