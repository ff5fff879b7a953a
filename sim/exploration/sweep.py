"""A sweep: keys of the world at many values, each point an arm, so that all are paired on the same noise."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import ceil, log2
from typing import Any

import numpy as np

from sim.foundation.errors import UserError, nearest
from sim.scenario.arms.combinations import with_arms
from sim.scenario.canonical_text import changes
from sim.scenario.scenario import Scenario
from sim.scenario.schema.leaves import Day, Knob, Number, Series
from sim.scenario.schema.paths import leaves
from sim.scenario.syntax.nodes import Map

DESIGNS = ("grid", "sobol")
MOST_POINTS = 256
POINTS = 5

_NUMBER = r"[+-]?(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
_RANGE = re.compile(rf"(?P<scale>x )?(?P<low>{_NUMBER}) ?\.\. ?(?P<high>{_NUMBER})(?: (?P<unit>[^\d\s].*))?")
_DAYS = re.compile(r"(?P<low>\d{4}-\d\d-\d\d) ?\.\. ?(?P<high>\d{4}-\d\d-\d\d)")


@dataclass(frozen=True)
class Factor:
    """One key and the range of its values.

    Parameters
    ----------
    key : str
    low, high : float
        Ends of the range; for a day, its ordinal.
    unit : str
        Behind the number in the patch, as it was written; "" for the key's own.
    scale : bool
        Whether values are factors of what the base has (``x 0.5..2``).
    day : bool
        Whether values are days.
    """

    key: str
    low: float
    high: float
    unit: str = ""
    scale: bool = False
    day: bool = False

    def at(self, share: float) -> float:
        """Return the value at a share of the range, from 0 to 1."""
        value = self.low + share * (self.high - self.low)
        return round(value) if self.day else float(f"{value:.6g}")

    def written(self, value: float) -> str | float:
        """Return a value as it stands in a patch."""
        if self.day:
            return dt.date.fromordinal(int(value)).isoformat()
        if self.scale:
            return f"x {value:g}"
        return f"{value!r} {self.unit}" if self.unit else value


@dataclass(frozen=True)
class Sweep:
    """A sweep with its points.

    Parameters
    ----------
    factors : tuple of Factor
    points : tuple of tuple of float
        Values, in the order of the factors.
    design : str
    arm : str
        The arm that every point stands on, and is compared with.
    """

    factors: tuple[Factor, ...]
    points: tuple[tuple[float, ...], ...]
    design: str
    arm: str

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the points, as arms."""
        return tuple(f"point_{number:0{len(str(len(self.points)))}d}" for number in range(1, len(self.points) + 1))


def plan_sweep(
    over: Sequence[str], scenario: Scenario, points: int = POINTS, design: str = "grid", arm: str | None = None
) -> Sweep:
    """Return the sweep that is asked for.

    Parameters
    ----------
    over : sequence of str
        ``KEY=low..high``, with a unit, as ``x 0.5..2``, or from day to day.
    scenario : Scenario
        Whose keys and arms are meant.
    points : int
        Values per key of a grid; points in all of a Sobol design.
    design : str
        ``grid``: every combination of evenly spaced values. ``sobol``: a scrambled Sobol sequence (Owen 1998, J. Complexity
        14, 466-489), keyed by the scenario's seed.
    arm : str, optional
        By default the base.

    Raises
    ------
    UserError
        With every fault found.
    """
    known = dict(leaves(scenario.world()))
    faults: list[str] = []
    factors = [found for text in over if (found := _factor(text, known, faults))]
    if not over:
        faults.append("nothing to sweep over - add --over KEY=low..high, or a `sweep` to the file")
    repeated = {one.key for one in factors if sum(one.key == other.key for other in factors) > 1}
    faults += [f"--over {key}: stands twice" for key in sorted(repeated)]
    if design not in DESIGNS:
        faults.append(f"--design {design}: unknown - allowed: {', '.join(DESIGNS)}{nearest(design, DESIGNS)}")
    if arm is not None and arm not in scenario.arms:
        faults.append(f"no arm '{arm}' - the arms are {', '.join(scenario.arms)}{nearest(arm, scenario.arms)}")
    elif arm is not None and scenario.arms[arm].since is not None:
        faults.append(f"--arm {arm}: in force only from {scenario.arms[arm].since} - a point changes the first day on")
    count = points ** len(over) if design == "grid" else points
    least = 2 if design == "grid" else 1
    if points < least:
        faults.append(f"--points {points}: at least {least}")
    elif count > MOST_POINTS:
        more = f"{points} values of each of {len(over)} keys" if design == "grid" else f"{points} points"
        faults.append(f"--points {points}: {more} make {count} - at most {MOST_POINTS}; fewer, or --design sobol")
    if faults:
        raise UserError(faults)
    shares = _grid(len(factors), points) if design == "grid" else _sobol(len(factors), points, int(scenario.run.seed))
    values = tuple(tuple(one.at(share) for one, share in zip(factors, row, strict=True)) for row in shares)
    return Sweep(tuple(factors), values, design, arm or scenario.base)


def swept_document(
    document: Map, scenario: Scenario, sweep: Sweep, overrides: Mapping[str, Any]
) -> tuple[Map, dict[str, Any]]:
    """Return a document whose arms are the base, the arm that points stand on, and the points; and what to put on it.

    Parameters
    ----------
    document : Map
        The content of the scenario's file, merged with what it extends.
    scenario : Scenario
        What it says, `overrides` put.
    sweep : Sweep
    overrides : mapping of str to value
        As for `sim.scenario.reader.read`. Those that change an arm are in the points already.
    """
    patch = changes(scenario.world(), scenario.world(sweep.arm))
    arms: dict[str, Any] = {scenario.base: {"label": scenario.arms[scenario.base].label}}
    arms[sweep.arm] = {"label": scenario.arms[sweep.arm].label, "patch": patch}
    for name, values in zip(sweep.names, sweep.points, strict=True):
        put = {one.key: one.written(value) for one, value in zip(sweep.factors, values, strict=True)}
        label = ", ".join(f"{key.rpartition('.')[2]} {value}" for key, value in put.items())
        arms[name] = {"label": label, "patch": patch | put}
    return (
        with_arms(document, arms),
        {key: value for key, value in overrides.items() if not key.startswith("arms.")},
    )


def _factor(text: str, known: Mapping[str, Any], faults: list[str]) -> Factor | None:
    """Return the factor that a text asks for; None and a fault if it is none."""
    key, equals, said = (part.strip() for part in text.partition("="))
    key = key.removeprefix("world.")
    found = _DAYS.fullmatch(said) or _RANGE.fullmatch(said)
    if not equals or not found:
        faults.append(f"--over {text}: not of the form KEY=low..high, as movement.half_density=100..200")
        return None
    leaf = known.get(key)
    if leaf is None:
        faults.append(f"--over {key}: no such key{nearest(key, known)}")
        return None
    day = found.re is _DAYS
    if not isinstance(leaf, Day if day else Number | Knob | Series):
        wanted = "days" if isinstance(leaf, Day) else "numbers" if isinstance(leaf, Number | Knob | Series) else "words"
        faults.append(f"--over {text}: found a range of {'days' if day else 'numbers'}, where {wanted} stand")
        return None
    try:
        low, high = (
            (float(dt.date.fromisoformat(found[end]).toordinal()) if day else float(found[end]))
            for end in ("low", "high")
        )
    except ValueError:
        faults.append(f"--over {text}: found what is no day - write year-month-day, as 2024-11-19")
        return None
    if low >= high:
        faults.append(f"--over {text}: the low end is not below the high one")
        return None
    if day:
        return Factor(key, low, high, day=True)
    return Factor(key, low, high, (found["unit"] or "").strip(), bool(found["scale"]))


def _grid(factors: int, points: int) -> list[tuple[float, ...]]:
    return list(product(np.linspace(0.0, 1.0, points).tolist(), repeat=factors))


def _sobol(factors: int, points: int, seed: int) -> list[tuple[float, ...]]:
    """Return the first points of a scrambled Sobol sequence; more points begin with the same."""
    from scipy.stats import qmc

    made = qmc.Sobol(factors, scramble=True, seed=seed).random_base2(ceil(log2(points)) if points > 1 else 0)
    return [tuple(row) for row in made[:points].tolist()]
