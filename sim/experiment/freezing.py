"""Play a scenario's base with one class of agents after the other frozen, block by block of replicates."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.foundation.executor import in_order
from sim.foundation.lanes import Lanes
from sim.foundation.noise import Noise
from sim.foundation.record import Record
from sim.foundation.workers import pool

Ends = dict[str, npt.NDArray[np.float64]]
"""What a war came to: ``net_km2`` (replicate,), ``casualties`` (side, replicate) and ``delivered`` (replicate,)."""

BLOCK = 50
"""Replicates that are played together."""


@dataclass(frozen=True)
class Frozen:
    """The base's war and every class's, over some replicates; it is pickled, so it holds the scenario and not its draws."""

    scenario: Any

    def __call__(self, replicates: range) -> dict[str, Ends]:
        """Return what each war came to, by the frozen class; the base under ``""``."""
        from sim.models.campaign.frozen import play_frozen
        from sim.scenario.priors.draw import draw

        run, lanes = self.scenario.run, Lanes.grid(1, replicates)
        parameters, noise = draw(self.scenario, lanes, run.seed), Noise(run.seed, lanes.replicate)
        played = play_frozen(parameters, lanes, noise, start=run.start, days=run.horizon_days)
        return {name: _ends(record) for name, record in played.items()}


def freeze(scenario: Any, jobs: int, progress: Callable[[float], None] | None = None) -> dict[str, Ends]:
    """Return what the base and each frozen class came to in every replicate of `scenario`; `progress` hears the share done.

    Whatever the number of workers, the numbers are the same bits.
    """
    count = scenario.run.replicates
    blocks = [range(first, min(first + BLOCK, count)) for first in range(0, count, BLOCK)]
    parts = []
    for part in _played(Frozen(scenario), blocks, min(jobs, len(blocks))):
        parts.append(part)
        if progress is not None:
            progress(len(parts) / len(blocks))
    return {
        name: {key: np.concatenate([part[name][key] for part in parts], axis=-1) for key in ends}
        for name, ends in parts[0].items()
    }


def _played(work: Frozen, blocks: list[range], jobs: int) -> Iterator[dict[str, Ends]]:
    if jobs == 1:
        yield from map(work, blocks)
        return
    with pool(jobs) as workers:
        shared = workers.share(work)
        yield from in_order(workers, [workers.submit(_work, shared, block) for block in blocks])


def _work(work: Frozen, block: range) -> dict[str, Ends]:
    return work(block)


def _ends(record: Record) -> Ends:
    arrays = record.arrays
    return {
        "net_km2": arrays["net_km2"][-1].astype(np.float64),
        "casualties": arrays["casualties"][-1].astype(np.float64),
        "delivered": arrays["delivered"][-1].astype(np.float64).sum(axis=0),
    }
