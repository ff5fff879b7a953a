"""Which engine plays: numpy, the reference, or the traced and compiled day; part of what a result is."""

from __future__ import annotations

import warnings
from functools import cache
from typing import Final

from sim.experiment.manifest import Engine
from sim.foundation.errors import Notice, UserError, nearest

AUTO: Final = "auto"
NUMPY: Final = "numpy"
TRACED: Final = "traced"
ENGINES = (AUTO, NUMPY, TRACED)
"""What may be asked for."""

PAYS = 1_000_000
"""Lane-days from which on compiling is worth while: some ten seconds for a scenario, once, against five saved each time."""


def engine_for(asked: str, stored: str | None, lane_days: int, relative: str | None = None) -> Engine:
    """Return the engine that plays: what was asked for; by default that of the stored result, else the one that pays.

    Parameters
    ----------
    asked : str
        One of `ENGINES`.
    stored : str or None
        Of the result that goes on; None for a new one.
    lane_days : int
        Days to be played, over all lanes.
    relative : str, optional
        For a new result: the engine of another whose blocks it could take over, which it has if it can.

    Raises
    ------
    UserError
        If the engine is unknown, or the traced one is needed and cannot work here.
    """
    if asked not in ENGINES:
        raise UserError([f"engine {asked!r} - one of {', '.join(ENGINES)}{nearest(asked, ENGINES)}"])
    wanted = asked if asked != AUTO else stored or relative or (TRACED if lane_days >= PAYS else NUMPY)
    if wanted == NUMPY:
        return NUMPY
    why_not = _why_not()
    if asked == AUTO and stored is None:
        if why_not:
            return numpy_instead(f"the traced engine cannot work here: {why_not}")
        warnings.warn("the traced engine plays (--engine numpy for the reference)", Notice, stacklevel=2)
        return TRACED
    if why_not:
        of = "this result is of the traced engine" if asked == AUTO else "--engine traced"
        raise UserError([f"{of}, and it cannot work here: {why_not}"])
    return TRACED


def likely(asked: str, stored: str | None, lane_days: int) -> Engine:
    """Return the engine that `engine_for` will most likely return, without a word; relatives are left out."""
    wanted = asked if asked != AUTO else stored or (TRACED if lane_days >= PAYS else NUMPY)
    return TRACED if wanted == TRACED and not _why_not() else NUMPY


def numpy_instead(reason: str) -> Engine:
    """Say that numpy plays, and why the traced engine does not; return numpy's name."""
    warnings.warn(f"numpy plays, since {reason}", Notice, stacklevel=3)
    return NUMPY


@cache
def _why_not() -> str:
    """Return why the traced engine cannot work here; nothing if it can."""
    from sim.foundation.machine_code import NoCompiler, try_out

    try:
        try_out()
    except NoCompiler as reason:
        return str(reason)
    return ""
