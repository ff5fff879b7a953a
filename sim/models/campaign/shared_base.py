"""The base that lanes of several arms have in common: each of its wars is played once, however many lanes look at it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.foundation.lanes import Array, Lanes
from sim.foundation.noise import Noise
from sim.foundation.series import Series
from sim.foundation.tree import Tree
from sim.models.campaign.places import leaves, mirror

Index = npt.NDArray[np.int64]


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
        _, first, war = np.unique(lanes.replicate, return_index=True, return_inverse=True)
        if not all(np.array_equal(leaf, leaf[..., first[war]]) for leaf in _by_lane(parameters)):
            first = war = np.arange(lanes.count)
        return cls(_taken(parameters, first), lanes.take(first), noise.take(first), war)

    def by_lane(self, x: Array) -> Array:
        """Return an array of these wars, (..., war), as one of the lanes, (..., lane)."""
        return x[..., self.war]


def _by_lane(parameters: Tree) -> Iterator[npt.NDArray[Any]]:
    """Return every array with the lane axis last."""
    for _, leaf in leaves(parameters):
        if isinstance(leaf, Series):
            yield from (leaf.arm, leaf.factor) if leaf.drift is None else (leaf.arm, leaf.factor, leaf.drift.factor)
        elif leaf.size:
            yield leaf


def _taken(parameters: Tree, index: Index) -> Any:
    """Return the parameters of some lanes alone."""
    return mirror(parameters, (), lambda array, _: array[..., index], lambda _, series: series.take(index))
