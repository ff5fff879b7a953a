"""Tracing: a function on arrays whose last axis is the lane, run once on symbols, yields the operations of one lane.

What is lane-local, free of branches on a lane and of writes into arrays of numbers runs on symbols as it stands: numpy hands
every operation over (`__array_ufunc__`, `__array_function__`). Equal operations become one, those on constants are carried
out at once. A branch on the day is taken as the day of the trace has it, and noted as a guard: the same operations hold on
every day on which all guards come out alike.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy import special


class NotTraceable(Exception):  # noqa: N818 - not an error: numpy plays on
    """What is traced does something that has no meaning for a single lane; the message names it."""


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "add": np.add, "subtract": np.subtract, "multiply": np.multiply, "divide": np.divide, "negative": np.negative,
    "absolute": np.absolute, "sqrt": np.sqrt, "exp": np.exp, "exp2": np.exp2, "expm1": np.expm1, "log": np.log,
    "log2": np.log2, "log10": np.log10, "log1p": np.log1p, "ndtr": special.ndtr, "floor": np.floor,
    "maximum": np.maximum, "minimum": np.minimum, "remainder": np.remainder,
    "less": np.less, "less_equal": np.less_equal, "greater": np.greater, "greater_equal": np.greater_equal,
    "equal": np.equal, "not_equal": np.not_equal, "isfinite": np.isfinite,
    "logical_and": np.logical_and, "logical_or": np.logical_or, "logical_not": np.logical_not,
    "where": np.where,
}  # fmt: skip
"""What an operation does to numbers, by its name."""

_ALIASES = {
    "true_divide": "divide",
    "bitwise_and": "logical_and",
    "bitwise_or": "logical_or",
    "invert": "logical_not",
    "abs": "absolute",
}
_TRUTHS = {
    "less", "less_equal", "greater", "greater_equal", "equal", "not_equal", "isfinite", "logical_and", "logical_or",
    "logical_not",
}  # fmt: skip
_COMMUTE = {"add", "multiply", "maximum", "minimum", "equal", "not_equal", "logical_and", "logical_or"}

CONSTANT, OF_DAY, OF_LANE = range(3)
"""What a value depends on: nothing, the day alone, the lane."""


@dataclass(eq=False, slots=True)
class Node:
    """One scalar of one lane: an operation on others, a constant (`value`), or an input (`key`)."""

    trace: Trace
    number: int
    name: str
    args: tuple[Node, ...]
    level: int
    truth: bool
    value: Any = None
    key: Any = None

    def __bool__(self) -> bool:
        """Return the value on the day of the trace, and note that it decided something."""
        if self.level == OF_LANE:
            raise NotTraceable(f"a branch on the value of a lane ({self.name})")
        found = bool(self.trace.value_of(self))
        if self.level == OF_DAY:
            self.trace.guards[self] = found
        return found

    def _refuse(self, *_: Any) -> Any:
        raise NotTraceable("a symbol where a number is needed")

    __float__ = __int__ = __index__ = _refuse


@dataclass(eq=False)
class Trace:
    """The operations of a function, in the order in which they were met; each is met once.

    Parameters
    ----------
    today : dict
        By the key of an input that depends on the day alone: its value on the day of the trace.
    """

    today: dict[Hashable, float] = field(default_factory=dict)
    nodes: list[Node] = field(default_factory=list)
    guards: dict[Node, bool] = field(default_factory=dict)
    _known: dict[Hashable, Node] = field(default_factory=dict)

    def constant(self, value: Any) -> Node:
        """Return a constant."""
        truth = isinstance(value, bool | np.bool_)
        plain = bool(value) if truth else float(value)
        # a text of the number tells 0.0 from -0.0, and nan from nothing
        return self._node(("constant", truth, repr(plain)), "constant", (), CONSTANT, truth, value=plain)

    def input(self, key: Hashable, level: int = OF_LANE, truth: bool = False) -> Node:
        """Return an input, named by `key`."""
        return self._node(("input", key), "input", (), level, truth, key=key)

    def apply(self, name: str, *args: Node) -> Node:
        """Return the result of an operation."""
        name = _ALIASES.get(name, name)
        if name not in FUNCTIONS:
            raise NotTraceable(f"numpy.{name}")
        if all(arg.level == CONSTANT for arg in args):
            with np.errstate(all="ignore"):
                return self.constant(FUNCTIONS[name](*(arg.value for arg in args))[()])
        short = _shorter(name, args)
        if short is not None:
            return short
        if name in _COMMUTE:  # constants last: which of them came first differs between worlds that do the same
            args = tuple(sorted(args, key=lambda arg: (arg.level == CONSTANT, arg.number)))
        truth = name in _TRUTHS or (name == "where" and args[1].truth)
        level = max(arg.level for arg in args)
        if name == "remainder" and level == OF_LANE:
            raise NotTraceable("numpy.remainder of a lane's value")  # of the day alone it is worked out here, not in C
        return self._node((name, *(arg.number for arg in args)), name, args, level, truth)

    def value_of(self, node: Node, today: dict[Hashable, float] | None = None) -> Any:
        """Return the value of what depends on the day alone, on a given day (that of the trace if none)."""
        if node.level == CONSTANT:
            return node.value
        if node.name == "input":
            return (self.today if today is None else today)[node.key]
        return FUNCTIONS[node.name](*(self.value_of(arg, today) for arg in node.args))[()]

    def holds(self, today: dict[Hashable, float]) -> bool:
        """Return whether every branch comes out on a day as on that of the trace."""
        return all(bool(self.value_of(node, today)) == found for node, found in self.guards.items())

    def needed(self, wanted: Iterable[Node]) -> list[Node]:
        """Return what `wanted` rests on, itself included, in order."""
        found: set[int] = set()
        waiting = list(wanted)
        while waiting:
            node = waiting.pop()
            if node.number not in found:
                found.add(node.number)
                waiting.extend(node.args)
        return [self.nodes[number] for number in sorted(found)]

    def forget(self) -> None:
        """Let go of the operations; guards, and what depends on the day alone, stay with those who hold them."""
        self.nodes.clear()
        self._known.clear()

    def _node(self, known: Hashable, name: str, args: tuple[Node, ...], level: int, truth: bool, **more: Any) -> Node:
        if known not in self._known:
            node = Node(self, len(self.nodes), name, args, level, truth, **more)
            self.nodes.append(node)
            self._known[known] = node
        return self._known[known]


def _shorter(name: str, args: tuple[Node, ...]) -> Node | None:
    """Return the argument that an operation returns as it is, whatever the others are; None where there is none."""
    if name == "where":
        if args[0].level == CONSTANT:
            return args[1] if args[0].value else args[2]
        return args[1] if args[1] is args[2] else None
    if name in ("multiply", "divide") and _is(args[1], 1.0):
        return args[0]
    if name == "multiply" and _is(args[0], 1.0):
        return args[1]
    # adding 0.0 changes no number but -0.0
    if name in ("add", "subtract") and _is(args[1], 0.0):
        return args[0]
    if name == "add" and _is(args[0], 0.0):
        return args[1]
    return args[0] if name in ("maximum", "minimum") and args[0] is args[1] else None


def _is(node: Node, value: float) -> bool:
    return node.level == CONSTANT and not node.truth and node.value == value


class Symbols(np.ndarray):
    """An array of nodes in place of numbers; its last axis, the lane, has length one."""

    @property
    def of_trace(self) -> Trace:
        """The trace that its nodes belong to."""
        node: Node = self.reshape(-1).view(np.ndarray)[0]
        return node.trace

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
        """Note an operation."""
        if method == "reduce" and ufunc in (np.maximum, np.minimum):
            return _extreme(ufunc, *inputs, **kwargs)
        if method != "__call__" or kwargs:
            raise NotTraceable(f"numpy.{ufunc.__name__} with {method if method != '__call__' else sorted(kwargs)}")
        return _each(ufunc.__name__, *inputs)

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        """Note what is done by a function of numpy."""
        if func not in _HANDLED:
            raise NotTraceable(f"numpy.{func.__name__}")
        return _HANDLED[func](*args, **kwargs)


def is_symbolic(x: Any) -> bool:
    """Return whether an array is one of symbols, which have no values yet."""
    return isinstance(x, Symbols)


def symbols(nodes: Any) -> Symbols:
    """Return an array of nodes as one that numpy works on; also a single node."""
    found = np.empty((), dtype=object) if isinstance(nodes, Node) else np.asarray(nodes, dtype=object)
    if isinstance(nodes, Node):
        found[()] = nodes
    return found.view(Symbols)


def as_nodes(x: Any, trace: Trace) -> np.ndarray:
    """Return an array of nodes for anything: symbols, numbers (which become constants), or a list of such."""
    if isinstance(x, Symbols):
        return x.view(np.ndarray)
    if isinstance(x, list | tuple):
        return np.stack([as_nodes(one, trace) for one in x])
    numbers = np.asarray(x)
    found = np.empty(numbers.shape, dtype=object)
    for place, value in np.ndenumerate(numbers):
        found[place] = trace.constant(value)
    return found


def _trace_of(items: Iterable[Any]) -> Trace:
    for item in items:
        if isinstance(item, Symbols) and item.size:
            return item.of_trace
        if isinstance(item, list | tuple):
            try:
                return _trace_of(item)
            except NotTraceable:
                continue
    raise NotTraceable("an operation on nothing")


def _each(name: str, *inputs: Any) -> Symbols:
    if not any(isinstance(x, Symbols) and x.size for x in inputs):  # arrays without rows have no nodes
        return np.empty(np.broadcast_shapes(*(np.shape(x) for x in inputs)), dtype=object).view(Symbols)
    trace = _trace_of(inputs)
    arrays = np.broadcast_arrays(*(as_nodes(x, trace) for x in inputs))
    found = np.empty(arrays[0].shape, dtype=object)
    flat = found.reshape(-1)
    for place, args in enumerate(zip(*(one.reshape(-1) for one in arrays), strict=True)):
        flat[place] = trace.apply(name, *args)
    return found.view(Symbols)


def _extreme(ufunc: np.ufunc, x: Symbols, axis: int | None = 0, **kwargs: Any) -> Symbols:
    """Return the greatest or least along an axis that is not the lane's; it is the same in any order."""
    plain = (None, False, (None,), np._NoValue)
    if kwargs.pop("where", True) is not True or any(value not in plain for value in kwargs.values()):
        raise NotTraceable(f"numpy.{ufunc.__name__} with {sorted(kwargs)}")
    if axis is None or axis % x.ndim == x.ndim - 1:
        raise NotTraceable(f"numpy.{ufunc.__name__} over lanes")
    rows = np.moveaxis(x.view(np.ndarray), axis, 0)
    found = rows[0].view(Symbols)
    for row in rows[1:]:
        found = ufunc(found, row.view(Symbols))
    return found


def _stack(arrays: Sequence[Any], axis: int = 0) -> Symbols:
    trace = _trace_of(arrays)
    return np.stack([as_nodes(one, trace) for one in arrays], axis=axis).view(Symbols)


def _select(conditions: Sequence[Any], choices: Sequence[Any], default: Any = 0.0) -> Any:
    found = default
    for condition, choice in zip(reversed(conditions), reversed(choices), strict=True):
        found = np.where(condition, choice, found)
    return found


def _clip(x: Any, low: Any, high: Any) -> Any:
    return np.minimum(np.maximum(x, low), high)


def _broadcast_to(x: Symbols, shape: tuple[int, ...]) -> Symbols:
    return np.broadcast_to(x.view(np.ndarray), shape).view(Symbols)


_HANDLED: dict[Any, Callable[..., Any]] = {
    np.where: lambda condition, yes, no: _each("where", condition, yes, no),
    np.stack: _stack,
    np.select: _select,
    np.clip: _clip,
    np.broadcast_to: _broadcast_to,
    np.zeros_like: lambda x: as_nodes(np.zeros(x.shape), x.of_trace).view(Symbols) if x.size else x,
    np.ones_like: lambda x: as_nodes(np.ones(x.shape), x.of_trace).view(Symbols) if x.size else x,
    np.moveaxis: lambda x, source, to: np.moveaxis(x.view(np.ndarray), source, to).view(Symbols),
    np.shape: lambda x: x.shape,
    np.ndim: lambda x: x.ndim,
}
