"""A Dask worker that plays keeps the memory of its arrays, and returns it afterwards as Dask wants."""

import ctypes
import os
import subprocess
import sys

import pytest

FAULTS = """
import resource
import numpy as np
from sim.foundation.memory import keep_freed

def faults():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(25):
        np.ones(480_000)  # four megabytes, freed at once
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

filled = [np.empty(480_000) for _ in range(50)]  # holes that importing left, whose pages the process has already
first = faults()
with keep_freed():
    faults()
    inside = faults()
print(first, inside, faults())
"""


def page_faults(**settings):
    """Return how often a process was handed a page: before, while it keeps its memory, and afterwards."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("MALLOC_")} | settings
    done = subprocess.run([sys.executable, "-c", FAULTS], capture_output=True, text=True, check=True, env=env)
    return [int(word) for word in done.stdout.split()]


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None) if os.name == "posix" else None, "mallopt"), reason="needs glibc")
def test_memory_is_kept_while_playing_and_given_back_after():
    before, inside, after = page_faults(MALLOC_TRIM_THRESHOLD_="65536")
    assert before > 20_000
    assert inside < before / 10  # the system may take back some pages by itself
    assert after > before / 2


def test_where_dask_asks_for_nothing_nothing_is_changed():
    before, inside, _ = page_faults()
    assert max(before, inside) < 2_000  # the pages of two arrays, 938 each, until glibc has seen that they come again
