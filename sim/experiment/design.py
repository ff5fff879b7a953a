"""What is played, and in which pieces: arms times replicates, cut into blocks that bound memory."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from math import ceil
from typing import Any, Protocol

import numpy as np

from sim.foundation.lanes import Lanes

BLOCK_MEMORY = 360e6
"""Bytes that a block may take while it is played, beside the 170 MB of the program itself; twice that where no other process plays.

Larger blocks play faster, the less the more they hold: 4,096 lanes of the claim's year cost a tenth less than 2,048.
"""

_LANE, _FRONT = (
    20e3,
    4.2e3,
)  # bytes of a lane's state and what is worked out from it: of a world, and of each of its fronts
_WEEK, _FRONT_WEEK = (
    530.0,
    50.0,
)  # bytes of a lane's record, which is kept until the block is stored: the same, each week


class Scenario(Protocol):
    """What the experiment needs to know of a scenario; `sim.scenario.read` returns such an object."""

    title: str
    claim_source: str
    text: str
    hash: str
    hashes: dict[str, str]
    run: Any
    verdict: Any
    arms: dict[str, Any]

    def world(self) -> Any:
        """Return the base's world."""


@dataclass(frozen=True)
class Block:
    """Lanes that are played and stored together: some arms (positions in the design) with a range of replicates."""

    arms: tuple[int, ...]
    replicates: range

    @property
    def lanes(self) -> Lanes:
        """The lanes, arms outermost."""
        arms, replicates = np.array(self.arms, dtype=np.int64), np.array(self.replicates, dtype=np.int64)
        return Lanes(np.repeat(arms, len(replicates)), np.tile(replicates, len(arms)))


@dataclass(frozen=True)
class Design:
    """Every arm with every replicate, and how they are cut into blocks.

    Parameters
    ----------
    arms : tuple of str
        Names, the base first.
    replicates : int
        Replicates per arm.
    seed : int
        Keys the noise.
    start : date
        First day.
    days : int
        Length of each replicate, days.
    block : int
        Replicates per block with all arms (the last block may be smaller).
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
    def blocks(self) -> list[Block]:
        """Blocks that hold every lane, in order."""
        return self.missing([])

    @property
    def lane_days(self) -> int:
        """Days to be played, over all lanes."""
        return len(self.arms) * self.replicates * self.days

    def missing(self, done: Iterable[Block]) -> list[Block]:
        """Return blocks that hold every lane which none of `done` holds.

        Replicates that lack the same arms are cut at multiples of one size, so that what is cut does not depend on what
        was done; where few arms are lacking, a block holds more replicates.
        """
        lacking = np.ones((len(self.arms), self.replicates), dtype=bool)
        for block in done:
            lacking[list(block.arms), block.replicates.start : block.replicates.stop] = False
        changes = np.flatnonzero((lacking[:, 1:] != lacking[:, :-1]).any(axis=0)) + 1
        found = []
        for first, last in pairwise([0, *changes.tolist(), self.replicates]):
            arms = tuple(np.flatnonzero(lacking[:, first]).tolist())
            size = self.block * (len(self.arms) // max(len(arms), 1))
            cuts = [first, *range(first - first % size + size, last, size), last] if arms else []
            found += [Block(arms, range(a, b)) for a, b in pairwise(cuts)]
        return found


def lane_memory(fronts: int, days: int) -> float:
    """Return about how many bytes a lane takes while it is played.

    Fitted to the greatest resident memory of four plays by the traced engine: worlds of 3 and 14 fronts, 8 and 52 weeks. The
    numpy engine takes a tenth less.
    """
    weeks = ceil(days / 7) + 1
    return _LANE + _FRONT * fronts + weeks * (_WEEK + _FRONT_WEEK * fronts)


def design(scenario: Scenario, jobs: int = 1, lanes_at_once: int | None = None) -> Design:
    """Return the design of `scenario`, cut so that each of `jobs` workers has a block and none takes too much memory.

    Parameters
    ----------
    scenario : Scenario
    jobs : int
    lanes_at_once : int, optional
        Lanes of a block at most, by default as many as `BLOCK_MEMORY` has room for; never less than one replicate of each arm.
    """
    run = scenario.run
    arms, replicates, days = tuple(scenario.arms), int(run.replicates), int(run.horizon_days)
    memory = BLOCK_MEMORY * (2 if jobs == 1 else 1)
    most = lanes_at_once or int(memory / lane_memory(len(scenario.world().fronts), days))
    limit = max(1, most // len(arms))
    pieces = ceil(replicates / limit)
    pieces = min(replicates, ceil(pieces / jobs) * jobs)  # whole rounds of work: no worker idles at the end
    return Design(arms, replicates, int(run.seed), run.start, days, block=ceil(replicates / pieces))


def usable_cores() -> int:
    """Return how many cores this process may use (which may be fewer than the machine has)."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
