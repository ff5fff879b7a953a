"""A folder of finished pieces of long work, so that what was computed outlives the process that computed it.

A piece is filed under the hash of everything it depends on, which its owner names; a piece that is found is therefore
the one that would be computed again, and a piece of other work is never taken for it.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import zipfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from sim.foundation.errors import UserError
from sim.foundation.executor import Executor, WorkerError, successes_first
from sim.foundation.lanes import Array

Arrays = tuple[Array, ...]


class Shelf:
    """Finished pieces in a folder; without a folder it keeps nothing.

    Parameters
    ----------
    folder : Path or None
        Made when the first piece is put there.
    work : str
        What all pieces depend on besides what `key` names: a hash of inputs and code.
    """

    def __init__(self, folder: Path | None = None, work: str = "") -> None:
        self.folder = folder
        self.work = work

    @property
    def count(self) -> int:
        """Return the number of pieces in the folder, of whatever work."""
        return 0 if self.folder is None else len(list(self.folder.glob("*.npz")))

    def take(self, key: str) -> Arrays | None:
        """Return the piece that was put under `key`, or None; a damaged one counts as none."""
        if self.folder is None:
            return None
        try:
            with np.load(self._path(key), allow_pickle=False) as file:
                return tuple(file[f"arr_{n}"] for n in range(len(file.files)))
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            return None

    def put(self, key: str, piece: Arrays) -> None:
        """File a piece: whole or not at all.

        Raises
        ------
        UserError
            If the disk refuses; what was put before stays.
        """
        if self.folder is None:
            return
        path = self._path(key)
        scratch = path.with_suffix(f".{os.getpid()}.new")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with scratch.open("wb") as file:
                np.savez(file, *piece)
                file.flush()
                os.fsync(file.fileno())
            os.replace(scratch, path)
        except OSError as error:
            with suppress(OSError):
                scratch.unlink()
            raise UserError(
                [
                    f"cannot write to {self.folder}: {error.strerror or error}; {self.count} finished pieces are safe "
                    "there - make room, then give the same command again"
                ]
            ) from error

    def clear(self) -> None:
        """Throw the folder away: the work is done and kept elsewhere."""
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)

    def _path(self, key: str) -> Path:
        name = hashlib.sha256(f"{self.work} {key}".encode()).hexdigest()[:24]
        return Path(str(self.folder)) / f"{name}.npz"


def each(
    workers: Executor, shelf: Shelf, tasks: Sequence[tuple[str, Callable[..., Arrays], tuple[Any, ...]]]
) -> Iterator[Arrays]:
    """Yield the pieces of `tasks` in their order, from the shelf where they are, else from the workers.

    Parameters
    ----------
    workers : Executor
    shelf : Shelf
        Every new piece is put there as soon as it is done, whatever its turn.
    tasks : sequence of (key, function, arguments)
        The key names all that the piece depends on and the shelf's work does not.

    Raises
    ------
    WorkerError
        If a worker process is killed; finished pieces stay in the folder.
    """
    try:
        yield from _each(workers, shelf, tasks)
    except WorkerError as error:
        if not shelf.count:
            raise
        raise WorkerError(
            f"{error}; {shelf.count} finished pieces are safe in {shelf.folder} - give the same command again to go on"
        ) from error


def _each(
    workers: Executor, shelf: Shelf, tasks: Sequence[tuple[str, Callable[..., Arrays], tuple[Any, ...]]]
) -> Iterator[Arrays]:
    begun: list[tuple[str, Arrays | Future[Arrays]]] = []
    for key, work, asked in tasks:
        found = shelf.take(key)
        begun.append((key, workers.submit(work, *asked) if found is None else found))
    waiting = {piece: key for key, piece in begun if isinstance(piece, Future)}
    for _, piece in begun:
        while isinstance(piece, Future) and piece in waiting:
            for done in successes_first(workers.finished(waiting)):
                shelf.put(waiting.pop(done), done.result())
        yield piece.result() if isinstance(piece, Future) else piece
