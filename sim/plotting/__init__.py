"""Figures of stored results; plotting computes nothing beyond quantiles and differences for drawing.

`gallery` knows every figure by name. Figures stand in modules by what they show; `frame` holds what they share. Importing
this package imports matplotlib, but no backend state: figures have an Agg canvas of their own.
"""

from __future__ import annotations

import os

from sim.foundation.errors import UserError

try:
    import matplotlib  # noqa: F401 - the whole package draws with it
except ValueError as error:  # it checks its environment when it is imported
    if "MPLBACKEND" not in os.environ:
        raise
    raise UserError([f"MPLBACKEND={os.environ['MPLBACKEND']}: matplotlib cannot be used with it ({error})"]) from error

from sim.plotting.frame.arms import Arms
from sim.plotting.gallery import draw_all, draw_result, figure, figures, names

__all__ = ["Arms", "draw_all", "draw_result", "figure", "figures", "names"]
