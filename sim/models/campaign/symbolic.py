"""A state of symbols in place of numbers, on which phases and agents run as they stand."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.foundation.lanes import Array
from sim.foundation.tracing import OF_DAY, NotTraceable, Symbols, Trace, as_nodes, symbols
from sim.models.campaign.places import Place, mirror
from sim.models.campaign.state import State

DATED, NOISE = "dated", "noise"
"""First words of the keys of what is read from a table on the day, and of the places of noise."""

TODAY, DAY_OF_YEAR = ("today",), ("day of the year",)
"""Keys of the inputs that depend on the day alone."""


class Dated:
    """A series whose value on the day is an input."""

    def __init__(self, trace: Trace, place: Place, drifts: bool) -> None:
        self.trace, self.place = trace, place
        self.drift = Dated(trace, (*place, "drift"), False) if drifts else None

    def at(self, day: Any) -> Symbols:
        """Return the value on the day, which must be today."""
        _today(day, ".".join(map(str, self.place)))
        row, factor = self.trace.input((DATED, self.place)), self.trace.input(((*self.place, "factor"), ()))
        value = self.trace.apply("multiply", row, factor)
        if self.drift is not None:
            wandered = self.trace.apply("exp", as_nodes(self.drift.at(day), self.trace)[0])
            value = self.trace.apply("multiply", value, wandered)
        return symbols([value])


class DrawnLater:
    """Noise while a day is traced: each draw is an input."""

    def __init__(self, trace: Trace) -> None:
        self.trace = trace

    def uniform(self, stream: str, day: Any = 0, units: int = 1) -> Symbols:
        """Return uniforms that are drawn when the program runs, (units, lane); on today."""
        return self._drawn("uniform", stream, day, units)

    def normal(self, stream: str, day: Any = 0, units: int = 1) -> Symbols:
        """Return standard normals that are drawn when the program runs, (units, lane); on today."""
        return self._drawn("normal", stream, day, units)

    def _drawn(self, law: str, stream: str, day: Any, units: int) -> Symbols:
        _today(day, stream)
        return symbols([[self.trace.input(((NOISE, law, stream, units), (unit,)))] for unit in range(units)])


def _today(day: Any, what: str) -> None:
    node: Any = as_nodes(day, day.of_trace)[()] if isinstance(day, Symbols) and day.shape == () else None
    if node is None or node.key != TODAY:
        raise NotTraceable(f"{what} on another day than today")


class SymbolicState(State):
    """A state of symbols."""

    trace: Trace

    def day_of_year(self) -> Any:
        """Return today's day of the year, an input."""
        return symbols(self.trace.input(DAY_OF_YEAR, OF_DAY))


def symbolic(state: State, trace: Trace) -> SymbolicState:
    """Return a state in which every number of a lane is an input of the trace; choices that all lanes share are constants."""

    def leaf(array: Array, place: Place) -> Any:
        if array.shape[-1] != state.lanes:
            raise NotTraceable(f"an array without lanes at {'.'.join(map(str, place))}")
        found = np.empty((*array.shape[:-1], 1), dtype=object)
        shared = array.dtype.kind == "i"
        for index in np.ndindex(array.shape[:-1]):
            row = array[index]
            if shared and row.size and (row == row[0]).all():
                found[(*index, 0)] = trace.constant(row[0])
            else:
                found[(*index, 0)] = trace.input((place, index), truth=array.dtype == bool)
        return found.view(Symbols)

    found = object.__new__(SymbolicState)
    mirrored = mirror(state, (), leaf, lambda place, series: Dated(trace, place, series.drift is not None))
    vars(found).update(vars(mirrored))
    found.trace, found.lanes, found.noise = trace, 1, DrawnLater(trace)  # type: ignore[assignment]
    found.day = symbols(trace.input(TODAY, OF_DAY))  # type: ignore[assignment]
    return found


def today(state: State, day: int) -> dict[Any, float]:
    """Return the inputs of a day that no lane has part in."""
    at = state.day
    state.day = day
    found = {TODAY: float(day), DAY_OF_YEAR: state.day_of_year()}
    state.day = at
    return found
