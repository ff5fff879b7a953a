"""Filling a result folder, by one writer at a time: what is damaged in it, or missing, is played again.

A block is written under another name and then renamed, and the manifest is written last: whatever stops the program, a
block that the manifest names is whole on the disk. A block says itself of which study it is, so that one is found again
when the manifest is lost, and never taken for another.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np

from sim._version import __version__
from sim.analysis.record import RECORD
from sim.experiment import blocks as stored
from sim.experiment import manifest as manifests
from sim.experiment.blocks import PackedBlock, StoredBlock
from sim.experiment.delivery import Address
from sim.experiment.design import Block, Design, Scenario
from sim.experiment.engines import NUMPY, engine_for
from sim.experiment.folders import STUDY, identity
from sim.experiment.geography import front_geography
from sim.experiment.manifest import DATA, POSTERIOR, DamageError, Engine, Layout, Manifest
from sim.experiment.metrics import recorded
from sim.experiment.naming import names_of
from sim.experiment.observed_months import observed_months
from sim.experiment.sanity import unusual_inputs
from sim.foundation import files
from sim.foundation.errors import Fault, UserError

_LOG = logging.getLogger(__name__)
"""Where nobody listens, Python prints warnings on standard error."""

LOCK = ".sim-lock"


class Store:
    """A result folder opened for writing; see `open_for_writing`.

    Parameters
    ----------
    folder : Path
        Held by `sole_writer`.
    scenario : Scenario
    plan : Design
    manifest : Manifest
        What the folder's manifest says.
    found : sequence of StoredBlock
        The blocks in it, checked.
    """

    def __init__(
        self, folder: Path, scenario: Any, plan: Design, manifest: Manifest, found: Sequence[StoredBlock]
    ) -> None:
        self.folder = folder
        self.plan = plan
        self.manifest = manifest
        self.blocks = [one.receipt.block(plan.arms) for one in found]
        self._scenario = scenario

    @property
    def count(self) -> tuple[int, int]:
        """How many blocks are stored, and how many there will be."""
        return len(self.blocks), len(self.blocks) + len(self.missing)

    @property
    def missing(self) -> list[Block]:
        """Blocks still to be played."""
        return self.plan.missing(self.blocks)

    @contextmanager
    def address(self) -> Iterator[Address]:
        """Yield where blocks are wanted, for those who play them, marked so that they know the folder when they see it.

        Raises
        ------
        MachineError, UserError
            If the disk is full, or refuses.
        """
        with self._disk_errors():
            data = (self.folder / DATA).absolute()
            mark = stored.mark(data)
        try:
            yield Address(data, mark, {name: self.manifest.arms[name] for name in self.plan.arms})
        finally:
            with suppress(OSError):  # what lost workers left; what remains is passed over, and swept when next opened
                stored.sweep(data)

    def take_in(self, block: Block, delivery: Callable[[], StoredBlock | PackedBlock]) -> None:
        """Put a delivered block in its place, and name it in the manifest.

        Parameters
        ----------
        block : Block
        delivery : callable
            Returns what `Address.deliver` returned, or raises what it raised.

        Raises
        ------
        MachineError, UserError
            If the disk is full, or refuses; what was stored stays, and the message says how to go on.
        """
        with self._disk_errors():
            one = delivery()
            layout = one.receipt.layout
            if self.manifest.layout not in (None, layout):
                raise ValueError("a block was recorded with other variables or labels than those before it")
            if isinstance(one, PackedBlock):
                one = stored.write_aside(one, self.folder / DATA)
            one = stored.put_in_place(one)
            manifest = self.manifest.model_copy(
                update={"layout": layout, "blocks": {**self.manifest.blocks, one.path.name: one.digest}}
            )
            if self.manifest.layout is None:
                manifest = manifest.model_copy(update=_about(self._scenario, self.plan, layout))
            manifests.write(self.folder, manifest)
        self.manifest = manifest
        self.blocks.append(block)

    @contextmanager
    def _disk_errors(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            done, total = self.count
            raise files.refusal(
                error,
                f"cannot write to {self.folder}: {error.strerror or error}; {done} of {total} blocks are safe - make "
                "room, then give the same command again",
            ) from error


@contextmanager
def sole_writer(folder: Path, *, must_exist: bool = False) -> Iterator[None]:
    """Make the folder if need be and hold it: two programs that fill the same result would spoil it.

    The system lets go of it when this process ends, however it ends.

    Raises
    ------
    UserError
        Before anything is computed: if another process holds the folder, it cannot be written, it is not a result,
        or `must_exist` and there is none.
    """
    from filelock import FileLock, Timeout

    with _disk_errors(folder):
        if not _is_result(folder):
            _make(folder, must_exist=must_exist)
        lock_file = folder / LOCK
        if lock_file.is_symlink() or (lock_file.exists() and not lock_file.is_file()):
            raise UserError([Fault("is no ordinary file, as a lock is - remove it", str(lock_file))])
        lock = FileLock(lock_file, timeout=0)
        try:
            lock.acquire()
        except Timeout:
            raise UserError(
                [f"another program is writing to {folder} - wait for it, or give another folder with --out"]
            ) from None
    try:
        yield
    finally:
        lock.release()


def open_for_writing(
    folder: Path,
    scenario: Any,
    plan: Design,
    command: str = "",
    keep: tuple[str, ...] | None = None,
    others: Sequence[Path] = (),
    engine: str = NUMPY,
) -> Store:
    """Return a store in `folder`, which `sole_writer` holds: a new one, or the one that the same experiment began there.

    An experiment with further arms or replicates goes on with those that are stored. Blocks that are damaged are removed,
    so that they count as missing; the log has a warning for each.

    Parameters
    ----------
    folder, scenario, plan
    command : str
        For the manifest.
    keep : tuple of str, optional
        Variables that are stored; all by default.
    others : sequence of Path
        Results from which blocks that are missing here are copied.
    engine : str
        See `sim.experiment.engines.engine_for`.

    Raises
    ------
    UserError
        If the folder holds another experiment or cannot be written.
    """
    with _disk_errors(folder):
        for name in (manifests.NAME, POSTERIOR, STUDY):
            _make_way(folder / name, folder)
        try:
            old = manifests.read(folder)
        except DamageError as error:
            old = None
            _LOG.warning(f"{error}; it is written again")
        asked_by = manifests.describe(scenario, plan, command, keep)
        stored_by = (old.engine if old.blocks else None) if old else _engine_of_blocks(folder / DATA, asked_by)
        new = asked_by[engine_for(engine, stored_by, plan.lane_days, _engine_of(others, asked_by))]
        if old is not None:
            _refuse(folder, manifests.differences(old, new))
        sound = _sound(folder, old, new, plan)
        sound += _taken_over(folder, new, plan, sound, others)
        layout = sound[0].receipt.layout if sound else None
        kept = {"blocks": {one.path.name: one.digest for one in sound}, "layout": layout}
        about = _about(scenario, plan, layout) if layout else {}
        if old is None or not manifests.same_study(old, new):
            new = new.model_copy(update=kept | about | ({"created": old.created} if old else {}))
        else:  # it stays as it is, with the command that the result came from
            new = old.model_copy(update=kept | about)
        _write_posterior(folder, scenario)
        files.write_text(folder / STUDY, f"{identity(scenario)}\n")
        manifests.write(folder, new)
    return Store(folder, scenario, plan, new, sound)


def _engine_of(others: Sequence[Path], asked_by: Mapping[Engine, Manifest]) -> Engine | None:
    """Return the engine by which other results have played some of what is asked for; None if there are none."""
    for other in others:
        with suppress(UserError):
            found = manifests.read(other)
            if found is not None and found.blocks and found.arms.items() & asked_by[found.engine].arms.items():
                return found.engine
    return None


def _engine_of_blocks(data: Path, asked_by: Mapping[Engine, Manifest]) -> Engine | None:
    """Return the engine of blocks whose manifest is lost, by the key that each knows of itself; None without such."""
    for path in stored.entries(data) if data.is_dir() else ():
        with suppress(UserError):
            one = stored.inspect(path, None)
            for engine, manifest in asked_by.items():
                if _belongs(one, manifest):
                    return engine
    return None


def _sound(folder: Path, old: Manifest | None, new: Manifest, plan: Design) -> list[StoredBlock]:
    """Return the blocks in the folder that `new` can go on with; remove what is damaged, set aside what is not ours."""
    data = folder / DATA
    if data.is_symlink() or (data.exists() and not data.is_dir()):
        _set_aside(data, folder)
    if not data.exists():
        if old is not None and old.blocks:
            _LOG.warning(f"{data} was missing; all of it is played again")
        return []
    stored.sweep(data)
    _make_way(data / stored.GROUP, folder)
    files.write_bytes(data / stored.GROUP, stored.GROUP_TEXT)
    found: list[StoredBlock] = []
    foreign: list[StoredBlock] = []
    damaged: list[tuple[Path, Fault]] = []
    for path in stored.entries(data):
        if not stored.is_block_name(path.name):
            _set_aside(path, folder)
            continue
        try:
            one = stored.inspect(path, old.blocks.get(path.name) if old else None)
            stored.check_contents(one)
        except DamageError as error:
            damaged.append((path, error.faults[0]))
            continue
        (found if _belongs(one, new) else foreign).append(one)
    if foreign and old is None:
        _refuse(folder, ["its blocks"])
    for one in foreign:
        _set_aside(one.path, folder)
    for path, fault in damaged:
        _LOG.warning(f"{fault}; the block is played again")
        stored.remove(path)
    return _disjoint(found, plan)


def _taken_over(
    folder: Path, new: Manifest, plan: Design, sound: Sequence[StoredBlock], others: Sequence[Path]
) -> list[StoredBlock]:
    """Copy from other results the sound blocks that hold nothing but lanes that are missing here; return the copies."""
    held = _Held(plan, sound)
    copies: list[StoredBlock] = []
    for other in others if not held.all() else ():
        if other.resolve() == folder.resolve():
            continue
        with suppress(UserError):
            manifest = manifests.read(other)
            for name, digest in manifest.blocks.items() if manifest else ():
                with suppress(DamageError):
                    one = stored.inspect(other / DATA / name, digest)
                    if _belongs(one, new) and not held.touches(one):
                        stored.check_contents(one)
                        copies.append(stored.copy_block(one, folder / DATA))
                        held.add(one)
    return copies


class _Held:
    """Which lanes of a design some blocks hold."""

    def __init__(self, plan: Design, found: Sequence[StoredBlock] = ()) -> None:
        self._arms = plan.arms
        self._lanes = np.zeros((len(plan.arms), plan.replicates), dtype=bool)
        for one in found:
            self.add(one)

    def _part(self, one: StoredBlock) -> tuple[list[int], slice]:
        block = one.receipt.block(self._arms)
        return list(block.arms), slice(block.replicates.start, block.replicates.stop)

    def add(self, one: StoredBlock) -> None:
        self._lanes[self._part(one)] = True

    def touches(self, one: StoredBlock) -> bool:
        return bool(self._lanes[self._part(one)].any())

    def all(self) -> bool:
        return bool(self._lanes.all())


def _belongs(one: StoredBlock, manifest: Manifest) -> bool:
    """Return whether the numbers in a block are those that `manifest` asks for."""
    arms = all(manifest.arms.get(arm) == key for arm, key in one.receipt.arms.items())
    return arms and one.receipt.replicates.stop <= manifest.replicates


def _disjoint(found: list[StoredBlock], plan: Design) -> list[StoredBlock]:
    """Return the blocks without those whose lanes others hold; remove the latter."""
    held, kept = _Held(plan), []
    for one in found:
        if held.touches(one):
            stored.remove(one.path)
            continue
        held.add(one)
        kept.append(one)
    return kept


def _make_way(path: Path, folder: Path) -> None:
    """Set aside what stands where a file of ours belongs and cannot be replaced by one."""
    if path.exists() and not path.is_file() and not path.is_symlink():
        _set_aside(path, folder)


def _set_aside(path: Path, folder: Path) -> None:
    """Move something that is not ours to the top of the result's folder, under a name that says so."""
    target = folder / f"unexpected-{files.token()}-{path.name}"
    path.rename(target)
    _LOG.warning(f"{path} does not belong there; it is now {target}")


def _refuse(folder: Path, found: list[str]) -> None:
    if found:
        raise UserError(
            [f"{folder} holds another run (different: {'; '.join(found)}) - give another folder with --out"]
        )


def _is_result(folder: Path) -> bool:
    """Return whether the folder is a result, a damaged one included."""
    try:
        return manifests.read(folder) is not None or (folder / DATA / stored.GROUP).is_file()
    except DamageError:
        return (folder / LOCK).exists() or (folder / DATA).exists()


def _make(folder: Path, *, must_exist: bool) -> None:
    if must_exist:
        raise UserError([f"nothing to resume: {folder} holds no stopped run - leave out --resume"])
    if folder.is_file():
        raise UserError([f"{folder} is a file; the results need a folder - give another with --out"])
    if folder.is_dir() and any(entry.name != LOCK for entry in folder.iterdir()):
        raise UserError([f"{folder} is not empty and is not a result of sim; it stays untouched - give another --out"])
    folder.mkdir(parents=True, exist_ok=True)


@contextmanager
def _disk_errors(folder: Path) -> Iterator[None]:
    """Turn a refusal of the disk into a message."""
    try:
        yield
    except OSError as error:
        message = f"cannot write results to {folder}: {error.strerror or error} - give another folder with --out"
        raise files.refusal(error, message) from error


def _about(scenario: Any, plan: Design, layout: Layout) -> dict[str, Any]:
    """Return what the manifest says besides numbers: attributes of the Dataset, and variables without arm and time."""
    static = front_geography(scenario, layout.coords.get("front", []))
    return {"attributes": attributes_of(scenario, plan), "static": static}


def _write_posterior(folder: Path, scenario: Any) -> None:
    """Keep the posterior beside the manifest: with the scenario's text in it, the result can be played again from itself."""
    from sim.scenario.priors.posterior import write

    posterior = getattr(scenario, "posterior", None)
    if posterior is not None:
        write(folder / POSTERIOR, posterior, "The posterior that this result was played with.")


def attributes_of(scenario: Scenario, plan: Design) -> dict[str, Any]:
    """Return the Dataset attributes: what a figure or a verdict must know besides the numbers."""
    verdict = dataclasses.asdict(scenario.verdict)
    labels = {name: getattr(arm, "label", None) or name for name, arm in scenario.arms.items()}
    return {
        "title": scenario.title,
        "description": str(getattr(scenario, "description", "") or ""),
        **({"claim_source": scenario.claim_source} if scenario.claim_source else {}),
        "start": plan.start.isoformat(),
        "horizon_days": plan.days,
        "seed": plan.seed,
        **({} if recorded(scenario) is None else {RECORD: scenario.run.record}),
        "arm_labels": json.dumps(labels, ensure_ascii=False),
        "code_version": __version__,
        "scenario_hash": scenario.hash,
        "unusual_inputs": json.dumps(unusual_inputs(scenario)),
        "observed_monthly_gain": observed_months(Path(getattr(scenario, "path", "")), plan.start),
        **names_of(scenario),
        **{f"verdict_{name}": _plain(value) for name, value in verdict.items()},
    }


def _plain(value: Any) -> Any:
    if isinstance(value, dt.date):
        return value.isoformat()
    with suppress(TypeError, ValueError):
        if not isinstance(value, (str, bool)):
            return float(value)
    return [_plain(item) for item in value] if isinstance(value, (list, tuple)) else value
