"""The leaves of a state, or of parameters, by the places at which they stand."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import is_dataclass
from typing import Any

import numpy as np

from sim.foundation.lanes import Array
from sim.foundation.series import Series
from sim.foundation.tree import Tree
from sim.models.campaign.ledger import Ledger
from sim.models.campaign.state import Orders

Place = tuple[Any, ...]
"""Where a leaf stands: attributes, keys and indices, from the state down."""


def mirror(value: Any, place: Place, leaf: Callable[[Array, Place], Any], dated: Callable[[Place, Series], Any]) -> Any:
    """Return a value with every array and every series replaced by what `leaf` and `dated` make of it and its place."""

    def inner(one: Any, step: Any) -> Any:
        return mirror(one, (*place, step), leaf, dated)

    if isinstance(value, np.ndarray):
        return leaf(value, place) if value.size else value
    if isinstance(value, Series):
        return dated(place, value)
    if isinstance(value, Tree):
        return Tree({key: inner(one, key) for key, one in value.items()})
    if isinstance(value, dict):
        return {key: inner(one, key) for key, one in value.items()}
    if isinstance(value, list):
        return [inner(one, step) for step, one in enumerate(value)]
    if isinstance(value, tuple):
        return tuple(inner(one, step) for step, one in enumerate(value))
    if isinstance(value, Ledger | Orders) or is_dataclass(value):
        # orders check themselves on being made; those that stand have been checked
        made = object.__new__(type(value))
        vars(made).update({name: inner(one, name) for name, one in vars(value).items()})
        return made
    return value


def leaves(value: Any, place: Place = ()) -> Iterator[tuple[Place, Any]]:
    """Return every array and series of a state, or of a part of it, with its place."""
    return (leaf for leaf in everything(value, place) if isinstance(leaf[1], np.ndarray) or hasattr(leaf[1], "at"))


def everything(value: Any, place: Place = ()) -> Iterator[tuple[Place, Any]]:
    """Return every leaf, plain numbers and texts too, with its place."""
    if isinstance(value, np.ndarray | Series):
        yield place, value
        return
    if isinstance(value, Tree | dict):
        parts: Any = value.items()
    elif isinstance(value, list | tuple):
        parts = enumerate(value)
    elif isinstance(value, Ledger | Orders) or is_dataclass(value):
        parts = vars(value).items()
    else:
        yield place, value
        return
    for step, one in parts:
        yield from everything(one, (*place, step))


_HOLDERS = {Tree, dict, list, tuple}


def look(value: Any, place: Place) -> Any:
    """Return what stands at a place."""
    for step in place:
        value = value[step] if type(value) in _HOLDERS else vars(value)[step]
    return value


class Places:
    """Several places of one state, by what holds them: each holder is looked up once."""

    def __init__(self, places: Sequence[Place]) -> None:
        holders: dict[Place, list[tuple[int, Any]]] = {}
        for number, place in enumerate(places):
            holders.setdefault(place[:-1], []).append((number, place[-1]))
        self._holders = list(holders.items())
        self._count = len(places)

    def __len__(self) -> int:
        return self._count

    def look(self, value: Any) -> list[Any]:
        """Return what stands at each place."""
        found: list[Any] = [None] * self._count
        for where, steps in self._holders:
            holder = look(value, where)
            parts = holder if type(holder) in _HOLDERS else vars(holder)
            for number, step in steps:
                found[number] = parts[step]
        return found

    def put(self, value: Any, arrays: Sequence[Array]) -> None:
        """Put an array at each place."""
        for where, steps in self._holders:
            holder = look(value, where)
            for number, step in steps:
                if isinstance(holder, dict | list):
                    holder[step] = arrays[number]
                else:
                    setattr(holder, step, arrays[number])
