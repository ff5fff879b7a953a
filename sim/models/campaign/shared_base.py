"""The base that lanes of several arms have in common: each of its wars is played once, however many lanes look at it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from sim.foundation.lanes import Array, Lanes, take_lanes
from sim.foundation.noise import Noise
from sim.foundation.series import Series
from sim.foundation.tree import Tree
from sim.models.campaign.places import leaves, mirror

Index = npt.NDArray[np.int64]
T = TypeVar("T")


@dataclass(frozen=True)
class SharedBase:
    """The wars of the base behind some lanes, each once.

    Parameters
    ----------
    parameters : Tree
    lanes : Lanes
    noise : Noise
    war : ndarray of int, shape (lane,)
        Which of these wars is the base of each lane.
    """

    parameters: Tree
    lanes: Lanes
    noise: Noise
    war: Index

    @classmethod
    def of(cls, parameters: Tree, lanes: Lanes, noise: Noise) -> SharedBase:
        """Return the distinct wars among those of the base that were drawn for each lane.

        Lanes share a war if they are of one replicate and all their parameters are equal; if those of any two lanes of one
        replicate differ, as where arms have several bases, every lane keeps its own.
        """
        first, war = noise.distinct()
        if not all(np.array_equal(leaf, leaf[..., first[war]]) for leaf in _by_lane(parameters)):
            return cls(parameters, lanes, noise, np.arange(lanes.count))
        return cls(take_lanes(parameters, first), lanes.take(first), noise.take(first), war)

    def by_lane(self, x: Array) -> Array:
        """Return an array of these wars, (..., war), as one of the lanes, (..., lane)."""
        return x[..., self.war]

    def dealt(self, part: T) -> T:
        """Return a part of a state of these wars as one of the lanes."""
        made: T = mirror(part, (), lambda array, _: self.by_lane(array), lambda _, series: series.take(self.war))
        return made


def _by_lane(parameters: Tree) -> Iterator[npt.NDArray[Any]]:
    """Return every array with the lane axis last."""
    for _, leaf in (found for one in parameters.flat() for found in leaves(one)):
        if isinstance(leaf, Series):
            yield from (
                (leaf.column, leaf.factor) if leaf.drift is None else (leaf.column, leaf.factor, leaf.drift.factor)
            )
        elif leaf.size:
            yield leaf
