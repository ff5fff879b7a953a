"""A posterior as a small file: equally weighted joint draws of the uniform numbers behind some leaves.

What is stored is the uniform number that picks each leaf's quantile, so a posterior is a re-weighting of the priors that
a scenario states: one row a draw, one column a leaf. Replicate k uses row ``k mod rows``; leaves without a column keep
their prior.
"""

from __future__ import annotations

import csv
import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from sim.foundation import files
from sim.foundation.errors import Fault, UserError
from sim.foundation.lanes import Array

MOST_BYTES = 20_000_000


BESIDE = ("claims factor",)
"""Columns that no leaf of a scenario draws: they belong to what was observed."""


@dataclass(frozen=True)
class Posterior:
    """Joint draws.

    Parameters
    ----------
    names : tuple of str
        Leaf paths (or the words by which leaves share a draw).
    table : ndarray, shape (draw, leaf)
        Uniforms strictly inside (0, 1).
    digest : str
        sha256 of names and table, for the manifest.
    """

    names: tuple[str, ...]
    table: Array
    digest: str

    def uniform(self, name: str, replicate: npt.NDArray[np.int64]) -> Array | None:
        """Return the uniforms of a leaf for some replicates, or None where the leaf keeps its prior."""
        if name not in self.names:
            return None
        return self.table[replicate % len(self.table), self.names.index(name)]


def posterior(names: tuple[str, ...], table: Array) -> Posterior:
    """Return a posterior of these draws."""
    rounded = np.ascontiguousarray(np.clip(np.round(table, 5), 1e-5, 1.0 - 1e-5))
    digest = hashlib.sha256("\n".join(names).encode() + rounded.tobytes()).hexdigest()
    return Posterior(tuple(names), rounded, digest)


def write(path: Path, draws: Posterior, header: str) -> None:
    """Write a posterior file; `header` says how it came about."""
    lines = [f"# {line}" for line in header.splitlines()]
    lines.append(",".join(draws.names))
    lines += [",".join(f"{value:.5f}" for value in row) for row in draws.table]
    files.write_text(path, "\n".join(lines) + "\n")


def load(path: Path) -> Posterior:
    """Return the posterior stored at `path`.

    Raises
    ------
    UserError
        If the file is missing, too large, no ordinary file, or not a table of numbers strictly between 0 and 1.
    """
    text = files.read_text(path, MOST_BYTES)
    rows = [(n, row) for n, row in enumerate(csv.reader(text.splitlines()), 1) if row and not row[0].startswith("#")]
    if len(rows) < 2:
        raise UserError(
            [Fault("no draws - a header of leaf paths and at least one row of numbers are needed", str(path))]
        )
    (_, names), *body = rows
    table, faults = [], []
    for number, row in body:
        try:
            values = [float(cell) for cell in row]
        except ValueError:
            values = []
        if len(values) != len(names) or not all(0.0 < value < 1.0 for value in values):
            faults.append(Fault(f"{len(names)} numbers strictly between 0 and 1 are needed", str(path), number))
        table.append(values)
    if faults:
        raise UserError(faults[:20])
    return posterior(tuple(names), np.array(table))
