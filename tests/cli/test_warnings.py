"""What is said on the way to a result: inputs without effect, arms that change nothing, replicates that make no sense."""

import json
from dataclasses import replace

import numpy as np
import pytest

import sim.scenario
from sim.experiment import run as runs
from sim.foundation.errors import Fault
from sim.foundation.tree import Tree
from tests.experiment.fakes import fake_draw, fake_play, scenario

NOTICE = Fault("the lever aid starts on 2026-01-01, after the last day: it has no effect", "war.yaml", 7, 3)


@pytest.fixture
def war(call, monkeypatch):
    """Run commands on the fake scenario, of which there is something to say."""
    monkeypatch.setattr(
        sim.scenario, "read", lambda *_, **__: replace(scenario(horizon_days=371), notices=(NOTICE,)), raising=False
    )
    monkeypatch.setattr(runs, "_world_play", lambda engine, keep: fake_play)
    monkeypatch.setattr(runs, "_scenario_draw", lambda: fake_draw)
    return call


def nonsense_in(replicates, monkeypatch):
    def play(parameters, lanes, noise, **rest):
        made = fake_play(parameters, lanes, noise, **rest)
        made.arrays["troops"][20:, :, :, np.isin(lanes.replicate, replicates)] = np.inf
        return made

    monkeypatch.setattr(runs, "_world_play", lambda engine, keep: play)


def test_validate_and_run_say_an_input_without_effect_at_its_place(war, tmp_path):
    (tmp_path / "war.yaml").write_text("format: 2\n")
    code, out, _ = war("validate", "war.yaml")
    assert code == 0
    assert f"warning: {NOTICE}" in out
    assert json.loads(war("validate", "war.yaml", "--json")[1])["valid"][0]["warnings"] == [str(NOTICE)]
    code, _, err = war("run", "war.yaml", "--no-plots", "--out", "here")
    assert (code, err) == (0, f"sim: warning: {NOTICE}\n")


def test_an_arm_that_differs_from_the_base_nowhere_is_named(war, monkeypatch):
    monkeypatch.setattr(runs, "_scenario_draw", lambda: lambda sc, lanes, seed: Tree({"rate": 10.0 + 0.0 * lanes.arm}))
    _, out, _ = war("run", "war.yaml", "--no-plots", "--out", "here")
    assert "Arm aid differs from the base in no replicate" in out
    assert json.loads(war("run", "war.yaml", "--no-plots", "--out", "here", "--json")[1])["unchanged"] == ["aid"]


def test_replicates_that_make_no_sense_are_counted_in_every_account(war, monkeypatch):
    nonsense_in([3, 5], monkeypatch)
    code, out, err = war("run", "war.yaml", "--no-plots", "--out", "here")
    assert code == 0
    for text in (out, err):
        assert "2 of 10 replicates make no sense and are left out of every arm: troops in arm base, replicate 3" in text
    assert "8 replicates per arm" in out
    whole = json.loads(war("run", "war.yaml", "--no-plots", "--out", "here", "--json")[1])
    assert (whole["excluded"], whole["replicates"]) == (2, 8)
    assert "from day 140" in whole["excluded_why"]


def test_where_no_replicate_makes_sense_the_command_says_why_and_exits_with_1(war, monkeypatch):
    nonsense_in(range(10), monkeypatch)
    code, out, err = war("run", "war.yaml", "--no-plots", "--out", "here")
    assert (code, out) == (1, "")
    assert "no result: 10 of 10 replicates make no sense" in err
    assert "please report" not in err


def test_what_a_command_makes_itself_is_not_held_against_the_user(sim_command, tmp_path):
    """A point of a sweep may be where the base is; what is outside the run is said once, however often the file is played."""
    short = ("--replicates", 2, "--horizon", "6 week", "--jobs", 1, "--no-plots")
    swept = ("sweep", "shipped:abstract-claim", "--over", "levers.long_range.dose=0..1", "--points", 2, *short)
    code, _, told = sim_command(*swept, "--out", tmp_path / "swept")
    assert code == 0, told
    assert "changes nothing" not in told
    code, _, told = sim_command("donors", "shipped:abstract", *short, "--out", tmp_path / "donors")
    assert code == 0, told
    assert told.count("the milestone 2001-07-02 is outside the run") == 1
