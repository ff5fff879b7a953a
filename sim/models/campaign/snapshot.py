"""A read-only picture of a war on one morning, for a live view, a game or a policy's author."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from sim.foundation.lanes import Array
from sim.foundation.record import Variable
from sim.models.campaign.recorder import READERS, VARIABLES, coordinates
from sim.models.campaign.state import State


@dataclass(frozen=True)
class Snapshot:
    """What the recorder would write today, in full precision.

    Attributes
    ----------
    date : datetime.date
    day : int
        Days since the start.
    values : mapping of str to ndarray, shape (*dims, lane)
        By the names of the record; copies that cannot be written to.
    variables : mapping of str to Variable
        Dimensions, unit and meaning of each.
    coords : mapping of str to tuple of str
        Names along each dimension but the lanes.
    """

    date: dt.date
    day: int
    values: Mapping[str, Array]
    variables: Mapping[str, Variable]
    coords: Mapping[str, tuple[str, ...]]


def snapshot(state: State) -> Snapshot:
    """Return a picture that neither changes with the war nor can change it."""
    values = {name: _sealed(read(state)) for name, read in READERS.items()}
    return Snapshot(
        date=state.start + dt.timedelta(days=state.day),
        day=state.day,
        values=MappingProxyType(values),
        variables=MappingProxyType({name: VARIABLES[name] for name in values}),
        coords=MappingProxyType({name: tuple(labels) for name, labels in coordinates(state).items()}),
    )


def _sealed(array: Array) -> Array:
    copy = np.array(array, dtype=np.float64)
    copy.setflags(write=False)
    return copy
