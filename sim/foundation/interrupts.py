"""Ctrl-C: raised where the program is, held back where that would not be safe, and never without effect.

A command takes the signals by which a system or a terminal asks it to end (SIGTERM, SIGHUP) for the same request.
"""

from __future__ import annotations

import _thread
import atexit
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from types import FrameType
from typing import Any

EXIT_CODE = 130
REQUESTS = tuple(one for one in signal.Signals if one.name in ("SIGTERM", "SIGHUP"))
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
        self._number = int(signal.SIGINT)
        self.command = command
        self._held = 0
        self._ending = False

    def __call__(self, number: int, frame: FrameType | None) -> None:
        """Handle the signal; Python calls this in the main thread, between two instructions."""
        self.pressed += 1
        self._number = number
        if self.pressed == 1 and not self._held:
            raise KeyboardInterrupt
        if self.pressed > 1:
            if self.command:
                _thread.start_new_thread(_end_soon, (number,))  # takes no lock that the interrupted code may hold
            elif not self._ending:
                raise KeyboardInterrupt

    def heed(self) -> None:
        """Raise `KeyboardInterrupt` if Ctrl-C was pressed."""
        if self.pressed:
            raise KeyboardInterrupt

    def repeat(self) -> None:
        """Handle the last signal again as if it were the first, which was dropped."""
        self.pressed = 0
        signal.raise_signal(self._number)

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
    def released(self) -> Iterator[None]:
        """Raise a first Ctrl-C at once during the `with` block, though it is held outside."""
        held, self._held = self._held, 0
        try:
            self.heed()
            yield
        finally:
            self._held = held

    @contextmanager
    def finishing(self) -> Iterator[None]:
        """Let no Ctrl-C disturb an ending that takes no more than seconds."""
        self._held, self._ending = self._held + 1, True
        try:
            yield
        finally:
            self._held, self._ending = self._held - 1, False

    def leave(self) -> None:
        """End this process in an orderly way, as one ends that was asked to; with `EXIT_CODE` after Ctrl-C.

        Left to itself Python would end some of them by SIGINT: where a `KeyboardInterrupt` went through an `exec`, as many
        imports have them, it remembers.
        """
        _thread.start_new_thread(_end_soon, (self._number,))  # should a library hold up the end
        atexit._run_exitfuncs()
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError, AttributeError):
                stream.flush()
        if self._number != signal.SIGINT:
            signal.signal(self._number, signal.SIG_DFL)
            signal.raise_signal(self._number)
        os._exit(EXIT_CODE)


@contextmanager
def held() -> Iterator[Interrupts]:
    """Hold Ctrl-C back during the `with` block.

    Raised between two instructions it can leave a lock taken for good. Blocking the signal does not help: another
    thread then takes it, and Python still raises in the main one. Where the signal is ignored, or somebody else's
    handler stands (a framework's, a debugger's), and in other threads than the main one nothing is changed.
    """
    handler: Any = signal.getsignal(signal.SIGINT)
    standing = _standing()
    if threading.current_thread() is not threading.main_thread():
        yield Interrupts()
    elif standing:
        with standing[0].holding():
            yield standing[0]
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
def released() -> Iterator[None]:
    """Let Ctrl-C through during the `with` block, where it is held back outside: what runs here takes no part in that work."""
    standing = _standing() if threading.current_thread() is threading.main_thread() else []
    with standing[0].released() if standing else nullcontext():
        yield


def is_command() -> bool:
    """Return whether this process is the command line's own: within `of_command`."""
    return any(one.command for one in _standing())


def _standing() -> list[Interrupts]:
    return [one for one in map(signal.getsignal, (signal.SIGINT, *REQUESTS)) if isinstance(one, Interrupts)]


@contextmanager
def of_command() -> Iterator[Interrupts]:
    """Handle Ctrl-C as a command does during the `with` block; one that comes while Python shuts down changes nothing.

    Signals that are ignored, as in a shell's background or by `nohup`, stay ignored.
    """
    handler = Interrupts(command=True)
    handled = [one for one in REQUESTS if signal.getsignal(one) is signal.SIG_DFL]
    if signal.getsignal(signal.SIGINT) not in (signal.SIG_IGN, signal.SIG_DFL, None):
        handled.append(signal.SIGINT)
    for number in handled:
        signal.signal(number, handler)
    others = sys.unraisablehook

    def hook(unraisable: Any) -> None:
        if isinstance(unraisable.exc_value, KeyboardInterrupt):  # it fell into a destructor and was dropped there
            handler.repeat()
        else:
            others(unraisable)

    sys.unraisablehook = hook
    try:
        yield handler
    finally:
        sys.unraisablehook = others
        for number in handled:
            before = signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL
            atexit.register(signal.signal, number, signal.SIG_IGN if number == signal.SIGINT else signal.SIG_DFL)
            signal.signal(number, signal.SIG_IGN if handler.pressed else before)


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


def _end_soon(number: int) -> None:
    """End this process after a while, with the terminal's cursor shown again."""
    time.sleep(GRACE)
    if sys.stderr is not None and sys.stderr.isatty():
        os.write(2, b"\x1b[?25h\n")
    os._exit(128 + number)
