"""The traced engine: phases, decisions and records run once on symbols, compiled, and played in place of numpy's passes.

The rules are written once; this module asks what they do to one lane (`sim.foundation.tracing`) and has it compiled
(`sim.foundation.machine_code`). What cannot be traced is left to numpy, between programs.
"""

from __future__ import annotations

import hashlib
import platform
import threading
from collections.abc import Callable, Sequence
from ctypes import addressof, c_char
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy

from sim.foundation import compile_cache
from sim.foundation.lanes import Array
from sim.foundation.machine_code import Addresses, Carried, Program, tools
from sim.foundation.series import Series
from sim.foundation.tracing import Node, NotTraceable, Trace, as_nodes
from sim.models.campaign import bargain, perceiving
from sim.models.campaign.calendar import WEEK
from sim.models.campaign.phases import day, evening, weekly
from sim.models.campaign.places import Place, Places, everything, leaves, look
from sim.models.campaign.recorder import READERS
from sim.models.campaign.state import State
from sim.models.campaign.symbolic import DATED, NOISE, symbolic, today
from sim.models.campaign.war import War

CHANGING = ("books", "theatre")
"""Parts of the state that phases change; the others are changed by decisions, or never."""

STEADY = ("p", "known", "facts", "reference")
"""Parts that stay as they are, but where other parameters come into force."""

Traced = Callable[[State], Sequence[Array]]
"""What is traced: changes a state, and returns arrays."""

LATEST = 60  # stretches that a process keeps: those of the worlds that it played last


class Stretch:
    """Something that is done to a state, as a compiled program.

    Parameters
    ----------
    state : State
        Its shapes and names count; of its numbers, only choices that all lanes share.
    work : callable
        What is done; the arrays that it returns are returned by `play`.
    one_day : bool
        Whether it is done more than once on one day, and not on days that follow each other.

    Raises
    ------
    NotTraceable
        If it does what has no meaning for a single lane.
    NoCompiler
        If the program cannot be compiled.
    """

    def __init__(self, state: State, work: Traced, one_day: bool) -> None:
        self.trace = Trace(today(state, state.day))
        symbols = symbolic(state, self.trace)
        before = dict(_of_parts(symbols))
        returned = work(symbols)
        after = dict(_of_parts(symbols))
        self.gone = [place for place in before if place not in after]
        changed: list[Place] = []
        self.shapes: list[tuple[tuple[int, ...], int]] = []
        carried: list[Carried] = []
        for place, array in [*after.items(), *((None, array) for array in returned)]:
            was, now = before.get(place) if place else None, as_nodes(array, self.trace)
            old = np.full(now.shape, None) if was is None else was.view(np.ndarray)
            if place is not None and old.shape == now.shape and (old == now).all():
                continue
            if place is not None:
                changed.append(place)
            self.shapes.append((now.shape[:-1], now.size))
            carried.extend(Carried(_input(was), is_now) for was, is_now in zip(old.flat, now.flat, strict=True))
        self.changed = Places(changed)
        self.program = Program(self.trace, carried, lambda key: key[0] == DATED, one_day)
        self.steady_rows = Rows(self.program.fixed, lambda place: place[0] in STEADY)
        self.fixed = Rows(self.program.fixed, lambda place: place[0] not in STEADY)
        self.before = Rows([None if one.before is None else one.before.key for one in carried])
        self.dated = [place for _, place in self.program.dated]
        self.trace.forget()

    def holds(self, state: State, days: Sequence[int]) -> bool:
        """Return whether what was traced is what is done on each of some days."""
        return not self.trace.guards or all(self.trace.holds(today(state, one)) for one in days)

    def play(self, state: State, steady: Steady, days: Sequence[int]) -> list[Array]:
        """Do it on some days, and return what it returned last; the state's day stays as it is."""
        held: list[Array] = []
        fixed = steady.addresses(self).copy()
        held += self.fixed.find(self.fixed.current(state), fixed)
        before = np.zeros(self.program.carried, dtype=np.uint64)
        held += self.before.find(self.before.current(state), before)
        known = [today(state, one) for one in days]
        scalars = [[float(self.trace.value_of(node, at)) for node in self.program.of_day] for at in known]
        tables = steady.rows(self, days)
        made = steady.room(self, len(before))
        after = np.arange(len(made), dtype=np.uint64) * np.uint64(made.strides[0]) + np.uint64(_start(made))
        numbers = np.array(scalars, dtype=np.float64).reshape(len(days), -1)
        self.program.run(state.lanes, fixed, before, after, steady.column, tables, numbers)
        return self._put(state, made)

    def _put(self, state: State, made: Array) -> list[Array]:
        arrays, row = [], 0
        for shape, size in self.shapes:
            arrays.append(made[row : row + size].reshape(*shape, state.lanes))
            row += size
        self.changed.put(state, arrays[: len(self.changed)])
        for place in self.gone:
            look(state, place[:-1]).pop(place[-1], None)
        return arrays[len(self.changed) :]


class Steady:
    """Where the numbers stand that a war does not change: parameters, and what the start means."""

    def __init__(self, state: State) -> None:
        self.state, self.p = state, state.p
        self._addresses: dict[int, Addresses] = {}
        self._tables: dict[int, Tables] = {}
        self.share = True
        self._rooms: dict[int, list[Array]] = {}
        self._held: list[Any] = []
        series = [one for _, one in leaves(state.p) if isinstance(one, Series)]
        self.column = np.ascontiguousarray(series[0].column if series else np.zeros(state.lanes), dtype=np.int64)
        if any(one.column is not series[0].column and not np.array_equal(one.column, self.column) for one in series):
            raise NotTraceable("series that deal out their arms differently")

    def room(self, stretch: Stretch, rows: int) -> Array:
        """Return room for what a stretch makes: in turn one of two pieces, since new memory comes dear.

        What it made the last time is then still read, and nothing of the time before: each array that a stretch changes is
        replaced whenever it plays, and programs copy what they pass on.
        """
        if not self.share:
            return np.empty((rows, self.state.lanes))
        turns = self._rooms.setdefault(id(stretch), [np.empty((rows, self.state.lanes)) for _ in range(2)])
        turns.reverse()
        return turns[0]

    def addresses(self, stretch: Stretch) -> Addresses:
        """Return the addresses of fixed inputs; 0 for those that must be looked up anew."""
        if id(stretch) not in self._addresses:
            found = np.zeros(len(stretch.program.fixed), dtype=np.uint64)
            held = stretch.steady_rows.find(stretch.steady_rows.current(self.state), found)
            self._held += [*held, stretch]
            self._addresses[id(stretch)] = found
        return self._addresses[id(stretch)]

    def rows(self, stretch: Stretch, days: Sequence[int]) -> Addresses:
        """Return the addresses of the rows of dated tables, shape (day, table)."""
        if id(stretch) not in self._tables:
            self._tables[id(stretch)] = Tables([look(self.state, place).table for place in stretch.dated])
        return self._tables[id(stretch)].rows(days)


class Tables:
    """Tables of numbers by day, shapes (day, column), and where their rows stand."""

    def __init__(self, tables: Sequence[Array]) -> None:
        self._held = [np.ascontiguousarray(table) for table in tables]
        self._starts = np.array([_start(table) for table in self._held], dtype=np.int64)
        self._strides = np.array([table.strides[0] for table in self._held], dtype=np.int64)
        self._last = np.array([len(table) - 1 for table in self._held], dtype=np.int64)

    def rows(self, days: Sequence[int]) -> Addresses:
        """Return the addresses of the rows of some days, shape (day, table); the first and the last row hold beyond them."""
        row = np.minimum(np.maximum(np.array(days)[:, None], 0), self._last)  # numpy.clip takes three times as long
        return np.asarray(self._starts + row * self._strides, dtype=np.uint64)


@dataclass
class Known:
    """What is known of how some work goes on a world: programs by guards, or why there are none."""

    stretches: list[Stretch] = field(default_factory=list)
    refused: str | None = None


_known: dict[Any, Known] = {}
_ONE_TRACES = threading.Lock()  # threads of a worker play blocks of one world side by side


class Engine:
    """Plays a war by compiled programs.

    Parameters
    ----------
    war : War
        Whose agents decide by their own rules.
    """

    def __init__(self, war: War) -> None:
        self.war = war
        self._begin()

    def open_bargain(self) -> None:
        """Let donors settle for the first time."""
        self._settle(bargain.OPENING)

    def _begin(self) -> None:
        self.steady = Steady(self.war.state)
        self.world = _signature(self.war.state)

    def advance(self, most: int) -> int:
        """Play up to the next morning on which something is decided, at most `most` days; return how many."""
        war, state = self.war, self.war.state
        stops = [-state.day % WEEK or WEEK, most, *(at - state.day for at in war.later if at > state.day)]
        days = min(stops)
        war.begin_day()
        if state.p is not self.steady.p:
            self._begin()
        if war.beside is not None:
            war.beside.advance(days)
        if state.day:
            self._decide()
        if state.day % WEEK == 0:
            self._do("week", _begin_week)
        self._do("day", _carry_out, days)
        state.day += days - 1
        if evening.ends_month(state.day):
            self._do("month", _end_month)
            self._settle(bargain.GOING_ON)
        if evening.ends_week(state.day):
            self._do("evening", _end_week)
        state.day += 1
        if war.recorder.due(state):
            names = list(READERS)
            read = self._do("record", lambda some: [READERS[name](some) for name in names])
            war.recorder.put(state, dict(zip(names, read, strict=True)))
        return days

    def _settle(self, rounds: int) -> None:
        self._do("bargain", _answer, rounds, one_day=True)

    def _decide(self) -> None:
        due = [agent for agent in self.war.deciders() if agent.due(self.war.state.day)]
        if not due:
            return

        def decided(state: State) -> list[Array]:
            views = [perceiving.view_for(state, agent) for agent in due]
            orders = [agent.decide(view, state.day) for agent, view in zip(due, views, strict=True)]
            valid = reduce(np.logical_and, [order.valid() for order in orders])
            return [*(value for order in orders for value in order.values().values()), valid]

        *found, valid = self._do(("decide", *(agent.name for agent in due)), decided)
        values = iter(found)
        fields = [{name: next(values) for name in agent.writes.rules} for agent in due]
        all_valid = bool(valid.all())
        orders = [
            agent.writes.unchecked(one) if all_valid else agent.writes(**one)  # the latter says what is wrong
            for agent, one in zip(due, fields, strict=True)
        ]
        self.war.take(due, orders)

    def _do(self, name: Any, work: Traced, times: int = 1, one_day: bool = False) -> list[Array]:
        """Do some work on the state, by the program that fits and that is made if there is none.

        Parameters
        ----------
        times : int
            On how many days from today it is done; or how often today.
        one_day : bool
            Whether it is done today, however often.
        """
        state = self.war.state
        days = [state.day + (0 if one_day else ahead) for ahead in range(times)]
        with _ONE_TRACES:
            stretch = self._stretch(name, work, days, one_day)
        return self._by_numpy(work, days) if stretch is None else stretch.play(state, self.steady, days)

    def _stretch(self, name: Any, work: Traced, days: Sequence[int], one_day: bool) -> Stretch | None:
        """Return the program that fits, made if there is none; None where numpy must do the work."""
        state = self.war.state
        known = self._known(name)
        found = next((one for one in known.stretches if one.holds(state, days)), None)
        if found is None and known.refused is None:
            try:
                found = Stretch(state, work, one_day)
            except NotTraceable as reason:
                known.refused = str(reason)
            else:
                known.stretches.append(found)
            compile_cache.write(self._file(name), known)
        return found if found is not None and found.holds(state, days) else None

    def _known(self, name: Any) -> Known:
        """Return what this process, or an earlier one, knows of some work on this world."""
        if (self.world, name) not in _known:
            kept = compile_cache.read(self._file(name))
            _known[self.world, name] = kept if isinstance(kept, Known) else Known()
        while len(_known) > LATEST:
            _known.pop(next(iter(_known)))
        return _known[self.world, name]

    def _file(self, name: Any) -> str:
        versions = platform.python_version(), np.__version__, scipy.__version__
        asked = compile_cache.source_digest(), *versions, *tools(), self.world, repr(name)
        return f"{compile_cache.digest(*asked)}.trace"

    def _by_numpy(self, work: Traced, days: Sequence[int]) -> list[Array]:
        state, today, found = self.war.state, self.war.state.day, []
        self.steady.share = False  # numpy's work may hand on arrays without a copy
        for state.day in days:
            found = list(work(state))
        state.day = today
        return found


def _begin_week(state: State) -> list[Array]:
    weekly.begin_week(state)
    return []


def _end_month(state: State) -> list[Array]:
    evening.end_month(state)
    return []


def _answer(state: State) -> list[Array]:
    bargain.settle(state, 1)
    return []


def _end_week(state: State) -> list[Array]:
    evening.end_week(state)
    return []


def _carry_out(state: State) -> list[Array]:
    day.carry_out(state)
    return []


def _signature(state: State) -> str:
    """Return a hash of all that a trace depends on: names, plain values, shapes, and choices that all lanes share."""

    def described(leaf: Any) -> str:
        if isinstance(leaf, Series):
            return "series" if leaf.drift is None else "series that drifts"
        if not isinstance(leaf, np.ndarray):
            return repr(leaf)
        shared = leaf[..., :1].tolist() if leaf.dtype.kind == "i" and (leaf == leaf[..., :1]).all() else ""
        return f"{leaf.shape[:-1]} {leaf.dtype.char} {shared}"

    parts = {part: look(state, (part,)) for part in (*STEADY, *CHANGING)}
    found = [f"{place} {described(leaf)}" for place, leaf in everything(parts)]
    return hashlib.blake2b("\n".join(found).encode()).hexdigest()


def _of_parts(state: State) -> list[tuple[Place, Any]]:
    return [item for part in CHANGING for item in leaves(look(state, (part,)), (part,))]


def _input(node: Node | None) -> Node | None:
    return node if node is not None and node.name == "input" else None


class Rows:
    """Which rows of which arrays a program reads, and as which of its inputs.

    Parameters
    ----------
    keys : sequence
        By input: the place of an array and the index of a row in it, or None.
    wanted : callable, optional
        Whether the array at a place is meant; all are if not given.
    """

    def __init__(self, keys: Sequence[Any], wanted: Callable[[Place], bool] = lambda place: True) -> None:
        found: dict[Place, list[tuple[int, tuple[int, ...]]]] = {}
        for number, key in enumerate(keys):
            if key is not None and wanted(key[0]):
                found.setdefault(key[0], []).append((number, key[1]))
        self._places = Places([place for place in found if place[0] != NOISE])
        self._draws = [place[1:] for place in found if place[0] == NOISE]
        found = {place: found[place] for place in sorted(found, key=lambda place: place[0] == NOISE)}
        self._numbers = np.array([number for rows in found.values() for number, _ in rows], dtype=np.int64)
        self._array = np.repeat(np.arange(len(found)), [len(rows) for rows in found.values()])
        self._indices = [np.array([index for _, index in rows], dtype=np.int64).T for rows in found.values()]
        self._row: npt.NDArray[np.uint64] | None = None

    def current(self, state: State) -> list[Array]:
        """Return the arrays: what stands at their places, and today's noise."""
        return [*self._places.look(state), *state.noise.draw_many(self._draws, state.day)]

    def find(self, arrays: Sequence[Array], addresses: Addresses) -> list[Array]:
        """Write the addresses of the rows of what `current` returned; return the arrays, which must not vanish meanwhile."""
        ready = [np.ascontiguousarray(array, dtype=np.float64) for array in arrays]
        if ready:
            if self._row is None:
                rows = [_row_of(*pair) for pair in zip(self._indices, ready, strict=True)]
                self._row = np.concatenate(rows).astype(np.uint64)
            starts = np.array([_start(array) for array in ready], dtype=np.uint64)
            addresses[self._numbers] = starts[self._array] + self._row * np.uint64(8 * ready[0].shape[-1])
        return ready


def _row_of(indices: npt.NDArray[np.int64], array: Array) -> npt.NDArray[np.int64]:
    """Return the rows of an array, counted through, from their indices along each axis but the last."""
    return (
        np.ravel_multi_index(tuple(indices), array.shape[:-1])
        if array.ndim > 1
        else np.zeros(indices.shape[-1], np.int64)
    )


def _start(array: Array) -> int:
    """Return the address of an array's first number; one that may be written to is asked a fifth as long as numpy."""
    try:
        return addressof(c_char.from_buffer(array))  # type: ignore[arg-type] # an array is a buffer
    except (TypeError, ValueError):  # read-only, or without a number
        return int(array.__array_interface__["data"][0])
