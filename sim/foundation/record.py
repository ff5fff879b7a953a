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

NET_BY_FRONT = "net_km2_front"
"""The variable that the ground on each axis limits; always recorded, so that `sim.experiment.sanity` can check it."""

SIGNED = ("km2", "km")
"""Units of quantities that may be negative; people, stocks, rates and shares may not."""
MOST_PEOPLE = 1e9
"""More soldiers than this is no army."""
ROUNDING = 1e-5
"""Share of a lane's largest value by which rounding, and recording in single precision, may pass a limit."""
_GREATEST = float(np.finfo(np.float32).max)


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

    def plausible(self, values: npt.NDArray[np.floating]) -> bool:
        """Return True if the extremes alone show that every value makes sense; False means that each must be looked at."""
        if self.may_be_missing:
            values = values[~np.isnan(values)]
        low, high = float(values.min(initial=0.0)), float(values.max(initial=0.0))  # NaN if any value is
        if self.unit in SIGNED:
            return low >= -_GREATEST and high <= _GREATEST
        return low >= -ROUNDING and high <= (MOST_PEOPLE if self.unit == "person" else _GREATEST)


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
