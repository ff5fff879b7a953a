"""Machine code: traced operations printed as C, compiled once, kept by their hash, and run on arrays.

Eight lanes at a time go through all operations, so that what lies between them stays near the processor. Each lane's numbers
are computed alike whatever its neighbours are, and products are not fused with sums (`-ffp-contract=off`): a lane alone equals
the lane in company to the bit. Elementary functions are those of the C library (of its vector library where there is one), so
that their last bit may differ from numpy's.
"""

from __future__ import annotations

import atexit
import ctypes
import hashlib
import os
import platform
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.foundation.lanes import Array
from sim.foundation.tracing import CONSTANT, FUNCTIONS, OF_DAY, OF_LANE, Node, Trace

FLAGS = ("-O1", "-march=native", "-ffp-contract=off", "-fno-math-errno", "-fno-trapping-math", "-shared", "-fPIC")
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
        self._run = _loaded(compiled("".join(_printed(nodes, ends, state, fixed, tables, self.of_day, changing))))

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
        """
        pointer = ctypes.c_void_p
        arrays = (fixed, before, after, column, dated, scalars)
        self._run(lanes, len(scalars), *(array.ctypes.data_as(pointer) for array in arrays))


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


# --- printing --------------------------------------------------------------------------------------------------

_HEAD = r"""
#include <math.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif
#define N 8
#define T 8 /* groups whose rows are read in one go: a row is a page, and pages come dear */
typedef double V __attribute__((vector_size(8 * N)));
typedef double U __attribute__((vector_size(8 * N), aligned(8), may_alias));
typedef long long I __attribute__((vector_size(8 * N)));
#define ALL(x) ((V){(x), (x), (x), (x), (x), (x), (x), (x)})
#if defined(__AVX512F__) && defined(__AVX512DQ__)
typedef __mmask8 B;
#define CMP(a, b, how) _mm512_cmp_pd_mask((__m512d)(a), (__m512d)(b), how)
#define less(a, b) CMP(a, b, _CMP_LT_OQ)
#define less_equal(a, b) CMP(a, b, _CMP_LE_OQ)
#define greater(a, b) CMP(a, b, _CMP_GT_OQ)
#define greater_equal(a, b) CMP(a, b, _CMP_GE_OQ)
#define equal(a, b) CMP(a, b, _CMP_EQ_OQ)
#define not_equal(a, b) CMP(a, b, _CMP_NEQ_UQ)
#define logical_and(a, b) ((B)((a) & (b)))
#define logical_or(a, b) ((B)((a) | (b)))
#define logical_not(a) ((B)~(a))
#define TRUTH(x) ((x) ? (B)0xff : (B)0)
#define where(m, a, b) ((V)_mm512_mask_blend_pd((m), (__m512d)(b), (__m512d)(a)))
#define absolute(a) ((V)_mm512_abs_pd((__m512d)(a)))
#define root(a) ((V)_mm512_sqrt_pd((__m512d)(a)))
/* of two numbers of which one is none, the processor returns the second */
#define greater_of(a, b) ((V)_mm512_max_pd((__m512d)(a), (__m512d)(b)))
#define lesser_of(a, b) ((V)_mm512_min_pd((__m512d)(a), (__m512d)(b)))
#define down(a) ((V)_mm512_floor_pd((__m512d)(a)))
#else
typedef I B;
#define less(a, b) ((B)((a) < (b)))
#define less_equal(a, b) ((B)((a) <= (b)))
#define greater(a, b) ((B)((a) > (b)))
#define greater_equal(a, b) ((B)((a) >= (b)))
#define equal(a, b) ((B)((a) == (b)))
#define not_equal(a, b) ((B)((a) != (b)))
#define logical_and(a, b) ((a) & (b))
#define logical_or(a, b) ((a) | (b))
#define logical_not(a) (~(a))
#define TRUTH(x) ((B)(ALL((x) ? 1.0 : 0.0) != ALL(0.0)))
#define where(m, a, b) ((V)(((m) & (B)(a)) | (~(m) & (B)(b))))
static V absolute(V a) { for (int i = 0; i < N; i++) a[i] = fabs(a[i]); return a; }
static V root(V a) { for (int i = 0; i < N; i++) a[i] = sqrt(a[i]); return a; }
static V down(V a) { for (int i = 0; i < N; i++) a[i] = floor(a[i]); return a; }
static inline V greater_of(V a, V b) { return where(greater(a, b), a, b); }
static inline V lesser_of(V a, V b) { return where(less(a, b), a, b); }
#endif
static inline V maximum(V a, V b) { return where(not_equal(a, a), a, greater_of(a, b)); }
static inline V minimum(V a, V b) { return where(not_equal(a, a), a, lesser_of(a, b)); }
#define isfinite_(a) less(absolute(a), ALL(INFINITY))
#define VECTORS (defined(__x86_64__) && defined(__GLIBC__) && (__GLIBC__ > 2 || __GLIBC_MINOR__ >= 35))
#if VECTORS && defined(__AVX512F__)
#define FUNCTION(name, lib) V _ZGVeN8v_##lib(V); static inline V name(V a) { return _ZGVeN8v_##lib(a); }
#elif VECTORS && defined(__AVX2__)
typedef double H __attribute__((vector_size(32)));
#define FUNCTION(name, lib) H _ZGVdN4v_##lib(H); static inline V name(V a) { \
  union { V whole; H half[2]; } x = {a}; \
  x.half[0] = _ZGVdN4v_##lib(x.half[0]); x.half[1] = _ZGVdN4v_##lib(x.half[1]); return x.whole; }
#else
#define FUNCTION(name, lib) static V name(V a) { for (int i = 0; i < N; i++) a[i] = lib(a[i]); return a; }
#endif
FUNCTION(v_exp, exp) FUNCTION(v_exp2, exp2) FUNCTION(v_expm1, expm1) FUNCTION(v_log, log) FUNCTION(v_log2, log2)
FUNCTION(v_log10, log10) FUNCTION(v_log1p, log1p) FUNCTION(v_erfc, erfc)
#define v_ndtr(a) (ALL(0.5) * v_erfc((a) * ALL(-0.70710678118654752440)))
#if defined(__AVX512F__)
#define gather(row, at) ((V)_mm512_i64gather_pd((__m512i)(at), (row), 8))
#else
static V gather(const double *row, I at) { V found; for (int i = 0; i < N; i++) found[i] = row[at[i]]; return found; }
#endif
static inline I places(const long long *from, long left) {
  I found; for (int i = 0; i < N; i++) found[i] = from[i < left ? i : left - 1]; return found; }
static inline V load(const double *from, long left) {
  if (left >= N) return (V) * (const U *)from;
  V found; for (int i = 0; i < N; i++) found[i] = from[i < left ? i : left - 1]; return found; }
static inline void store(double *to, V x, long left) {
  if (left >= N) *(U *)to = (U)x; else for (int i = 0; i < left; i++) to[i] = x[i]; }
static void fetch(V *to, const double *const *from, long rows, long at, long left, long groups) {
  for (long i = 0; i < rows; i++)
    for (long g = 0; g < groups; g++) to[T * i + g] = from[i] ? load(from[i] + at + N * g, left - N * g) : ALL(0.0); }
"""

_INFIX = {"add": "+", "subtract": "-", "multiply": "*", "divide": "/"}
_CALLS = {"exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "ndtr"}
_NAMES = {"sqrt": "root", "floor": "down", "isfinite": "isfinite_"}


def _printed(
    nodes: Sequence[Node],
    ends: Sequence[Node],
    state: Mapping[int, int],
    inputs: Sequence[Node],
    tables: Sequence[Node],
    day: Sequence[Node],
    changing: set[int],
) -> Iterator[str]:
    """Return the text: `once`, what stays as it is over the days, `day`, and `run`, which goes over lanes and days."""
    fixed, dated, of_day = ({node.number: place for place, node in enumerate(some)} for some in (inputs, tables, day))
    lane = [node for node in nodes if node.level == OF_LANE and node.name != "input"]
    once = [node for node in lane if node.number not in changing]
    daily = [node for node in lane if node.number in changing]
    used = {arg.number for node in daily for arg in node.args} | {end.number for end in ends}
    kept = {node.number: place for place, node in enumerate(n for n in once if n.number in used)}

    def text(node: Node, inside: set[int]) -> str:
        if node.level == CONSTANT:
            return _constant(node)
        if node.level == OF_DAY:
            return f"{'TRUTH' if node.truth else 'ALL'}(c[{of_day[node.number]}])"
        if node.number in inside:
            return f"t{node.number}"
        for name, places in (("s[T * ", state), ("x[T * ", fixed), ("q[", dated), ("h[", kept)):
            if node.number in places:
                found = f"{name}{places[node.number]}]"
                return f"not_equal({found}, ALL(0.0))" if node.truth else found
        raise AssertionError(node.name)

    def body(some: Sequence[Node]) -> Iterator[str]:
        inside: set[int] = set()
        for node in some:
            args = [text(arg, inside) for arg in node.args]
            yield f"  const {'B' if node.truth else 'V'} t{node.number} = {_operation(node, args)};\n"
            inside.add(node.number)

    def number(node: Node, inside: set[int]) -> str:
        found = text(node, inside)
        return f"where({found}, ALL(1.0), ALL(0.0))" if node.truth else found

    yield _HEAD
    yield "static __attribute__((noinline)) void once(const V *restrict x, V *restrict h, const V *restrict q, "
    yield "const double *restrict c) {\n"
    yield from body(once)
    by_number = {node.number: node for node in once}
    inside = set(by_number)
    yield from (f"  h[{place}] = {number(by_number[n], inside)};\n" for n, place in kept.items())
    yield "}\nstatic __attribute__((noinline)) void day(const V *restrict x, const V *restrict h, "
    yield "const V *restrict q, const double *restrict c, V *restrict s) {\n"
    yield from body(daily)
    inside = {node.number for node in daily}
    values = [number(end, inside) for end in ends]
    # what is carried over unchanged into another place is read before anything is written
    yield from (f"  const V e{place} = {value};\n" for place, value in enumerate(values))
    yield from (f"  s[T * {place}] = e{place};\n" for place in range(len(ends)))
    sizes = {"x": len(fixed), "s": len(ends)}
    yield "}\nvoid run(long lanes, long days, const double *const *fixed, const double *const *before,\n"
    yield "         double *const *after, const long long *column, const double *const *dated, const double *scalars) {\n"
    yield "".join(f"  V {name}[T * {max(size, 1)}];\n" for name, size in sizes.items())
    yield f"""  V h[{max(len(kept), 1)}], q[{max(len(dated), 1)}];
  for (long at = 0; at < lanes; at += N * T) {{
    const long left = lanes - at, groups = left < N * T ? (left + N - 1) / N : T;
    fetch(x, fixed, {len(fixed)}, at, left, groups);
    fetch(s, before, {len(ends)}, at, left, groups);
    for (long g = 0; g < groups; g++) {{
      const I group = places(column + at + N * g, left - N * g);
      for (long i = 0; i < {len(dated)}; i++) q[i] = gather(dated[i], group);
      once(x + g, h, q, scalars);
      for (long d = 0; d < days; d++) {{
        for (long i = 0; i < {len(dated)}; i++) q[i] = gather(dated[d * {len(dated)} + i], group);
        day(x + g, h, q, scalars + d * {len(of_day)}, s + g);
      }}
    }}
    for (long i = 0; i < {len(ends)}; i++)
      for (long g = 0; g < groups; g++) store(after[i] + at + N * g, s[T * i + g], left - N * g);
  }}
}}
"""


def _constant(node: Node) -> str:
    if node.truth:
        return f"TRUTH({int(node.value)})"
    if np.isnan(node.value):
        return "ALL(NAN)"
    return (
        f"ALL({'-' if node.value < 0 else ''}INFINITY)" if np.isinf(node.value) else f"ALL({float(node.value).hex()})"
    )


def _operation(node: Node, args: Sequence[str]) -> str:
    if node.name in _INFIX:
        return f"{args[0]} {_INFIX[node.name]} {args[1]}"
    if node.name == "negative":
        return f"-{args[0]}"
    if node.name == "where" and node.truth:
        return f"logical_or(logical_and({args[0]}, {args[1]}), logical_and(logical_not({args[0]}), {args[2]}))"
    if node.name in ("maximum", "minimum"):
        quick = {"maximum": "greater_of", "minimum": "lesser_of"}[node.name]
        for one, other in ((0, 1), (1, 0)):
            if node.args[one].level == CONSTANT and not np.isnan(node.args[one].value):
                return f"{quick}({args[one]}, {args[other]})"
    name = f"v_{node.name}" if node.name in _CALLS else _NAMES.get(node.name, node.name)
    return f"{name}({', '.join(args)})"


# --- compiling -------------------------------------------------------------------------------------------------


@cache
def compiler() -> str:
    """Return the path of a C compiler.

    Raises
    ------
    NoCompiler
        If there is none.
    """
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
    ends = [trace.apply(name, x) for name in sorted(_CALLS)]
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
    right = [FUNCTIONS[name](given) for name in sorted(_CALLS)]
    if not np.allclose(made, right, rtol=1e-13, atol=1e-15):
        raise NoCompiler(f"what the compiler {compiler()} makes computes wrongly")


def compiled(source: str) -> Path:
    """Return the shared library of a source text; compiled once for each text, compiler, flags and processor."""
    cc = compiler()
    digest = hashlib.blake2b("\0".join((source, _told_by(cc, "--version"), *FLAGS, _processor())).encode()).hexdigest()
    folder = _private_folder()
    library = folder / f"{digest[:32]}.so"
    if library.exists() and _is_ours(library):
        return library
    try:
        _compile(cc, source, library)
    except OSError as error:
        raise NoCompiler(f"{folder} cannot be written to: {error.strerror or error}") from error
    return library


def _compile(cc: str, source: str, library: Path) -> None:
    from filelock import FileLock

    # of several workers one compiles, and the others wait for what it makes
    lock, scratch_folder = FileLock(library.with_suffix(".lock")), tempfile.TemporaryDirectory(dir=library.parent)
    with lock, scratch_folder as scratch:
        if library.exists() and _is_ours(library):
            return
        text, made = Path(scratch, "day.c"), Path(scratch, "day.so")
        text.write_text(source, encoding="utf-8")
        libraries = ["-lmvec", "-lm"] if _has_vectors(cc) else ["-lm"]
        _told_by(cc, *FLAGS, "-o", str(made), str(text), *libraries)
        made.chmod(stat.S_IRWXU)
        made.replace(library)


def _loaded(library: Path) -> Callable[..., None]:
    try:
        function = ctypes.CDLL(str(library)).run
    except OSError as error:
        raise NoCompiler(f"what the compiler made cannot be loaded: {str(error)[:200]}") from error
    function.restype = None
    function.argtypes = [ctypes.c_long, ctypes.c_long, *[ctypes.c_void_p] * 6]
    return function


def _told_by(cc: str, *words: str) -> str:
    try:
        done = subprocess.run([cc, *words], capture_output=True, text=True, errors="replace", check=False)
    except OSError as error:
        raise NoCompiler(f"the compiler {cc} cannot be run: {error.strerror}") from error
    if done.returncode:
        said = next((line for line in done.stderr.splitlines() if "error" in line), done.stderr.strip()[:200])
        raise NoCompiler(f"the compiler {cc} fails: {said or f'exit code {done.returncode}'}")
    return done.stdout


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


@cache
def _private_folder() -> Path:
    """Return a folder that nobody else can write to: in the user's cache, or for this process only."""
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = home / "in-concert" / "compiled"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if _is_ours(folder):
            return folder
    except OSError:
        pass
    own = Path(tempfile.mkdtemp(prefix="in-concert-"))
    atexit.register(shutil.rmtree, own, ignore_errors=True)
    return own


def _is_ours(path: Path) -> bool:
    found = path.lstat()
    ours = not hasattr(os, "getuid") or found.st_uid == os.getuid()
    return ours and not stat.S_ISLNK(found.st_mode) and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
