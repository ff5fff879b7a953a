"""Sensitivity, discovery and value of information against closed forms and columns that cannot matter."""

import sys

import numpy as np
import pytest

from sim.analysis.outcomes.judging import Thresholds, critical_rates, first_halt
from sim.analysis.outcomes.quantities import first_halts, halted, quantities
from sim.analysis.sensitivity import information
from sim.analysis.sensitivity import ranking as sensitivity
from sim.analysis.sensitivity import scenario_discovery as discovery
from sim.analysis.sensitivity.information import binned, measures, value_of_information
from sim.analysis.sensitivity.scenario_discovery import Restriction, count, discover
from sim.foundation.errors import UserError
from sim.foundation.extras import optional
from sim.foundation.noise import Noise
from tests.analysis.wars import result, steady

COORDINATION, JOINT = "coordination", "all_with_coordination"

N = 2000


def uniform(columns, n=N, seed=1):
    return Noise(seed, np.arange(n)).uniform("inputs of a test", 0, columns).T


@pytest.fixture(scope="module")
def ishigami():
    """Ishigami & Homma 1990 in three of six inputs: first-order shares 0.314, 0.442 and 0, the rest inert."""
    pytest.importorskip("SALib")
    u = uniform(6)
    x = np.pi * (2 * u[:, :3] - 1)
    y = np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])
    return sensitivity.rank("ishigami", [f"x{i}" for i in range(1, 7)], u, y, seed=3)


def test_the_inputs_of_ishigami_pass_the_line_and_the_inert_do_not(ishigami):
    assert {one.name for one in ishigami.above} == {"x1", "x2", "x3"}
    assert ishigami.indices[0].name == "x2"  # as in Pianosi & Wagener 2015
    assert all(np.isfinite(one.error) and one.error < 0.05 for one in ishigami.above)
    assert all(np.isnan(one.error) for one in ishigami.indices if not one.above)


def test_first_order_shares_of_ishigami(ishigami):
    share = {one.name: (one.first_order, one.first_order_error) for one in ishigami.above}
    for name, exact in (("x1", 0.314), ("x2", 0.442), ("x3", 0.0)):
        value, error = share[name]
        assert abs(value - exact) < 4 * error + 0.01


def test_the_index_is_the_median_distance_of_slices():
    pytest.importorskip("SALib")
    u = uniform(2)
    y = u[:, 0]
    got = sensitivity.distances(u, y)
    # slice k of ten of a uniform: its distribution is farthest from the whole at one of its ends, by max(k, 9 - k) / 10
    assert got[0] == pytest.approx(np.median([max(k, 9 - k) / 10 for k in range(10)]), abs=0.01)
    assert got[1] < 0.1


@pytest.mark.parametrize("n", [120, 150, 180, 240, 299, 300])
def test_any_number_of_wars_can_be_ranked(n):
    pytest.importorskip("SALib")
    u = uniform(3, n)
    assert sensitivity.rank("few", list("abc"), u, u[:, 1], 1).indices[0].name == "b"


def test_what_does_not_vary_is_not_ranked():
    with pytest.raises(ValueError, match="nothing to rank"):
        sensitivity.rank("flat", ["a"], uniform(1), np.ones(N), 1)


def test_the_line_lets_about_one_inert_input_through():
    pytest.importorskip("SALib")
    u = uniform(101, 400, seed=5)
    found = sensitivity.rank("noise", [str(i) for i in range(100)], u[:, 1:], u[:, 0], 2)
    assert len(found.above) <= 4  # Poisson with mean one: more in four of a thousand


# --- value of information --------------------------------------------------------------------------------------


def test_a_chance_that_is_the_input_itself():
    """P(halt | x) = x: variance of it 1/12 of 1/4, a third; EVPPI at one half is 1/8; half of the range turns it."""
    u = uniform(3, 20_000)
    halt = (u[:, 2] < u[:, 0]).astype(float)
    told = value_of_information(["known", "inert"], u[:, :2], halt, 0.5, 4)
    best, other = told.worths
    assert best.name == "known"
    # ten bins lose the variance inside them: a hundredth of the whole
    assert best.share == pytest.approx((1 - 0.01) / 3, abs=4 * best.share_error)
    assert best.evppi == pytest.approx(0.125, abs=4 * best.evppi_error + 0.005)
    assert best.turns == pytest.approx(0.5, abs=0.051)
    assert (best.low_half, best.high_half) == (pytest.approx(0.25, abs=0.02), pytest.approx(0.75, abs=0.02))
    assert best.above
    assert not other.above
    assert abs(other.share) < 0.005


def test_nothing_to_gain_far_from_the_threshold():
    u = uniform(2, 5000)
    halt = (u[:, 1] < 0.2 * u[:, 0]).astype(float)
    told = value_of_information(["x"], u[:, :1], halt, 0.5, 4)
    assert told.worths[0].above
    assert told.worths[0].evppi == 0.0
    assert told.worths[0].turns == 0.0


def test_the_share_is_the_correlation_ratio_of_brute_force():
    u = uniform(2, 1000)
    halt = (u[:, 1] < u[:, 0] ** 2).astype(float)
    where = binned(u[:, :1], 10)
    assert set(np.bincount(where[:, 0])) == {100}
    groups = [halt[where[:, 0] == k] for k in range(10)]
    within = sum(((g - g.mean()) ** 2).sum() for g in groups) / (1000 - 10)
    between = sum(len(g) * (g.mean() - halt.mean()) ** 2 for g in groups)
    total = ((halt - halt.mean()) ** 2).sum()
    share, evppi, turns = measures(where, halt, 10, 0.3)
    assert share[0] == pytest.approx((between - 9 * within) / total)
    assert evppi[0] == pytest.approx(np.mean([max(g.mean() - 0.3, 0) for g in groups]) - max(halt.mean() - 0.3, 0))
    assert turns[0] == pytest.approx(np.mean([(g.mean() >= 0.3) != (halt.mean() >= 0.3) for g in groups]))


def test_inert_inputs_stay_below_the_line():
    u = uniform(61, 500, seed=9)
    told = value_of_information([str(i) for i in range(60)], u[:, 1:], (u[:, 0] < 0.3).astype(float), 0.5, 1)
    assert sum(one.above for one in told.worths) <= 4
    assert abs(np.mean([one.share for one in told.worths])) < 0.01  # no bias left


# --- scenario discovery ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def boxed():
    pytest.importorskip("ema_workbench")
    u = uniform(7)
    inside = (u[:, 0] > 0.6) & (u[:, 3] < 0.5)
    wanted = u[:, 6] < np.where(inside, 0.8, 0.1)
    return discover([f"x{i}" for i in range(6)], u[:, :6], wanted)


def test_the_box_that_was_planted_is_found(boxed):
    sides = {one.name: one for one in boxed.restrictions}
    assert set(sides) == {"x0", "x3"}
    assert sides["x0"].low == pytest.approx(0.6, abs=0.06)
    assert sides["x0"].high is None
    assert sides["x3"].high == pytest.approx(0.5, abs=0.06)
    assert all(one.quasi_p < 1e-6 for one in boxed.restrictions)


def test_the_box_is_counted_on_wars_it_has_not_seen(boxed):
    held = boxed.held_out
    assert held.wars == boxed.found.wars == N // 2
    assert held.inside.low < 0.8 < held.inside.high
    assert held.outside.low < 0.1 < held.outside.high + 0.02
    assert held.mass == pytest.approx(0.2, abs=0.05)
    # coverage: 0.2 * 0.8 of 0.2 * 0.8 + 0.8 * 0.1
    assert held.coverage == pytest.approx(2 / 3, abs=0.1)


def test_a_box_of_noise_does_no_better_than_the_rate_on_the_other_half():
    pytest.importorskip("ema_workbench")
    u = uniform(7, seed=6)
    box = discover([f"x{i}" for i in range(6)], u[:, :6], u[:, 6] < 0.3)
    if box.restrictions:
        assert box.held_out.inside.low < box.held_out.rate < box.held_out.inside.high


def test_too_few_wars_make_no_box():
    wanted = np.zeros(N, dtype=bool)
    wanted[: discovery.LEAST_HITS] = True
    assert discover(["a"], uniform(1), wanted) is None


def test_a_box_is_counted_by_hand():
    x = np.array([[0.1], [0.4], [0.6], [0.9]])
    told = count([Restriction("a", 0.5, None, 0.0)], ["a"], x, np.array([True, False, True, True]), 0.9)
    assert (told.inside.value, told.outside.value) == (1.0, 0.5)
    assert (told.coverage, told.mass, told.rate) == (pytest.approx(2 / 3), 0.5, 0.75)


# --- the quantities ----------------------------------------------------------------------------------------------

ARMS = ("base", "one", "two", COORDINATION, JOINT)


def wars():
    """Five arms of two wars: gains of 10, 9, 8, 9.5 and 0.5 or 5 km2 a day."""
    rates = [[10, 10], [9, 9], [8, 8], [9.5, 9.5], [0.5, 5.0]]
    return result(steady(rates), arms=ARMS)


def test_quantities_by_hand():
    found = quantities(wars())
    days = 7 * 53
    np.testing.assert_allclose(found["base_net_km2"].values, 10 * days)
    np.testing.assert_allclose(found["joint_kept_km2"].values, [9.5 * days, 5 * days])
    np.testing.assert_allclose(found["beyond_sum_km2"].values, np.array([9.5 - 3.5, 5 - 3.5]) * days)
    np.testing.assert_array_equal(found["joint_halt"].values, [1, 0])
    assert "joint_hazard" not in found  # not recorded here
    assert not found["base_net_km2"].varies
    np.testing.assert_allclose(found["joint_calmest"].values, [0.5, 5.0])


def test_a_later_deadline_sees_later_halts():
    late = np.concatenate([np.full(30, 10.0), np.full(23, 0.5)]).cumsum() * 7
    net = np.zeros((1, 1, 54, 2))
    net[0, 0, 1:, 0] = late
    data = result(net, arms=[JOINT])
    assert halted(data, JOINT)[0] == 0
    assert halted(data, JOINT, 300)[0] == 1
    assert first_halts(data, JOINT, 300)[0][0] == 30 * 7


def test_the_calmest_stretch_is_below_the_rate_where_and_only_where_the_advance_halts():
    noise = Noise(3, np.arange(400))
    net = np.cumsum(20 * noise.uniform("gains of a test", 0, 40).T, axis=1)
    war = np.arange(40) < 10 + 40 * noise.uniform("ends of a test", 0, 1).T
    days = np.arange(40) * 7.0
    rule = Thresholds(halt_rate=1.0, halt_days=35, halt_within_days=140)
    day, _ = first_halt(net, war, days, rule)
    np.testing.assert_array_equal(critical_rates(net, war, days, rule) < rule.halt_rate, np.isfinite(day))
    assert 20 < np.isfinite(day).sum() < 380
    assert np.isnan(critical_rates(net[:, :2], war[:, :2], days[:2], rule)).all()


def test_a_missing_library_is_said_with_its_remedy(monkeypatch):
    monkeypatch.setitem(sys.modules, "SALib.analyze.pawn", None)
    with pytest.raises(UserError, match=r"in-concert\[sensitivity\]"):
        sensitivity.distances(uniform(1), uniform(1)[:, 0])
    assert optional("SALib").__name__ == "SALib"
    assert information.BINS > 1
