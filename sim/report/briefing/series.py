"""The weekly series that a page carries: whole steps of km2, so that browser and Python judge the same numbers.

Net gain is what a map shows (`sim.analysis.outcomes.judging.as_mapped`), for a halt is judged on that. Layout of the bytes,
before deflate and base64: the differences in steps from point to point, the first of them from nothing (arm by arm, replicate by
replicate), those of other arms less those of the first arm, as whole numbers of 16 bits with the sign in the lowest (0, -1, 1, -2,
... are 0, 1, 2, 3, which packs by a seventh smaller), low bytes first and high bytes behind them; then one bit per arm, replicate
and week, 1 while the war goes on.
"""

from __future__ import annotations

import base64
import zlib
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import xarray as xr

from sim.analysis.outcomes.halt_definitions import Bools, Floats, halts, weekly
from sim.analysis.outcomes.judging import Thresholds

STEP_KM2 = 0.1
COARSER = (1, 2, 5, 10, 20)
"""Times that step. The coarsest, 2 km2, moves a mean pace of 60 days by 0.03 km2 per day at most: dropped replicates do more."""
BUDGET = 140_000
"""Characters of the packed text at most."""


@dataclass(frozen=True)
class Series:
    """Weekly net gains of some replicates in whole steps.

    Parameters
    ----------
    steps : ndarray of int32, shape (arm, replicate, time)
        Net gain since the start.
    war : ndarray of bool, shape (arm, replicate, time)
    days : ndarray, shape (time,)
        Since the start.
    step : float
        km2.
    """

    steps: npt.NDArray[np.int32]
    war: Bools
    days: Floats
    step: float

    @property
    def replicates(self) -> int:
        """Replicates per arm."""
        return int(self.steps.shape[1])

    @property
    def net(self) -> Floats:
        """Net gain in km2, as the page computes it."""
        found: Floats = self.steps.astype(np.float64) * self.step
        return found

    def first(self, count: int) -> Series:
        """Return the first replicates only."""
        return Series(self.steps[:, :count], self.war[:, :count], self.days, self.step)

    def coarser(self, factor: int) -> Series:
        """Return the same in steps so many times as large."""
        if factor == 1:
            return self
        steps = np.round(self.steps / factor).astype(np.int32)
        return Series(steps, self.war, self.days, self.step * factor)

    def halts(self, rule: Thresholds) -> Floats:
        """Return 1 or 0 by (arm, replicate), nan where the record is too short; the page finds the same."""
        return halts(self.net, self.war, self.days, rule)

    def packed(self) -> str:
        """Return the series as a text; see the module."""
        weeks = np.diff(self.steps, axis=-1, prepend=0)
        relative = np.concatenate([weeks[:1], weeks[1:] - weeks[:1]])
        signed_last = np.where(relative < 0, -2 * relative - 1, 2 * relative)
        low_and_high = signed_last.astype("<u2").reshape(-1).view(np.uint8).reshape(-1, 2).T
        raw = low_and_high.tobytes() + np.packbits(self.war).tobytes()
        return packed(raw)

    def account(self) -> dict[str, Any]:
        """Return what the page's script reads."""
        return {
            "step": self.step, "days": self.days.tolist(), "replicates": self.replicates, "packed": self.packed(),
        }  # fmt: skip


def packed(raw: bytes) -> str:
    """Return bytes deflated, as base64."""
    return base64.b64encode(zlib.compress(raw, 9)).decode("ascii")


def quantised(data: xr.Dataset, rule: Thresholds) -> Series:
    """Return all replicates of a result in steps: of 0.1 km2, or of ten times as much and so on where those overflow."""
    net, war, days = weekly(data, rule)
    step = STEP_KM2
    while True:
        steps = np.round(net / step).astype(np.int64)
        weeks = np.diff(steps, axis=-1, prepend=0)
        largest = max(np.abs(weeks).max(initial=0), np.abs(weeks - weeks[:1]).max(initial=0))
        if largest <= np.iinfo(np.int16).max:
            return Series(steps.astype(np.int32), war, days, step)
        step *= 10


def fitting(series: Series, budget: int = BUDGET) -> Series:
    """Return the series so that it can be packed into `budget` characters: all replicates in the finest step at which they fit.

    Where they do not fit even in the coarsest, as many of the first replicates as do, one at least.
    """
    some = series
    for factor in COARSER:
        some = series.coarser(factor)
        size = len(some.packed())
        if size <= budget:
            return some
    low, high = (
        1,
        min(some.replicates, int(1.2 * some.replicates * budget / size) + 1),
    )  # size nearly goes with replicates
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if len(some.first(middle).packed()) <= budget else (low, middle - 1)
    return some.first(low)
