"""A stored result as an xarray Dataset: checked when it is opened, and each array read, and checked, when it is first used."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import xarray as xr
from xarray.backends import BackendArray
from xarray.core import indexing

from sim.analysis.validity import valid_only
from sim.experiment import blocks as stored
from sim.experiment import manifest as manifests
from sim.experiment.blocks import StoredBlock
from sim.experiment.manifest import DATA, DamageError, Layout, Manifest
from sim.foundation.errors import Fault, FaultCollector, UserError


def load(path: str | Path) -> xr.Dataset:
    """Return a stored result, its finished replicates only; arrays are read from the disk when first used.

    Parameters
    ----------
    path : str or Path
        A folder written by ``sim run``, ``sim compare`` or ``sim claim``.

    Returns
    -------
    Dataset
        Dims arm, replicate, time and more by variable; ``attrs["complete"]`` tells whether every replicate is in, and
        ``attrs["excluded"]`` how many are left out because their numbers make no sense.

    Raises
    ------
    DamageError
        If it is not as it was written, with everything that is damaged and the remedy; reading an array whose bytes are
        damaged raises it later.
    UserError
        If there is no result, or none of its replicates is finished, or another version wrote it.
    NoValidReplicateError
        If the numbers of none of them make sense.
    """
    folder = Path(path)
    manifest = manifests.demand(folder)
    found, faults = inspected(folder, manifest)
    if faults:
        raise DamageError([*faults, Fault(f"the result is damaged - {manifest.remedy}", str(folder))])
    replicates = finished(found, manifest)
    if manifest.layout is None or not replicates:
        raise UserError([f"{folder} was begun, but none of its replicates is finished - give its command again"])
    try:
        data = _dataset(manifest, manifest.layout, found)
    except (
        ValueError,
        TypeError,
        LookupError,
        AttributeError,
        OverflowError,
    ) as error:  # our checksum, but not our data
        path = str(folder / manifests.NAME)
        raise DamageError(
            [Fault(f"the manifest is damaged: its parts do not fit together - {manifest.remedy}", path)]
        ) from error
    complete = len(replicates) == manifest.replicates
    if not complete:
        data = data.isel(replicate=replicates)
    return valid_only(data.assign_attrs(complete=complete, folder=str(folder)))


def inspected(folder: Path, manifest: Manifest) -> tuple[list[StoredBlock], list[Fault]]:
    """Return the blocks of a result, and everything that is damaged but for the contents of chunks."""
    if not manifest.blocks:
        return [], []
    data, found, faults = folder / DATA, [], FaultCollector()
    try:
        names = [path.name for path in stored.entries(data)]
    except DamageError as error:
        return [], error.faults
    with faults.gather():
        stored.check_group(data)
    for name in names:
        if not stored.is_block_name(name):
            faults.add(Fault("does not belong here", str(data / name)))
        elif name not in manifest.blocks:  # one of ours was written when the program was stopped before the manifest
            with faults.gather():
                _own(stored.inspect(data / name), manifest)
    for name, digest in manifest.blocks.items():
        with faults.gather():
            found.append(_own(stored.inspect(data / name, digest), manifest))
    return found, faults.faults


def _own(one: StoredBlock, manifest: Manifest) -> StoredBlock:
    """Return the block if it is of the study that the manifest describes; DamageError otherwise."""
    known = all(manifest.arms.get(arm) == key for arm, key in one.receipt.arms.items())
    if not known or one.receipt.layout != manifest.layout or one.receipt.replicates.stop > manifest.replicates:
        raise DamageError([Fault("is a block of another study", str(one.path))])
    return one


def finished(found: Sequence[StoredBlock], manifest: Manifest) -> list[int]:
    """Return the replicates that every arm has."""
    have = np.zeros((len(manifest.arms), manifest.replicates), dtype=bool)
    names = list(manifest.arms)
    for one in found:
        block = one.receipt.block(names)
        have[list(block.arms), one.receipt.first : block.replicates.stop] = True
    done: list[int] = np.flatnonzero(have.all(axis=0)).tolist()
    return done


def _dataset(manifest: Manifest, layout: Layout, found: Sequence[StoredBlock]) -> xr.Dataset:
    start = np.datetime64(manifest.start, "ns")
    coords: dict[str, Any] = {
        "arm": np.array(list(manifest.arms)),
        "replicate": np.arange(manifest.replicates),
        "time": start + np.array(layout.days).astype("timedelta64[D]"),
        **{name: np.array(labels) for name, labels in layout.coords.items()},
    }
    variables: dict[str, Any] = {
        name: (one.dims, np.array(one.values, dtype=float), one.attrs) for name, one in manifest.static.items()
    }
    for name, variable in layout.variables.items():
        array = indexing.LazilyIndexedArray(_Stored(name, manifest, layout, found))
        attributes = {"units": variable.units, "long_name": variable.long_name}
        variables[name] = xr.Variable(("arm", "replicate", "time", *variable.dims), array, attributes)
    coords |= _owners(layout, manifest.attributes)
    return xr.Dataset(variables, coords, manifest.attributes)


def _owners(layout: Layout, attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the coordinates ``role(side)`` and ``target_side(target)``, where the attributes say them."""
    roles = {name: words["role"] for name, words in json.loads(attributes.get("sides", "{}")).items()}
    owners = {"side": ("role", roles), "target": ("target_side", json.loads(attributes.get("target_sides", "{}")))}
    return {
        coordinate: (dim, np.array([known[label] for label in layout.coords[dim]]))
        for dim, (coordinate, known) in owners.items()
        if dim in layout.coords and known.keys() >= set(layout.coords[dim])
    }


class _Stored(BackendArray):  # type: ignore[misc, unused-ignore]
    """A variable over all blocks, shape (arm, replicate, time, ...); it reads the blocks that a selection touches.

    Parameters
    ----------
    name : str
    manifest, layout
    found : sequence of StoredBlock
        Lanes that none of them holds are nan.
    """

    def __init__(self, name: str, manifest: Manifest, layout: Layout, found: Sequence[StoredBlock]) -> None:
        self.name = name
        self.shape = (len(manifest.arms), manifest.replicates, *layout.shape(name))
        self.dtype = np.dtype(np.float32)
        self._blocks = [(one, one.receipt.block(list(manifest.arms))) for one in found]
        self._remedy = manifest.remedy

    def __getitem__(self, key: indexing.ExplicitIndexer) -> Any:
        return indexing.explicit_indexing_adapter(key, self.shape, indexing.IndexingSupport.OUTER, self._read)

    def _read(self, key: tuple[Any, ...]) -> npt.NDArray[np.float32]:
        """Return the selection `key`, which holds a number, slice or array for each dimension."""
        arms, replicates = (np.atleast_1d(np.arange(size)[one]) for size, one in zip(self.shape, key[:2], strict=False))
        behind = _outer(np.empty((0, 0, *self.shape[2:]), dtype=self.dtype), key).shape[2:]
        out = np.full((len(arms), len(replicates), *behind), np.nan, dtype=self.dtype)
        for one, block in self._blocks:
            rows = np.flatnonzero(np.isin(arms, block.arms))
            columns = np.flatnonzero((replicates >= block.replicates.start) & (replicates < block.replicates.stop))
            if not (len(rows) and len(columns)):
                continue
            try:
                chunk = _outer(one.read(self.name), key)
            except DamageError as error:
                raise DamageError([*error.faults, Fault(f"the result is damaged - {self._remedy}")]) from error
            places = [block.arms.index(arm) for arm in arms[rows].tolist()]
            out[np.ix_(rows, columns)] = chunk[np.ix_(np.array(places), replicates[columns] - block.replicates.start)]
        first = tuple(0 if isinstance(one, (int, np.integer)) else slice(None) for one in key[:2])
        found: npt.NDArray[np.float32] = out[first]
        return found


def _outer(array: npt.NDArray[np.float32], key: tuple[Any, ...]) -> npt.NDArray[np.float32]:
    """Return the selection behind arm and replicate, each dimension by itself; the last first, so that numbers keep places."""
    for axis in range(len(key) - 1, 1, -1):
        array = array[(slice(None),) * axis + (key[axis],)]
    return array
