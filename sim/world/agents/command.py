"""The two commands: where effort and reserves go, which axis may trade ground, when to counter-attack."""

from __future__ import annotations

import numpy as np

from sim.foundation.lanes import Array, add_up
from sim.foundation.tree import Tree
from sim.rules.manpower import shares
from sim.rules.recruiting import tempo
from sim.world.agents.decider import Decider
from sim.world.orders import CommandOrder
from sim.world.theatre import RUSSIA, UKRAINE
from sim.world.views import CommandView


class RussianCommand(Decider):
    """Rule: press where the line looks open and the ground matters, as hard as the inflow of men sustains."""

    side = RUSSIA

    def decide(self, view: CommandView, day: int) -> CommandOrder:
        """Return effort by front, the wanted distribution of troops and the tempo."""
        p: Tree = self.model.p
        state = self.model.theatre.sides[self.side]
        pull = self._pull(view, p)
        turned = state.effort_weight + p.command.effort_adjustment * (
            _mean_one(pull, view.own_line) - state.effort_weight
        )
        weight = _mean_one(turned * view.open, view.own_line)
        pace = tempo(
            state.tempo,
            p.command.sustain * view.inflow * self._confidence(view, p),
            view.permanent_losses,
            p.command.tempo_adjustment,
            p.command.tempo_floor,
            p.command.tempo_ceiling,
        )
        effort = self.model.side_p[self.side].effort * pace * weight
        wanted = state.start_line * view.open * (0.5 + 0.5 * weight)
        return CommandOrder(effort, shares(wanted), shares(wanted * _at_home(p)), np.zeros_like(effort), pace)

    def _confidence(self, view: CommandView, p: Tree) -> Array:
        """Return how freely men are spent, (lane,): more as the army grows, less while the enemy attacks in strength."""
        begun = add_up(self.model.theatre.sides[self.side].start_line)
        growth = np.maximum(add_up(view.own_line), 1.0) / np.maximum(begun, 1.0)
        attacked = add_up(view.enemy_effort * view.own_line) / np.maximum(add_up(view.own_line), 1.0)
        usual = self.model.side_p[UKRAINE].effort
        pressure = np.maximum(attacked - usual, 0.0)
        return np.exp(p.command.boldness * np.log(growth)) / (1.0 + p.command.caution * pressure)

    def _pull(self, view: CommandView, p: Tree) -> Array:
        """Return the attraction of each front: worth times what speed it seems to promise, to a power."""
        promise = view.enemy_gap / view.enemy_defence
        mean = add_up(promise * view.own_line) / np.maximum(add_up(view.own_line), 1.0)
        eager = np.exp(p.command.focus * np.log(np.maximum(promise, 1e-9) / np.maximum(mean, 1e-9)))
        return p.fronts.russian_weight * eager * view.open


class UkrainianCommand(Decider):
    """Rule: reserves follow the threat; trade ground where the line is thin; strike back where the enemy is spent."""

    side = UKRAINE

    def decide(self, view: CommandView, day: int) -> CommandOrder:
        """Return effort (counter-attacks), the wanted distribution of troops and where ground is ceded."""
        p: Tree = self.model.p
        state = self.model.theatre.sides[self.side]
        threat = view.enemy_line / self.model.theatre.sides[RUSSIA].start_line * _relative_effort(view)
        held = 1.0 - self.model.withdrawn * (1.0 - _at_home(p))
        wanted = state.start_line * view.open * held * p.fronts.ukrainian_weight
        wanted = wanted * np.exp(p.command.threat_focus * np.log(np.maximum(threat, 1e-6)))
        enemy_spent = view.enemy_strain > p.command.counter_strain * p.combat.strain
        reserves_ready = view.reserve_share > p.command.counter_reserve
        strike_back = enemy_spent & reserves_ready
        base = self.model.side_p[self.side].effort
        planned = p.fronts.ukrainian_effort.at(day)
        effort = (np.where(strike_back, base + p.command.counter_effort, base) + planned) * view.open
        thin = view.own_gap > p.command.cede_gap
        inside_ukraine = p.fronts.incursion < 0.5
        ceding = np.where(thin & inside_ukraine, p.command.cede_share, 0.0)
        return CommandOrder(effort, shares(wanted), shares(wanted * _at_home(p)), ceding, state.tempo)


def _at_home(p: Tree) -> Array:
    """Return 1 for fronts inside Ukraine and 0 for a salient, (front, lane)."""
    return (p.fronts.incursion < 0.5) * 1.0


def _mean_one(weight: Array, force: Array) -> Array:
    """Return weights scaled so that their mean over the force is one, (front, lane)."""
    total = add_up(weight * force)
    return weight * add_up(force) / np.maximum(total, 1e-9)


def _relative_effort(view: CommandView) -> Array:
    """Return the enemy's effort on each front over its mean, plus one half: quiet fronts are watched too."""
    mean = add_up(view.enemy_effort * view.enemy_line) / np.maximum(add_up(view.enemy_line), 1.0)
    return 0.5 + 0.5 * view.enemy_effort / np.maximum(mean, 1e-9)
