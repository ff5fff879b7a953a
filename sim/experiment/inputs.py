"""What a scenario assumes, as numbers a claim can be held against: leaves as drawn, figures of sources as published."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.foundation.lanes import Lanes
from sim.foundation.tree import Tree
from sim.scenario.priors.draw import draw

Floats = npt.NDArray[np.float64]
_FIGURES = re.compile(r": (-?\d[\d.]*(?: / -?\d[\d.]*)*)")


class Inputs:
    """The base world of a scenario in `replicates` draws, drawn once.

    Parameters
    ----------
    scenario : Scenario
    replicates : int
    """

    def __init__(self, scenario: Any, replicates: int) -> None:
        self.scenario, self.replicates = scenario, replicates
        self._tree: Tree | None = None

    def values(self, name: str) -> Floats:
        """Return a leaf (dotted path) on the first day, or ``evidence.ID.N``, shape (draw,).

        Raises
        ------
        KeyError
            With a message for the user if there is no such number.
        """
        head, _, rest = name.partition(".")
        if head == "evidence":
            return np.full(self.replicates, self._figure(rest))
        return self._leaf(name)

    def central(self, name: str) -> float:
        """Return the central value of a leaf, or the figure of a source."""
        if name.startswith("evidence."):
            return self._figure(name.partition(".")[2])
        return float(np.median(self._leaf(name)))

    def unit(self, name: str) -> str:
        """Return the unit of a leaf; nothing for the figure of a source."""
        row = next((row for row in self.scenario.numbers() if row.path == name), None)
        return "" if row is None else "1" if row.unit == "dimensionless" else str(row.unit)

    def _leaf(self, path: str) -> Floats:
        if self._tree is None:
            lanes = Lanes(np.zeros(self.replicates, dtype=np.int64), np.arange(self.replicates))
            self._tree = draw(self.scenario, lanes, int(self.scenario.run.seed))
        node: Any = self._tree
        row: list[int] = []
        for part in path.split("."):
            names = getattr(node, "names", ())
            if part in names:
                row.append(names.index(part))
            elif isinstance(node, Tree) and part in node:
                node = node[part]
            else:
                raise KeyError(f"no leaf '{path}' in the world (nothing called '{part}')")
        if isinstance(node, Tree):
            raise KeyError(f"'{path}' is a section of the world, not a leaf")
        values = node.at(0) if hasattr(node, "at") else node
        return np.asarray(values[tuple(row)] if row else values, dtype=float)

    def _figure(self, said: str) -> float:
        """Return the N-th figure that a source quotes, of ``ID.N``."""
        name, _, number = said.partition(".")
        source = self.scenario.sources.get(name)
        if source is None:
            raise KeyError(f"no source '{name}'")
        found = _FIGURES.search(source.source)
        figures = found[1].split(" / ") if found else []
        if not number.isdigit() or not 1 <= int(number) <= len(figures):
            raise KeyError(f"the source '{name}' has {len(figures)} figures - evidence.{name}.1 is the first")
        return float(figures[int(number) - 1])
