"""Stored results: which there are, and whether one is what was played."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sim.experiment import verify as verification
from sim.experiment.folders import ROOT, StoredResult, stored_results
from sim.experiment.verify import Verification
from sim.workflows.files import WorkflowResult
from sim.workflows.options import Options


@dataclass(frozen=True, kw_only=True)
class ResultsList(WorkflowResult):
    """The stored results in a folder, oldest first."""

    results: tuple[StoredResult, ...]


@dataclass(frozen=True, kw_only=True)
class VerifiedResult(WorkflowResult):
    """What the verification of a result found."""

    verification: Verification


def list_results(folder: Path | None = None) -> ResultsList:
    """List the results in a folder, by default ``results``."""
    found = tuple(stored_results(folder or ROOT))
    return ResultsList(account=[one.account() for one in found], results=found)


def verify(folder: Path, options: Options, replay: int = 0) -> VerifiedResult:
    """Check every checksum of the result in `folder`, and play `replay` of its lanes again."""
    with options.progress("verifying") as on_progress:
        found = verification.verify(folder, replay, on_progress)
    return VerifiedResult(account=found.account(), verification=found)
