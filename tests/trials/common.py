"""Trials: the same demand made many times, at random but repeatably, and a table of what came of it.

A module here whose name has a `SERIES`, a tuple of `Series`, is found by ``make trials``. To add one, write a function that
makes one trial with the random numbers it is given, in the empty folder it is given, and raises `Trouble` (or anything)
where a demand is not met; name it in a `Series`; and run a few in the suite with `few`, as `test_kills.py` does.
"""

from __future__ import annotations

import atexit
import datetime as dt
import math
import multiprocessing
import os
import platform
import random
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

SEED = 20241119


class Trouble(AssertionError):  # noqa: N818 - a finding
    """A demand that was not met."""


@dataclass(frozen=True)
class Series:
    """Trials of one kind.

    Parameters
    ----------
    name : str
        A slug; trial n of it is `name:n`.
    title, demanded : str
        What is done, and what must hold; for the table.
    full, short : int
        Number of trials in full, and in the suite.
    attempt : callable
        Makes one trial with a generator and an empty folder of its own.
    means : callable
        Says by what means, where that depends on the machine.
    apart : bool
        Whether trials may be made in several processes at once.
    """

    name: str
    title: str
    demanded: str
    full: int
    short: int
    attempt: Callable[[random.Random, Path], None]
    means: Callable[[], str] = str
    apart: bool = False


SKIPPED = "skipped: "  # how the means of a series begin where it cannot be tried here


@dataclass
class Result:
    """What came of a series on some machine; plain values for JSON."""

    name: str
    title: str
    demanded: str
    tried: int = 0
    troubles: list[str] = field(default_factory=list)
    seconds: float = 0.0
    seed: int = SEED
    means: str = ""
    date: str = field(default_factory=lambda: dt.date.today().isoformat())
    machine: str = field(default_factory=lambda: machine())

    def account(self) -> dict[str, Any]:
        """Return the result as plain values."""
        return asdict(self)


def run(
    series: Series,
    numbers: range,
    seed: int = SEED,
    tell: Callable[[str], object] | None = None,
    seconds: float = math.inf,
    processes: int = 1,
) -> Result:
    """Make the trials of a series with these numbers and return what came of them; no trouble stops it.

    After `seconds` no further trial is begun; the result says how many were made. Where a series allows it they are made
    in `processes` processes.
    """
    result = Result(series.name, series.title, series.demanded, seed=seed, means=series.means())
    if result.means.startswith(SKIPPED):
        return result  # what needs something that is not at hand was not tried, and the table must not count it
    began = time.monotonic()
    every = max(1, len(numbers) // 100)
    with _at_work(series, seed, processes if series.apart else 1) as tries:
        for number, trouble in zip(numbers, tries(numbers), strict=False):
            result.tried += 1
            if trouble:
                result.troubles.append(f"{series.name}:{number}: {trouble}")
            if tell and (trouble or number % every == 0):
                tell(result.troubles[-1] if trouble else f"{series.name}:{number}: holds")
            if time.monotonic() - began > seconds:
                break
    result.seconds = round(time.monotonic() - began, 1)
    return result


@contextmanager
def _at_work(series: Series, seed: int, processes: int) -> Iterator[Callable[[range], Iterator[str | None]]]:
    """Yield a function that makes trials, in order, and yields the trouble of each."""
    one = partial(attempted, series, seed=seed)
    if processes == 1:
        yield lambda numbers: map(one, numbers)
        return
    with (
        tempfile.TemporaryDirectory(prefix="trials-") as scratch,
        multiprocessing.get_context("fork").Pool(processes, _work_in, (scratch,)) as pool,
    ):
        yield lambda numbers: pool.imap(one, numbers, chunksize=4)


def _work_in(folder: str) -> None:
    """Let all temporary files of this process lie in a folder that another one removes."""
    tempfile.tempdir = folder


def lasting_folder(name: str) -> Path:
    """Return a new folder that is removed when this process ends."""
    folder, owner = Path(tempfile.mkdtemp(prefix=f"trial-{name}-")), os.getpid()
    atexit.register(lambda: shutil.rmtree(folder, ignore_errors=True) if os.getpid() == owner else None)
    return folder


def attempted(series: Series, number: int, seed: int) -> str | None:
    """Make one trial, whose random numbers depend on its name alone, and return the trouble it had."""
    folder = Path(tempfile.mkdtemp(prefix=f"trial-{series.name}-"))
    try:
        series.attempt(random.Random(f"{seed} {series.name} {number}"), folder)
    except Exception as error:
        return f"{type(error).__name__}: {error}".strip()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return None


def few(series: Series) -> None:
    """Make the short run of a series, for the suite.

    Raises
    ------
    Trouble
        With every trouble there was.
    """
    result = run(series, range(series.short))
    if result.troubles:
        raise Trouble("\n".join(result.troubles))


def machine() -> str:
    """Return the kind of this machine: what a reader needs to judge times and counts by."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{platform.system()} {platform.machine()}, {cores} cores, Python {platform.python_version()}"


def page(results: list[dict[str, Any]]) -> str:
    """Return docs/trials.md."""
    return "\n".join(_lines(results)) + "\n"


def _lines(results: list[dict[str, Any]]) -> Iterator[str]:
    yield "# Trials"
    yield ""
    yield "What was done to the program at random, and what held. This page is written by `make trials`, which takes about half"
    yield "an hour on two idle cores; `FLAGS='--minutes 5'` bounds each kind, and the table says how many were made. The tests"
    yield "make a few of each. Any trial can be made again by its number, as in `python -m tests.trials kills-parent:17`; how to"
    yield "add a kind is said in `tests/trials/common.py`."
    yield ""
    yield "| trials | demanded | tried | troubles | minutes | date | machine |"
    yield "|---|---|---:|---:|---:|---|---|"
    for one in results:
        title = one["title"] + (f" ({one['means']})" if one["means"] else "")
        yield (
            f"| `{one['name']}`: {title} | {one['demanded']} | {one['tried']:,} | {len(one['troubles'])} "
            f"| {one['seconds'] / 60:.1f} | {one['date']} | {one['machine']} |"
        )
    troubles = [trouble for one in results for trouble in one["troubles"]]
    if troubles:
        yield ""
        yield "Troubles:"
        yield ""
        yield from (f"- `{trouble.splitlines()[0]}`" for trouble in troubles)
