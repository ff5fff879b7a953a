"""What runs short: in how many replicates, and for how many weeks, each need of a side is met in part only."""

from __future__ import annotations

import numpy as np
import xarray as xr

BINDS = 0.9  # a need of which less than this share is met binds


def weeks_short(data: xr.Dataset) -> xr.DataArray:
    """Return for how many weeks of the record each need binds, (arm, replicate, side, need); the first morning is not a week.

    Parameters
    ----------
    data : Dataset
        With ``met`` over (arm, replicate, time, side, need), as shares.
    """
    short = data["met"].isel(time=slice(1, None)) < BINDS
    return short.sum("time").transpose("arm", "replicate", "side", "need").astype(float)


def binding(weeks: xr.DataArray) -> dict[str, dict[str, dict[str, float]]]:
    """Return by side and need the share of replicates in which it ever binds, and the mean weeks for which it does.

    Parameters
    ----------
    weeks : DataArray, shape (replicate, side, need)
        Of one arm; see `weeks_short`.
    """
    found: dict[str, dict[str, dict[str, float]]] = {}
    for side in weeks["side"].to_numpy():
        rows = weeks.sel(side=side)
        found[str(side)] = {
            str(need): {
                "replicates": float(np.mean(rows.sel(need=need).to_numpy() > 0.0)),
                "weeks": float(rows.sel(need=need).mean()),
            }
            for need in weeks["need"].to_numpy()
        }
    return found
