"""A few of the trials with mutated inputs, and that the trial sees what it must not pass over."""

import random
import time
from contextlib import suppress

import pytest

from sim.foundation.errors import Fault, UserError
from tests.trials import guided, inputs
from tests.trials.common import Trouble, few
from tests.trials.mutating import OF_YAML, mutated


@pytest.mark.parametrize("series", inputs.SERIES, ids=lambda one: one.name)
def test_a_few(series, monkeypatch):
    monkeypatch.delenv(inputs.SUITE, raising=False)
    few(series)


def raising(error):
    def reading():
        raise error

    return reading


@pytest.mark.parametrize(
    ("reading", "said"),
    [
        (raising(KeyError("x")), "KeyError at test_inputs.py"),
        (raising(RuntimeWarning("overflow")), "RuntimeWarning"),
        (raising(SystemExit(2)), "SystemExit"),
        (raising(UserError(["nowhere"])), "no file"),
        (raising(UserError([Fault("somewhere", "f.yaml")])), "no line"),
        (raising(UserError([Fault("found <class 'int'>", "f.yaml", 1)])), "not for people"),
        (lambda: bytearray(2 * inputs.MEMORY), "MemoryError"),
    ],
)
def test_what_is_no_answer_is_a_trouble(reading, said):
    with pytest.raises(Trouble, match=said):
        inputs.answered(reading, b"")


def test_a_hang_is_a_trouble_though_everything_is_caught(monkeypatch):
    def reading():
        while True:
            with suppress(Exception):  # as a careless reader does
                time.sleep(10.0)

    monkeypatch.setattr(inputs, "SECONDS", 0.2)
    with pytest.raises(Trouble, match="hangs"):
        inputs.answered(reading, b"")


def test_values_and_refusals_pass():
    assert inputs.answered(lambda: 5, b"") == 5
    assert inputs.answered(raising(UserError([Fault("found 'x' - 1 is allowed", "f.yaml", 1, 2)])), b"") is None


def test_the_suite_is_read_where_it_is_at_hand(monkeypatch, tmp_path):
    (tmp_path / "229Q").mkdir()
    (tmp_path / "229Q" / "in.yaml").write_text("-\n  name: Mark McGwire\n  hr: 65\n")
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "A2M4.yaml").write_text("---\n- name: x\n  yaml: |\n    a:\n      - b␣\n  tree: |\n    +STR\n")
    monkeypatch.setenv(inputs.SUITE, str(tmp_path))
    inputs.suite.cache_clear()
    try:
        assert inputs.suite_means() == "2 inputs"
        assert inputs.suite()[1] == "a:\n  - b \n"
        series = next(one for one in inputs.SERIES if one.name == "yaml-suite")
        few(series)
    finally:
        inputs.suite.cache_clear()


def test_mutants_are_mostly_other_texts_and_some_of_them_are_read():
    text = inputs._texts(inputs.WORLD)[inputs.WORLD]
    found = {mutated(random.Random(number), text, OF_YAML) for number in range(50)}
    assert len(found) > 45
    assert len(inputs._sections()) > 10


@pytest.mark.skipif(not guided.version(), reason="atheris is not installed")
def test_the_fuzzer_runs(monkeypatch):
    monkeypatch.setattr(guided, "SECONDS", 2)
    few(guided.SERIES[0])
