"""Scenario discovery: in which wars does it come about? PRIM's box, judged on wars that it has not seen.

PRIM (Friedman & Fisher 1999) peels thin slices off the space of inputs where what is wanted is rare; Bryant & Lempert
(2010, *Technol. Forecast. Soc. Change* 77) made it a tool for policy, with coverage, density and quasi-p values. The
algorithm is ema-workbench's. Half of the wars find the box; what is reported is counted on the other half.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.analysis.estimate import Estimate
from sim.foundation.extras import optional

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

MOST = 4
LEAST_HITS = 15
SIGNIFICANT = 0.05


@dataclass(frozen=True)
class Restriction:
    """One side of a box: an input between two values of `x`; an open side is None.

    Parameters
    ----------
    name : str
    low, high : float or None
    quasi_p : float
        Chance that the slice cut off is as poor by accident, the larger of the two ends; from the finding half.
    """

    name: str
    low: float | None
    high: float | None
    quasi_p: float

    def holds(self, values: Floats) -> Bools:
        """Return which values lie inside."""
        above = np.ones(values.shape, dtype=bool) if self.low is None else values >= self.low
        return above if self.high is None else above & (values <= self.high)


@dataclass(frozen=True)
class Count:
    """How a box does on some wars.

    Parameters
    ----------
    inside, outside : Estimate
        Share of the wars inside (the density) and outside in which it comes about, with the interval.
    coverage : float
        Share of all those in which it comes about that lie inside.
    mass : float
        Share of all wars that lie inside.
    rate : float
        Share of all wars in which it comes about.
    wars : int
    """

    inside: Estimate
    outside: Estimate
    coverage: float
    mass: float
    rate: float
    wars: int


@dataclass(frozen=True)
class Box:
    """A box and how it does where it was found and where it was not."""

    restrictions: list[Restriction]
    found: Count
    held_out: Count


def discover(names: Sequence[str], x: Floats, wanted: Bools, level: float = 0.9, most: int = MOST) -> Box | None:
    """Return the box of inputs in which `wanted` is most often true, or None where too few wars have it.

    Among the boxes of the peeling trajectory with at most `most` inputs the one of the largest weighted relative
    accuracy, mass * (density - rate), is taken; sides with a quasi-p value above 5 % are opened again.

    Parameters
    ----------
    names : sequence of str
    x : ndarray, shape (war, input)
    wanted : ndarray of bool, shape (war,)
    level : float
        Coverage of the intervals.
    """
    # Every other war: joint draws of a posterior repeat after an even number of wars, and must not be in both halves.
    finding = np.arange(len(wanted)) % 2 == 0
    hits = int(wanted[finding].sum())
    if min(hits, int((~wanted[finding]).sum())) < LEAST_HITS or x.shape[1] == 0:
        return None
    restrictions = _peeled(names, x[finding], wanted[finding], most)
    return Box(
        restrictions,
        count(restrictions, names, x[finding], wanted[finding], level),
        count(restrictions, names, x[~finding], wanted[~finding], level),
    )


def count(restrictions: Sequence[Restriction], names: Sequence[str], x: Floats, wanted: Bools, level: float) -> Count:
    """Return how a box does on some wars."""
    inside = np.ones(len(wanted), dtype=bool)
    for one in restrictions:
        inside &= one.holds(x[:, list(names).index(one.name)])
    hits = float(wanted.sum())
    return Count(
        inside=Estimate.proportion(float((wanted & inside).sum()), int(inside.sum()), level),
        outside=Estimate.proportion(float((wanted & ~inside).sum()), int((~inside).sum()), level),
        coverage=float((wanted & inside).sum()) / hits if hits else float("nan"),
        mass=float(inside.mean()),
        rate=float(wanted.mean()),
        wars=len(wanted),
    )


def _peeled(names: Sequence[str], x: Floats, wanted: Bools, most: int) -> list[Restriction]:
    """Return the sides of PRIM's best box."""
    frame = optional("pandas").DataFrame(x, columns=[f"x{i}" for i in range(x.shape[1])])
    prim = optional("ema_workbench.analysis.prim")
    rate = float(wanted.mean())
    box = prim.Prim(frame, wanted, threshold=rate, peel_alpha=0.05, mass_min=0.05).find_box()
    path = box.peeling_trajectory
    gain = (path["mass"] * (path["mean"] - rate)).where(path["res_dim"] <= most, -np.inf)
    best = int(gain.to_numpy(dtype=float).argmax())
    limits, quasi = box.box_lims[best], box.qp[best]
    return [side for i, name in enumerate(names) if (side := _side(name, f"x{i}", limits, box.box_lims[0], quasi))]


def _side(name: str, column: str, limits: Any, whole: Any, quasi: dict[str, Any]) -> Restriction | None:
    """Return the restriction of one input, only the ends that are more than accident; None if neither is."""
    if column not in quasi:
        return None
    ends: list[float | None] = []
    chances = []
    for place in (0, 1):
        limit, chance = float(limits[column].iloc[place]), float(quasi[column][place])
        cut = limit != float(whole[column].iloc[place]) and 0.0 <= chance <= SIGNIFICANT
        ends.append(limit if cut else None)
        chances += [chance] if cut else []
    return Restriction(name, ends[0], ends[1], max(chances)) if chances else None
