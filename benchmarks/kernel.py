"""The core day of `core.py` as a C kernel fused by hand: what a plain loop over lanes costs, for comparison alone.

`kernel.c` says which rules it holds. The state goes in and out as `core.World`, so that both can be compared in every quantity.
"""

from __future__ import annotations

import ctypes
import subprocess
import tempfile
from pathlib import Path

import numpy as np

from benchmarks import core
from benchmarks.machine import rate
from sim.foundation.lanes import Array
from sim.foundation.machine_code import NoCompiler, compiler

BY_SIDE_AND_FRONT = ("line", "effort", "works", "start", "quality", "strain")
BY_SIDE = (
    *core.PER_LANE, "hospital", "healing", "training", "trained", "killed", "absent", "reserve", "fired",
)  # fmt: skip
BY_FRONT = ("length", "base", "shift")
FLAGS = (
    "-O3",
    "-march=native",
    "-ffast-math",
    "-fPIC",
)  # with these gcc takes vectors of exponentials from its library


class Kernel:
    """The compiled kernel; raises `sim.foundation.machine_code.NoCompiler` where nothing can compile it."""

    def __init__(self) -> None:
        with tempfile.TemporaryDirectory(prefix="kernel-") as folder:
            made, library = Path(folder) / "kernel.o", Path(folder) / "kernel.so"
            source = Path(__file__).with_suffix(".c")
            subprocess.run([compiler(), *FLAGS, "-c", str(source), "-o", str(made)], check=True, timeout=120)
            # linked without -ffast-math, which would make this whole process flush small numbers to zero
            subprocess.run([compiler(), "-shared", str(made), "-o", str(library), "-lm"], check=True, timeout=120)
            self._play = ctypes.CDLL(str(library)).play
        self._play.argtypes = [ctypes.c_void_p, ctypes.c_long, ctypes.c_long, ctypes.c_long]

    def play(self, packed: Array, today: int, days: int) -> None:
        """Play some days in every lane of `packed`, (lane, number), in place."""
        assert packed.flags.c_contiguous
        assert packed.dtype == np.float64
        self._play(packed.ctypes.data, len(packed), today, days)


def pack(world: core.World) -> Array:
    """Return a world as (lane, number), in the order of the kernel's struct."""
    rows = [world[f"{name}/{side}"] for name in (*BY_SIDE_AND_FRONT, *BY_SIDE) for side in core.SIDES]
    rows += [world[name] for name in (*BY_FRONT, *core.COMMON)]
    return np.ascontiguousarray(np.concatenate([np.atleast_2d(row) for row in rows]).T)


def unpack(packed: Array, like: core.World) -> core.World:
    """Return what `pack` was given; shapes are those of `like`."""
    names = [f"{name}/{side}" for name in (*BY_SIDE_AND_FRONT, *BY_SIDE) for side in core.SIDES]
    found, at = {}, 0
    for name in (*names, *BY_FRONT, *core.COMMON):
        rows = np.atleast_2d(like[name]).shape[0]
        found[name] = packed.T[at : at + rows].reshape(like[name].shape)
        at += rows
    return found


def kernel_rate(lanes: int, seconds: float, days: int = 1) -> float:
    """Return war-days per CPU second of the kernel, some days a call; nan without a compiler."""
    try:
        kernel = Kernel()
    except NoCompiler:
        return float("nan")
    packed, starts = pack(core.begin(lanes)), iter(range(0, 10**9, days))
    return days * lanes * rate(lambda: kernel.play(packed, next(starts), days), seconds)


def difference(days: int = 60, lanes: int = 5) -> float:
    """Return the greatest relative difference between the kernel and the rules after some days, over lanes and quantities."""
    world = core.begin(lanes)
    packed = pack(world)
    Kernel().play(packed, 0, days)
    for today in range(days):
        core.day(world, today)
    worst = 0.0
    for name, mine in unpack(packed, world).items():
        scale = np.abs(world[name]).max(axis=0) if name == "shift" else np.maximum(np.abs(world[name]), 1e-9)
        worst = max(worst, float((np.abs(mine - world[name]) / scale).max()))
    return worst
