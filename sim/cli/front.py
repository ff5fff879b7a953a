"""Run the command and turn every failure into a message a person can use.

Exit codes: 0 done; 1 a fault of the program, of a library or of the machine; 2 a fault in what was given; 130 stopped by
Ctrl-C. All but a few modules are imported inside, where Ctrl-C is handled already.
"""

from __future__ import annotations

import _signal  # type: ignore[import-not-found] # built in, unlike `signal`: no file is read until Ctrl-C is handled
import errno
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sim.foundation.interrupts import Interrupts


RENAMED = {"firm": "robustness", "rests": "sensitivity"}
"""Commands of earlier versions, and what they are called now."""


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
    if ctrl_c.pressed and code:
        ctrl_c.leave()
    sys.exit(code)  # type: ignore[arg-type]


def _run(ctrl_c: Interrupts) -> object:
    """Run the command and return its exit code; a message has been printed."""
    from sim.cli.ending import BAD_INPUT, BROKEN, STOPPED, DrawingFailed, apology, say, say_own_warnings
    from sim.foundation import memory
    from sim.foundation.errors import MachineError, Stopped, UserError
    from sim.foundation.text import shortened

    memory.set_up_process()
    say_own_warnings()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # an accent must not end a run where the locale lacks it
    try:
        if len(sys.argv) > 1 and sys.argv[1] in RENAMED:
            raise UserError([f"no command '{sys.argv[1]}' any more - it is now: sim {RENAMED[sys.argv[1]]}"])
        _check_blanks(sys.argv)
        from sim.cli.app import app

        app(prog_name="sim")
    except SystemExit as end:
        if not (ctrl_c.pressed and end.code):
            return end.code
    except UserError as error:
        for fault in error.faults:
            say(str(fault) if fault.file else f"sim: {fault}")
        return BAD_INPUT
    except (MachineError, DrawingFailed) as error:
        say(f"sim: {error}")
        return BROKEN
    except Stopped as stopped:
        say(f"sim: {stopped}")
        return STOPPED
    except Exception as error:
        if getattr(error, "errno", None) == errno.ENAMETOOLONG:  # it can only be a name that was given
            say(f"sim: {shortened(str(getattr(error, 'filename', '')))}: the name is too long for a file")
            return BAD_INPUT
        if not ctrl_c.pressed:
            say(f"sim: {apology(error)}")
            return BROKEN
    say("sim: stopped")
    return STOPPED


def _check_blanks(words: list[str]) -> None:
    """Refuse ``--set PATH = VALUE``, which a shell cuts into three, before it is taken for further arguments."""
    from sim.foundation.errors import UserError

    for option, path, sign in zip(words, words[1:], words[2:], strict=False):
        if option == "--set" and (sign.startswith("=") or path.endswith("=")):
            raise UserError([f"--set {path} {sign}: no blanks around '=', as --set {path.rstrip('=')}=1"])
