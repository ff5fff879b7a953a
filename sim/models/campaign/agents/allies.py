"""The allies who give, and the leaders who call alone."""

from __future__ import annotations

import numpy as np

from sim.models.campaign.agents.decider import Decider
from sim.models.campaign.calendar import MONTH, WEEK
from sim.models.campaign.orders import AllyOrder, MediatorOrder
from sim.models.campaign.views import AllyView, MediatorView


class Ally(Decider):
    """Rule: vote what its part in the equilibrium of all donors says, and pledge what has been voted in packages."""

    writes = AllyOrder

    def decide(self, view: AllyView, day: int) -> AllyOrder:
        """Return the week's vote and pledge, its kinds, its lag and what is handed over early; and what levers ask beyond."""
        plan = view.plan
        voted = view.usual * (1.0 + plan.extent * (view.amounts - 1.0)) / MONTH
        purse = view.voted + voted * WEEK
        return AllyOrder(
            voted=voted,
            pledge=view.release * purse / WEEK,
            mix=view.mix + plan.extent * (view.kinds - view.mix),
            lag=view.lag * (1.0 - plan.haste * (1.0 - plan.lag_ratio)),
            ahead=plan.ahead,
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
