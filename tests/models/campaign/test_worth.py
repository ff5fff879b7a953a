"""What a further dollar of each kind is worth, against playing it."""

import numpy as np
import pytest

from sim.foundation.noise import Noise
from sim.models.campaign.frozen import MeanOrders, always
from sim.models.campaign.goods import KINDS
from sim.models.campaign.war import War
from sim.models.campaign.worth import worth
from tests.models.campaign.wars import claim, grid, parameters, replaced, steady

OUTLOOK, GIFT = 180, 0.05  # day; Gusd, small enough to be a further one
QUIET = {
    **{f"movement__{noise}_noise": 1e-6 for noise in ("axis", "theatre", "lump")},
    **{f"season__{one}": 0.0 for one in ("spring_mud", "autumn_mud", "frost", "leaf")},
    "settling__base": 0.0,
    "donors__outlook": float(OUTLOOK),
    "donors__front_response": 0.0,
}


@pytest.fixture(scope="module")
def found():
    """Return the worth of each kind on the second morning, and the ground that a gift of it keeps in two outlooks, as orders
    stand: (kind, lane) each, km2 a Gusd."""
    lanes = grid(16, arms=1)
    p = replaced(steady(parameters(lanes)), **QUIET)
    start, seed = claim().run.start, claim().run.seed
    first = War(p, lanes, Noise(seed, lanes.replicate), start)
    first.step()
    orders = MeanOrders(first)
    orders.add()
    standing = {name: always(orders.of(name)) for name in orders.kinds}
    price = first.state.facts.price

    def net(kind=None):
        war = War(p, lanes, Noise(seed, lanes.replicate), start, standing)
        for day in range(2 * OUTLOOK):
            if kind and day < OUTLOOK:
                units = np.full(lanes.count, GIFT / OUTLOOK) / price[kind]
                to = "defender:ordered/1" if kind == "money" else "defender:stock"
                war.state.books.post(kind, "allies:given", to, units)
            war.step()
        return war.state.theatre.net.sum(axis=0)

    base = net()
    return worth(first.state), np.stack([(base - net(kind)) / GIFT for kind in KINDS])


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_a_gift_keeps_about_what_its_price_says(found, kind):
    """Slopes of one morning against a year of playing: orders of magnitude and signs, by which kinds are told apart."""
    said, played = (np.median(one[KINDS.index(kind)]) for one in found)
    assert played > 0.0
    assert 0.4 < played / said < 2.5


@pytest.mark.slow
def test_kinds_that_are_worth_more_keep_more(found):
    said, played = (np.median(one, axis=1) for one in found)
    assert np.corrcoef(np.log(said), np.log(played))[0, 1] > 0.8


def test_air_defence_beyond_all_measure_leaves_a_worth():
    war = War(parameters(lanes := grid(2)), lanes, Noise(1, lanes.replicate), claim().run.start)
    war.step()
    war.state.theatre.air_defence = np.full(lanes.count, 1e6)
    with np.errstate(divide="raise", invalid="raise"):
        assert np.isfinite(worth(war.state)).all()
