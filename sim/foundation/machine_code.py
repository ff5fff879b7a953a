"""Machine code: traced operations printed as C, compiled once, kept by their hash, and run on arrays.

Eight lanes at a time go through all operations, so that what lies between them stays near the processor. Each lane's numbers
are computed alike whatever its neighbours are, and products are not fused with sums (`-ffp-contract=off`): a lane alone equals
the lane in company to the bit. Elementary functions are those of the C library (of its vector library where there is one), so
that their last bit may differ from numpy's.
"""

from __future__ import annotations

import ctypes
import os
import platform
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.foundation import compile_cache
from sim.foundation.c_text import CALLS, Text
from sim.foundation.compile_cache import is_ours
from sim.foundation.lanes import Array
from sim.foundation.tracing import FUNCTIONS, OF_DAY, OF_LANE, Node, Trace

FLAGS = ("-O2", "-march=native", "-ffp-contract=off", "-fno-math-errno", "-fno-trapping-math", "-shared", "-fPIC")
Addresses = npt.NDArray[np.uint64]


class NoCompiler(Exception):  # noqa: N818 - not an error: numpy plays on
    """There is no C compiler here, or it fails; the message says which, in one line."""


@dataclass(frozen=True)
class Carried:
    """One scalar of the state that operations change.

    Parameters
    ----------
    before : Node or None
        Its input; None where it is written and not read.
    after : Node
        Its value at the end.
    """

    before: Node | None
    after: Node


class Program:
    """The operations of a day as a compiled function that plays several days of many lanes.

    Attributes
    ----------
    fixed, dated : list
        Keys of the inputs that stay as they are, and of those that are read from tables.
    of_day : list of Node
        What depends on the day alone and enters the arithmetic of lanes.
    carried : int
        How many scalars the day changes.

    Parameters
    ----------
    trace : Trace
    carried : sequence of Carried
        What the day changes; everything else that it reads stays as it is.
    dated : callable
        Tells by its key whether an input is read from a table anew every day.
    one_day : bool
        Whether all that is played is one day, again and again.
    """

    def __init__(
        self, trace: Trace, carried: Sequence[Carried], dated: Callable[[Any], bool], one_day: bool = False
    ) -> None:
        ends = [one.after for one in carried]
        nodes = trace.needed(ends)
        state = {one.before.number: place for place, one in enumerate(carried) if one.before is not None}
        inputs = [node for node in nodes if node.name == "input" and node.level == OF_LANE]
        fixed = [node for node in inputs if node.number not in state and not dated(node.key)]
        tables = [node for node in inputs if dated(node.key)]
        days = [] if one_day else [*tables, *(node for node in nodes if node.level == OF_DAY)]
        changing = _changing(nodes, {*state, *(node.number for node in days)})
        # the nodes themselves are many, and are not kept
        self.fixed, self.dated = [node.key for node in fixed], [node.key for node in tables]
        self.of_day, self.carried = _handed_over(nodes, ends), len(ends)
        source = Text(nodes, ends, state, fixed, tables, self.of_day, changing, one_day).whole()
        self._library, self._run = library_of(source), compiled(source)

    def __getstate__(self) -> dict[str, Any]:
        """Return what another process needs beside the library in the cache."""
        return {name: value for name, value in vars(self).items() if name != "_run"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Load the library anew; an OSError where the cache has none."""
        vars(self).update(state)
        self._run = _kept(self._library)

    def run(
        self,
        lanes: int,
        fixed: Addresses,
        before: Addresses,
        after: Addresses,
        column: npt.NDArray[np.int64],
        dated: Addresses,
        scalars: Array,
    ) -> None:
        """Play as many days as `scalars` has rows.

        Parameters
        ----------
        lanes : int
        fixed, before, after : ndarray of uint64
            Addresses of rows of doubles, one for each of `fixed` and (twice) of `carried`; 0 for what is not read before.
        column : ndarray of int64, shape (lane,)
            The column of each lane in the rows of `dated`.
        dated : ndarray of uint64, shape (day, dated)
            Addresses of the rows of tables in which the inputs of a day stand.
        scalars : ndarray, shape (day, of_day)

        Raises
        ------
        MemoryError
        """
        pointer = ctypes.c_void_p
        arrays = (fixed, before, after, column, dated, scalars)
        if self._run(lanes, len(scalars), *(array.ctypes.data_as(pointer) for array in arrays)):
            raise MemoryError("no memory for what a compiled day works on")


def _changing(nodes: Sequence[Node], first: set[int]) -> set[int]:
    """Return the numbers of the nodes that may change from day to day: some, and what rests on them."""
    found = set(first)
    for node in nodes:
        if any(arg.number in found for arg in node.args):
            found.add(node.number)
    return found


def _handed_over(nodes: Sequence[Node], ends: Sequence[Node]) -> list[Node]:
    """Return what depends on the day alone and enters the arithmetic of lanes."""
    used = {arg.number: arg for node in nodes if node.level == OF_LANE for arg in node.args if arg.level == OF_DAY}
    used.update({node.number: node for node in ends if node.level == OF_DAY})
    return [used[number] for number in sorted(used)]


# --- compiling -------------------------------------------------------------------------------------------------

PATIENCE = 600.0
"""Seconds after which a compiler is given up; one program takes it two or three."""


@cache
def compiler() -> str:
    """Return the path of a C compiler.

    Raises
    ------
    NoCompiler
        If there is none; also on Windows, whose compilers do not align what stands on the stack for vectors of eight.
    """
    if sys.platform == "win32":
        raise NoCompiler("it does not work on Windows")
    for name in (os.environ.get("CC"), "cc", "gcc", "clang"):
        found = shutil.which(name) if name else None
        if found:
            return found
    raise NoCompiler("no C compiler was found (looked for $CC, cc, gcc and clang)")


@cache
def try_out() -> None:
    """Compile and run something small.

    Raises
    ------
    NoCompiler
        If there is no compiler, or what it makes is wrong.
    """
    trace = Trace()
    x = trace.input(("x",))
    ends = [trace.apply(name, x) for name in sorted(CALLS)]
    program = Program(trace, [Carried(None, end) for end in ends], lambda key: False)
    given, made = np.linspace(0.1, 2.0, 11), np.zeros((len(ends), 11))
    program.run(
        len(given),
        np.array([given.ctypes.data], dtype=np.uint64),
        np.zeros(len(ends), dtype=np.uint64),
        np.array([row.ctypes.data for row in made], dtype=np.uint64),
        np.zeros(len(given), dtype=np.int64),
        np.zeros((1, 0), dtype=np.uint64),
        np.zeros((1, 0)),
    )
    right = [FUNCTIONS[name](given) for name in sorted(CALLS)]
    if not np.allclose(made, right, rtol=1e-13, atol=1e-15):
        raise NoCompiler(f"what the compiler {compiler()} makes computes wrongly")


def compiled(source: str) -> Callable[..., int]:
    """Return the function `run` of a source text; compiled once for each text, compiler, flags and processor.

    Raises
    ------
    NoCompiler
    """
    cc, folder = compiler(), compile_cache.folder()
    if folder is not None:
        # a cache that is read-only, full, or on a disk from which nothing may be executed is no reason to give up
        with suppress(OSError, NotImplementedError, NoCompiler):
            return _from_cache(cc, source, folder / library_of(source))
    try:
        with tempfile.TemporaryDirectory(prefix="in-concert-") as scratch:
            return _loaded(_compile(cc, source, Path(scratch)))  # once loaded, the file is not needed
    except OSError as error:
        raise NoCompiler(f"what the compiler makes cannot be kept or loaded: {str(error)[:200]}") from error


def library_of(source: str) -> str:
    """Return the name of the library of a source text: one for each text, compiler, flags and processor."""
    return f"{compile_cache.digest(source, *tools())}.so"


def tools() -> tuple[str, ...]:
    """Return what the bits of a library depend on besides its source text."""
    return (_version(compiler()), *FLAGS, _processor())


def _kept(library: str) -> Callable[..., int]:
    """Return the function of a library that is in the cache; an OSError where there is none."""
    folder = compile_cache.folder()
    if folder is None or not is_ours(folder / library):
        raise OSError(f"{library} is not in the cache")
    return _loaded(folder / library)


def _from_cache(cc: str, source: str, library: Path) -> Callable[..., int]:
    """Return the function of a library in the cache, which is made where it is missing or damaged."""
    from filelock import FileLock

    with suppress(OSError):  # there is none, or half of one
        if is_ours(library):
            return _loaded(library)
    # of several workers one compiles, and the others wait for what it makes
    with FileLock(library.with_suffix(".lock")), tempfile.TemporaryDirectory(dir=library.parent) as scratch:
        with suppress(OSError):
            if is_ours(library):
                return _loaded(library)
        made = _compile(cc, source, Path(scratch))
        function = _loaded(made)
        made.replace(library)
        return function


def _compile(cc: str, source: str, folder: Path) -> Path:
    text, made = folder / "day.c", folder / "day.so"
    text.write_text(source, encoding="utf-8")
    libraries = ["-lmvec", "-lm"] if _has_vectors(cc) else ["-lm"]
    _told_by(cc, *FLAGS, "-o", str(made), str(text), *libraries)
    made.chmod(stat.S_IRWXU)
    return made


def _loaded(library: Path) -> Callable[..., int]:
    """Return the function of a library; an OSError if it is none."""
    compile_cache.note_use(library)
    try:
        function = ctypes.CDLL(str(library)).run
    except AttributeError as error:
        raise OSError(f"{library} has no function `run`") from error
    function.restype = ctypes.c_int
    function.argtypes = [ctypes.c_long, ctypes.c_long, *[ctypes.c_void_p] * 6]
    return function


def _told_by(cc: str, *words: str) -> str:
    try:
        done = subprocess.run(
            [cc, *words], stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", check=False,
            timeout=PATIENCE,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise NoCompiler(f"the compiler {cc} does not come to an end") from error
    except OSError as error:
        raise NoCompiler(f"the compiler {cc} cannot be run: {error.strerror}") from error
    if done.returncode:
        lines = done.stderr.strip().splitlines()
        said = next((line for line in lines if "error" in line), lines[0] if lines else "")
        raise NoCompiler(f"the compiler {cc} fails: {said[:200] or f'exit code {done.returncode}'}")
    return done.stdout


@cache
def _version(cc: str) -> str:
    return _told_by(cc, "--version")


@cache
def _has_vectors(cc: str) -> bool:
    found = _told_by(cc, "-print-file-name=libmvec.so").strip()
    return platform.machine() == "x86_64" and os.path.isabs(found)


@cache
def _processor() -> str:
    """Return what says which instructions this processor has: a home may be shared by machines."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return f"{platform.machine()} {platform.processor()}"
    return "\n".join(sorted({line for line in lines if line.startswith(("flags", "Features", "model name"))}))
