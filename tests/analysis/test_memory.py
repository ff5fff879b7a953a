"""Judging reads block by block: its memory does not grow with the record."""

import subprocess
import sys

import numpy as np
import pytest
import xarray as xr

from tests.naming import named

WEEKS, FRONTS, BLOCK = 53, 5, 500
JUDGE = """
import resource, sys
import xarray as xr
from sim.analysis.result import Result, judge
small = Result(xr.open_zarr(sys.argv[1], chunks=None).isel(replicate=slice(0, 40)))
judge(small)  # what is imported and compiled is paid for before
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
judge(Result(xr.open_zarr(sys.argv[1], chunks=None)))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.fixture
def stored(tmp_path):
    """Return a function that stores a made-up result of so many replicates, a block at a time."""

    def store(replicates):
        path = tmp_path / f"{replicates}.zarr"
        arms = ["base", "a", "b", "all_with_coordination"]
        for first in range(0, replicates, BLOCK):
            rng = np.random.default_rng(first)
            front = rng.normal(20, 40, (4, BLOCK, WEEKS, FRONTS)).cumsum(axis=2).astype(np.float32)
            lead = ("arm", "replicate", "time")
            people = np.abs(rng.normal(size=(4, BLOCK, WEEKS, 2))).cumsum(axis=2).astype(np.float32)
            data = xr.Dataset(
                {
                    "net_km2": (lead, front.sum(axis=-1)),
                    "net_km2_front": ((*lead, "front"), front),
                    "war": (lead, np.ones(front.shape[:3], dtype=np.float32)),
                    "casualties": ((*lead, "side"), people),
                    "killed": ((*lead, "side"), people / 4),
                    "delivered": ((*lead, "ally"), people),
                },
                {
                    "arm": arms,
                    "replicate": np.arange(first, first + BLOCK),
                    "time": np.datetime64("2024-11-19", "ns") + 7 * np.arange(WEEKS).astype("timedelta64[D]"),
                    "front": [f"f{n}" for n in range(FRONTS)],
                    "side": ["russia", "ukraine"],
                    "ally": ["x", "y"],
                },
                {"seed": 1, "title": "made up"},
            )
            encoding = {name: {"chunks": (4, BLOCK, *array.shape[2:])} for name, array in data.data_vars.items()}
            data = named(data)
            if first:
                data.to_zarr(path, append_dim="replicate", zarr_format=2)
            else:
                data.to_zarr(path, encoding=encoding, zarr_format=2)
        return path

    return store


def test_the_peak_of_judging_does_not_grow_with_the_replicates(stored):
    """Ten times the replicates: the record grows by 250 MB, the peak by the table alone (some 100 bytes a replicate and arm)."""
    peaks = {}
    for replicates in (2_000, 20_000):
        done = subprocess.run(
            [sys.executable, "-c", JUDGE, stored(replicates)], capture_output=True, text=True, check=True
        )
        peaks[replicates] = int(done.stdout) / 1024
    assert peaks[20_000] - peaks[2_000] < 60, f"MB: {peaks}"
