"""The version of the format in which files are written."""

from __future__ import annotations

from typing import Any

from sim.foundation.errors import Fault, UserError
from sim.scenario.syntax.nodes import NOWHERE, Map, Scalar, describe

FORMAT = 2
OLDER = ("1",)
"""Formats that `sim migrate` takes."""


def check_versions(*documents: Map) -> None:
    """Refuse files of another format, all of them at once; one that states none is reported with its other keys.

    Raises
    ------
    UserError
        With the command that brings an older file to today's format.
    """
    if faults := [fault for fault in map(_fault, documents) if fault is not None]:
        raise UserError(faults)


def _fault(document: Map) -> Fault | None:
    version: Any = document.get("format", Scalar("", FORMAT, NOWHERE))
    if isinstance(version, Scalar) and type(version.value) is int and version.value == FORMAT:
        return None
    message = f"found format {describe(version)} - this program reads format {FORMAT}"
    if getattr(version, "text", "") in OLDER:
        message += f"; `sim migrate {version.place.file if version.place.line else 'FILE'} --write` makes it one"
    fault: Fault = version.place.fault(message)
    return fault
