"""What may be asked of every workflow: changes to the scenario, where results go, who is told of progress."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

OnProgress = Callable[[float | str], None]
"""Called with the share of the work that is done (0 to 1), or with the name of what is done next."""

ProgressBar = Callable[[str], AbstractContextManager[OnProgress | None]]
"""Opens a display for a piece of work with this title; None where nobody watches."""


@contextmanager
def no_progress(what: str) -> Iterator[None]:
    """Show nothing."""
    yield None


@dataclass(frozen=True, kw_only=True)
class Options:
    """Options that mean the same in every workflow.

    Parameters
    ----------
    replicates, seed, horizon
        In place of the scenario's; None to keep them. A horizon names its unit, as "26 week".
    changes : sequence of str
        ``path=value``, as given to ``--set``.
    out : Path, optional
        Folder (or file) for the result; by default one under ``results/``.
    jobs : int, optional
        Worker processes; by default the usable cores.
    scheduler : str, optional
        Address of a Dask scheduler whose workers play in their place, or ``local``.
    engine : str, optional
        What plays: ``auto`` (the default), ``numpy`` or ``traced``; see `sim.experiment.engines`.
    resume : bool
        Whether it is an error if there is nothing to continue.
    plots : bool
        Whether to draw.
    plots_to : Path, optional
        Folder for figures; by default ``plots/`` in the result.
    command : sequence of str
        The command line that asks, for manifests and pages.
    progress : callable
        See `ProgressBar`.
    """

    replicates: int | None = None
    seed: int | None = None
    horizon: str | None = None
    changes: Sequence[str] = ()
    out: Path | None = None
    jobs: int | None = None
    scheduler: str | None = None
    engine: str | None = None
    resume: bool = False
    plots: bool = True
    plots_to: Path | None = None
    command: Sequence[str] = ()
    progress: ProgressBar = no_progress

    @property
    def command_line(self) -> str:
        """The command as the user gave it."""
        return shlex.join(self.command)

    @property
    def workers(self) -> int:
        """Number of worker processes."""
        from sim.experiment.design import usable_cores

        return self.jobs or usable_cores()

    def overrides(self) -> dict[str, Any]:
        """Return the changes to the scenario by dotted path; an option of its own wins over ``--set``.

        Raises
        ------
        UserError
            For every ``--set`` that is not ``path=value``.
        """
        from sim.scenario.arms.patch import parse_changes

        found = parse_changes(self.changes)
        own = {"run.replicates": self.replicates, "run.seed": self.seed, "run.horizon": self.horizon}
        return found | {path: value for path, value in own.items() if value is not None}
