"""Start the command and turn every failure into a message a person can use.

Exit codes: 0 done; 1 a fault of the program; 2 a fault in what was given; 130 stopped by Ctrl-C.
"""

from __future__ import annotations

import sys

from sim.cli.ending import BAD_INPUT, BROKEN, Stop, apology, say
from sim.foundation.errors import LibraryError, UserError


def main() -> None:
    """Run the command line given to this process; never returns."""
    from sim.cli.app import app

    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # an accent must not end a run where the locale lacks it
    try:
        _check_blanks(sys.argv)
        app(prog_name="sim")
    except UserError as error:
        for fault in error.faults:
            say(str(fault) if fault.file else f"sim: {fault}")
        sys.exit(BAD_INPUT)
    except Stop as stop:
        say(f"sim: {stop}")
        sys.exit(stop.code)
    except LibraryError as error:
        say(f"sim: {error}")
        sys.exit(BROKEN)
    except Exception as error:
        say(f"sim: {apology(error)}")
        sys.exit(BROKEN)


def _check_blanks(words: list[str]) -> None:
    """Refuse ``--set PATH = VALUE``, which a shell cuts into three, before it is taken for further arguments."""
    for option, path, sign in zip(words, words[1:], words[2:], strict=False):
        if option == "--set" and (sign.startswith("=") or path.endswith("=")):
            raise UserError([f"--set {path} {sign}: no blanks around '=', as --set {path.rstrip('=')}=1"])
