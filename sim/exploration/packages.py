"""What would have to be true of the levers: the smallest set, the least cost and the dates that bring a halt.

"Brings a halt" means here what it means in the verdict: the whole interval of the chance lies at or above `can`, with as
many wars as the bench plays. A small bench is therefore strict: it finds less, never more.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from sim.analysis.estimate import Estimate
from sim.exploration.cases import Bench, Case, Progress
from sim.exploration.levers import Lever, controls
from sim.foundation.lanes import Array

FACTORS = (1.0, 2.0, 4.0, 8.0)
DELAYS = (0.0, 30.0, 60.0, 90.0, 120.0)
MOST_LEVERS = 7  # two to the power of this is how many sets are played
HALVINGS = 4


@dataclass(frozen=True)
class Package:
    """Some levers turned on together.

    Parameters
    ----------
    levers : tuple of str
    factor : float
        Times the stated doses, as far as the schema allows each.
    cost : float
        Billions of dollars spent by the end of the war played, central values; levers without a price cost nothing.
    chance : Estimate
        Of a halt.
    delay : float or None
        Days after the first day on which all begin; None for the dates stated.
    """

    levers: tuple[str, ...]
    factor: float
    cost: float
    chance: Estimate
    delay: float | None = None


@dataclass(frozen=True)
class Packages:
    """What was tried, and what brings a halt.

    Parameters
    ----------
    tried : list of Package
        Every set at the stated and at the largest dose.
    doses, dates : list of Package
        All levers by dose; and by the day on which they begin, at the stated and at the largest dose.
    smallest, cheapest, latest : Package or None
        The smallest set, the least cost and the latest beginning that bring a halt; None if nothing tried does.
    """

    tried: list[Package]
    doses: list[Package]
    dates: list[Package]
    smallest: Package | None = None
    cheapest: Package | None = None
    latest: Package | None = None

    @property
    def best(self) -> Package:
        """The package with the largest chance of all that were played."""
        return max([*self.tried, *self.doses, *self.dates], key=lambda one: one.chance.value)


@dataclass
class Search:
    """Plays packages on a bench, each once.

    Parameters
    ----------
    bench : Bench
    base : str
        The arm that everything is added to.
    levers : list of Lever
    can, level : float
        The threshold and the level of the interval.
    """

    bench: Bench
    base: str
    levers: list[Lever]
    can: float
    level: float
    _known: dict[tuple[tuple[str, ...], float, float | None], Package] = field(default_factory=dict)

    def play(
        self, asked: Sequence[tuple[Sequence[Lever], float, float | None]], progress: Progress | None = None
    ) -> list[Package]:
        """Return the packages asked for as (levers, factor, delay)."""
        keys = [(tuple(one.name for one in chosen), factor, delay) for chosen, factor, delay in asked]
        new = {key: one for key, one in zip(keys, asked, strict=True) if key not in self._known}
        cases = [Case(self.base, controls(chosen, factor, delay)) for chosen, factor, delay in new.values()]
        for (key, one), halts in zip(new.items(), self.bench.halts(cases, progress), strict=True):
            chosen, factor, delay = one
            days = float(self.bench.days)
            cost = sum(lever.cost(factor, days) for lever in chosen)
            self._known[key] = Package(key[0], factor, cost, chance_of(halts, self.level), delay)
        return [self._known[key] for key in keys]

    def reaches(self, one: Package) -> bool:
        """Whether a package brings a halt."""
        return one.chance.low >= self.can


def chance_of(halts: Array, level: float) -> Estimate:
    """Return the chance of a halt from one case's wars; unknown where the wars are too short to tell."""
    return Estimate.rate(halts, level)


def search(look: Search, progress: Progress | None = None) -> Packages:
    """Return what the levers would have to be for a halt."""
    every = look.levers
    sizes = range(1, len(every) + 1) if len(every) <= MOST_LEVERS else (1, len(every) - 1, len(every))
    sets = [chosen for size in sizes for chosen in combinations(every, size)]
    top = FACTORS[-1]
    turned = [chosen for chosen in sets if any(lever.grows for lever in chosen)]
    plain = [(chosen, 1.0, None) for chosen in sets] + [(chosen, top, None) for chosen in turned]
    curve = [(every, factor, None) for factor in FACTORS]
    begun = [(every, factor, delay) for factor in (1.0, top) for delay in DELAYS]
    look.play([*plain, *curve, *begun], progress)
    tried, doses, dates = look.play(plain), look.play(curve), look.play(begun)
    reaching = [one for one in tried if look.reaches(one)]
    return Packages(
        tried=tried,
        doses=doses,
        dates=dates,
        smallest=min(reaching, key=lambda one: (len(one.levers), one.cost, -one.chance.value), default=None),
        cheapest=_cheapest(look, reaching),
        latest=max((one for one in dates if look.reaches(one)), key=lambda one: one.delay or 0.0, default=None),
    )


def _cheapest(look: Search, reaching: list[Package]) -> Package | None:
    """Return the least cost: of each reaching set the smallest dose that still reaches, found by halving."""
    best = min(reaching, key=lambda one: one.cost, default=None)
    for one in reaching:
        chosen = [lever for lever in look.levers if lever.name in one.levers]
        if one.factor > 1.0 and any(lever.priced for lever in chosen):
            found = _least(look, chosen, one)
            best = found if best is None or found.cost < best.cost else best
    return best


def _least(look: Search, chosen: Sequence[Lever], known: Package) -> Package:
    """Return the smallest dose between the stated and a reaching one that still reaches, to a sixteenth."""

    def at(factor: float) -> Package:
        return look.play([(chosen, factor, None)])[0]

    return halved(at, look.reaches, 1.0, known)


def halved(at: Callable[[float], Package], reaches: Callable[[Package], bool], low: float, known: Package) -> Package:
    """Return the package of the smallest factor that reaches, by bisection between `low` and the one known to."""
    first = at(low)
    if reaches(first):
        return first
    for _ in range(HALVINGS):
        middle = at((low + known.factor) / 2.0)
        low, known = (low, middle) if reaches(middle) else (middle.factor, known)
    return known
