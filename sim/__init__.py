"""In Concert: a scenario war-game simulator.

The map: `foundation` (lanes, luck, errors) < `rules` (what happens, pure functions) and `scenario` (what is assumed) <
`world` (who decides, and the day) < `experiment`, `analysis`, `plotting` (many wars, compared) < `cli` (the front door).
Importing `sim` imports nothing heavy.
"""

from __future__ import annotations

TYPE_CHECKING = False  # importing `typing` would be half of the time until the command can handle Ctrl-C
if TYPE_CHECKING:
    from typing import Any

    import xarray

__version__ = "0.1.0"


def load(path: Any) -> xarray.Dataset:
    """Return the stored result at `path` (a folder written by ``sim run`` or ``sim claim``) as an xarray Dataset."""
    from sim.experiment.store import load as load_store

    return load_store(path)
