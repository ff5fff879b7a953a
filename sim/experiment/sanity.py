"""The check after play: which lanes hold a number that no war could have, from which day on.

Bounds keep each input within reason, but inputs at their bounds together may still drive a model out of what its
arithmetic can hold. Such a lane is marked here, block by block, and left out by `sim.analysis.validity` when the
result is read.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.foundation.lanes import Array
from sim.foundation.record import INVALID, MOST_PEOPLE, NET_BY_FRONT, QUANTITY, ROUNDING, SIGNED, Record, Variable
from sim.foundation.tree import Tree
from sim.scenario.schema.leaves import Leaf, Number, Series
from sim.scenario.schema.paths import leaves

NAMED = 5
"""How many unusual inputs of an arm are named."""


def checked(record: Record, parameters: Tree) -> Record:
    """Return the record with the variable ``invalid``: 0 where every number makes sense, else which does not.

    Parameters
    ----------
    record : Record
        Its coordinate ``quantity``, if it has one, also names variables that were found plausible and not kept.
    parameters : Tree
        What the lanes were played with; ``fronts.held`` and ``fronts.taken`` (front, lane), where they are, say how
        much ground there is on each axis.

    Returns
    -------
    Record
        ``invalid`` (time, lane) counts the names in the coordinate ``quantity`` from 1; of several the first.
    """
    names = record.coords.get(QUANTITY, list(record.variables))
    found = np.zeros((len(record.days), _lane_count(record)), dtype=np.float32)
    for number, name in enumerate(names, 1):
        if name not in record.variables or (
            name != NET_BY_FRONT and record.variables[name].plausible(record.arrays[name])
        ):
            continue
        wrong = _senseless(record.variables[name], record.arrays[name])
        if name == NET_BY_FRONT:
            wrong |= _beyond(record.arrays[name], parameters)
        found = np.where((found == 0) & wrong.any(axis=tuple(range(1, wrong.ndim - 1))), number, found)
    mark = Variable(INVALID, (), "1", "place in `quantity` of the first number that makes no sense, 0 if all do")
    return Record(
        {**record.variables, INVALID: mark},
        {**record.arrays, INVALID: found.astype(np.float32)},
        {**record.coords, QUANTITY: names},
        record.days,
    )


def unusual_inputs(scenario: Any) -> dict[str, list[str]]:
    """Return the inputs of each arm that are set by hand or stand at a bound: the likely causes, most extreme first."""
    found = {}
    for arm in scenario.arms:
        candidates = [(path, number) for path, leaf in leaves(scenario.world(arm)) for number in _number_of(leaf)]
        ranked = sorted((-_extremity(number), path, number) for path, number in candidates if _stands_out(number))
        found[arm] = [f"{path} = {number.value:g} {number.unit}".strip() for _, path, number in ranked[:NAMED]]
    return {arm: paths for arm, paths in found.items() if paths}


def _lane_count(record: Record) -> int:
    return int(next(iter(record.arrays.values())).shape[-1])


def _senseless(variable: Variable, values: npt.NDArray[np.float32]) -> npt.NDArray[np.bool_]:
    """Return where a value cannot be: not finite, below nothing, or more people than there are."""
    wrong = np.isinf(values) if variable.may_be_missing else ~np.isfinite(values)
    if variable.unit in SIGNED:
        return wrong
    largest = np.max(np.abs(np.where(np.isfinite(values), values, 0.0)), axis=tuple(range(values.ndim - 1)))
    wrong |= values < -ROUNDING * np.maximum(largest, 1.0)
    return wrong | (values > MOST_PEOPLE) if variable.unit == "person" else wrong


def _beyond(net: npt.NDArray[np.float32], parameters: Tree) -> npt.NDArray[np.bool_]:
    """Return where an axis, (time, front, lane), has gained or lost more ground than there is on it."""
    fronts = parameters.get("fronts", {})
    if "held" not in fronts or "taken" not in fronts:
        return np.zeros(net.shape, dtype=bool)
    slack: Array = ROUNDING * (fronts["held"] + fronts["taken"]) + 1e-3
    return (net > fronts["held"] + slack) | (net < -fronts["taken"] - slack)


def _number_of(leaf: Leaf) -> Iterable[Number]:
    if isinstance(leaf, Number):
        yield leaf
    elif isinstance(leaf, Series) and leaf.constant is not None:
        yield leaf.constant


def _stands_out(number: Number) -> bool:
    """Whether a number was put by hand, or at a bound that is no natural end such as 0 or 1."""
    value, bounds = number.value, number.bounds
    return number.law == "set" or (value in (bounds.lower, bounds.upper) and value not in (0.0, 1.0))


def _extremity(number: Number) -> float:
    """Return how near a number is to its upper bound, or to nothing: 0 in the middle (by magnitude) to 1."""
    if number.value == 0.0 or number.value in (number.bounds.lower, number.bounds.upper):
        return 1.0
    most = max(abs(number.bounds.lower), abs(number.bounds.upper))
    return 1.0 / (1.0 + abs(math.log10(abs(number.value) / most))) if math.isfinite(most) else 0.5
