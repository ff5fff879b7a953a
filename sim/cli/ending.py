"""How the program ends: exit codes, a stop with a message, and the line for a fault of its own."""

from __future__ import annotations

import os
import shlex
import sys

BAD_INPUT = 2
BROKEN = 1
STOPPED = 130


class Stop(Exception):  # noqa: N818 - an ending, not an error
    """End the program with a message on standard error and an exit code of our own."""

    def __init__(self, message: str, code: int) -> None:
        self.code = code
        super().__init__(message)


def say(line: str) -> None:
    """Print one line on standard error."""
    print(line, file=sys.stderr, flush=True)


def apology(error: Exception) -> str:
    """Write the traceback of `error` to a log file and return one line that says so."""
    import tempfile
    import traceback

    command = shlex.join(["sim", *sys.argv[1:]])
    text = "".join(traceback.format_exception(error))
    try:
        handle, name = tempfile.mkstemp(prefix="sim-error-", suffix=".log")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(f"{command}\n\n{text}")
    except OSError:
        return f"a fault of the program, not yours; please report this:\n{text}"
    what = f"{type(error).__name__}: {error}".splitlines()[0]
    return f"a fault of the program, not yours ({what}); please report it with {name}"


def command_line() -> str:
    """Return the command as the user gave it, for the manifest."""
    return shlex.join(["sim", *sys.argv[1:]])
