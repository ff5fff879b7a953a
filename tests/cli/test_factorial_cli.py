"""The commands factorial and dose, on a war whose answer is known."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import sim.scenario
from sim.experiment import run as runs
from sim.experiment.store import load
from sim.foundation.record import Record, Variable
from sim.foundation.tree import Tree
from sim.scenario.scenario import Arm
from tests.experiment.fakes import FRONTS, SIDES, scenario

ARMS = {"factorial.yaml": ("base", "a", "b", "a+b"), "doses.yaml": ("base", "all", "t@50", "t@100")}
KEPT = {"a": 30.0, "b": 50.0, "a+b": 120.0, "all": 100.0, "t@50": 110.0, "t@100": 130.0}


def draw(sc, lanes, seed):
    return Tree({"kept": np.array([KEPT.get(name, 0.0) for name in sc.arms])[lanes.arm], "joint": lanes.arm == 3})


def play(parameters, lanes, noise, *, start, days, progress=None, base=None, later=()):
    """Keep what the arm keeps; the joint arm has luck of its own, so that its estimate has an error."""
    at = np.arange(0, days + 1, 7)
    end = 1000.0 - parameters.kept - 20.0 * parameters.joint * noise.normal("joint")[0]
    net = (at[:, None] / days * end).astype(np.float32)
    sides = np.stack([net, net], axis=1)
    arrays = {
        "net_km2": net, "net_km2_front": np.stack([net, 0 * net], axis=1), "war": np.ones_like(net),
        "casualties": sides, "delivered": np.stack([net], axis=1), "extra": net,
    }  # fmt: skip
    dims = {"net_km2_front": ("front",), "casualties": ("side",), "delivered": ("ally",)}
    variables = {name: Variable(name, dims.get(name, ()), "km2", name) for name in arrays}
    return Record(variables, arrays, {"front": FRONTS, "side": SIDES, "ally": ["us"]}, at)


@pytest.fixture
def call(sim_command, monkeypatch, tmp_path):
    """Run a command on a war whose answer is known; see `sim_command`."""

    def read(path, overrides=None, **rest):
        over = overrides or {}
        sc = scenario(horizon_days=364, replicates=over.get("run.replicates", 300), seed=over.get("run.seed", 7))
        arms = {name: Arm(name.upper()) for name in ARMS.get(Path(path).name, ("base", "a"))}
        return replace(sc, arms=arms, hash=f"{len(str(over)):064d}")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sim.scenario, "read", read, raising=False)
    monkeypatch.setattr(runs, "_world_play", lambda engine, keep: play)
    monkeypatch.setattr(runs, "_scenario_draw", lambda: draw)

    def go(*words):
        here = [] if "--help" in words else ["--jobs", "1"]  # a worker process would not know the stand-ins
        return sim_command(*words, *here)

    return go


@pytest.mark.parametrize("command", ["factorial", "dose"])
def test_help_shows_an_example_and_the_usual_options(call, command):
    code, out, _ = call(command, "--help")
    assert code == 0
    assert f"Example: sim {command}" in out
    for option in ("replicates", "seed", "horizon", "set", "out", "jobs", "json", "quiet", "resume", "plots-to"):
        assert f"--{option}" in out


def test_factorial_tells_the_whole_and_its_parts(call):
    code, out, err = call("factorial", "factorial.yaml", "--out", "here", "--no-plots")
    assert (code, err) == (0, "")
    assert "Shapley" in out
    assert "exceeds the sum of its parts" in out
    assert "Results: here" in out
    stored = json.loads(Path("here/summary.json").read_text(encoding="utf-8"))
    kept = stored["outcomes"]["kept_km2"]
    low, middle, high = kept["joint_minus_sum"]
    assert low < 40 < high
    assert 0 < high - low < 10
    assert stored["replicates"] == 300
    assert stored["outcomes"]["p_ceasefire"]["conditional"]
    assert "extra" not in load("here")
    assert middle == pytest.approx(kept["joint"][1] - kept["sum_of_parts"][1])


def test_json_is_all_and_only_json(call):
    code, out, err = call("factorial", "factorial.yaml", "--out", "here", "--no-plots", "--json")
    assert (code, err) == (0, "")
    assert json.loads(out) == json.loads(Path("here/summary.json").read_text(encoding="utf-8"))


def test_playing_stops_at_the_precision_asked_for(call):
    code, out, _ = call(
        "factorial", "factorial.yaml", "--out", "here", "--no-plots", "--json", "--until-precision", "1.5"
    )
    assert code == 0
    found = json.loads(out)
    low, _, high = found["outcomes"]["kept_km2"]["joint_minus_sum"]
    assert found["precision_reached"]
    assert (high - low) / 2 == pytest.approx(found["until_precision"]["kept_km2"]["reached"])
    assert (high - low) / 2 <= 1.5
    needed = (20 * 1.645 / 1.5) ** 2
    assert 0.6 * needed < found["replicates"] < 3000  # far from the most that it may play, 10 times 300


def test_more_than_the_most_is_not_played_and_that_is_said(call):
    words = ("--out", "here", "--no-plots", "--until-precision", "0.1", "--replicates", "200")
    code, out, _ = call("factorial", "factorial.yaml", *words)
    assert code == 0
    assert "Precision NOT reached" in out
    assert "200 replicates per arm" in out


def test_wrong_targets_and_wrong_arms_are_told_before_anything_is_played(call):
    code, out, err = call("factorial", "factorial.yaml", "--until-precision", "p_hal=0.1", "--out", "here")
    assert (code, out) == (2, "")
    assert "did you mean 'p_halt'?" in err
    for command, file, told in (
        ("factorial", "doses.yaml", "no full factorial"),
        ("dose", "factorial.yaml", "by degrees"),
    ):
        code, out, err = call(command, file, "--out", "here")
        assert (code, out) == (2, "")
        assert told in err
        assert file in err
    assert not Path("here").exists()


def test_dose_tells_what_each_dose_adds(call):
    code, out, err = call("dose", "doses.yaml", "--out", "here", "--no-plots", "--replicates", "20")
    assert (code, err) == (0, "")
    assert "dose 0.5" in out
    assert "against ALL" in out
    stored = json.loads(Path("here/summary.json").read_text(encoding="utf-8"))
    np.testing.assert_allclose(stored["curves"]["t"]["outcomes"]["kept_km2"][1], 10.0, atol=1e-3)


def test_quiet_prints_the_sentence_alone(call):
    code, out, _ = call("dose", "doses.yaml", "--out", "here", "--no-plots", "-q", "--replicates", "20")
    assert code == 0
    assert out.startswith("On top of all")
    assert "Results" not in out
