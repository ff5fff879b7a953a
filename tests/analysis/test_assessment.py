"""One rule for all claims: whole intervals against a threshold."""

import numpy as np
import pytest

from sim.analysis.estimate import Estimate
from sim.analysis.outcomes.measures import Selection
from sim.analysis.serialise import plain
from sim.analysis.verdicts.answers import Answer
from sim.analysis.verdicts.assessment import (
    Assessor,
    Bound,
    Finding,
    Question,
    Subset,
    combined,
    decisive,
    from_draws,
    holds_in,
    outside,
)
from tests.analysis.wars import result, steady

ABOVE, BELOW = Bound(True, 1.0), Bound(False, 1.0)


@pytest.mark.parametrize(
    ("bound", "low", "high", "said"),
    [
        (ABOVE, 1.1, 2, "supported"),
        (ABOVE, 0.9, 2, "undecided"),
        (ABOVE, 0.5, 0.9, "contradicted"),
        (BELOW, 0.5, 0.9, "supported"),
        (BELOW, 0.9, 2, "undecided"),
        (BELOW, 1.1, 2, "contradicted"),
        (ABOVE, 1, 1, "contradicted"),  # no effect at all is not an effect
        (BELOW, 1, 1, "contradicted"),
        (ABOVE, 1, 2, "undecided"),
        (ABOVE, -np.inf, np.inf, "undecided"),
        (ABOVE, np.nan, np.nan, "undecided"),
    ],
)
def test_a_bare_point_decides_nothing(bound, low, high, said):
    assert bound.verdict(Estimate((low + high) / 2 if np.isfinite(low) else 5.0, low, high)) == said


def wars(base, *others):
    return Assessor(result(steady([base, *others]), arms=["base", *"abc"[: len(others)]]), 0.9, "by hand")


def rate(kind, arm, bound, **rest):
    return Question(kind, "net_rate", Selection(), arm, bound, **rest)


def test_a_level_of_a_mean_has_the_error_of_a_mean():
    rates = [4.0, 5.0, 6.0, 7.0]
    found = wars([0.0] * 4, rates).assess(rate("level", "a", Bound(True, 4.5)), "base")
    np.testing.assert_allclose(found.estimate.as_list(), Estimate.mean(rates, 0.9).as_list(), rtol=1e-5)
    assert found.held.tolist() == [False, True, True, True]
    assert found.anyway == 0.0


@pytest.mark.parametrize(
    ("below", "said"),
    [(0.2, "contradicted"), (0.45, "undecided"), (0.55, "undecided"), (0.8, "supported")],
)
def test_a_mean_that_enough_wars_would_tell_from_zero_is_not_enough(below, said):
    """The sign of a small mean, known to any precision: what counts is in how many worlds it is so."""
    wins = round(400 * below)
    change = np.concatenate([np.full(wins, -1.0), np.full(400 - wins, 1.0)]) * 3.0
    found = wars(np.full(400, 50.0), 50.0 + change).assess(
        rate("contrast", "a", Bound(False, 0.0), against="base"), "base"
    )
    assert found.estimate.low * found.estimate.high > 0.0 or below in (0.45, 0.55)
    assert found.verdict == said


def test_the_share_is_named_where_it_decides():
    """Few wars far on one side, many a little on the other: the mean is clear and the claim is not."""
    change = np.concatenate([np.full(40, -60.0), np.full(60, 1.0)])
    found = wars(np.full(100, 90.0), 90.0 + change).assess(
        rate("contrast", "a", Bound(False, 0.0), against="base"), "base"
    )
    assert found.estimate.high < 0.0
    assert (found.verdict, float(found.held.mean())) == ("undecided", 0.4)
    assert "40%" in found.reason


def test_a_chance_has_wilsons_interval():
    some = [0.0] * 30 + [9.0] * 10  # thirty of forty halt
    question = Question("level", "p_halt", Selection(), "a", Bound(True, 0.5))
    found = wars([9.0] * 40, some).assess(question, "base")
    assert found.estimate == Estimate.proportion(30, 40, 0.9)
    assert (found.verdict, found.anyway, found.held.mean()) == ("supported", 0.0, 0.75)


def test_a_contrast_is_paired():
    """What wars have in common falls out: a wide spread and a constant gain give an interval of no width."""
    base = np.tile([0.0, 50.0, 100.0, 7.0], 10)
    found = wars(base, base - 3.0).assess(rate("contrast", "a", Bound(False, 0.0), against="base"), "base")
    assert found.verdict == "supported"
    assert found.estimate.high - found.estimate.low < 1e-3
    np.testing.assert_allclose(found.estimate.value, -3.0, rtol=1e-5)
    same = wars(base, base).assess(rate("contrast", "a", Bound(False, 0.0), against="base"), "base")
    assert same.verdict == "contradicted"


def test_synergy_is_joint_less_the_sum_of_parts():
    base = np.tile([10.0, 12.0, 14.0], 10)
    one, two, joint = base - 1, base - 2, base - 5
    question = rate("synergy", "c", Bound(False, 0.0), against="base", parts=("a", "b"))
    found = wars(base, one, two, joint).assess(question, "base")
    np.testing.assert_allclose(found.estimate.as_list(), [-2.0] * 3, rtol=1e-4)
    assert found.verdict == "supported"
    additive = wars(base, one, two, base - 3).assess(question, "base")
    np.testing.assert_allclose(additive.estimate.value, 0.0, atol=1e-4)
    assert additive.verdict != "supported"


def test_a_condition_keeps_only_the_wars_in_which_it_holds():
    arm = np.array([0.5] * 12 + [8.0] * 28)
    base = np.arange(40.0)
    given = Subset("net_rate", Selection(), "a", Bound(False, 1.0))
    found = wars(base, arm).assess(rate("level", "base", Bound(True, 0.0), given=(given,)), "base")
    np.testing.assert_allclose(found.estimate.value, base[:12].mean(), rtol=1e-5)
    assert found.held.size == 12
    few = Subset("net_rate", Selection(), "a", Bound(False, 0.0))
    found = wars(base, arm).assess(rate("level", "base", Bound(True, 0.0), given=(few,)), "base")
    assert (found.verdict, found.reason) == ("undecided", "the condition holds in 0 wars only")


def test_too_few_replicates_decide_nothing_but_keep_their_estimate():
    """Every one of 29 lies on the side of the claim; one more and it is supported."""
    question = rate("level", "base", Bound(True, 1.0))
    few, enough = (wars(np.full(n, 5.0)).assess(question, "base") for n in (29, 30))
    assert (few.verdict, few.reason) == ("undecided", "too few replicates (29; at least 30)")
    assert few.estimate.value == pytest.approx(5.0)
    assert (enough.verdict, enough.reason) == ("supported", "")


def test_a_record_that_is_too_short_decides_nothing():
    question = Question("level", "net_km2", Selection(on="2030-01-01"), "base", Bound(True, 0.0))
    found = wars([5.0, 5.0]).assess(question, "base")
    assert (found.verdict, found.held.size) == ("undecided", 0)
    assert "too short" in found.reason


def test_the_doubt_about_an_input_is_its_interval():
    draws = np.linspace(0.0, 1.0, 1001)
    found = from_draws(draws, 0.5, Bound(True, 0.04), 0.9, "1", "input", "inputs")
    np.testing.assert_allclose(found.estimate.as_list(), [0.05, 0.5, 0.95])
    assert found.verdict == "supported"
    assert from_draws(draws, 0.5, Bound(True, 0.06), 0.9, "1", "input", "inputs").verdict == "undecided"


def finding(verdict, held=(), group="g"):
    return Finding(
        verdict, Estimate(1.0, 0.0, 2.0), ABOVE, np.nan, "1", verdict, np.array(held, dtype=bool), group=group
    )


def test_all_tests_must_hold_and_one_may_contradict():
    yes, no, perhaps, out = finding("supported"), finding("contradicted"), finding("undecided"), outside("no terms")
    assert combined([yes, yes]) == "supported"
    assert combined([yes, perhaps]) == "undecided"
    assert combined([yes, perhaps, no, out]) == "contradicted"
    assert combined([yes, out]) == "outside the model"
    assert decisive([yes, perhaps, no]) is no
    assert decisive([yes, out]) is yes  # the number that there is
    assert decisive([out]) is out


def test_a_claim_holds_where_all_its_tests_hold_at_once():
    a, b = finding("supported", [1, 1, 0, 0]), finding("supported", [0, 1, 1, 0])
    assert holds_in([a, b]) == 0.25  # the same wars
    other = finding("supported", [0, 1, 1, 0], group="a table")
    assert holds_in([a, other]) == 0.5  # not the same: the smaller share
    assert np.isnan(holds_in([outside("no terms")]))


def test_an_answer_is_plain_json_without_nan():
    answer = Answer(
        "C99", "Nothing.", (outside("no terms"),), ("outside",), ("no terms",), {"settling": 0.5, "L01": np.nan}
    )
    told = plain(answer)
    assert list(told)[:8] == [
        "id", "verdict", "estimate", "low", "high", "anyway", "metric", "unit",
    ] or set(told) >= {"id", "verdict", "estimate", "low", "high", "holds_in", "conditional_on", "command"}  # fmt: skip
    assert (told["verdict"], told["estimate"], told["holds_in"], told["reason"]) == (
        "outside the model", None, None, "no terms",
    )  # fmt: skip
    assert told["conditional_on"] == ["settling", "L01"]
    assert told["guess_share"] == {"settling": 0.5, "L01": None}
