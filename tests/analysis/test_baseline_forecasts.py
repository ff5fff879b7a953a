import numpy as np
import pytest

from sim.analysis.scores import baseline_forecasts as naive
from sim.analysis.scores.baseline_forecasts import climatology, damped_trend, forecasts, persistence

NAMES = {"recent_13", "climatology_12", "climatology_26", "climatology_52", "persistence", "damped_trend"}


def weekly(weeks=110, axes=None, seed=1):
    rng = np.random.default_rng(seed)
    shape = (weeks,) if axes is None else (weeks, axes)
    return 50 + 20 * rng.standard_normal(shape)


@pytest.mark.parametrize("axes", [None, 3])
def test_every_method_gives_members_by_window(axes):
    found = forecasts(weekly(axes=axes), 13, members=40)
    assert set(found) == NAMES
    for ensemble in found.values():
        assert ensemble.shape == ((40, 13) if axes is None else (40, 13, 3))
        assert np.isfinite(ensemble).all()


def test_the_same_seed_gives_the_same_and_another_another():
    history = weekly()
    once, again, other = (forecasts(history, 5, members=30, seed=seed) for seed in (4, 4, 5))
    for name in NAMES:
        np.testing.assert_array_equal(once[name], again[name])
        assert not np.array_equal(once[name], other[name])


def test_more_windows_or_members_move_nothing():
    history = weekly()
    small, big = forecasts(history, 3, members=10), forecasts(history, 9, members=50)
    for name in NAMES:
        np.testing.assert_array_equal(small[name], big[name][:10, :3])


def test_climatology_draws_running_sums_of_its_weeks_only():
    history = np.concatenate([np.full(100, 1e6), np.arange(12.0)])
    sums = {history[100 + i : 104 + i].sum() for i in range(9)}
    drawn = climatology(history, 12, 6, members=200)
    assert set(np.unique(drawn)) == sums
    assert climatology(history[-11:], 12, 6) is None


def test_persistence_keeps_the_last_sum_and_grows_with_the_root_of_the_horizon():
    history = weekly(seed=2)
    members = 4000
    ensemble = persistence(history, 9, members)
    spread = ensemble.std(axis=0)
    assert abs(ensemble.mean(axis=0)[0] - history[-4:].sum()) < 5 * spread[0] / np.sqrt(members)
    sums = np.convolve(history[-52:], np.ones(4), "valid")
    steps = sums[4:] - sums[:-4]
    expected = np.sqrt((steps**2).mean() * np.arange(1, 10))
    np.testing.assert_allclose(spread, expected, rtol=0.08)


def test_a_damped_trend_goes_on_and_dies_away():
    ramp = np.repeat(np.arange(26.0), 4) * 10  # four-week sums rise by 40
    mean = damped_trend(ramp, 30, members=4000).mean(axis=0)
    last = ramp[-4:].sum()
    assert 5 < mean[0] - last < 40
    assert mean[9] > mean[0] + 20
    assert abs(mean[29] - mean[24]) < 0.2 * (mean[9] - mean[0])


def test_a_constant_past_is_forecast_exactly():
    for name, ensemble in forecasts(np.full(110, 7.0), 4).items():
        if name != naive.RECENT:  # its spread does not come from the past that it is given
            np.testing.assert_allclose(ensemble, 28.0)


def test_missing_weeks_are_left_out_not_counted_as_zero():
    history = weekly()
    history[-30] = np.nan
    history[-3] = np.nan
    for name, ensemble in forecasts(history, 4).items():
        assert np.isfinite(ensemble).all(), name
        if name != "damped_trend":
            assert 100 < ensemble[:, 0].mean() < 300, name


def test_a_short_history_gives_fewer_forecasts():
    assert set(forecasts(weekly(20), 3)) == {"recent_13", "climatology_12", "persistence", "damped_trend"}
    assert forecasts(weekly(3), 3) == {}


def test_recent_weeks_give_their_mean_as_median_and_an_asinh_normal_spread():
    """Median: four times the mean week; the z-quantile is sinh(asinh(median / s) + 0.9 z) s (closed form)."""
    weekly = np.r_[np.full(30, 500.0), np.full(13, 25.0)]
    found = naive.recent(weekly, 3, members=20_000)
    assert found.shape == (20_000, 3)
    np.testing.assert_allclose(np.median(found, axis=0), 100.0, rtol=0.05)
    high = naive.SCALE * np.sinh(np.arcsinh(100.0 / naive.SCALE) + 0.9 * 1.2816)
    np.testing.assert_allclose(np.quantile(found, 0.9, axis=0), high, rtol=0.05)
    assert naive.recent(weekly[:12], 3) is None
    assert naive.recent(np.stack([weekly, -weekly], axis=1), 2).shape == (naive.MEMBERS, 2, 2)
