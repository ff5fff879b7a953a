"""Every kind of bad input gives a clear message at the right place, and all of them at once."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.foundation.errors import UserError
from sim.scenario.reader import read

from .conftest import BASE, ReadText, World


def line_of(content: str, part: str) -> int:
    return next(i for i, line in enumerate(content.splitlines(), 1) if part in line)


def faults_of(read_text: ReadText, content: str, **options: object) -> list[str]:
    with pytest.raises(UserError) as caught:
        read_text(content, **options)
    return [str(fault) for fault in caught.value.faults]


# (what is replaced, by what, what the one message must say)
SWAPS = [
    ("share: \"0.6", "shar: \"0.6", r"`share` is missing in fronts\.south|'shar'.*mean 'share'"),
    ("title:", "titel:", r"unknown key 'titel'.*did you mean 'title'|`title` is missing"),
    ("1/week; A07", "km; A07", r"found 'km', which is \[length\] - the unit here is '1/day'.*mismatch"),
    ("1/week; A07", "1/wek; A07", r"found unit '1/wek', which is unknown"),
    ("unit: m,", "unit: rub,", r"money is in usd"),
    ("unit: m,", "unit: m**9**9**9,", r"a unit is written like"),
    ("unit: m,", "unit: m**999999999,", r"a unit is written like"),
    ("12 km; A07", "-12 km; A07", r"found -12 km - this must be >= 0 and <= 10000 km"),
    ("12 km; A07", "12; A07", r"no unit, which is dimensionless - the unit here is 'km'"),
    ("12 km; A07", ".nan km; A07", r"a finite number is needed"),
    ("12 km; A07", "inf km; A07", r"a finite number is needed"),
    ("12 km; A07", "1e999 km; A07", r"a finite number is needed"),
    ("12 km; A07", "twelve km; A07", r"a number is needed, in digits"),
    ("12 km; A07", "12 km", r"without a source"),
    ("12 km; A07", "12 km; A08", r"unknown source 'A08'.*did you mean 'A07'"),
    ("12 km; A07", "12 km; A07; gues", r"found 'gues'.*did you mean 'guess'"),
    ("12 km; A07", "12 km; A07; guess", r"guessed numbers stay wide"),
    ("12 km; A07", "12 km; A07; law=normal", r"found law 'normal' without a range"),
    ("12 km; A07", "12 (1 .. 11) km; A07", r"must ascend"),
    ("12 km; A07", "12 (0 .. 14) km; A07; law=lognormal", r"the law lognormal needs numbers above 0"),
    ("12 km; A07", "12 (11 .. 14) km; A07; law=gaus", r"unknown law 'gaus'"),
    ("12 km; A07", "12 km; heard it said", r"no grade|no date"),
    ("12 km; A07", "12 km; heard it said; guess; 2024-13", r"found '2024-13' after the source|wide|no date"),
    ("low: 20000, ", "", r"one end of a range only|wide"),
    ("low: 20000", "low: 20 km", r"found unit 'km' - `unit` or `value` already said 'm'|found low 20 m - this must be >= 0.1"),
    ("2024-12-03: 44000", "2024-11-03: 44000", r"found 2024-11-03 after 2024-11-19 - .* must ascend"),
    ("2024-12-03: 44000", "2024-12-33: 44000", r"found '2024-12-33' - a date like"),
    ("2024-12-03: 44000", "2024-12-03: -1", r"found -1 - this must be >= 0"),
    ("2024-12-03: 44000", "2024-12-03: .nan", r"a finite number is needed"),
    ("  source: A07\n  levers", "  source: A07\n    interpolate: cubic\n  levers", r"linear or step"),
    ("gap: 0.7", "gap: 0.8", r"weights that add up to 1.1"),
    ("gap: 0.7", "gab: 0.7", r"unknown option 'gab'.*did you mean 'gap'"),
    ("start: 2024-12-01", "start: tomorrow", r"found 'tomorrow' - a date like"),
    ("start: 2024-12-01", "start: 2024-12-01, dose: 3", r"found 3 - this must be >= 0 and <= 2"),
    ("start: 2024-12-01", "start: 2024-12-01, ramp: 3 km", r"dimensional mismatch"),
    ("help: {start", "he.lp: {start", r"a name is not empty and has no dot|unknown path part 'help'"),
    ("levers.help.dose: 1", "levers.help.does: 1", r"unknown path part 'does'.*did you mean 'dose'"),
    ("levers.help.dose: 1", "lever.help.dose: 1", r"unknown path part 'lever'.*did you mean 'levers'"),
    ("levers.help.dose: 1", "levers.hepl.dose: 1", r"unknown path part 'hepl'.*did you mean 'help'"),
    ("levers.help.dose: 1", "levers.help.dose.x: 1", r"already ends at a leaf"),
    ("levers.help.dose: 1", "levers.help.dose: 5", r"found 5 - this must be >= 0 and <= 2"),
    ("levers.help.dose: 1", "fronts.north.length: -5", r"found -5 km - this must be >= 0.1 and <= 10000 km"),
    ("levers.help.dose: 1", "fronts.north.length: x -2", r"or a scaling like 'x 1.2'"),
    ("label: as it was", "label: as it was, patch: {levers.help.dose: 1}", r"the first arm is the base"),
    ("label: as it was", "lable: as it was", r"unknown key 'lable'.*did you mean 'label'"),
    ("horizon: 4 week", "horizon: 0 week", r"found 0 - this must be >= 0.01 and <= 3653"),
    ("replicates: 10", "replicates: 1.5", r"a whole number is needed"),
    ("format: 2", "format: 3", r"found format '3' - this program reads format 2"),
    ("grade: estimated", "grade: sure", r"(unknown grade|found) 'sure'"),
    ("combat:\n", "combat: 3\n  combats:\n", r"found '3' - a mapping with rate, law|unknown key 'combats'"),
    ("belts:\n        - {depth: \"3 (1 .. 6) km; A07\"}", "belts: []", r"at least one is needed"),
    ("belts:\n        - {depth: \"3 (1 .. 6) km; A07\"}", "belts: 3", r"found '3' - a list"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "said"), SWAPS, ids=[new.strip()[:40] for _, new, _ in SWAPS])
def test_one_mistake_is_named_at_its_line(read_text: ReadText, old: str, new: str, said: str) -> None:
    assert BASE.count(old) >= 1
    content = BASE.replace(old, new, 1)
    messages = faults_of(read_text, content)
    assert all(re.search(said, message) for message in messages), messages
    assert all(re.match(r".*s\.yaml:\d+:\d+: ", message) for message in messages), messages


def test_the_line_and_column_are_those_of_the_value(read_text: ReadText) -> None:
    content = BASE.replace("12 km; A07", "-12 km; A07")
    (message,) = faults_of(read_text, content)
    row = line_of(content, "-12 km")
    column = content.splitlines()[row - 1].index('"-12') + 1
    assert f"s.yaml:{row}:{column}: " in message


def test_all_mistakes_come_at_once_in_order(read_text: ReadText) -> None:
    content = BASE.replace("1/week; A07", "km; A07").replace("12 km; A07", "-12 km; A07").replace("title", "titel")
    content = content.replace("levers.help.dose", "levers.help.does").replace("A07; law=beta", "B07; law=bta")
    messages = faults_of(read_text, content)
    lines = [int(re.match(r".*?:(\d+):", message)[1]) for message in messages]  # type: ignore[index]
    assert len(messages) == 7
    assert lines == sorted(lines)


def test_a_mistake_of_the_base_is_told_once_for_all_arms(read_text: ReadText) -> None:
    assert len(faults_of(read_text, BASE.replace("12 km; A07", "-12 km; A07"))) == 1


PARTS = [
    "",
    "x",
    "-1",
    ".nan",
    "[]",
    "{}",
    "[1, {a: b}]",
    "{value: 1}",
    "{series: 3}",
    "{choose: []}",
    "null",
    "true",
    "'; ;'",
    "'1 (2 .. 3)'",
    "x 2",
    "'1 km/(day; A07'",
    "1e400",
    "9" * 500,
]


@given(
    row=st.integers(0, len(BASE.splitlines()) - 1),
    part=st.sampled_from(PARTS),
    whole=st.booleans(),
)
@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_no_mangled_line_escapes_as_another_error(read_text: ReadText, row: int, part: str, whole: bool) -> None:
    lines = BASE.splitlines()
    key, colon, _ = lines[row].partition(":")
    lines[row] = f"{key}{colon} {part}" if whole else lines[row].rpartition(" ")[0] + f" {part}"
    with contextlib.suppress(UserError):
        read_text("\n".join(lines))


PATHS = [
    "",
    ".",
    "world",
    "run",
    "arms",
    "arms.help",
    "arms.help.x",
    "fronts",
    "fronts.north.belts",
    "fronts.north.belts.0",
    "fronts.north.belts.7.depth",
    "mix",
    "mix.shell",
    "recruits",
    "title",
    "recruits.factor",
    "combat.law",
    "levers.help.start",
    "verdict.milestones",
    "sources.A07",
]
VALUES = [
    "",
    "3",
    "x 2",
    "x",
    "{}",
    "[]",
    "[1]",
    "{value: 3}",
    "{value: 3 km, source: A07}",
    "; ",
    "{series: {2024-01-01: 3}}",
    "{depth: 3}",
    "nan",
    "{a: [",
    3,
    2.5,
    float("nan"),
    None,
]


@given(
    path=st.sampled_from(PATHS),
    value=st.sampled_from(VALUES),
)
@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_no_override_escapes_as_another_error(read_text: ReadText, path: str, value: object) -> None:
    with contextlib.suppress(UserError):
        read_text(set={path: value})


YAML_MISTAKES = {
    "a tag": ("a: !!python/object:os.system x", "tags are not allowed"),
    "an own tag": ("a: !x {b: 1}", "tags are not allowed"),
    "an alias bomb": (
        "a: &a [1,1]\nb: &b [*a,*a]\nc: &c [*b,*b]\nd: [*c,*c]", "anchors are not allowed",
    ),
    "an alias": ("a: *b", "aliases are not allowed"),
    "a repeated key": ("a: 1\nb: 2\na: 3", "'a' is here twice"),
    "deep nesting": ("[" * 50_000, "nested more than 40 deep"),
    "deep blocks": ("\n".join(" " * i + "a:" for i in range(60)), "nested more than 40 deep"),
    "too many values": ("a: [" + "1," * 60_000 + "]", "more than 50000 values"),
    "two documents": ("a: 1\n---\nb: 1", "second document"),
    "a directive": ("%YAML 1.1\n---\na: 1", "directive"),
    "broken YAML": ("a: [1", "not valid YAML"),
    "a column of its own": (
        "a:\n    b: 1\n  c: 2",
        "is indented by 2 - what it stands beside is indented by 0 (as line 1) or 4 (as line 2)",
    ),
    "a column between two": (
        "a: 1\nb:\n  c:\n    d: 1\n d: 2",
        "is indented by 1 - what it stands beside is indented by 0 (as line 1) or 2 (as line 3) or 4 (as line 4)",
    ),
    "a control character": ("a: \x07", "U+0007"),
    "a list as key": ("? [a]\n: 1", "keys are plain words"),
    "a list": ("- 1", "a scenario is a mapping"),
    "nothing": ("", "is empty"),
    "comments only": ("# nothing\n", "is empty"),
}  # fmt: skip


@pytest.mark.parametrize("name", YAML_MISTAKES)
def test_unsafe_or_broken_yaml_gets_one_message(read_text: ReadText, name: str) -> None:
    content, said = YAML_MISTAKES[name]
    (message,) = faults_of(read_text, content)
    assert said in message


def one_message(path: Path) -> str:
    with pytest.raises(UserError) as caught:
        read(path, world=World)
    (fault,) = caught.value.faults
    return str(fault)


def test_a_missing_file_names_the_nearest(folder: Path) -> None:
    (folder / "claim.yaml").write_text(BASE)
    assert "no such file - did you mean 'claim.yaml'" in one_message(folder / "clam.yaml")


def test_a_folder_is_no_scenario(folder: Path) -> None:
    assert "is a folder" in one_message(folder)


def test_bytes_are_no_scenario(folder: Path) -> None:
    (folder / "b.yaml").write_bytes(b"\xff\xfe\x00\x01")
    assert "b.yaml:1:1: is not UTF-8 text - save it as UTF-8" in one_message(folder / "b.yaml")


def test_a_file_of_50_megabytes_is_refused_unread(folder: Path) -> None:
    with (folder / "big.yaml").open("wb") as stream:
        stream.truncate(50_000_000)
    assert "is 50.0 MB - at most 2 MB" in one_message(folder / "big.yaml")


def test_a_device_is_no_scenario() -> None:
    assert "not an ordinary file" in one_message(Path("/dev/null"))


class TestExtends:
    """A scenario on top of another."""

    def put(self, path: Path, content: str) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
        return path

    def test_a_child_changes_one_leaf_and_keeps_the_rest(self, folder: Path) -> None:
        self.put(folder / "base.yaml", BASE)
        child = "extends: ../base.yaml\ntitle: other\nworld: {fronts: {north: {length: '99 km; A07'}}}\n"
        both = read(self.put(folder / "sub" / "child.yaml", child), world=World)
        base = read(folder / "base.yaml", world=World)
        north = both.world().fronts["north"]
        assert (both.title, north.length.value, north.length.low) == ("other", 99.0, None)
        assert both.world().fronts["south"] == base.world().fronts["south"]
        assert north.share == base.world().fronts["north"].share

    def test_a_fault_below_is_told_in_its_own_file(self, folder: Path) -> None:
        self.put(folder / "base.yaml", BASE.replace("12 km", "-12 km"))
        message = one_message(self.put(folder / "child.yaml", "extends: base.yaml\ntitle: other\n"))
        assert f"base.yaml:{line_of(BASE, '12 km')}:" in message

    def test_a_circle_is_named(self, folder: Path) -> None:
        self.put(folder / "a.yaml", "extends: b.yaml\n")
        self.put(folder / "b.yaml", "extends: a.yaml\n")
        assert "circle: a.yaml -> b.yaml -> a.yaml" in one_message(folder / "a.yaml")

    def test_itself_is_a_circle(self, folder: Path) -> None:
        assert "circle" in one_message(self.put(folder / "a.yaml", "extends: a.yaml\n"))

    def test_a_long_chain_is_refused(self, folder: Path) -> None:
        for i in range(12):
            self.put(folder / f"{i}.yaml", f"extends: {i + 1}.yaml\n")
        assert "more than 8 files deep" in one_message(folder / "0.yaml")

    def test_a_missing_base_is_named_with_its_line(self, folder: Path) -> None:
        assert "child.yaml:2:10: found 'no.yaml'" in one_message(
            self.put(folder / "child.yaml", "title: x\nextends: no.yaml\n")
        )

    @pytest.mark.parametrize("name", ["../outside.yaml", "../../outside.yaml", "/etc/passwd", "~/x", "link.yaml"])
    def test_nothing_outside_the_folder_is_read(self, folder: Path, name: str) -> None:
        outside = self.put(folder.parent / "outside.yaml", BASE)
        (folder / "link.yaml").symlink_to(outside)
        message = one_message(self.put(folder / "child.yaml", f"extends: {name}\n"))
        assert "only files inside the folder 'scenarios'" in message

    def test_without_a_scenarios_folder_the_own_folder_is_the_limit(self, tmp_path: Path) -> None:
        self.put(tmp_path / "base.yaml", BASE)
        message = one_message(self.put(tmp_path / "deep" / "child.yaml", "extends: ../base.yaml\n"))
        assert "leads outside" in message


class TestOverrides:
    """``--set path=value``."""

    @pytest.mark.parametrize(
        ("path", "value", "said"),
        [
            ("fronts.nort.length", "5", r"--set fronts.nort.length: unknown path part 'nort'.*'north'"),
            ("run.sed", "5", r"unknown path part 'sed'.*'seed'"),
            ("run.seed", "-5", r"must be >= 0"),
            ("fronts.north.length", "5 day", r"dimensional mismatch"),
            ("arms.hepl.levers.help.dose", "1", r"unknown arm 'hepl'.*'help'"),
            ("fronts.north.length", "{a: &x 1}", r"anchors are not allowed"),
            ("fronts", "3", r"found '3' - a mapping of names"),
        ],
    )
    def test_a_wrong_override_is_named(self, read_text: ReadText, path: str, value: str, said: str) -> None:
        (message,) = faults_of(read_text, BASE, set={path: value})
        assert re.search(said, message), message
