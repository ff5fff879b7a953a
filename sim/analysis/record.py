"""Results that keep only a part of the record of each replicate (`run.record` of the scenario), and what to do for the rest."""

from __future__ import annotations

import xarray as xr

RECORD = "record"
"""The attribute that says so; results that keep everything have none."""


def for_the_rest(data: xr.Dataset) -> str:
    """Return how to come by what a result does not keep, one clause; "" for one that keeps everything."""
    kept = data.attrs.get(RECORD)
    if kept is None:
        return ""
    return (
        f"of each replicate it keeps what its verdict needs (run.record: {kept}) - for the rest give the command that made "
        "it again with --set run.record=full and another --out"
    )
