"""Stored results on the terminal: the list of them, and what a verification found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sim.foundation.format import format_count
from sim.report.screen import Screen, Table

LARGE = 200e6
"""Bytes of an export from which a smaller one is pointed out."""


def listed(accounts: Sequence[dict[str, Any]]) -> Screen:
    """Return the table of stored results; see `sim.experiment.folders.StoredResult`."""
    if not accounts:
        return Screen("no stored results")
    rows = [
        (one["name"], one["scenario"], str(len(one["arms"])), f"{one['replicates']:,}", one["date"][:10], _state(one))
        for one in accounts
    ]
    complete = sum(one["complete"] for one in accounts)
    head = ("name", "scenario", "arms", "replicates", "date", "state")
    return Screen(
        f"{format_count(len(accounts), 'stored result')}, {complete} complete",
        [Table(head, rows, text_columns=len(head))],
    )


def _state(one: dict[str, Any]) -> str:
    if one["trouble"]:
        return f"damaged: {one['trouble']}"
    return "complete" if one["complete"] else f"{one['finished']:,} of {one['replicates']:,} finished"


def verified(account: dict[str, Any]) -> Screen:
    """Return what a verification found; see `sim.experiment.verify.Verification`."""
    details = [*account["damage"], *(f"other bits: {one}" for one in account["differing"])]
    return Screen(verdict(account), details=details)


def reported(account: dict[str, Any]) -> Screen:
    """Return that a page was written, and what of other studies it holds."""
    studies = [f"{kind}: {origin}" for kind, origin in account["studies"].items()]
    size = f"{account['bytes'] / 1000:,.0f} kB"
    return Screen(f"{account['page']}: one page of {size}, complete in itself", details=studies)


def verdict(account: dict[str, Any]) -> str:
    """Return a verification in a sentence, with the remedy where something is wrong."""
    read = f"{format_count(account['chunks'], 'chunk')} in {format_count(account['blocks'], 'block')}"
    played = f"; {format_count(account['replayed'], 'lane')} replayed to the bit" if account["replayed"] else ""
    partly = "" if account["complete"] else "; not every replicate is in"
    if account["sound"]:
        return f"{account['folder']} is as it was written: {read}{played}{partly}"
    wrong = [(len(account["damage"]), "fault"), (len(account["differing"]), "differing lane")]
    counts = ", ".join(format_count(count, what) for count, what in wrong if count)
    return f"{account['folder']} is not as it was written: {counts} - {account['remedy']}"


def exported(account: dict[str, Any]) -> Screen:
    """Return the files that an export wrote; see `sim.workflows.export.export`."""
    *tables, dictionary, _ = account["files"]
    size = f"{max(account['bytes'] / 1e6, 0.1):,.1f} MB"
    sentence = f"{account['result']} is written as {account['format']}: {format_count(len(tables), 'file')}, {size}"
    large = account["format"] == "csv" and account["bytes"] > LARGE
    notes = ["Smaller and sooner: --to parquet, or only some variables by --only VARIABLE."] if large else []
    return Screen(
        sentence, notes=notes, details=[f"  {path}" for path in tables], places={"Data dictionary": dictionary}
    )


def drawn(account: dict[str, Any]) -> Screen:
    """Return the files of one figure; see `sim.workflows.figure.figure`."""
    return Screen(f"{account['figure']} is drawn: {', '.join(account['files'])}")
