"""Run the command and turn every failure into a message a person can use.

Exit codes: 0 done; 1 a fault of the program, of a library or of the machine; 2 a fault in what was given; 130 stopped by
Ctrl-C.
"""

from __future__ import annotations

import os
import shlex
import sys
import tempfile
import traceback

from sim.foundation.errors import Stopped, UserError
from sim.foundation.text import for_terminal

BAD_INPUT = 2
BROKEN = 1
STOPPED = 130
RENAMED = {"firm": "robustness", "rests": "sensitivity"}
"""Commands of earlier versions, and what they are called now."""


def main() -> None:
    """Run the command line given to this process; never returns."""
    try:
        if len(sys.argv) > 1 and sys.argv[1] in RENAMED:
            raise UserError([f"no command '{sys.argv[1]}' any more - it is now: sim {RENAMED[sys.argv[1]]}"])
        from sim.cli.app import app

        app(prog_name="sim")
    except UserError as error:
        for fault in error.faults:
            say(str(fault) if fault.file else f"sim: {fault}")
        sys.exit(BAD_INPUT)
    except (Stopped, KeyboardInterrupt) as stopped:
        say(f"sim: {str(stopped) or 'stopped'}")
        sys.exit(STOPPED)
    except DrawingFailed as failed:
        say(f"sim: the result is safe, but drawing failed: {failed}")
        sys.exit(BROKEN)
    except Exception as error:
        say(f"sim: {apology(error)}")
        sys.exit(BROKEN)


class DrawingFailed(Exception):  # noqa: N818 - an ending, not an error
    """Figures could not be drawn; all else has been printed."""

    def __init__(self, error: Exception) -> None:
        if isinstance(error, OSError):
            super().__init__(f"cannot write figures to {error.filename or 'their folder'}: {error.strerror or error}")
        else:
            super().__init__(apology(error))


def say(line: str) -> None:
    """Print one line on standard error."""
    print(for_terminal(line), file=sys.stderr, flush=True)


def command_words() -> list[str]:
    """Return the command as the user gave it; bytes that the locale does not know are read as UTF-8."""
    return ["sim", *(os.fsencode(word).decode("utf-8", "backslashreplace") for word in sys.argv[1:])]


def apology(error: Exception) -> str:
    """Write the traceback of `error` to a log file and return one line that says so."""
    text = "".join(traceback.format_exception(error))
    try:
        handle, name = tempfile.mkstemp(prefix="sim-error-", suffix=".log")
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(f"{shlex.join(command_words())}\n\n{text}")
    except OSError:
        return f"a fault of the program, not yours; please report this:\n{text}"
    what = f"{type(error).__name__}: {error}".splitlines()[0]
    return f"a fault of the program, not yours ({what}); please report it with {name}"
