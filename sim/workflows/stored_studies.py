"""Studies as commands leave them, in a folder or printed with ``--json``: which they are, and what they hold."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.analysis.accounts import kind_of
from sim.analysis.restore import MISSHAPEN
from sim.analysis.sources import CAUTION
from sim.foundation import files
from sim.foundation.errors import Fault, UserError
from sim.workflows.files import SUMMARY

if TYPE_CHECKING:
    from matplotlib.figure import Figure

ACCOUNTS = (SUMMARY, "hindcast.json")
"""Files in the folder of a study that hold its account."""

MOST_BYTES = 20_000_000
"""Of an account."""


@dataclass(frozen=True)
class StoredStudy:
    """The account of a study, and what was stored with it.

    Parameters
    ----------
    file : Path
    kind : str or None
        See `sim.analysis.accounts`; None where it is of no study that is known.
    account : dict or list
        As the command prints it with ``--json``.
    kept : dict
        What stands beside the account: ``command``, ``source``, ``base_hash``.
    """

    file: Path
    kind: str | None
    account: Any
    kept: dict[str, Any]

    @property
    def source(self) -> str:
        """What figures of it rest on, as far as it is stored."""
        own = self.account if isinstance(self.account, dict) else {}
        said = self.kept.get("source", own.get("source"))
        command = self.kept.get("command") or own.get("command")
        named = f"{command}, stored in {self.file.name}" if command else self.file.name
        replicates = f", {own['replicates']} replicates" if own.get("replicates") else ""
        return f"Source: {named}{replicates}.\n{CAUTION}" if said is None else str(said)


def read_study(file: Path) -> StoredStudy:
    """Return the study in a JSON file, bare as its command prints it or under ``account``.

    Raises
    ------
    UserError
        If the file cannot be read, is too large or no JSON.
    """
    try:
        found = json.loads(files.read_text(file, MOST_BYTES))
    except (ValueError, RecursionError) as error:
        said = "nested too deep" if isinstance(error, RecursionError) else str(error)
        raise UserError(
            [Fault(f"is no JSON: {said} - give a result folder, or what a command printed with --json", str(file))]
        ) from error
    kept = found if isinstance(found, dict) and "account" in found else {"account": found}
    return StoredStudy(file, kind_of(kept["account"]), kept["account"], kept)


def find_study(place: Path) -> StoredStudy | None:
    """Return the study that a folder or a file holds; None for a folder without one. A posterior's account stands beside it.

    Raises
    ------
    UserError
        As `read_study`, and for a file that holds no study.
    """
    if not place.is_file():
        file = next((place / name for name in ACCOUNTS if (place / name).is_file()), None)
        return None if file is None else read_study(file)
    found = read_study(place.with_suffix(".json") if place.suffix == ".csv" else place)
    if found.kind is None:
        said = "is no account of a study - give a result folder, or what a study printed with --json"
        raise UserError([Fault(said, str(found.file))])
    return found


def draw(study: StoredStudy, name: str, size: str) -> Figure:
    """Return the figure called `name` of a study, for a page or a card.

    Raises
    ------
    UserError
        If something that it shows is not stored, or is not of the shape that the command writes.
    """
    from sim.plotting import gallery

    if study.kind in _ARRAYS:
        return gallery.of_study(name, _ARRAYS[study.kind](study), size)
    try:
        return gallery.of_study(name, gallery.subject_of(str(study.kind), study.account, study.source), size)
    except MISSHAPEN as error:
        lacks = f"lacks what the figure '{name}' shows, or was shortened: {type(error).__name__} {error}".rstrip()
        whole = f"give the folder of `sim {gallery.command_of(str(study.kind))}`, or what it prints with --json"
        raise UserError([Fault(f"{lacks} - {whole}", str(study.file))]) from error


def _hindcast(study: StoredStudy) -> Any:
    from sim.workflows.past import stored_hindcast

    return stored_hindcast(study.file, study.account)


def _calibration(study: StoredStudy) -> Any:
    from sim.workflows.past import stored_calibration

    return stored_calibration(study.file, study.account)


_ARRAYS: dict[str | None, Callable[[StoredStudy], Any]] = {"hindcast": _hindcast, "calibration": _calibration}
"""Kinds whose figures need the ensembles that are stored beside the account."""
