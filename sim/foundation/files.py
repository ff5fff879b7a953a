"""Files: read only where they are ordinary and of bounded size; written whole or not at all, through no name of the user's."""

from __future__ import annotations

import errno
import os
import secrets
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from sim.foundation.errors import Fault, MachineError, UserError

MEGABYTE = 1_000_000
if sys.platform == "win32":
    _PLAIN, _NO_WAIT, _QUOTA = os.O_BINARY, 0, ()
else:
    _PLAIN, _NO_WAIT, _QUOTA = 0, os.O_NONBLOCK, (errno.EDQUOT,)

_MACHINE = {errno.ENOSPC, errno.EIO, errno.EMFILE, errno.ENFILE, *_QUOTA}

MISSING, FOLDER = "there is no such file", "is a folder"
"""Messages that a caller may add a hint to."""


def open_ordinary(path: Path) -> IO[bytes]:
    """Return an ordinary file opened for reading; the caller closes it.

    It is opened first and looked at then, without waiting: a fifo without a writer would wait for ever.

    Raises
    ------
    OSError
        If there is none, or if it is a folder, a fifo, a socket or a device; ``strerror`` says which.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | _PLAIN | _NO_WAIT)
    except ValueError as error:  # a null byte in the name
        raise OSError(None, str(error)) from error
    try:
        mode = os.fstat(descriptor).st_mode
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(None, FOLDER)
        if not stat.S_ISREG(mode):
            raise OSError(None, "is not an ordinary file")
        return os.fdopen(descriptor, "rb")
    except BaseException:
        os.close(descriptor)
        raise


def read_bytes(path: Path, most: int, shown: str = "") -> bytes:
    """Return the content of an ordinary file that the user named.

    Parameters
    ----------
    path : Path
    most : int
        Largest size allowed, bytes.
    shown : str, optional
        How messages name the file; `path` by default.

    Raises
    ------
    UserError
        If it is missing, a folder, a fifo or a device, larger than `most`, or cannot be read.
    """
    shown = shown or str(path)
    try:
        with open_ordinary(path) as file:
            content = file.read(most + 1)
            size = max(len(content), os.fstat(file.fileno()).st_size)
    except FileNotFoundError as error:
        raise UserError([Fault(MISSING, shown)]) from error
    except OSError as error:
        why = error.strerror or str(error)
        raise UserError([Fault(why if why.startswith("is ") else f"cannot be read: {why}", shown)]) from error
    if len(content) > most:
        raise UserError([Fault(f"is {size / MEGABYTE:.1f} MB - at most {most / MEGABYTE:.0f} MB is allowed", shown)])
    return content


def read_text(path: Path, most: int, shown: str = "") -> str:
    """Return the content of a UTF-8 file, a byte order mark removed; parameters and errors as for `read_bytes`.

    Raises
    ------
    UserError
        Also at the line and column of the first byte that is not UTF-8.
    """
    return as_text(read_bytes(path, most, shown), shown or str(path))


def as_text(content: bytes, shown: str) -> str:
    """Return UTF-8 as text, a byte order mark removed; UserError at the line and column of the first byte that is none."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        column = error.start - (content.rfind(b"\n", 0, error.start) + 1) + 1
        raise UserError([Fault("is not UTF-8 text - save it as UTF-8", shown, line, column)]) from error


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """Yield a file to write to, which takes the place of `path` when the block ends well; else `path` stays as it was.

    What is written goes to a new file beside it, under a name that nobody can have guessed and that is never opened if it
    is there. If `path` is a symbolic link the link is replaced; what it points to stays as it is.

    Raises
    ------
    OSError
        If the disk refuses, or `path` is there and no ordinary file, or may not be written.
    """
    _check_target(path)
    scratch = _beside(path)
    descriptor = _create(scratch)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(scratch, path)
    except BaseException:
        with suppress(OSError):
            scratch.unlink()
        raise


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, in a folder that is made if need be; OSError as `replacing`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as file:
        file.write(content)


def write_text(path: Path, text: str) -> None:
    """Write a UTF-8 file whole or not at all, in a folder that is made if need be; OSError as `replacing`."""
    write_bytes(path, text.encode("utf-8"))


def check_writable(path: Path) -> None:
    """Make sure now that `path` can be written later; nothing is left behind but its folder.

    Raises
    ------
    OSError
        As `replacing`.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    _check_target(path)
    trial = _beside(path)
    os.close(_create(trial))
    trial.unlink()


def _check_target(path: Path) -> None:
    """Refuse a folder, a device, and a file that its owner protected: replacing it would get round that."""
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return
    except ValueError as error:
        raise OSError(None, str(error)) from error
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(None, "it is a folder")
    if stat.S_ISLNK(mode):
        return
    if not stat.S_ISREG(mode):
        raise OSError(None, "it is not an ordinary file")
    if not os.access(path, os.W_OK):
        raise PermissionError(None, "it may not be written")


def refusal(error: OSError, message: str) -> UserError | MachineError:
    """Return what to raise where the disk refuses: a full or broken one is the machine's fault, a wrong place the user's."""
    return MachineError(message) if error.errno in _MACHINE else UserError([message])


def token() -> str:
    """Return letters and digits for a file name that nobody can have used or guessed."""
    return secrets.token_hex(8)


def _beside(path: Path) -> Path:
    return path.with_name(f".{token()}.new")


def _create(path: Path) -> int:
    """Return the descriptor of a new file, with the permissions that the user's umask gives; links are not followed."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _PLAIN
    return os.open(path, flags, 0o666)
