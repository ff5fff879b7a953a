"""What a briefing is made of: a result, and what a workflow found beside it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from sim.analysis.outcomes.contrast import Contrast
from sim.analysis.result import Result

NINETY = float(ndtri(0.95))
"""Standard deviations from the median to an end of the central 90 %."""


@dataclass(frozen=True)
class Assumption:
    """One number of the scenario with its evidence, as text where a reader sees text; `name` says plainly what `path` is."""

    path: str
    value: float | str
    low: float | None
    high: float | None
    unit: str
    source: str
    as_of: str
    grade: str
    name: str = ""


@dataclass(frozen=True)
class Part:
    """One thing that an arm sets: key, plain name, last word of the key, meaning, what the base has and what the arm has."""

    path: str
    name: str
    word: str
    meaning: str
    before: str
    after: str


@dataclass(frozen=True)
class Moved:
    """A drawn assumption that the page moves by weights: a prior of two half-normal pieces, of the number or of its logarithm.

    Parameters
    ----------
    path, unit, written, source, grade : str
        `written` is the unit as ``--set`` takes it.
    central, low, high : float
        Median of the prior and the ends of its 90 %.
    log : bool
        Whether the pieces are of the logarithm.
    scores : ndarray, shape (replicate,)
        Where each stored war drew it, in standard deviations of its piece from the median.
    name : str
        What `path` is, plainly; empty where the schema does not tell.
    """

    path: str
    unit: str
    written: str
    source: str
    grade: str
    central: float
    low: float
    high: float
    log: bool
    scores: npt.NDArray[np.float64]
    name: str = ""

    @property
    def spreads(self) -> tuple[float, float]:
        """Standard deviations of the pieces below and above the median, of the number or of its logarithm."""
        low, central, high = (math.log(x) if self.log else x for x in (self.low, self.central, self.high))
        return (central - low) / NINETY, (high - central) / NINETY


@dataclass(frozen=True)
class Study:
    """What another command found, for a section that one result cannot fill.

    Parameters
    ----------
    kind : str
        ``factorial``, ``robustness``, ``sensitivity``, ``hindcast`` or ``controls``.
    account : mapping or sequence
        What the command prints with ``--json``.
    origin : str
        Where it came from, for the reader.
    warning : str
        Why it may not belong to this result; empty if it does.
    """

    kind: str
    account: Any
    origin: str
    warning: str = ""


@dataclass(frozen=True)
class Beside:
    """Another result, its arms against the base of this one."""

    name: str
    result: Result
    contrast: Contrast


@dataclass(frozen=True)
class Provenance:
    """How a result was made; empty texts where it is not known."""

    command: str = ""
    created: str = ""
    program: str = ""
    commit: str = ""
    scenario_hash: str = ""
    model_code: str = ""
    seed: str = ""


@dataclass(frozen=True)
class Material:
    """Everything that a page shows.

    Parameters
    ----------
    result, provenance, assumptions, studies, beside, moved
        As they are; see there.
    emulated : mapping, optional
        As `sim.exploration.designed.account` returns it; None where no design was played.
    names : mapping of str to str
        What to call assumptions, by their keys.
    parts : mapping of str to sequence of Part
        What each arm but the base sets.
    cited : sequence of str
        What the scenario cites for what its levers do.
    """

    result: Result
    provenance: Provenance = field(default_factory=Provenance)
    assumptions: Sequence[Assumption] = ()
    studies: Mapping[str, Study] = field(default_factory=dict)
    beside: Sequence[Beside] = ()
    emulated: Mapping[str, Any] | None = None
    moved: Sequence[Moved] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    parts: Mapping[str, Sequence[Part]] = field(default_factory=dict)
    cited: Sequence[str] = ()
