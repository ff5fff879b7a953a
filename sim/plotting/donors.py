"""What coordination among donors keeps, part by part, and how much of that nobody can observe."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from matplotlib.figure import Figure

from sim.analysis.estimate import Estimate


class Part(Protocol):
    """What is drawn of a part."""

    label: str
    kept: Estimate
    kept_from_nash: Estimate


class Cell(Protocol):
    """What is drawn of a band of the priors."""

    convexity: tuple[float, float]
    theta: tuple[float, float]
    anarchy: Estimate
