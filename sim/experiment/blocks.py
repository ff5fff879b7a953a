"""A block on the disk: a folder of float32 arrays in the layout of zarr (format 2), one chunk each, with its receipt.

The layout is written and read here, not by the zarr library, because reading must run nothing that a folder names: codec,
type and shape follow from the receipt, and the metadata that zarr reads must be, byte for byte, what is written here. So
any version of zarr can open a block (its receipt is the group's attributes), and none has to.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import re
import shutil
import stat
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.experiment.manifest import DamageError, Layout, Receipt, sealed, unsealed, validated
from sim.foundation import files
from sim.foundation.errors import Fault, UserError

Floats = npt.NDArray[np.float32]

GROUP, _ATTRIBUTES, _ARRAY = ".zgroup", ".zattrs", ".zarray"
GROUP_TEXT = b'{"zarr_format": 2}'
_LEADING = ("arm", "replicate", "time")
_SCRATCH = ".new-"
_MOST_RECEIPT = 50_000_000  # bytes
_MOST_CHUNK = 4_000_000_000  # bytes of a chunk once it is unpacked
_LEVEL = 1  # of Zstandard: higher ones save little on shuffled floats, and take their time


@dataclass(frozen=True)
class StoredBlock:
    """A block whose folder was inspected: every file is there and of a known kind; contents are checked when read."""

    path: Path
    receipt: Receipt
    digest: str

    def read(self, name: str) -> Floats:
        """Return a variable, shape (arm, replicate, time, ...).

        Raises
        ------
        DamageError
            If the bytes on the disk are not those that were written.
        """
        path = self.path / name / _chunk(self.receipt, name)
        shape = self.receipt.shape(name)
        try:
            packed = _plain_file(path, _most(shape))
            if hashlib.sha256(packed).hexdigest() != self.receipt.sums[name]:
                raise ValueError("its checksum differs")
            return _unpacked(packed, shape)
        except (RuntimeError, ValueError, MemoryError) as error:
            raise DamageError([Fault(f"is damaged: {error!s:.100}", str(path))]) from error


@dataclass(frozen=True)
class PackedBlock:
    """A block as it will be written: its receipt, that as text with its checksum, and the chunk of each variable."""

    receipt: Receipt
    attributes: bytes
    digest: str
    chunks: Mapping[str, bytes]


def pack_block(arms: Mapping[str, str], replicates: range, layout: Layout, arrays: Mapping[str, Floats]) -> PackedBlock:
    """Pack a block, so that it can be written or carried.

    Parameters
    ----------
    arms : mapping of str to str
        The key of its numbers by arm, in the order of the arrays' first axis.
    replicates : range
    layout : Layout
    arrays : mapping of str to ndarray of float32, shape (arm, replicate, time, ...)
    """
    packed = {name: _packed(arrays[name]) for name in layout.variables}
    receipt = Receipt(
        arms=dict(arms),
        first=replicates.start,
        count=len(replicates),
        layout=layout,
        sums={name: hashlib.sha256(chunk).hexdigest() for name, chunk in packed.items()},
    )
    return PackedBlock(receipt, *sealed(receipt.model_dump()), packed)


def write_aside(one: PackedBlock, data: Path) -> StoredBlock:
    """Write a block into the folder `data`, under a name that readers pass over; return it.

    Raises
    ------
    OSError
        If the disk refuses; nothing is left behind.
    """
    scratch, receipt = _scratch(data), one.receipt
    try:
        scratch.mkdir()
        (scratch / GROUP).write_bytes(GROUP_TEXT)
        (scratch / _ATTRIBUTES).write_bytes(one.attributes)
        for name, chunk in one.chunks.items():
            (scratch / name).mkdir()
            for file, content in _metadata(receipt, name).items():
                (scratch / name / file).write_bytes(content)
            (scratch / name / _chunk(receipt, name)).write_bytes(chunk)
    except BaseException:
        shutil.rmtree(scratch, ignore_errors=True)
        raise
    return StoredBlock(scratch, receipt, one.digest)


def put_in_place(one: StoredBlock) -> StoredBlock:
    """Give a block that was written aside the name by which it counts; OSError if the disk refuses."""
    path = one.path.with_name(_unused(one.path.parent, one.receipt.replicates))
    try:
        one.path.rename(path)
    except OSError:
        shutil.rmtree(one.path, ignore_errors=True)
        raise
    return replace(one, path=path)


def mark(data: Path) -> str:
    """Put an empty file into the folder of blocks, which is made if need be, and return its name; `sweep` removes it."""
    path = _scratch(data)
    path.touch()
    return path.name


def copy_block(one: StoredBlock, data: Path) -> StoredBlock:
    """Copy a block below another folder `data`, whole or not at all; OSError if the disk refuses."""
    scratch = _scratch(data)
    try:
        shutil.copytree(one.path, scratch)
        path = data / _unused(data, one.receipt.replicates)
        scratch.rename(path)
    except BaseException:
        shutil.rmtree(scratch, ignore_errors=True)
        raise
    return replace(one, path=path)


def _scratch(data: Path) -> Path:
    """Return a new name below the folder of blocks, which is made if need be."""
    data.mkdir(parents=True, exist_ok=True)
    if not (data / GROUP).exists():
        files.write_bytes(data / GROUP, GROUP_TEXT)
    return data / f"{_SCRATCH}{files.token()}"


def inspect(path: Path, digest: str | None = None) -> StoredBlock:
    """Return the block in the folder `path` if every file in it is as `write_aside` leaves it; contents are not read.

    Parameters
    ----------
    path : Path
    digest : str, optional
        The checksum that its receipt must have.

    Raises
    ------
    DamageError
        With everything that is missing, of another kind, or not ours.
    """
    try:
        written = _plain_file(path / _ATTRIBUTES, _MOST_RECEIPT)
        found = unsealed(written)
    except ValueError as error:
        raise DamageError([Fault(f"the block is damaged: {error!s:.100}", str(path))]) from error
    receipt = validated(Receipt, found, path / _ATTRIBUTES)
    seal = sealed(receipt.model_dump())[1]
    if digest not in (None, seal):
        raise DamageError([Fault("is another block than the one that was written here", str(path))])
    faults = list(_faults(path, receipt))
    if faults:
        raise DamageError(faults)
    return StoredBlock(path, receipt, seal)


def check_contents(block: StoredBlock) -> None:
    """Read every chunk of a block.

    Raises
    ------
    DamageError
        With every chunk that is not as it was written.
    """
    faults: list[Fault] = []
    for name in block.receipt.layout.variables:
        try:
            block.read(name)
        except DamageError as error:
            faults += error.faults
    if faults:
        raise DamageError(faults)


def is_block_name(name: str) -> bool:
    """Return whether a name is one that `put_in_place` gives."""
    return re.fullmatch(r"\d{7}-\d{7}(\.\d{1,5})?", name, re.ASCII) is not None


def entries(data: Path) -> list[Path]:
    """Return what lies in the folder of blocks besides its own metadata and blocks that are being written.

    Raises
    ------
    DamageError
        If the folder is missing, or is no folder but a link or a file.
    """
    try:
        names = sorted(_names(data))
    except ValueError as error:
        raise DamageError([Fault(f"the data are missing: {error}", str(data))]) from error
    return [data / name for name in names if name != GROUP and not name.startswith(_SCRATCH)]


def check_group(data: Path) -> None:
    """Raise DamageError if the metadata that zarr reads of the folder of blocks is not as it was written."""
    try:
        right = _plain_file(data / GROUP, _MOST_RECEIPT) == GROUP_TEXT
    except ValueError as error:
        raise DamageError([Fault(str(error), str(data / GROUP))]) from error
    if not right:
        raise DamageError([Fault("is not as it was written", str(data / GROUP))])


def sweep(data: Path) -> None:
    """Remove blocks that a program which was stopped had begun to write."""
    for path in data.glob(f"{_SCRATCH}*"):
        remove(path)


def remove(path: Path) -> None:
    """Remove a block's folder, or whatever stands in its place; links are not followed."""
    with suppress(FileNotFoundError):
        if path.is_symlink() or not path.is_dir():
            path.unlink()
        else:
            shutil.rmtree(path)


def split_lanes(array: Floats, n_arms: int) -> Floats:
    """Reshape ``(time, *dims, lane)`` with arms outermost in the lane into ``(arm, replicate, time, *dims)``."""
    split = array.reshape(*array.shape[:-1], n_arms, -1)
    return np.moveaxis(split, (-2, -1), (0, 1))


def _unused(data: Path, replicates: range) -> str:
    """Return a name for a block: its first and last replicate, numbered where other arms have that name."""
    stem = f"{replicates.start:07d}-{replicates.stop - 1:07d}"
    number, name = 1, stem
    while (data / name).exists():
        number += 1
        name = f"{stem}.{number}"
    return name


def _chunk(receipt: Receipt, name: str) -> str:
    return ".".join("0" * len(receipt.shape(name)))


def _metadata(receipt: Receipt, name: str) -> dict[str, bytes]:
    """Return the metadata files of a variable, as zarr reads them."""
    variable, shape = receipt.layout.variables[name], list(receipt.shape(name))
    array = {
        "zarr_format": 2,
        "shape": shape,
        "chunks": shape,
        "dtype": "<f4",
        "fill_value": "NaN",
        "order": "C",
        "filters": [{"id": "shuffle", "elementsize": 4}],
        "compressor": {"id": "zstd", "level": _LEVEL},
        "dimension_separator": ".",
    }
    attributes: dict[str, Any] = {
        "_ARRAY_DIMENSIONS": [*_LEADING, *variable.dims],
        "units": variable.units,
        "long_name": variable.long_name,
    }
    return {_ARRAY: json.dumps(array).encode(), _ATTRIBUTES: json.dumps(attributes).encode()}


def _packed(array: Floats) -> bytes:
    from numcodecs import Shuffle, Zstd

    plain = np.ascontiguousarray(array, dtype="<f4")
    return bytes(Zstd(_LEVEL).encode(Shuffle(4).encode(plain)))


def _unpacked(packed: bytes, shape: tuple[int, ...]) -> Floats:
    """Return the array in a chunk; it never takes more memory than `shape` says."""
    from numcodecs import Shuffle, Zstd

    shuffled = np.zeros(4 * math.prod(shape), dtype=np.uint8)
    Zstd(_LEVEL).decode(packed, out=shuffled)
    plain = np.empty(shape, dtype="<f4")
    Shuffle(4).decode(shuffled, out=plain)
    return plain


def _most(shape: tuple[int, ...]) -> int:
    """Return the most bytes that a chunk of this shape may have on the disk; ValueError if it is larger than any of ours."""
    plain = 4 * math.prod(shape)
    if plain > _MOST_CHUNK:
        raise ValueError(f"a chunk of {plain / 1e9:.1f} GB is more than this program writes")
    return plain + plain // 64 + 1024  # what Zstandard adds to bytes that cannot be packed


def _faults(path: Path, receipt: Receipt) -> Iterator[Fault]:
    """Yield everything in a block's folder that is not as it was written, contents of chunks aside."""
    variables = receipt.layout.variables
    expected = {path: {GROUP, _ATTRIBUTES, *variables}}
    expected |= {path / name: {_ARRAY, _ATTRIBUTES, _chunk(receipt, name)} for name in variables}
    for folder, wanted in expected.items():
        try:
            found = _names(folder)
        except ValueError as error:
            yield Fault(str(error), str(folder))
            continue
        yield from (Fault("is missing", str(folder / name)) for name in sorted(wanted - found))
        yield from (Fault("does not belong here", str(folder / name)) for name in sorted(found - wanted))
        yield from (
            Fault("is no ordinary file", str(folder / name)) for name in sorted(_links(folder, found - {*variables}))
        )
    texts = {path / GROUP: GROUP_TEXT}
    texts |= {path / name / file: text for name in variables for file, text in _metadata(receipt, name).items()}
    for file, text in texts.items():
        with suppress(ValueError):  # said above
            if _plain_file(file, _MOST_RECEIPT) != text:
                yield Fault("is not as it was written", str(file))


def _links(folder: Path, names: set[str]) -> set[str]:
    return {name for name in names if not stat.S_ISREG((folder / name).lstat().st_mode)}


def _names(folder: Path) -> set[str]:
    """Return the names in a folder that is no link; ValueError otherwise."""
    try:
        if not stat.S_ISDIR(folder.lstat().st_mode):
            raise ValueError("is no folder")
        return set(os.listdir(folder))
    except OSError as error:
        raise ValueError(error.strerror or str(error)) from error


def _plain_file(path: Path, most: int) -> bytes:
    """Return the content of an ordinary file that is no link; ValueError otherwise."""
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            raise ValueError("is not an ordinary file")
        return files.read_bytes(path, most)
    except (OSError, UserError) as error:
        text = error.faults[0].message if isinstance(error, UserError) else error.strerror
        raise ValueError(text or str(error)) from error
