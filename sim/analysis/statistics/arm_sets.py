"""What an arm is made of, read from its name: ``a+b`` is the set of the factors a and b, ``a@25`` a quarter of a."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.foundation.errors import UserError

AND, AT = "+", "@"


@dataclass(frozen=True)
class Factorial:
    """A full factorial among the arms of a result.

    Parameters
    ----------
    factors : tuple of str
        In file order.
    rows : ndarray of int, shape (2^n,)
        Which arm is the set with this index; factor i is bit i, the base is the empty set.
    """

    factors: tuple[str, ...]
    rows: npt.NDArray[np.int64]

    def name(self, index: int) -> str:
        """Return the name of a set, ``a+b``; that of the empty one is empty."""
        return AND.join(factor for bit, factor in enumerate(self.factors) if index >> bit & 1)


def factorial_of(arms: Sequence[str]) -> Factorial:
    """Return the factorial that the arms make up; the first arm is the base.

    Raises
    ------
    UserError
        If an arm is missing, or one is there that belongs to no set.
    """
    factors = tuple(name for name in arms[1:] if AND not in name and AT not in name)
    bit = {name: place for place, name in enumerate(factors)}
    found: dict[int, int] = {0: 0}
    strange = []
    for row, name in enumerate(arms[1:], start=1):
        parts = name.split(AND)
        if all(part in bit for part in parts):
            found[sum(1 << bit[part] for part in set(parts))] = row
        else:
            strange.append(name)
    whole = Factorial(factors, np.array([found.get(index, -1) for index in range(1 << min(len(factors), 16))]))
    missing = [whole.name(int(index)) for index in np.flatnonzero(whole.rows < 0)]
    if strange or missing or len(factors) < 2:
        raise UserError([_not_full(missing, strange)])
    return whole


def _not_full(missing: list[str], strange: list[str]) -> str:
    """Return what is wrong with the arms, and how to put it right."""
    words = []
    if missing:
        count = "1 set is" if len(missing) == 1 else f"{len(missing)} sets are"
        words.append(f"{count} missing ({', '.join(missing[:3])}{', ...' if len(missing) > 3 else ''})")
    if strange:
        words.append(f"{', '.join(strange[:3])} {'belongs' if len(strange) == 1 else 'belong'} to no set")
    said = "; ".join(words) or "fewer than two factors"
    return f"the arms are no full factorial: {said} - name the factors: `factorial: [one_arm, another]`"


@dataclass(frozen=True)
class Curve:
    """The arms that give one thing by degrees.

    Parameters
    ----------
    name : str
    doses : ndarray, shape (dose,)
        Ascending, from 0.
    rows : ndarray of int, shape (dose,)
        Which arm has this dose.
    """

    name: str
    doses: npt.NDArray[np.float64]
    rows: npt.NDArray[np.int64]


def curves_of(arms: Sequence[str]) -> list[Curve]:
    """Return the dose curves among the arms; dose 0 is the last arm that is no dose.

    Raises
    ------
    UserError
        If no arm is a dose.
    """
    below = max((row for row, name in enumerate(arms) if AT not in name), default=0)
    found: dict[str, list[tuple[float, int]]] = {}
    for row, arm in enumerate(arms):
        name, at, percent = arm.rpartition(AT)
        if at and percent.replace(".", "", 1).isdigit():
            found.setdefault(name, [(0.0, below)]).append((float(percent) / 100, row))
    if not found:
        raise UserError(["no arm is given by degrees - say `doses: {over: an_arm, of: [others], levels: [0.5, 1]}`"])
    return [
        Curve(name, np.array([dose for dose, _ in sorted(points)]), np.array([row for _, row in sorted(points)]))
        for name, points in found.items()
    ]
