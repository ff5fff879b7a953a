"""Dated inputs: a quantity that changes with the day, known per arm, scaled per lane."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.foundation.lanes import Array


@dataclass(frozen=True)
class Stated:
    """What had been stated of a series by each day.

    Parameters
    ----------
    value : ndarray, shape (day, arm)
        The value of the last point on or before the day.
    last : ndarray of int, shape (day, arm)
        That point's day; below zero before the start.
    """

    value: Array
    last: npt.NDArray[np.int64]


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
        Multiplies the table; carries the uncertainty of the whole series.
    stated : Stated, optional
        The dated points behind the table; without it every day counts as stated.
    """

    table: Array
    arm: npt.NDArray[np.int64]
    factor: Array
    stated: Stated | None = None

    @property
    def column(self) -> npt.NDArray[np.int64]:
        """The column of the table that each lane reads, shape (lane,)."""
        return self.arm

    def frozen(self, day: int) -> Series:
        """Return the series as it was known on `day`: from its last stated point on it holds that point's value.

        Between two points a table leans towards the next; nobody knew that one before its day.
        """
        row = min(max(int(day), 0), len(self.table) - 1)
        if self.stated is None:
            kept = self.table.copy()
            kept[row + 1 :] = kept[row]
            return Series(kept, self.arm, self.factor)
        known = np.arange(len(self.table))[:, None] <= self.stated.last[row]
        return Series(np.where(known, self.table, self.stated.value[row]), self.arm, self.factor)

    def at(self, day: int) -> Array:
        """Return the value on `day` (days since the start; days outside the table hold its ends), shape (lane,)."""
        row = min(max(int(day), 0), len(self.table) - 1)
        return self.table[row][self.arm] * self.factor
