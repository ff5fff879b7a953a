"""Worker processes that play and draw together with this one.

Where it can a command imports what all of them need and forks them. Elsewhere it starts them before it imports what it needs
itself, so that all import at the same time: nothing heavy is imported here.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from sim.foundation import interrupts, memory
from sim.foundation.errors import MachineError
from sim.foundation.executor import Executor, Pool
from sim.foundation.workers import pool
from sim.workflows.options import Options

MANY = 10_000
"""Replicates from which on helpers are not started: each holds a part of the record, and memory is then dearer than time."""


@contextmanager
def helpers(options: Options) -> Iterator[Pool | None]:
    """Start worker processes that play, and then draw, together with this one; None where only this one draws.

    What is done in the `with` block hears Ctrl-C as it would without.
    """
    few = options.plots and options.workers > 1 and (options.replicates or 0) < MANY
    with pool(max(1, options.workers - 1), here=True, prepare=_import if few else None) as executor:
        started = few and _started(executor)
        with interrupts.released():
            _import_the_model()
            yield executor if started else None


def _started(executor: Executor) -> bool:
    with suppress(MachineError):
        executor.submit(_import)
        return True
    return False


def _import() -> None:
    """Import what playing and drawing need, which takes more than a second."""
    with memory.importing():
        _import_the_model()

        import numcodecs  # noqa: F401
        import xarray as xr
        from PIL import Image

        from sim.analysis import result  # noqa: F401
        from sim.experiment import run, store  # noqa: F401
        from sim.plotting import gallery
        from sim.scenario import reader  # noqa: F401
        from sim.scenario.priors import draw  # noqa: F401

        # what these libraries import themselves at their first use
        Image.preinit()
        xr.Dataset(coords={"replicate": [0]})
        gallery.prepare("result")


def _import_the_model() -> None:
    """Import Mesa before all that takes long: it looks through every module that is there already."""
    from sim.models.campaign import engine  # noqa: F401
