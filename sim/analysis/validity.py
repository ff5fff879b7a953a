"""Replicates that make no sense are left out of every estimate, in all arms alike, counted and said.

A lane that holds a number no war could have (`sim.experiment.sanity` marks them) can carry no estimate: its replicate
is left out of all arms, so that differences stay paired. Where none is left there is no result.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import xarray as xr

from sim.foundation.errors import MachineError
from sim.foundation.record import INVALID, QUANTITY

LANES_AT_ONCE = 100_000
NAMED = 3
"""How many lanes are named one by one."""


class InvalidReplicatesWarning(UserWarning):
    """Some replicates make no sense and are left out."""


class NoValidReplicateError(MachineError):
    """No replicate makes sense: the inputs drive the model out of what it can tell."""


def valid_only(data: xr.Dataset) -> xr.Dataset:
    """Return a result without the replicates in which a lane of any arm makes no sense.

    The attributes ``excluded`` (how many) and ``excluded_why`` (a sentence, empty if there are none) tell of them; a
    warning says the same.

    Raises
    ------
    NoValidReplicateError
        If none is left.
    """
    if INVALID not in data:
        return data.assign_attrs(excluded=0, excluded_why="")
    marks = list(_marks(data))
    wrong = np.unique([replicate for _, replicate, _, _ in marks])
    if not wrong.size:
        return data.assign_attrs(excluded=0, excluded_why="")
    total = data.sizes["replicate"]
    why = f"{wrong.size} of {total} replicates make no sense and are left out of every arm: {_named(data, marks)}"
    if wrong.size == total:
        raise NoValidReplicateError(f"no result: {why}")
    warnings.warn(why, InvalidReplicatesWarning, stacklevel=3)
    kept = np.setdiff1d(np.arange(total), wrong)
    return data.isel(replicate=kept).assign_attrs(excluded=int(wrong.size), excluded_why=why)


def _marks(data: xr.Dataset) -> Iterator[tuple[int, int, int, int]]:
    """Yield (arm, replicate, time, mark) of the first number of each lane that makes no sense, by position."""
    flags = data[INVALID].transpose("arm", "replicate", "time")
    step = max(1, LANES_AT_ONCE // data.sizes["arm"])
    for start in range(0, data.sizes["replicate"], step):
        block: npt.NDArray[np.float32] = flags.isel(replicate=slice(start, start + step)).to_numpy()
        for arm, replicate in np.argwhere((block > 0).any(axis=-1)):
            time = int(np.argmax(block[arm, replicate] > 0))
            yield int(arm), int(start + replicate), time, int(block[arm, replicate, time])


def _named(data: xr.Dataset, marks: list[tuple[int, int, int, int]]) -> str:
    """Return the first lanes in words: which, what, from which day on, and the inputs that are likely at fault."""
    quantities = [str(name) for name in data[QUANTITY].to_numpy()] if QUANTITY in data.coords else []
    days = (data["time"].to_numpy() - data["time"].to_numpy()[0]) / np.timedelta64(1, "D")
    said = []
    for arm, replicate, time, mark in marks[:NAMED]:
        what = quantities[mark - 1] if mark <= len(quantities) else "a number"
        label, number = str(data["arm"].to_numpy()[arm]), int(data["replicate"].to_numpy()[replicate])
        said.append(f"{what} in arm {label}, replicate {number}, from day {days[time]:.0f}")
    more = f" and {len(marks) - NAMED} lanes more" if len(marks) > NAMED else ""
    return "; ".join(said) + more + _likely(data, marks)


def _likely(data: xr.Dataset, marks: list[tuple[int, int, int, int]]) -> str:
    unusual = json.loads(data.attrs.get("unusual_inputs", "{}"))
    arms = [str(data["arm"].to_numpy()[arm]) for arm in dict.fromkeys(mark[0] for mark in marks)]
    inputs = list(dict.fromkeys(one for arm in arms for one in unusual.get(arm, ())))
    return f" - the likely cause: {', '.join(inputs[:5])}" if inputs else ""
