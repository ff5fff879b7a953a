"""Whether a model answers its positive controls: effects of known sign, each within its range."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from sim.analysis.outcomes.quantities import halted

ERRORS = 3.0  # standard errors from nothing at which an effect has a sign
QUANTILE = 1.645  # of the normal law: 90 % of it lie within


@dataclass(frozen=True)
class Answer:
    """What one control did.

    Parameters
    ----------
    name, label, expected : str
    share : tuple of float, optional
        The range expected, as a share of the base's mean gain.
    effect, error : float
        Mean of arm minus base at the end, km2, and its standard error.
    base : float
        The base's mean gain, km2.
    halt : float
        Share of the arm's replicates with a halt.
    note : str
        What the scenario says of the size to be expected, for people.
    """

    name: str
    label: str
    expected: str
    share: tuple[float, float] | None
    effect: float
    error: float
    base: float
    halt: float
    note: str = ""

    @property
    def relative(self) -> float:
        """The effect as a share of the base's mean gain."""
        return self.effect / self.base if self.base else float("nan")

    @property
    def holds(self) -> bool:
        """Whether the sign is clear, as expected, and the size within its range."""
        sign = -1.0 if self.expected == "below" else 1.0
        clear = sign * self.effect > ERRORS * self.error
        low, high = self.share or (-np.inf, np.inf)
        return bool(clear and low <= self.relative <= high)

    @property
    def effect_km2(self) -> tuple[float, float, float]:
        """Low, mean and high of the mean effect, a 90 % interval."""
        reach = QUANTILE * self.error
        return self.effect - reach, self.effect, self.effect + reach

    def account(self) -> dict[str, object]:
        """Return the answer in plain values, under the names of the public contract."""
        return {
            "name": self.name,
            "expected": self.expected,
            "effect_km2": list(self.effect_km2),
            "halt": self.halt,
            "holds": self.holds,
            "label": self.label,
            "share_of_base": self.relative,
            "range": list(self.share) if self.share else None,
            **({"note": self.note} if self.note else {}),
        }


def answers(data: xr.Dataset, asked: Sequence[tuple[str, str, str, tuple[float, float] | None]]) -> list[Answer]:
    """Return the answer to each control, from a result whose first arm is the base.

    Parameters
    ----------
    data : Dataset
        With ``net_km2`` and ``war``.
    asked : sequence of (name of the arm, label, expected, share)
    """
    net = data["net_km2"].isel(time=-1).transpose("arm", "replicate").to_numpy().astype(float)
    arms, found = [str(name) for name in data["arm"].to_numpy()], []
    for name, label, expected, share in asked:
        effect = net[arms.index(name)] - net[0]
        error = float(effect.std(ddof=1) / np.sqrt(effect.size)) if effect.size > 1 else float("inf")
        halt = float(np.mean(halted(data, name)))
        found.append(Answer(name, label, expected, share, float(effect.mean()), error, float(net[0].mean()), halt))
    return found
