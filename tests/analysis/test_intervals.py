import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sim.analysis.estimate import Estimate

counts = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(counts, st.floats(0.5, 0.99))
def test_wilson_agrees_with_scipy(hits_trials, level):
    hits, trials = hits_trials
    want = stats.binomtest(hits, trials).proportion_ci(level, method="wilson")
    got = Estimate.proportion(hits, trials, level)
    assert (got.low, got.high) == pytest.approx((want.low, want.high), abs=1e-12)
    assert got.value == hits / trials


def test_no_trials_teach_nothing_and_no_hits_still_leave_doubt():
    nothing = Estimate.proportion(0, 0)
    assert (nothing.low, nothing.high) == (0, 1)
    assert np.isnan(nothing.value)
    never = Estimate.proportion(0, 50)
    assert never.low == never.value == 0
    assert 0 < never.high < 0.1


@pytest.mark.parametrize("p", [0.05, 0.3, 0.5])
def test_wilson_covers_the_truth_as_often_as_it_says(p):
    """Exact coverage, summed over the binomial law."""
    n = 100
    found = [Estimate.proportion(k, n) for k in range(n + 1)]
    covered = sum(stats.binom.pmf(k, n, p) for k, rate in enumerate(found) if rate.low <= p <= rate.high)
    assert covered == pytest.approx(0.9, abs=0.04)


def test_spread_is_the_quantiles_and_hides_no_nan():
    x = np.arange(101.0)
    assert Estimate.spread(x).as_list() == pytest.approx([5, 50, 95])
    assert Estimate.spread([3.0]).as_list() == [3, 3, 3]
    assert np.isnan(Estimate.spread([1.0, np.nan]).as_list()).all()
    assert np.isnan(Estimate.spread([]).as_list()).all()


def test_mean_error_agrees_with_scipy_and_one_value_knows_no_error():
    x = np.array([1.0, 4.0, 2.0, 9.0])
    want = stats.ttest_1samp(x, 0).confidence_interval(0.9)
    assert Estimate.mean(x).as_list() == pytest.approx([want.low, 4.0, want.high])
    assert Estimate.mean([7.0]).as_list() == [-np.inf, 7.0, np.inf]


@given(n12=st.integers(0, 40), n21=st.integers(0, 40), same=st.integers(1, 200))
def test_paired_rates_are_bonett_and_price(n12, n21, same):
    n = n12 + n21 + same
    got = Estimate.paired_rate([1.0] * n12 + [-1.0] * n21 + [0.0] * same)
    p12, p21 = (n12 + 1) / (n + 2), (n21 + 1) / (n + 2)
    half = stats.norm.ppf(0.95) * np.sqrt((p12 + p21 - (p12 - p21) ** 2) / (n + 2))
    assert got.as_list() == pytest.approx([max(-1, p12 - p21 - half), (n12 - n21) / n, min(1, p12 - p21 + half)])


def test_arms_that_never_differed_may_still_differ():
    same = Estimate.paired_rate(np.zeros(100))
    assert same.low < 0 < same.high
    assert Estimate.paired_rate([]).as_list()[::2] == [-1, 1]


def test_a_level_outside_its_range_is_refused():
    with pytest.raises(ValueError, match="level of 95"):
        Estimate.proportion(1, 2, 95)
