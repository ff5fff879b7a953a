"""The Mesa house: agents who decide, and `War.step`, the only place where anything happens."""

from __future__ import annotations

from sim.world.play import play

__all__ = ["play"]
