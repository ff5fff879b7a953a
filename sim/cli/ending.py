"""How the program ends: exit codes, messages on standard error, and the line for a fault of its own."""

from __future__ import annotations

import os
import shlex
import sys

from sim.foundation.errors import MachineError, UserError
from sim.foundation.text import for_terminal

BAD_INPUT = 2
BROKEN = 1
STOPPED = 130


class DrawingFailed(Exception):  # noqa: N818 - an ending, not an error
    """Figures could not be drawn; all else has been printed."""

    def __init__(self, error: Exception) -> None:
        if isinstance(error, OSError):
            why = f"cannot write figures: {error.strerror or error}"
        else:
            why = str(error) if isinstance(error, (UserError, MachineError)) else apology(error)
        super().__init__(f"the result is safe, but drawing failed: {why}")


def say(line: str) -> None:
    """Print one line on standard error."""
    print(for_terminal(line), file=sys.stderr, flush=True)


def say_own_warnings() -> None:
    """Print warnings of our own in one line like any message; those of libraries stay as they are."""
    import warnings

    from sim.foundation.errors import Notice

    usual = warnings.showwarning

    def show(message: Warning | str, category: type[Warning], *place: object, **more: object) -> None:
        if category.__module__.startswith("sim."):
            say(f"sim: {'note' if issubclass(category, Notice) else 'warning'}: {message}")
        else:
            usual(message, category, *place, **more)  # type: ignore[arg-type]

    warnings.showwarning = show


def command_words() -> list[str]:
    """Return the command as the user gave it; bytes that the locale does not know are read as UTF-8."""
    return ["sim", *(os.fsencode(word).decode("utf-8", "backslashreplace") for word in sys.argv[1:])]


def apology(error: Exception) -> str:
    """Write the traceback of `error` to a log file and return one line that says so."""
    import tempfile
    import traceback

    text = "".join(traceback.format_exception(error))
    try:
        handle, name = tempfile.mkstemp(prefix="sim-error-", suffix=".log")
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(f"{shlex.join(command_words())}\n\n{text}")
    except OSError:
        return f"a fault of the program, not yours; please report this:\n{text}"
    what = f"{type(error).__name__}: {error}".partition("\n")[0]
    return f"a fault of the program, not yours ({what}); please report it with {name}"
