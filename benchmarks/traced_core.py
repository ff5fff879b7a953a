"""The core day of `core.py` by the traced engine: the same functions run once on symbols, compiled, and played.

What `sim.models.campaign.engine` does with the whole world, here with the core day, so that it can be set beside the kernel that
is fused by hand.
"""

from __future__ import annotations

import numpy as np

from benchmarks import core
from benchmarks.machine import rate
from sim.foundation.lanes import Array
from sim.foundation.machine_code import Carried, NoCompiler, Program
from sim.foundation.tracing import OF_DAY, Symbols, Trace, as_nodes, symbols

GOING = ("going",)


class TracedCore:
    """The core day as a compiled program; raises `NoCompiler` where nothing can compile it."""

    def __init__(self, world: core.World) -> None:
        trace = Trace({GOING: 1.0})
        inputs = {name: _inputs(trace, name, array) for name, array in world.items()}
        after = dict(inputs)
        core.act(after, symbols(trace.input(GOING, OF_DAY)))
        self.changed = [name for name in world if after[name] is not inputs[name]]
        carried = [
            Carried(was, now)
            for name in self.changed
            for was, now in zip(inputs[name].view(np.ndarray).flat, as_nodes(after[name], trace).flat, strict=True)
        ]
        self.program = Program(trace, carried, lambda key: False)

    def play(self, world: core.World, today: int, days: int) -> None:
        """Play some days in every lane of a world, which is changed."""
        lanes = world["shift"].shape[-1]
        address = {name: array.ctypes.data for name, array in world.items()}
        rows = [address[name] + 8 * lanes * row for name, row in self.program.fixed]
        before = [address[name] + 8 * lanes * row for name in self.changed for row in range(_rows(world[name]))]
        made = {name: np.empty_like(world[name]) for name in self.changed}
        after = [made[name].ctypes.data + 8 * lanes * row for name in self.changed for row in range(_rows(made[name]))]
        going = np.array([[float(core.going(today + ahead))] for ahead in range(days)])
        self.program.run(
            lanes, *(np.array(found, dtype=np.uint64) for found in (rows, before, after)),
            np.zeros(lanes, dtype=np.int64), np.zeros((days, 0), dtype=np.uint64), going,
        )  # fmt: skip
        world.update(made)


def _inputs(trace: Trace, name: str, array: Array) -> Symbols:
    nodes = [trace.input((name, row)) for row in range(_rows(array))]
    return symbols(np.array(nodes, dtype=object).reshape(*array.shape[:-1], 1))


def _rows(array: Array) -> int:
    return int(np.prod(array.shape[:-1]))


def traced_rate(lanes: int, seconds: float, days: int = 7) -> float:
    """Return war-days per CPU second, some days a call as the engine plays them; nan without a compiler."""
    world = core.begin(lanes)
    try:
        program = TracedCore(world)
    except NoCompiler:
        return float("nan")
    starts = iter(range(0, 10**9, days))
    return days * lanes * rate(lambda: program.play(world, next(starts), days), seconds)


def difference(days: int = 60, lanes: int = 5) -> float:
    """Return the greatest relative difference between the program and the rules after some days, over lanes and quantities."""
    world, other = core.begin(lanes), core.begin(lanes)
    TracedCore(other).play(other, 0, days)
    for today in range(days):
        core.day(world, today)
    worst = 0.0
    for name, right in world.items():
        scale = np.abs(right).max(axis=0) if name == "shift" else np.maximum(np.abs(right), 1e-9)
        worst = max(worst, float((np.abs(other[name] - right) / scale).max()))
    return worst
