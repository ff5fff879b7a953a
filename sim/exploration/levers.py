"""The levers of a scenario as things to turn: on, further, earlier or later, and what they cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.foundation.errors import Fault, UserError
from sim.scenario.scenario import Scenario
from sim.scenario.schema.leaves import Bounds, Day, Knob, Number
from sim.scenario.schema.paths import leaves

SECTION = "levers"
SUM, FLOW = "Gusd", "Gusd/month"
MONTH = 365.25 / 12.0  # days


@dataclass(frozen=True)
class Lever:
    """One section of the world's levers.

    Parameters
    ----------
    name : str
    on : dict of str to float
        Path of each of its controls to the value in the arm that has everything.
    most : dict of str to float
        The largest value that the schema allows for each; inf where there is no bound.
    start : str
        Path of its first day; empty if it has none.
    start_day : float
        That day as stated, days since the start.
    total, flow : float or None
        Billions of dollars at dose 1: once, or a month.
    pace : float or None
        The fastest rate at which a sum is spent, billions a month, central value.
    """

    name: str
    on: dict[str, float]
    most: dict[str, float]
    start: str = ""
    start_day: float = 0.0
    total: float | None = None
    flow: float | None = None
    pace: float | None = None

    @property
    def grows(self) -> bool:
        """Whether it can be turned further than in the arm that has everything."""
        return any(self.most[path] > value for path, value in self.on.items())

    @property
    def priced(self) -> bool:
        """Whether its dose is money."""
        return self.total is not None or self.flow is not None

    def at(self, factor: float, begin: float | None = None) -> dict[str, float]:
        """Return its controls at `factor` times the stated dose, as far as allowed, beginning on day `begin`."""
        controls = {path: min(value * factor, self.most[path]) for path, value in self.on.items()}
        if begin is not None and self.start:
            controls[self.start] = begin
        return controls

    def cost(self, factor: float, days: float) -> float:
        """Return the billions of dollars spent within `days` of the start at central values; 0 without a price."""
        months = max(days - self.start_day, 0.0) / MONTH
        if self.total is not None:
            promised = self.total * factor
            return promised if self.pace is None else min(promised, self.pace * months)
        return (self.flow or 0.0) * factor * months


def levers(scenario: Scenario, whole: str) -> list[Lever]:
    """Return the levers that the arm `whole` turns on, in schema order.

    Raises
    ------
    UserError
        If that arm is missing, or changes anything but controls of levers: then its doses cannot be turned one by one.
    """
    if whole not in scenario.arms:
        raise UserError(
            [Fault(f"no arm '{whole}' - the question needs the arms of scenarios/claim.yaml", _file(scenario))]
        )
    base = dict(leaves(scenario.world()))
    turned = {path: leaf for path, leaf in leaves(scenario.world(whole)) if leaf != base.get(path)}
    odd = [path for path, leaf in turned.items() if not isinstance(leaf, Knob) or not path.startswith(f"{SECTION}.")]
    if odd:
        message = f"the arm '{whole}' changes {', '.join(odd[:5])} - only controls under {SECTION} can be turned here"
        raise UserError([Fault(message, _file(scenario))])
    names = dict.fromkeys(path.split(".")[1] for path in turned)
    return [_lever(scenario, name, {p: getattr(leaf, "value", 0.0) for p, leaf in turned.items() if p.split(".")[1] == name})
            for name in names]  # fmt: skip


def levers_of(scenario: Scenario) -> list[Lever]:
    """Return every lever of a scenario that has a dose, turned on at dose 1, in the order of the file."""
    section = getattr(scenario.world(), SECTION, None)
    names = type(section).model_fields if section is not None else {}
    found = [name for name in names if "dose" in type(getattr(section, name)).model_fields]
    return [_lever(scenario, name, {f"{SECTION}.{name}.dose": 1.0}) for name in found]


def controls(chosen: Sequence[Lever], factor: float = 1.0, begin: float | None = None) -> dict[str, float]:
    """Return the controls of several levers together."""
    found: dict[str, float] = {}
    for lever in chosen:
        found |= lever.at(factor, begin)
    return found


def _lever(scenario: Scenario, name: str, on: dict[str, float]) -> Lever:
    section = getattr(getattr(scenario.world(), SECTION), name)
    most = {path: _bounds(section, path.rpartition(".")[2]).upper for path in on}
    found: dict[str, Any] = {"total": None, "flow": None, "pace": None}
    start = ""
    for field in type(section).model_fields:
        leaf = getattr(section, field)
        if isinstance(leaf, Day):
            start, found["start_day"] = f"{SECTION}.{name}.{field}", float((leaf.date - scenario.run.start).days)
        if isinstance(leaf, Number) and leaf.unit == SUM:
            found["total"] = leaf.value
        if isinstance(leaf, Number) and leaf.unit == FLOW:
            found["flow"] = leaf.value
    if found["total"] is not None:  # a rate beside a sum is how fast the sum is spent
        found["pace"], found["flow"] = found["flow"], None
    return Lever(name, on, most, start, **found)


def _bounds(section: Any, field: str) -> Bounds:
    """Return what the schema allows for a field."""
    spec = type(section).model_fields[field].metadata
    return next((one.bounds for one in spec if hasattr(one, "bounds")), Bounds(None, None, np.inf, None))


def _file(scenario: Scenario) -> str:
    return str(scenario.path)
