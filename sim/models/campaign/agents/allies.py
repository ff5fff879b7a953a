"""The allies who give, and the leaders who call alone."""

from __future__ import annotations

import numpy as np

from sim.models.campaign.agents.decider import Decider
from sim.models.campaign.calendar import MONTH, WEEK
from sim.models.campaign.orders import AllyOrder, MediatorOrder
from sim.models.campaign.views import AllyView, MediatorView
from sim.rules.politics import example, front_loaded, giving, mix, phi


class Ally(Decider):
    """Rule: give what will and means allow, minding the others or not; follow the common plan as far as there is one."""

    writes = AllyOrder

    def decide(self, view: AllyView, day: int) -> AllyOrder:
        """Return the week's pledge, its kinds and its lag; and what was decided beyond usual giving."""
        plan, doctrine = view.plan, view.doctrine
        will = view.will * (1.0 + view.turned) * view.mood
        will = will * np.exp(doctrine.front_response * np.log(view.front_ratio))
        others = example(doctrine.response, view.others, view.leader)
        response = phi(doctrine.response, doctrine.response_size, view.standing)
        monthly = giving(view.capacity, will, others, response)
        # a donor that stops giving cannot give back what it hurried
        hurried = view.capacity * front_loaded(plan.since, plan.window, plan.front_load)
        return AllyOrder(
            usual=monthly / MONTH,
            pledge=np.maximum(monthly + hurried, 0.0) / MONTH,
            mix=mix(view.taste, view.need, plan.kinds),
            lag=view.lag * (1.0 - plan.timing * (1.0 - plan.lag_ratio)),
            rushed=view.rushed,
            industry=view.industry,
        )


class Mediator(Decider):
    """Rule: call alone now and then, for one's own credit, until the reason is gone; discipline makes it rarer."""

    writes = MediatorOrder

    def decide(self, view: MediatorView, day: int) -> MediatorOrder:
        """Return the incoherence that this week's call adds, if there is one."""
        weekly = 1.0 - np.exp(-view.calls * (1.0 - view.voice) * WEEK / MONTH)
        reason_stands = day < view.until
        calls = reason_stands & (view.noise < weekly)
        return MediatorOrder(np.where(calls, view.credit, 0.0))
