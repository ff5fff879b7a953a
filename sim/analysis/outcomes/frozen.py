"""What freezing a class of agents changes: ground, its side's casualties, and what donors deliver."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.analysis.estimate import Estimate

Floats = npt.NDArray[np.float64]

ERRORS = 3.0
"""Standard errors from nothing at which a change counts."""

DECIDES = 0.01
"""Share of an objective that an agent moves, at least; a class that moves less is an input."""

QUANTILE = 1.645  # of the normal law: 90 % of it lie within
LEVEL = 0.9


@dataclass(frozen=True)
class Change:
    """A mean change over replicates, in the unit of what changes, with its standard error and the base's mean."""

    mean: float
    error: float
    base: float

    @classmethod
    def between(cls, frozen: Floats, base: Floats) -> Change:
        """Return the change from the base to the frozen wars, replicate by replicate, (replicate,) each."""
        change = frozen - base
        error = float(change.std(ddof=1) / np.sqrt(change.size)) if change.size > 1 else float("inf")
        return cls(float(change.mean()), error, float(base.mean()))

    @property
    def share(self) -> float:
        """The size of the change over the base's mean; 0 where it is not `ERRORS` standard errors from nothing."""
        clear = abs(self.mean) > ERRORS * self.error and self.base != 0.0
        return abs(self.mean / self.base) if clear else 0.0

    def interval(self, scale: float = 1.0) -> tuple[float, float, float]:
        """Return low, mean and high of the mean change times `scale`, a 90 % interval."""
        reach = QUANTILE * self.error
        return scale * (self.mean - reach), scale * self.mean, scale * (self.mean + reach)

    def percent(self) -> tuple[float, float, float]:
        """Return the same in per cent of the base's mean, as a sure nothing where that is nothing."""
        return self.interval(100.0 / abs(self.base)) if self.base else (0.0, 0.0, 0.0)

    def estimate(self) -> Estimate:
        """Return the change in per cent as an estimate, for figures."""
        low, mean, high = self.percent()
        return Estimate(mean, low, high, LEVEL)


@dataclass(frozen=True)
class Freezing:
    """What one frozen class changes.

    Parameters
    ----------
    agent, label : str
    ground, casualties, delivered : Change
        Of the attacker's net gain (km2), of the casualties of the class's side, and of the value delivered (Gusd).
    """

    agent: str
    label: str
    ground: Change
    casualties: Change
    delivered: Change

    @property
    def share(self) -> float:
        """The largest clear change as a share of the base's total."""
        return max(self.ground.share, self.casualties.share, self.delivered.share)

    @property
    def decides(self) -> bool:
        """Whether the class moves enough to be called an agent."""
        return self.share >= DECIDES

    def account(self) -> dict[str, object]:
        """Return the change in plain values, under the names of the public contract."""
        return {
            "agent": self.agent,
            "label": self.label,
            "ground_km2": list(self.ground.interval()),
            "ground_pct": list(self.ground.percent()),
            "casualties_pct": list(self.casualties.percent()),
            "delivered_pct": list(self.delivered.percent()),
            "share_of_objective": self.share,
            "decides": self.decides,
        }


def freezings(
    played: Mapping[str, Mapping[str, Floats]], labels: Mapping[str, str], sides: Mapping[str, int]
) -> list[Freezing]:
    """Return the change by each frozen class, the largest share first.

    Parameters
    ----------
    played : mapping of str to mapping
        ``net_km2`` (replicate,), ``casualties`` (side, replicate) and ``delivered`` (replicate,) by class; the base under "".
    labels : mapping of str to str
        What to call each class.
    sides : mapping of str to int
        The row of the side that each class stands on.
    """
    base = played[""]
    found = []
    for name, one in played.items():
        if name:
            side = sides[name]
            found.append(
                Freezing(
                    name,
                    labels[name],
                    Change.between(one["net_km2"], base["net_km2"]),
                    Change.between(one["casualties"][side], base["casualties"][side]),
                    Change.between(one["delivered"], base["delivered"]),
                )
            )
    return sorted(found, key=lambda one: -one.share)
