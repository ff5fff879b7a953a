import json
import math

import numpy as np
import pytest

from sim.analysis.estimate import Estimate
from sim.analysis.outcomes.judging import Thresholds
from sim.analysis.outcomes.replicates import net_at_milestones
from sim.analysis.result import judge
from sim.analysis.serialise import plain
from sim.analysis.verdicts.claim import verdict_of
from tests.analysis.wars import result, steady

ARMS = ["base", "a", "b", "all_without_coordination", "coordination", "all_with_coordination"]
FAST, STILL = 5.0, 0.0


def claim(halted, replicates=100, arms=ARMS, **attrs):
    """Return a result in which the first `halted[arm]` of the replicates stand still."""
    rates = [[STILL if r < halted[arm] else FAST for r in range(replicates)] for arm in arms]
    return result(steady(rates), arms=arms, **attrs)


def counts(base=5, a=10, b=10, apart=30, coordination=10, joint=80):
    return dict(zip(ARMS, (base, a, b, apart, coordination, joint), strict=True))


@pytest.mark.parametrize(
    ("halted", "verdict"),
    [
        (counts(), "supported"),
        (counts(joint=20), "contradicted"),  # together they cannot
        (counts(b=80), "contradicted"),  # one alone can
        (counts(base=80, a=80, b=80), "contradicted"),  # it would happen anyway
        (counts(joint=52), "undecided"),
        (counts(a=48), "undecided"),
        (counts(apart=95, coordination=95), "supported"),  # the claim is on singles and the base
    ],
)
def test_the_verdict(halted, verdict):
    summary = judge(claim(halted))
    assert summary["verdict"] == verdict
    assert f"within 6 months is {verdict}:" in summary["sentence"]


def test_without_a_paired_gain_nothing_is_supported():
    rule = Thresholds(can=0.2, cannot=0.6)
    at = Estimate(0.4, 0.3, 0.5)
    straddles = Estimate(0.0, -0.1, 0.1)
    low = Estimate(0.1, 0.0, 0.15)
    assert verdict_of(low, [low], at, straddles, rule) == "undecided"
    assert verdict_of(low, [low], at, Estimate(0.2, 0.1, 0.3), rule) == "supported"


def test_thresholds_move_the_verdict():
    halted = counts(joint=30)
    assert judge(claim(halted))["verdict"] == "contradicted"
    assert judge(claim(halted, verdict_can=0.2, verdict_cannot=0.2))["verdict"] == "supported"


def test_few_replicates_decide_nothing():
    """Below thirty replicates nothing is decided, however clear the numbers; the note says why, the numbers stay."""
    for replicates, decided in ((1, False), (29, False), (30, True)):
        summary = judge(claim(dict.fromkeys(ARMS, 0) | {"all_with_coordination": replicates}, replicates=replicates))
        assert summary["verdict"] == ("supported" if decided else "undecided")
        assert summary["note"] == ("" if decided else f"too few replicates ({replicates}; at least 30)")
        assert summary["note"] in summary["sentence"]
        assert summary["arms"]["all_with_coordination"]["p_halt"] == 1.0


def test_the_sentence_states_the_numbers_and_what_would_have_happened_anyway():
    summary = judge(claim(counts()))
    sentence, more = summary["sentence"], summary["more"]
    kept = Estimate.mean(np.repeat([FAST * 371, 0.0], [75, 25]), 0.9)  # 75 of 100 stand still for 371 days
    low, value, high = (f"{x:,.0f}" for x in kept.as_list())
    assert f"keep {value} km2 ({low} to {high}, 90 % interval) from Russia in 53 weeks" in sentence
    assert "advance in the last quarter is 1.0 km2 per day (" in sentence  # 20 of 100 go on at 5
    assert "where it would be 4.8 (" in sentence
    assert "80 % (73 to 86, 90 % interval)" in sentence
    assert "in 5 % (2 to 10) anyway (base)" in sentence
    assert "Slower than 1 km2/day / 2 km2/day / 4 km2/day" in more
    assert "5 / 5 / 5" in more
    assert "Coordination adds +50 points" in more
    assert "exceeds the sum of its parts" in more  # 75 against 5 + 5 + 5
    assert (
        "A reversal comes about in fewer than half of the wars: 0 % (0 to 3), not distinguishable from the base's 0 %"
        in more
    )
    assert "A cease-fire comes about in fewer than half of the wars" in more
    assert "conditional on guessed coefficients" in more
    assert sentence.endswith(".")


def test_what_would_come_anyway_is_not_credited_to_the_levers():
    """Every war, with the levers or without, ends in a cease-fire in week 30; no arm may take credit."""
    war = np.arange(54) < 30
    data = result(steady([[FAST] * 50] * 6), arms=ARMS, war=war)
    more = judge(data)["more"]
    assert (
        "A cease-fire comes about in half of the wars or more: 100 % (95 to 100), not distinguishable from the base's 100 %"
        in more
    )
    war = np.broadcast_to(np.ones(54, dtype=bool), (6, 50, 54)).copy()
    war[5, :, 30:] = False
    more = judge(result(steady([[FAST] * 50] * 6), arms=ARMS, war=war))["more"]
    assert "A cease-fire comes about in half of the wars or more: 100 % (95 to 100), above the base's 0 %" in more


@pytest.mark.parametrize(
    ("saved", "brought", "said"),
    [
        (1.0, 3.0, "Each km2 kept takes 8 million US$ of aid (8 to 8)."),
        (1.0, 0.0, "A km2 kept has no price in aid: the change in aid is not clearly above zero."),
        (0.0, 3.0, "A km2 kept has no price in aid: the ground kept cannot be distinguished from zero."),
        (-1.0, 3.0, "A km2 kept has no price in aid: ground is lost."),
    ],
)
def test_the_price_of_ground_is_said_or_why_it_has_none(saved, brought, said):
    """In concert the advance is slower by so many km2 a day for 53 weeks, and so many billion more are delivered."""
    data = result(steady([[FAST] * 50] * 5 + [[FAST - saved] * 50]), arms=ARMS)
    lead = np.zeros(data["net_km2"].shape)
    lead[5, :, -1] = brought
    assert said in judge(data.assign(delivered=(("arm", "replicate", "time", "ally"), lead[..., None])))["more"]


def test_a_sum_of_parts_is_not_called_synergy():
    """Three parts, each saving other replicates, add up exactly: the interval must hold zero."""
    arms = ["base", "a", "b", "coordination", "all_without_coordination", "all_with_coordination"]
    rates = np.full((6, 100), FAST)
    rates[1, :20] = rates[2, 20:40] = rates[3, 40:60] = STILL
    rates[4, :40] = STILL
    rates[5, :60] = STILL
    summary = judge(result(steady(rates), arms=arms))
    low, value, high = summary["findings"]["beyond_sum_p_halt"]
    assert value == 0
    assert low < 0 < high
    assert "cannot be distinguished from the sum" in summary["more"]
    assert summary["findings"]["beyond_sum_kept_km2"] == pytest.approx([0, 0, 0], abs=1e-3)


def test_more_than_the_sum_is_measured_in_km2_too():
    at = {"base": 5.0, "a": 4.0, "b": 4.0, "all_without_coordination": 3.0, "coordination": 5.0}
    rates = [[at.get(arm, 1.0) + 0.01 * r for r in range(4)] for arm in ARMS]
    found = judge(result(steady(rates), arms=ARMS))["findings"]
    day = 365
    assert found["joint_minus_base_kept_km2"][1] == pytest.approx(4 * day)
    assert found["joint_minus_apart_kept_km2"][1] == pytest.approx(2 * day)
    assert found["apart_beyond_sum_kept_km2"][1] == pytest.approx(0, abs=1e-2)
    assert found["beyond_sum_kept_km2"][1] == pytest.approx(2 * day)
    assert found["beyond_sum_kept_km2"][0] > 0


def test_the_summary_has_the_agreed_shape_and_is_json():
    data = claim(counts(), verdict_interval=0.9)
    summary = judge(data)
    assert json.loads(json.dumps(summary, allow_nan=False)) == summary
    assert {"arms", "verdict", "sentence", "replicates", "seed"} <= set(summary)
    assert list(summary["arms"]) == ARMS
    for arm in summary["arms"].values():
        assert list(arm["net_km2"]) == ["2025-05-19", "2025-11-19"] == list(arm["difference_km2"])
        assert all(low <= mid <= high for low, mid, high in arm["net_km2"].values())
        for event in ("halt", "reversal", "ceasefire"):
            low, high = arm[f"p_{event}_interval"]
            assert low <= arm[f"p_{event}"] <= high
    assert summary["arms"]["base"]["difference_km2"]["2025-11-19"] == [0, 0, 0]
    assert summary["arms"]["base"]["net_km2"]["2025-05-19"][1] == pytest.approx(5.0 * 181)


def test_the_mean_difference_is_paired():
    """So is its error: without luck's share nothing is left of it; the same for chances of a halt."""
    luck = np.random.default_rng(1).normal(0, 50, 30)
    arm = judge(result(steady([luck, luck - 1.0])))["arms"]["arm1"]
    assert arm["difference_mean_km2"]["2025-05-19"] == pytest.approx([-181] * 3, rel=1e-3)
    halts = np.where(np.arange(100) < 40, STILL, FAST)
    fewer = np.where(np.arange(100) < 45, STILL, FAST)
    low, value, high = judge(result(steady([halts, fewer])))["arms"]["arm1"]["difference_p_halt"]
    assert value == pytest.approx(0.05)
    assert low > 0, "five of a hundred changed, all one way: unpaired the error would be seven points"
    assert high < 0.12


def test_a_base_that_halts_by_itself_contradicts():
    assert judge(claim(counts(base=80)))["verdict"] == "contradicted"


def test_differences_are_paired():
    """Luck that dwarfs the effect cancels, because arm and base share it."""
    luck = np.random.default_rng(1).normal(0, 50, 30)
    summary = judge(result(steady([luck, luck - 1.0])))
    assert summary["arms"]["arm1"]["difference_km2"]["2025-05-19"] == pytest.approx([-181] * 3, rel=1e-3)


@pytest.mark.parametrize(
    ("n_time", "dates"),
    [
        (54, ["2025-05-19", "2025-11-19"]),
        (53, ["2025-05-19", "2025-11-19"]),  # 52 weeks end a day short of the year
        (52, ["2025-05-19"]),
        (26, []),
        (1, []),
    ],
)
def test_milestones_beyond_the_horizon_are_left_out(n_time, dates):
    data = result(steady([[1.0, 2.0]], n_time=n_time))
    assert list(net_at_milestones(data, Thresholds())) == dates
    assert list(judge(data)["arms"]["base"]["net_km2"]) == dates


def test_wars_too_short_to_judge_are_undecided_not_zero():
    arms = ARMS
    summary = judge(result(steady([[1.0, 2.0]] * 6, n_time=5), arms=arms))
    assert summary["verdict"] == "undecided"
    assert "too short" in summary["sentence"]
    assert summary["arms"]["base"]["p_halt"] is None
    json.dumps(summary, allow_nan=False)


def test_a_result_without_the_arms_of_the_claim_has_no_verdict_but_a_sentence():
    summary = judge(result(steady([[2.0, 3.0, 4.0]])))
    assert summary["verdict"] is None
    assert "Russia gains 1,095 km2 net by 2025-11-19" in summary["sentence"]
    assert "0 % (0 to 47" in summary["sentence"]


def test_nothing_that_json_lacks_is_left():
    assert plain({"a": (1.0, math.nan), "b": [math.inf]}) == {"a": [1.0, None], "b": [None]}
