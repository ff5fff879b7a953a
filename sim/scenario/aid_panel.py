"""What observed aid says of how donors answer each other: estimates with their errors, in a small table beside a scenario."""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from pathlib import Path

from sim.foundation import files
from sim.foundation.errors import Fault, UserError

COLUMNS = ("measure", "label", "estimate", "error")
POOLED = "pooled"
"""The measure by which draws of the game are weighed: a donor's reaction to others' giving, an elasticity."""
MOST_BYTES = 1_000_000


@dataclass(frozen=True)
class PanelEstimate:
    """An estimate and its standard error, in the unit that `label` names."""

    measure: str
    label: str
    estimate: float
    error: float


def read_aid_panel(path: Path) -> tuple[PanelEstimate, ...]:
    """Return the estimates in a file, in its order.

    Raises
    ------
    UserError
        If the file is missing, has other columns, a number that is none, or no row `pooled`.
    """
    text = files.read_text(path, MOST_BYTES)
    rows = [(n, row) for n, row in enumerate(csv.reader(text.splitlines()), 1) if row and not row[0].startswith("#")]
    if not rows or tuple(rows[0][1]) != COLUMNS:
        line = rows[0][0] if rows else 1
        raise UserError([Fault(f"the columns of a table of aid estimates are {', '.join(COLUMNS)}", str(path), line)])
    found, faults = [], []
    for line, row in rows[1:]:
        made = _estimate(row)
        if made is None:
            message = "four cells are needed: two texts, an estimate, and a standard error above 0"
            faults.append(Fault(message, str(path), line))
        else:
            found.append(made)
    if not faults and POOLED not in {one.measure for one in found}:
        faults.append(Fault(f"no row '{POOLED}', by which the draws of the donors' game are weighed", str(path)))
    if faults:
        raise UserError(faults)
    return tuple(found)


def _estimate(row: list[str]) -> PanelEstimate | None:
    try:
        measure, label, estimate, error = row
        made = PanelEstimate(measure, label, float(estimate), float(error))
    except ValueError:
        return None
    return made if math.isfinite(made.estimate) and 0.0 < made.error < math.inf else None
