"""Russia's partners: what they sell, and when they sell more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.foundation.tree import Tree
from sim.rules.politics import signed
from sim.world.agents.decider import Decider
from sim.world.orders import PartnerOrder
from sim.world.views import PartnerView

if TYPE_CHECKING:
    from sim.world.war import War


class Partner(Decider):
    """Rule: sell more as Russia needs more, more or less as the allies look sure to stay, and in answer to permissions."""

    period = 28

    def __init__(self, war: War, name: str, row: int) -> None:
        super().__init__(war, name)
        self.row = row

    def decide(self, view: PartnerView, day: int) -> PartnerOrder:
        """Return sales over what was expected."""
        p: Tree = self.model.p
        need = np.exp(p.partners.need_response[self.row] * np.log(view.purchases))
        nerve = 1.0 + p.partners.resolve_response[self.row] * view.resolve
        answer = 1.0 - signed(p.escalation.pressure, -p.escalation.partner_answer) * view.permitted
        return PartnerOrder(np.maximum(need * nerve * answer, 0.0))
