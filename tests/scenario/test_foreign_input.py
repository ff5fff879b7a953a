"""Input as other programs and other people write it: read rightly, or refused in its place; never a traceback."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from ruamel.yaml import YAML

from sim.foundation import noise, units
from sim.foundation.errors import MachineError, UserError, nearest
from sim.scenario.reader import read
from sim.scenario.syntax import quantity
from sim.scenario.syntax.quantity import Wrong, is_date, read_quantity, unit_factor
from sim.scenario.syntax.yaml_text import parse_text
from tests.scenario.conftest import BASE, ReadText, World


def faults_in(text: str) -> list[str]:
    """Return the messages for a YAML text, without the name of the file."""
    with pytest.raises(UserError) as error:
        parse_text(text, "f.yaml")
    return [str(fault).removeprefix("f.yaml:") for fault in error.value.faults]


class TestCharacters:
    def test_a_pair_of_surrogates_is_the_character(self, read_text: ReadText) -> None:
        made = read_text(BASE.replace("title: a small war", r'title: "a \ud83d\ude80 war"'))
        assert made.title == "a \U0001f680 war"
        made.text.encode("utf-8")

    def test_half_a_pair_is_refused_in_its_place(self) -> None:
        (message,) = faults_in('a: 1\ntitle: "x \\ud83d"\n')
        assert message.startswith("2:8: found half of a surrogate pair")

    def test_an_escape_sequence_is_text_from_the_moment_it_is_read(self, read_text: ReadText) -> None:
        made = read_text(BASE.replace("title: a small war", r'title: "\e[31mred\e[0m"'), set={})
        assert made.title == r"\x1b[31mred\x1b[0m"

    def test_an_escape_sequence_in_a_message_is_text(self) -> None:
        with pytest.raises(UserError) as error:
            read("\x1b[31mno.yaml")
        assert "\x1b" not in str(error.value)
        assert r"\x1b[31mno.yaml" in str(error.value)

    @pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
    def test_lines_end_at_line_feeds_and_carriage_returns_only(self, end: str) -> None:
        (message,) = faults_in(f"a: x\u2028y{end}b: x\u2029y{end}c: 'd' e{end}")
        assert message.startswith("3:8: ")


class TestSyntax:
    @pytest.mark.parametrize(
        "text", ["%YAML 1.3\n---\na: 1\n", "# c\n\n%FOO x\n---\na: 1\n", "a: 1\n...\n%YAML 1.9\n---\n"]
    )
    def test_a_directive_is_refused_in_its_place(self, text: str) -> None:
        (message,) = faults_in(text)
        assert message.startswith(f"{text[: text.index('%')].count(chr(10)) + 1}:1: found a directive")

    def test_a_percent_sign_in_a_text_is_no_directive(self) -> None:
        assert parse_text('a: |\n  x\n  %y\nb: "%z"\n', "f")["b"].value == "%z"

    @pytest.mark.parametrize(
        ("text", "place"), [("a: 1\ntitle:\nb: 2\n", (2, 1)), ("a:\n  title:\n\n\nb: 2\n", (2, 3))]
    )
    def test_nothing_stands_where_its_key_does(self, text: str, place: tuple[int, int]) -> None:
        node = parse_text(text, "f")
        assert node.get("title", node["a"]["title"] if place[0] == 2 and place[1] == 3 else None).place[1:] == place

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ('a: 1\nb: "x\nc: 2\n', "2:4: not valid YAML: the quote that opens here is never closed"),
            ('a: "x\nb: "y"\n', "1:4: not valid YAML: the quote that opens here closes only on line 2"),
            ("a: b: c\n", "1:5: not valid YAML: found a second ': ' in one line"),
            ("a:\n\tb: 1\n", "2:1: not valid YAML: found a tab"),
            ("a: 1\n  b: 2\n", "2:4: not valid YAML: found ':' after text that is no key"),
            ("a: [1, 2\nb: 3\n", "2:2: not valid YAML: the '[' of line 1, column 4 is not closed"),
            ("a: @b\n", "1:4: not valid YAML: found '@' at the beginning"),
            ("a: 1\nhello\n", "2:1: not valid YAML: found a line without 'key: value'"),
            ("{?foo: bar}\n", "1:3: found '?' before the key 'foo'"),
        ],
    )
    def test_what_is_wrong_is_said_where_it_is_to_be_mended(self, text: str, message: str) -> None:
        (found,) = faults_in(text)
        assert found.startswith(message)

    def test_a_question_in_a_text_is_no_key(self) -> None:
        assert parse_text("{a: why?, b: 1}", "f")["a"].value == "why?"


class TestNumbers:
    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("1,5 km", "decimals take a point"),
            ("38,130 person", "decimals take a point"),
            ("ten", "in digits"),
            ("yes", "in digits"),
        ],
    )
    def test_what_is_no_number(self, text: str, words: str) -> None:
        with pytest.raises(Wrong, match=words):
            read_quantity(text)

    @pytest.mark.parametrize(
        ("unit", "words"),
        [
            ("billion USD", "write 'Gusd'"),
            ("USD", "write 'usd'"),
            ("million dollars/month", "write 'Musd/month'"),
            ("bn $", "write 'Gusd'"),
            ("million", "write the number out"),
        ],
    )
    def test_money_in_words(self, unit: str, words: str) -> None:
        with pytest.raises(Wrong, match=words):
            unit_factor(unit, "Gusd")

    def test_a_comma_within_braces_is_told_as_a_decimal(self) -> None:
        dosed = {
            "format": 2,
            "title": "t",
            "extends": "shipped:claim",
            "world": {"levers": {"us_arms": {"dose": 1, "5": None}}},
        }
        with pytest.raises(UserError, match=r"unknown key '5'.*decimals take a point"):
            read(dosed)

    def test_a_suggestion_is_near_or_missing(self) -> None:
        assert nearest("Date", ["date"]) == " - did you mean 'date'?"
        assert nearest("levres", ["levers", "verdict"]) == " - did you mean 'levers'?"
        assert nearest("japan", ["france", "germany", "us"]) == ""
        assert nearest("war", ["world", "run"]) == ""

    @pytest.mark.parametrize("name", ["pint that fails", "pint that knows no unit"])
    def test_a_library_that_fails_is_not_the_users_fault(self, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
        class Registry:
            def __init__(self, **_: object) -> None:
                if name == "pint that fails":
                    raise TypeError("no such argument")

            def define(self, _: str) -> None: ...

            def parse_units(self, unit: str) -> None:
                raise AttributeError(f"broken at {unit}")

        monkeypatch.setitem(sys.modules, "pint", type("pint", (), {"UnitRegistry": Registry}))
        units.registry.cache_clear()
        quantity._parsed.cache_clear()
        try:
            with pytest.raises(MachineError, match="pint cannot be used"):
                unit_factor("mile", "km")
        finally:
            units.registry.cache_clear()

    def test_a_uniform_number_is_never_one(self, monkeypatch: pytest.MonkeyPatch) -> None:
        class AllOnes:
            def __init__(self, **_: object) -> None: ...

            def random_raw(self, count: int) -> np.ndarray:
                return np.full(count, 2**64 - 1, dtype=np.uint64)

        expected = noise.Noise(3, np.arange(5)).uniform("x", 2, 3)
        monkeypatch.setattr(np.random, "Philox", AllOnes)
        draws = noise.Noise(1, np.arange(2))
        assert np.all(draws.uniform("x") < 1.0)
        assert np.all(np.isfinite(draws.normal("x")))
        monkeypatch.undo()
        words = np.array([0, 2**11, 2**63, 2**64 - 2**12], dtype=np.uint64)
        assert np.all(noise._inside(words) == ((words >> np.uint64(11)).astype(float) + 0.5) * 2.0**-53)
        assert np.array_equal(noise.Noise(3, np.arange(5)).uniform("x", 2, 3), expected)


class TestDays:
    @pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "1600-01-01", "2200-01-01", "1899-12-31"])
    def test_years_beyond_the_calendars_of_libraries_are_refused(self, read_text: ReadText, day: str) -> None:
        with pytest.raises(UserError, match="from 1900 to 2199") as error:
            read_text(BASE.replace("start: 2024-11-19", f"start: {day}"))
        assert str(error.value).count("\n") == 0
        assert not is_date(day)

    def test_the_ends_are_allowed(self, read_text: ReadText) -> None:
        for day in ("1900-01-01", "2199-12-31"):
            assert read_text(BASE.replace("start: 2024-11-19", f"start: {day}")).run.start.isoformat() == day

    @pytest.mark.parametrize("said", ["52", "4.5"])
    def test_a_horizon_says_its_unit(self, read_text: ReadText, said: str) -> None:
        with pytest.raises(UserError, match=r"s.yaml:5:35: found '.*' without a unit"):
            read_text(BASE.replace("horizon: 4 week", f"horizon: {said}"))
        for value in (said, float(said)):
            with pytest.raises(UserError, match="without a unit"):
                read_text(set={"run.horizon": value})
        assert read_text(set={"run.horizon": "2 week"}).run.horizon_days == 14


class TestPlaces:
    def test_the_format_is_a_whole_number(self, read_text: ReadText) -> None:
        for said in ("true", "1.0", "'1'"):
            with pytest.raises(UserError, match=r"s.yaml:1:9: found format"):
                read_text(BASE.replace("format: 2", f"format: {said}"))

    @pytest.mark.parametrize("key", ["extends", "posterior"])
    def test_a_name_that_is_too_long_for_a_file(self, folder: Path, key: str) -> None:
        path = folder / "s.yaml"
        path.write_text(BASE + f"{key}: {'a' * 5000}\n")
        with pytest.raises(UserError, match=rf"s.yaml:\d+:{len(key) + 3}: found 'aaa.*…' - there is no such file"):
            read(path, world=World)

    @pytest.mark.parametrize("name", ["b" * 300 + ".yaml", "a\0b.yaml"])
    def test_a_file_whose_name_cannot_be_one(self, name: str) -> None:
        with pytest.raises(UserError, match=r"cannot be read|there is no such file"):
            read(name)


def test_a_source_knows_where_it_stands(read_text: ReadText) -> None:
    source = read_text().sources["A07"]
    assert (source.place.line, source.place.column) == (4, 3)
    assert source.place.file.endswith("s.yaml")
    assert "place" not in read_text().text.partition("run:")[0]


class TestLevels:
    """A key that stands at a wrong level is told where it belongs."""

    @pytest.mark.parametrize(
        ("old", "new", "message"),
        [
            (
                "run: {",
                "levers: {}\nrun: {",
                "s.yaml:5:1: found the key 'levers' at a wrong level - it belongs in `world`",
            ),
            ("run: {", "seed: 3\nrun: {", "found the key 'seed' at a wrong level - it belongs in `run`"),
            ("  mix:", "  depth: 3\n  mix:", "it belongs in `world.fronts.NAME.belts.N`"),
            ("  mix:", "  arms: {}\n  mix:", "found the key 'arms' at a wrong level - it belongs in the top"),
            ("levers.help.dose: 1", "rate: 1", "found the path part 'rate' at a wrong level - it belongs in `combat`"),
        ],
    )
    def test_where_a_key_belongs(self, read_text: ReadText, old: str, new: str, message: str) -> None:
        with pytest.raises(UserError) as error:
            read_text(BASE.replace(old, new, 1))
        (fault,) = error.value.faults
        assert message in str(fault)

    def test_a_setting_that_lacks_its_section(self, read_text: ReadText) -> None:
        with pytest.raises(UserError, match=r"--set horizon: found the path part 'horizon' .* belongs in `run`"):
            read_text(set={"horizon": "4 week"})

    @pytest.mark.parametrize("path", ["levers.dance.dose", "fronts.japan.length", "mix.japan"])
    def test_an_arm_cannot_add_a_name(self, read_text: ReadText, path: str) -> None:
        with pytest.raises(UserError) as error:
            read_text(BASE.replace("levers.help.dose: 1", f"{path}: 1"))
        (fault,) = error.value.faults
        assert "what the base's `world` does not name cannot be added here" in fault.message
        assert "did you mean" not in fault.message


class TestPlainData:
    """A scenario as plain Python data is read like the file that says the same; faults are placed by their keys."""

    def test_the_same_as_the_file(self, read_text: ReadText) -> None:
        content = YAML(typ="safe").load(BASE)
        assert read(content, world=World).hash == read_text().hash
        changed = read(content, ["run.seed=8", "levers.help.dose = 0.5"], world=World)
        assert changed.hash == read_text(set={"run.seed": 8, "levers.help.dose": 0.5}).hash

    def test_faults_are_placed_by_the_path_of_their_keys(self) -> None:
        content = YAML(typ="safe").load(BASE)
        content["world"]["fronts"]["north"]["length"] = "60 days; A07"
        content["world"]["fronts"]["south"]["belts"][0]["dept"] = 3
        del content["title"]
        with pytest.raises(UserError) as error:
            read(content, world=World)
        said = [str(fault) for fault in error.value.faults]
        assert len(said) == 3
        assert any(one.startswith("world.fronts.north.length: found 'days', which is [time]") for one in said)
        assert any(one.startswith("world.fronts.south.belts.0.dept: unknown key 'dept'") for one in said)
        assert any(one.startswith("scenario: `title` is missing") for one in said)

    def test_settings_that_are_not_path_and_value(self) -> None:
        with pytest.raises(UserError, match=r"(?s)--set a: not of the form.*--set =b: not of the form"):
            read(YAML(typ="safe").load(BASE), ["a", "=b"], world=World)

    def test_it_may_extend_a_shipped_file(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        arms = {"base": {"label": "x"}}
        made = read({"format": 2, "title": "mine", "extends": "shipped:claim", "arms": arms})
        assert (made.title, made.run) == ("mine", read("shipped:claim").run)
        assert made.posterior is not None

    def test_a_shipped_file_that_is_not_there_is_named_with_the_nearest(self) -> None:
        with pytest.raises(UserError, match=r"extends: found 'shipped:clam' .* did you mean 'claim'"):
            read({"format": 2, "title": "mine", "extends": "shipped:clam"})
        with pytest.raises(UserError, match="the program comes with"):
            read("shipped:../../etc/passwd")
