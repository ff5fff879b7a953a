"""Titles that state what is seen: made by rule from the estimates that are drawn, with an honest word where nothing stands out.

Nothing is said to be larger than another unless their intervals do not meet, nor to be there unless its interval is clear
of zero.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike

from sim.analysis.estimate import Estimate
from sim.foundation.format import format_list, format_number

Title = str | Sequence[str]
"""One title, or several that say the same at less and less length: the first that fits into two lines is set."""

IN_TITLE = ", and brackets in the title"
"""Of a note on what lines or bands show, where the title may give an interval, too."""
_INTERVAL = re.compile(r"\([-+]?[\d.,]+\s+to\s+[-+]?[\d.,]+\)")

NAMED = 2
"""Things up to which a title names them; more are counted."""


def settled(note: str, title: str) -> str:
    """Return a note as it reads under the title that is set: `IN_TITLE` stays where that gives an interval in brackets."""
    return note if _INTERVAL.search(title) else note.replace(IN_TITLE, "")


def leader(named: Mapping[str, Estimate]) -> str | None:
    """Return the name of the highest estimate where its interval lies above all the others; None where none does so."""
    known = {name: one for name, one in named.items() if one.known}
    if len(known) < 2:
        return None
    top = max(known, key=lambda name: known[name].value)
    return top if all(known[top].low > one.high for name, one in known.items() if name != top) else None


def clear(named: Mapping[str, Estimate]) -> tuple[list[str], list[str]]:
    """Return the names of those whose whole interval lies above zero, and of those below it."""
    return [name for name, one in named.items() if one.sign > 0], [name for name, one in named.items() if one.sign < 0]


def few(names: Sequence[str], of: int, noun: str) -> str:
    """Return up to two names as they are, more as ``5 of 8 levers``."""
    return format_list([f"“{name}”" for name in names]) if 0 < len(names) <= NAMED else f"{len(names)} of {of} {noun}"


def ratio(upper: ArrayLike, lower: ArrayLike, level: float) -> Estimate:
    """Return the spread of a ratio over replicates (replicate,); unknown where it is not finite in all."""
    with np.errstate(divide="ignore", invalid="ignore"):
        found = np.asarray(upper, dtype=float) / np.asarray(lower, dtype=float)
    return Estimate.spread(np.where(np.isfinite(found), found, np.nan), level)


def times(one: str, other: str, by: Estimate, says: str, neither: str) -> list[str]:
    """Return how many times the amount of `other` that of `one` is, named from the larger; `neither` where it may be equal.

    `says` has ``{one}``, ``{times}`` and ``{other}``.
    """
    if by.known and by.high < 1.0 and by.low > 0.0:
        by, one, other = Estimate(1 / by.value, 1 / by.high, 1 / by.low, by.level, by.n), other, one
    if not by.known or not round(by.low, 1) > 1.0:  # an end that reads 1.0 would belie the claim
        return [neither]
    low, value, high = (format_number(end, 1) for end in by.as_list())
    spoken = [f"{value} times ({low} to {high})", f"{value} times"]
    return [says.format(one=one, other=other, times=text) for text in spoken]


def signed(one: Estimate, above: str, below: str, neither: str) -> str:
    """Return one of three sentences by the sign of an estimate whose interval is clear of zero."""
    return {1: above, -1: below}.get(one.sign if one.known else 0, neither)


def against(one: Estimate, bound: float, above: str, below: str, neither: str) -> str:
    """Return one of three sentences by where the whole interval lies beside a bound."""
    moved = Estimate(one.value - bound, one.low - bound, one.high - bound, one.level, one.n)
    return signed(moved, above, below, neither)
