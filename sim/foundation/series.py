"""Dated inputs: a quantity that changes with the day, known per arm, scaled per lane."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from sim.foundation.lanes import Array

HALF_YEAR = 182.0
"""Days after which the drift of a series has the sd that is stated of it."""


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
    drift : Series, optional
        How far the series wanders from what is known of it, in the logarithm; its table holds `spread_ahead`, its factor a
        normal deviate a lane in units of the sd at half a year. Without it the series comes as it is stated.
    """

    table: Array
    arm: npt.NDArray[np.int64]
    factor: Array
    stated: Stated | None = None
    drift: Series | None = None

    @property
    def column(self) -> npt.NDArray[np.int64]:
        """The column of the table that each lane reads, shape (lane,)."""
        return self.arm

    def take(self, index: npt.NDArray[np.int64]) -> Series:
        """Return the series of the lanes at `index`, in that order."""
        drift = self.drift and self.drift.take(index)
        return replace(self, arm=self.arm[index], factor=self.factor[index], drift=drift)

    def frozen(self, day: int) -> Series:
        """Return the series as it was known on `day`: from its last stated point on it holds that point's value.

        Between two points a table leans towards the next; nobody knew that one before its day.
        """
        row = min(max(int(day), 0), len(self.table) - 1)
        drift = self.drift and replace(
            self.drift, table=spread_ahead(len(self.table), np.full(self.table.shape[1], day))
        )
        if self.stated is None:
            kept = self.table.copy()
            kept[row + 1 :] = kept[row]
        else:
            known = np.arange(len(self.table))[:, None] <= self.stated.last[row]
            kept = np.where(known, self.table, self.stated.value[row])
        return Series(kept, self.arm, self.factor, drift=drift)

    def at(self, day: int) -> Array:
        """Return the value on `day` (days since the start; days outside the table hold its ends), shape (lane,)."""
        row = min(max(int(day), 0), len(self.table) - 1)
        value = self.table[row][self.arm] * self.factor
        return value if self.drift is None else value * np.exp(self.drift.at(day))


def spread_ahead(days: int, known: npt.NDArray[np.int64]) -> Array:
    """Return the sd of what is not known of a series on each day over that half a year on, shape (day, arm).

    It grows as the root of the time since the last day that is known, as that of a random walk does. The path to it is
    straight, since one deviate serves a whole war: no day's value can be distinguished from a random walk's, changes of course can.

    Parameters
    ----------
    days : int
        Length of the table, from the start on.
    known : ndarray of int, shape (arm,)
        Last day on which each arm's series is known.
    """
    ahead = np.maximum(np.arange(days)[:, None] - known, 0)
    return np.sqrt(ahead / HALF_YEAR)
