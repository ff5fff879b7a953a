"""Progress, with an estimate of the time left where one can be had: on a terminal only, on standard error."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def ticker(what: str, *, hidden: bool = False) -> Iterator[Callable[[str], None] | None]:
    """Yield a function to call with the name of each piece as it is done, or None where nobody watches."""
    if hidden or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.text import Text

    with Console(stderr=True).status(Text(f"{what} ...")) as status:
        yield lambda name: status.update(Text(f"{what} {name} ..."))


@contextmanager
def progress_bar(what: str, *, hidden: bool = False) -> Iterator[Callable[[float], None] | None]:
    """Yield a function to call with the share done (0 to 1), or None where nobody watches."""
    if hidden or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=1.0)

        def tell(share: float) -> None:
            bar.update(task, completed=share)

        yield tell
