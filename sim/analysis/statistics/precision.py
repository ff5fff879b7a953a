"""Playing until an estimate is sharp enough: the targets, and how many wars the next look should have.

Looking at the width of an interval and stopping when it is small is known to be right in the limit of small targets
(Chow & Robbins 1965, Ann. Math. Stat. 36, 457-462), but with few wars the interval at the stop covers a little less
than it says: a width that is small by luck stops the run. So the first look is not taken before `FIRST` wars, looks are
few, and the rule never looks at the estimate itself, only at its width. Heavy tails make it worse: if a few wars
in a hundred weigh most, as where a cease-fire comes in one arm and not in another, a sample without one of them looks sharp.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, isfinite

import xarray as xr

from sim.analysis.names import Side
from sim.analysis.outcomes.replicates import known_outcomes, outcomes_of
from sim.analysis.statistics.arm_sets import factorial_of
from sim.analysis.statistics.factorial import joint_minus_sum
from sim.foundation.errors import UserError, nearest

FIRST = 200
"""Wars an arm before the first look."""

USUAL = "kept_km2"


@dataclass(frozen=True)
class Target:
    """Stop when the half-width of the interval of joint minus sum of parts is at most this.

    Parameters
    ----------
    outcome : str
    half_width : float
        In the outcome's unit, shares of 1 for chances.
    """

    outcome: str
    half_width: float


def targets(given: Sequence[str], sides: tuple[Side, Side]) -> list[Target]:
    """Read targets like ``kept_km2=20``, ``p_halt=0.02``, ``p_halt=2%``; a bare number is of `USUAL`.

    Raises
    ------
    UserError
        For every one that cannot be read.
    """
    found, faults = [], []
    outcomes = outcomes_of(*sides)
    for text in given:
        name, number = text.split("=", 1) if "=" in text else (USUAL, text)
        name = name.strip()
        value = _number(number.strip())
        if name not in outcomes:
            allowed = ", ".join(outcomes)
            faults.append(f"--until-precision {text}: unknown '{name}' - one of {allowed}{nearest(name, outcomes)}")
        elif not value or (outcomes[name].chance and value >= 1):
            unit = (
                "a share below 1, as 0.02 or 2%" if outcomes[name].chance else f"above 0 {outcomes[name].unit}, as 20"
            )
            faults.append(f"--until-precision {text}: found '{number.strip()}' - a half-width {unit}")
        else:
            found.append(Target(name, value))
    if faults:
        raise UserError(faults)
    return found


def _number(text: str) -> float:
    """Return a positive number, or 0 for anything else."""
    try:
        value = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        return 0.0
    return value if isfinite(value) and value > 0 else 0.0


@dataclass(frozen=True)
class Precision:
    """How sharp a target's estimate is after some wars."""

    target: Target
    half_width: float

    @property
    def met(self) -> bool:
        """Whether the target is reached."""
        return self.half_width <= self.target.half_width


def reached_precision(table: xr.Dataset, wanted: Sequence[Target]) -> list[Precision]:
    """Return the half-width reached for each target.

    Raises
    ------
    UserError
        If the wars are too short to tell an outcome that is wanted.
    """
    full = factorial_of([str(name) for name in table["arm"].to_numpy()])
    known = {one.name: one for one in known_outcomes(table)}
    blind = [target.outcome for target in wanted if target.outcome not in known]
    if blind:
        raise UserError([f"--until-precision {name}: these wars are too short to tell it" for name in blind])
    found = []
    for target in wanted:
        beyond = joint_minus_sum(table, full, known[target.outcome])
        found.append(Precision(target, (beyond.high - beyond.low) / 2))
    return found


def next_size(wars: int, looks: Sequence[Precision], most: int) -> int:
    """Return how many wars an arm the next look should have: as the square of the width still lacking, with 5 % over.

    At least a quarter more than now, at most `most`; `wars` itself if every target is met or `most` is played.
    """
    if all(one.met for one in looks) or wars >= most:
        return wars
    lacking = max(one.half_width / one.target.half_width for one in looks)
    needed = wars * 1.05 * lacking**2 if isfinite(lacking) else 2 * wars
    return int(min(most, max(ceil(needed), ceil(1.25 * wars))))
