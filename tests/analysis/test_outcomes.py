import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.stats import norm

from sim.analysis.outcomes.judging import Thresholds, first_halt, outcomes, reversals
from tests.analysis.wars import result, steady

RULE = Thresholds()


def test_a_steady_advance_never_halts_and_a_standstill_halts_on_the_first_day():
    what = outcomes(result(steady([[5.0, 0.0, 1.0, 0.99]])))
    assert what["halt"].values.tolist() == [[0, 1, 0, 1]]  # a rate at the threshold is not below it
    assert what["halt_day"].values[0, 1] == 0
    assert np.isnan(what["halt_day"].values[0, 0])
    assert not what["reversal"].any()
    assert not what["ceasefire"].any()


def brute_halt(net, war, days, rule):
    """Walk through the days as a person would."""
    for i, day in enumerate(days):
        end = day + rule.halt_days
        if day > rule.halt_within_days or end > days[-1]:
            break
        last = next(k for k, d in enumerate(days) if d >= end)
        rate = (np.interp(end, days, net) - net[i]) / rule.halt_days
        if rate < rule.halt_rate and war[i : last + 1].all():
            return day
    return np.nan


@given(
    gains=hnp.arrays(float, (3, 2, 20), elements=st.sampled_from([-20.0, 0.0, 6.0, 7.0, 8.0])),
    end=st.integers(0, 25),
    halt_days=st.sampled_from([5, 7, 20, 21, 22]),
    within=st.integers(0, 140),
)
def test_halts_agree_with_brute_force(gains, end, halt_days, within):
    net = np.concatenate([np.zeros((3, 2, 1)), gains.cumsum(axis=-1)], axis=-1)
    days = np.arange(21) * 7.0
    war = np.broadcast_to(np.arange(21) < end, net.shape)
    rule = Thresholds(halt_days=halt_days, halt_within_days=within)
    got, _ = first_halt(net, war, days, rule)
    for lane in np.ndindex(3, 2):
        np.testing.assert_equal(got[lane], brute_halt(net[lane], war[lane], days, rule))


def test_a_halt_is_seen_through_the_errors_of_the_map():
    net = steady([[0.9] * 400, [1.5] * 400])
    strict = outcomes(result(net))["halt"].mean("replicate")
    assert strict.values.tolist() == [1.0, 0.0]
    shown = outcomes(result(net, verdict_map_noise_km2=20.0))
    assert 0.1 < shown["halt"].mean("replicate").values[1] < 0.9  # one of many spans looks slower than it is
    early = outcomes(result(net, verdict_map_noise_km2=20.0, verdict_halt_within_days=0.0))["halt"].mean("replicate")
    # one span alone: the error of a change over 60 days, its end read between two points 4/7 of the way on
    sd = 20.0 / np.sqrt(2) * np.sqrt(1 + (3 / 7) ** 2 + (4 / 7) ** 2) / 60.0
    expected = norm.cdf([0.1 / sd, -0.5 / sd])
    np.testing.assert_allclose(early.values, expected, atol=3 * np.sqrt(0.25 / 400))
    again = outcomes(result(net[:1], verdict_map_noise_km2=20.0))
    np.testing.assert_array_equal(
        again["halt_day"].values[0], shown["halt_day"].values[0]
    )  # the same errors in every arm


def brute_reversal(net_front, war, days, rule):
    for i, day in enumerate(days):
        end = day + rule.reversal_days
        if end > days[-1]:
            continue
        on = war[next(k for k, d in enumerate(days) if d >= end)]
        for front in range(net_front.shape[1]):
            gain = np.interp(end, days, net_front[:, front]) - net_front[i, front]
            if on and gain <= -rule.reversal_km2:
                return 1.0
    return 0.0


@given(
    gains=hnp.arrays(float, (2, 3, 14, 2), elements=st.sampled_from([-4.0, -2.0, 0.0, 2.0])),
    end=st.integers(0, 16),
    window=st.sampled_from([7, 20, 60]),
)
def test_reversals_agree_with_brute_force(gains, end, window):
    net = np.concatenate([np.zeros((2, 3, 1, 2)), gains.cumsum(axis=2)], axis=2)
    days = np.arange(15) * 7.0
    war = np.broadcast_to(np.arange(15) < end, net.shape[:3])
    rule = Thresholds(reversal_days=window, reversal_km2=9.0)
    got = reversals(net, war, days, rule)
    for lane in np.ndindex(2, 3):
        assert got[lane] == brute_reversal(net[lane], war[lane], days, rule)


def test_ground_lost_in_kursk_is_no_reversal():
    at = np.arange(30.0)
    kursk = np.stack([np.zeros(30), -20 * at], axis=-1)
    pokrovsk = kursk[:, ::-1]
    what = outcomes(result(np.stack([kursk, pokrovsk])[None]))
    assert what["reversal"].values.tolist() == [[0, 1]]


def test_a_cease_fire_is_no_halt_and_its_day_and_durability_are_told():
    net = steady([[5.0, 5.0]])
    net[:, :, 11:] = net[:, :, 10:11]  # frozen from week 10 on
    war = np.ones(net.shape[:3])
    war[0, 0, 10:] = 0
    durable = np.full(war.shape, np.nan)
    durable[0, 0, 10:] = 0.3
    durable[0, 0, 30:] = 0.9  # what is thought later does not count
    what = outcomes(result(net, war=war, durable=durable))
    assert what["halt"].values.tolist() == [[0, 1]]
    assert what["ceasefire"].values.tolist() == [[1, 0]]
    assert what["ceasefire_day"].values[0, 0] == 70
    assert what["durable"].values[0, 0] == pytest.approx(0.3)
    assert np.isnan(what["durable"].values[0, 1])


def test_a_record_too_short_to_judge_says_so():
    what = outcomes(result(steady([[0.0]], n_time=5)))
    assert np.isnan(what["halt"]).all()
    assert np.isnan(what["reversal"]).all()
    assert what.attrs["halt_judged_to_day"] == -1
    partly = outcomes(result(steady([[0.0], [9.0]], n_time=10)))  # a halt on day 0 is seen, later ones could not be
    assert partly.attrs["halt_judged_to_day"] == 0
    assert np.isnan(partly["halt"]).all()
    just = outcomes(result(steady([[0.0], [9.0]], n_time=36)))  # windows of nine weeks begin up to day 182
    assert just["halt"].to_numpy().ravel().tolist() == [1.0, 0.0]
    assert np.isnan(outcomes(result(steady([[0.0], [9.0]], n_time=35)))["halt"]).all()


def test_thresholds_come_from_the_result():
    data = result(steady([[1.5]]), verdict_halt_rate=2.0, verdict_milestones="2025-05-19")
    assert outcomes(data)["halt"].item() == 1
    assert Thresholds.of(data).milestones == ("2025-05-19",)
    assert outcomes(data, RULE)["halt"].item() == 0


def test_the_order_of_dimensions_does_not_matter():
    data = result(steady([[5.0, 0.0], [0.0, 0.0], [9.0, 0.5]]))
    turned = data.transpose("front", "time", "replicate", "arm")
    assert outcomes(data).identical(outcomes(turned))
