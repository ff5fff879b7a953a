"""Contrasts: paired where the replicates are pairs, said where they are not; what a km2 costs."""

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep

from sim.analysis.estimate import Estimate
from sim.analysis.result import Result
from sim.foundation.errors import UserError
from tests.analysis.wars import result, steady

N = 60


def made(rates, arms, seed=1, delivered=None):
    """Return a result of wars with steady `rates` (arm, replicate), and money by arm in Gusd."""
    data = result(steady(rates), arms=arms).assign_attrs(seed=seed)
    if delivered is not None:
        shape = (*data["net_km2"].shape, 1)
        spent = np.broadcast_to(np.asarray(delivered, dtype=float).reshape(len(arms), -1, 1, 1), shape)
        data["delivered"] = ("arm", "replicate", "time", "ally"), spent
    return Result(data)


def noise(seed):
    return np.random.default_rng(seed).normal(5.0, 3.0, N)


def test_a_contrast_to_the_base_is_the_difference_of_the_table():
    base = noise(1)
    one = made([base, base - 1.0, base + 0.5], ["base", "a", "b"])
    contrast, table = one.contrast("base"), one.table()
    assert (contrast.paired, contrast.reason, list(contrast.arms)) == (True, "", ["a", "b"])
    for arm in ("a", "b"):
        for name, estimate in table.arms[arm].differences.items():
            np.testing.assert_allclose(contrast.arms[arm].differences[name].as_list(), estimate.as_list(), atol=1e-9)
    kept = contrast.arms["a"].differences["kept_km2"]
    assert (kept.unit, kept.n) == ("km2", N)
    np.testing.assert_allclose(kept.as_list(), [371.0] * 3, rtol=1e-4)  # 53 weeks, one km2 a day, in every replicate


def test_one_arm_against_another_arm():
    base = noise(1)
    contrast = made([base, base - 1.0, base + 0.5], ["base", "a", "b"]).contrast("b", arm="a")
    np.testing.assert_allclose(contrast.arms["a"].differences["kept_km2"].value, 1.5 * 371, rtol=1e-4)


def test_results_with_the_same_base_are_paired_and_an_identical_arm_is_told():
    base = noise(1)
    one, other = made([base, base - 1.0], ["base", "a"]), made([base, base - 2.0], ["base", "c"])
    contrast = other.contrast(one)
    assert contrast.paired
    assert contrast.arms["base"].identical
    assert not contrast.arms["c"].identical
    np.testing.assert_allclose(contrast.arms["c"].differences["kept_km2"].as_list(), [742.0] * 3, rtol=1e-4)
    across = other.contrast("a", of=one, arm="c")
    np.testing.assert_allclose(across.arms["c"].differences["kept_km2"].as_list(), [371.0] * 3, rtol=1e-4)


def test_results_of_other_seeds_parameters_or_days_are_not_paired_and_the_reason_is_said():
    one, other = made([noise(1)], ["base"]), made([noise(2)], ["base"], seed=2)
    contrast = other.contrast(one)
    assert (contrast.paired, contrast.reason) == (False, "the seeds differ (2 and 1)")
    a, b = (x.outcomes()["net_km2"].to_numpy()[0] for x in (one, other))
    welch = stats.ttest_ind(a, b, equal_var=False).confidence_interval(0.9)
    kept = contrast.arms["base"].differences["kept_km2"]
    np.testing.assert_allclose(kept.as_list(), [welch.low, a.mean() - b.mean(), welch.high])
    assert made([noise(2)], ["base"]).contrast(one).reason == "the parameters differ"
    short = Result(one.data.isel(time=slice(0, 40)))
    assert short.contrast(one).reason == "the horizons differ (39 and 53 weeks)"


@pytest.mark.parametrize(("hits", "others"), [(30, 10), (0, 7), (60, 60)])
def test_rates_that_share_no_replicates_have_newcombes_interval(hits, others):
    a, b = (np.arange(N) < count for count in (hits, others))
    found = Estimate.rate_difference(a, b, 0.9)
    low, high = confint_proportions_2indep(hits, N, others, N, method="newcomb", compare="diff", alpha=0.1)
    np.testing.assert_allclose([found.low, found.high], [low, high], atol=1e-9)
    assert found.value == pytest.approx((hits - others) / N)


def test_the_cost_of_a_km2_is_money_over_ground_and_nothing_where_no_ground_is_kept():
    base = noise(1)
    one = made([base, base - 1.0, base], ["base", "a", "idle"], delivered=[1.0, 3.0, 5.0])
    cost = one.table().arms["a"].cost_per_km2_kept
    assert cost.unit == "Gusd/km2"
    np.testing.assert_allclose(cost.as_list(), [2.0 / 371] * 3, rtol=1e-3)
    assert not one.table().arms["idle"].cost_per_km2_kept.known
    losing = made([base, base + 1.0], ["base", "worse"], delivered=[3.0, 1.0]).table().arms["worse"].cost_per_km2_kept
    assert not losing.known, "less money for less ground is no price of ground kept"
    spared = made([base, base - 1.0], ["base", "cheaper"], delivered=[3.0, 1.0])
    assert not spared.table().arms["cheaper"].cost_per_km2_kept.known, (
        "ground kept with less money has no price in money"
    )
    assert not spared.contrast("base").arms["cheaper"].differences["cost_per_km2_kept"].known
    unclear = np.linspace(-1.0, 1.1, N)
    hardly = made([base, base - 1.0], ["base", "a"], delivered=np.stack([np.zeros(N), unclear])).table().arms["a"]
    assert hardly.differences["delivered"].value > 0.0
    assert not hardly.cost_per_km2_kept.known, "what may be no money at all is no price"
    again = one.contrast("base").arms["a"].differences["cost_per_km2_kept"]
    np.testing.assert_allclose(again.as_list(), cost.as_list())


def test_the_interval_of_a_cost_covers_the_truth_as_often_as_it_says():
    """Each replicate keeps 100 km2 give or take and costs 2 Gusd give or take: 0.02 Gusd for each km2."""
    rng, covered = np.random.default_rng(5), 0
    for _ in range(300):
        base = rng.normal(5.0, 1.0, N)
        slower = base - rng.normal(100.0, 60.0, N) / 371.0
        money = np.stack([np.zeros(N), rng.normal(2.0, 1.0, N)])
        cost = made([base, slower], ["base", "a"], delivered=money).table().arms["a"].cost_per_km2_kept
        covered += cost.low <= 0.02 <= cost.high
    assert abs(covered / 300 - 0.9) < 4 * np.sqrt(0.09 / 300)


def test_an_arm_that_changes_nothing_is_named():
    base = noise(1)
    assert made([base, base, base - 1.0], ["base", "idle", "a"]).table().unchanged == ("idle",)


def test_a_wrong_name_is_refused_with_the_nearest():
    one = made([noise(1), noise(2)], ["base", "arms"])
    with pytest.raises(UserError, match="did you mean 'arms'"):
        one.contrast("base", arm="amrs")
    with pytest.raises(UserError, match="did you mean 'base'"):
        one.contrast("bse")


def test_other_thresholds_judge_the_same_record():
    slow = made([np.full(N, 0.8)], ["base"])
    assert slow.table().arms["base"].chances["halt"].value == 1.0
    assert slow.judged_by(halt_rate=0.5).table().arms["base"].chances["halt"].value == 0.0
    assert slow.table().arms["base"].chances["halt"].value == 1.0
