import datetime as dt

import numpy as np
import pytest
from scipy import stats

from sim.analysis import observed
from sim.analysis.scores import scores
from sim.analysis.scores.verification import verify
from sim.analysis.serialise import plain
from sim.foundation.errors import UserError
from tests.analysis.wars import result

START = np.datetime64("2024-11-19")


def ends(count):
    return START + 28 * np.arange(1, count + 1)


def one(members, seen, naive, **rest):
    count = len(seen)
    return scores.score(members, seen, naive, ends(count), 4 * np.arange(1, count + 1), **rest)


def test_fourweek_sums_by_hand():
    np.testing.assert_array_equal(scores.fourweek_sums(np.arange(10.0)), [6, 22])
    ensemble = np.arange(2 * 9 * 3.0).reshape(2, 9, 3)
    found = scores.fourweek_sums(ensemble, axis=1)
    assert found.shape == (2, 2, 3)
    np.testing.assert_array_equal(found[1, 1], ensemble[1, 4:8].sum(axis=0))
    assert np.isnan(scores.fourweek_sums([1, np.nan, 1, 1, 1, 1, 1, 1])).tolist() == [True, False]
    assert scores.fourweek_sums([1, 2, 3]).shape == (0,)


def test_crps_against_brute_force_over_all_pairs():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(7, 5, 2)), rng.normal(size=(5, 2))
    pairs = np.abs(x[:, None] - x[None]).sum(axis=(0, 1))
    first = np.abs(x - y).mean(axis=0)
    np.testing.assert_allclose(scores.crps(x, y), first - pairs / (2 * 7 * 6))
    np.testing.assert_allclose(scores.crps(x, y, "ensemble"), first - pairs / (2 * 49))


def test_crps_of_a_normal_in_closed_form():
    """σ (z (2Φ(z) - 1) + 2φ(z) - 1/√π), Gneiting & Raftery 2007; quantiles as members leave an error of order 1/M."""
    members = 20_000
    x = 3 + 2 * stats.norm.ppf((np.arange(members) + 0.5) / members)
    y = np.array([0.0, 3.0, 8.0])
    z = (y - 3) / 2
    exact = 2 * (z * (2 * stats.norm.cdf(z) - 1) + 2 * stats.norm.pdf(z) - 1 / np.sqrt(np.pi))
    np.testing.assert_allclose(scores.crps(np.repeat(x[:, None], 3, 1), y, "ensemble"), exact, rtol=1e-3)


@pytest.mark.parametrize("estimator", ["fair", "ensemble"])
def test_one_member_is_scored_by_its_absolute_error(estimator):
    np.testing.assert_allclose(scores.crps([[1.0, 5.0]], [4.0, 3.0], estimator), [3, 2])


def test_unobserved_is_nan_and_an_unknown_estimator_an_error():
    assert np.isnan(scores.crps(np.ones((3, 1)), [np.nan]))[0]
    with pytest.raises(ValueError, match="estimator"):
        scores.crps([[1.0]], [1.0], "best")


def test_coverage_and_ranks_of_a_right_ensemble():
    rng = np.random.default_rng(1)
    windows = 4000
    x, y = rng.normal(size=(99, windows)), rng.normal(size=windows)
    for level in (0.5, 0.9):
        # the quantiles of 99 members lie slightly inside those of the law: (M-1)/(M+1) of the mass
        expected = level * 98 / 100
        slack = 5 * np.sqrt(level * (1 - level) / windows)
        assert abs(scores.covered(x, y, level).mean() - expected) < slack
    counts = scores.rank_histogram(scores.ranks(x, y))
    assert counts.sum() == windows
    assert np.abs(counts - 400).max() < 5 * np.sqrt(360)


def test_ties_are_spread_over_the_histogram_and_keyed():
    rank = scores.ranks(np.zeros((50, 3000)), np.zeros(3000), seed=2)
    assert np.abs(scores.rank_histogram(rank) - 300).max() < 5 * np.sqrt(270)
    np.testing.assert_array_equal(rank, scores.ranks(np.zeros((50, 3000)), np.zeros(3000), seed=2))
    assert scores.ranks(np.ones((9, 1)), [0.0])[0] < 0.1
    assert np.isnan(scores.ranks(np.ones((9, 1)), [np.nan]))[0]


def test_cumulative_gain_by_hand_and_only_as_far_as_seen():
    members = np.repeat(np.arange(11.0)[:, None], 30, 1)  # member m gains m km2 a week
    seen = np.full(30, 2.0)
    found = scores.cumulative(members, seen)
    assert set(found) == {"13", "26"}
    assert found["13"] == pytest.approx({"observed": 26, "median": 65, "low": 6.5, "high": 123.5})
    seen[20] = np.nan
    assert set(scores.cumulative(members, seen)) == {"13"}


def test_skill_is_against_the_best_naive_forecast():
    seen = np.zeros(4)
    found = one(np.full((1, 4), 1.0), seen, {"far": np.full((1, 4), 5.0), "near": np.full((1, 4), 2.0)})
    assert (found.best_baseline, found.skill) == ("near", 0.5)
    assert plain(found)["naive"] == {"far": 5, "near": 2}
    assert found.skill_se == pytest.approx(0)  # the ratio is the same in every window
    assert np.isnan(one(np.ones((1, 4)), seen, {}).skill)


def test_missing_windows_count_nowhere():
    seen = np.array([0.0, np.nan, 0.0])
    found = one(np.array([[1.0, 99, 3]]), seen, {"n": np.full((1, 3), 4.0)})
    assert (found.n_windows, found.crps_4wk) == (2, 2)


def test_the_error_of_skill_matches_the_delta_method():
    rng = np.random.default_rng(3)
    n = 400
    mine, rival = rng.uniform(1, 3, n), rng.uniform(2, 4, n)
    ratio = mine.mean() / rival.mean()
    expected = np.sqrt(((mine - ratio * rival) ** 2).mean() / n) / rival.mean()
    found = scores.skill_error(mine, rival, ends(n), seed=1)
    assert found == pytest.approx(expected, rel=0.25)
    # the same windows seen ten times over are not ten times the evidence
    many = scores.skill_error(np.tile(mine, 10), np.tile(rival, 10), np.tile(ends(n), 10), seed=1)
    assert many == pytest.approx(found)
    assert np.isnan(scores.skill_error([1.0], [2.0], ends(1)))


def test_pooling_and_leads():
    a = one(np.ones((1, 3)), np.zeros(3), {"x": np.full((1, 3), 2.0), "only": np.ones((1, 3))})
    b = one(np.full((1, 2), 3.0), np.zeros(2), {"x": np.full((1, 2), 2.0)})
    both = scores.pool([a, b])
    assert (both.n_windows, both.crps_4wk, set(both.baselines)) == (5, 1.8, {"x"})
    assert {lead: s.crps_4wk for lead, s in scores.by_lead(both).items()} == {4: 2, 8: 2, 12: 1}


def table(tmp_path, rows, name="seen.csv", axis=True):
    path = tmp_path / name
    head = "week_end,axis,net_change_km2\n" if axis else "week_end,net_change_km2\n"
    path.write_text(head + "".join(",".join(map(str, row)) + "\n" for row in rows))
    return observed.read(path)


def weeks_of(first, count):
    return [str(np.datetime64(first) + 7 * i) for i in range(count)]


def war(rates, weeks=52):
    """Three wars that gain steadily on two fronts of Ukraine and lose 9 km2 a week at Kursk."""
    at = np.arange(weeks + 1)
    net = np.array(rates, dtype=float)[None, :, None, None] * at[None, None, :, None] * np.array([3.0, 1.0, 0.0])
    net[..., 2] = -9.0 * at
    return result(net, fronts=("pokrovsk", "lyman", "kursk"))


AXES = {"pokrovsk": 30.0, "lyman": 10.0, "kursk": -9.0}


def rows(days, axes=AXES):
    return [(day, name, value) for day in days for name, value in axes.items()]


def test_a_forecast_without_error_scores_zero_on_any_weekday(tmp_path):
    origin = dt.date(2024, 11, 19)
    for first in ("2024-11-26", "2024-11-28"):  # Tuesdays as simulated, and Thursdays
        seen = table(tmp_path, rows(weeks_of(first, 30)))
        found = verify(war([10, 10, 10]), [seen], [], origin)
        assert found.total.score.crps_4wk == pytest.approx(0, abs=1e-4)
        assert found.total.score.n_windows == 7
        assert found.by_axis["kursk"].score.crps_4wk == pytest.approx(0, abs=1e-4)
        account = plain(found)
        assert account["cumulative"]["26"]["observed"] == 26 * 40
        assert account["coverage_90"] == account["by_axis"]["lyman"]["coverage_90"]
        assert account["best_naive"] is None


def test_the_total_is_the_sum_of_the_axes_or_the_total_file(tmp_path):
    origin = dt.date(2024, 11, 19)
    days = weeks_of("2024-11-26", 12)
    axes = table(tmp_path, rows(days))
    total = table(tmp_path, [(day, 44.0) for day in days], "total.csv", axis=False)
    data = war([10, 10, 10])
    assert verify(data, [axes], [], origin).total.score.crps_4wk == pytest.approx(0, abs=1e-4)
    both = verify(data, [total, axes], [], origin)
    assert both.total.score.crps_4wk == pytest.approx(16, abs=1e-3)
    assert set(both.by_axis) == set(AXES)
    part = verify(data, [table(tmp_path, rows(days, {"lyman": 10.0}), "part.csv")], [], origin)
    assert part.missing_fronts == ("pokrovsk",)
    assert part.total.score.crps_4wk == pytest.approx(0, abs=1e-4)


def test_naive_forecasts_never_see_what_came_after(tmp_path):
    origin = dt.date(2024, 11, 19)
    rng = np.random.default_rng(5)
    before = [(day, name, rng.normal(20, 9)) for day in weeks_of("2023-09-05", 64) for name in AXES]
    after = weeks_of("2024-11-26", 12)
    a = table(tmp_path, before + rows(after), "a.csv")
    b = table(tmp_path, before + rows(after, dict.fromkeys(AXES, 999.0)), "b.csv")
    data = war([8, 10, 12])
    one, two = (verify(data, [t], [], origin) for t in (a, b))
    y, z = one.total.score.observed, two.total.score.observed
    assert not np.array_equal(y, z)
    # with one observation far beyond all members, CRPS differs by the distance alone: the members are the same
    far = verify(data, [table(tmp_path, before + rows(after, dict.fromkeys(AXES, 1999.0)), "c.csv")], [], origin)
    for name in two.total.score.baselines:
        moved = far.total.score.baselines[name] - two.total.score.baselines[name]
        np.testing.assert_allclose(moved, far.total.score.observed - z, rtol=1e-9)
    assert len(one.total.score.baselines) == 6


def test_a_short_file_takes_its_past_from_the_history(tmp_path):
    past = table(tmp_path, [(day, 40.0) for day in weeks_of("2023-09-05", 64)], "past.csv", axis=False)
    seen = table(tmp_path, [(day, 44.0) for day in weeks_of("2024-11-26", 12)], "new.csv", axis=False)
    found = verify(war([10, 10, 10]), [seen], [past], dt.date(2024, 11, 19)).total.score
    assert found.baseline_crps["climatology_52"] == pytest.approx(16)


def test_nothing_to_compare_is_said(tmp_path):
    seen = table(tmp_path, [(day, 44.0) for day in weeks_of("2024-11-26", 3)], axis=False)
    with pytest.raises(UserError, match="nothing to score"):
        verify(war([1, 1, 1]), [seen], [], dt.date(2024, 11, 19))


def _told(crps, rivals, first, weeks=4):
    """Return a score of windows of `weeks` weeks after a day, with what each rival scored."""
    end = np.datetime64(first) + 7 * weeks * np.arange(1, len(crps) + 1)
    nothing = np.zeros(len(crps))
    naive = {name: np.array(values, dtype=float) for name, values in rivals.items()}
    return scores.Score(
        end, np.arange(len(crps)), nothing, np.array(crps, dtype=float), naive, nothing, nothing, nothing
    )


def test_a_rival_is_chosen_on_windows_that_were_over_and_nothing_else():
    """From the third day on, `a` did better in what was over by then; later windows, in which it fails, are not known yet."""
    days = ["2023-01-03", "2023-01-31", "2023-02-28"]
    ones = [
        _told([1.0, 1.0], {"a": [1.0, 90.0], "b": [2.0, 2.0]}, days[0]),
        _told([1.0, 1.0], {"a": [1.0, 1.0], "b": [2.0, 2.0]}, days[1]),
        _told([1.0, 1.0], {"a": [4.0, 4.0], "b": [2.0, 2.0]}, days[2]),
    ]
    chosen = scores.chosen_before(ones, days, "b")
    assert chosen[:2] == ["b", "a"], "nothing was over on the first day; on the second one window was"
    assert chosen[2] == "b", "two windows of the first origin were over by the third day: 90 was known"
    told = scores.against(ones, chosen)
    assert told["crps"] == 1.0
    assert told["rival_crps"] == pytest.approx((2 + 2 + 1 + 1 + 2 + 2) / 6)
    assert told["skill"] == pytest.approx(1 - 6 / 10)


def test_the_monte_carlo_error_is_the_spread_of_scores_of_fresh_ensembles():
    rng = np.random.default_rng(4)
    truth = rng.normal(size=6)
    draws = rng.normal(size=(300, 200, 6))
    means = [scores.crps(one, truth).mean() for one in draws]
    told = np.mean([scores.monte_carlo_error(one, truth) for one in draws])
    assert told == pytest.approx(np.std(means), rel=0.1)
    assert np.isnan(scores.monte_carlo_error(draws[0, :15], truth))
