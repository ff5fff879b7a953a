"""A table of many replicates, put together from pieces: in memory, or on the disk where it would take much of it.

On the disk every variable is one array that is read when it is asked for, and only as far: what is judged looks at a few
variables at a time, so that memory hardly grows with the replicates.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import IO, Any, cast

import numpy as np
import numpy.typing as npt
import xarray as xr
from xarray.backends import BackendArray
from xarray.core import indexing

from sim.foundation.errors import MachineError

ALONG = "replicate"
MOST_HELD = 8 * 2**20
"""Bytes from which on a table is kept on the disk."""

Values = npt.NDArray[Any]


def joined(pieces: Iterable[xr.Dataset], replicates: int, most_held: int = MOST_HELD) -> xr.Dataset:
    """Return pieces of a table as one.

    Parameters
    ----------
    pieces : iterable of Dataset
        Some replicates each, in order; every variable has the dimension ``replicate``.
    replicates : int
        Of all pieces together.
    most_held : int
        Bytes from which on the table is kept on the disk.

    Returns
    -------
    Dataset
        With the attributes and the other coordinates of the first piece. Kept on the disk it reads a variable each time
        that it is asked for.

    Raises
    ------
    MachineError
        If the disk has no room for it.
    """
    columns: dict[str, _Held | _OnDisk] = {}
    labels: list[Values] = []
    first, at = None, 0
    for piece in pieces:
        if first is None:
            first, columns = piece.drop_vars(ALONG), _columns(piece, replicates, most_held)
        for name, column in columns.items():
            column.put(at, piece[name].to_numpy())
        labels.append(piece[ALONG].to_numpy())
        at += piece.sizes[ALONG]
    if first is None:
        raise ValueError("a table of no pieces")
    found = {name: xr.Variable(first[name].dims, column.array, first[name].attrs) for name, column in columns.items()}
    return xr.Dataset(found, {**first.coords, ALONG: np.concatenate(labels)}, first.attrs)


def _columns(piece: xr.Dataset, replicates: int, most_held: int) -> dict[str, _Held | _OnDisk]:
    """Return an empty column for every variable of a piece."""
    share = replicates / piece.sizes[ALONG]
    kind: type[_Held | _OnDisk] = _Held if share * piece.nbytes <= most_held else _OnDisk
    return {str(name): kind(one.variable, replicates) for name, one in piece.data_vars.items()}


@contextmanager
def _refusals_explained() -> Iterator[None]:
    """Say of what the disk refuses what it was for and what helps."""
    try:
        yield
    except OSError as error:
        why = error.strerror or error
        raise MachineError(
            f"cannot keep the outcomes of all replicates in a scratch file ({why}): set TMPDIR"
        ) from error


class _Held:
    """A variable in memory."""

    def __init__(self, like: xr.Variable, replicates: int) -> None:
        self._axis = like.dims.index(ALONG)
        shape = [*like.shape[: self._axis], replicates, *like.shape[self._axis + 1 :]]
        self.array = np.empty(shape, dtype=like.dtype)

    def put(self, at: int, values: Values) -> None:
        """Take in the values of replicates from place `at` on."""
        into = np.moveaxis(self.array, self._axis, 0)
        into[at : at + values.shape[self._axis]] = np.moveaxis(values, self._axis, 0)


class _OnDisk(BackendArray):  # type: ignore[misc, unused-ignore]
    """A variable in a scratch file without a name, replicate by replicate; it goes with the last that refers to it."""

    def __init__(self, like: xr.Variable, replicates: int) -> None:
        self._axis = like.dims.index(ALONG)
        self.shape = (*like.shape[: self._axis], replicates, *like.shape[self._axis + 1 :])
        self.dtype = like.dtype
        with _refusals_explained():
            self._file = cast("IO[bytes]", tempfile.TemporaryFile())  # noqa: SIM115 - closed when nothing refers to it

    @property
    def array(self) -> indexing.LazilyIndexedArray:
        """What xarray reads from."""
        return indexing.LazilyIndexedArray(self)

    def put(self, at: int, values: Values) -> None:
        """Write the values of the next replicates."""
        with _refusals_explained():
            self._file.write(np.ascontiguousarray(np.moveaxis(values, self._axis, 0), dtype=self.dtype).tobytes())
            self._file.flush()

    def __getitem__(self, key: indexing.ExplicitIndexer) -> Any:
        return indexing.explicit_indexing_adapter(key, self.shape, indexing.IndexingSupport.OUTER, self._read)

    def _read(self, key: tuple[Any, ...]) -> Values:
        """Return the selection `key`, which holds a number, slice or array for each dimension."""
        by_replicate = (self.shape[self._axis], *self.shape[: self._axis], *self.shape[self._axis + 1 :])
        stored: Values = np.memmap(self._file, dtype=self.dtype, mode="r", shape=by_replicate)
        array = np.moveaxis(stored, 0, self._axis)
        for axis in range(len(key) - 1, -1, -1):  # each by itself; the last first, so that numbers keep places
            array = array[(slice(None),) * axis + (key[axis],)]
        return np.array(array)
