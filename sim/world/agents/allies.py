"""The allies who give, and the leaders who call alone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from sim.foundation.lanes import Array
from sim.foundation.tree import Tree
from sim.rules.manpower import shares
from sim.rules.politics import example, front_loaded, giving, mix, phi
from sim.world import levers
from sim.world.agents.decider import Decider
from sim.world.orders import AllyOrder, MediatorOrder
from sim.world.theatre import KINDS
from sim.world.views import AllyView, MediatorView

if TYPE_CHECKING:
    from sim.world.war import War


class Ally(Decider):
    """Rule: give what will and means allow, minding the others or not; follow the common plan as far as there is one."""

    def __init__(self, war: War, name: str, row: int) -> None:
        super().__init__(war, name)
        self.row = row

    def decide(self, view: AllyView, day: int) -> AllyOrder:
        """Return the week's pledge, its kinds and its lag."""
        p: Tree = self.model.p
        plan = p.levers.coordination
        timing = levers.plan(plan, "timing", day)
        kinds = levers.plan(plan, "kinds", day)
        turned = levers.ramp(day, p.allies.turn[self.row], p.donors.turn_length) * (p.allies.turned[self.row] - 1.0)
        will = p.allies.will.parts[self.row].at(day) * (1.0 + turned) * view.mood
        will = will * np.exp(p.donors.front_response * np.log(view.front_ratio))
        others = example(p.donors.response, view.others, view.leader)
        response = phi(p.donors.response, p.donors.response_size, view.standing)
        monthly = giving(p.allies.capacity[self.row], will, others, response)
        # the middle of the week that this order stands for; a donor that stops giving cannot give back what it hurried
        early = front_loaded(day + 0.5 * self.period - plan.start, plan.window, plan.front_load * plan.timing)
        hurried = p.allies.capacity[self.row] * early
        return AllyOrder(
            usual=monthly / levers.MONTH,
            pledge=np.maximum(monthly + hurried, 0.0) / levers.MONTH,
            mix=mix(self._taste(), view.need, kinds),
            lag=p.allies.lag[self.row] * (1.0 - timing * (1.0 - plan.lag_ratio)),
            rushed=np.zeros_like(monthly),
            industry=np.zeros_like(monthly),
        )

    def _taste(self) -> Array:
        """Return the shares of kinds that this donor gives by itself, ``(kind, lane)``."""
        taste = self.model.p.allies.taste
        return shares(np.stack([taste[kind][self.row] for kind in KINDS]))


class UnitedStates(Ally):
    """As any ally; and, where the world has it so, arms rushed beyond the usual flow."""

    def decide(self, view: AllyView, day: int) -> AllyOrder:
        """Return the usual order with what is rushed."""
        usual = super().decide(view, day)
        rushed = levers.rushed(self.model.p.levers.us_arms, day, self.model.rushed_so_far, self.period)
        return replace(usual, rushed=rushed)


class NordicState(Ally):
    """As any ally; and, where the world has it so, its share of money for Ukraine's own industry."""

    def decide(self, view: AllyView, day: int) -> AllyOrder:
        """Return the usual order with money for production."""
        usual = super().decide(view, day)
        money = levers.production_money(self.model.p.levers.nordic_production, day) * self.model.nordic_share[self.row]
        return replace(usual, industry=money)


class Mediator(Decider):
    """Rule: call alone now and then, for one's own credit, until the reason is gone; discipline makes it rarer."""

    def __init__(self, war: War, name: str, row: int) -> None:
        super().__init__(war, name)
        self.row = row

    def decide(self, view: MediatorView, day: int) -> MediatorOrder:
        """Return the incoherence that this week's call adds, if there is one."""
        p: Tree = self.model.p
        voice = levers.plan(p.levers.coordination, "message", day) * p.levers.coordination.discipline
        weekly = 1.0 - np.exp(-p.mediators.calls[self.row] * (1.0 - voice) * self.period / levers.MONTH)
        reason_stands = day < p.mediators.until[self.row]
        calls = reason_stands & (view.luck < weekly)
        return MediatorOrder(np.where(calls, p.mediators.credit[self.row], 0.0))
