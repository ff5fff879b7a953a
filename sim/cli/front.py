"""Start the command and turn every failure into a message a person can use.

Exit codes: 0 done; 1 a fault of the program, of a library or of the machine; 2 a fault in what was given; 130 stopped by
Ctrl-C. All but a few modules are imported inside, where Ctrl-C is handled already.
"""

from __future__ import annotations

import _signal  # type: ignore[import-not-found] # built in, unlike `signal`: no file is read until Ctrl-C is handled
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sim.foundation.interrupts import Interrupts


def main() -> None:
    """Run the command line given to this process; never returns."""
    if _signal.getsignal(_signal.SIGINT) is _signal.default_int_handler:
        _signal.signal(_signal.SIGINT, lambda *_: os._exit(130))
    from sim.foundation import interrupts

    code: object = interrupts.EXIT_CODE
    with interrupts.of_command() as ctrl_c:
        try:
            code = _run(ctrl_c)
        except BaseException:  # whatever Ctrl-C turned into on its way, such as an import that failed
            if not ctrl_c.pressed:
                raise
    sys.exit(code)  # type: ignore[arg-type]


def _run(ctrl_c: Interrupts) -> object:
    """Run the command and return its exit code; a message has been printed."""
    from sim.cli.ending import BAD_INPUT, BROKEN, STOPPED, Stop, apology, say
    from sim.foundation.errors import MachineError, UserError

    try:
        from sim.cli.app import app

        app(prog_name="sim")
    except SystemExit as end:
        if not (ctrl_c.pressed and end.code):
            return end.code
    except UserError as error:
        for fault in error.faults:
            say(str(fault) if fault.file else f"sim: {fault}")
        return BAD_INPUT
    except MachineError as error:
        say(f"sim: {error}")
        return BROKEN
    except Stop as stop:
        say(f"sim: {stop}")
        return stop.code
    except Exception as error:
        if not ctrl_c.pressed:
            say(f"sim: {apology(error)}")
            return BROKEN
    say("sim: stopped")
    return STOPPED
