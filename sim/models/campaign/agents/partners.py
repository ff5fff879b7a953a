"""The attacker's partners: what they sell, and when they sell more. In the shipped world an input (`sim agents`)."""

from __future__ import annotations

import numpy as np

from sim.models.campaign.agents.decider import Decider
from sim.models.campaign.calendar import FOUR_WEEKS
from sim.models.campaign.orders import PartnerOrder
from sim.models.campaign.views import PartnerView
from sim.rules.politics import signed


class Partner(Decider):
    """Rule: sell more as need grows, more or less as the allies look sure to stay, and in answer to permissions."""

    period = FOUR_WEEKS
    writes = PartnerOrder

    def decide(self, view: PartnerView, day: int) -> PartnerOrder:
        """Return sales over what was expected."""
        need = np.exp(view.need_response * np.log(view.purchases))
        nerve = 1.0 + view.resolve_response * view.resolve
        answer = 1.0 - signed(view.escalation.pressure, -view.escalation.partner_answer) * view.permitted
        return PartnerOrder(np.maximum(need * nerve * answer, 0.0))
