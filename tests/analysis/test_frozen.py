"""What freezing changes: means with their errors, and who is called an agent."""

import numpy as np
import pytest

from sim.analysis.outcomes.frozen import Change, freezings
from sim.report.agents import screen


def ends(net, attacker=1000.0, defender=500.0, delivered=40.0):
    """Return what wars came to, (replicate,) each, from net gains."""
    net = np.asarray(net, dtype=float)
    return {
        "net_km2": net,
        "casualties": np.stack([np.full(net.size, defender), np.full(net.size, attacker)]),
        "delivered": np.full(net.size, delivered),
    }


def test_a_change_is_the_mean_of_paired_differences_with_its_standard_error():
    change = Change.between(np.array([11.0, 12.0, 13.0]), np.array([10.0, 10.0, 10.0]))
    assert change.mean == pytest.approx(2.0)
    assert change.error == pytest.approx(1.0 / np.sqrt(3.0))
    assert change.share == pytest.approx(0.2), "2 is more than three times 0.58"
    assert change.percent()[1] == pytest.approx(20.0)


def test_a_change_within_three_standard_errors_of_nothing_is_no_share():
    assert Change.between(np.array([9.0, 12.0, 13.0]), np.full(3, 10.0)).share == 0.0
    assert Change.between(np.array([12.0]), np.array([10.0])).share == 0.0, "one replicate has no error"


def test_casualties_are_those_of_the_own_side_and_the_largest_share_comes_first():
    base, wild = ends([100.0] * 4), ends([100.0] * 4, attacker=1300.0)
    quiet = ends([100.5] * 4, defender=505.0)
    found = freezings({"": base, "a": quiet, "b": wild}, {"a": "A", "b": "B"}, {"a": 0, "b": 1})
    assert [one.agent for one in found] == ["b", "a"]
    assert found[0].share == pytest.approx(0.3)
    assert found[1].share == pytest.approx(0.01)
    assert all(one.decides for one in found)
    account = found[0].account()
    assert {"agent", "ground_km2", "casualties_pct", "delivered_pct", "share_of_objective"} <= account.keys()
    assert account["casualties_pct"] == pytest.approx([30.0, 30.0, 30.0])


def test_who_moves_less_than_a_hundredth_is_an_input_and_is_called_one():
    found = freezings({"": ends([100.0] * 4), "a": ends([100.9] * 4)}, {"a": "A"}, {"a": 0})
    assert not found[0].decides
    shown = screen(found, 4)
    assert shown.tables[0].rows[0][-1] == "an input"
    assert "0 of 1 classes" in shown.sentence
