"""The check after play: what no war could have is marked where it stands, and nothing else is."""

from pathlib import Path

import numpy as np
import pytest

from sim.analysis.validity import InvalidReplicatesWarning, NoValidReplicateError
from sim.experiment import run as runs
from sim.experiment.sanity import checked, unusual_inputs
from sim.experiment.store import load
from sim.foundation.lanes import Lanes
from sim.foundation.record import INVALID, Record, Variable
from sim.foundation.tree import Tree
from sim.scenario import read
from tests.experiment.fakes import fake_draw, fake_play, scenario

ARMS = Lanes.grid(2, range(3))
NOTHING = Tree({})


def record(**arrays):
    """Return a record of three weeks, two fronts and three lanes; a wrong value may be put into any of its arrays."""
    variables = {
        "net_km2_front": Variable("net_km2_front", ("front",), "km2", "gain"),
        "troops": Variable("troops", ("side",), "person", "troops"),
        "durable": Variable("durable", (), "1", "chance that terms last", may_be_missing=True),
    }
    shapes = {"net_km2_front": (3, 2, 3), "troops": (3, 2, 3), "durable": (3, 3)}
    made = {name: np.full(shape, 50.0, dtype=np.float32) for name, shape in shapes.items()} | arrays
    return Record(variables, made, {"front": ["a", "b"], "side": ["x", "y"]}, np.array([0, 7, 14]))


def with_value(name, at, value):
    found = record().arrays[name].copy()
    found[at] = value
    return record(**{name: found})


GROUND = Tree({"fronts": Tree({"held": np.full((2, 3), 100.0), "taken": np.full((2, 3), 10.0)})})


@pytest.mark.parametrize(
    ("name", "at", "value", "mark"),
    [
        ("net_km2_front", (1, 0, 2), np.nan, 1),
        ("net_km2_front", (1, 1, 2), -np.inf, 1),
        ("net_km2_front", (1, 0, 2), 100.2, 1),
        ("net_km2_front", (1, 0, 2), -10.2, 1),
        ("troops", (1, 1, 2), -1.0, 2),
        ("troops", (1, 1, 2), 2e9, 2),
        ("durable", (1, 2), np.inf, 3),
    ],
)
def test_what_makes_no_sense_is_marked_in_its_lane_and_week_alone(name, at, value, mark):
    found = checked(with_value(name, at, value), GROUND).arrays[INVALID]
    expected = np.zeros((3, 3))
    expected[1, 2] = mark
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize(
    ("name", "at", "value"),
    [
        ("net_km2_front", (1, 0, 2), -9.9),
        ("net_km2_front", (1, 0, 2), 100.0),
        ("troops", (1, 1, 2), 0.0),
        ("troops", (1, 1, 2), -1e-6),
        ("durable", (1, 2), np.nan),
    ],
)
def test_what_makes_sense_or_is_rounding_is_not_marked(name, at, value):
    found = checked(with_value(name, at, value), GROUND)
    assert not found.arrays[INVALID].any()
    assert found.coords["quantity"] == ["net_km2_front", "troops", "durable"]


def test_of_two_faults_in_a_week_the_first_quantity_is_named():
    both = with_value("troops", (1, 1, 2), -1.0)
    both.arrays["net_km2_front"][1, 0, 2] = np.nan
    assert checked(both, NOTHING).arrays[INVALID][1, 2] == 1


def play_nonsense(parameters, lanes, noise, **rest):
    """Play as ever, but replicate 4 of the second arm loses its head in the third week, and 6 in every arm."""
    made = fake_play(parameters, lanes, noise, **rest)
    made.arrays["troops"][3:, 1, 0, (lanes.replicate == 4) & (lanes.arm == 1)] = np.nan
    made.arrays["net_km2"][5:, lanes.replicate == 6] = np.inf
    return made


def play_nothing_but_nonsense(parameters, lanes, noise, **rest):
    made = fake_play(parameters, lanes, noise, **rest)
    made.arrays["net_km2"][1:] = np.nan
    return made


def go(out, play, **options):
    return runs.run(scenario(), out, play=play, draw=fake_draw, jobs=1, **options)


def test_replicates_that_make_no_sense_are_left_out_of_every_arm_counted_and_named(tmp_path):
    whole = load(go(tmp_path / "whole", fake_play))
    assert (whole.attrs["excluded"], whole.attrs["excluded_why"]) == (0, "")
    with pytest.warns(InvalidReplicatesWarning, match="2 of 10 replicates make no sense"):
        data = load(go(tmp_path / "part", play_nonsense))
    assert data.attrs["excluded"] == 2
    assert data["replicate"].to_numpy().tolist() == [0, 1, 2, 3, 5, 7, 8, 9]
    assert "troops in arm aid, replicate 4, from day 21" in data.attrs["excluded_why"]
    assert "net_km2 in arm base, replicate 6, from day 35" in data.attrs["excluded_why"]
    np.testing.assert_array_equal(data["net_km2"], whole["net_km2"].sel(replicate=data["replicate"]))


def test_they_are_left_out_also_where_the_quantity_itself_is_not_kept(tmp_path):
    with pytest.warns(InvalidReplicatesWarning):
        data = load(go(tmp_path / "part", play_nonsense, keep=("net_km2",)))
    assert data.sizes["replicate"] == 8
    assert set(data.data_vars) & {"net_km2", "troops"} == {"net_km2"}


def test_where_nothing_makes_sense_there_is_no_result_and_it_is_not_the_users_fault(tmp_path):
    folder = go(tmp_path / "none", play_nothing_but_nonsense)
    with pytest.raises(NoValidReplicateError, match="no result: 10 of 10 replicates make no sense"):
        load(folder)


def test_the_likely_causes_are_what_was_set_by_hand_and_what_stands_at_a_bound(shipped):
    assert unusual_inputs(read(shipped)) == {}
    found = unusual_inputs(read(shipped, {"sides.russia.attack_loss": "1 1/day", "movement.reach": "12 km"}))
    assert found["base"][0] == "sides.russia.attack_loss = 1 1/day"
    assert "movement.reach = 12 km" in found["base"]


@pytest.fixture
def shipped():
    return Path(__file__).parents[2] / "scenarios" / "ukraine-2024-11-19.yaml"
