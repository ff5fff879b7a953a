"""Progress, with an estimate of the time left where one can be had: on a terminal only, on standard error."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def progress_bar(what: str) -> Iterator[Callable[[float | str], None] | None]:
    """Yield a function to call with the share done (0 to 1) or the name of the next piece; None where nobody watches."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=1.0)

        def tell(step: float | str) -> None:
            if isinstance(step, str):
                bar.update(task, description=f"{what} {step}", total=None)
            else:
                bar.update(task, completed=step)

        yield tell
