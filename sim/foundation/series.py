"""Dated inputs: a quantity that changes with the day, known per arm, scaled per lane."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.foundation.lanes import Array


@dataclass(frozen=True)
class Series:
    """A daily table with one column an arm, times a factor a lane.

    Parameters
    ----------
    table : ndarray, shape (day, arm)
        Value on each day since the start; the last row holds ever after.
    arm : ndarray of int, shape (lane,)
        The arm of each lane.
    factor : ndarray, shape (lane,)
        Multiplies the table; carries the doubt about the whole series.
    """

    table: Array
    arm: npt.NDArray[np.int64]
    factor: Array

    def frozen(self, day: int) -> Series:
        """Return the series as it was known on `day`: later values are the value of that day."""
        row = min(max(int(day), 0), len(self.table) - 1)
        kept = self.table.copy()
        kept[row + 1 :] = kept[row]
        return Series(kept, self.arm, self.factor)

    def at(self, day: int) -> Array:
        """Return the value on `day` (days since the start; days outside the table hold its ends), shape (lane,)."""
        row = min(max(int(day), 0), len(self.table) - 1)
        return self.table[row][self.arm] * self.factor
