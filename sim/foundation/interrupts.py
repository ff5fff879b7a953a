"""Ctrl-C: raised where the program is, held back where that would not be safe, and never without effect."""

from __future__ import annotations

import _thread
import atexit
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any

EXIT_CODE = 130
GRACE = 1.0  # s that a command has for an orderly end after a second Ctrl-C, and then for leaving


class Interrupts:
    """A handler of SIGINT that can be held back.

    The first Ctrl-C raises `KeyboardInterrupt`, or is noted while held, for `heed` to raise. A second one always ends
    what is under way: it raises even while held, or, in a `command`, ends the process after `GRACE` seconds.

    Parameters
    ----------
    command : bool
        Whether the process is the command line's own and may be ended.
    """

    def __init__(self, *, command: bool = False) -> None:
        self.pressed = 0
        self._command = command
        self._held = 0
        self._ending = False

    def __call__(self, number: int, frame: FrameType | None) -> None:
        """Handle the signal; Python calls this in the main thread, between two instructions."""
        self.pressed += 1
        if self.pressed == 1 and not self._held:
            raise KeyboardInterrupt
        if self.pressed > 1:
            if self._command:
                _thread.start_new_thread(_end_soon, ())  # takes no lock that the interrupted code may hold
            elif not self._ending:
                raise KeyboardInterrupt

    def heed(self) -> None:
        """Raise `KeyboardInterrupt` if Ctrl-C was pressed."""
        if self.pressed:
            raise KeyboardInterrupt

    @contextmanager
    def holding(self) -> Iterator[None]:
        """Note a first Ctrl-C during the `with` block, and raise it at its end."""
        self._held += 1
        try:
            yield
        finally:
            self._held -= 1
        if not self._held:
            self.heed()

    @contextmanager
    def finishing(self) -> Iterator[None]:
        """Let no Ctrl-C disturb an ending that takes no more than seconds."""
        self._held, self._ending = self._held + 1, True
        try:
            yield
        finally:
            self._held, self._ending = self._held - 1, False


@contextmanager
def held() -> Iterator[Interrupts]:
    """Hold Ctrl-C back during the `with` block.

    Raised between two instructions it can leave a lock taken for good. Blocking the signal does not help: another
    thread then takes it, and Python still raises in the main one. Where the signal is ignored, or somebody else's
    handler stands (a framework's, a debugger's), and in other threads than the main one nothing is changed.
    """
    handler: Any = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread():
        yield Interrupts()
    elif isinstance(handler, Interrupts):
        with handler.holding():
            yield handler
    elif handler is signal.default_int_handler:
        own = Interrupts()
        signal.signal(signal.SIGINT, own)
        try:
            with own.holding():
                yield own
        finally:
            signal.signal(signal.SIGINT, signal.default_int_handler)
    else:
        yield Interrupts()


@contextmanager
def of_command() -> Iterator[Interrupts]:
    """Handle Ctrl-C as a command does during the `with` block; one that comes while Python shuts down changes nothing.

    Where the signal is ignored, as in a shell's background, it stays ignored.
    """
    handler = Interrupts(command=True)
    if signal.getsignal(signal.SIGINT) in (signal.SIG_IGN, signal.SIG_DFL, None):
        yield handler
        return
    signal.signal(signal.SIGINT, handler)
    others = sys.unraisablehook

    def hook(unraisable: Any) -> None:
        if isinstance(unraisable.exc_value, KeyboardInterrupt):  # it fell into a destructor and was dropped there
            handler.pressed = 0
            signal.raise_signal(signal.SIGINT)
        else:
            others(unraisable)

    sys.unraisablehook = hook
    try:
        yield handler
    finally:
        sys.unraisablehook = others
        atexit.register(signal.signal, signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGINT, signal.SIG_IGN if handler.pressed else signal.default_int_handler)


@contextmanager
def blocked() -> Iterator[None]:
    """Block Ctrl-C for a moment: a process started meanwhile inherits the blocked signal, and keeps it."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows; a process group of its own has to do there
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _end_soon() -> None:
    time.sleep(GRACE)
    end_process()


def leave() -> None:
    """End this process in an orderly way after Ctrl-C.

    Left to itself Python would end some of them by the signal: where a `KeyboardInterrupt` went through an `exec`, as many
    imports have them, it remembers.
    """
    _thread.start_new_thread(_end_soon, ())  # should a library hold up the end
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError, AttributeError):
            stream.flush()
    os._exit(EXIT_CODE)


def end_process() -> None:
    """End this process at once, with the terminal's cursor shown again."""
    if sys.stderr is not None and sys.stderr.isatty():
        os.write(2, b"\x1b[?25h\n")
    os._exit(EXIT_CODE)
