"""How a played block comes to the store: packed by whoever played it, and written there beside its place where that can be.

Workers that see the folder write their own chunks, under a name that readers pass over; what travels is the receipt. Only
the holder of the folder puts a block in its place and names it in the manifest, so a worker that dies, or that plays a block
which another has played as well, leaves nothing that counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sim.experiment import blocks as stored
from sim.experiment.blocks import PackedBlock, StoredBlock, split_lanes
from sim.experiment.design import Block
from sim.experiment.manifest import Layout, VariableLayout
from sim.foundation.record import Record


@dataclass(frozen=True)
class Address:
    """Where blocks are wanted.

    Parameters
    ----------
    data : Path
        The folder of blocks.
    mark : str
        A file in it by which a worker knows that it sees the same folder; none to have every block carried.
    arms : mapping of str to str
        The key of its numbers by arm, in the order of the design.
    """

    data: Path
    mark: str
    arms: Mapping[str, str]

    def deliver(self, block: Block, record: Record) -> StoredBlock | PackedBlock:
        """Return a played block: written beside its place where the folder is in reach, else packed to be carried.

        Raises
        ------
        OSError
            If the disk refuses; nothing is left behind.
        """
        names = list(self.arms)
        arms = {names[arm]: self.arms[names[arm]] for arm in block.arms}
        arrays = {name: split_lanes(array, len(block.arms)) for name, array in record.arrays.items()}
        packed = stored.pack_block(arms, block.replicates, layout_of(record), arrays)
        seen = self.mark and (self.data / self.mark).is_file()
        return stored.write_aside(packed, self.data) if seen else packed


def layout_of(record: Record) -> Layout:
    """Return what a record holds, its shapes checked."""
    variables = {
        one.name: VariableLayout(dims=list(one.dims), units=one.unit, long_name=one.long_name)
        for one in record.variables.values()
    }
    coords = {dim: [str(label) for label in labels] for dim, labels in record.coords.items()}
    layout = Layout(variables=variables, coords=coords, days=[int(day) for day in record.days])
    for name in variables:
        got, wanted = record.arrays[name].shape[:-1], layout.shape(name)
        if got != wanted:
            raise ValueError(f"{name} was recorded as (time, *dims) = {got}, not {wanted}")
    return layout
