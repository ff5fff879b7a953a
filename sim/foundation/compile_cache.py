"""The user's cache of what is compiled: libraries, and what is known of how to run them.

What is kept here is executed when it is loaded. So the folder is for the user alone, and only files that are the user's own and
that nobody else can write to are read. Everything in it can be made anew: what is damaged or cannot be kept is done without,
and what nobody has used for a while is removed.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import stat
import tempfile
import time
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

UNUSED = 90 * 86_400.0
"""Seconds after which what nobody has used is removed: each version of the program, and each shape of world, leaves its own."""


def folder() -> Path | None:
    """Return a folder of the user's cache that nobody else can write to; None if there can be none."""
    try:
        home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
        found = home / "in-concert" / "compiled"
        found.mkdir(mode=0o700, parents=True, exist_ok=True)
        return found if is_ours(found) else None
    except (OSError, RuntimeError):  # also: nobody knows where the user's home is
        return None


def is_ours(path: Path) -> bool:
    """Return whether a file is the user's own, no link, and written to by nobody else; an OSError if there is none."""
    found = path.lstat()
    ours = not hasattr(os, "getuid") or found.st_uid == os.getuid()
    return ours and not stat.S_ISLNK(found.st_mode) and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def note_use(path: Path) -> None:
    """Note that a file of the cache is in use."""
    with suppress(OSError):
        os.utime(path)


def digest(*words: str) -> str:
    """Return a short hash of some texts, in order."""
    return hashlib.blake2b("\0".join(words).encode()).hexdigest()[:32]


@cache
def source_digest() -> str:
    """Return a hash of the source of the whole package: what was traced by other code is not read."""
    root = Path(__file__).resolve().parents[1]
    found = hashlib.blake2b()
    for path in sorted(root.rglob("*.py")):
        found.update(f"{path.relative_to(root).as_posix()}\n".encode())
        found.update(path.read_bytes())
    return found.hexdigest()


def read(name: str) -> Any:
    """Return the object that is kept under a name; None where there is none that can be read."""
    home = folder()
    if home is None:
        return None
    try:
        path = home / name
        if not is_ours(path):
            return None
        note_use(path)
        return pickle.loads(path.read_bytes())
    except Exception:  # a damaged pickle may raise anything; whatever it is, the object is made anew
        return None


def write(name: str, item: Any) -> None:
    """Keep an object under a name, in place of what is there; nothing happens where the cache takes nothing."""
    home = folder()
    if home is None:
        return
    with suppress(OSError):
        handle, made = tempfile.mkstemp(dir=home)
        try:
            with os.fdopen(handle, "wb") as file:
                pickle.dump(item, file, protocol=pickle.HIGHEST_PROTOCOL)
            os.replace(made, home / name)
        except BaseException:
            Path(made).unlink(missing_ok=True)
            raise
        _remove_unused(home)


def _remove_unused(home: Path) -> None:
    for file in home.iterdir():
        if time.time() - file.lstat().st_mtime > UNUSED:
            file.unlink()
