"""Progress: a bar on a terminal and in a notebook, lines at a slow rate elsewhere; always on standard error."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

OnProgress = Callable[[float | str], None]
"""Takes the share done (0 to 1), or the name of the next piece where no share is known."""

EVERY = 30.0
"""Seconds between two lines where there is no terminal; what is done sooner says nothing."""


@contextmanager
def progress_bar(what: str) -> Iterator[OnProgress]:
    """Yield a function to call with the share done or the name of the next piece."""
    from rich.console import Console

    console = Console(stderr=True)
    if not (console.is_jupyter or sys.stderr.isatty()):
        yield SlowLines(what)
        return
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(what, total=1.0)

        def update(step: float | str) -> None:
            if isinstance(step, str):
                bar.update(task, description=f"{what} {step}", total=None)
            else:
                bar.update(task, completed=step)

        yield update


class SlowLines:
    """A line every `EVERY` seconds, for logs and batch systems: ``playing claim: 40 %, about 3 min left``.

    Parameters
    ----------
    what : str
    clock : callable, optional
        Seconds that only grow.
    """

    def __init__(self, what: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._what, self._clock = what, clock
        self._began = self._said = clock()

    def __call__(self, step: float | str) -> None:
        """Write a line if the last one is long ago."""
        now = self._clock()
        if now - self._said < EVERY:
            return
        self._said = now
        line = f"{self._what} {step}" if isinstance(step, str) else f"{self._what}: {step:.0%}"
        left = 0.0 if isinstance(step, str) or step <= 0.0 else (now - self._began) * (1.0 - step) / step
        print(line + (f", about {_length(left)} left" if left else ""), file=sys.stderr, flush=True)


def _length(seconds: float) -> str:
    """Return a time in seconds, minutes or hours."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
