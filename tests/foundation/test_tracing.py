"""Functions on arrays run on symbols, and what is compiled of them does to each lane what numpy does."""

import errno
import os
import stat
import subprocess
import sys
import threading

import numpy as np
import pytest
from scipy.special import ndtr

from sim.foundation import machine_code
from sim.foundation.lanes import add_up
from sim.foundation.machine_code import Carried, NoCompiler, Program, compiled, try_out
from sim.foundation.tracing import OF_DAY, NotTraceable, Trace, as_nodes, symbols

try:
    try_out()
    WHY_NOT = ""
except NoCompiler as reason:
    WHY_NOT = str(reason)

needs_compiler = pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT)

SPECIAL = [0.0, -0.0, 1.0, -1.5, 0.3, 7.25, 1e-9, -300.0, 650.0, np.inf, -np.inf, np.nan]


def run(program, given, days=1, scalars=None, before=None):
    """Run a program on inputs, (input, lane), in the order of their keys; return what it makes, (carried, lane)."""
    lanes = given.shape[1]
    rows = [np.ascontiguousarray(given[key[0]]) for key in program.fixed]
    made = np.zeros((program.carried, lanes))
    state = np.zeros_like(made) if before is None else before

    def addresses(arrays):
        return np.array([array.ctypes.data for array in arrays], dtype=np.uint64)

    numbers = np.zeros((days, len(program.of_day))) if scalars is None else np.asarray(scalars, dtype=float)
    tables = np.zeros((days, 0), dtype=np.uint64)
    column = np.zeros(lanes, dtype=np.int64)
    program.run(lanes, addresses(rows), addresses(list(state)), addresses(list(made)), column, tables, numbers)
    return made


def program_of(function, inputs):
    """Trace a function of some arrays, (lane,) each, and compile what it returns, an array or a list of such."""
    trace = Trace()
    found = function(*(symbols([trace.input((number,))]) for number in range(inputs)))
    ends = as_nodes(found, trace).reshape(-1)
    return Program(trace, [Carried(None, end) for end in ends], lambda key: False)


def pairs():
    """Return every pair of special values, (2, lane)."""
    return np.array([(a, b) for a in SPECIAL for b in SPECIAL]).T.copy()


EXACT = {
    "add": lambda a, b: a + b,
    "subtract": lambda a, b: a - b,
    "multiply": lambda a, b: a * b,
    "divide": lambda a, b: a / b,
    "maximum": np.maximum,
    "minimum": np.minimum,
    "maximum of a constant": lambda a, b: np.maximum(a, 0.3) + np.maximum(-1.0, b),
    "clip": lambda a, b: np.clip(a, -1.0, 7.0),
    "absolute": lambda a, b: np.abs(a) - np.abs(b),
    "floor": lambda a, b: np.floor(a),
    "square root": lambda a, b: np.sqrt(np.abs(a)),
    "negative": lambda a, b: -a,
    "less": lambda a, b: np.where(a < b, a, b),
    "less or equal": lambda a, b: np.where(a <= b, 1.0, 2.0),
    "greater": lambda a, b: np.where(a > b, 1.0, 2.0),
    "greater or equal": lambda a, b: np.where(a >= b, 1.0, 2.0),
    "equal": lambda a, b: np.where(a == b, 1.0, 2.0),
    "not equal": lambda a, b: np.where(a != b, 1.0, 2.0),
    "both, or not": lambda a, b: np.where((a > 0.0) & ~(b > 0.0) | (a == b), 1.0, 2.0),
    "finite": lambda a, b: np.where(np.isfinite(a), 1.0, 2.0),
    "a choice of truths": lambda a, b: np.where(np.where(a > b, a > 0.0, b > 0.0), a, b),
    "select": lambda a, b: np.select([a > 1.0, b > 1.0], [a, 2.0 * b], a - b),
    "rows": lambda a, b: add_up(np.stack([a, b, a * b])) - np.stack([a, b]).max(axis=0),
}


@needs_compiler
@pytest.mark.parametrize("name", EXACT)
def test_arithmetic_and_choices_are_those_of_numpy_to_the_bit(name):
    given = pairs()
    with np.errstate(all="ignore"):
        right = EXACT[name](*given)
    made = run(program_of(EXACT[name], 2), given)[0]
    assert np.array_equal(made, right, equal_nan=True)


@needs_compiler
@pytest.mark.parametrize("name", ["exp", "exp2", "expm1", "log", "log2", "log10", "log1p"])
def test_elementary_functions_are_those_of_numpy_but_for_the_last_bits(name):
    function = getattr(np, name)
    given = np.array([[*SPECIAL, *np.linspace(-20.0, 20.0, 997), *np.geomspace(1e-12, 1e12, 501)]])
    with np.errstate(all="ignore"):
        right = function(given[0])
    made = run(program_of(function, 1), given)[0]
    np.testing.assert_allclose(made, right, rtol=2e-15, atol=0.0, equal_nan=True)


@needs_compiler
def test_the_normal_distribution_keeps_its_tails():
    given = np.linspace(-37.0, 37.0, 1001)[None]
    np.testing.assert_allclose(run(program_of(ndtr, 1), given)[0], ndtr(given[0]), rtol=1e-12)


def mixed(a, b):
    """Return something of everything."""
    share = np.where(a > b, np.exp(-np.abs(a)), ndtr(b)) / np.maximum(np.abs(b), 0.1)
    return add_up(np.stack([share, np.log(np.abs(a) + 1.0), np.minimum(a * b, 3.0)]))


@needs_compiler
@pytest.mark.parametrize("lanes", [1, 2, 7, 8, 9, 63, 64, 65, 130])
def test_a_lane_alone_equals_the_lane_in_company_to_the_bit(lanes):
    given = np.random.default_rng(3).normal(size=(2, 130))
    program = program_of(mixed, 2)
    whole = run(program, given)[0]
    assert run(program, given[:, -lanes:].copy())[0].tobytes() == whole[-lanes:].tobytes()


@needs_compiler
def test_days_in_a_row_are_single_days_one_after_the_other():
    trace = Trace({("today",): 0.0})
    held, pace = trace.input((0,)), trace.input((1,))
    day = symbols(trace.input(("today",), OF_DAY))
    now = symbols([held])
    after = now + np.exp(-np.abs(now)) * symbols([pace]) / (1.0 + day)
    program = Program(trace, [Carried(held, as_nodes(after, trace)[0])], lambda key: False)
    given = np.random.default_rng(5).normal(size=(2, 21))

    def of_day(day):
        return [trace.value_of(node, {("today",): float(day)}) for node in program.of_day]

    at_once = run(program, given, 4, [of_day(day) for day in range(4)], before=given[:1].copy())
    singly = given[:1].copy()
    for one in range(4):
        singly = run(program, given, 1, [of_day(one)], before=singly)
    assert at_once.tobytes() == singly.tobytes()
    right = given[0]
    for one in range(4):
        right = right + np.exp(-np.abs(right)) * given[1] / (1.0 + one)
    np.testing.assert_allclose(at_once[0], right, rtol=1e-14)


@needs_compiler
@pytest.mark.parametrize("rounds", [1, 2, 3, 4, 9, 40])
def test_rounds_on_one_day_are_single_rounds_whenever_each_lane_settles(rounds):
    """Lanes settle in different rounds, or never; zeros that only change their sign have not settled."""
    trace = Trace()
    held, pace, most = (trace.input((number,)) for number in range(3))
    now, rate, ceiling = (symbols([one]) for one in (held, pace, most))
    after, seen = np.where(now == 0.0, -now, np.minimum(now + rate, ceiling)), np.sqrt(now * now) + rate
    carried = [Carried(held, as_nodes(after, trace)[0]), Carried(None, as_nodes(seen, trace)[0])]
    program = Program(trace, carried, lambda key: False, one_day=True)
    # eight lanes go together: of those that change sign, that settle, and that never compare equal each have their own
    begun = [0.0, -0.0, *[0.0] * 6, *np.linspace(0.5, 2.0, 8), np.nan, *np.linspace(3.0, 9.0, 4)]
    given = np.array([begun, np.linspace(0.0, 0.7, 21), np.linspace(1.0, 9.0, 21)])

    at_once = run(program, given, rounds, before=given[:2].copy())
    singly = given[:2].copy()
    for _ in range(rounds):
        singly = run(program, given, 1, before=singly)
    assert at_once.tobytes() == singly.tobytes()


@needs_compiler
@pytest.mark.parametrize("one_day", [False, True])
@pytest.mark.parametrize("seed", range(6))
def test_what_a_day_writes_early_is_not_read_where_the_old_number_is_meant(seed, one_day):
    """Of random days: each number of the state becomes an operation, another's old number, its own, a constant or an input."""
    random = np.random.default_rng(seed)
    states, inputs, days = 7, 3, 4
    trace = Trace({("today",): 0.0})
    nodes = [trace.input((number,)) for number in range(states + inputs)]
    if not one_day:
        nodes.append(trace.input(("today",), OF_DAY))
    nodes += [trace.constant(0.25), trace.apply("greater", nodes[0], nodes[1])]
    for _ in range(25):
        kinds = ("add", "multiply", "subtract", "maximum", "where")
        kind, args = random.choice(kinds), [nodes[one] for one in random.integers(len(nodes) - 1, size=2)]
        plain = [one if not one.truth else trace.apply("where", one, *nodes[:2]) for one in args]
        condition = [trace.apply("less", *plain)] if kind == "where" else []
        nodes.append(trace.apply(str(kind), *condition, *plain))
    ends = [nodes[random.integers(len(nodes) if k % 2 else states + 2)] for k in range(states)]
    program = Program(trace, [Carried(nodes[k], ends[k]) for k in range(states)], lambda key: False, one_day=one_day)

    given = random.normal(scale=0.5, size=(states + inputs, 13))
    begun = given[:states].copy()
    scalars = [[trace.value_of(node, {("today",): float(day)}) for node in program.of_day] for day in range(days)]
    made = run(program, given, days, scalars, before=begun.copy())

    held = begun
    for day in range(days):
        known = {(k,): held[k] if k < states else given[k] for k in range(states + inputs)} | {("today",): float(day)}
        held = np.array([np.broadcast_to(trace.value_of(end, known), (13,)) for end in ends], dtype=float)
    assert np.array_equal(made, held)


def test_equal_operations_are_one_and_constants_are_worked_out():
    trace = Trace()
    x = symbols([trace.input(("x",))])
    twice = np.exp(x * 2.0) + np.exp(2.0 * x)
    names = [node.name for node in trace.needed(as_nodes(twice, trace).flat)]
    assert names.count("exp") == 1
    fixed = np.exp(symbols([trace.constant(0.0)])) + 1.0
    assert as_nodes(fixed, trace)[0].value == 2.0
    assert as_nodes(np.where(symbols([trace.constant(True)]), x, np.log(x)), trace)[0] is as_nodes(x, trace)[0]


@pytest.mark.parametrize(
    ("does", "words"),
    {
        "branches": (lambda x: 1.0 if x > 0.0 else 2.0, "branch"),
        "adds up lanes": (lambda x: x.sum(), "reduce"),
        "takes the greatest lane": (lambda x: x.max(), "over lanes"),
        "writes in place": (lambda x: np.add(x, 1.0, out=x), "out"),
        "needs numbers": (lambda x: float(x[0]), "number"),
        "sorts": (lambda x: np.sort(x), "sort"),
        "is unknown": (lambda x: np.cos(x), "cos"),
        "takes what remains": (lambda x: x % 7.0, "remainder"),
    }.values(),
)
def test_what_has_no_meaning_for_a_lane_is_refused(does, words):
    with pytest.raises(NotTraceable, match=words):
        does(symbols([Trace().input(("x",))]))


def test_a_branch_on_the_day_is_a_guard():
    trace = Trace({("today",): 3.0})
    day = symbols(trace.input(("today",), OF_DAY))
    assert bool(day % 7 < 5.0)
    assert [trace.holds({("today",): float(other)}) for other in (0, 4, 5, 6, 7, 11)] == [
        True,
        True,
        False,
        False,
        True,
        True,
    ]


# --- compiling -------------------------------------------------------------------------------------------------


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """Keep what is compiled in a folder of the test."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    machine_code.compiler.cache_clear()
    yield tmp_path / "in-concert" / "compiled"
    machine_code.compiler.cache_clear()


SOURCE = "int run(void) { return 42; }\n"


def answer(source=SOURCE):
    """Compile a text whose function takes nothing, and return what it returns."""
    function = compiled(source)
    function.argtypes = []
    return function()


def kept(folder):
    """Return the libraries in the cache."""
    return sorted(folder.glob("*.so"))


@needs_compiler
def test_a_program_is_compiled_once(elsewhere):
    assert answer() == 42
    [first] = kept(elsewhere)
    made = first.stat().st_ino
    assert answer() == 42
    assert first.stat().st_ino == made
    assert answer(SOURCE.replace("42", "43")) == 43
    assert len(kept(elsewhere)) == 2
    assert stat.S_IMODE(elsewhere.stat().st_mode) == 0o700


@needs_compiler
def test_nothing_is_loaded_that_others_could_have_written(elsewhere):
    answer()
    [first] = kept(elsewhere)
    compiled(SOURCE.replace("42", "43"))
    [other] = set(kept(elsewhere)) - {first}
    other.replace(first)
    first.chmod(0o777)
    assert answer() == 42, "what others can write to is made anew"
    elsewhere.chmod(0o777)
    assert answer(SOURCE.replace("42", "44")) == 44
    assert len(kept(elsewhere)) == 1, "nothing is kept where others can write"


@needs_compiler
@pytest.mark.parametrize("text", [b"", b"not a library", b"\x7fELF"], ids=["empty", "text", "cut off"])
def test_a_damaged_library_is_made_anew(elsewhere, text):
    source = SOURCE.replace("42", f"{len(text)}")
    elsewhere.mkdir(parents=True, mode=0o700)
    first = answer(source)
    [library] = kept(elsewhere)
    library.unlink()
    library.write_bytes(text)
    library.chmod(0o700)
    assert answer(source) == first == len(text)
    assert kept(elsewhere)[0].stat().st_size > len(text)


@needs_compiler
@pytest.mark.parametrize("refusal", [errno.EROFS, errno.ENOSPC, errno.EACCES], ids=errno.errorcode.get)
def test_a_cache_that_takes_nothing_is_done_without(elsewhere, monkeypatch, refusal):
    """A disk that is full or read-only, or from which nothing may be executed."""
    made = machine_code.tempfile.TemporaryDirectory

    def refuses(*args, dir=None, **more):
        if dir is not None:
            raise OSError(refusal, os.strerror(refusal), str(dir))
        return made(*args, **more)

    monkeypatch.setattr(machine_code.tempfile, "TemporaryDirectory", refuses)
    assert answer() == 42
    assert kept(elsewhere) == []


@needs_compiler
def test_without_a_cache_or_a_temporary_folder_the_reason_is_told(elsewhere, monkeypatch):
    def refuses(*args, **more):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(machine_code.tempfile, "TemporaryDirectory", refuses)
    with pytest.raises(NoCompiler, match="No space left"):
        answer()


@needs_compiler
def test_programs_that_start_together_compile_once_and_load_whole_libraries(elsewhere):
    script = (
        f"import sys; sys.path[:0] = {sys.path!r}\n"
        "from sim.foundation.machine_code import compiled\n"
        "function = compiled(sys.argv[1]); function.argtypes = []; print(function())"
    )
    some = [
        subprocess.Popen([sys.executable, "-c", script, SOURCE], stdout=subprocess.PIPE, text=True) for _ in range(3)
    ]
    assert [one.communicate()[0].strip() for one in some] == ["42"] * 3
    assert len(kept(elsewhere)) == 1


@needs_compiler
def test_a_large_program_needs_no_large_stack():
    """A world of many fronts, played by a thread of a cluster's worker."""
    rows, found = 1500, []
    program = program_of(lambda x: [x + float(row) for row in range(rows)], 1)
    before = threading.stack_size(256 * 1024)
    try:
        thread = threading.Thread(target=lambda: found.append(run(program, np.ones((1, 3)))))
        thread.start()
        thread.join()
    finally:
        threading.stack_size(before)
    assert np.array_equal(found[0], 1.0 + np.arange(rows)[:, None] * np.ones(3))


def test_windows_is_numpys(monkeypatch):
    machine_code.compiler.cache_clear()
    monkeypatch.setattr(machine_code.sys, "platform", "win32")
    with pytest.raises(NoCompiler, match="Windows"):
        machine_code.compiler()
    machine_code.compiler.cache_clear()


@needs_compiler
def test_a_failing_compiler_is_told_in_one_line(elsewhere, tmp_path, monkeypatch):
    with pytest.raises(NoCompiler) as failed:
        compiled("this is no C")
    assert "fails" in str(failed.value)
    assert "\n" not in str(failed.value)
    broken = tmp_path / "broken-cc"
    broken.write_text("#!/bin/sh\necho 'out of luck' >&2\necho more >&2\nexit 3\n")
    broken.chmod(0o755)
    monkeypatch.setenv("CC", str(broken))
    machine_code.compiler.cache_clear()
    with pytest.raises(NoCompiler, match=r"broken-cc fails: out of luck$"):
        compiled(SOURCE)
    crashing = tmp_path / "crashing-cc"
    crashing.write_text("#!/bin/sh\nkill -SEGV $$\n")
    crashing.chmod(0o755)
    monkeypatch.setenv("CC", str(crashing))
    machine_code.compiler.cache_clear()
    with pytest.raises(NoCompiler, match=r"crashing-cc fails: exit code -11$"):
        compiled(SOURCE)
    hanging = tmp_path / "hanging-cc"
    hanging.write_text("#!/bin/sh\nexec sleep 60\n")
    hanging.chmod(0o755)
    monkeypatch.setenv("CC", str(hanging))
    monkeypatch.setattr(machine_code, "PATIENCE", 0.2)
    machine_code.compiler.cache_clear()
    with pytest.raises(NoCompiler, match=r"hanging-cc does not come to an end$"):
        compiled(SOURCE)


def test_no_compiler_is_said_so(elsewhere, monkeypatch):
    monkeypatch.setenv("PATH", os.devnull)
    monkeypatch.delenv("CC", raising=False)
    machine_code.compiler.cache_clear()
    with pytest.raises(NoCompiler, match="no C compiler was found"):
        compiled(SOURCE)
