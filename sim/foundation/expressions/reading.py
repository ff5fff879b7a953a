"""The walk through an expression: every name, unit and argument checked, from the leaves up."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Mapping
from functools import reduce
from typing import Any

import numpy as np

from sim.foundation.errors import nearest
from sim.foundation.expressions.functions import FUNCTIONS
from sim.foundation.expressions.parts import (
    OWN_UNIT,
    ExpressionError,
    Part,
    Record,
    Recorded,
    Vocabulary,
    factor_between,
    format_unit,
    spread,
    unit_of,
)
from sim.foundation.text import shortened

MOST_POWER = 4

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_QUANTITY = re.compile(r"\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*(\S.*)?")


class Reading:
    """The walk through an expression; `needs` gathers the variables met."""

    def __init__(self, vocabulary: Vocabulary, text: str) -> None:
        self.vocabulary, self.text = vocabulary, text
        self.needs: dict[str, None] = {}

    def part(self, node: ast.expr) -> Part:
        """Return a node, checked."""
        readers: dict[type[ast.expr], Callable[[Any], Part]] = {
            ast.Constant: self._constant,
            ast.Name: lambda name: self._variable(name, {}),
            ast.Subscript: self._subscript,
            ast.UnaryOp: self._unary,
            ast.BinOp: self._binary,
            ast.Compare: self._compare,
            ast.BoolOp: self._logic,
            ast.Call: self._call,
        }
        reader = readers.get(type(node))
        if reader is None:
            raise self._fault(
                node, "not allowed: variables, numbers, + - * / **, < <= > >=, and or not, and functions are"
            )
        return reader(node)

    def _fault(self, node: ast.expr, message: str) -> ExpressionError:
        said = ast.get_source_segment(self.text.strip(), node) or ""
        return ExpressionError(f"found '{shortened(said)}' - {message}", node.col_offset)

    def _constant(self, node: ast.Constant) -> Part:
        if isinstance(node.value, bool) or not isinstance(node.value, int | float | str):
            raise self._fault(node, "a number, or a quantity in quotes like '500 km2'")
        if isinstance(node.value, str):
            found = _QUANTITY.fullmatch(node.value)
            if not found:
                raise self._fault(node, "a quantity in quotes is written like '500 km2'")
            unit, number = unit_of(found[2] or "", node.col_offset), float(found[1])
        else:
            unit, number = unit_of("", 0), float(node.value)
        if not np.isfinite(number):
            raise self._fault(node, "a finite number is needed")
        return Part(unit, False, lambda record: number)

    def _variable(self, node: ast.Name, labels: Mapping[str, str | None], node_of_all: ast.expr | None = None) -> Part:
        """Return a variable with a label, or None for the sum, along each of its dimensions."""
        name, known = node.id, self.vocabulary.variables
        if name not in known:
            functions = {**FUNCTIONS, "total": None}
            if name in functions:
                raise self._fault(node, f"it is a function: write {name}(...)")
            raise self._fault(node, f"no such variable{_near(name, known)}")
        variable = known[name]
        missing = [dim for dim in variable.dims if dim not in labels]
        if missing:
            shown = ", ".join(f"{dim} ({', '.join(self._labels(dim)[:6])})" for dim in missing)
            raise self._fault(
                node_of_all or node, f"it is by {shown}: choose as {name}[{self._example(variable)}], or total({name})"
            )
        self.needs[name] = None
        unit = self._unit_of(node, variable, labels)
        return Part(unit, True, lambda record: record.read(name, labels))

    def _unit_of(self, node: ast.expr, variable: Recorded, labels: Mapping[str, str | None]) -> Any:
        if variable.unit != OWN_UNIT:
            return unit_of(variable.unit, 0)
        good = labels.get("commodity")
        if good is None:
            raise self._fault(
                node, "each commodity is counted in a unit of its own, and they do not add up: choose one"
            )
        return unit_of("Gusd" if good == "money" else good.rpartition("_")[2], 0)

    def _labels(self, dim: str) -> tuple[str, ...]:
        roles = tuple(self.vocabulary.roles) if dim == "side" else ()
        return roles + tuple(self.vocabulary.labels.get(dim, ()))

    def _example(self, variable: Recorded) -> str:
        return ", ".join(next(iter(self._labels(dim)), dim) for dim in variable.dims)

    def _subscript(self, node: ast.Subscript, rest: tuple[str, ...] = (), total: bool = False) -> Part:
        if not isinstance(node.value, ast.Name):
            raise self._fault(node, "only a variable has labels, as casualties[attacker]")
        variable = self.vocabulary.variables.get(node.value.id)
        if variable is None:
            return self._variable(node.value, {})
        chosen = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        found: dict[str, str | None] = {}
        for one in chosen:
            dim, label = self._label(one, node.value.id, variable, found)
            found[dim] = label
        if total:
            found = {**dict.fromkeys(variable.dims), **found}
        return self._variable(node.value, found, node)

    def _label(self, node: ast.expr, name: str, variable: Recorded, taken: Mapping[str, Any]) -> tuple[str, str]:
        """Return the dimension and the label that a subscript means."""
        said = node.id if isinstance(node, ast.Name) else node.value if isinstance(node, ast.Constant) else None
        if not isinstance(said, str):
            raise self._fault(node, "a label is a name, in quotes where it is no plain word")
        open_dims = [dim for dim in variable.dims if dim not in taken]
        for dim in open_dims:
            if said in self._labels(dim):
                return dim, self.vocabulary.roles.get(said, said) if dim == "side" else said
        if not variable.dims:
            raise self._fault(node, f"{name} has no labels to choose from")
        allowed = [label for dim in open_dims for label in self._labels(dim)]
        if not allowed:
            raise self._fault(node, f"{name} has no further dimension; it is by {', '.join(variable.dims)}")
        raise self._fault(node, f"no label of {name}: one of {', '.join(allowed)}{nearest(said, allowed)}")

    def _unary(self, node: ast.UnaryOp) -> Part:
        part = self.part(node.operand)
        if isinstance(node.op, ast.Not):
            self._need_event(node.operand, part)
            return Part(None, part.timed, lambda record: np.logical_not(part.value(record)))
        self._need_number(node.operand, part)
        if isinstance(node.op, ast.USub):
            return Part(part.unit, part.timed, lambda record: -part.value(record))
        if isinstance(node.op, ast.UAdd):
            return part
        raise self._fault(node, "not allowed: a sign or `not` is")

    def _binary(self, node: ast.BinOp) -> Part:
        left, right = self.part(node.left), self.part(node.right)
        for side, part in ((node.left, left), (node.right, right)):
            self._need_number(side, part)
        if isinstance(node.op, ast.Pow):
            power = node.right.value if isinstance(node.right, ast.Constant) else None
            if not isinstance(power, int) or isinstance(power, bool) or not 0 <= power <= MOST_POWER:
                raise self._fault(node.right, f"a power is a whole number up to {MOST_POWER}")
            return Part(left.unit**power, left.timed, lambda record: left.value(record) ** power)
        if isinstance(node.op, ast.Mult):
            return self._joined(left, right, np.multiply, left.unit * right.unit)
        if isinstance(node.op, ast.Div):
            return self._joined(left, right, np.divide, left.unit / right.unit)
        if isinstance(node.op, ast.Add | ast.Sub):
            ufunc = np.add if isinstance(node.op, ast.Add) else np.subtract
            return self._joined(left, self._in_unit(node, left, right), ufunc, left.unit)
        raise self._fault(node, "not allowed: + - * / and ** are")

    def _compare(self, node: ast.Compare) -> Part:
        ways = {ast.Lt: np.less, ast.LtE: np.less_equal, ast.Gt: np.greater, ast.GtE: np.greater_equal}
        found, left = [], self.part(node.left)
        self._need_number(node.left, left)
        for way, one in zip(node.ops, node.comparators, strict=True):
            right = self.part(one)
            self._need_number(one, right)
            if type(way) not in ways:
                raise self._fault(node, "not allowed: < <= > >= compare")
            found.append(self._joined(left, self._in_unit(node, left, right), ways[type(way)], None))
            left = right
        return reduce(lambda a, b: self._joined(a, b, np.logical_and, None), found)

    def _logic(self, node: ast.BoolOp) -> Part:
        parts = [self.part(one) for one in node.values]
        for one, part in zip(node.values, parts, strict=True):
            self._need_event(one, part)
        way = np.logical_and if isinstance(node.op, ast.And) else np.logical_or
        return reduce(lambda a, b: self._joined(a, b, way, None), parts)

    def _call(self, node: ast.Call) -> Part:
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        known = ["total", *FUNCTIONS]
        if name not in known:
            raise self._fault(node.func, f"no such function{_near(name, known)}")
        if node.keywords or any(isinstance(one, ast.Starred) for one in node.args):
            raise self._fault(node, f"{name} takes its arguments in order, without names")
        if name == "total":
            return self._total(node)
        least, most, act = FUNCTIONS[name]
        if not least <= len(node.args) <= most:
            count = f"{least}" if least == most else f"{least} to {most}"
            raise self._fault(node, f"{name} takes {count} argument{'' if count == '1' else 's'}")
        return act(self, node)

    def _total(self, node: ast.Call) -> Part:
        one = node.args[0] if len(node.args) == 1 else None
        if isinstance(one, ast.Name):
            variable = self.vocabulary.variables.get(one.id)
            return self._variable(one, dict.fromkeys(variable.dims) if variable else {})
        if isinstance(one, ast.Subscript):
            return self._subscript(one, total=True)
        raise self._fault(node, "total takes one variable, as total(delivered)")

    def day(self, node: ast.expr) -> str:
        """Return the day that an argument names."""
        said = node.value if isinstance(node, ast.Constant) else None
        try:
            if not isinstance(said, str) or not _DAY.fullmatch(said):
                raise ValueError
            np.datetime64(said)
        except ValueError:
            raise self._fault(node, "a day in quotes is needed, as '2025-05-19'") from None
        return said

    def over_time(self, node: ast.expr, event: bool) -> Part:
        """Return an argument that has a value for each record."""
        part = self.part(node)
        (self._need_event if event else self._need_number)(node, part)
        if not part.timed:
            raise self._fault(node, "it has one value already; weeks are needed")
        return part

    def number(self, node: ast.expr) -> Part:
        """Return an argument that is no yes or no."""
        part = self.part(node)
        self._need_number(node, part)
        return part

    def event(self, node: ast.expr) -> Part:
        """Return an argument that is a yes or no."""
        part = self.part(node)
        self._need_event(node, part)
        return part

    def alike(self, node: ast.expr, left: Part, right: Part, ufunc: Any) -> Part:
        """Return two numbers joined, the second in the unit of the first."""
        return self._joined(left, self._in_unit(node, left, right), ufunc, left.unit)

    def plain(self, node: ast.expr, ufunc: Any) -> Part:
        """Return a function of a plain number."""
        part = self.number(node)
        if not part.unit.dimensionless:
            raise self._fault(node, f"a plain number is needed, not {format_unit(part.unit)}: divide by a quantity")
        factor = factor_between(part.unit, unit_of("", 0))
        return Part(unit_of("", 0), part.timed, lambda record: ufunc(part.value(record) * factor))

    def _need_number(self, node: ast.expr, part: Part) -> None:
        if part.unit is None:
            raise self._fault(node, "it is a yes or no, where a number is needed: use where(it, 1, 0) or share(it)")

    def _need_event(self, node: ast.expr, part: Part) -> None:
        if part.unit is not None:
            raise self._fault(node, "a comparison is needed, as net_km2 < '0 km2'")

    def _in_unit(self, node: ast.expr, left: Part, right: Part) -> Part:
        """Return the right part in the unit of the left one."""
        if left.unit.dimensionality != right.unit.dimensionality:
            raise self._fault(node, f"{format_unit(left.unit)} and {format_unit(right.unit)} do not add up or compare")
        factor = factor_between(right.unit, left.unit)
        return right if factor == 1.0 else Part(left.unit, right.timed, lambda record: right.value(record) * factor)

    def _joined(self, left: Part, right: Part, ufunc: Any, unit: Any) -> Part:
        timed = left.timed or right.timed
        one, other = spread(left, timed), spread(right, timed)

        def value(record: Record) -> Any:
            with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
                return ufunc(one(record), other(record))

        return Part(unit, timed, value)


def _near(name: str, known: Iterable[str]) -> str:
    """Return the nearest right name, or all of them."""
    return nearest(name, known) or f": one of {', '.join(known)}"
