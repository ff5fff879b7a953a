"""An old file as one of today's format."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sim.foundation.files import write_text
from sim.scenario.migrate import migrated
from sim.scenario.syntax.version import FORMAT
from sim.workflows.files import WorkflowResult, writing


@dataclass(frozen=True, kw_only=True)
class MigrateResult(WorkflowResult):
    """The new text of the file; `account` says what was moved."""

    text: str


def migrate(file: Path, *, write: bool = False) -> MigrateResult:
    """Return a file of an older format in today's, comments kept, and replace it if asked to `write`.

    Raises
    ------
    UserError
        If it is no YAML mapping, if its format is not an older one, or if it cannot be written.
    """
    made = migrated(file)
    if write:
        with writing("write to", file):
            write_text(file, made.text)
    account = {"file": str(file), "format": FORMAT, "written": write, "moved": made.moved, "text": made.text}
    return MigrateResult(account=account, text=made.text)
