"""What was observed before the start, for figures that show a forecast beside its past."""

from __future__ import annotations

import csv
import datetime as dt
import json
from pathlib import Path

from sim.foundation import files

TABLE = Path("history") / "front_monthly.csv"
MONTHS = 18
MOST_BYTES = 20_000_000


def observed_months(scenario_file: Path, start: dt.date) -> str:
    """Return the last months' observed net gain before `start` as JSON ``[["2024-10", 503.2], ...]``.

    The month in which the run starts is among them with the part that was observed before.

    Read from ``history/front_monthly.csv`` in the scenario's folder tree; an empty list where there is none.
    """
    tree = next((folder for folder in scenario_file.resolve().parents if (folder / TABLE).is_file()), None)
    if tree is None:
        return "[]"
    lines = files.read_text(tree / TABLE, MOST_BYTES).splitlines()
    rows = csv.DictReader(line for line in lines if not line.startswith("#"))
    known = [
        (row["month"], float(row["net_ru_gain_km2"]))
        for row in rows
        if row.get("net_ru_gain_km2") and _known(row, start)
    ]
    return json.dumps(known[-MONTHS:])


def _known(row: dict[str, str], start: dt.date) -> bool:
    """Return whether the row is a whole month that ended before the start, or what was observed of the month of the start."""
    end = dt.date.fromisoformat(row["period_end"])
    whole = (end + dt.timedelta(days=1)).day == 1
    return end <= start and (whole or (end.year, end.month) == (start.year, start.month))
