"""A stored result written out for other programs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sim.experiment.store import load
from sim.report.export import check_format, with_metrics
from sim.report.export import export as write
from sim.workflows.files import WorkflowResult, writing
from sim.workflows.options import Options


@dataclass(frozen=True, kw_only=True)
class ExportResult(WorkflowResult):
    """The files written, the data dictionary last."""

    files: tuple[Path, ...]


def export(folder: Path, to: str, options: Options, only: Sequence[str] = ()) -> ExportResult:
    """Write the result in `folder` as tables with a data dictionary.

    Parameters
    ----------
    folder : Path
    to : str
        ``csv``, ``parquet`` or ``netcdf``.
    options : Options
        `out` is a file or folder, as for `sim.report.export.export`; by default ``export`` in the result's folder.
    only : sequence of str
        Variables to be written; all without.
    """
    out = options.out or folder / "export"
    check_format(to, out)
    data = with_metrics(load(folder))
    with options.progress(f"writing {to}"), writing("write to", out):
        found = tuple(write(data, to, out, only, folder.name))
    size = sum(path.stat().st_size for path in found)
    account = {"result": str(folder), "format": to, "files": [str(path) for path in found], "bytes": size}
    return ExportResult(account=account, files=found)
