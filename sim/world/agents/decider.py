"""What all agents share: a name, a rhythm, the last view and the standing order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import mesa

if TYPE_CHECKING:
    from sim.world.war import War


class Decider(mesa.Agent):
    """An agent that decides every `period` days and whose order stands until the next decision."""

    period: ClassVar[int] = 7

    def __init__(self, war: War, name: str) -> None:
        super().__init__(war)
        self.name = name
        self.view: Any = None
        self.order: Any = None

    def due(self, day: int) -> bool:
        """Return whether the agent decides today."""
        return day % self.period == 0

    def decide(self, view: Any, day: int) -> Any:
        """Return the order for the days to come; changes nothing in the world."""
        raise NotImplementedError

    def sees_and_decides(self, view: Any, day: int) -> None:
        """Keep the view and the order that follows from it."""
        self.view, self.order = view, self.decide(view, day)
