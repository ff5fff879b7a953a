import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import sim.plotting
import sim.scenario
from sim.experiment import run as runs
from sim.foundation.errors import Fault, UserError
from sim.workflows import files
from tests.experiment.fakes import fake_draw, fake_play, scenario

COMMANDS = ("validate", "run", "compare", "claim", "replay", "screen", "check")
ROOT = Path(__file__).resolve().parents[2]


def shell(*words):
    """Run the command in a fresh process."""
    done = subprocess.run([sys.executable, "-m", "sim", *words], cwd=ROOT, capture_output=True, text=True)
    return done.returncode, done.stdout, done.stderr


@pytest.fixture
def call(sim_command, monkeypatch, tmp_path):
    """Run a command on the fake scenario and war; see `sim_command`."""
    asked = []

    def read(path, overrides=None, **rest):
        if Path(path).name == "bad.yaml":
            raise UserError([Fault("'x' is unknown", "bad.yaml", 3, 1), Fault("no 'y'", "bad.yaml", 4, 2)])
        asked.append(overrides)
        over = overrides or {}
        sc = scenario(horizon_days=371, replicates=over.get("run.replicates", 4), seed=over.get("run.seed", 7))
        return replace(sc, hash=f"{len(str(path)):064d}")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sim.scenario, "read", read, raising=False)
    monkeypatch.setattr(runs, "_world_play", lambda engine, keep: fake_play)
    monkeypatch.setattr(runs, "_scenario_draw", lambda: fake_draw)

    sim_command.asked = asked
    return sim_command


@pytest.mark.parametrize("command", COMMANDS)
def test_help_shows_an_example(call, command):
    code, out, _ = call(command, "--help")
    assert code == 0
    assert f"Example: sim {command}" in out
    if command in ("run", "compare", "claim"):
        for option in ("replicates", "seed", "horizon", "set", "out", "jobs", "json", "quiet"):
            assert f"--{option}" in out


def test_help_and_version_in_a_fresh_process():
    code, out, err = shell("--help")
    assert (code, err) == (0, "")
    assert all(command in out for command in COMMANDS)
    assert shell("--version")[1].startswith("in-concert ")


def test_run_ends_with_a_table_a_sentence_and_the_places(call):
    code, out, err = call("run", "war.yaml", "--no-plots", "--out", "here")
    assert (code, err) == (0, "")
    for words in ("aid", "19 May 2025", "19 Nov 2025", "conditional", "In the base arm", "Results: here"):
        assert words in out
    assert "3,8" in out  # 10.x km2 a day for a year
    assert Path("here/manifest.json").is_file()
    told = json.loads(Path("here/manifest.json").read_text())
    assert told["command"] == "sim run war.yaml --no-plots --out here"


def test_json_is_alone_on_standard_output(call):
    code, out, err = call("run", "war.yaml", "--no-plots", "--json", "--replicates", "3", "--seed", "5")
    assert (code, err) == (0, "")
    told = json.loads(out)
    assert (told["replicates"], told["seed"], told["verdict"]) == (3, 5, None)
    assert Path(told["result"]).name.startswith("war-s5-r3-20")
    assert Path(told["result"]).parent == Path("results")
    assert set(told["arms"]) == {"base", "aid"}


def test_quiet_leaves_the_sentence(call):
    code, out, err = call("run", "war.yaml", "--no-plots", "-q")
    assert (code, err) == (0, "")
    assert out.startswith("In the base arm")
    assert "Results" not in out


def test_options_reach_the_scenario(call):
    words = ["--set", "levers.a.dose=1", "--set", "fronts.x.length=50 km; map", "--set", "run.seed=1"]
    call("run", "war.yaml", "--no-plots", "--horizon", "26 week", "--seed", "9", *words)
    assert call.asked[0] == {
        "levers.a.dose": "1",
        "fronts.x.length": "50 km; map",
        "run.seed": 9,  # an option of its own wins
        "run.horizon": "26 week",
    }


def test_compare_puts_files_and_results_side_by_side(call):
    call("run", "war.yaml", "--no-plots", "--out", "first")
    Path("other.yaml").write_text("format: 2\n")  # where its keys are set is read from the file itself
    code, out, err = call("compare", "other.yaml", "first", "first", "--no-plots", "--json")
    assert (code, err) == (0, "")
    assert list(json.loads(out)["results"]) == ["other", "first", "first-2"]
    assert json.loads(out)["inputs"] == {}, "a stored scenario that cannot be read is passed over"
    _, out, _ = call("compare", "other.yaml", "first", "--no-plots")
    assert "cannot read the scenario of first" in " ".join(out.split())


def test_a_comparison_is_one_table_against_one_arm(call):
    call("run", "war.yaml", "--no-plots", "--out", "first")
    call("run", "war.yaml", "--no-plots", "--out", "second", "--seed", "9")
    code, out, err = call("compare", "first", "first", "second", "--no-plots", "--against", "first:base")
    assert (code, err) == (0, "")
    assert out.count("net km2 by") == 1
    assert "As first:base in every replicate, and left out: first-2:base." in out
    assert "second (unpaired)" in out
    assert "second is not paired with it: the seeds differ (9 and 7)." in out
    told = json.loads(call("compare", "first", "first", "--no-plots", "--json", "--against", "first-2:aid")[1])
    assert told["against"] == "first-2:aid"
    assert told["contrasts"]["first"]["arms"]["aid"]["identical"]
    assert told["contrasts"]["first"]["paired"]
    low, value, high = told["contrasts"]["first"]["arms"]["base"]["differences"]["kept_km2"]
    assert low <= value <= high < 0


@pytest.mark.parametrize(
    ("against", "said"), [("frist:base", "did you mean 'first'"), ("first:ayd", "did you mean 'aid'"), ("ayd", "'aid'")]
)
def test_a_comparison_with_what_is_not_there_names_the_nearest(call, against, said):
    call("run", "war.yaml", "--no-plots", "--out", "first")
    code, _, err = call("compare", "first", "--no-plots", "--against", against)
    assert code == 2
    assert said in err


def test_figures_go_where_they_are_told(call, monkeypatch):
    drawn = []
    monkeypatch.setattr(
        sim.plotting, "draw_result", lambda arms, folder, progress: drawn.append((list(arms.results), folder))
    )
    code, out, _ = call("run", "war.yaml", "--out", "here", "--jobs", "1")
    assert (code, drawn[-1]) == (0, (["war"], Path("here/plots")))
    assert f"Plots:   {Path('here/plots')}" in out
    call("run", "war.yaml", "--out", "here", "--jobs", "1", "--plots-to", "there")
    assert drawn[-1] == (["war"], Path("there"))
    call("compare", "here", "war.yaml")
    assert drawn[-1][0] == ["here", "war"]
    assert drawn[-1][1].parent.name.startswith("compare-")


def test_a_figure_that_fails_costs_neither_table_nor_result(call, monkeypatch):
    monkeypatch.setattr(sim.plotting, "draw_result", lambda *args: 1 / 0)
    code, out, err = call("run", "war.yaml", "--out", "here", "--jobs", "1")
    assert code == 1
    assert "Results: here" in out
    assert "the result is safe" in err
    assert "Traceback" not in err


def test_every_fault_is_a_line_and_the_code_is_2(call):
    code, out, err = call("validate", "good.yaml", "bad.yaml", "bad.yaml")
    assert code == 2
    assert out.startswith(
        "good.yaml: valid - 2 arms, 371 days from 2024-11-19, 2 numbers (1 guess, 1 measured) and 1 definition"
    )
    assert err.splitlines() == ["bad.yaml:3:1: 'x' is unknown", "bad.yaml:4:2: no 'y'"]


def test_a_fault_in_the_last_of_several_is_found_before_the_first_is_played(call):
    code, _, err = call("compare", "good.yaml", "bad.yaml", "--no-plots")
    assert code == 2
    assert "bad.yaml:3:1" in err
    assert not Path("results").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["run", "war.yaml", "--set", "dose"], "--set dose: not of the form PATH=VALUE"),
        (["run", "war.yaml", "--replicates", "0"], "--replicates"),
        (["run", "war.yaml", "--jobs", "many"], "--jobs"),
        (["run", "war.yaml", "--resume", "--out", "none"], "nothing to resume"),
        (["run", "war.yaml", "--out", "file/below"], "cannot write results to"),
        (["run", "war.yaml", "--plots-to", "file/below"], "cannot write figures to"),
        (["replay", "war.yaml", "--arm", "ayd"], "did you mean 'aid'"),
        (["claim"], "no scenarios/claim.yaml"),
        (["march"], "march"),
        (["firm"], "it is now: sim robustness"),
        (["rests", "war.yaml", "--quick"], "it is now: sim sensitivity"),
    ],
)
def test_bad_options_are_told_and_end_with_2(call, monkeypatch, words, said):
    Path("file").write_text("")
    monkeypatch.setattr(files, "PACKAGE", Path.cwd() / "sim")
    code, out, err = call(*words)
    assert code == 2
    assert said in err
    assert "Traceback" not in err
    assert "Results" not in out


def test_a_fault_of_the_program_is_one_line_and_a_log(call, monkeypatch):
    def broken(engine, keep):
        raise ZeroDivisionError("in the rules")

    monkeypatch.setattr(runs, "_world_play", broken)
    code, _, err = call("run", "war.yaml", "--no-plots")
    assert code == 1
    assert len(err.splitlines()) == 1
    log = Path(err.split()[-1])
    try:
        text = log.read_text()
        assert "Traceback" in text
        assert "sim run war.yaml --no-plots" in text
        assert "in the rules" in text
    finally:
        log.unlink()


def test_ctrl_c_is_polite(call, monkeypatch):
    def stopped(*args, **rest):
        raise KeyboardInterrupt

    monkeypatch.setattr(runs, "_world_play", lambda engine, keep: stopped)
    code, _, err = call("run", "war.yaml", "--no-plots", "--out", "here")
    assert code == 130
    assert "give the same command again" in err


def test_a_closed_pipe_is_no_fault():
    done = subprocess.run(
        f"{sys.executable} -m sim --help | head -n 1", shell=True, cwd=ROOT, capture_output=True, text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )  # fmt: skip
    assert done.stderr == ""


def test_diagnostics_without_arviz_say_how_to_get_it_before_any_work(call, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    code, _, err = call("calibrate", "nothing.yaml", "--diagnostics")
    assert code == 2
    assert "in-concert[calibration]" in err
