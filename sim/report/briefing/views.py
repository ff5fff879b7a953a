"""What a section of a page says of a study."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from scipy.special import ndtri

from sim.report.briefing.sections import Chart
from sim.report.screen import Table

Account = Any


NINETY = float(ndtri(0.95))
"""Standard errors on either side of an estimate that make a 90 % interval."""


@dataclass(frozen=True)
class View:
    """What a section says of a study: a sentence, lines below it, figures, tables."""

    sentence: str
    details: Sequence[str] = ()
    charts: Sequence[Chart] = ()
    tables: Sequence[Table] = ()
