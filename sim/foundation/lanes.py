"""The ensemble axis: a lane is one (arm, replicate) pair, one possible war."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.foundation.tree import Tree

Array = npt.NDArray[np.float64]
WIDE = 512
"""Lanes from which on `add_up` gains by adding in place."""


@dataclass(frozen=True)
class Lanes:
    """Which arm and which replicate each lane plays.

    Parameters
    ----------
    arm, replicate : ndarray of int, shape (lane,)
        Indices into the design; the replicate index is global, so that noise does not depend on the block.
    """

    arm: npt.NDArray[np.int64]
    replicate: npt.NDArray[np.int64]

    def __post_init__(self) -> None:
        if self.arm.shape != self.replicate.shape or self.arm.ndim != 1:
            raise ValueError(f"arm {self.arm.shape} and replicate {self.replicate.shape} must be equal vectors")

    @classmethod
    def grid(cls, n_arms: int, replicates: range) -> Lanes:
        """Return every arm with every replicate, arms outermost: lane = arm * len(replicates) + position."""
        arm = np.repeat(np.arange(n_arms, dtype=np.int64), len(replicates))
        replicate = np.tile(np.asarray(replicates, dtype=np.int64), n_arms)
        return cls(arm, replicate)

    @property
    def count(self) -> int:
        """Number of lanes."""
        return int(self.arm.size)

    def take(self, index: npt.ArrayLike) -> Lanes:
        """Return the lanes at `index` (any numpy index), in that order."""
        return Lanes(self.arm[np.asarray(index)], self.replicate[np.asarray(index)])

    def of_base(self, bases: npt.NDArray[np.int64] | None = None) -> Lanes | None:
        """Return the lanes of the base arm with the same replicates; None where these are all of the base.

        `bases` says which arm is the base of each; the first of all without.
        """
        arm = np.zeros_like(self.arm) if bases is None else bases[self.arm]
        return Lanes(arm, self.replicate) if (arm != self.arm).any() else None

    def find(self, others: Lanes) -> npt.NDArray[np.int64] | None:
        """Return where among these lanes each of some others stands, shape (other,); None where one does not."""
        if not self.count:
            return None
        width = max(lanes.replicate.max(initial=0) for lanes in (self, others)) + 1
        mine, wanted = (lanes.arm * width + lanes.replicate for lanes in (self, others))
        order = np.argsort(mine, kind="stable")
        place = order[np.minimum(np.searchsorted(mine, wanted, sorter=order), self.count - 1)]
        return place if np.array_equal(mine[place], wanted) else None


def take_lanes(parameters: Tree, index: npt.NDArray[np.int64]) -> Tree:
    """Return parameters of the lanes at `index` alone, in that order.

    Arrays have the lane axis last, and what is dated (``at``) takes lanes itself; anything else is for all lanes.
    """

    def taken(leaf: Any) -> Any:
        if isinstance(leaf, np.ndarray):
            return leaf[..., index] if leaf.size else leaf
        return leaf.take(index) if hasattr(leaf, "at") else leaf

    return parameters.mapped(taken)


def add_up(x: Array) -> Array:
    """Sum over the first axis, one slice after the other: ``(front, lane) -> (lane,)``.

    ``numpy.sum`` may change its order of addition with the length of the other axis (pairwise summation),
    and then a lane run alone would differ in its last bit from the same lane in an ensemble.
    """
    if isinstance(x, np.ndarray) and x.ndim == 2 and len(x) > 2 and x.shape[1] >= WIDE and x.dtype == np.float64:
        total: Array = x[0] + x[1]
        for row in x[2:]:
            np.add(total, row, out=total)  # the same sums in the same order; half the time without an array for each
        return total
    return reduce(np.add, x)
