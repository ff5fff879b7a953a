"""What runs short: storage that empties, money that no longer pays, works that grow, bombers kept away, needs that are told."""

import numpy as np

from sim.foundation.lanes import Lanes
from sim.models.campaign import scarcity
from sim.rules.recruiting import funded
from sim.rules.strike import kept_away
from sim.rules.supply import rationed
from tests.models.campaign.wars import begin, parameters, played, replaced, steady

LANES = Lanes.grid(1, range(6))
WEEKS = 26


def test_money_pays_in_full_above_the_floor_and_what_is_left_below_it():
    buffer = np.array([12.0, 3.0, 1.5, 0.0])
    np.testing.assert_allclose(funded(buffer, np.full(4, 3.0), np.full(4, 0.6)), [1.0, 1.0, 0.8, 0.6])


def test_carriers_come_as_they_like_without_air_defence_and_as_usual_with_the_usual():
    np.testing.assert_allclose(kept_away(np.array([0.0, 1.0, 2.0]), np.full(3, 0.2)), np.exp([0.2, 0.0, -0.2]))


def test_storage_empties_as_its_share_of_output_falls():
    p = replaced(steady(parameters(LANES)), settling__base=0.0)
    lanes = LANES.count
    p = p.replace("sides.russia.vehicle_storage", np.full(lanes, 3000.0))
    p = p.replace("sides.russia.restored", np.full(lanes, 0.5)).replace("attacker.buffer", np.full(lanes, 1e6))
    _, war = played(LANES, 7 * WEEKS, p)
    books, output = war.state.books, p.sides.russia.vehicle_output.at(0)
    left = books.balance("vehicle", "attacker:storage")
    np.testing.assert_allclose(left + books.balance("vehicle", "attacker:restored"), 3000.0)
    # half the output is restored, in proportion to what is left: an exponential
    np.testing.assert_allclose(left, 3000.0 * (1.0 - 0.5 * output / 3000.0) ** (7 * WEEKS), rtol=1e-6)
    made = -books.balance("vehicle", "attacker:made")
    np.testing.assert_allclose(made, 7 * WEEKS * 0.5 * output + (3000.0 - left), rtol=1e-6)


def test_without_a_buffer_fewer_men_come_and_less_is_made():
    p = replaced(parameters(LANES), settling__base=0.0)
    poor = p.replace("attacker.buffer", np.full(LANES.count, 1e-3))
    rich = p.replace("attacker.buffer", np.full(LANES.count, 1e6))
    found = {}
    for name, arm in (("poor", poor), ("rich", rich)):
        record, war = played(LANES, 7 * WEEKS, arm)
        found[name] = record.arrays["recruits"][-1][1], -war.state.books.balance("shell", "attacker:made")
    assert (found["poor"][0] < found["rich"][0]).all()
    np.testing.assert_allclose(found["poor"][1] / found["rich"][1], p.attacker.unfunded, rtol=0.02)


def test_works_grow_where_they_are_told_to():
    p = replaced(parameters(LANES), settling__base=0.0)
    p = p.replace("sides.ukraine.works_growth", np.full(LANES.count, 0.001))
    p = p.replace("sides.russia.works_growth", np.zeros(LANES.count))
    war = begin(LANES, p)
    before = [one.copy() for one in war.state.theatre.works]
    war.state.theatre.shift[:] = 0.0
    for _ in range(2):
        war.step()
    still = np.abs(war.state.theatre.shift) < np.min(np.abs(p.fronts.belts.at), axis=0)  # no belt entered or left
    assert still.any()
    grown = war.state.theatre.works[0] / before[0]
    np.testing.assert_allclose(grown[still], np.exp(0.001), rtol=1e-9)
    np.testing.assert_allclose(war.state.theatre.works[1], before[1])


def test_needs_are_told_by_side_as_shares():
    record, war = played(LANES, 28)
    met = record.arrays["met"]
    assert met.shape[1:3] == (2, len(scarcity.NEEDS))
    assert ((met >= 0.0) & (met <= 1.0)).all()
    first = dict(zip(scarcity.NEEDS, met[0, 0], strict=True))
    np.testing.assert_allclose(first["men"], 1.0)
    np.testing.assert_allclose(first["interceptor"], 1.0)
    own, last = war.state.side_p[0], dict(zip(scarcity.NEEDS, met[-1, 0], strict=True))
    plan = own.shell_plan.at(28)
    np.testing.assert_allclose(
        last["shell"], rationed(plan, war.state.stock(0, "shell"), own.shell_cover) / plan, rtol=1e-6
    )
