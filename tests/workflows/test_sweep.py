"""Sweeps: the points of the design, arms paired with what they stand on, and the same from a file as from the command line."""

import json
from pathlib import Path

import numpy as np
import pytest

import sim
from sim.exploration.sweep import plan_sweep
from sim.foundation.errors import UserError
from sim.scenario import read
from sim.workflows.options import Options
from sim.workflows.sweep import sweep

DOSE = "levers.us_arms.dose"
START = "levers.us_arms.start"
SHORT = """\
format: 2
title: Swept
extends: shipped:claim
run: {horizon: 12 week, replicates: 3}
verdict: {milestones: [2025-01-14]}
"""


@pytest.fixture(scope="module")
def claim():
    return read("shipped:claim")


@pytest.fixture
def short(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = Path("short.yaml")
    path.write_text(SHORT, encoding="utf-8")
    return path


def test_a_grid_has_every_combination_with_its_ends(claim):
    plan = plan_sweep([f"{DOSE}=0..1", f"{START}=2024-12-01..2025-01-30"], claim, points=3)
    days = [one.written(value) for one, value in zip(plan.factors * 9, sum(plan.points, ()), strict=False)][1::2]
    assert {values[0] for values in plan.points} == {0.0, 0.5, 1.0}
    assert set(days) == {"2024-12-01", "2024-12-31", "2025-01-30"}
    assert len(set(plan.points)) == 9
    assert len(set(plan.names)) == 9


def test_a_sobol_design_fills_evenly_and_goes_on(claim):
    over = [f"{DOSE}=0..1", "movement.half_density=100..200"]
    plan = plan_sweep(over, claim, points=16, design="sobol")
    values = np.array(plan.points)
    assert sorted((values[:, 0] * 16).astype(int)) == list(range(16))  # one in each sixteenth of every range
    assert sorted(((values[:, 1] - 100) / 100 * 16).astype(int)) == list(range(16))
    assert plan_sweep(over, claim, points=5, design="sobol").points == plan.points[:5]


@pytest.mark.parametrize(
    ("over", "written"),
    [
        ("movement.half_density=100..200", [100.0, 200.0]),
        ("movement.half_density=100 .. 200 person/km", ["100.0 person/km", "200.0 person/km"]),
        ("movement.half_density=x 0.5..2", ["x 0.5", "x 2"]),
        ("world.levers.us_arms.dose=0..1", [0.0, 1.0]),
        (f"{START}=2024-12-01..2025-03-01", ["2024-12-01", "2025-03-01"]),
    ],
)
def test_a_range_is_written_as_in_a_patch(claim, over, written):
    plan = plan_sweep([over], claim, points=2)
    (factor,) = plan.factors
    assert [factor.written(value) for (value,) in plan.points] == written


@pytest.mark.parametrize(
    ("over", "words", "said"),
    [
        ([], {}, "nothing to sweep over"),
        (["movement.half_densty=1..2"], {}, "did you mean 'movement.half_density'"),
        ([f"{DOSE}=0-1"], {}, "not of the form KEY=low..high"),
        ([f"{DOSE}=1..0"], {}, "not below the high"),
        ([f"{START}=0..1"], {}, "where days stand"),
        ([f"{DOSE}=2024-12-01..2025-01-01"], {}, "where numbers stand"),
        ([f"{START}=2024-13-01..2025-01-01"], {}, "what is no day"),
        (["donors.benefit=0..1"], {}, "where words stand"),
        ([f"{DOSE}=0..1", f"{DOSE}=0..1"], {}, "stands twice"),
        ([f"{DOSE}=0..1"], {"design": "sobel"}, "did you mean 'sobol'"),
        ([f"{DOSE}=0..1"], {"arm": "us_arm"}, "did you mean 'us_arms'"),
        ([f"{DOSE}=0..1"], {"points": 1}, "at least 2"),
        ([f"{DOSE}=0..1", "movement.half_density=1..2"], {"points": 17}, "make 289 - at most 256"),
    ],
)
def test_what_is_wrong_is_told(claim, over, words, said):
    with pytest.raises(UserError) as caught:
        plan_sweep(over, claim, **words)
    assert said in str(caught.value)


def test_points_are_the_arms_that_one_would_write_by_hand(short):
    result = sweep(short, Options(plots=False, jobs=1, out=Path("s")), [f"{DOSE}=0..1"], points=3, arm="kursk_exit")
    by_hand = short.with_name("hand.yaml")
    patch = "levers.kursk_exit.dose: 1, levers.us_arms.dose: 0.5"
    by_hand.write_text(SHORT + f"arms: {{half: {{label: half, patch: {{{patch}}}}}}}\n", encoding="utf-8")
    data = sim.read(by_hand).run(jobs=1, out="h").data
    swept = sim.load("s").data
    np.testing.assert_array_equal(swept.net_km2.sel(arm="point_2"), data.net_km2.sel(arm="half"))
    np.testing.assert_array_equal(swept.net_km2.sel(arm="point_1"), swept.net_km2.sel(arm="kursk_exit"))
    first, middle, last = result.account["points"]
    assert first["differences"]["net_km2"] == [0.0, 0.0, 0.0]  # dose 0 is the arm that it stands on
    end = data.net_km2.isel(time=-1)
    by_hand_difference = float((end.sel(arm="half") - end.sel(arm="kursk_exit")).mean())
    assert middle["differences"]["net_km2"][1] == pytest.approx(by_hand_difference)
    assert last["values"] == {DOSE: 1.0}
    assert last["outcomes"]["delivered"][1] > first["outcomes"]["delivered"][1]


def test_a_file_may_say_its_sweep(short, sim_command):
    short.write_text(SHORT + f"sweep:\n  over: {{{DOSE}: 0..1}}\n  points: 2\n  design: sobol\n", encoding="utf-8")
    code, out, err = sim_command("sweep", short, "--jobs", "1", "--out", "s", "--json")
    assert (code, err) == (0, "")
    found = json.loads(out)
    assert (found["design"], len(found["points"])) == ("sobol", 2)
    assert Path("s/plots/sweep.png").stat().st_size > 10_000
    code, out, err = sim_command("sweep", short, "--jobs", "1", "--out", "s", "--no-plots")  # played already
    assert (code, err) == (0, "")
    assert "Russia gains least at" in out
    assert found["sentence"] in " ".join(out.split())


def test_a_wrong_sweep_in_a_file_has_its_place(short, sim_command):
    short.write_text(SHORT + f"sweep:\n  over: {{{DOSE}: 0..1}}\n  desing: sobol\n", encoding="utf-8")
    code, _, err = sim_command("sweep", short)
    assert code == 2
    assert "short.yaml:8:" in err
    assert "did you mean 'design'" in err


def test_from_python_a_sweep_is_an_experiment(short):
    experiment = sim.read(short).sweep(f"{DOSE}=0..1", points=2)
    assert experiment.arms == ("base", "point_1", "point_2")
    assert experiment.scenario.world("point_2").levers.us_arms.dose.value == 1.0
