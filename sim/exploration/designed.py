"""Designed extra arms around the levers of a scenario, played beside the base, and the emulator that is fitted to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, log2
from typing import Any

import numpy as np

from sim.analysis.sensitivity.emulator import Emulator
from sim.exploration.cases import Bench, Case, Progress
from sim.exploration.levers import Lever, levers
from sim.foundation.errors import UserError
from sim.foundation.lanes import Array
from sim.scenario.priors.uncertain import uncertain
from sim.scenario.scenario import Scenario

LATEST = 120.0
"""Days by which all levers may come later than stated."""
FURTHEST = 2.0
"""Times the stated dose, where the schema allows it."""
LEAST_POINTS = 16


@dataclass(frozen=True)
class Axes:
    """What is moved: how far each lever is turned, as a share of the arm that has all, and how many days later all begin."""

    levers: tuple[Lever, ...]

    @property
    def low(self) -> tuple[float, ...]:
        """The lower ends: nothing of each lever, no delay."""
        return (0.0,) * (len(self.levers) + 1)

    @property
    def high(self) -> tuple[float, ...]:
        """The upper ends."""
        return (*(self._most(lever) for lever in self.levers), LATEST)

    @property
    def whole(self) -> tuple[float, ...]:
        """The arm that has all."""
        return (*(1.0 for _ in self.levers), 0.0)

    def case(self, base: str, point: Sequence[float]) -> Case:
        """Return a point as a case of the bench."""
        found: dict[str, float] = {}
        for lever, factor in zip(self.levers, point, strict=False):
            found |= lever.at(factor, lever.start_day + point[-1])
        return Case(base, found)

    @staticmethod
    def _most(lever: Lever) -> float:
        allowed = min((lever.most[path] / value for path, value in lever.on.items() if value > 0), default=1.0)
        return min(FURTHEST, max(allowed, 1.0))


def plan(axes: Axes, points: int, seed: int) -> Array:
    """Return the design, (point, coordinate): nothing, all, each lever alone and all but each, then a scrambled Sobol sequence.

    Raises
    ------
    UserError
        If there are fewer points than a fit needs.
    """
    n = len(axes.low)
    least = max(LEAST_POINTS, 3 * n)
    if points < least:
        raise UserError([f"--argue {points}: {n} controls need {least} designs at least"])
    from scipy.stats import qmc

    low, high, whole = np.array(axes.low), np.array(axes.high), np.array(axes.whole)
    known = [low, whole]
    for row in range(n - 1):
        alone, without = low.copy(), whole.copy()
        alone[row], without[row] = whole[row], low[row]
        known += [alone, without]
    known = list({tuple(one): one for one in known}.values())
    rest = points - len(known)
    cube = qmc.Sobol(n, scramble=True, seed=seed).random_base2(ceil(log2(max(rest, 2))))[:rest]
    return np.concatenate([np.array(known), low + cube * (high - low)])


@dataclass(frozen=True)
class Fit:
    """The emulators of a mean over replicates, and of its standard error."""

    mean: Emulator
    noise: Emulator

    @classmethod
    def of(cls, axes: Axes, design: Array, differences: Array) -> Fit:
        """Fit paired differences to the base, (point, replicate)."""
        noise = differences.std(axis=1, ddof=1) / np.sqrt(differences.shape[1])
        values = (differences.mean(axis=1), noise)
        return cls(*(Emulator.fit(design, one, axes.low, axes.high) for one in values))

    def account(self) -> dict[str, Any]:
        """Return what the page answers with, as plain data."""
        return {
            "weights": [float(f"{one:.6g}") for one in self.mean.weights],
            "noise": [float(f"{one:.6g}") for one in self.noise.weights],
            "error": self.mean.error, "explained": self.mean.explained,
        }  # fmt: skip


@dataclass(frozen=True)
class Designed:
    """What was moved, and the fits of ground kept against the base, km2, and of the chance of a halt beside the base's.

    `halt` is None where the scenario's run is too short to see one.
    """

    axes: Axes
    kept: Fit
    halt: Fit | None


def emulate(
    scenario: Scenario, whole: str, points: int, replicates: int, jobs: int = 1, progress: Progress | None = None
) -> Designed:
    """Play the design, and fit emulators to it.

    Every design point has the base's noise and parameters.

    Raises
    ------
    UserError
        If the arm `whole` changes more than levers, or `points` are too few.
    """
    axes = Axes(tuple(levers(scenario, whole)))
    design = plan(axes, points, int(scenario.run.seed))
    bench = Bench(scenario, tuple(one.name for one in uncertain(scenario)), replicates, jobs)
    cases = [Case(scenario.base), *(axes.case(scenario.base, point) for point in design.tolist())]
    net, calm = bench.ground_and_calm(cases, progress)
    halted = bench.halted(calm)
    halt = None if np.isnan(halted).any() else Fit.of(axes, design, halted[1:] - halted[0])
    return Designed(axes, Fit.of(axes, design, net[0] - net[1:]), halt)


def account(scenario: Scenario, found: Designed, replicates: int, level: float) -> dict[str, Any]:
    """Return what a page needs to answer and to say how the answer is played, as plain data."""
    axes, section = found.axes, scenario.world().levers
    labels = [
        str(getattr(getattr(section, one.name), "label", "")) or one.name.replace("_", " ") for one in axes.levers
    ]
    return {
        "levers": [
            {"name": one.name, "label": label, "on": one.on, "most": {path: one.most[path] for path in one.on},
             "start": one.start, "start_day": one.start_day}
            for one, label in zip(axes.levers, labels, strict=True)
        ],
        "begin": scenario.run.start.isoformat(), "low": list(axes.low), "high": list(axes.high),
        "whole": list(axes.whole), **found.kept.account(), "halt": found.halt and found.halt.account(),
        "points": found.kept.mean.points, "replicates": replicates, "level": level, "seed": int(scenario.run.seed),
    }  # fmt: skip
