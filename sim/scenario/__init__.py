"""What is assumed about the world, with evidence and uncertainty, and the arms that change it.

``read(path)`` gives a `Scenario`; `sim.scenario.priors.draw.draw` turns its priors into arrays over lanes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.scenario.reader import read as read
    from sim.scenario.scenario import Scenario as Scenario

__all__ = ["Scenario", "read"]
_HOME = {"Scenario": "sim.scenario.scenario", "read": "sim.scenario.reader"}


def __getattr__(name: str) -> Any:
    """Import the heavy parts on first use."""
    from importlib import import_module

    if name not in _HOME:
        raise AttributeError(f"module 'sim.scenario' has no attribute '{name}'")
    return getattr(import_module(_HOME[name]), name)
