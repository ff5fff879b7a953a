"""What is used was there, and only once: from stock to effect, from money to goods, from loss to fate."""

import numpy as np
import pytest

from sim.foundation.lanes import Lanes, add_up
from sim.foundation.roles import ATTACKER, DEFENDER, ROLES
from sim.models.campaign.goods import KINDS
from sim.models.campaign.ledger import Ledger
from sim.models.campaign.phases import fighting, shipping, striking
from tests.models.campaign.wars import SIDES as NAMES
from tests.models.campaign.wars import begin, grid, parameters, replaced

WEAPONS = ("shell", "drone", "glide_bomb")


def balances(war, names):
    return {name: war.state.books.balance(*name).copy() for name in names}


def booked(war, act, names):
    """Return what `act` returns, and by how much it changed each account."""
    before = balances(war, names)
    result = act()
    return result, {name: war.state.books.balance(*name) - before[name] for name in names}


@pytest.fixture
def war():
    made = begin(grid(2))
    for _ in range(10):
        made.step()
    return made


def test_what_is_fired_is_what_left_the_stock(war):
    names = [(weapon, f"{side}:used") for weapon in WEAPONS for side in ROLES]
    _, used = booked(war, lambda: fighting.supply(war.state), names)
    for row, side in enumerate(ROLES):
        for weapon in WEAPONS:
            np.testing.assert_allclose(
                war.state.theatre.sides[row].use[weapon], used[weapon, f"{side}:used"], rtol=1e-9, atol=1e-9
            )
        fires = fighting.fire_index(war.state, row, war.state.theatre.sides[row].use)
        np.testing.assert_array_equal(war.state.theatre.sides[row].fires, fires, err_msg="and only that counts as fire")
    assert (used["shell", "attacker:used"] > 0).all()


@pytest.mark.parametrize(("side", "launch"), [("defender", striking._of_defender), ("attacker", striking._of_attacker)])
def test_what_arrives_was_launched_once(war, side, launch):
    """With every weapon arriving and none stopped, arrivals are what the books say was spent."""
    war.state.p = replaced(
        war.state.p,
        strike__drone_arrival=1.0,
        strike__missile_arrival=1.0,
        strike__drone_intercept=0.0,
        strike__missile_intercept=0.0,
    )
    for commodity in ("long_range_drone", "missile"):
        war.state.books.post(commodity, f"{side}:made", f"{side}:stock", np.full(war.state.lanes, 100.0))
    names = [(commodity, f"{side}:used") for commodity in ("long_range_drone", "missile")]
    arrived, used = booked(war, lambda: launch(war.state), names)
    for hits, name in zip(arrived, names, strict=True):
        assert (hits > 0).all()
        np.testing.assert_allclose(hits, used[name], rtol=1e-12)


def test_aid_in_dollars_is_aid_in_goods():
    """Kinds given, at their prices, are worth what was delivered: nothing is bought twice, nothing by the thousand.

    While makers have room: beyond their capacity money buys less, and never more.
    """
    np.testing.assert_allclose(bought_per_money(replaced(parameters(grid(2)), donors__dearer=0.0)), 1.0, rtol=1e-9)
    bought = bought_per_money(parameters(grid(2)))
    assert ((bought <= 1.0 + 1e-9) & (bought >= 0.9)).all()


def test_money_beyond_what_makers_turn_out_buys_less():
    """Twice the gifts of the start, makers as at the start: the further half costs (output/capacity)^eta times as much."""
    doubled = {"donors__makers_growth": 0.0, "donors__dearer": 0.8, "allies__turn": -1e4, "allies__turned": 2.0}
    assert (bought_per_money(replaced(parameters(grid(2)), **doubled)) < 0.97).all()


def bought_per_money(p):
    """Return the goods handed over in sixty days, at their usual prices, over the money delivered, (lane,)."""
    war = begin(grid(2), p)
    names = [(kind, "allies:given") for kind in KINDS]
    aid = ("aid", "defender:delivered"), ("aid", "defender:rushed")
    start = balances(war, [*names, *aid])
    money, missiles = war.state.theatre.industry_money.copy(), 0.0
    for day in range(60):
        war.step()
        missiles = missiles + shipping.levers.resupplied(war.state.p, day, war.state.none())
    moved = {name: war.state.books.balance(*name) - before for name, before in start.items()}
    prices = {kind: war.state.p.kinds[kind].price / 1000.0 for kind in KINDS}  # Musd -> Gusd
    worth = add_up(np.stack([-moved[kind, "allies:given"] * prices[kind] for kind in KINDS]))
    given = missiles * prices["missile"] + add_up(war.state.theatre.industry_money - money) * prices["money"]
    return (worth - given) / (add_up(moved[aid[0]]) + add_up(moved[aid[1]]))


def test_industry_spends_its_money_once():
    """Without output of its own and without strikes, what is made of allied money is worth the money used."""
    lanes = Lanes.grid(1, range(2))
    nothing = {f"sides__ukraine__{field}": 0.0 for field in shipping.OUTPUT.values()}
    p = replaced(
        parameters(lanes), **nothing, strike__targets__effect=0.0,
        levers__nordic_production__dose=1.0, levers__nordic_production__start=0.0,
    )  # fmt: skip
    war = begin(lanes, p)
    for _ in range(60):
        war.step()
    bought = {
        kind: -war.state.books.balance(kind, "defender:made") * war.state.facts.price[kind]
        for kind in p.donors.money_use
    }
    used = war.state.books.balance("money", "defender:used")
    assert (used > 0.01).all()
    np.testing.assert_allclose(add_up(np.stack(list(bought.values()))), used, rtol=1e-9)


def test_todays_permanent_losses_are_the_dead_and_the_invalided():
    """The wounded who come back are no permanent loss, and nobody is lost twice."""
    war = begin(grid(2))
    for _ in range(10):
        names = [("person", f"{side}:{fate}") for side in ROLES for fate in ("killed", "invalided")]
        _, moved = booked(war, war.step, names)
        for row, side in enumerate(ROLES):
            gone = moved["person", f"{side}:killed"] + moved["person", f"{side}:invalided"]
            np.testing.assert_allclose(war.state.theatre.sides[row].permanent_today, gone, rtol=1e-9)


def test_casualties_are_what_left_the_line_for_good_or_for_hospital():
    war = begin(grid(2))
    names = [("person", f"{side}:line") for side in ROLES]
    before = [side.casualties for side in war.state.theatre.sides]
    _, moved = booked(war, lambda: fighting.fight(war.state), names)
    for row, side in enumerate(ROLES):
        lost = war.state.theatre.sides[row].casualties - before[row]
        assert (lost > 0).all()
        np.testing.assert_allclose(lost, -add_up(moved["person", f"{side}:line"]), rtol=1e-9)


@pytest.mark.parametrize("lag", [10.0, 40.0, 120.0])
def test_the_books_pipeline_delivers_all_at_its_mean_lag(lag):
    """Erlang-2 through the ledger itself: all of it, once, at the stated mean, the books balanced on the way."""
    ledger = Ledger(1)
    ledger.open("shell", "seller", np.array([100.0]))
    ledger.open_pipeline("shell", "way")
    ledger.open("shell", "buyer")
    ledger.post("shell", "seller", "way/1", np.array([100.0]))
    came = []
    for _ in range(int(20 * lag)):
        came.append(ledger.advance("shell", "way", "buyer", np.array([lag]))[0])
        assert abs(ledger.imbalance("shell")[0]) < 1e-9
    came = np.array(came)
    assert came.sum() == pytest.approx(100.0)
    assert ledger.balance("shell", "buyer")[0] == pytest.approx(100.0)
    assert (np.arange(len(came)) + 0.5) @ came / 100.0 == pytest.approx(lag, abs=1.0)
    assert came[0] == 0.0


def test_training_and_hospital_take_the_time_they_say():
    """A class of recruits, with nobody before or after it, is on its way to the reserve for the mean training length."""
    lanes = Lanes.grid(1, range(2))
    empty = {f"sides__ukraine__{name}": 0.0 for name in ("intake", "training", "hospital", "return_share")}
    p = replaced(parameters(lanes), **empty, defender__drive=0.0, sides__ukraine__training_length=40.0)
    war = begin(lanes, p)
    war.state.books.post("person", "defender:outside", "defender:training/1", np.full(2, 1000.0))
    left = []
    for _ in range(119):
        war.step()
        left.append(war.state.books.in_pipeline("person", "defender:training"))
    rate = 1.0 / 20.0
    for day in (10, 40, 80):
        expected = 1000.0 * np.exp(-rate * day) * (1.0 + rate * day)
        np.testing.assert_allclose(left[day - 1], expected, atol=30.0, err_msg=f"day {day}")


@pytest.mark.parametrize("side", [ATTACKER, DEFENDER])
def test_the_line_moves_the_way_of_him_who_attacks(side):
    """Only one side attacks: on every front inside Ukraine the ground that changes hands is its gain."""
    lanes = Lanes.grid(1, range(4))
    still = {f"sides__{NAMES[1 - side]}__effort": 0.0, "command__counter_effort": 0.0, "fronts__planned_effort": 0.0}
    war = begin(lanes, replaced(parameters(lanes), **still, **{f"sides__{NAMES[side]}__effort": 1.0}))
    for _ in range(21):
        war.step()
    forward = (1.0 if side == ATTACKER else -1.0) * war.state.theatre.net[war.state.p.fronts.salient < 0.5]
    assert (forward >= 0.0).all()
    assert (forward > 0.0).any()
