"""Errors for the person who made the mistake: where, what was found, what is allowed, the nearest right name."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass


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
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part is not None)
        return f"{place}: {self.message}" if place else self.message


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


def nearest(name: str, allowed: Iterable[str]) -> str:
    """Return `` - did you mean 'x'?`` for the allowed name closest to `name`, or an empty string."""
    match = closest(name, allowed)
    return f" - did you mean '{match}'?" if match else ""


def closest(name: str, allowed: Iterable[str]) -> str:
    """Return the allowed name closest to `name`, or an empty string if none is near."""
    match = difflib.get_close_matches(str(name), [str(a) for a in allowed], n=1, cutoff=0.5)
    return match[0] if match else ""
