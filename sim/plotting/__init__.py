"""The plotting room: figures of stored results; it computes nothing beyond quantiles and differences for
drawing.

One kind of figure a file, each with ``draw(cast) -> matplotlib Figure`` (None where there is nothing to show)
and ``NEEDS``, the variables it reads. `gallery` draws them all; `sheet` is the paper they share, `palette`
the colours, `cast` the arms. Importing this package imports matplotlib, but no backend state: figures have an
Agg canvas of their own.
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

from sim.plotting.cast import Cast, gather
from sim.plotting.gallery import draw_all, figures

__all__ = ["Cast", "draw_all", "figures", "gather"]
