"""What the user asked for: the options that the commands share."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from sim.foundation.errors import UserError


@dataclass(frozen=True)
class Asked:
    """The common options, as given.

    Parameters
    ----------
    replicates, seed, horizon
        In place of the scenario's, None to keep them.
    changes : list of str
        ``path=value``, from ``--set``.
    out : Path, optional
        Folder for the result.
    jobs : int, optional
    as_json, quiet, resume, plots : bool
    plots_to : Path, optional
        Folder for figures.
    """

    replicates: int | None = None
    seed: int | None = None
    horizon: str | None = None
    changes: list[str] = field(default_factory=list)
    out: Path | None = None
    jobs: int | None = None
    as_json: bool = False
    quiet: bool = False
    resume: bool = False
    plots: bool = True
    plots_to: Path | None = None

    def overrides(self) -> dict[str, str | float | int]:
        """Return the changes to the scenario by dotted path; an option of its own wins over ``--set``.

        Raises
        ------
        UserError
            For every ``--set`` that is not ``path=value``.
        """
        found: dict[str, str | float | int] = {}
        faults = []
        for change in self.changes:
            path, equals, value = change.partition("=")
            if not equals or not path.strip() or not value.strip():
                faults.append(f"--set {change}: not of the form path=value, as levers.atacms.dose=1")
            else:
                found[path.strip()] = number_or_text(value.strip())
        if faults:
            raise UserError(faults)
        if self.replicates is not None:
            found["run.replicates"] = self.replicates
        if self.seed is not None:
            found["run.seed"] = self.seed
        if self.horizon is not None:
            found["run.horizon"] = self.horizon
        return found


def number_or_text(value: str) -> str | float | int:
    """Return `value` as an int or float if it is written as one, else as it stands."""
    for kind in (int, float):
        try:
            return kind(value)
        except ValueError:
            continue
    return value
