"""The ladder of halts: how often an advance is slower than each of several rates, for one threshold says little.

A rung is a rate; a replicate stands on it if the mean gain over some span of the length that a halt must last is below it.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

RATES = (1.0, 2.0, 4.0)  # km2/day
SHARE = 0.1  # of the pace at the start: the last rung
PACE_DAYS = 28.0  # over which that pace is read: four weeks, since the map is redrawn in lumps


def rungs(pace: float) -> dict[str, float]:
    """Return the rates of the ladder by name, km2/day; `pace` is that of the start, and a tenth of it the last rung."""
    tenth = {"a tenth of the start's pace": SHARE * pace} if np.isfinite(pace) else {}
    return {f"{rate:g} km2/day": rate for rate in RATES} | tenth


def shares(slowest: npt.ArrayLike, pace: float) -> dict[str, float]:
    """Return the share of replicates below each rung; nan where the record is too short to tell.

    Parameters
    ----------
    slowest : array_like, shape (replicate,)
        Mean gain over the calmest span of each, km2/day.
    pace : float
        km2/day; nan leaves that rung out.
    """
    calm = np.asarray(slowest, dtype=float)
    known = calm.size > 0 and not np.isnan(calm).any()
    return {name: float(np.mean(calm < rate)) if known else float("nan") for name, rate in rungs(pace).items()}
