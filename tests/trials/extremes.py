"""Scenarios that are right and extreme: numbers at their bounds or at nothing, days far away, every structure."""

from __future__ import annotations

import random
import resource
import sys
import warnings
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from sim.analysis.result import judge
from sim.analysis.validity import InvalidReplicatesWarning, NoValidReplicateError
from sim.experiment.run import run
from sim.experiment.store import load
from sim.scenario import read
from sim.scenario.schema.leaves import Choice, Day, Knob, Leaf, Number, Section, Series
from tests.trials.common import Series as Trials
from tests.trials.common import Trouble

WORLD = Path(__file__).parents[2] / "scenarios" / "ukraine-2024-11-19.yaml"
COUNTRY = 604_000.0  # km2: the defended country, Crimea included
MEMORY = 0.5e9  # bytes by which a small run may raise the most that this process ever took
FAR = ("1944-11-19", "2024-11-20", "2104-11-19")


def play_extremes(rng: random.Random, folder: Path) -> None:
    """Play a world with one to six extreme inputs for a few months: it makes sense, or what does not is said."""
    changes = dict(rng.choices(options(), k=1 if rng.random() < 0.4 else rng.randint(2, 6)))
    scenario = read(WORLD, {**changes, "run.replicates": 3})
    scenario = replace(scenario, run=replace(scenario.run, horizon_days=7 * rng.randint(8, 26)))
    before = _peak()
    where = ", ".join(f"{path} = {value}" for path, value in changes.items())
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        folder = run(scenario, folder / "out", jobs=1)
        try:
            data = load(folder)
            summary = judge(data)
        except NoValidReplicateError:
            return
    numeric = sorted({str(one.message) for one in said if issubclass(one.category, RuntimeWarning)})
    told = any(one.category is InvalidReplicatesWarning for one in said)
    if numeric and not told:
        raise Trouble(f"{where}: {numeric[0]}")
    if told != bool(summary["excluded"]):
        raise Trouble(f"{where}: replicates are left out and not counted")
    for fault in _nonsense(data):
        raise Trouble(f"{where}: {fault}")
    if (grown := _peak() - before) > MEMORY:
        raise Trouble(f"{where}: {grown / 1e9:.1f} GB of memory")


def _peak() -> int:
    """Return the most memory that this process ever took, bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def _nonsense(data: Any) -> Iterator[str]:
    """Yield what of a result no war could have."""
    for name, values in data.data_vars.items():
        if "time" not in values.dims or name == "durable":
            continue
        found = values.to_numpy()
        if not np.isfinite(found).all():
            yield f"{name} is not finite"
        elif values.attrs["units"] not in ("km2", "km") and found.min() < -1.0 - 1e-5 * np.abs(found).max():
            yield f"{name} is {found.min():g}"
    if np.abs(data["net_km2"].to_numpy()).max() > COUNTRY:
        yield "more ground was taken than there is"


@cache
def options() -> list[tuple[str, str]]:
    """Return every (path, value) that takes a leaf of the shipped world to an extreme."""
    return [(path, value) for path, leaf, rule in _leaves(read(WORLD).world()) for value in _extremes(leaf, rule)]


def _leaves(value: Any, path: str = "", rule: Any = None) -> Iterator[tuple[str, Leaf, Any]]:
    """Yield every leaf with its path and the rule of its field."""
    if isinstance(value, Leaf):
        yield path, value, rule
    elif isinstance(value, Section):
        for name, field in type(value).model_fields.items():
            own = next((one for one in field.metadata if hasattr(one, "doc")), None)
            yield from _leaves(getattr(value, name), f"{path}.{name}".lstrip("."), own)
    else:
        for name, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _leaves(item, f"{path}.{name}", rule)


def _extremes(leaf: Leaf, rule: Any) -> list[str]:
    if isinstance(leaf, (Number, Knob, Series)):
        low, high = rule.bounds.lower, rule.bounds.upper
        unit = "" if rule.unit == "dimensionless" else f" {rule.unit}"
        stated = (
            "" if leaf.place.line else "; DEF"
        )  # a number that the file leaves out has no source that could be kept
        ends = dict.fromkeys((low, high, max(low, min(0.0, high))))
        return [f"{value!r}{unit}".rstrip() + stated for value in ends]
    if isinstance(leaf, Day):
        return list(FAR)
    return list(rule.options) if isinstance(leaf, Choice) else []


SERIES = (
    Trials(
        "extremes",
        "valid scenarios with one to six inputs at a bound, at nothing or far away, played for 8 to 26 weeks",
        "no traceback, no numerical warning, no nonsense that is not said and counted, at most 0.5 GB of memory",
        500,
        4,
        play_extremes,
        apart=True,
    ),
)
