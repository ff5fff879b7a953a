"""From priors to parameters: the scenario's tree once more, with an array over lanes at every leaf.

The random number of a leaf is keyed by its path (or by its `luck`, which leaves may share) and by the replicate, so
replicate k draws the same in every arm, every block and every order of lanes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from sim.foundation.errors import UserError
from sim.foundation.lanes import Array, Lanes
from sim.foundation.noise import Noise
from sim.foundation.series import Series as DailySeries
from sim.foundation.series import Stated, spread_ahead
from sim.foundation.tree import Tree
from sim.scenario.moved_keys import first_key
from sim.scenario.priors.distributions import quantile
from sim.scenario.priors.posterior import Posterior
from sim.scenario.scenario import Scenario
from sim.scenario.schema.drift import drift_key
from sim.scenario.schema.leaves import Bounds, Choice, Day, Knob, Leaf, Name, Number, Section, Series, Text
from sim.scenario.schema.paths import leaves

DRIFT = "drift:"
"""What the name of a series' deviate begins with."""


def draw(scenario: Scenario, lanes: Lanes, seed: int, posterior: Posterior | None = None) -> Tree:
    """Return the parameters of every lane.

    Parameters
    ----------
    scenario : Scenario
        Its arms, in order, are what `lanes.arm` counts.
    lanes : Lanes
        Which arm and replicate each lane plays.
    seed : int
        Picks the random numbers; usually ``scenario.run.seed``.
    posterior : Posterior, optional
        Joint draws for some leaves in place of the scenario's own posterior.

    Returns
    -------
    Tree
        Number, Knob and Day (days since the start) become float64 arrays (lane,), Choice int64 (lane,),
        Series a daily series with ``at(day)``; text is left out. A mapping of sections becomes a Tree of
        leaves stacked on a first axis, with their `names`; a list likewise without names. A list inside a
        mapping gives (item, name, lane), where shorter lists repeat their last item.
    """
    worlds = [scenario.worlds[name] for name in scenario.arms]
    known = posterior or scenario.posterior
    drawn = _Draw(lanes, seed, scenario.run.start, scenario.run.horizon_days, known).world(worlds)
    tree: Tree = _bare(drawn)
    return tree


def drift_streams(scenario: Scenario) -> tuple[str, ...]:
    """Return the names under which `uniforms` knows the deviates of the series that wander."""
    series = (path for path, leaf in leaves(scenario.world()) if isinstance(leaf, Series))
    return tuple(DRIFT + path for path in series if drift_key(path))


def uniforms(
    scenario: Scenario, names: Sequence[str], replicates: npt.NDArray[np.int64], seed: int
) -> npt.NDArray[np.float64]:
    """Return the uniforms behind some leaves, shape (replicate, name): those that `draw` turns into values.

    `names` are paths of leaves (``PATH.factor`` for the uncertainty of a dated series), or the `luck` that leaves share;
    `replicates` ascend.
    """
    lanes = Lanes(np.zeros_like(replicates), replicates)
    drawing = _Draw(lanes, seed, scenario.run.start, scenario.run.horizon_days, scenario.posterior)
    return np.stack([drawing.uniform(name) for name in names], axis=1)


@dataclass(frozen=True)
class Stack:
    """Several daily series side by side; like a series, read with ``at(day)``."""

    parts: tuple[Any, ...]
    axis: int = 0

    def take(self, index: npt.NDArray[np.int64]) -> Stack:
        """Return the stack of the lanes at `index`, in that order."""
        return Stack(tuple(part.take(index) for part in self.parts), self.axis)

    def frozen(self, day: int) -> Stack:
        """Return the stack with every series as it was known on `day`."""
        return Stack(tuple(part.frozen(day) for part in self.parts), self.axis)

    def at(self, day: int) -> Array:
        """Return the values on `day`, shape (part, ..., lane)."""
        return np.stack([part.at(day) for part in self.parts], axis=self.axis)


class _List(Tree):
    """What a list becomes while it is drawn: leaves have the item as first axis; bare ones are at ``""``."""

    __slots__ = ()


class _Draw:
    """One drawing: the lanes, their random numbers, and the calendar."""

    def __init__(self, lanes: Lanes, seed: int, start: date, horizon: int, posterior: Posterior | None = None) -> None:
        self.lanes, self.start, self.horizon, self.posterior = lanes, start, horizon, posterior
        self.replicates, self.position = np.unique(lanes.replicate, return_inverse=True)
        self.noise = Noise(seed, self.replicates)
        self.spreads: dict[str, Array] = {}

    def world(self, worlds: Sequence[Any]) -> Any:
        """Return the drawn tree of the arms' worlds."""
        if hasattr(worlds[0], "drift"):
            self.spreads = self.branch([one.drift for one in worlds], "drift")
        return self.branch(worlds, "")

    def branch(self, values: Sequence[Any], path: str) -> Any:
        """Return what stands at `path`, given the value of every arm."""
        first = values[0]
        dot = f"{path}." if path else ""
        if isinstance(first, Section):
            names = [name for name in type(first).model_fields if not isinstance(getattr(first, name), Text)]
            return Tree({name: self.branch([getattr(v, name) for v in values], dot + name) for name in names})
        if isinstance(first, dict):
            _same_names(values, path)
            keys = [key for key, item in first.items() if not isinstance(item, Text)]
            return _stacked([self.branch([v[key] for v in values], dot + key) for key in keys], tuple(keys))
        if isinstance(first, list):
            count = max(len(value) for value in values)
            items = [self.branch([v[min(i, len(v) - 1)] for v in values], f"{dot}{i}") for i in range(count)]
            return _listed(items)
        return self.leaf(values, path)

    def leaf(self, leaves: Sequence[Leaf], path: str) -> Any:
        """Return the array (or series) of one leaf."""
        first = leaves[0]
        if isinstance(first, Name):
            return _same_word(leaves, path)
        if isinstance(first, Number):
            return self.spread(leaves, lambda leaf: self.number(leaf, path))
        if isinstance(first, Knob):
            return self.spread(leaves, lambda leaf: np.full(self.replicates.shape, float(leaf.value)))
        if isinstance(first, Day):
            return self.spread(leaves, lambda leaf: np.full(self.replicates.shape, float(self.days(leaf.date))))
        if isinstance(first, Choice):
            return self.spread(leaves, lambda leaf: self.choice(leaf, path))
        if isinstance(first, Series):
            table = np.stack([self.daily(leaf) for leaf in leaves], axis=1)
            factor, stated = self.spread(leaves, lambda leaf: self.factor(leaf, path)), self.stated(leaves)
            return DailySeries(table, self.lanes.arm, factor, stated, self.drift(path, table, stated))
        raise TypeError(f"cannot draw {type(first).__name__} at {path}")

    def spread(self, leaves: Sequence[Leaf], values_of: Callable[[Any], npt.NDArray[Any]]) -> npt.NDArray[Any]:
        """Return ``(lane,)`` values, drawing each distinct leaf of the arms once over the replicates."""
        if len({id(leaf) for leaf in leaves}) == 1:  # the same in all arms, as most are
            return values_of(leaves[0])[self.position]
        distinct: list[Leaf] = []
        which = np.zeros(len(leaves), dtype=np.int64)
        for arm, leaf in enumerate(leaves):
            found = next((i for i, known in enumerate(distinct) if known is leaf or known == leaf), len(distinct))
            if found == len(distinct):
                distinct.append(leaf)
            which[arm] = found
        table = np.stack([values_of(leaf) for leaf in distinct])
        return table[which[self.lanes.arm], self.position]

    def uniform(self, luck: str) -> Array:
        """Return the uniforms of a leaf, shape (replicate,): the posterior's where it has them."""
        known = self.posterior.uniform(luck, self.replicates) if self.posterior else None
        if known is not None:
            return known
        return self.noise.uniform(luck if luck.startswith(DRIFT) else f"prior:{first_key(luck)}")[0]

    def number(self, leaf: Number, path: str) -> Array:
        """Return the number for each replicate."""
        if leaf.low is None:
            return np.full(self.replicates.shape, leaf.value)
        return quantile(leaf, self.uniform(leaf.luck or path))

    def choice(self, leaf: Choice, path: str) -> npt.NDArray[np.int64]:
        """Return the index of the chosen option for each replicate."""
        if max(leaf.weights) >= 1.0:
            return np.full(self.replicates.shape, leaf.weights.index(max(leaf.weights)), dtype=np.int64)
        ends = np.cumsum(leaf.weights)
        ends /= ends[-1]  # weights add up to one within rounding; the last end must be one exactly
        return np.searchsorted(ends, self.uniform(leaf.luck or path), side="right").astype(np.int64)

    def days(self, when: date) -> int:
        """Return the days from the start to `when`."""
        return (when - self.start).days

    def daily(self, leaf: Any) -> Array:
        """Return the series on each day from 0 to the horizon, (day,); ones for a constant (`factor`)."""
        days = np.arange(self.horizon + 1, dtype=np.float64)
        if leaf.constant is not None:
            return np.ones_like(days)
        at = np.array([self.days(when) for when, _ in leaf.points], dtype=np.float64)
        values = np.array([value for _, value in leaf.points])
        if leaf.interpolate == "step":
            return values[np.maximum(np.searchsorted(at, days, side="right") - 1, 0)]
        return np.interp(days, at, values)

    def stated(self, leaves: Sequence[Any]) -> Stated:
        """Return the last stated point of every arm's series by each day; a constant is stated before the start."""
        days = np.arange(self.horizon + 1)
        value, last = np.ones((len(days), len(leaves))), np.full((len(days), len(leaves)), -1)
        for arm, leaf in enumerate(leaves):
            if leaf.constant is None:
                at = np.array([self.days(when) for when, _ in leaf.points])
                point = np.maximum(np.searchsorted(at, days, side="right") - 1, 0)
                value[:, arm] = np.array([value for _, value in leaf.points])[point]
                last[:, arm] = at[point]
        return Stated(value, last)

    def drift(self, path: str, table: Array, stated: Stated) -> DailySeries | None:
        """Return how a series wanders after the last point that is stated of it; None for one that does not.

        All arms of a replicate share the deviate: what comes of an input is no work of an arm.
        """
        group = drift_key(path)
        if group not in self.spreads or not self.spreads[group].any() or not table.any():
            return None
        deviate = ndtri(self.uniform(DRIFT + path))[self.position]
        ahead = spread_ahead(len(table), np.maximum(stated.last[-1], 0))
        return DailySeries(ahead, self.lanes.arm, self.spreads[group] * deviate)

    def factor(self, leaf: Series, path: str) -> Array:
        """Return what multiplies the daily table: a constant's own value, or the factor within the bounds."""
        if leaf.constant is not None:
            return self.number(leaf.constant, path)
        if leaf.factor is None:
            return np.ones(self.replicates.shape)
        return _within(self.number(leaf.factor, f"{path}.factor"), leaf)


def _within(factor: Array, leaf: Series) -> Array:
    """Return the factor cut so that no point of the series leaves the field's bounds."""
    values = [value for _, value in leaf.points]
    bounds: Bounds = leaf.bounds
    most = bounds.upper / max(values) if max(values) > 0 else np.inf
    least = bounds.lower / min(values) if min(values) > 0 else -np.inf
    return np.clip(factor, least, most)


def _same_word(leaves: Sequence[Any], path: str) -> str:
    """Return the word of a `Name`; refuse arms that say another one, for it decides what the other leaves are."""
    words = list(dict.fromkeys(leaf.value for leaf in leaves))
    if len(words) > 1:
        raise UserError([f"{path}: an arm has {words[1]} where the base has {words[0]} - it is the same in every arm"])
    return str(words[0])


def _same_names(values: Sequence[dict[str, Any]], path: str) -> None:
    """Refuse arms whose mappings name different things: they could not be stacked."""
    for value in values:
        if value.keys() != values[0].keys():
            found, wanted = ", ".join(value), ", ".join(values[0])
            raise UserError(
                [f"{path}: an arm has {found} where the base has {wanted} - every arm needs the same names"]
            )


def _stacked(children: list[Any], names: tuple[str, ...]) -> Any:
    """Return one Tree of leaves stacked by name; bare leaves stack to one array."""
    if not children:
        return Tree({"names": ()})
    stacked = _joined(children, 0)
    if isinstance(stacked, Tree):
        return type(stacked)({**stacked, "names": names})
    return stacked


def _listed(children: list[Any]) -> _List:
    """Return one Tree of leaves stacked by item."""
    joined = _joined(children, 0)
    return _marked(joined) if isinstance(joined, Tree) else _List({"": joined})


def _bare(drawn: Any) -> Any:
    """Return the drawn tree without the marks of lists."""
    if not isinstance(drawn, Tree):
        return drawn
    if "" in drawn:
        return drawn[""]
    return Tree({name: _bare(item) for name, item in drawn.items()})


def _marked(tree: Tree) -> _List:
    """Return the tree, and every branch of it, marked as standing below a list."""
    return _List({name: _marked(item) if isinstance(item, Tree) else item for name, item in tree.items()})


def _joined(children: list[Any], axis: int) -> Any:
    """Stack equal trees leaf by leaf; below a list the new axis comes after the list's own."""
    first = children[0]
    if isinstance(first, Tree):
        inside = isinstance(first, _List)
        names = [name for name in first if name != "names"]
        tree = {name: _joined([child[name] for child in children], 1 if inside else axis) for name in names}
        if "names" in first:
            tree["names"] = first["names"]
        return type(first)(tree)
    if isinstance(first, str):
        return tuple(children)
    if axis == 1:
        length = max(_length(child) for child in children)
        children = [_padded(child, length) for child in children]
    if isinstance(first, DailySeries | Stack):
        return Stack(tuple(children), axis)
    return np.stack(children, axis=axis)


def _length(items: Any) -> int:
    """Return how many items stand on the first axis."""
    return len(items.parts if isinstance(items, Stack) else items)


def _padded(items: Any, length: int) -> Any:
    """Return the items with the last one repeated until there are `length`."""
    missing = length - _length(items)
    if not missing:
        return items
    if isinstance(items, Stack):
        return Stack(items.parts + items.parts[-1:] * missing, items.axis)
    return np.concatenate([items, np.repeat(items[-1:], missing, axis=0)])
