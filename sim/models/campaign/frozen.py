"""Frozen agents: a class of agents held to the mean of the orders that it writes by its own rule, from the first day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from sim.foundation.lanes import Array, Lanes
from sim.foundation.noise import Noise
from sim.foundation.record import Record
from sim.foundation.tree import Tree
from sim.models.campaign.agents.decider import Policy
from sim.models.campaign.orders import Order
from sim.models.campaign.play import recorded
from sim.models.campaign.war import War
from sim.rules.manpower import shares

CLASSES = (
    "attacker.command",
    "attacker.government",
    "attacker.strike_force",
    "defender.command",
    "defender.government",
    "defender.strike_force",
    "ally",
    "partner",
    "mediator",
)
"""Classes of agents: an agent's name, or the word before the point in the names of a class."""


class MeanOrders:
    """Adds up, day by day, the orders that stand in a war.

    Parameters
    ----------
    war : War
    """

    def __init__(self, war: War) -> None:
        self.war, self.days = war, 0
        self._sums: dict[str, dict[str, Array]] = {}
        self.kinds: dict[str, type[Order]] = {agent.name: agent.writes for agent in war.deciders()}

    def add(self) -> None:
        """Count the orders that stand today."""
        for agent in self.war.deciders():
            order = self.war.state.orders.standing(agent.writes, agent.row)
            values = order.values()
            before = self._sums.get(agent.name)
            self._sums[agent.name] = values if before is None else {k: before[k] + v for k, v in values.items()}
        self.days += 1

    def of(self, name: str) -> Order:
        """Return the mean order of an agent; shares still add up to one, or to nothing."""
        kind = self.kinds[name]
        means = {field: total / self.days for field, total in self._sums[name].items()}
        return kind(**{field: shares(m) if kind.rules[field].shares else m for field, m in means.items()})


def play_frozen(
    parameters: Tree,
    lanes: Lanes,
    noise: Noise,
    *,
    start: dt.date,
    days: int,
    progress: Callable[[float], None] | None = None,
) -> dict[str, Record]:
    """Play the base, and once more for each class of agents with that class frozen; return their records by class.

    The base stands under ``""``. A class without agents in this world is left out. Every war is the same replicate: its
    parameters, its noise and all that was observed before the first day are the base's.

    Parameters
    ----------
    progress : callable, optional
        Told the share of the wars that are played, 0 to 1.
    """
    base = War(parameters, lanes, noise, start)
    orders = MeanOrders(base)
    found = {"": recorded(base, days, lambda _: orders.add())}
    named = {
        word: [name for name in orders.kinds if name.partition(".")[0] == word or name == word] for word in CLASSES
    }
    played = {word: names for word, names in named.items() if names}
    for count, (word, names) in enumerate(played.items(), 1):
        policies = {name: always(orders.of(name)) for name in names}
        found[word] = recorded(War(parameters, lanes, noise, start, policies), days)
        if progress is not None:
            progress(count / len(played))
    return found


def always(order: Order) -> Policy:
    """Return the policy that gives the same order every day, whatever it sees."""

    def policy(view: Any, day: int) -> Order:
        return order

    return policy
