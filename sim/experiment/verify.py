"""Whether a stored result is what was played: every checksum, and some lanes played again and compared bit by bit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from sim.experiment import blocks as stored
from sim.experiment import manifest as manifests
from sim.experiment.blocks import StoredBlock
from sim.experiment.design import Design
from sim.experiment.engines import AUTO, engine_for
from sim.experiment.manifest import DamageError, Manifest
from sim.experiment.run import Draw, Job, Play
from sim.experiment.store import finished, inspected
from sim.experiment.stored_scenario import posterior_of, scenario_of
from sim.foundation.lanes import Lanes


@dataclass(frozen=True)
class Verification:
    """What was found.

    Parameters
    ----------
    folder : Path
    blocks, chunks : int
        How many were read.
    replayed : int
        Lanes played again.
    complete : bool
        Whether every replicate is in.
    damage : tuple of str
        What is damaged, each with its file.
    differing : tuple of str
        Lanes that came out otherwise, each with its arm, replicate and variables.
    remedy : str
        What to do, where something is wrong; else empty.
    """

    folder: Path
    blocks: int
    chunks: int
    replayed: int
    complete: bool
    damage: tuple[str, ...] = ()
    differing: tuple[str, ...] = ()
    remedy: str = ""

    @property
    def sound(self) -> bool:
        """Whether every checksum agrees and every lane came out the same."""
        return not (self.damage or self.differing)

    def account(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        return {**vars(self), "folder": str(self.folder), "sound": self.sound}


def verify(
    folder: str | Path,
    replay: int = 0,
    progress: Callable[[float], None] | None = None,
    *,
    play: Play | None = None,
    draw: Draw | None = None,
) -> Verification:
    """Check a stored result.

    Parameters
    ----------
    folder : str or Path
    replay : int
        How many of its lanes to play again, spread evenly over all; at most as many as there are.
    progress : callable, optional
        Called with the share done, 0 to 1.
    play, draw : callable, optional
        As for `sim.experiment.run.run`.

    Raises
    ------
    UserError
        If there is no result in the folder, or another version of the program wrote it.
    """
    folder = Path(folder)
    try:
        manifest = manifests.demand(folder)
    except DamageError as error:
        damage = tuple(str(fault) for fault in error.faults)
        return Verification(folder, 0, 0, 0, False, damage, remedy=manifests.MEND)
    found, faults = inspected(folder, manifest)
    complete = not faults and len(finished(found, manifest)) == manifest.replicates
    sound = []
    for number, one in enumerate(found, 1):
        try:
            stored.check_contents(one)
            sound.append(one)
        except DamageError as error:
            faults += error.faults
        if progress is not None:
            progress(number / len(found) * (0.5 if replay else 1.0))
    try:
        posterior_of(folder, manifest)
        lanes = _spread(sound, list(manifest.arms), replay)
    except DamageError as error:
        faults += error.faults
        lanes = _spread([], [], 0)
    differing: tuple[str, ...] = ()
    remedy = manifest.remedy if faults else ""
    if lanes.count:
        engine_for(AUTO, manifest.engine, manifest.horizon_days * lanes.count)
        differing = _differing(scenario_of(folder, manifest), manifest, sound, lanes, play, draw, progress)
    if differing:
        same_code = manifest.model_code == manifests.model_code()
        by = f"{manifest.program}, commit {manifest.git_commit or 'unknown'}"
        remedy = "report it: the same code gave other numbers" if same_code else f"other code wrote it: play with {by}"
    chunks = sum(len(one.receipt.sums) for one in found)
    damage = tuple(dict.fromkeys(str(fault) for fault in faults))
    return Verification(folder, len(found), chunks, lanes.count, complete, damage, differing, remedy)


def _spread(found: Sequence[StoredBlock], arms: Sequence[str], count: int) -> Lanes:
    """Return up to `count` of the stored lanes, spread evenly over them."""
    blocks = [one.receipt.block(arms).lanes for one in found]
    if not blocks or count < 1:
        return Lanes(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))
    every = Lanes(np.concatenate([one.arm for one in blocks]), np.concatenate([one.replicate for one in blocks]))
    return every.take(np.unique(np.linspace(0, every.count - 1, min(count, every.count)).round().astype(np.int64)))


def _differing(
    scenario: Any,
    manifest: Manifest,
    found: Sequence[StoredBlock],
    lanes: Lanes,
    play: Play | None,
    draw: Draw | None,
    progress: Callable[[float], None] | None,
) -> tuple[str, ...]:
    """Play the lanes again and return those whose stored values are other bits."""

    def on_progress(day: int) -> None:
        if progress is not None:
            progress(0.5 + 0.5 * day / manifest.horizon_days)

    arms = list(manifest.arms)
    plan = Design(tuple(arms), manifest.replicates, manifest.seed, scenario.run.start, manifest.horizon_days, block=1)
    record = Job(scenario, plan, play, draw, engine=manifest.engine)(lanes, on_progress)
    other: dict[tuple[int, int], list[str]] = {}
    for one in found:
        block = one.receipt.block(arms)
        mine = np.flatnonzero(np.isin(lanes.arm, block.arms) & np.isin(lanes.replicate, block.replicates))
        for name in one.receipt.layout.variables if mine.size else ():
            chunk = one.read(name)
            for lane in mine.tolist():
                arm, replicate = int(lanes.arm[lane]), int(lanes.replicate[lane])
                was = chunk[block.arms.index(arm), replicate - block.replicates.start]
                now = record.arrays[name][..., lane] if name in record.arrays else None
                if now is None or was.tobytes() != np.ascontiguousarray(now, dtype=np.float32).tobytes():
                    other.setdefault((arm, replicate), []).append(name)
    return tuple(
        f"arm {arms[arm]}, replicate {replicate}: {', '.join(other[arm, replicate])}" for arm, replicate in other
    )
