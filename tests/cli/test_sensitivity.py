"""`sim sensitivity` from the command line: on a short war with few wars, and every way to ask wrongly."""

import importlib.util
import json
from pathlib import Path

import pytest

from sim.workflows import sensitivity

ROOT = Path(__file__).resolve().parents[2]
CLAIM = str(ROOT / "scenarios" / "claim.yaml")
SHORT = ["--horizon", "6 week", "--set", "verdict.milestones=[2024-12-24]",
         "--set", "verdict.halt_days=7", "--set", "verdict.halt_within_days=21",
         "--set", "verdict.halt_rate=12", "--replicates", "130", "--jobs", "1"]  # fmt: skip


@pytest.fixture
def call(call):
    return lambda *words: call("sensitivity", *words)


def test_help_shows_an_example(call):
    code, out, _ = call("--help")
    assert code == 0
    assert "Example: sim sensitivity" in out
    for option in ("parts", "quick", "write", "replicates", "seed", "jobs", "json", "quiet", "set"):
        assert f"--{option}" in out


def test_a_short_war_is_told_and_written(call):
    code, out, err = call(CLAIM, *SHORT, "--parts", "information", "--json", "--out", "here", "--write", "page.md")
    assert (code, err) == (0, "")
    told = json.loads(out)
    assert told == json.loads(Path("here/summary.json").read_text(encoding="utf-8")) | {"plots": told["plots"]}
    assert told["replicates"] == 130
    assert 0 < told["joint_halt"][1] < 1
    assert len(told["information"]["worths"]) > 5
    assert all(row["to_improve"] and row["grade"] for row in told["information"]["worths"])
    assert "sensitivity" not in told
    page = Path("page.md").read_text(encoding="utf-8")
    assert page.startswith("# What the verdict depends on")
    assert "](here/plots/information.png)" in page
    assert Path("here/plots/information.png").is_file()
    # the same again, in words, from the stored wars
    code, out, err = call(CLAIM, *SHORT, "--parts", "information", "--out", "here", "--no-plots", "--quiet")
    assert (code, err, out.count("\n")) == (0, "", 1)
    assert f"{100 * told['joint_halt'][1]:.0f} %" in out


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--parts", "sensitvity"], "did you mean 'sensitivity'?"),
        (["--parts", ","], "none given"),
        ([str(ROOT / "scenarios" / "ukraine-2024-11-19.yaml")], "the verdict needs a base, arms of one lever"),
        ([CLAIM, "--set", "levers.nothing=1"], "nothing"),
        ([CLAIM, "--write", "file/page.md"], "cannot write"),
    ],
)
def test_what_is_wrong_is_said_before_anything_is_played(call, words, expected):
    Path("file").write_text("in the way", encoding="utf-8")
    code, out, err = call(*words)
    assert (code, out) == (2, "")
    assert expected in err
    assert "Traceback" not in err
    assert not Path("results").exists()


def test_without_the_extra_it_says_what_to_install_and_what_still_works(call, monkeypatch):
    find = importlib.util.find_spec
    monkeypatch.setattr(sensitivity, "find_spec", lambda name, *a: None if name == "SALib" else find(name, *a))
    code, _, err = call(CLAIM)
    assert code == 2
    assert "in-concert[sensitivity]" in err
    assert "--parts flip,information" in err
