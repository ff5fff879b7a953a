"""What is played, and in which pieces: arms times replicates, cut into blocks that bound memory."""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import dataclass
from math import ceil
from typing import Any, Protocol

from sim.foundation.lanes import Lanes

LANES_AT_ONCE = 2_048
"""Lanes of one block in a one-year war: some 50 kB of record each, so about 0.1 GB a worker."""

_WEEKS_OF_THAT = 53


class Scenario(Protocol):
    """What the experiment needs to know of a scenario; `sim.scenario.read` returns such an object."""

    title: str
    text: str
    hash: str
    run: Any
    verdict: Any
    arms: dict[str, Any]


@dataclass(frozen=True)
class Design:
    """Every arm with every replicate, in blocks of replicates; all arms of a replicate share a block.

    Parameters
    ----------
    arms : tuple of str
        Names, the base first.
    replicates : int
        Wars an arm.
    seed : int
        Keys the luck.
    start : date
        First day.
    days : int
        Length of each war, days.
    block : int
        Replicates a block (the last one may be smaller).
    """

    arms: tuple[str, ...]
    replicates: int
    seed: int
    start: dt.date
    days: int
    block: int

    def __post_init__(self) -> None:
        if not self.arms or self.replicates < 1 or self.days < 1 or self.block < 1:
            raise ValueError(f"an experiment needs arms, replicates, days and a block of at least 1: {self}")

    @property
    def blocks(self) -> list[range]:
        """The replicates of each block, in order."""
        starts = range(0, self.replicates, self.block)
        return [range(first, min(first + self.block, self.replicates)) for first in starts]

    @property
    def lane_days(self) -> int:
        """Days to be played, over all lanes."""
        return len(self.arms) * self.replicates * self.days

    def lanes(self, block: range) -> Lanes:
        """Return the lanes of one block, arms outermost."""
        return Lanes.grid(len(self.arms), block)


def design(scenario: Scenario, jobs: int = 1, lanes_at_once: int = LANES_AT_ONCE) -> Design:
    """Return the design of `scenario`, cut so that each of `jobs` workers has a block and none is too big.

    Long wars get narrower blocks, so that a block's record stays about the same size.
    """
    run = scenario.run
    arms, replicates, days = tuple(scenario.arms), int(run.replicates), int(run.horizon_days)
    weeks = ceil(days / 7) + 1
    limit = max(1, int(lanes_at_once * min(1.0, _WEEKS_OF_THAT / weeks)) // len(arms))
    pieces = ceil(replicates / limit)
    pieces = min(replicates, ceil(pieces / jobs) * jobs)  # whole rounds of work: no worker idles at the end
    return Design(arms, replicates, int(run.seed), run.start, days, block=ceil(replicates / pieces))


def usable_cores() -> int:
    """Return how many cores this process may use (which may be fewer than the machine has)."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
