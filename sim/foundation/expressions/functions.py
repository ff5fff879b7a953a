"""The functions of expressions: over the weeks of the record, over events, and of numbers."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any, Protocol

import numpy as np

from sim.foundation.expressions.parts import Part, Record, at_day, unit_of


class Arguments(Protocol):
    """What a function asks of the walk through an expression: its arguments, checked."""

    def over_time(self, node: ast.expr, event: bool) -> Part:
        """Return an argument that has a value for each record."""
        ...

    def number(self, node: ast.expr) -> Part:
        """Return an argument that is no yes or no."""
        ...

    def event(self, node: ast.expr) -> Part:
        """Return an argument that is a yes or no."""
        ...

    def day(self, node: ast.expr) -> str:
        """Return the day that an argument names."""
        ...

    def alike(self, node: ast.expr, left: Part, right: Part, ufunc: Any) -> Part:
        """Return two numbers joined, the second in the unit of the first."""
        ...

    def plain(self, node: ast.expr, ufunc: Any) -> Part:
        """Return a function of a plain number."""
        ...


Function = Callable[[Arguments, ast.Call], Part]


def _reduced(ufunc: Callable[[Any], Any]) -> Function:
    def act(reading: Arguments, node: ast.Call) -> Part:
        part = reading.over_time(node.args[0], event=False)
        return Part(part.unit, False, lambda record: ufunc(part.value(record)))

    return act


def _over_events(ufunc: Callable[[Any, Record], Any], unit: str | None) -> Function:
    def act(reading: Arguments, node: ast.Call) -> Part:
        part = reading.over_time(node.args[0], event=True)
        made = None if unit is None else unit_of(unit, 0)
        return Part(made, False, lambda record: ufunc(part.value(record), record))

    return act


def _first(holds: Any, record: Record) -> Any:
    return np.where(holds.any(axis=-1), record.days[holds.argmax(axis=-1)], record.days[-1])


def _at(reading: Arguments, node: ast.Call) -> Part:
    part, day = reading.over_time(node.args[0], event=False), reading.day(node.args[1])
    return Part(part.unit, False, lambda record: at_day(part.value(record), record.days, record.day_of(day)))


def _change(reading: Arguments, node: ast.Call) -> Part:
    part, days = reading.over_time(node.args[0], event=False), [reading.day(one) for one in node.args[1:]]

    def value(record: Record) -> Any:
        values = part.value(record)
        ends = [record.day_of(day) for day in days] + [record.days[-1]] * (2 - len(days))
        first, last = ends if days else (0.0, record.days[-1])
        return at_day(values, record.days, last) - at_day(values, record.days, first)

    return Part(part.unit, False, value)


def _where(reading: Arguments, node: ast.Call) -> Part:
    chosen, (a, b) = reading.event(node.args[0]), (reading.number(one) for one in node.args[1:])
    both = reading.alike(node, a, b, lambda one, other: np.stack(np.broadcast_arrays(one, other)))
    timed = chosen.timed or both.timed

    def value(record: Record) -> Any:
        holds, values = np.asarray(chosen.value(record)), both.value(record)
        if timed and not chosen.timed:
            holds = holds[..., None]
        if timed and not both.timed and values.ndim > 1:
            values = values[..., None]
        return np.where(holds, values[0], values[1])

    return Part(a.unit, timed, value)


def _pair(ufunc: Any) -> Function:
    return lambda reading, node: reading.alike(node, reading.number(node.args[0]), reading.number(node.args[1]), ufunc)


def _absolute(reading: Arguments, node: ast.Call) -> Part:
    part = reading.number(node.args[0])
    return Part(part.unit, part.timed, lambda record: np.abs(part.value(record)))


def _root(reading: Arguments, node: ast.Call) -> Part:
    part = reading.number(node.args[0])
    return Part(part.unit**0.5, part.timed, lambda record: np.sqrt(np.maximum(part.value(record), 0.0)))


def _log(values: Any) -> Any:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.log(values)


FUNCTIONS: dict[str, tuple[int, int, Function]] = {
    "start": (1, 1, _reduced(lambda values: values[..., 0])),
    "end": (1, 1, _reduced(lambda values: values[..., -1])),
    "at": (2, 2, _at),
    "change": (1, 3, _change),
    "mean": (1, 1, _reduced(lambda values: values.mean(axis=-1))),
    "least": (1, 1, _reduced(lambda values: values.min(axis=-1))),
    "most": (1, 1, _reduced(lambda values: values.max(axis=-1))),
    "share": (1, 1, _over_events(lambda holds, record: holds.mean(axis=-1), "")),
    "until": (1, 1, _over_events(_first, "day")),
    "ever": (1, 1, _over_events(lambda holds, record: holds.any(axis=-1), None)),
    "always": (1, 1, _over_events(lambda holds, record: holds.all(axis=-1), None)),
    "where": (3, 3, _where),
    "min": (2, 2, _pair(np.minimum)),
    "max": (2, 2, _pair(np.maximum)),
    "abs": (1, 1, _absolute),
    "sqrt": (1, 1, _root),
    "log": (1, 1, lambda reading, node: reading.plain(node.args[0], _log)),
    "exp": (1, 1, lambda reading, node: reading.plain(node.args[0], np.exp)),
}
"""By name: the least and the greatest number of arguments, and what it does."""
