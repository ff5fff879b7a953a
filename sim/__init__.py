"""In Concert: a scenario war-game simulator.

    experiment = sim.read("scenarios/claim.yaml").set("movement.response=power")
    result = experiment.run(replicates=250)
    result.table(); result.contrast("base"); result.verdict(); result.plot("net_km2"); result.data

Layers, lowest first: `foundation` (lanes, noise, errors), `rules` (what happens, pure functions) and `scenario` (what is
assumed), the model (who decides, and the day), `experiment` and `analysis` (many replicates, judged), `plotting` and
`report`, `workflows` (one function a question), and on top the command line and `api`. Importing `sim` imports nothing
heavy.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim._version import __version__

if TYPE_CHECKING:
    from sim.api import Experiment, Result

__all__ = ["Experiment", "Result", "__version__", "load", "read"]


def read(source: str | Path | Mapping[str, Any]) -> Experiment:
    """Return the experiment in a scenario file, or in a dictionary of the same shape; see `sim.api.read`."""
    from sim.api import read as read_experiment

    return read_experiment(source)


def load(folder: str | Path) -> Result:
    """Return the result stored in `folder`, read from the disk as far as it is asked; see `sim.api.load`."""
    from sim.api import load as load_result

    return load_result(folder)


def __getattr__(name: str) -> Any:
    """Import the classes of the interface on first use."""
    if name in ("Experiment", "Result"):
        import sim.api

        return getattr(sim.api, name)
    raise AttributeError(f"module 'sim' has no attribute '{name}'")
