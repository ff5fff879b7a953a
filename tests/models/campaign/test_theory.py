"""What must happen in worlds made simple: no attack, no men, no way through, equal sides, peace."""

import numpy as np
import pytest
from scipy.stats import norm

from sim.foundation.lanes import add_up
from sim.foundation.roles import ROLES
from sim.models.campaign import bargain
from sim.models.campaign.beliefs import belief
from sim.models.campaign.goods import KINDS
from sim.models.campaign.phases import fighting
from sim.rules import donors
from tests.models.campaign.wars import (
    SIDES,
    after,
    begin,
    claim,
    grid,
    leaf_at,
    like,
    monthly,
    parameters,
    played,
    replaced,
    scaled,
    state,
    steady,
)

ARM = {name: row for row, name in enumerate(claim().arms)}
NO_PEACE = {"settling__base": 0.0}


def people(war, side):
    return add_up(war.state.books.balance("person", f"{side}:line"))


def both(**leaves):
    return {f"sides__{side}__{name}": value for name, value in leaves.items() for side in SIDES}


# --- no attack, no way, no men -------------------------------------------------------------------------------


def test_no_attack_no_movement():
    lanes = grid(5)
    p = replaced(parameters(lanes), **both(effort=0.0), command__counter_effort=0.0)
    war = after(lanes, 42, p)
    assert (war.state.theatre.shift[war.state.facts.inside > 0.0] == 0.0).all(), (
        "a salient may be left, but nothing is taken"
    )
    assert (people(war, "attacker") > 0).all()


def test_endless_works_on_both_sides_seal_the_front():
    """Built after the pace of each axis was observed: a pace observed in front of works already knows them."""
    lanes = grid(5)
    war = begin(lanes)
    war.state.p = replaced(war.state.p, fronts__field_defence=1e15, fronts__attacker_defence=1e15)
    for _ in range(42):
        war.step()
    assert np.abs(war.state.theatre.shift[war.state.facts.inside > 0.0]).max() < 1e-9, (
        "a salient may be left, but nothing is taken"
    )
    assert (war.state.theatre.sides[1].casualties > 0).all(), "there is fighting"


def test_works_in_front_of_the_attacker_slow_him():
    lanes = grid(20, arms=1)
    gains = []
    for times in (1.0, 2.0):
        war = begin(lanes)
        war.state.p = war.state.p.replace("fronts.field_defence", war.state.p.fronts.field_defence * times)
        war.state.p = replaced(war.state.p, fronts__belts__defence=1.0)
        for _ in range(42):
            war.step()
        gains.append(add_up(war.state.theatre.net * war.state.facts.inside))
    assert (gains[1] < gains[0]).all()


@pytest.mark.parametrize("form", range(3))
def test_twice_the_defenders_slow_by_their_closed_form(form):
    """Defenders enter the index as ``-(f + g) ln``; speed is then what the form of the response makes of the index."""
    lanes = grid(3, arms=1)
    p = replaced(
        parameters(lanes), movement__response=form, movement__ratio_elasticity=0.3, movement__density_elasticity=0.7,
        movement__steepness=2.0, movement__spread=1.5, movement__top_speed=1.0, movement__breakthrough=0.0,
        movement__ceding_speed=0.0, movement__reach=1e9, sides__ukraine__infantry_losses=0.0,
    )  # fmt: skip
    war = begin(lanes, p)
    still = np.ones_like(war.state.theatre.shift)
    before = fighting.speeds(war.state, (still, still))[1]
    war.state.books.post("person", "defender:outside", "defender:line", p.fronts.ukraine)
    war.state.theatre.sides[0].infantry = war.state.theatre.sides[0].infantry * 2.0
    slower = fighting.speeds(war.state, (still, still))[1]
    effort, going = war.state.theatre.sides[1].effort, war.state.theatre.going
    moved = (before > 1e-6) & (before < 0.8 * effort * going)
    if form == 0:
        share = before / (effort * going)
        expected = norm.cdf(norm.ppf(share) - np.log(2.0) / 1.5) * effort * going
    else:
        expected = before * 2.0 ** -(2.0 if form == 1 else 1.0)
    np.testing.assert_allclose(slower[moved], expected[moved], rtol=1e-9)
    assert moved.sum() > 20


def test_without_inflow_the_line_is_exhausted():
    lanes = grid(4)
    nothing = both(
        intake=0.0,
        reserve=0.0,
        rear=0.0,
        training=0.0,
        hospital=0.0,
        absent=0.0,
        return_share=0.0,
        absence_return=0.0,
    )
    p = replaced(
        parameters(lanes), **nothing, **NO_PEACE, defender__drive=0.0, partners__troops=0.0, attacker__mobilisation_hazard=0.0,
        levers__training_deployment__added_intake=0.0,
    )  # fmt: skip
    for side in SIDES:
        for name in ("attack_loss", "defence_loss", "quiet_loss"):
            p = p.replace(f"sides.{side}.{name}", leaf_at(p, f"sides.{side}.{name}") * 10.0)
    war = begin(lanes, p)
    start = {side: people(war, side) for side in ROLES}
    for _ in range(119):
        before = {side: people(war, side) + war.state.books.balance("person", f"{side}:reserve") for side in ROLES}
        war.step()
        for side in ROLES:
            now = people(war, side) + war.state.books.balance("person", f"{side}:reserve")
            gone = before[side] < 1.0  # an army already used up cannot shrink further
            assert ((now < before[side]) | gone).all(), f"{side} on day {war.state.day}"
    left = np.stack([people(war, side) / start[side] for side in ROLES])
    assert (left >= 0.0).all()
    assert (left.min(axis=0) < 0.4).all(), "in every war one side is spent; the other stops bleeding when it is"
    assert (left.max(axis=0) < 0.8).all()


def test_no_shells_and_no_drones_mean_fewer_losses_and_no_arms_none():
    lanes = grid(5)
    war = begin(lanes)
    silent = both(shell_plan=0.0, drone_plan=0.0, bomb_plan=0.0, arms_share=0.0, shell_share=1.0)
    war.state.p = replaced(war.state.p, **silent, strike__targets__troops=0.0, combat__own_exponent=0.5)
    for _ in range(7):
        war.step()
    for side in war.state.theatre.sides:
        assert (side.fires == 0.0).all()
        assert (side.casualties == 0.0).all()


# --- equal sides ---------------------------------------------------------------------------------------------


def mirrored(lanes):
    """Return parameters of two equal armies on equal ground with equal habits."""
    p = parameters(lanes)
    p = p.replace("sides.ukraine", p.sides.russia.replace("role", "defender")).replace(
        "fronts.ukraine", p.fronts.russia
    )
    p = replaced(p, **both(effort=1.0, fog=0.0), **NO_PEACE)
    same = np.broadcast_to(p.fronts.length[0], p.fronts.length.shape).copy()
    for name, value in (("length", same), ("attacker_defence", p.fronts.field_defence)):
        p = p.replace(f"fronts.{name}", value)
    return replaced(
        p,
        fronts__salient=0.0, fronts__held=1e5, fronts__taken=1e5, fronts__recent_gain=0.0, fronts__usual_gain=1.0,
        fronts__belts__defence=1.0, fronts__field_defence=2.0, fronts__attacker_defence=2.0,
        fronts__russia=20e3, fronts__ukraine=20e3, fronts__attacker_weight=1.0, fronts__defender_weight=1.0,
        command__focus=0.0, command__effort_adjustment=0.0, command__tempo_step=0.0, command__threat_focus=0.0,
        command__counter_effort=0.0, command__cede_share=0.0, movement__pace_trust=0.0,
        defender__mobilisation_step=0.0, defender__reassignment_step=0.0, defender__drive=0.0,
        attacker__bonus_elasticity=0.0, attacker__pool_decay=0.0,
        attacker__mobilisation_hazard=0.0, partners__shells=0.0, partners__drones=0.0, partners__vehicles=0.0, partners__troops=0.0,
        allies__capacity=0.0, allies__backlog=0.0, strike__targets__drone_damage=0.0, strike__targets__missile_damage=0.0,
        strike__targets__damage=0.0, strike__targets__troops=0.0,
        strike__carrier_threat=0.0, attacker__unfunded=1.0,
    )  # fmt: skip


def test_the_mirror_is_a_mirror():
    """Equal luck on both sides: then nothing moves at all, and both armies stay equal."""
    lanes = grid(20, arms=1)
    p = replaced(
        steady(mirrored(lanes)), movement__axis_noise=0.0, movement__theatre_noise=0.0, movement__lump_noise=0.0
    )
    war = after(lanes, 42, p)
    assert np.abs(war.state.theatre.shift).max() < 1e-6
    for account in ("line", "reserve", "absent", "killed"):
        ours, theirs = (war.state.books.balance("person", f"{side}:{account}") for side in ROLES)
        np.testing.assert_allclose(ours, theirs, rtol=1e-6, err_msg=account)


@pytest.mark.slow
def test_equal_sides_on_equal_ground_move_the_line_neither_way_on_average():
    lanes = grid(600, arms=1)
    war = after(lanes, 56, mirrored(lanes))
    net = add_up(war.state.theatre.net)
    error = net.std() / np.sqrt(net.size)
    assert error > 0.1, "there is movement either way"
    assert abs(net.mean()) < 4.0 * error, f"{net.mean():.2f} km2 in 56 days, standard error {error:.2f}"


@pytest.mark.parametrize(("held", "taken"), [(0.0, 0.0), (15.0, 0.0), (0.0, 15.0), (40.0, 15.0)])
def test_no_axis_moves_beyond_what_the_loser_holds_there(held, taken):
    """A free axis would move further both ways: the theory above is of lines that do."""
    lanes = grid(30, arms=1)
    p = replaced(mirrored(lanes), fronts__held=held, fronts__taken=taken, fronts__usual_gain=20.0)
    war = after(lanes, 70, p)
    net = war.state.theatre.net
    assert (net <= held + 1e-9).all()
    assert (net >= -taken - 1e-9).all()
    assert not held or np.isclose(net, held).any()
    assert not taken or np.isclose(net, -taken).any()


# --- gifts ---------------------------------------------------------------------------------------------------


def effect(gift, days=84, replicates=60):
    """Return the paired difference of net Russian gain (lane,) when `gift(war)` comes on the first morning."""
    lanes = grid(replicates, arms=1)
    p = replaced(parameters(lanes), **NO_PEACE)
    gains = []
    for give in (lambda war: None, gift):
        war = begin(lanes, p)
        give(war)
        for _ in range(days):
            war.step()
        gains.append(add_up(war.state.theatre.net * war.state.facts.inside))
    return gains[1] - gains[0]


def of(commodity, source, side, amount, account="stock"):
    def give(war):
        war.state.books.post(commodity, source.format(side), f"{side}:{account}", np.full(war.state.lanes, amount))

    return give


GIFTS = [("shell", "{}:made", 3e5, "stock"), ("drone", "{}:made", 3e5, "stock"), ("vehicle", "{}:made", 2e3, "stock"),
         ("person", "{}:outside", 4e4, "reserve")]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(("commodity", "source", "amount", "account"), GIFTS, ids=[gift[0] for gift in GIFTS])
@pytest.mark.parametrize(("side", "sign"), [("defender", -1.0), ("attacker", 1.0)])
def test_a_gift_does_not_hurt_its_owner(commodity, source, amount, account, side, sign):
    """Paired lanes with the same luck; a gift may do nothing, but on average not harm."""
    helped = sign * effect(of(commodity, source, side, amount, account))
    error = helped.std() / np.sqrt(helped.size)
    assert helped.mean() > -2.0 * error - 1e-9, f"{helped.mean():.2f} km2, standard error {error:.2f}"
    if commodity == "person":
        assert helped.mean() > 2.0 * error, "men matter"


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_that_is_delivered_has_a_path_to_the_front(kind):
    """A gift of any kind moves the line, either way, against the same noise."""
    amount = {"shell": 3e5, "drone": 3e5, "vehicle": 2e3, "interceptor": 2e3, "money": 2.0, "other": 2.0}.get(kind, 1e3)
    moved = effect(
        of(kind, "allies:given", "defender", amount, "ordered/1" if kind == "money" else "stock"), replicates=20
    )
    assert np.abs(moved).max() > 0.0


# --- aid, Kursk, belief, peace ------------------------------------------------------------------------------


CALM = {
    "donors__front_response": 0.0,
    **NO_PEACE,
    "levers__coordination__start": 0.0,
    "levers__coordination__ramp": 1.0,
}
WINDOW = 112


def given(part, lanes, days=WINDOW, **leaves):
    """Return what is delivered by ally week by week, without and with a part of the plan, (week, ally, lane) each, and pledges.

    Donors do not mind the front, so that wars that go otherwise are no reason to give otherwise.
    """
    calm = replaced(parameters(lanes), **CALM, levers__coordination__window=float(WINDOW), **leaves)
    found = []
    for dose in (0.0, 1.0):
        record, _ = played(lanes, days, replaced(calm, **{f"levers__coordination__{part}": dose}))
        found.append((record.arrays["delivered"].astype(float), record.arrays["pledged"].astype(float)))
    return found


def test_timing_leaves_the_sum_of_deliveries_as_it_was():
    """More at first, less later, and by the end of the window what the donor would have given, donor by donor."""
    (before, pledged), (after, same) = given("timing", grid(6, arms=1), allies__turned=1.0)
    np.testing.assert_array_equal(pledged, same)
    assert (after[8] > before[8] * 1.02).all(), "earlier"
    np.testing.assert_allclose(after[-1], before[-1], rtol=1e-3, err_msg="the same sum")


def test_timing_takes_back_what_it_hurried_from_a_donor_that_stops_giving_too():
    """What is on its way still falls due, and is kept back."""
    (before, _), (after, _) = given("timing", grid(6, arms=1), allies__turn=30.0, allies__turned=0.0)
    np.testing.assert_allclose(after[-1], before[-1], rtol=1e-3)


def test_haste_brings_deliveries_forward_and_pledges_no_more():
    """Equal inside and beyond the horizon: what comes sooner is no longer on its way."""
    (before, pledged), (after, same) = given("haste", grid(6, arms=1))
    np.testing.assert_array_equal(pledged, same)
    assert (after[-1] > before[-1]).all()


def test_what_haste_delivers_more_is_missing_from_what_is_under_way():
    """Inside and beyond the horizon together, donor by donor: delivered, on its way and waiting in all are the same."""
    lanes = grid(6, arms=1)
    calm = replaced(parameters(lanes), **CALM)
    wars = [played(lanes, WINDOW, replaced(calm, levers__coordination__haste=dose))[1] for dose in (0.0, 1.0)]
    inside = [war.state.books.balance("aid", "defender:delivered") for war in wars]
    beyond = [war.state.books.in_pipeline("aid", "allies:pledged") for war in wars]
    assert (inside[1] > inside[0]).all()
    np.testing.assert_allclose(inside[1] + beyond[1], inside[0] + beyond[0], rtol=1e-9)


@pytest.mark.parametrize("dose", [-1.0, 1.0])
def test_replies_of_donors_have_settled_in_every_month_of_a_war(dose, monkeypatch):
    """Under 1 % of what is given, in 99 % of wars; in the first month of a plan that begins in mid-war, under 5 %."""
    lanes = grid(60, arms=1)
    p = parameters(lanes)
    plan = {f"levers__coordination__{part}": dose for part in ("volume", "kinds")}
    war, residuals = begin(lanes, replaced(p, **plan, levers__coordination__start=40.0), base=p), []
    settle = bargain.settle

    def watched(state, rounds):
        settle(state, rounds)
        played, own, today = bargain.game(state), bargain.benefit(state), state.p.donors.theta
        in_force = np.full(lanes.count, dose if state.day >= 40 else 0.0)
        regarded = donors.regard(own, today, donors.theta_at(today, in_force))
        found = state.theatre.bargain
        residuals.append([played.residual(regarded, flows) for flows in (found.by_amount, found.by_kind)])
        assert np.array_equal(found.amounts, np.ones_like(found.amounts)) == (state.day < 40)

    monkeypatch.setattr(bargain, "settle", watched)
    for _ in range(200):
        war.step()
    assert len(residuals) == 200 // 28
    worst = np.quantile(residuals, 0.99, axis=-1)
    assert (worst[1] < 0.05).all()
    assert (np.delete(worst, 1, axis=0) < 0.01).all()


@pytest.mark.parametrize("part", ["kinds", "message"])
def test_kinds_and_message_change_no_value(part):
    """At each date's equal value: donor by donor and week by week the same money is pledged and delivered."""
    (before, pledged), (after, same) = given(part, grid(6, arms=1))
    np.testing.assert_array_equal(pledged, same)
    np.testing.assert_array_equal(before, after)


def test_volume_scales_what_each_donor_gives_and_no_kinds():
    lanes = grid(40, arms=1)
    calm = replaced(parameters(lanes), **CALM)
    (_, alone), (_, one), (_, planner) = (
        played(lanes, 54, replaced(calm, levers__coordination__volume=dose)) for dose in (-1.0, 0.0, 1.0)
    )
    pledged = [-war.state.books.balance("aid", "allies:budget").sum(axis=0) for war in (alone, one, planner)]
    assert (np.diff(pledged, axis=0) >= -1e-12).all()
    assert pledged[0].mean() < 0.98 * pledged[1].mean() < 0.95 * pledged[2].mean()
    for war in (alone, planner):
        for order, today in zip(war.state.orders.allies, war.state.theatre.bargain.mix, strict=True):
            np.testing.assert_allclose(order.mix, today, rtol=1e-12)


def test_kinds_go_where_they_are_worth_most():
    """Under one planner the mean worth of a dollar rises with every donor's mix; each for itself, it falls."""
    lanes = grid(40, arms=1)
    _, war = played(lanes, 7, replaced(parameters(lanes), **CALM, levers__coordination__kinds=1.0))
    bargain = war.state.theatre.bargain
    before, after = ((shares * bargain.price).sum(axis=1) for shares in (bargain.mix, bargain.kinds))
    assert (after >= before * (1 - 1e-9)).mean() > 0.97, "a planner also thinks of what all together make dear"
    assert after.mean() > 1.05 * before.mean()
    _, war = played(lanes, 7, replaced(parameters(lanes), **CALM, levers__coordination__kinds=-1.0))
    assert ((war.state.theatre.bargain.kinds * bargain.price).sum(axis=1)).mean() < before.mean()


def test_leaving_kursk_frees_troops_of_both_sides():
    """Paired: with the same luck, fewer stay in the salient and more stand elsewhere, on both sides."""
    every = grid(40)
    lanes = every.take(np.flatnonzero(np.isin(every.arm, [ARM["base"], ARM["kursk_exit"]])))
    record, _ = played(lanes, 105)
    kursk = record.coords["front"].index("kursk")
    troops = record.arrays["troops"][-1].astype(float)
    elsewhere = np.delete(troops, kursk, axis=1).sum(axis=1) + record.arrays["reserve"][-1]
    for row, side in enumerate(SIDES):
        stayed = troops[row, kursk, 40:] - troops[row, kursk, :40]
        freed = elsewhere[row, 40:] - elsewhere[row, :40]
        assert stayed.mean() < -2.0 * stayed.std() / np.sqrt(40), side
        assert freed.mean() > 2.0 * freed.std() / np.sqrt(40), side
    assert (troops[0, kursk, 40:] <= troops[0, kursk, :40] * (1 + 1e-6)).all()


def test_talk_alone_does_not_raise_the_belief_in_lasting_aid():
    lanes = grid(12, arms=1)
    nothing = replaced(
        parameters(lanes),
        allies__capacity=0.0,
        allies__backlog=0.0,
        levers__coordination__start=0.0,
        **NO_PEACE,
    )
    silent = after(lanes, 85, nothing)
    one_voice = after(lanes, 85, replaced(nothing, levers__coordination__message=1.0))
    assert (one_voice.state.theatre.incoherence < silent.state.theatre.incoherence).all(), "discipline works"
    assert (belief(one_voice.state) <= belief(silent.state)).all()
    assert (belief(silent.state) < silent.state.p.beliefs.start).all()


def test_peace_stops_the_guns_from_the_next_day_on():
    lanes = grid(4)
    war = begin(lanes, replaced(parameters(lanes), settling__base=500.0, settling__ceiling=500.0, defender__stance=1.0))
    while war.state.theatre.war.max() > 0.0:
        assert war.state.day < 15
        war.step()
    silent = ("shell", "drone", "glide_bomb", "missile", "long_range_drone", "interceptor")

    def toll():
        used = {f"{c} {s}": war.state.books.balance(c, f"{s}:used").copy() for c in silent for s in ROLES}
        lost = {
            f"{a} {s}": war.state.books.balance("person", f"{s}:{a}").copy()
            for a in ("killed", "invalided")
            for s in ROLES
        }
        lost |= {f"vehicles {s}": war.state.books.balance("vehicle", f"{s}:lost").copy() for s in ROLES}
        shed = {f"casualties {row}": side.casualties.copy() for row, side in enumerate(war.state.theatre.sides)}
        return used | lost | shed | {"shift": war.state.theatre.shift.copy(), "damage": war.state.theatre.war.copy()}

    on_the_day = toll()
    assert (on_the_day["killed attacker"] > 0).all()
    for _ in range(14):
        war.step()
        unlike = [name for name, value in toll().items() if not np.array_equal(value, on_the_day[name])]
        assert unlike == [], f"day {war.state.day}"
    assert (war.state.theatre.war == 0.0).all()
    assert (war.state.theatre.durable > 0.0).all()


def test_more_losses_a_month_for_who_presses_harder():
    lanes = grid(20, arms=1)
    p = replaced(parameters(lanes), **NO_PEACE, command__tempo_step=0.0)
    calm, _ = played(lanes, 56, p)
    hard, _ = played(lanes, 56, replaced(p, sides__russia__effort=2.0))
    toll = [monthly(record.arrays["casualties"].astype(float), 0, 8)[1] for record in (calm, hard)]
    assert (toll[1] > 1.2 * toll[0]).all()


def test_scaling_a_series_scales_the_intake():
    lanes = grid(3, arms=1)
    p = parameters(lanes)
    path = "sides.russia.intake"
    war = begin(lanes, p.replace(path, scaled(leaf_at(p, path), 2.0)))
    np.testing.assert_allclose(war.state.side_p[1].intake.at(3), 2.0 * p.sides.russia.intake.at(3))
    assert like(p.sides.russia.intake, 5.0).at(3).tolist() == [5.0, 5.0, 5.0]
    assert set(state(war)) >= {"theatre.shift", "theatre.war"}


@pytest.mark.slow
def test_a_halt_is_possible_where_the_attacker_spares_himself():
    """A positive control: the verdict is not written in. An army told to lose next to nobody stops within half a year."""
    lanes = grid(30, arms=1)
    p = replaced(parameters(lanes), **NO_PEACE, command__ground_worth=0.03, command__tempo_step=0.5)
    record, _ = played(lanes, 245, p)
    weekly = np.diff(record.arrays["net_km2"].astype(float), axis=0)
    usual, _ = played(lanes, 245, replaced(parameters(lanes), **NO_PEACE))
    base = np.diff(usual.arrays["net_km2"].astype(float), axis=0)
    assert (weekly[-9:].mean(axis=0) < 7.0).mean() > 0.8, "less than 1 km2 a day"
    assert (base[-9:].mean(axis=0) < 7.0).mean() < 0.4
