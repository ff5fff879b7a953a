"""A factorial judged: per-war numbers, estimates and sentences on made-up wars whose answer is known."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.analysis.estimate import Estimate
from sim.analysis.names import sides_among
from sim.analysis.outcomes import replicates as tables
from sim.analysis.serialise import plain
from sim.analysis.statistics import row_estimates as rows
from sim.analysis.statistics.arm_sets import curves_of, factorial_of
from sim.analysis.statistics.doses import analyse_doses
from sim.analysis.statistics.factorial import analyse
from sim.analysis.statistics.precision import FIRST, Precision, Target, next_size, reached_precision, targets
from sim.foundation.errors import UserError
from tests.analysis.wars import result
from tests.naming import WORDS

FACTORS = ("a", "b", "c")
WEEKS = 53


def set_names(factors=FACTORS):
    sets = [[f for bit, f in enumerate(factors) if index >> bit & 1] for index in range(1 << len(factors))]
    return ["base", *("+".join(one) for one in sorted(sets[1:], key=len))]


def wars(worth, names=None, replicates=12, luck=50.0, **attrs):
    """Return a result in which the arm `name` has kept ``worth(levers)`` km2 by the end, whatever the war's luck."""
    names = names or set_names()
    rng = np.random.default_rng(5)
    own = 1000 + luck * rng.standard_normal(replicates)
    kept = np.array([worth(set(name.split("+")) - {"base"}) for name in names], dtype=float)
    kept = kept.reshape(len(names), -1) * np.ones(replicates)
    net = (own - kept)[..., None] * np.linspace(0, 1, WEEKS)
    data = result(np.stack([net, np.zeros_like(net)], axis=-1), arms=names, days=7 * np.arange(WEEKS), **attrs)
    losses = 1000 * np.arange(1, len(names) + 1)[:, None, None, None] * np.ones((1, replicates, WEEKS, 2))
    data["casualties"] = ("arm", "replicate", "time", "side"), losses
    data["delivered"] = ("arm", "replicate", "time", "ally"), np.ones((len(names), replicates, WEEKS, 3))
    return data.assign_coords(side=["ukraine", "russia"], ally=["x", "y", "z"])


def additive(levers):
    return sum({"a": 10.0, "b": 20.0, "c": 40.0}[lever] for lever in levers)


def test_the_table_has_one_number_a_war_however_it_is_cut():
    data = wars(additive, replicates=7)
    whole, pieces = tables.outcomes_by_replicate(data), tables.outcomes_by_replicate(data, lanes_at_once=16)
    assert whole.identical(pieces)
    assert dict(whole.sizes) == {"arm": 8, "replicate": 7, "time": 2, "milestone": 2}
    np.testing.assert_allclose(whole["kept_km2"].sel(arm="a+c"), 50.0, rtol=1e-4)
    np.testing.assert_allclose(whole["net_km2"].sel(arm="base"), data["net_km2"].sel(arm="base").isel(time=-1))
    assert (whole["casualties_russia"].sel(arm="base") == 1000).all()
    assert (whole["delivered"] == 3).all()
    assert {one.name for one in tables.known_outcomes(whole)} >= {"kept_km2", "p_halt", "p_ceasefire"}


def test_wars_too_short_for_a_halt_leave_it_out():
    data = wars(additive).isel(time=slice(0, 5))
    names = [one.name for one in tables.known_outcomes(tables.outcomes_by_replicate(data))]
    assert "kept_km2" in names
    assert "p_halt" not in names
    json.dumps(plain(analyse(tables.outcomes_by_replicate(data))), allow_nan=False)


def test_effects_that_add_up_have_no_interaction():
    found = plain(analyse(tables.outcomes_by_replicate(wars(additive))))
    kept = found["outcomes"]["kept_km2"]
    for lever, gain in {"a": 10.0, "b": 20.0, "c": 40.0}.items():
        for way in ("alone", "main", "shapley", "last"):
            np.testing.assert_allclose(kept["levers"][lever][way], gain, rtol=1e-3)
        assert kept["levers"][lever]["shapley_share"][1] == pytest.approx(gain / 70, rel=1e-3)
    np.testing.assert_allclose(kept["joint"], 70.0, rtol=1e-3)
    np.testing.assert_allclose(kept["joint_minus_sum"], 0.0, atol=1e-2)
    np.testing.assert_allclose([one for name, one in kept["dividends"].items() if "+" in name], 0.0, atol=1e-2)
    np.testing.assert_allclose(kept["sizes"]["with c"], kept["sizes"]["with_if_additive"], atol=1e-2)
    assert len(kept["dividends"]) == 7
    assert found["arms"]["a+b"]["levers"] == ["a", "b"]


def test_a_bonus_of_two_is_found_where_it_is():
    """10 each; a and b together 30 more; c spoils 6 of it."""

    def worth(levers):
        together = {"a", "b"} <= levers
        return 10.0 * len(levers) + 30.0 * together - 6.0 * (together and "c" in levers)

    kept = plain(analyse(tables.outcomes_by_replicate(wars(worth))))["outcomes"]["kept_km2"]
    value = {name: one[1] for name, one in kept["dividends"].items()}
    expected = {"a": 10, "b": 10, "c": 10, "a+b": 30, "a+c": 0, "b+c": 0, "a+b+c": -6}
    assert value == pytest.approx(expected, abs=1e-2)
    assert kept["levers"]["a"]["shapley"][1] == pytest.approx(10 + 15 - 2, rel=1e-3)
    assert kept["joint_minus_sum"][1] == pytest.approx(24, rel=1e-3)
    assert kept["blocks"]["without c"]["joint_minus_sum"][1] == pytest.approx(30, rel=1e-3)
    assert kept["blocks"]["with c"]["joint_minus_sum"][1] == pytest.approx(24, rel=1e-3)
    assert kept["pairs"]["a+b"][1] == pytest.approx(27, rel=1e-3)
    assert kept["orders"]["2"][1] == pytest.approx(30, rel=1e-3)
    assert kept["whole_exceeds_parts_in"] == 1.0
    np.testing.assert_allclose(kept["spread"], 24, rtol=1e-3)
    over = kept["superadditivity"]
    assert (over["pairs"], over["told_above"], over["told_below"]) == (6, 3, 1)  # a|b, a|b+c, b|a+c gain; a+b|c loses


def test_ground_that_a_ceasefire_keeps_is_told_apart():
    """In war 0 the joint arm ends by a cease-fire and keeps 600 km2 more; the other wars just add up."""
    bonus = np.zeros(12)
    bonus[0] = 600.0
    data = wars(lambda levers: additive(levers) + bonus * (len(levers) == 3))
    data["war"][{"arm": 7, "replicate": 0, "time": slice(40, None)}] = 0.0
    found = plain(analyse(tables.outcomes_by_replicate(data)))
    assert found["outcomes"]["kept_km2"]["joint_minus_sum"][1] == pytest.approx(600 / 12, rel=1e-3)
    assert found["while_fighting"]["wars"] == 11
    np.testing.assert_allclose(found["while_fighting"]["joint_minus_sum"], 0.0, atol=1e-2)
    np.testing.assert_allclose(found["while_fighting"]["levers"]["a"]["shapley"], 10.0, rtol=1e-3)


def test_the_sentence_says_which_way():
    def said(bonus):
        return plain(analyse(tables.outcomes_by_replicate(wars(lambda s: 10.0 * len(s) + bonus * (len(s) > 1)))))[
            "sentence"
        ]

    assert "exceeds the sum" in said(20.0)
    assert "falls short of the sum" in said(-5.0)
    noise = np.random.default_rng(3).normal(0, 50, 12)
    told = plain(analyse(tables.outcomes_by_replicate(wars(lambda s: 10.0 * len(s) + noise * (len(s) == 3)))))[
        "sentence"
    ]
    assert "cannot be distinguished from the sum" in told


def test_luck_that_is_shared_cancels():
    """The same effects under a hundred times the luck: intervals stay as they are."""
    calm, wild = (
        plain(analyse(tables.outcomes_by_replicate(wars(additive, luck=luck))))["outcomes"]["kept_km2"]
        for luck in (5.0, 500.0)
    )
    np.testing.assert_allclose(calm["joint"], wild["joint"], atol=0.05)


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 30), st.floats(0.5, 0.99), st.integers(0, 2**32 - 1))
def test_rows_are_the_house_estimates(n, level, seed):
    values = np.random.default_rng(seed).integers(-1, 2, (3, n)).astype(float)
    plain, rates = rows.row_estimates(values, level, False), rows.row_estimates(values, level, True, [1, 2, 3])
    for place, row in enumerate(values):
        np.testing.assert_allclose(plain[place], Estimate.mean(row, level).as_list())
        np.testing.assert_allclose(rates[place], Estimate.paired_rate(row, level, place + 1.0).as_list(), atol=1e-12)


def test_a_share_of_the_whole_covers_the_truth_and_is_nothing_where_the_whole_is():
    rng = np.random.default_rng(11)
    hits = 0
    for _ in range(300):
        whole = 10 + rng.normal(0, 5, 60)
        part = 0.3 * whole + rng.normal(0, 1, 60)
        low, _, high = rows.ratio(part, whole, 0.9).as_list()
        hits += low <= 0.3 <= high
    assert abs(hits / 300 - 0.9) < 4 * np.sqrt(0.09 / 300)
    assert np.isnan(rows.ratio(np.ones(50), rng.normal(0, 1, 50), 0.9).as_list()).all()


def test_a_factorial_is_read_from_the_names():
    found = factorial_of(["base", "b", "a", "a+b"])
    assert found.factors == ("b", "a")
    assert found.rows.tolist() == [0, 1, 2, 3]
    for arms, told in (
        (["base", "a", "b"], r"1 set is missing \(a\+b\)"),
        (["base", "a", "b", "a+b", "a+d"], r"a\+d belongs to no set"),
        (["base", "a"], "fewer than two factors"),
    ):
        with pytest.raises(UserError, match=told):
            factorial_of(arms)


def test_dose_curves():
    names = ["base", "all", "t@25", "t@100", "k@50"]
    assert [(curve.name, curve.doses.tolist(), curve.rows.tolist()) for curve in curves_of(names)] == [
        ("t", [0.0, 0.25, 1.0], [1, 2, 3]),
        ("k", [0.0, 0.5], [1, 4]),
    ]
    kept = {"base": 0.0, "all": 100.0, "t@25": 110.0, "t@100": 130.0, "k@50": 95.0}
    found = plain(analyse_doses(tables.outcomes_by_replicate(wars(lambda s: kept[next(iter(s), "base")], names))))
    np.testing.assert_allclose(found["curves"]["t"]["outcomes"]["kept_km2"], [[0] * 3, [10] * 3, [30] * 3], rtol=1e-3)
    np.testing.assert_allclose(found["curves"]["k"]["outcomes"]["kept_km2"][1], -5, rtol=1e-3)
    assert found["curves"]["k"]["totals"]["delivered"] == [[0.0] * 3] * 2
    assert "k -5.0 km2" in found["sentence"]
    with pytest.raises(UserError, match="by degrees"):
        curves_of(["base", "a"])


# --- stopping -------------------------------------------------------------------


def test_targets():
    sides = sides_among(WORDS)
    assert targets(["20", "p_halt=2%", "casualties_russia = 500"], sides) == [
        Target("kept_km2", 20.0), Target("p_halt", 0.02), Target("casualties_russia", 500.0),
    ]  # fmt: skip
    with pytest.raises(UserError) as told:
        targets(["p_hal=0.1", "kept_km2=0", "p_halt=3", "much", "kept_km2=nan"], sides)
    text = [str(fault) for fault in told.value.faults]
    assert len(text) == 5
    assert "did you mean 'p_halt'?" in text[0]
    assert "2%" in text[2]


def test_a_look_is_the_half_width_of_joint_minus_sum():
    noise = np.random.default_rng(3).normal(0, 50, 12)
    table = tables.outcomes_by_replicate(wars(lambda s: 10.0 * len(s) + noise * (len(s) == 3)))
    low, _, high = plain(analyse(table))["outcomes"]["kept_km2"]["joint_minus_sum"]
    (found,) = reached_precision(table, [Target("kept_km2", 1.0)])
    assert found.half_width == pytest.approx((high - low) / 2)
    assert not found.met
    with pytest.raises(UserError, match="too short"):
        reached_precision(tables.outcomes_by_replicate(wars(additive).isel(time=slice(0, 5))), [Target("p_halt", 0.1)])


def test_the_next_look_has_as_many_wars_as_the_width_asks_for():
    wide = [Precision(Target("kept_km2", 10.0), 20.0), Precision(Target("p_halt", 0.1), 0.05)]
    assert next_size(100, wide, 10_000) == 420  # twice too wide: four times the wars, and 5 % over
    assert next_size(100, wide, 300) == 300
    assert next_size(300, wide, 300) == 300
    assert next_size(100, wide[1:], 10_000) == 100
    assert next_size(100, [Precision(Target("kept_km2", 10.0), 10.01)], 10_000) == 125
    assert next_size(100, [Precision(Target("kept_km2", 10.0), np.inf)], 10_000) == 200


@pytest.mark.slow
def test_stopping_by_width_keeps_the_coverage():
    """The rule with normal wars: how often the interval at the stop holds the truth, against the level less a little."""
    rng = np.random.default_rng(7)
    hits, runs = 0, 400
    for _ in range(runs):
        drawn = rng.normal(3.0, 100.0, 4_000)
        size = FIRST
        while True:
            estimate = Estimate.mean(drawn[:size], 0.9)
            one = Precision(Target("kept_km2", 9.0), (estimate.high - estimate.low) / 2)
            after = next_size(size, [one], 4_000)
            if after == size:
                break
            size = after
        assert one.met
        hits += estimate.low <= 3.0 <= estimate.high
    assert abs(hits / runs - 0.9) < 0.02 + 3 * np.sqrt(0.09 / runs)
