"""The strike forces: what to aim at, how fast to spend what is there, and how widely to scatter what the enemy aims at."""

from __future__ import annotations

import numpy as np

from sim.foundation.lanes import Array, add_up
from sim.models.campaign.agents.decider import Decider
from sim.models.campaign.orders import StrikeOrder
from sim.models.campaign.views import StrikeView
from sim.rules.choosing import attended, mean_of, revealed, weigh


class DefenderStrikeForce(Decider):
    """Chooses targets by expected effect, a pace, and how far its own targets scatter; missiles as permitted."""

    writes = StrikeOrder

    def decide(self, view: StrikeView, day: int) -> StrikeOrder:
        """Return shares by target, the pace of missiles and drones, and the dispersal of its own targets."""
        free = view.restraint + (1.0 - view.restraint) * view.permitted
        return _order(view, free)


class AttackerStrikeForce(Decider):
    """Chooses targets by expected effect, a pace, and how far its own targets scatter; its government sets the tempo."""

    writes = StrikeOrder

    def decide(self, view: StrikeView, day: int) -> StrikeOrder:
        """Return shares by target, the pace of missiles and drones, and the dispersal of its own targets."""
        return _order(view, np.ones_like(view.restraint))


def _order(view: StrikeView, free: Array) -> StrikeOrder:
    shares = attended(view.weights, view.effect, view.doctrine.targeting)
    spent = _pace(view, add_up(shares * view.effect))
    return StrikeOrder(shares, view.missile_pace * free * spent, view.drone_pace * spent, _dispersal(view))


def _pace(view: StrikeView, effect: Array) -> Array:
    """Return the pace over the usual, (lane,): slower, as usual, faster; faster where a launch does more than it used to."""
    step = view.doctrine.pace_step
    paces = np.stack([-step, np.zeros_like(step), step])
    gain = effect / np.maximum(view.usual_effect, 1e-12) - 1.0
    return np.exp(mean_of(paces, weigh(paces * gain, view.rationality)))


def _dispersal(view: StrikeView) -> Array:
    """Return the share of own targets out of reach, (target, lane): less, as much, more; never less than at the start.

    Scattering costs capacity. How much is read from the start, where it was left as it was under the strikes of the day; so
    targets scatter as the damage that reaches what is exposed outgrows the start's.
    """
    step = view.doctrine.dispersal_step
    shown = np.exp(np.stack([-step, np.zeros_like(step), step]))[:, None]
    kept = np.log(shown) * revealed(np.log(shown), shown)
    struck = shown * view.pressure * view.exposed / np.maximum(view.usual_exposed, 1e-6)
    wanted = view.exposed * np.exp(mean_of(np.log(shown), weigh(kept - struck, view.rationality)))
    return view.own * (1.0 - np.minimum(wanted, view.usual_exposed))
