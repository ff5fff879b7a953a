"""Traced operations as a text of C, in vectors of eight lanes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from sim.foundation.tracing import CONSTANT, OF_DAY, OF_LANE, Node

_HEAD = r"""
#include <math.h>
#include <stdlib.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif
#define N 8
#define T @T@ /* groups whose rows are read in one go: a row is a page, and pages come dear */
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
static inline int alike(I x) { for (int i = 1; i < N; i++) if (x[i] != x[0]) return 0; return 1; }
static inline int any(I x) { for (int i = 0; i < N; i++) if (x[i]) return 1; return 0; }
static void fetch(V *to, const double *const *from, long rows, long at, long left, long groups) {
  for (long i = 0; i < rows; i++) {
    if (i + 8 < rows && from[i + 8]) /* rows are pages apart, which the processor does not foresee */
      for (long g = 0; g < groups; g++) __builtin_prefetch(from[i + 8] + at + N * g);
    for (long g = 0; g < groups; g++) to[rows * g + i] = from[i] ? load(from[i] + at + N * g, left - N * g) : ALL(0.0); } }
static void look_up(V *to, const double *const *from, long rows, I group) {
  if (alike(group)) for (long i = 0; i < rows; i++) to[i] = ALL(from[i][group[0]]); /* as a rule: lanes of one arm */
  else for (long i = 0; i < rows; i++) to[i] = gather(from[i], group); }
"""

T = 4  # groups of lanes that are fetched together, each group in a contiguous piece
_INFIX = {"add": "+", "subtract": "-", "multiply": "*", "divide": "/"}
CALLS = {"exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "ndtr"}
_NAMES = {"sqrt": "root", "floor": "down", "isfinite": "isfinite_"}
"""Operations that are written between their arguments; those of the C library, by their names here; and other names."""


class Text:
    """The text of a program: `once`, what stays as it is over the days; `day`; and `run`, which goes over lanes and days.

    Parameters
    ----------
    nodes : sequence of Node
        All operations, in order.
    ends : sequence of Node
        What the day makes of each scalar of the state.
    state : mapping of int to int
        The scalar of the state that an input is, by the node's number.
    fixed, dated, of_day : sequence of Node
        Inputs that stay as they are, those that are read from tables, and what depends on the day alone.
    changing : set of int
        Numbers of the nodes that may change from day to day.
    one_day : bool
        Whether all that is played is one day, again and again: where it leaves what it reads as it was, to the bit, it has
        nothing more to do.
    """

    def __init__(
        self,
        nodes: Sequence[Node],
        ends: Sequence[Node],
        state: Mapping[int, int],
        fixed: Sequence[Node],
        dated: Sequence[Node],
        of_day: Sequence[Node],
        changing: set[int],
        one_day: bool,
    ) -> None:
        self.ends, self.state = ends, state
        self.fixed, self.dated, self.of_day = _places(fixed), _places(dated), _places(of_day)
        lane = [node for node in nodes if node.level == OF_LANE and node.name != "input"]
        # counted anew, so that worlds whose programs do the same have the same text, which is compiled once
        self.names = {node.number: f"t{place}" for place, node in enumerate(lane)}
        self.once = [node for node in lane if node.number not in changing]
        self.daily = [node for node in lane if node.number in changing]
        used = {arg.number for node in self.daily for arg in node.args} | {end.number for end in ends}
        self.handed = [node for node in self.once if node.number in used]
        self.kept = _places(self.handed)
        self.one_day = one_day
        self.read = [place for number, place in state.items() if number in used and ends[place].number != number]

    def whole(self) -> str:
        """Return the whole text."""
        return "".join([_HEAD.replace("@T@", str(T)), *self._once(), *self._day(), *self._run()])

    def _once(self) -> Iterator[str]:
        yield "static __attribute__((noinline)) void once(const V *restrict x, V *restrict h, const V *restrict q, "
        yield "const double *restrict c) {\n"
        made = [(node.number, _as_number(node, self.names[node.number])) for node in self.handed]
        kept = {number: [f"  h[{place}] = {value};\n"] for place, (number, value) in enumerate(made)}
        yield from self._body(self.once, kept)
        yield "}\n"

    def _day(self) -> Iterator[str]:
        yield "static __attribute__((noinline)) int day(const V *restrict x, const V *restrict h, "
        yield "const V *restrict q, const double *restrict c, V *restrict s) {\n"
        if self.one_day:
            yield "  I changed = {0};\n"
        first, due = self._stores()
        yield from first
        yield from self._body(self.daily, due)
        yield f"  return {'any(changed)' if self.one_day else '1'};\n}}\n"

    def _stores(self) -> tuple[list[str], dict[int, list[str]]]:
        """Return what writes the state: lines that stand before all operations, and lines after an operation, by its number.

        Each scalar is written as soon as its new value is there and nothing more asks for the old one: held back to the end
        they would all be moved to the stack and from there.
        """
        order = {node.number: place for place, node in enumerate(self.daily)}
        asked = {self.state[arg.number]: node for node in self.daily for arg in node.args if arg.number in self.state}
        first: list[str] = []
        due: dict[int, list[str]] = {}
        for place, end in enumerate(self.ends):
            if self.state.get(end.number) == place:
                continue
            value = _as_number(end, self.names[end.number] if end.number in order else self._value(end, set()))
            if end.number in self.state:  # what is carried over into another place is read before anything is written
                first.insert(0, f"  const V e{place} = {value};\n")
                value = f"e{place}"
            after = [
                order[node.number] for node in (end, asked.get(place)) if node is not None and node.number in order
            ]
            line = self._store(place, value)
            if after:
                due.setdefault(self.daily[max(after)].number, []).append(line)
            else:
                first.append(line)
        return first, due

    def _store(self, place: int, value: str) -> str:
        if self.one_day and place in self.read:
            return f"  {{ const V e = {value}; changed |= (I)e ^ (I)s[{place}]; s[{place}] = e; }}\n"
        return f"  s[{place}] = {value};\n"

    def _run(self) -> Iterator[str]:
        fixed, dated, of_day, ends = len(self.fixed), len(self.dated), len(self.of_day), len(self.ends)
        size = T * (fixed + ends) + len(self.kept) + dated + 1
        yield f"""int run(long lanes, long days, const double *const *fixed, const double *const *before,
         double *const *after, const long long *column, const double *const *dated, const double *scalars) {{
  void *room; /* not on the stack: a world of many fronts would not fit, least of all in a thread */
  if (posix_memalign(&room, sizeof(V), {size} * sizeof(V))) return 1;
  V *x = room, *s = x + T * {fixed}, *h = s + T * {ends}, *q = h + {len(self.kept)};
  for (long at = 0; at < lanes; at += N * T) {{
    const long left = lanes - at, groups = left < N * T ? (left + N - 1) / N : T;
    fetch(x, fixed, {fixed}, at, left, groups);
    fetch(s, before, {ends}, at, left, groups);
    for (long g = 0; g < groups; g++) {{
      const I group = places(column + at + N * g, left - N * g);
      look_up(q, dated, {dated}, group);
      once(x + {fixed} * g, h, q, scalars);
      for (long d = 0; d < days; d++) {{
        if (d) look_up(q, dated + d * {dated}, {dated}, group);
        if (!day(x + {fixed} * g, h, q, scalars + d * {of_day}, s + {ends} * g)) break;
      }}
    }}
    for (long i = 0; i < {ends}; i++)
      for (long g = 0; g < groups; g++) store(after[i] + at + N * g, s[{ends} * g + i], left - N * g);
  }}
  free(room);
  return 0;
}}
"""

    def _body(self, some: Sequence[Node], due: Mapping[int, Sequence[str]]) -> Iterator[str]:
        """Print operations, and after each what is due then."""
        inside: set[int] = set()
        for node in some:
            args = [self._value(arg, inside) for arg in node.args]
            yield f"  const {'B' if node.truth else 'V'} {self.names[node.number]} = {_operation(node, args)};\n"
            yield from due.get(node.number, ())
            inside.add(node.number)

    def _value(self, node: Node, inside: set[int]) -> str:
        """Return the text of a value: a constant, a name, or where it stands."""
        if node.level == CONSTANT:
            return _constant(node)
        if node.level == OF_DAY:
            return f"{'TRUTH' if node.truth else 'ALL'}(c[{self.of_day[node.number]}])"
        if node.number in inside:
            return self.names[node.number]
        stands = (("s[", self.state), ("x[", self.fixed), ("q[", self.dated), ("h[", self.kept))
        found = next(f"{name}{places[node.number]}]" for name, places in stands if node.number in places)
        return f"not_equal({found}, ALL(0.0))" if node.truth else found


def _as_number(node: Node, found: str) -> str:
    """Return the text of a value as a number: 1 for what is true."""
    return f"where({found}, ALL(1.0), ALL(0.0))" if node.truth else found


def _places(nodes: Sequence[Node]) -> dict[int, int]:
    return {node.number: place for place, node in enumerate(nodes)}


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
    name = f"v_{node.name}" if node.name in CALLS else _NAMES.get(node.name, node.name)
    return f"{name}({', '.join(args)})"
