"""Tables put together from pieces: the same in memory and on the disk, and on the disk they take no memory."""

import tracemalloc

import numpy as np
import pytest
import xarray as xr

from sim.analysis.outcomes import columns
from sim.analysis.outcomes.columns import joined
from sim.foundation.errors import MachineError


def table(replicates, first=0, arms=3):
    """Return a table with replicate in the middle, at the end, and before other dimensions."""
    rng = np.random.default_rng(first)
    shape = {"a": ("arm", "replicate"), "b": ("milestone", "arm", "replicate"), "c": ("arm", "replicate", "need")}
    sizes = {"arm": arms, "replicate": replicates, "milestone": 2, "need": 4}
    return xr.Dataset(
        {name: (dims, rng.normal(size=[sizes[dim] for dim in dims]), {"units": name}) for name, dims in shape.items()},
        {"arm": list("xyz")[:arms], "replicate": np.arange(first, first + replicates), "milestone": ["m", "n"]},
        {"title": first},
    )


PIECES = [table(5, 0), table(5, 5), table(2, 10)]


@pytest.mark.parametrize("most", [0, 10**9], ids=["on disk", "in memory"])
def test_joined_is_what_xarray_makes_of_the_pieces(most):
    found = joined(iter(PIECES), 12, most)
    xr.testing.assert_identical(found.load(), xr.concat(PIECES, "replicate", combine_attrs="override"))


@pytest.mark.parametrize(
    "ask",
    [
        lambda t: t["a"].sel(arm="y"),
        lambda t: t["b"].sel(milestone="n")[2],
        lambda t: t["b"].isel(replicate=[7, 1, 7]),
        lambda t: t["c"].sel(replicate=np.array([11, 0])).isel(arm=0, need=slice(1, 3)),
        lambda t: t["a"].isel(arm=0, drop=True) - t["a"],
        lambda t: t["c"].mean("replicate"),
    ],
)
def test_a_part_read_from_the_disk_is_that_part(ask):
    xr.testing.assert_identical(ask(joined(iter(PIECES), 12, 0)), ask(joined(iter(PIECES), 12)))


def test_on_the_disk_memory_does_not_grow_with_the_replicates():
    peaks = []
    for count in (20, 200):
        tracemalloc.start()
        found = joined((table(1000, 1000 * n) for n in range(count)), 1000 * count, 2**20)
        peaks.append(tracemalloc.get_traced_memory()[1])
        assert found.nbytes > (3 + 6 + 12) * 8 * 1000 * count
        tracemalloc.stop()
    assert peaks[1] < peaks[0] + 4 * 8 * 1000 * 200  # the replicates' numbers twice, and again as much to spare


def test_no_folder_for_scratch_files_is_the_machines_fault(monkeypatch):
    def refuses():
        raise FileNotFoundError(2, "No usable temporary directory found")

    monkeypatch.setattr(columns.tempfile, "TemporaryFile", refuses)
    with pytest.raises(MachineError, match=r"No usable temporary directory found\): set TMPDIR"):
        joined(iter(PIECES), 12, 0)


def test_a_full_disk_is_the_machines_fault(monkeypatch):
    class Full:
        def write(self, content):
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(columns.tempfile, "TemporaryFile", Full)
    with pytest.raises(MachineError, match=r"No space left on device\): set TMPDIR"):
        joined(iter(PIECES), 12, 0)
