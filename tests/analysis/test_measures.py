"""Measures against wars whose answer is known in closed form."""

import numpy as np
import pytest
import xarray as xr

from sim.analysis.outcomes.measures import MEASURES, Selection
from tests.analysis.wars import result, steady

START = np.datetime64("2024-11-19")


def day(n):
    return str(START + np.timedelta64(n, "D"))


def measured(name, data, **ask):
    return MEASURES[name].read(data, Selection(**ask))


def with_variable(data, name, values, *dims, **coords):
    """Add a variable given as (time, *dims), the same in every war."""
    values = np.asarray(values, dtype=np.float32)
    shape = (data.sizes["arm"], data.sizes["replicate"], *values.shape)
    array = xr.DataArray(np.broadcast_to(values, shape), dims=("arm", "replicate", "time", *dims), coords=coords)
    return data.assign({name: array})


@pytest.fixture
def wars():
    """Two arms, three wars of 52 weeks that gain 10, 10, 10 and 0, 5, -2 km2 a day on one front."""
    return result(steady([[10, 10, 10], [0, 5, -2]], n_time=53))


def test_ground_between_two_days_is_the_rate_times_the_days(wars):
    got = measured("net_km2", wars, since=day(10), on=day(45))  # neither day is a day of record
    np.testing.assert_allclose(got, [[350, 350, 350], [0, 175, -70]], atol=1e-3)
    np.testing.assert_allclose(measured("net_rate", wars, since=day(10), on=day(45))[1], [0, 5, -2], atol=1e-5)
    np.testing.assert_allclose(measured("net_rate_change", wars), 0.0, atol=1e-5)


def test_a_rate_that_doubles_halfway_changes_by_itself():
    at = np.arange(53) * 7.0
    net = np.where(at < 182, 3 * at, 3 * 182 + 6 * (at - 182))
    data = result(np.stack([net, 0 * net], axis=-1)[None, None])
    np.testing.assert_allclose(measured("net_rate_change", data), 3.0, rtol=1e-5)


def test_outside_the_record_nothing_is_known(wars):
    assert np.isnan(measured("net_km2", wars, on=day(400))).all()
    assert np.isnan(measured("net_km2", wars, since=day(-7))).all()
    assert np.isfinite(measured("net_km2", wars, on=day(365))).all()  # one day beyond the last week stands for it


def test_events_are_those_of_the_outcomes(wars):
    assert measured("p_halt", wars).tolist() == [[0, 0, 0], [1, 0, 1]]
    assert measured("p_reversal", wars).tolist() == [[0, 0, 0], [0, 0, 1]]
    assert measured("p_ceasefire", wars).sum() == 0


def test_a_ceasefire_counts_up_to_the_day_asked_for():
    war = np.ones((1, 1, 53))
    war[..., 20:] = 0
    data = result(steady([[1]], n_time=53), war=war, durable=np.full((1, 1, 53), 0.25))
    assert measured("p_ceasefire", data, on=day(139)).tolist() == [[0]]
    assert measured("p_ceasefire", data, on=day(140)).tolist() == [[1]]
    assert measured("p_durable", data).tolist() == [[0.25]]
    assert measured("p_durable", result(steady([[1]]))).tolist() == [[0]]  # without a cease-fire nothing lasts


def test_the_initiative_shifts_only_if_both_gain_more_than_noise():
    at = np.arange(53) * 7.0
    tent = np.where(at < 182, 3 * at, 3 * (364 - at))
    ripple = 5 * np.sin(at / 20)  # never 25 km2
    net = np.stack([[tent, ripple, 3 * at]])[..., None]
    data = result(np.concatenate([net, 0 * net], axis=-1), verdict_reversal_km2=25.0)
    assert measured("p_shift", data).tolist() == [[1, 0, 0]]


def test_the_hazard_is_averaged_while_the_war_goes_on(wars):
    war = np.ones((2, 3, 53))
    war[..., 11:] = 0
    hazard = np.where(np.arange(53) <= 11, 0.1, 9.0)
    data = with_variable(result(steady([[10] * 3] * 2, n_time=53), war=war), "hazard", hazard)
    np.testing.assert_allclose(measured("hazard", data), 0.1, rtol=1e-6)
    np.testing.assert_allclose(measured("hazard", data, since=day(14), on=day(21)), 0.1, rtol=1e-6)
    assert np.isnan(measured("hazard", data, since=day(200))).all()  # no war left to average over


def test_sides_and_goods(wars):
    sides = {"side": ["ukraine", "russia"]}
    weeks = np.arange(53)[:, None]
    data = with_variable(wars, "permanent", weeks * [10.0, 20.0], "side", **sides)
    data = with_variable(data, "recruits", weeks * [20.0, 10.0], "side", **sides)
    np.testing.assert_allclose(measured("replacement", data, side="ukraine"), 2.0)
    np.testing.assert_allclose(measured("replacement_gap", data), -1.5)
    used = np.stack([weeks * [1.0, 2.0], weeks**2 * [4.0, 8.0]], axis=-2)  # (time, side, commodity)
    data = with_variable(data, "used", used, "side", "commodity", commodity=["drone", "missile"], **sides)
    np.testing.assert_allclose(measured("used", data, side="ukraine", goods=("drone",)), 52.0)
    np.testing.assert_allclose(measured("used", data, goods=("drone", "missile")), 52**2 * 12.0)
    np.testing.assert_allclose(measured("use_growth", data, goods=("drone",)), 2.0, rtol=1e-5)  # squares: 3 times
    np.testing.assert_allclose(measured("drone_ratio", data), 52 / (4 * 52**2), rtol=1e-5)


def test_every_measure_says_what_it_is():
    for name, measure in MEASURES.items():
        assert measure.meaning, name
        assert measure.read.__doc__, name
        assert not measure.event or measure.unit == "1", name
