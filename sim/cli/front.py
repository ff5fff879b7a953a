"""Start the command and turn every failure into a message a person can use.

Exit codes: 0 done; 1 a fault of the program; 2 a fault in what was given; 130 stopped by Ctrl-C.
"""

from __future__ import annotations

import sys

from sim.cli.ending import BAD_INPUT, BROKEN, Stop, apology, say
from sim.foundation.errors import UserError


def main() -> None:
    """Run the command line given to this process; never returns."""
    from sim.cli.app import app

    try:
        app(prog_name="sim")
    except UserError as error:
        for fault in error.faults:
            say(str(fault) if fault.file else f"sim: {fault}")
        sys.exit(BAD_INPUT)
    except Stop as stop:
        say(f"sim: {stop}")
        sys.exit(stop.code)
    except Exception as error:
        say(f"sim: {apology(error)}")
        sys.exit(BROKEN)
