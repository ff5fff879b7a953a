"""Lanes, series, trees, errors, units."""

import pickle
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from sim.foundation.errors import Fault, MachineError, UserError, nearest
from sim.foundation.extras import optional
from sim.foundation.lanes import Lanes, add_up
from sim.foundation.series import Series
from sim.foundation.tree import Tree
from sim.foundation.units import registry


def test_the_grid_has_arms_outermost():
    lanes = Lanes.grid(2, range(4, 7))
    assert lanes.arm.tolist() == [0, 0, 0, 1, 1, 1]
    assert lanes.replicate.tolist() == [4, 5, 6, 4, 5, 6]
    assert lanes.count == 6
    assert lanes.take([5, 0]).replicate.tolist() == [6, 4]


@pytest.mark.parametrize(("arm", "replicate"), [((0, 1), (0,)), (((0,), (1,)), ((0,), (1,)))])
def test_lanes_are_two_equal_vectors(arm, replicate):
    with pytest.raises(ValueError, match="equal vectors"):
        Lanes(np.array(arm), np.array(replicate))


def test_lanes_are_found_among_lanes():
    lanes = Lanes(np.array([2, 0, 1, 0]), np.array([7, 9, 7, 7]))
    assert lanes.find(lanes.take([3, 0, 3])).tolist() == [3, 0, 3]
    assert lanes.find(Lanes(np.array([0, 1]), np.array([7, 9]))) is None
    assert lanes.find(Lanes(np.array([3]), np.array([99]))) is None
    assert lanes.take(np.zeros(0, dtype=int)).find(lanes) is None


values = st.floats(-1e12, 1e12)


@given(hnp.arrays(np.float64, st.tuples(st.integers(1, 40), st.integers(1, 9)), elements=values))
def test_adding_up_goes_from_the_first_to_the_last(x):
    expected = x[0].copy()
    for row in x[1:]:
        expected = expected + row
    assert np.array_equal(add_up(x), expected)


def test_adding_up_does_not_depend_on_the_number_of_lanes():
    """Where `numpy.sum` does: over one long column it adds in pairs, over many side by side in order."""
    x = np.random.default_rng(0).lognormal(0, 8, (1000, 33))
    alone = np.array([add_up(np.ascontiguousarray(x[:, [lane]]))[0] for lane in range(33)])
    assert np.array_equal(add_up(x), alone)
    paired = np.array([np.ascontiguousarray(x[:, [lane]]).sum(axis=0)[0] for lane in range(33)])
    assert not np.array_equal(x.sum(axis=0), paired), "else this test shows nothing"


def test_the_order_of_adding_counts():
    assert add_up(np.array([[1e16], [1.0], [-1e16]])).tolist() == [0.0]


def test_a_series_is_known_per_arm_scaled_per_lane_and_held_at_its_ends():
    series = Series(np.array([[1.0, 10.0], [2.0, 20.0]]), np.array([1, 0, 1]), np.array([1.0, 2.0, 0.5]))
    assert series.at(0).tolist() == [10.0, 2.0, 5.0]
    assert series.at(-3).tolist() == series.at(0).tolist()
    assert series.at(99).tolist() == [20.0, 4.0, 10.0]


def test_a_tree_is_read_by_attribute_and_frozen():
    tree = Tree({"a": Tree({"b": 1, "names": ("x",)}), "c": 2})
    assert tree.a.b == tree["a"]["b"] == 1
    assert (len(tree), list(tree)) == (2, ["a", "c"])
    with pytest.raises(AttributeError, match="frozen"):
        tree.c = 3
    with pytest.raises(AttributeError, match="did you mean 'names'"):
        _ = tree.a.nams


def test_replacing_leaves_the_old_tree_alone():
    tree = Tree({"a": Tree({"b": 1}), "c": 2})
    new = tree.replace("a.b", 5)
    assert (tree.a.b, new.a.b, new.c) == (1, 5, 2)
    with pytest.raises(KeyError, match="no 'x'"):
        tree.replace("a.x", 1)


def test_a_tree_survives_the_way_to_a_worker():
    tree = pickle.loads(pickle.dumps(Tree({"a": Tree({"b": np.arange(3.0)})})))
    assert tree.a.b.tolist() == [0.0, 1.0, 2.0]


def test_a_fault_is_one_line_that_can_be_read_whatever_it_gives_back():
    long = Fault(f"found '{'x' * 100_000}' - a number is needed", f"--set {'y' * 5000}.dose", 3)
    assert len(str(long)) < 2000
    assert str(long).startswith("--set yyy")
    assert str(long).endswith("xxx' - a number is needed")
    assert str(Fault("unknown arm 'a\n\n\u2028b'")) == "unknown arm 'a b'"


def test_faults_say_where():
    error = UserError([Fault("odd", "f.yaml", 3, 7), Fault("worse", "f.yaml"), "plain"])
    assert str(error) == "f.yaml:3:7: odd\nf.yaml: worse\nplain"
    assert nearest("lenght", ["length", "held"]) == " - did you mean 'length'?"
    assert nearest("zzz", ["length"]) == ""


def test_men_are_not_shells():
    units = registry()
    assert units.Quantity(1, "person").check("[person]")
    assert not units.Quantity(1, "shell").is_compatible_with("person")
    assert units.Quantity(1, "Gusd").to("Musd").magnitude == pytest.approx(1000.0)


def test_a_library_that_is_there_and_broken_is_not_blamed_on_the_user(tmp_path, monkeypatch):
    (tmp_path / "SALib.py").write_text("raise TypeError('made for another numpy')\n")
    monkeypatch.syspath_prepend(tmp_path)
    for name in [name for name in sys.modules if name.partition(".")[0] == "SALib"]:
        monkeypatch.delitem(sys.modules, name)
    with pytest.raises(MachineError, match=r"SALib cannot be used .TypeError: made for another numpy"):
        optional("SALib")
