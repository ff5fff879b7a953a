"""The uncertain inputs of a scenario: every number that is drawn, leaves that share their draw taken as one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.foundation.lanes import Array
from sim.scenario.priors.distributions import quantile
from sim.scenario.scenario import Scenario
from sim.scenario.schema.leaves import Choice, Number, Series
from sim.scenario.schema.paths import leaves


@dataclass(frozen=True)
class Uncertain:
    """One uncertain input.

    Parameters
    ----------
    name : str
        What keys its draw: the leaf's path, or the word by which several leaves share one.
    paths : tuple of str
        The leaves that it picks.
    leaf : Number or Choice
        The first of them.
    settable : bool
        Whether ``--set`` reaches the leaf itself: not so for the factor of a dated series.
    unit, grade, source, note : str
        Of the first leaf; `source` in words.
    calibrated : bool
        Whether the scenario's posterior draws it.
    """

    name: str
    paths: tuple[str, ...]
    leaf: Number | Choice
    settable: bool
    unit: str
    grade: str
    source: str
    note: str
    calibrated: bool

    def value(self, u: float) -> float | str:
        """Return the first leaf's value at probability `u`: a number in the leaf's unit, or an option's name."""
        if isinstance(self.leaf, Choice):
            return self.leaf.options[int(np.searchsorted(_spans(self.leaf)[1], u, side="right"))]
        return float(quantile(self.leaf, np.array([u]))[0])

    def options(self) -> list[tuple[str, float]]:
        """Return each option of positive weight with the probability in its middle; nothing for a number."""
        if not isinstance(self.leaf, Choice):
            return []
        starts, ends = _spans(self.leaf)
        found = zip(self.leaf.options, self.leaf.weights, (starts + ends) / 2.0, strict=True)
        return [(option, float(u)) for option, weight, u in found if weight > 0]

    def ends(self, low: float | None, high: float | None) -> tuple[float | None, float | None]:
        """Return the ends of a range of probabilities; of a choice, those of the options whose middle lies in it."""
        if not isinstance(self.leaf, Choice):
            return low, high
        starts, ends = _spans(self.leaf)
        middles = (starts + ends) / 2.0
        inside = (middles >= (0.0 if low is None else low)) & (middles <= (1.0 if high is None else high))
        return (float(starts[inside].min()), float(ends[inside].max())) if inside.any() else (low, high)

    def settings(self, u: float) -> list[str]:
        """Return the ``--set`` arguments that fix every leaf of this input at probability `u`."""
        if not self.settable or len(self.paths) > 1:
            return []
        found = self.value(u)
        return [f"{self.paths[0]}={found if isinstance(found, str) else format(found, '.4g')}"]


def uncertain(scenario: Scenario) -> list[Uncertain]:
    """Return the uncertain inputs of the base world in schema order."""
    found: dict[str, list[tuple[str, Number | Choice, bool]]] = {}
    for path, leaf in leaves(scenario.world()):
        drawn = _drawn(path, leaf)
        if drawn is not None:
            where, number, _ = drawn
            found.setdefault(number.luck or where, []).append(drawn)
    return [_uncertain(scenario, name, members) for name, members in found.items()]


def values(inputs: list[Uncertain], u: Array) -> Array:
    """Return the first leaf's value of every input, (replicate, input), a choice as the index of its option."""
    columns = []
    for column, one in enumerate(inputs):
        if isinstance(one.leaf, Choice):
            columns.append(np.searchsorted(_spans(one.leaf)[1], u[:, column], side="right").astype(float))
        else:
            columns.append(quantile(one.leaf, u[:, column]))
    return np.stack(columns, axis=1)


def _drawn(path: str, leaf: object) -> tuple[str, Number | Choice, bool] | None:
    """Return where the uncertainty of a leaf stands, what holds it, and whether ``--set`` reaches it; None without any."""
    if isinstance(leaf, Choice):
        return (path, leaf, True) if max(leaf.weights) < 1.0 else None
    if isinstance(leaf, Series):
        inner = leaf.constant if leaf.constant is not None else leaf.factor
        where = path if leaf.constant is not None else f"{path}.factor"
        return (where, inner, leaf.constant is not None) if inner is not None and _spread(inner) else None
    return (path, leaf, True) if isinstance(leaf, Number) and _spread(leaf) else None


def _spans(leaf: Choice) -> tuple[Array, Array]:
    """Return the probabilities at which each option begins and ends, shape (option,)."""
    ends = np.cumsum(leaf.weights) / sum(leaf.weights)
    return np.concatenate([[0.0], ends[:-1]]), ends


def _spread(leaf: Number) -> bool:
    return leaf.low is not None and leaf.low != leaf.high


def _uncertain(scenario: Scenario, name: str, members: list[tuple[str, Number | Choice, bool]]) -> Uncertain:
    _, leaf, _ = members[0]
    entry = scenario.sources.get(leaf.source)
    known = scenario.posterior is not None and name in scenario.posterior.names
    return Uncertain(
        name=name,
        paths=tuple(path for path, _, _ in members),
        leaf=leaf,
        settable=all(settable for _, _, settable in members),
        unit=getattr(leaf, "unit", ""),
        grade=leaf.grade,
        source=f"{leaf.source}: {entry.source}" if entry else leaf.source,
        note=leaf.note,
        calibrated=known,
    )
