"""Errors for the person who made the mistake: where, what was found, what is allowed, the nearest right name."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sim.foundation.text import abridged

_MOST_PLACE, _MOST_MESSAGE = 400, 1500  # characters: a word that is given back may be of any length


@dataclass(frozen=True)
class Fault:
    """One mistake in the user's input, with its place where one is known.

    Parameters
    ----------
    message : str
        What was found, what is allowed and, if there is one, the nearest right name.
    file, line, column
        Where it stands; line and column count from 1.
    """

    message: str
    file: str | None = None
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        """Return the fault on one line, with its place; what is too long to be read is left out in the middle."""
        file = None if self.file is None else abridged(self.file, _MOST_PLACE)
        place = ":".join(str(part) for part in (file, self.line, self.column) if part is not None)
        message = abridged(self.message, _MOST_MESSAGE)
        return f"{place}: {message}" if place else message


class UserError(Exception):
    """Every fault found in the user's input, reported together; the command line exits with code 2."""

    def __init__(self, faults: Iterable[Fault | str]) -> None:
        self.faults = [fault if isinstance(fault, Fault) else Fault(fault) for fault in faults]
        super().__init__("\n".join(str(fault) for fault in self.faults))

    def __reduce__(self) -> tuple[type[UserError], tuple[list[Fault]]]:
        return type(self), (self.faults,)  # between processes; the default would pass the joined text


class MachineError(Exception):
    """The system, its resources or a library failed: neither the user's mistake nor the program's.

    The command line prints it in one line and exits with code 1.
    """


class Stopped(Exception):  # noqa: N818 - an ending, not an error
    """The user stopped the work; the message says what is safe and how to go on. The command line exits with code 130."""


class FaultCollector:
    """Gathers the faults of several pieces of work, so that all are reported at once."""

    def __init__(self) -> None:
        self._faults: list[Fault | str] = []

    @property
    def faults(self) -> list[Fault]:
        """Every fault gathered, each once."""
        return list(dict.fromkeys(fault if isinstance(fault, Fault) else Fault(fault) for fault in self._faults))

    def add(self, fault: Fault | str) -> None:
        """Add one fault."""
        self._faults.append(fault)

    @contextmanager
    def gather(self) -> Iterator[None]:
        """Take the faults of a `UserError` that the body raises, and go on behind it."""
        try:
            yield
        except UserError as error:
            self._faults += error.faults

    def check(self) -> None:
        """Raise every fault gathered, each once; return if there is none."""
        if self._faults:
            raise UserError(self.faults)


class Notice(UserWarning):
    """Something that whoever asked should know, and that is no fault of theirs."""


class ScenarioWarning(UserWarning):
    """An input is right by the rules and has no effect, or not the one it seems to have."""


def nearest(name: str, allowed: Iterable[str]) -> str:
    """Return `` - did you mean 'x'?`` for the allowed name closest to `name`, or an empty string."""
    match = closest(name, allowed)
    return f" - did you mean '{match}'?" if match else ""


def closest(name: str, allowed: Iterable[str]) -> str:
    """Return the allowed name that `name` is a slip of, whatever its capitals; an empty string if none is near."""
    names = {known.casefold(): known for known in map(str, allowed)}
    match = difflib.get_close_matches(str(name).casefold(), names, n=1, cutoff=0.65)
    return names[match[0]] if match else ""
