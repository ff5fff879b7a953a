"""How a process deals with memory that is free: Python's cycles of objects, and glibc's allocator.

Nothing here changes a number. All of it is for processes of the program's own, or lasts for one piece of work.
"""

from __future__ import annotations

import atexit
import ctypes
import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_NEW_OBJECTS = 50_000  # between two looks at the youngest; Python's own number is 700 or 2,000
_LOOKS = 20  # at a generation before the next one is looked at as well

TRIM, MMAP = "MALLOC_TRIM_THRESHOLD_", "MALLOC_MMAP_THRESHOLD_"
"""Variables that set, before a process starts, how much free memory glibc holds, and from what size on an array is mapped."""

_DEFAULT = 2**17
_NUMBERS = {TRIM: -1, MMAP: -3}  # in <malloc.h>
_KEPT = {TRIM: 2**26, MMAP: 2**25}  # bytes; the second is the greatest that glibc takes

_ONE_THREAD = {
    **dict.fromkeys(("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"), "1"),
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
}
"""Has numpy's linear algebra, and Arrow's allocator, start no threads: workers share the processors already."""


def set_up_process() -> None:
    """Set up a process of the program's own, for as long as it lives; what its environment says of memory stands.

    Importing libraries and drawing make many objects that stay: looking for unused cycles among them again and again takes a
    seventh of the time of `sim claim`. What is large must not wait for that; see `sim.models.campaign.war.War.end`.
    """
    gc.set_threshold(_NEW_OBJECTS, _LOOKS, _LOOKS)
    atexit.register(gc.freeze)  # at the end the system takes everything back
    if not os.environ.keys() & _NUMBERS:
        _set(_KEPT)
    for name, value in _ONE_THREAD.items():
        os.environ.setdefault(name, value)


@contextmanager
def importing() -> Iterator[None]:
    """Look for no unused cycles during the `with` block, and never again among what it has made: modules stay.

    In a fork what is never looked at is also never written to, and stays shared.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if enabled:
            gc.enable()


@contextmanager
def keep_freed() -> Iterator[None]:
    """Keep freed memory in this process during the `with` block, where its environment says that it is returned at once.

    Dask has its workers return it. Playing frees and asks for the same arrays all day long: to be given them anew each time,
    page by page, takes a fifth of the time of play.
    """
    if TRIM not in os.environ:
        yield
        return
    _set(_KEPT)
    try:
        yield
    finally:
        _set({name: int(os.environ.get(name, _DEFAULT)) for name in _NUMBERS})


def _set(settings: dict[str, int]) -> None:
    """Have glibc take settings, by variable; other allocators have no `mallopt` and are left alone."""
    if os.name == "posix":
        with suppress(AttributeError):
            change = ctypes.CDLL(None).mallopt
            for name, value in settings.items():
                change(_NUMBERS[name], value)
