"""The result folder: a zarr store filled block by block beside its manifest, read back as an xarray Dataset.

One writer (the parent process), one chunk a block and variable, and the manifest last: whatever stops the
program, a block that the manifest calls done is whole on the disk, and any other is played again.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from sim.experiment import manifest as manifests
from sim.experiment.before import observed_months
from sim.experiment.design import Design
from sim.foundation.errors import Fault, UserError
from sim.foundation.record import Record

if TYPE_CHECKING:
    import xarray as xr

DATA = "data.zarr"
LOCK = ".lock"
_LEFT_BEHIND = (f".{manifests.NAME}.new", LOCK)
"""What a run that died before its manifest leaves in a folder."""
_LEADING = ("arm", "replicate", "time")


class Store:
    """A result folder opened for writing.

    Parameters
    ----------
    folder : Path
        An existing folder with a manifest; see `open_for_writing`.
    manifest : dict
        What that manifest says.
    plan : Design
        The design that the folder holds.
    """

    def __init__(self, folder: Path, manifest: dict[str, Any], plan: Design) -> None:
        self.folder = folder
        self.manifest = manifest
        self.plan = plan

    @property
    def missing(self) -> list[int]:
        """Indices of the blocks still to be played."""
        done = set(self.manifest["done"])
        return [index for index in range(len(self.plan.blocks)) if index not in done]

    def write(self, index: int, record: Record, attributes: dict[str, Any], static: dict[str, Any]) -> None:
        """Store one block; `attributes` and `static` (arm-free variables) are used by the first one only.

        Raises
        ------
        UserError
            If the disk refuses; finished blocks stay, and the message says how to go on.
        """
        import zarr

        try:
            if not self.manifest["done"]:
                _create(self.folder / DATA, self.plan, record, attributes, static)
            group = zarr.open_group(self.folder / DATA, mode="r+")
            block = self.plan.blocks[index]
            for name, array in record.arrays.items():
                target: Any = group[name]
                target[:, block.start : block.stop] = split_lanes(array, len(self.plan.arms))
            done = sorted([*self.manifest["done"], index])
            manifests.write(self.folder, {**self.manifest, "done": done})
            self.manifest["done"] = done
        except OSError as error:
            n_done = len(self.manifest["done"])
            raise UserError(
                [
                    f"cannot write to {self.folder}: {error.strerror or error}; {n_done} of "
                    f"{len(self.plan.blocks)} blocks are safe - make room, then give the same command again"
                ]
            ) from error


def split_lanes(array: npt.NDArray[np.float32], n_arms: int) -> npt.NDArray[np.float32]:
    """Reshape ``(time, *dims, lane)`` with arms outermost in the lane into ``(arm, replicate, time,
    *dims)``.
    """
    split = array.reshape(*array.shape[:-1], n_arms, -1)
    return np.moveaxis(split, (-2, -1), (0, 1))


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

    with _told(folder):
        if manifests.read(folder) is None:
            _make(folder, must_exist=must_exist)
        lock = FileLock(folder / LOCK, timeout=0)
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


def open_for_writing(folder: Path, manifest: dict[str, Any], plan: Design) -> Store:
    """Return a store in `folder`, which `sole_writer` holds: a new one, or the one that the same experiment began there.

    Raises
    ------
    UserError
        If the folder holds another experiment or cannot be written.
    """
    with _told(folder):
        old = manifests.read(folder)
        if old is not None:
            return _continue(folder, old, manifest, plan)
        manifests.write(folder, manifest)
    return Store(folder, manifest, plan)


def _make(folder: Path, *, must_exist: bool) -> None:
    if must_exist:
        raise UserError([f"nothing to resume: {folder} holds no stopped run - leave out --resume"])
    if folder.is_file():
        raise UserError([f"{folder} is a file; the results need a folder - give another with --out"])
    if folder.is_dir() and any(entry.name not in _LEFT_BEHIND for entry in folder.iterdir()):
        raise UserError([f"{folder} is not empty and is not a result of sim; it stays untouched - give another --out"])
    folder.mkdir(parents=True, exist_ok=True)


@contextmanager
def _told(folder: Path) -> Iterator[None]:
    """Turn a refusal of the disk into a message."""
    try:
        yield
    except OSError as error:
        raise UserError(
            [f"cannot write results to {folder}: {error.strerror or error} - give another folder with --out"]
        ) from error


def _continue(folder: Path, old: dict[str, Any], new: dict[str, Any], plan: Design) -> Store:
    found = manifests.differences(old, new)
    if found:
        raise UserError(
            [f"{folder} holds another run (different: {'; '.join(found)}) - give another folder with --out"]
        )
    manifests.write(folder, old)  # shows that the folder can be written
    same_cut = Design(plan.arms, plan.replicates, plan.seed, plan.start, plan.days, old["block"])
    return Store(folder, old, same_cut)


def _create(path: Path, plan: Design, record: Record, attributes: dict[str, Any], static: dict[str, Any]) -> None:
    """Lay out an empty store: coordinates, arm-free variables, and every recorded variable full of nan."""
    import xarray as xr
    import zarr

    if path.exists():  # left by a run that died before its first block was done
        shutil.rmtree(path)
    start = np.datetime64(plan.start, "ns")
    coords: dict[str, Any] = {
        "arm": np.array(plan.arms),
        "replicate": np.arange(plan.replicates),
        "time": start + record.days.astype("timedelta64[D]"),
        **{name: np.array(values) for name, values in record.coords.items()},
    }
    xr.Dataset(static, coords, attributes).to_zarr(path, mode="w", zarr_format=2, consolidated=False)
    group = zarr.open_group(path, mode="r+")
    sizes = {"arm": len(plan.arms), "replicate": plan.replicates, "time": len(record.days)}
    sizes |= {name: len(values) for name, values in record.coords.items()}
    for variable in record.variables.values():
        dims = (*_LEADING, *variable.dims)
        shape = tuple(sizes[dim] for dim in dims)
        got = record.arrays[variable.name].shape[:-1]
        if got != shape[2:]:
            raise ValueError(f"{variable.name} was recorded as (time, *dims) = {got}, not {shape[2:]}")
        group.create_array(
            variable.name,
            shape=shape,
            chunks=(shape[0], min(plan.block, plan.replicates), *shape[2:]),
            dtype="float32",
            fill_value=float("nan"),
            attributes={
                "_ARRAY_DIMENSIONS": list(dims),
                "units": variable.unit,
                "long_name": variable.long_name,
            },
        )
    zarr.consolidate_metadata(path)


def load(path: str | Path) -> xr.Dataset:
    """Return a stored result, its finished replicates only; arrays are read from the disk when first used.

    Parameters
    ----------
    path : str or Path
        A folder written by ``sim run``, ``sim compare`` or ``sim claim``.

    Returns
    -------
    Dataset
        Dims arm, replicate, time and more by variable; ``attrs["complete"]`` tells whether every replicate
        is in.

    Raises
    ------
    UserError
        If there is no result, or none of its blocks is finished.
    """
    import xarray as xr

    folder = Path(path)
    found = manifests.read(folder)
    if found is None:
        raise UserError([f"no result in {folder}: it has no {manifests.NAME}"])
    if not found["done"]:
        raise UserError([f"{folder} was begun, but none of its blocks is finished - give its command again"])
    try:
        data = xr.open_zarr(folder / DATA, chunks=None, consolidated=True)
    except (OSError, KeyError, ValueError) as error:
        raise UserError([Fault(f"the result is damaged ({error})", str(folder))]) from error
    block, total = found["block"], found["replicates"]
    inside = [r for index in found["done"] for r in range(index * block, min((index + 1) * block, total))]
    if len(inside) < total:
        data = data.isel(replicate=inside)
    loaded: xr.Dataset = data.assign_attrs(complete=len(inside) == total, folder=str(folder))
    return loaded


def default_folder(stem: str, scenario_hash: str, seed: int, replicates: int) -> Path:
    """Return ``results/<stem>-<hash8>-s<seed>-r<replicates>``; the hash covers the scenario and the model's
    code.

    So an edited scenario or an edited model gets a folder of its own, and the same command finds its old one.
    """
    import hashlib

    both = hashlib.sha256(f"{scenario_hash} {manifests.model_code()}".encode()).hexdigest()
    return Path("results") / f"{stem}-{both[:8]}-s{seed}-r{replicates}"


def attributes_of(scenario: Any, plan: Design) -> dict[str, Any]:
    """Return the Dataset attributes: what a figure or a verdict must know besides the numbers."""
    import json

    from sim._version import __version__

    verdict = dataclasses.asdict(scenario.verdict)
    labels = {name: getattr(arm, "label", None) or name for name, arm in scenario.arms.items()}
    return {
        "title": scenario.title,
        "description": str(getattr(scenario, "description", "") or ""),
        "start": plan.start.isoformat(),
        "horizon_days": plan.days,
        "seed": plan.seed,
        "arm_labels": json.dumps(labels, ensure_ascii=False),
        "code_version": __version__,
        "scenario_hash": scenario.hash,
        "observed_monthly_gain": observed_months(Path(getattr(scenario, "path", "")), plan.start),
        **{f"verdict_{name}": _plain(value) for name, value in verdict.items()},
    }


def _plain(value: Any) -> Any:
    if isinstance(value, dt.date):
        return value.isoformat()
    with suppress(TypeError, ValueError):
        if not isinstance(value, (str, bool)):
            return float(value)
    return [_plain(item) for item in value] if isinstance(value, (list, tuple)) else value
