"""Mutated scenarios, claim files, tables and ``--set`` values: each is read, or refused at its place."""

from __future__ import annotations

import os
import random
import re
import resource
import shutil
import signal
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from textwrap import dedent
from typing import Any
from unittest.mock import patch

from sim.analysis import observed
from sim.analysis.observations.checks import read_checks
from sim.analysis.observed import read as read_table
from sim.calibration.setting import read_setting, statements
from sim.foundation.errors import Fault, UserError
from sim.foundation.text import for_terminal
from sim.scenario import read
from sim.scenario.priors.posterior import load as load_posterior
from sim.scenario.reader import resolve
from sim.scenario.syntax import extends
from sim.scenario.syntax.yaml_text import parse_file, parse_text
from sim.workflows.claim_files import group_by_scenario, read_claims
from sim.workflows.options import Options
from tests.trials.common import SKIPPED, Series, Trouble, lasting_folder
from tests.trials.extremes import options
from tests.trials.mutating import OF_TABLE, OF_VALUE, OF_YAML, mutated

SHIPPED = Path(__file__).parents[2] / "scenarios"
WORLD, CLAIM, LONG = (
    "ukraine-2024-11-19.yaml",
    "claim.yaml",
    20_000,
)  # characters from which on a file is mutated less often
SECONDS, CPU = 60.0, 10.0  # for one input; the first by the clock, which a busy machine makes long
MEMORY = 1_500_000_000  # bytes that one input may take besides what the process has
WHOLE = re.compile(
    "is empty|at most .* MB|more faults|holds no table|no draws|is not an ordinary|not valid YAML|is missing"
)
"""What is said of a file as a whole, without a line."""

SUITE = "YAML_TEST_SUITE"
"""Names the folder of a copy of github.com/yaml/yaml-test-suite, for a machine that has one."""


class _OutOfTime(BaseException):
    """No exception that a reader could take for one of its own."""


@cache
def tree() -> Path:
    """Return a copy of the shipped scenarios, in which mutants may stand."""
    return Path(shutil.copytree(SHIPPED, lasting_folder("scenarios") / "scenarios"))


@contextmanager
def _mutant(beside: str, content: bytes) -> Iterator[Path]:
    """Yield a file with this content beside a shipped one; shipped files that it extends are parsed once only."""
    path = (tree() / beside).with_name(f"mutant-{os.getpid()}{Path(beside).suffix}")
    path.write_bytes(content)
    try:
        with patch.object(
            extends, "parse_file", lambda file, shown: _parsed(file, shown) if file != path else parse_file(file, shown)
        ):
            yield path
    finally:
        path.unlink(missing_ok=True)


@cache
def _parsed(file: Path, shown: str) -> Any:
    return parse_file(file, shown)


@cache
def _texts(pattern: str) -> dict[str, str]:
    """Return the shipped files of a pattern by name; of tables the beginning."""
    found = {
        path.relative_to(SHIPPED).as_posix(): path.read_text(encoding="utf-8") for path in sorted(SHIPPED.glob(pattern))
    }
    return {name: "\n".join(text.split("\n")[:60]) if name.endswith(".csv") else text for name, text in found.items()}


def scenario(rng: random.Random, folder: Path) -> None:
    """Mutate a shipped scenario, a part of the shipped world, or a calibration file."""
    name, text = _some_scenario(rng)
    content = mutated(rng, text, OF_YAML)
    reading = read_setting if "calibration" in name else read
    with _mutant(name, content) as path:
        found = answered(lambda: reading(path), content)
        if found is not None and reading is read and rng.random() < 0.2:
            _demand_round_trip(found, content)


def _some_scenario(rng: random.Random) -> tuple[str, str]:
    known = {
        name: text for name, text in _texts("**/*.yaml").items() if "claims/C" not in name and "evidence" not in name
    }
    if rng.random() < 0.4:  # a section of the world, on top of the whole
        return WORLD, f"format: 2\ntitle: a part\nextends: {WORLD}\nworld:\n{rng.choice(_sections())}"
    weights = [0.25 if len(text) > LONG else 1.0 for text in known.values()]
    return rng.choices(list(known.items()), weights)[0]


@cache
def _sections() -> list[str]:
    """Return the sections of the shipped world as they stand there."""
    body = re.split(r"^world:.*\n", _texts(WORLD)[WORLD], flags=re.MULTILINE)[1]
    body = re.split(r"^\S", body, flags=re.MULTILINE)[0]
    return [part for part in re.split(r"^(?=  [a-z_]+:)", body, flags=re.MULTILINE) if re.match("  [a-z]", part)]


def _demand_round_trip(found: Any, content: bytes) -> None:
    """Demand that the canonical text of what was read is read again as the same."""
    with _mutant(WORLD, found.text.encode("utf-8")) as path:
        again = answered(lambda: read(path), content)
    if again is None or again.text != found.text:
        raise Trouble(f"the canonical text of {_shown(content)} is refused, or read as something else")


def claim(rng: random.Random, folder: Path) -> None:
    """Mutate a claim file; read it, and now and then join it with its scenario."""
    name, text = rng.choice(list(_texts("claims/*.yaml").items()))
    content = mutated(rng, text, OF_YAML)
    joining = rng.random() < 0.2

    def reading() -> Any:
        claims = read_claims([path])
        return group_by_scenario(claims, Options()) if joining else claims

    with _mutant(name, content) as path:
        answered(reading, content)


def table(rng: random.Random, folder: Path) -> None:
    """Mutate a table of observations, checks or draws."""
    name, text = rng.choice(list(_texts("history/*.csv").items()))
    content = mutated(rng, text, OF_TABLE)
    own = {"posterior": load_posterior, "arithmetic": read_checks, "manpower": statements}.get(Path(name).stem)
    reading = own if own and rng.random() < 0.7 else lambda file: observed.describe(read_table(file))
    with _mutant(name, content) as path:
        answered(lambda: reading(path), content)


def setting(rng: random.Random, folder: Path) -> None:
    """Set one to three inputs, or what is none, to mutated values."""
    changes = []
    for path, value in rng.choices(options(), k=rng.choice((1, 1, 2, 3))):
        lead = rng.choice(
            ("", "", "", "run.", "verdict.", "world.", *(f"arms.{name}." for name in _document()["arms"]))
        )
        whole = rng.random() < 0.3
        said = mutated(rng, f"{lead}{path}={value}" if whole else str(value), OF_VALUE).decode(
            "utf-8", "surrogateescape"
        )
        changes.append(said if whole else f"{lead}{path}={said}")
    answered(lambda: resolve(_document(), tree() / CLAIM, changes), repr(changes).encode(), lines=False)


@cache
def _document() -> Any:
    return extends.read_chain(tree() / CLAIM)


def yaml_suite(rng: random.Random, folder: Path) -> None:
    """Read every input of the public YAML test suite, and a mutant of each: as YAML, and as a scenario."""
    for text in suite():
        for content in (text.encode("utf-8", "surrogatepass"), mutated(rng, text, OF_YAML)):
            answered(lambda content=content: parse_text(content.decode("utf-8", "replace"), "suite.yaml"), content)
            with _mutant(WORLD, content) as path:
                answered(lambda path=path: read(path), content)


@cache
def suite() -> tuple[str, ...]:
    """Return the inputs of the public YAML test suite, a text each; none where it is not at hand."""
    place = os.environ.get(SUITE)
    if not place:
        return ()
    found = [path.read_text(encoding="utf-8") for path in sorted(Path(place).rglob("in.yaml"))]
    for path in sorted(Path(place).rglob("src/*.yaml")):  # the form in which the suite is edited
        blocks = re.findall(r"^  yaml: \|.*\n((?:    .*\n|\n)*)", path.read_text(encoding="utf-8"), re.MULTILINE)
        for sign, meant in (("␣", " "), ("———»", "\t"), ("↵", ""), ("∎\n", "")):
            blocks = [block.replace(sign, meant) for block in blocks]
        found += map(dedent, blocks)
    return tuple(found)


def suite_means() -> str:
    """Return whether the suite is at hand."""
    return f"{len(suite())} inputs" if suite() else f"{SKIPPED}{SUITE} names no copy of it"


def answered(reading: Callable[[], Any], content: bytes, lines: bool = True) -> Any:
    """Return what a reading returns, None where it refuses with a place.

    Raises
    ------
    Trouble
        If it raises anything else, takes too long or too much memory, warns of numbers, or refuses without a place.
    """
    began = time.process_time()
    try:
        with _limited(), warnings.catch_warnings():
            warnings.simplefilter("error", RuntimeWarning)
            found = reading()
    except UserError as error:
        for fault in error.faults:
            _demand_plain(fault, content, lines)
        found = None
    except _OutOfTime:
        raise Trouble(f"hangs, {SECONDS:g} s: {_shown(content)}") from None
    except (Exception, SystemExit) as error:
        last = error.__traceback__
        while last is not None and last.tb_next is not None:
            last = last.tb_next
        where = f"{Path(last.tb_frame.f_code.co_filename).name}:{last.tb_lineno}" if last else ""
        raise Trouble(f"{type(error).__name__} at {where}, {error!s:.200}: {_shown(content)}") from error
    if (used := time.process_time() - began) > CPU:
        raise Trouble(f"takes {used:.0f} s: {_shown(content)}")
    return found


def _demand_plain(fault: Fault, content: bytes, lines: bool) -> None:
    """Demand that a fault names its place and is a sentence or two for a terminal."""
    text = str(fault)
    if fault.file is None and (lines or not text.startswith("--set ")):
        raise Trouble(f"no file in {text!r:.300}: {_shown(content)}")
    if lines and fault.line is None and not WHOLE.search(fault.message):
        raise Trouble(f"no line in {text!r:.300}: {_shown(content)}")
    if not fault.message.strip() or len(text) > 2000 or "\n" in text or text != for_terminal(text):
        raise Trouble(f"a message of {len(text)} characters, {text!r:.300}: {_shown(content)}")
    if re.search(r"<class |<sim\.|object at 0x|Traceback|NoneType", text):
        raise Trouble(f"not for people: {text!r:.300}: {_shown(content)}")


@contextmanager
def _limited() -> Iterator[None]:
    """Bound the time and the memory of the body."""

    def stop(*_: Any) -> None:
        raise _OutOfTime

    before = signal.signal(signal.SIGALRM, stop)
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    if sys.platform == "linux":
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        most = pages * resource.getpagesize() + MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
        signal.signal(signal.SIGALRM, before)


def _shown(content: bytes) -> str:
    """Return how a content can be distinguished from others; the trial's number makes it again."""
    return f"{content[:60]!r}, {len(content)} bytes"


_DEMANDED = (
    "a value, or a refusal that names file and line in words for people; no other exception, no numerical warning, "
    "at most 60 s and 1.5 GB"
)
SERIES = (
    Series(
        "scenarios",
        "shipped scenarios mutated: bytes, lines, words, keys, numbers, units, indentation, characters, anchors",
        _DEMANDED + "; the canonical text of what is read is read as the same",
        10_000,
        40,
        scenario,
        apart=True,
    ),
    Series("claims", "shipped claim files mutated likewise", _DEMANDED, 2_000, 30, claim, apart=True),
    Series(
        "tables",
        "shipped tables mutated: cells, separators, quotes, line ends, and as above",
        _DEMANDED,
        2_000,
        60,
        table,
        apart=True,
    ),
    Series(
        "set-values",
        "values of `--set` mutated",
        "a value, or a refusal that names the `--set`; else as above",
        2_000,
        20,
        setting,
        apart=True,
    ),
    Series(
        "yaml-suite",
        "all inputs of the public YAML test suite, and a mutant of each",
        _DEMANDED,
        5,
        1,
        yaml_suite,
        suite_means,
        apart=True,
    ),
)
