"""The donors' game: closed forms, brute force, and one equilibrium whatever the priors."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize

from sim.rules import donors

LANES, DONORS, KINDS = 60, 7, 4
NO_CEILING = 1e9


def game(seed=0, lanes=LANES, donors_=DONORS, kinds=KINDS, ceiling=NO_CEILING, drift=0.3):
    """Return games drawn from the shipped priors, with prices an order of magnitude apart, and shares of the benefit."""
    rng = np.random.default_rng(seed)
    taste = rng.dirichlet(np.ones(kinds), (lanes, donors_)).transpose(1, 2, 0)
    refused = rng.random(taste.shape) < 0.2
    refused[:, 0] = False
    taste = np.where(refused, 0.0, taste)
    taste = taste / taste.sum(axis=1, keepdims=True)
    anchor = np.exp(rng.normal(0.0, 1.0, (kinds, lanes)))
    usual = rng.lognormal(-1.0, 1.0, (donors_, lanes))
    given, elsewhere = (usual[:, None] * taste).sum(axis=0), rng.lognormal(-1.0, 1.0, (kinds, lanes))
    made = donors.Game(
        usual=usual,
        taste=taste,
        anchor=anchor,
        price=anchor * np.exp(rng.normal(0.0, drift, (kinds, lanes))),
        private=rng.uniform(0.0, 0.9, lanes),
        convexity=np.exp(rng.uniform(np.log(0.7), np.log(8.0), lanes)),
        yielding=np.exp(rng.uniform(np.log(0.03), np.log(0.5), lanes)),
        returns=rng.uniform(0.3, 0.9, lanes),
        ceiling=np.full((donors_, lanes), ceiling),
        capacity=(given + elsewhere) * rng.uniform(0.9, 1.3, (kinds, lanes)),
        other_demand=elsewhere,
        price_elasticity=rng.uniform(0.0, 0.9, (kinds, lanes)),
    )
    own = donors.benefit(rng.integers(0, 3, lanes), made.usual, rng.lognormal(0.0, 1.0, (donors_, lanes)))
    return made, own, rng.uniform(0.0, 0.3, lanes)


def played(made, own, today, theta, rounds=300):
    return made.equilibrium(donors.regard(own, today, theta), np.zeros_like(made.price), rounds)


def alike(returns, convexity, lanes=3):
    """Return two identical donors who give one kind for the common good alone."""
    one = np.ones((1, lanes))
    return donors.Game(
        usual=np.ones((2, lanes)), taste=np.ones((2, 1, lanes)), anchor=one, price=one, private=np.zeros(lanes),
        convexity=np.full(lanes, convexity), yielding=np.full(lanes, 0.2), returns=np.full(lanes, returns),
        ceiling=np.full((2, lanes), NO_CEILING), capacity=1e9 * one, other_demand=0.0 * one, price_elasticity=0.5 * one,
    )  # fmt: skip


def test_a_further_unit_costs_what_makers_beyond_their_capacity_ask():
    """What money buys is the integral of one over the price of a further unit, whose elasticity to output is eta."""
    made, _, _ = game()
    steps = np.linspace(0.0, 4.0, 40_001)
    most = 3.0 * made.as_today()[0]
    flows = most * steps[:, None, None] / 4.0
    over = np.maximum((flows + made.other_demand) / made.capacity, 1.0)
    per_unit = over**-made.price_elasticity
    bought = np.concatenate([np.zeros_like(flows[:1]), np.cumsum(0.5 * (per_unit[1:] + per_unit[:-1]), axis=0)])
    found = np.stack([made.purchased(one) for one in flows[::4000]])
    np.testing.assert_allclose(found, (bought * most / 40_000)[::4000], rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(made.purchasing_power(most), found[-1] / most)
    assert (made.purchasing_power(most) <= 1.0).all()


def test_makers_with_room_to_spare_change_nothing():
    made, own, today = game()
    roomy = dataclasses.replace(made, capacity=np.maximum(made.capacity * 1e6, 1e6))
    steady = dataclasses.replace(made, price_elasticity=np.zeros_like(made.price_elasticity))
    for free in (roomy, steady):
        np.testing.assert_allclose(free.purchasing_power(2.0 * made.as_today()[0]), 1.0, rtol=1e-12)
    for one, other in zip(
        played(roomy, own, today, np.ones(LANES), 30), played(steady, own, today, np.ones(LANES), 30), strict=True
    ):
        np.testing.assert_allclose(one, other, rtol=1e-12)


def test_the_dearer_makers_are_the_less_is_given_of_more():
    """A price that rises with output makes the plan buy less beyond capacity, in effective terms."""
    made, own, today = game()
    bought = []
    for dearer in (0.0, 0.4, 0.8):
        one = dataclasses.replace(
            made,
            price_elasticity=np.full_like(made.price_elasticity, dearer),
            capacity=made.as_today()[0] + made.other_demand,
        )
        amounts, shares, _ = played(one, own, today, np.ones(LANES))
        flows = ((one.usual * amounts)[:, None] * shares).sum(axis=0)
        bought.append((one.price * one.purchased(flows)).sum(axis=0))
    assert (bought[1] <= bought[0] * (1 + 1e-6)).all()
    assert (bought[2] <= bought[1] * (1 + 1e-6)).all()


@given(st.floats(0.1, 0.9), st.floats(0.7, 8.0))
def test_two_identical_donors(returns, convexity):
    """Nash: X^(s-1)/2 = c g^k; the planner: X^(s-1) = c g^k. So the planner gives 2^(1/(k+1-s)) as much."""
    made = alike(returns, convexity)
    own, zero = np.full((2, 3), 0.5), np.zeros(3)
    amounts, _, _ = played(made, own, zero, np.ones(3), 80)
    np.testing.assert_allclose(amounts, 2.0 ** (1.0 / (convexity + 1.0 - returns)), rtol=1e-9)
    welfare = made.welfare(own, zero, amounts, np.ones((2, 1, 3)))
    nash = made.welfare(own, zero, np.ones((2, 3)), np.ones((2, 1, 3)))
    each = amounts[0]
    # V S(X) - 2 c g^(1+k)/(1+k) with X over 2, c from Nash: half of the marginal worth of one
    expected = 2.0 * each**returns / returns - each ** (1.0 + convexity) / (1.0 + convexity)
    np.testing.assert_allclose(welfare, expected, rtol=1e-9)
    np.testing.assert_allclose(nash, 2.0 / returns - 1.0 / (1.0 + convexity), rtol=1e-9)


def test_todays_theta_gives_exactly_what_is_given_today():
    made, own, today = game()
    _, shares, _ = made.as_today()
    for rounds in (1, 4, 20):
        amounts, kinds, flows = played(made, own, today, today, rounds)
        np.testing.assert_array_equal(amounts, np.ones_like(amounts))
        np.testing.assert_array_equal(kinds, shares)
        np.testing.assert_array_equal(flows, np.zeros_like(flows))


def test_on_the_first_day_tastes_are_what_is_given():
    made, _, _ = game(drift=0.0)
    np.testing.assert_allclose(made.as_today()[1], made.taste, rtol=1e-12)


def by_hand(made, own, today, lane):
    """Return (taste support, welfare of gifts in logarithms) of one lane, from the utilities as the module states them."""
    one = dataclasses.replace(
        made, **{f.name: getattr(made, f.name)[..., lane : lane + 1] for f in dataclasses.fields(made)}
    )
    total0, shares0, _ = (item[..., 0] for item in one.as_today())
    taste, usual, anchor, price = one.taste[..., 0], one.usual[:, 0], one.anchor[:, 0], one.price[:, 0]
    rho, k, beta, s = (float(x[0]) for x in (one.private, one.convexity, one.yielding, one.returns))
    worth = taste @ anchor
    weight0 = own[:, lane] + today[lane] * (1.0 - own[:, lane])
    kl0 = np.sum(
        np.where(taste > 0, shares0 * np.log(np.where(taste > 0, shares0 / np.maximum(taste, 1e-300), 1)), 0), 1
    )
    # the marginal value of a gift today, at its best mix: c g0^k
    value0 = worth - (1 - rho) * shares0 @ anchor + (1 - rho) * shares0 @ price - worth / beta * kl0
    support = taste > 0
    capacity, elsewhere, eta = (found[:, 0] for found in (one.capacity, one.other_demand, one.price_elasticity))

    def asked(flows):
        """The price of a further unit over the usual."""
        return np.maximum((flows + elsewhere) / capacity, 1.0) ** eta

    def bought(flows):
        steps = (np.arange(2000) + 0.5)[:, None] / 2000
        usual_priced = np.minimum(flows, np.maximum(capacity - elsewhere, 0.0))
        beyond = flows - usual_priced
        return usual_priced + beyond * np.mean(1.0 / asked(usual_priced + steps * beyond), axis=0)

    bought0 = bought(total0)

    def utility(x, weight):
        gifts = np.zeros_like(taste)
        gifts[support] = np.exp(x)
        g = gifts.sum(axis=1)
        m = gifts / g[:, None]
        ground = np.sum(price * asked(total0) * bought0 / s * (bought(gifts.sum(axis=0)) / bought0) ** s)
        kl = np.sum(np.where(support, m * np.log(np.where(support, m / np.maximum(taste, 1e-300), 1)), 0), 1)
        kept = g * (worth - (1 - rho) * m @ anchor - worth / beta * kl)
        cost = value0 * g ** (1 + k) / usual**k / (1 + k)
        return weight * ground + weight0 / (1 - rho) * (kept - cost)

    start = np.log((usual[:, None] * shares0)[support])
    return support, start, utility


@pytest.mark.parametrize("lane", [0, 1, 2, 3])
def test_the_planner_maximises_the_sum_of_utilities(lane):
    """Brute force: no gift of any kind by anybody adds to the sum, and the sum is the welfare that is reported."""
    made, own, today = game(3, donors_=3, kinds=3)
    support, start, utility = by_hand(made, own, today, lane)
    found = minimize(lambda x: -np.sum(utility(x, own[:, lane])), start, method="BFGS", options={"gtol": 1e-9})
    amounts, shares, _ = played(made, own, today, np.ones(LANES))
    gifts = (made.usual * amounts)[:, None] * shares
    np.testing.assert_allclose(np.exp(found.x), gifts[..., lane][support], rtol=2e-3, atol=1e-5)
    welfare = made.welfare(own, today, amounts, shares)[lane]
    assert welfare == pytest.approx(-found.fun, rel=1e-7)
    assert made.welfare(own, today, np.ones_like(amounts), made.as_today()[1])[lane] <= welfare


@pytest.mark.parametrize("lane", [0, 1, 2, 3])
def test_nobody_gains_by_giving_otherwise(lane):
    """Brute force: at the Nash equilibrium each donor's gifts are its best reply to the others'."""
    made, own, today = game(4, donors_=3, kinds=3)
    support, _, utility = by_hand(made, own, today, lane)
    amounts, shares, _ = played(made, own, today, np.zeros(LANES))
    gifts = np.maximum(((made.usual * amounts)[:, None] * shares)[..., lane], 1e-30)
    for row in range(3):
        mine = np.zeros_like(support)
        mine[row] = True
        place = mine[support]
        here = np.log(gifts[support])

        def loss(x, row=row, place=place, here=here):
            moved = here.copy()
            moved[place] = x
            return -utility(moved, own[:, lane])[row]

        best = minimize(loss, here[place], method="BFGS", options={"gtol": 1e-10})
        assert best.fun >= loss(here[place]) - 1e-7 * abs(best.fun)


def test_there_is_one_equilibrium():
    """A potential game: from any start the replies settle on the same flows."""
    made, own, today = game()
    rng = np.random.default_rng(5)
    regarded = donors.regard(own, today, np.ones(LANES))
    ends = [
        made.equilibrium(regarded, start, 800)[2]
        for start in (np.zeros_like(made.price), rng.normal(0, 2, made.price.shape))
    ]
    np.testing.assert_allclose(*ends, atol=1e-6)


@pytest.mark.parametrize("theta", [0.0, 0.3, 1.0])
def test_the_fixed_number_of_rounds_settles(theta):
    """Under one per cent of what is given, for priors as wide as the shipped ones and a ceiling for each."""
    made, own, today = game(7, lanes=2000, donors_=15, kinds=8, ceiling=1.5)
    regarded = donors.regard(own, today, np.full(2000, theta))
    _, _, flows = made.equilibrium(regarded, np.zeros_like(made.price), 30)
    off = made.residual(regarded, flows)
    assert np.quantile(off, 0.995) < 0.01
    assert off.max() < 0.03


def test_the_more_the_others_count_the_more_is_given():
    """Amounts in all, the sum of utilities, and what it is worth at the front rise with theta up to the planner's."""
    made, own, _ = game(8)
    totals, welfare = [], []
    for theta in (0.0, 0.15, 0.3, 0.5, 0.75, 1.0):
        amounts, shares, flows = played(made, own, np.full(LANES, 0.15), np.full(LANES, theta))
        worth = made.price * made.as_today()[0] * np.exp(made.returns * flows) / made.returns
        totals.append(worth.sum(axis=0))
        welfare.append(made.welfare(own, np.full(LANES, 0.15), amounts, shares))
    assert (np.diff(totals, axis=0) >= -1e-9).all()
    assert (np.diff(welfare, axis=0) >= -1e-9).all()


def test_ceilings_bind_and_zero_tastes_stay_zero():
    made, own, today = game(ceiling=1.25)
    amounts, shares, _ = played(made, own, today, np.ones(LANES))
    assert amounts.max() == 1.25
    assert (shares[made.taste == 0.0] == 0.0).all()


def test_doses_of_theta():
    today = np.array([0.0, 0.2, 0.3])
    assert donors.theta_at(today, -1.0).tolist() == [0.0, 0.0, 0.0]
    assert donors.theta_at(today, 0.0).tolist() == today.tolist()
    assert donors.theta_at(today, 1.0).tolist() == [1.0, 1.0, 1.0]
    np.testing.assert_allclose(donors.theta_at(today, 0.5), 0.5 * (1.0 + today))


def test_shares_of_the_benefit_add_up_whatever_they_go_by():
    flow, size, distance = np.array([[3.0], [1.0]]), np.array([[1.0], [4.0]]), np.array([[1.0], [4.0]])
    near = donors.nearness(size, distance, 1.0)
    found = [donors.benefit(choice, flow, near)[:, 0].tolist() for choice in range(3)]
    assert found == [[0.75, 0.25], [0.5, 0.5], [0.5, 0.5]]


def test_the_reaction_to_the_others_is_the_closed_form_of_two():
    """One kind: d ln g / d ln others = (1-rho)(s-1)(share of others)/k for small changes."""
    made = alike(0.6, 2.0)
    expected = (0.6 - 1.0) * 0.5 / 2.0
    np.testing.assert_allclose(made.reaction(1e-5), expected, rtol=1e-4)


def test_the_value_of_ground_is_what_the_last_dollar_says():
    """Nash, two alike: each dollar is worth a dollar to its donor, whose share of the benefit is a half."""
    made = alike(0.6, 2.0)
    half = np.full((2, 3), 0.5)
    np.testing.assert_allclose(made.value_of_ground(half, np.zeros(3)), 2.0)
    np.testing.assert_allclose(made.value_of_ground(half, np.ones(3)), 1.0)


@given(st.floats(0.0, 20.0))
def test_packages_take_their_mean_share(periods):
    drawn = (np.arange(200_000) + 0.5) / 200_000
    assert donors.released(drawn, periods).mean() == pytest.approx(1.0 / (1.0 + periods), rel=1e-3)


@pytest.mark.parametrize("load", [0.0, 0.3, 1.0])
def test_what_is_handed_over_early_is_taken_back_by_the_end(load):
    """Its slope is ``load (1 - 2 t/T)``, which adds up to nothing over the window, and it is nothing outside."""
    days = np.linspace(0.0, 350.0, 3501)
    early = np.array([float(donors.ahead(day, np.array([350.0]), load)[0]) for day in days])
    assert (early[0], early[-1]) == (0.0, 0.0)
    assert float(donors.ahead(-3.0, 350.0, load)) == float(donors.ahead(400.0, 350.0, load)) == 0.0
    np.testing.assert_allclose(np.gradient(early, days)[2:-2], (load * (1.0 - 2.0 * days / 350.0))[2:-2], atol=1e-9)


@pytest.mark.parametrize("cut", [[0], [4, 2, 2], list(range(LANES))[::-1]])
def test_lanes_play_their_own_games(cut):
    made, own, today = game(ceiling=1.5)
    some = donors.Game(
        **{f.name: np.ascontiguousarray(getattr(made, f.name)[..., cut]) for f in dataclasses.fields(made)}
    )
    whole = played(made, own, today, np.ones(LANES), 20)
    part = played(some, own[:, cut], today[cut], np.ones(len(cut)), 20)
    for all_lanes, few in zip(whole, part, strict=True):
        np.testing.assert_array_equal(all_lanes[..., cut], few)
    np.testing.assert_array_equal(
        made.welfare(own, today, *whole[:2])[cut], some.welfare(own[:, cut], today[cut], *part[:2])
    )
