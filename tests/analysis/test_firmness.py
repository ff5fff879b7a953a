"""How firm a verdict is, against the definitions that it must agree with, and what must be true of any threshold."""

from dataclasses import replace

import numpy as np
import pytest

from sim.analysis.estimate import Estimate
from sim.analysis.outcomes.judging import Thresholds, critical_depths, critical_rates, outcomes
from sim.analysis.result import judge
from sim.analysis.serialise import plain
from sim.analysis.verdicts.robustness import HALT, OF, REVERSAL, Judge, Turn, charts, moved, robustness, scan
from sim.foundation.errors import UserError
from tests.analysis.wars import result, steady

ARMS = ("base", "atacms", "us_arms", "all_without_coordination", "coordination", "all_with_coordination")
GRIDS = {
    "halt_rate": (0.5, 1.0, 2.0, 4.0, 9.0),
    "halt_days": (14.0, 28.0, 60.0, 120.0),
    "halt_within_days": (30.0, 91.0, 182.0, 300.0),
    "reversal_km2": (1.0, 5.0, 10.0, 60.0),
    "reversal_days": (14.0, 30.0, 60.0, 100.0),
    "can": (0.1, 0.5, 0.9),
    "cannot": (0.1, 0.5),
}


@pytest.fixture(scope="module")
def wandering():
    """Wars that wander, with pauses, reversals and cease-fires: every outcome comes about in some and not in others."""
    luck = np.random.default_rng(3)
    weekly = luck.normal(4.0, 9.0, (len(ARMS), 60, 1, 2)) + luck.normal(0.0, 6.0, (len(ARMS), 60, 53, 2))
    net = np.concatenate([np.zeros((len(ARMS), 60, 1, 2)), weekly.cumsum(axis=2)], axis=2)
    end = np.where(luck.random((len(ARMS), 60)) < 0.3, luck.integers(5, 53, (len(ARMS), 60)), 99)
    war = np.arange(54) < end[..., None]
    return result(net, war=war, arms=ARMS, fronts=("pokrovsk", "lyman"))


@pytest.mark.parametrize("halt_rate", [-0.5, 0.5, 2.0, 7.3])
@pytest.mark.parametrize("halt_days", [10.0, 28.0, 60.0])
@pytest.mark.parametrize("within", [0.0, 100.0, 400.0])
def test_a_war_halts_where_its_critical_rate_lies_below(wandering, halt_rate, halt_days, within):
    rule = Thresholds(halt_rate=halt_rate, halt_days=halt_days, halt_within_days=within)
    expected = outcomes(wandering, rule)["halt"].to_numpy()
    np.testing.assert_array_equal(Judge(wandering).happens(HALT, rule), expected)


@pytest.mark.parametrize("km2", [1.0, 25.0, 80.0])
@pytest.mark.parametrize("days", [10.0, 28.0, 60.0, 200.0])
def test_a_reversal_is_where_the_critical_depth_reaches(wandering, km2, days):
    rule = Thresholds(reversal_km2=km2, reversal_days=days)
    expected = outcomes(wandering, rule)["reversal"].to_numpy()
    np.testing.assert_array_equal(Judge(wandering).happens(REVERSAL, rule), expected)


def test_a_steady_advance_halts_just_above_its_own_rate():
    data = result(steady([[0.7, 3.0]]))
    net, days = data["net_km2"].to_numpy().astype(float), np.arange(54) * 7.0
    rates = critical_rates(net, np.ones_like(net, dtype=bool), days, Thresholds(halt_days=60.0, halt_within_days=182.0))
    np.testing.assert_allclose(rates, [[0.7, 3.0]], rtol=1e-5)


def test_peace_is_no_halt_and_no_reversal_and_a_short_record_tells_nothing():
    days = np.arange(20) * 7.0
    net = -np.broadcast_to(days, (1, 1, 20)).astype(float)
    peace = np.zeros((1, 1, 20), dtype=bool)

    def rule(halt_days: float, within: float) -> Thresholds:
        return Thresholds(halt_days=halt_days, halt_within_days=within, reversal_days=halt_days)

    assert critical_rates(net, peace, days, rule(28.0, 90.0))[0, 0] == np.inf
    assert np.isnan(critical_rates(net, peace, days, rule(28.0, 182.0))).all()
    assert critical_depths(net[..., None], peace, days, rule(28.0, 90.0))[0, 0] == -np.inf
    assert np.isnan(critical_rates(net, ~peace, days, rule(200.0, 182.0))).all()
    assert np.isnan(critical_depths(net[..., None], ~peace, days, rule(200.0, 90.0))).all()


#: threshold -> +1 if more of it is laxer, -1 if stricter
LAXER = {"halt_rate": 1, "halt_days": -1, "halt_within_days": 1, "reversal_km2": -1}


@pytest.mark.parametrize("name", LAXER)
def test_a_laxer_definition_never_lowers_a_chance_in_any_arm(wandering, name):
    wars = Judge(wandering)
    question = REVERSAL if name in OF[REVERSAL] else HALT
    values = GRIDS[name][:: LAXER[name]]
    chances = [wars.happens(question, moved(wars.rule, **{name: value})).mean(axis=1) for value in values]
    assert (np.diff(chances, axis=0) >= 0.0).all()
    assert (chances[-1] > chances[0]).any(), "and the grid reaches over something"


def test_the_answer_at_the_scenarios_thresholds_is_the_verdict_of_the_summary(wandering):
    wars, told = Judge(wandering), judge(wandering)
    answer = wars.answer(HALT, wars.rule)
    assert answer.verdict == told["verdict"]
    assert answer.of_base.value == told["arms"]["base"]["p_halt"]
    assert answer.of_joint.as_list()[::2] == told["arms"]["all_with_coordination"]["p_halt_interval"]
    assert answer.gain.as_list() == told["findings"]["joint_minus_base_p_halt"]
    assert answer.of_best.value == max(told["arms"][name]["p_halt"] for name in ("atacms", "us_arms"))


def designed(base, single, joint, replicates=200):
    """Return wars that gain 0.5 or 5 km2 a day: this share of each arm's is slow."""
    shares = {"base": base, "atacms": single, "us_arms": base, "all_with_coordination": joint}
    rates = [[0.5 if k < share * replicates else 5.0 for k in range(replicates)] for share in shares.values()]
    return result(steady(rates), arms=shares)


@pytest.mark.parametrize(
    ("shares", "verdict", "reason"),
    [
        ((0.1, 0.2, 0.9), "supported", ""),
        ((0.1, 0.2, 0.3), "contradicted", "cannot"),
        ((0.1, 0.9, 0.9), "contradicted", "anyway"),
        ((0.9, 0.9, 0.9), "contradicted", "anyway"),
        ((0.1, 0.2, 0.5), "undecided", ""),
    ],
)
def test_designed_wars_have_the_verdict_designed(shares, verdict, reason):
    wars = Judge(designed(*shares))
    answer = wars.answer(HALT, wars.rule)
    assert (answer.verdict, answer.reason) == (verdict, reason)


def test_a_scan_finds_where_the_verdict_turns():
    """Slow wars gain 0.5, others 5: below 0.5 nobody halts, between them the design shows, above 5 everybody does."""
    found = scan(Judge(designed(0.1, 0.2, 0.9)), HALT, "halt_rate", (0.2, 0.4, 2.0, 6.0))
    assert found.values == (0.2, 0.4, 1.0, 2.0, 6.0), "the scenario's own value is among them"
    assert found.flips() == [(0.4, 1.0, "supported"), (2.0, 6.0, "contradicted")]
    assert found.nearest() == {"below": Turn(0.4, "contradicted"), "above": Turn(6.0, "contradicted")}


def test_can_takes_cannot_along_unless_both_are_moved():
    rule = Thresholds()
    assert (moved(rule, can=0.2).can, moved(rule, can=0.2).cannot) == (0.2, 0.2)
    assert moved(rule, can=0.2, cannot=0.1) == replace(rule, can=0.2, cannot=0.1)
    assert moved(rule, cannot=0.1).can == rule.can


def test_a_chart_agrees_with_single_answers(wandering):
    wars = Judge(wandering)
    (chart,) = charts(wars, [("halt_rate", "can")], GRIDS)
    for y, down in enumerate(chart.rows):
        for x, across in enumerate(chart.columns):
            assert chart.answers[y][x] == wars.answer(HALT, moved(wars.rule, halt_rate=across, can=down))


def test_the_account_says_which_variant_turns_the_verdict():
    results = {"shipped": designed(0.1, 0.2, 0.3), "same": designed(0.0, 0.1, 0.2), "other": designed(0.1, 0.2, 0.9)}
    names = [(key, "group", key) for key in results]
    told = plain(robustness(results, names, GRIDS, [("halt_rate", "can")]))
    assert [row["halt"]["verdict"] for row in told["variants"]] == ["contradicted", "contradicted", "supported"]
    assert [row["same_verdict"]["halt"] for row in told["variants"]] == [True, True, False]
    assert "1 of 2 variants turn it (other: supported)" in told["sentence"]
    assert told["variants"][2]["turns"]["halt"]["halt_rate"]["above"]["value"] == 9.0


def test_wars_without_the_claims_arms_are_refused():
    with pytest.raises(UserError, match="the verdict needs a base"):
        Judge(result(steady([[1.0], [1.0]])))


def test_the_rate_needed_is_where_the_chance_reaches_can():
    """Half of these wars gain 0.5, half 5 km2 a day: a halt in more than 40 % of wars wants just over 0.5, in 60 % over 5."""
    for can, needed in ((0.4, 0.5), (0.6, 5.0)):
        wars = Judge(designed(0.5, 0.5, 0.5).assign_attrs(verdict_can=can))
        assert wars.needed()["base"].value == pytest.approx(needed, rel=1e-5)
        chances = [
            wars.happens(HALT, moved(wars.rule, halt_rate=needed * factor)).mean(axis=1)[0] for factor in (0.99, 1.01)
        ]
        assert chances[0] < can <= chances[1]


def test_the_interval_of_a_quantile_covers_as_it_says():
    luck = np.random.default_rng(1)
    inside = 0
    for _ in range(1000):
        found = Estimate.quantile(luck.exponential(size=80), 0.5, 0.9)
        inside += found.low <= np.log(2.0) <= found.high
    assert inside >= 900 - 3 * np.sqrt(1000 * 0.9 * 0.1), "never narrower than promised, to three standard errors"
    assert inside <= 960


def test_the_interval_of_a_quantile_is_open_where_the_sample_ends():
    found = Estimate.quantile([1.0, 2.0, 3.0], 0.5, 0.9)
    assert (found.low, found.value, found.high) == (-np.inf, 2.0, np.inf)
    assert np.isnan(Estimate.quantile([], 0.5).value)
