"""The levers by closed form: how much, from when, how fast; and no knob of theirs that turns nothing."""

import numpy as np
import pytest

from sim.foundation.lanes import Lanes, add_up
from sim.foundation.tree import Tree
from sim.models.campaign import levers
from sim.models.campaign.goods import KINDS
from tests.models.campaign.wars import begin, claim, differences, like, parameters, replaced, state

LEVERS = tuple(type(claim().world().levers).model_fields)
MONTH = 365.25 / 12
WORDS = ("instrument", "donor", "front")  # what a lever is and whose; nothing to turn
START = 10.0


def lever(**values):
    """Return a lever of three lanes: dose 0, a half, 1."""
    known = {"dose": np.array([0.0, 0.5, 1.0]), "start": np.full(3, START)}
    return Tree(known | {name: np.full(3, float(value)) for name, value in values.items()})


def total(daily, days=400):
    """Return what a daily flow adds up to, (lane,), and what it was before its start."""
    flow = np.stack([daily(day) for day in range(days)])
    assert (flow[: int(START)] == 0.0).all(), "before its day a lever does nothing"
    return flow.sum(axis=0), flow


def test_permission_comes_after_its_lag_and_reaches_the_dose():
    at = {day: levers.permission(lever(lag=20.0), day) for day in (9, 10, 15, 20, 30, 300)}
    for day, share in {9: 0.0, 10: 0.0, 15: 0.25, 20: 0.5, 30: 1.0, 300: 1.0}.items():
        np.testing.assert_allclose(at[day], share * np.array([0.0, 0.5, 1.0]))


def test_money_for_industry_is_its_flow_a_month():
    _, flow = total(lambda day: levers.production_money(lever(flow=0.3), day))
    np.testing.assert_allclose(flow[10:].sum(axis=0) / (390 / MONTH), [0.0, 0.15, 0.3], rtol=1e-12)


def test_missiles_that_come_with_the_permission_are_so_many_a_month():
    _, flow = total(lambda day: levers.resupply(lever(resupply=20.0, lag=5.0), day))
    np.testing.assert_allclose(flow[10:].sum(axis=0) / (390 / MONTH), [0.0, 10.0, 20.0], rtol=1e-12)


def test_rushed_arms_come_at_their_rate_until_the_sum_is_spent():
    sent, daily = np.zeros(3), []
    for day in range(400):
        daily.append(levers.rushed(lever(total=5.0, rate=0.8), day, sent))
        sent = sent + daily[-1]
    np.testing.assert_allclose(sent, [0.0, 2.5, 5.0], rtol=1e-12, err_msg="all of it and no more")
    assert (np.stack(daily)[:10] == 0.0).all()
    np.testing.assert_allclose(daily[10], [0.0, 0.8 / MONTH, 0.8 / MONTH], rtol=1e-12)
    days = (np.stack(daily) > 0.0).sum(axis=0)
    np.testing.assert_allclose(days, np.ceil(np.array([0.0, 2.5, 5.0]) / 0.8 * MONTH))


def test_the_salient_is_left_by_the_dose_in_its_time():
    left = np.ones(3)
    for day in range(400):
        share = levers.leaving(lever(length=14.0, quality=1.0), day)
        assert (share == 0.0).all() or START <= day < START + 14
        left = left * (1.0 - share)
    np.testing.assert_allclose(left, [1.0, 0.5, 0.0], atol=1e-12)


def test_reform_and_plan_begin_on_their_day():
    assert [levers.reform(lever(), day).tolist() for day in (9, 10)] == [[0.0] * 3, [0.0, 0.5, 1.0]]
    common = Tree(
        {"haste": np.full(2, 0.5), "message": np.ones(2), "start": np.full(2, 10.0), "ramp": np.full(2, 40.0)}
    )
    assert [levers.plan(common, "haste", day)[0] for day in (10, 20, 50, 99)] == [0.0, 0.125, 0.5, 0.5]
    assert levers.plan(common, "message", 30).tolist() == [0.5, 0.5]


# --- in the world --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def rushing():
    """Return the war of a sum that is rushed within the first week, and what had arrived by each day, share of the sum."""
    lanes = Lanes.grid(1, range(3))
    p = replaced(
        parameters(lanes), levers__us_arms__dose=1.0, levers__us_arms__start=0.0, levers__us_arms__lag=40.0,
        levers__us_arms__rate=1e6, levers__us_arms__total=5.0,
    )  # fmt: skip
    war = begin(lanes, p)
    arrived = []
    for _ in range(119):
        war.step()
        arrived.append(war.state.books.balance("aid", "defender:rushed") / 5.0)
    return war, arrived


def test_no_more_is_rushed_than_the_sum(rushing):
    """An order stands for a week; the last one must not go on after the sum is spent."""
    war, _ = rushing
    np.testing.assert_allclose(war.state.theatre.rushed, 5.0, rtol=1e-12)
    slow = begin(Lanes.grid(1, range(3)), replaced(war.state.p, levers__us_arms__rate=3.1, levers__us_arms__total=5.0))
    for _ in range(84):
        slow.step()
    np.testing.assert_allclose(slow.state.theatre.rushed, 5.0, rtol=1e-12)


def test_rushed_arms_arrive_at_their_mean_lag(rushing):
    """Sent evenly over a week, delivered by the Erlang-2 law of two stages: 59 % by its mean."""
    rate = 1.0 / 20.0  # two stages of half the lag
    for day in (10, 20, 40, 80, 118):
        since = day - np.arange(7.0)  # days since each day's sending
        share = (1.0 - np.exp(-rate * since) * (1.0 + rate * since)).mean()
        np.testing.assert_allclose(rushing[1][day - 1], share, atol=0.03, err_msg=f"day {day}")


def test_a_donors_lag_is_a_donors_lag():
    """A donor that gives nothing new pays out its backlog: half in each stage, so slowly where the lag is long."""
    lanes = Lanes.grid(1, range(2))
    p = replaced(parameters(lanes), allies__capacity=0.0, allies__backlog=1.0, allies__lag=60.0)
    war = begin(lanes, p)
    for _ in range(30):
        war.step()
    rate = 1.0 / 30.0
    left = 0.5 * np.exp(-rate * 30) * (1.0 + rate * 30) + 0.5 * np.exp(-rate * 30)
    under_way = war.state.books.in_pipeline("aid", "allies:pledged")
    np.testing.assert_allclose(under_way, left, rtol=0.02)


def test_money_for_industry_reaches_it_in_full():
    """What the donors send is what the ledger holds, half way or spent."""
    lanes = Lanes.grid(1, range(2))
    on = {"levers__nordic_production__dose": 1.0, "levers__nordic_production__start": 0.0}
    p = replaced(parameters(lanes), levers__nordic_production__flow=0.5, **on)
    war = begin(lanes, p)
    for _ in range(61):
        war.step()
    np.testing.assert_allclose(add_up(war.state.theatre.industry_money), 0.5 * 61 / MONTH, rtol=1e-9)


# --- no dead knob --------------------------------------------------------------------------------------------

KNOBS = [
    f"levers.{name}.{knob}"
    for name in LEVERS
    for knob in parameters(Lanes.grid(1, range(1))).levers[name]
    if knob not in WORDS
]


def moved(path, value):
    """Return another value of a knob: a date a month later, a share towards the middle, anything else half as large."""
    if path.endswith(".start"):
        return value + 30.0
    return np.where(value > 0.0, 0.5 * value, 0.5)


@pytest.fixture(scope="module")
def turned():
    """Return {knob: names of state that differ} after four months, every knob in a lane of its own, all levers on."""
    lanes = Lanes(np.zeros(len(KNOBS) + 1, dtype=np.int64), np.zeros(len(KNOBS) + 1, dtype=np.int64))
    p = parameters(lanes)
    for name in LEVERS:
        for knob in ("volume", "kinds", "timing", "haste", "message") if name == "coordination" else ("dose",):
            p = replaced(p, **{f"levers__{name}__{knob}": 1.0})
        p = replaced(p, **{f"levers__{name}__start": 2.0})
    p = replaced(p, levers__us_arms__total=0.5)  # so small that the sum counts, not the rate alone
    p = replaced(
        p, levers__training_deployment__added_intake=200.0
    )  # its range holds zero, and then there is nobody to kit out
    for lane, path in enumerate(KNOBS, 1):
        leaf = p.levers[path.split(".")[1]][path.split(".")[2]].copy()
        leaf[lane] = moved(path, leaf[lane])
        p = p.replace(path, leaf)
    war = begin(lanes, p)
    for _ in range(119):
        war.step()
    arrays = state(war)
    return {
        path: [name for name, x in arrays.items() if not np.array_equal(x[..., 0], x[..., lane], equal_nan=True)]
        for lane, path in enumerate(KNOBS, 1)
    }


@pytest.mark.parametrize("knob", KNOBS)
def test_every_knob_of_every_lever_turns_something(turned, knob):
    assert turned[knob], f"{knob} is drawn, documented and read by nobody"


def test_a_knob_that_is_not_turned_changes_nothing():
    lanes = Lanes.grid(1, range(2))
    p = parameters(lanes)
    wars = [begin(lanes, p), begin(lanes, p.replace(KNOBS[0], like(p.levers.atacms.dose, 0.0)))]
    for war in wars:
        for _ in range(14):
            war.step()
    assert differences(*(state(war) for war in wars)) == []


@pytest.mark.parametrize("start", [7.0, 10.0, 12.0])
@pytest.mark.parametrize("part", ["volume", "kinds", "timing", "haste", "message"])
def test_no_part_of_a_plan_acts_before_its_first_day(part, start):
    """Donors order for a week; an order from before the plan's first day, in mid-week too, knows nothing of it."""
    lanes = Lanes.grid(1, range(2))
    late = replaced(parameters(lanes), levers__coordination__start=start)
    without, with_it = begin(lanes, late), begin(lanes, replaced(late, **{f"levers__coordination__{part}": 1.0}))
    for _ in range(int(start)):
        without.step()
        with_it.step()
    for name, array in state(without).items():
        np.testing.assert_array_equal(state(with_it)[name], array, err_msg=name)


def test_a_delivery_sends_the_kinds_that_are_asked_for_at_the_same_value():
    """Half drones, half shells for any weights that are alike; without any, as the donor's own stocks."""
    lanes = Lanes.grid(1, range(3))
    on = replaced(parameters(lanes), levers__us_arms__dose=1.0, levers__us_arms__start=0.0)
    mixed = replaced(on, levers__us_arms__drone=0.2, levers__us_arms__shell=0.2)
    own, asked = begin(lanes, on), begin(lanes, mixed)
    lever = asked.state.p.levers.us_arms
    kinds = levers.kinds_sent(lever, np.zeros((len(KINDS), lanes.count)))
    np.testing.assert_allclose(kinds[[KINDS.index("shell"), KINDS.index("drone")]], 0.5)
    np.testing.assert_array_equal(levers.kinds_sent(own.state.p.levers.us_arms, kinds), kinds)
    for _ in range(60):
        own.step()
        asked.step()
    np.testing.assert_allclose(
        asked.state.books.balance("aid", "defender:rushed"),
        own.state.books.balance("aid", "defender:rushed"),
        rtol=1e-12,
    )
    drones = [war.state.books.balance("drone", "allies:given") for war in (own, asked)]
    assert (drones[1] < drones[0]).all(), "given leaves the account of what is given"
