"""A folder of finished pieces of long work, so that what was computed outlives the process that computed it.

A piece is filed under the hash of everything it depends on, which its owner names; a piece that is found is therefore
the one that would be computed again, and a piece of other work is never taken for it.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from sim.foundation.executor import Executor, WorkerError, successes_first
from sim.foundation.files import open_ordinary, refusal, write_bytes
from sim.foundation.lanes import Array

Arrays = tuple[Array, ...]

_ENDING = ".piece"
_SUM = hashlib.sha256().digest_size  # bytes of the checksum that a piece begins with


class PieceStore:
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
        return 0 if self.folder is None else len(list(self.folder.glob(f"*{_ENDING}")))

    def take(self, key: str) -> Arrays | None:
        """Return the piece that was put under `key`, or None; a damaged one counts as none."""
        if self.folder is None:
            return None
        try:
            with open_ordinary(self._path(key)) as file:
                content = file.read()
        except OSError:
            return None
        body = content[_SUM:]
        if hashlib.sha256(body).digest() != content[:_SUM]:
            return None
        with np.load(io.BytesIO(body), allow_pickle=False) as found:
            return tuple(found[f"arr_{n}"] for n in range(len(found.files)))

    def put(self, key: str, piece: Arrays) -> None:
        """File a piece with its checksum: whole or not at all.

        Raises
        ------
        MachineError, UserError
            If the disk is full, or refuses; what was put before stays.
        """
        if self.folder is None:
            return
        body = io.BytesIO()
        np.savez(body, *piece)
        try:
            write_bytes(self._path(key), hashlib.sha256(body.getvalue()).digest() + body.getvalue())
        except OSError as error:
            raise refusal(
                error,
                f"cannot write to {self.folder}: {error.strerror or error}; {self.count} finished pieces are safe there - "
                "make room, then give the same command again",
            ) from error

    def clear(self) -> None:
        """Remove all pieces, the work being done and kept elsewhere, and the folder unless it holds something else."""
        if self.folder is not None:
            with suppress(OSError):
                for piece in self.folder.glob(f"*{_ENDING}"):
                    piece.unlink()
                self.folder.rmdir()

    def _path(self, key: str) -> Path:
        name = hashlib.sha256(f"{self.work} {key}".encode()).hexdigest()[:24]
        return Path(str(self.folder)) / f"{name}{_ENDING}"


def each(
    workers: Executor, pieces: PieceStore, tasks: Sequence[tuple[str, Callable[..., Arrays], tuple[Any, ...]]]
) -> Iterator[Arrays]:
    """Yield the pieces of `tasks` in their order, from the store where they are, else from the workers.

    Parameters
    ----------
    workers : Executor
    pieces : PieceStore
        Every new piece is put there as soon as it is done, whatever its turn.
    tasks : sequence of (key, function, arguments)
        The key names all that the piece depends on and the work of the store does not.

    Raises
    ------
    WorkerError
        If a worker process is killed; finished pieces stay in the folder.
    """
    try:
        yield from _each(workers, pieces, tasks)
    except WorkerError as error:
        if not pieces.count:
            raise
        raise WorkerError(
            error.reason,
            f"{pieces.count} finished pieces are safe in {pieces.folder} - give the same command again to go on",
        ) from error


def _each(
    workers: Executor, pieces: PieceStore, tasks: Sequence[tuple[str, Callable[..., Arrays], tuple[Any, ...]]]
) -> Iterator[Arrays]:
    begun: list[tuple[str, Arrays | Future[Arrays]]] = []
    for key, work, asked in tasks:
        found = pieces.take(key)
        begun.append((key, workers.submit(work, *asked) if found is None else found))
    waiting = {piece: key for key, piece in begun if isinstance(piece, Future)}
    for _, piece in begun:
        while isinstance(piece, Future) and piece in waiting:
            for done in successes_first(workers.finished(waiting)):
                pieces.put(waiting.pop(done), done.result())
        yield piece.result() if isinstance(piece, Future) else piece
