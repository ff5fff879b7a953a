"""Where output goes: places made ready before the work, texts written, figures drawn; a failure is told as the user's."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sim.cli.ending import BROKEN, STOPPED, Stop, apology
from sim.foundation import files
from sim.foundation.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def make_ready(folder: Path | None, what: str = "write figures to") -> None:
    """Make a folder now, so that a wrong one is known before hours of play; None is no folder and no fault."""
    if folder is not None:
        with told(what, folder):
            folder.mkdir(parents=True, exist_ok=True)


def writable(path: Path) -> None:
    """Make sure now that a file can be written later; one that is there stays as it is."""
    with told("write to", path):
        files.check_writable(path)


def save(path: Path, text: str) -> None:
    """Write a text, in a folder that is made if need be."""
    with told("write to", path):
        files.write_text(path, text)


@contextmanager
def told(what: str, path: Path) -> Iterator[None]:
    """Turn a failure of the disk into a fault in what was given: `cannot WHAT PATH: why`."""
    try:
        yield
    except OSError as error:
        raise UserError([f"cannot {what} {path}: {error.strerror or error}"]) from error


def trouble_in(draw: Callable[[], object], folder: Path) -> str | None:
    """Draw, and return what went wrong or None: figures that fail cost neither the numbers nor their table."""
    try:
        draw()
    except OSError as error:
        return f"cannot write figures to {folder}: {error.strerror or error}"
    except KeyboardInterrupt:
        raise Stop("stopped while drawing; what is stored is safe", STOPPED) from None
    except Exception as error:
        return apology(error)
    return None


def end_if(trouble: str | None) -> None:
    """End the program if drawing failed, when all else has been told."""
    if trouble:
        raise Stop(f"the result is safe, but drawing failed: {trouble}", BROKEN)
