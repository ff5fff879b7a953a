"""What all agents share: a name, a rhythm, a policy and the last view."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import mesa

from sim.models.campaign.orders import Order, OrderError

Policy = Callable[[Any, int], Order]
"""From a view and the day to an order."""


class Decider(mesa.Agent):
    """An agent that decides every `period` days and whose order stands until the next decision.

    Parameters
    ----------
    war : mesa.Model
        Whose agent it is; it never looks there.
    name : str
        By which a policy finds it.
    row : int
        Its side, or its place among those of its kind.
    policy : callable, optional
        Decides in place of the agent's own rule.
    """

    period: ClassVar[int] = 7
    writes: ClassVar[type[Order]]

    def __init__(self, war: mesa.Model, name: str, row: int, policy: Policy | None = None) -> None:
        super().__init__(war)
        self.name, self.row = name, row
        self.policy: Policy = policy or self.decide
        self.view: Any = None

    def due(self, day: int) -> bool:
        """Return whether the agent decides today."""
        return day % self.period == 0

    def decide(self, view: Any, day: int) -> Order:
        """Return the order for the days to come, by the agent's own rule."""
        raise NotImplementedError

    def order(self, view: Any, day: int) -> Order:
        """Return the order that its policy writes; the view is kept for whoever watches.

        Raises
        ------
        OrderError
            If the policy writes no order of this agent's kind.
        """
        self.view = view
        order = self.policy(view, day)
        if type(order) is not self.writes:
            raise OrderError(
                f"{self.name}: found {type(order).__name__} - its policy must return {self.writes.__name__}"
            )
        return order
