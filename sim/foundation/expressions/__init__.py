"""Expressions over recorded variables: ``casualties[attacker] / net_km2``, checked for names and units before anything runs.

The grammar is a small part of Python's, read by `ast` and never evaluated as code:

=======================================  ===============================================================================
``net_km2``                              a variable of the record, week by week
``casualties[attacker]``                 one label of each of its dimensions: a name of the scenario, ``attacker`` or
                                         ``defender`` for a side; in quotes where it is no plain word
``total(delivered)``                     the sum over what is not chosen
``start(x)``, ``end(x)``                 the first and the last record; the last stands where nothing is said
``at(x, "2025-05-19")``                  the record of a day, between two in proportion
``change(x)``                            the last record less the first; ``change(x, "2025-01-01", "2025-05-19")``
``mean(x)``, ``least(x)``, ``most(x)``   over the weeks of the record
``share(x < y)``                         the share of records in which something holds
``until(x < y)``                         days until it first holds; the length of the record where it never does
``ever(x < y)``, ``always(x < y)``       whether it holds in some record, in every one
``where(x < y, a, b)``                   `a` where it holds, `b` elsewhere
``min(a, b)``, ``max(a, b)``             the less and the greater
``abs``, ``sqrt``, ``log``, ``exp``      the last two of plain numbers only
``+ - * / **``, ``< <= > >=``            ``**`` with a whole power up to 4; ``and``, ``or``, ``not`` between comparisons
``"500 km2"``, ``2``                     a quantity with its unit; a plain number
=======================================  ===============================================================================
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sim.foundation.expressions.parts import (
    ExpressionError,
    Floats,
    Record,
    Vocabulary,
    factor_between,
    format_unit,
    last_record,
    unit_of,
)
from sim.foundation.expressions.reading import Reading
from sim.foundation.text import shortened

MOST_TEXT = 500
MOST_PARTS = 200


@dataclass(frozen=True)
class Expression:
    """A checked expression.

    Parameters
    ----------
    event : bool
        Whether it is a yes or no: 1 or 0 in each replicate.
    needs : tuple of str
        Variables that it reads.
    value : callable
        From a `Record` to an array (arm, replicate), in the unit asked for.
    """

    event: bool
    needs: tuple[str, ...]
    value: Callable[[Record], Floats]


def compile_expression(text: str, unit: str, vocabulary: Vocabulary) -> Expression:
    """Return an expression, checked.

    Parameters
    ----------
    text : str
    unit : str
        Of the result; "1" for a plain number, a share, or a yes or no.
    vocabulary : Vocabulary

    Raises
    ------
    ExpressionError
        For the first thing that is wrong: its place, what is allowed and the nearest right name.
    """
    wanted = unit_of(unit, 0)
    reading = Reading(vocabulary, text)
    node = _parsed(text)
    part = reading.part(node)
    if part.unit is None:
        if not wanted.dimensionless:
            raise ExpressionError(f"is a yes or no - its unit is 1, not '{unit}'")
        last = last_record(part)
        return Expression(True, tuple(reading.needs), lambda record: np.asarray(last(record), dtype=float))
    if part.unit.dimensionality != wanted.dimensionality:
        raise ExpressionError(f"is in {format_unit(part.unit)} - its `unit` says '{unit}' (dimensional mismatch)")
    factor, value = factor_between(part.unit, wanted), last_record(part)
    return Expression(False, tuple(reading.needs), lambda record: np.asarray(value(record) * factor, dtype=float))


def _parsed(text: str) -> ast.expr:
    if len(text) > MOST_TEXT:
        raise ExpressionError(f"found {len(text)} characters - at most {MOST_TEXT}")
    try:
        node = ast.parse(text.strip(), mode="eval").body
        parts = sum(1 for _ in ast.walk(node))
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        offset = (error.offset or 1) - 1 if isinstance(error, SyntaxError) else 0
        raise ExpressionError(
            f"found '{shortened(text)}', which is no expression - write it like casualties[attacker] / net_km2", offset
        ) from None
    if parts > MOST_PARTS:
        raise ExpressionError(f"found an expression of {parts} parts - at most {MOST_PARTS}")
    return node
