"""What a run leaves behind: named arrays with dimensions and units, the lane axis last."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

INVALID = "invalid"
"""The variable that marks numbers which make no sense; see `sim.experiment.sanity`."""
QUANTITY = "quantity"
"""The coordinate that names what `INVALID` counts."""


@dataclass(frozen=True)
class Variable:
    """The description of one recorded quantity.

    Parameters
    ----------
    name : str
        Name in the Dataset.
    dims : tuple of str
        Dimensions between time and lane, e.g. ``("side", "front")``.
    unit : str
        Unit as written on axes.
    long_name : str
        What it is, for a person.
    may_be_missing : bool
        Whether nan stands where there is nothing to tell; elsewhere a nan is a fault.
    """

    name: str
    dims: tuple[str, ...]
    unit: str
    long_name: str
    may_be_missing: bool = False


@dataclass(frozen=True)
class Record:
    """The weekly record of a block of lanes.

    Parameters
    ----------
    variables : dict of str to Variable
    arrays : dict of str to ndarray of float32, shape (time, *dims, lane)
    coords : dict of str to list of str
        Names along each dimension other than time and lane.
    days : ndarray of int, shape (time,)
        Days since the start of each row.
    """

    variables: dict[str, Variable]
    arrays: dict[str, npt.NDArray[np.float32]]
    coords: dict[str, list[str]]
    days: npt.NDArray[np.int64]

    def only(self, names: Iterable[str]) -> Record:
        """Return the record with the variables `names` alone, as far as it has them."""
        chosen = [name for name in names if name in self.variables]
        variables = {name: self.variables[name] for name in chosen}
        arrays = {name: self.arrays[name] for name in chosen}
        used = {dim for variable in variables.values() for dim in variable.dims}
        used |= {QUANTITY} if INVALID in variables else set()
        coords = {dim: labels for dim, labels in self.coords.items() if dim in used}
        return Record(variables, arrays, coords, self.days)
