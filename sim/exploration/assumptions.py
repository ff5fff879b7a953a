"""What would have to be true of the world: the nearest single assumption that overturns the verdict.

Each input in turn is held in every war at a quantile of its prior, the others as drawn. How far that is, is given in
standard deviations of the prior (of the normal score, for any law): 1.64 is the edge of the stated range.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import ndtr

from sim.analysis.estimate import Estimate
from sim.exploration.cases import Bench, Case, Progress
from sim.exploration.packages import chance_of
from sim.scenario.priors.uncertain import Uncertain

EDGE = 1.6448536269514722
STEPS = (EDGE, 3.0, 4.0)
TOGETHER = (0.5, 1.0, EDGE, 2.5)
LEADING = 5
HALVINGS = 3


@dataclass(frozen=True)
class Held:
    """One input held at one place.

    Parameters
    ----------
    name : str
    distance : float or None
        Standard deviations of the prior, signed; None for an option of a choice.
    u : float
        The probability of the prior.
    value : float or str
        The (first) leaf's value there.
    chance : Estimate
        Of a halt in the joint arm.
    calmest : float
        Median over the replicates of the mean of the calmest span, km2/day: how near the others come to a halt.
    turns : bool
        Whether the verdict is another there.
    """

    name: str
    distance: float | None
    u: float
    value: float | str
    chance: Estimate
    calmest: float
    turns: bool


@dataclass(frozen=True)
class Assumptions:
    """What was tried, and what overturns the verdict.

    Parameters
    ----------
    now : Estimate
        The chance as things are assumed, with the same wars.
    up : bool
        Whether the verdict would be turned by more halts (else by fewer).
    held : list of Held
        Every place tried.
    nearest : list of Held
        The first place that turns the verdict for each input that has one, nearest first; options after numbers.
    together : list of (float, Estimate, bool)
        The leading inputs all moved at once, each its own way: distance, chance, whether it turns.
    leading : list of (str, int)
        Which they are, and which way.
    """

    now: Estimate
    up: bool
    held: list[Held]
    nearest: list[Held]
    together: list[tuple[float, Estimate, bool]]
    leading: list[tuple[str, int]]


@dataclass
class Question:
    """The joint arm asked under other assumptions.

    Parameters
    ----------
    bench : Bench
    arm : str
    can, level : float
    up : bool
        Whether "turned" means that the whole interval reaches `can`; else that it lies below.
    """

    bench: Bench
    arm: str
    can: float
    level: float
    up: bool = True

    def asked(
        self, moves: Sequence[dict[str, float]], progress: Progress | None = None
    ) -> list[tuple[Estimate, float]]:
        """Return the chance of a halt and the median of the calmest stretch under each set of held inputs."""
        calm = self.bench.calmest([Case(self.arm, {}, dict(move)) for move in moves], progress)
        return [(chance_of(self.bench.halted(row), self.level), float(np.median(row))) for row in calm]

    def turned(self, chance: Estimate) -> bool:
        """Whether the verdict is another at this chance."""
        return chance.low >= self.can if self.up else chance.high < self.can


def overturning(ask: Question, inputs: Sequence[Uncertain], progress: Progress | None = None) -> Assumptions:
    """Return what each input alone does to the verdict, and what the leading ones do together."""
    now, calm = ask.asked([{}])[0]
    ask.up = not now.low >= ask.can
    places = [place for one in inputs for place in _places(one)]
    answers = ask.asked([{one.name: u} for one, _, u in places], progress)
    held = [
        Held(one.name, distance, u, one.value(u), chance, near, ask.turned(chance))
        for (one, distance, u), (chance, near) in zip(places, answers, strict=True)
    ]
    leading = _leading(held, calm, ask.up)
    moves = [{name: float(ndtr(sign * step)) for name, sign in leading} for step in TOGETHER]
    both = [chance for chance, _ in ask.asked(moves)] if leading else []
    return Assumptions(
        now=now,
        up=ask.up,
        held=held,
        nearest=_nearest(ask, inputs, held),
        together=[(step, chance, ask.turned(chance)) for step, chance in zip(TOGETHER, both, strict=False)],
        leading=leading,
    )


def _places(one: Uncertain) -> list[tuple[Uncertain, float | None, float]]:
    options = one.options()
    if options:
        return [(one, None, u) for _, u in options]
    return [(one, sign * step, float(ndtr(sign * step))) for sign in (-1.0, 1.0) for step in STEPS]


def _leading(held: Sequence[Held], now: float, up: bool) -> list[tuple[str, int]]:
    """Return the numbers that at the edge of their range move the wars most the way that turns the verdict.

    By the calmest stretch, not by the chance: where halts are rare, few wars would decide.
    """
    way = 1.0 if up else -1.0
    edge = [one for one in held if one.distance is not None and abs(one.distance) == EDGE]
    ranked = sorted(edge, key=lambda one: way * (one.calmest - now))
    found: dict[str, int] = {}
    for one in ranked:
        if way * (one.calmest - now) < 0 and one.name not in found and len(found) < LEADING:
            found[one.name] = 1 if (one.distance or 0.0) > 0 else -1
    return list(found.items())


def _nearest(ask: Question, inputs: Sequence[Uncertain], held: Sequence[Held]) -> list[Held]:
    """Return the first turning place of each input and side, made exact by halving; the nearest first."""
    by_name = {one.name: one for one in inputs}
    found = [one for one in held if one.turns and one.distance is None]
    for name in by_name:
        for sign in (-1.0, 1.0):
            side = [one for one in held if one.name == name and (one.distance or 0.0) * sign > 0]
            first = next((one for one in sorted(side, key=lambda h: abs(h.distance or 0.0)) if one.turns), None)
            if first is not None:
                inside = max((abs(h.distance or 0.0) for h in side if abs(h.distance or 0.0) < abs(first.distance or 0.0)),
                             default=0.0)  # fmt: skip
                found.append(_halved(ask, by_name[name], sign * inside, first))
    return sorted(found, key=lambda one: float("inf") if one.distance is None else abs(one.distance))


def _halved(ask: Question, one: Uncertain, low: float, known: Held) -> Held:
    """Return the place nearest to `low` that still turns the verdict, by bisection."""
    for _ in range(HALVINGS):
        distance = (low + (known.distance or 0.0)) / 2.0
        u = float(ndtr(distance))
        chance, calm = ask.asked([{one.name: u}])[0]
        if ask.turned(chance):
            known = replace(known, distance=distance, u=u, value=one.value(u), chance=chance, calmest=calm)
        else:
            low = distance
    return known
