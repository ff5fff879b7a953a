"""Agents who choose: usual conduct reproduces the start, more means never press less, and who is frozen is frozen."""

import dataclasses

import numpy as np
import pytest

from sim.foundation.lanes import Lanes, add_up
from sim.foundation.noise import Noise
from sim.models.campaign import perceiving
from sim.models.campaign.frozen import CLASSES, MeanOrders, play_frozen
from sim.models.campaign.war import War, _FirstMorning
from tests.models.campaign.wars import after, begin, claim, differences, grid, parameters, replaced, scaled, state

CLEAR = {"sides__russia__fog": 0.0, "sides__ukraine__fog": 0.0}
START = claim().run.start


def war_of(lanes, p, base=None, **more):
    return War(p, lanes, Noise(claim().run.seed, lanes.replicate), START, base=base, **more)


def command_view(war, **changed):
    view = perceiving.view_for(war.state, war.cast.commands[1])
    return dataclasses.replace(
        view, **{name: np.asarray(value(getattr(view, name))) for name, value in changed.items()}
    )


def tempo(war, **changed):
    """Return the tempo that the attacker's command orders from its view of `war` with some of it changed, (lane,)."""
    return war.cast.commands[1].decide(command_view(war, **changed), 0).tempo


# --- the start is what the usual conduct makes of it ------------------------------------------------------------


def test_on_the_first_morning_everybody_goes_on_as_before():
    """Without fog the first decisions are those of the usual conduct: preference is revealed by what was done."""
    lanes = grid(8, arms=1)
    p = replaced(parameters(lanes), **CLEAR, attacker__bonus_trend=0.0)
    war = _FirstMorning(p, lanes, Noise(claim().run.seed, lanes.replicate), START)
    np.testing.assert_allclose(begin(lanes, p).state.orders.commands[1].tempo, 1.0, atol=0.03)
    orders = war.state.orders
    np.testing.assert_allclose(orders.commands[1].tempo, 1.0, atol=1e-9)
    np.testing.assert_allclose(orders.attacker.bonus, 1.0, atol=1e-9)
    np.testing.assert_allclose(orders.attacker.purchases, 1.0, atol=1e-9)
    np.testing.assert_allclose(orders.defender.mobilisation, 1.0, atol=1e-9)
    np.testing.assert_allclose(orders.defender.reassignment, 1.0, atol=1e-9)
    np.testing.assert_allclose(orders.defender.new_units, p.defender.new_unit_share, rtol=1e-9)
    for side, order in enumerate(orders.strikers):
        own = war.state.facts.aims[1 - side] > 0.0
        usual = p.strike.drone_pace if side == 0 else p.strike.attacker_drone_pace
        np.testing.assert_allclose(order.drone_pace, usual, rtol=1e-9)
        np.testing.assert_allclose(order.dispersal[own], p.strike.targets.dispersal_start[own], rtol=1e-9)
    assert (orders.attacker.mobilised < 0.01 * p.attacker.mobilisation_hazard + 1e-3).all()


def test_an_arm_keeps_the_worth_of_ground_that_the_base_revealed():
    """An arm with another inflow departs from the base's wants; anchored in itself it would call its own start usual."""
    lanes = Lanes.grid(1, range(4))
    p = replaced(parameters(lanes), **CLEAR)
    fewer = p.replace("sides.russia.intake", scaled(p.sides.russia.intake, 0.3))
    arm, alone = war_of(lanes, fewer, base=p), begin(lanes, p)
    for field in dataclasses.fields(alone.state.reference.usual):
        mine, base = (getattr(war.state.reference.usual, field.name) for war in (arm, alone))
        np.testing.assert_array_equal(mine, base, err_msg=field.name)
    for _ in range(56):
        arm.step()
        alone.step()
    assert (arm.state.theatre.sides[1].tempo < alone.state.theatre.sides[1].tempo).all(), (
        "who gets fewer men presses less"
    )


# --- laws of the attacker's command ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "change", "sign"),
    [
        ("inflow", 1.5, 1.0),
        ("inflow", 0.5, -1.0),
        ("permanent_losses", 1.3, -1.0),
        ("own_line", 1.2, 1.0),
        ("vehicles", 0.1, -1.0),
    ],
)
def test_more_men_and_armour_never_mean_a_slower_tempo_and_more_losses_never_a_faster(name, change, sign):
    war = begin(
        grid(10, arms=1),
        replaced(parameters(grid(10, arms=1)), **CLEAR, command__boldness=0.5, command__vehicle_worth=5.0),
    )
    moved = tempo(war, **{name: lambda value: change * value}) - tempo(war)
    assert (sign * moved > 0.0).all()


def test_the_tempo_settles_where_losses_are_what_the_inflow_bears():
    """Without trust in the front's promise and without armour the choice is the old law: losses follow the inflow."""
    lanes = grid(6, arms=1)
    p = replaced(
        parameters(lanes),
        **CLEAR,
        command__prospect=0.0,
        command__vehicle_worth=0.0,
        command__tempo_ceiling=5.0,
        command__tempo_step=0.1,
        choosing__attacker=20.0,
        attacker__scarcity_price=1.5,
    )
    war = begin(lanes, p)
    view = command_view(war)
    quiet, attack = view.permanent_losses * (1.0 - view.attack_share), view.permanent_losses * view.attack_share
    now, inflow = np.ones(lanes.count), 1.2 * view.inflow
    for _ in range(600):
        losses = quiet + attack * now
        now = (
            war.cast.commands[1]
            .decide(
                dataclasses.replace(
                    view, tempo=now, permanent_losses=losses, attack_share=attack * now / losses, inflow=inflow
                ),
                0,
            )
            .tempo
        )
    np.testing.assert_allclose(quiet + attack * now, 1.2 * view.permanent_losses, rtol=0.02)


def test_effort_goes_where_a_man_gains_most():
    war = begin(grid(3, arms=1))
    plain = war.cast.commands[1].decide(command_view(war), 0)
    eased = war.cast.commands[1].decide(
        command_view(war, power=lambda power: power + 2.0 * (np.arange(len(power)) == 4)[:, None]), 0
    )
    before, after_ = (order.effort / order.tempo for order in (plain, eased))
    assert (after_[4] > before[4]).all()
    assert (np.delete(after_, 4, 0) <= np.delete(before, 4, 0) * (1 + 1e-12)).all()


# --- governments ---------------------------------------------------------------------------------------------------


def government(war, side, **changed):
    """Return the order of a government from its view of `war` with some of it changed."""
    agent = war.cast.governments[side]
    view = perceiving.view_for(war.state, agent)
    return agent.decide(
        dataclasses.replace(view, **{name: value(getattr(view, name)) for name, value in changed.items()}), 0
    )


def test_the_attacker_pays_more_where_men_lack_and_less_where_money_does():
    war = begin(
        grid(10, arms=1),
        replaced(parameters(grid(10, arms=1)), attacker__bonus_elasticity=0.4, attacker__money_price=0.5),
    )
    usual = government(war, 1).bonus
    assert (government(war, 1, scarcity=lambda x: 1.5 * x).bonus > usual).all()
    assert (government(war, 1, buffer=lambda x: 0.3 * x).bonus < usual).all()


def test_a_call_up_waits_for_the_shortage_that_is_worth_its_cost():
    """At `mobilisation_patience` months of shortage it is as good as not: one in three for each of none, half and whole."""
    war = begin(grid(10, arms=1))
    patience = war.state.p.attacker.mobilisation_patience
    even = government(war, 1, scarcity=lambda x: np.ones_like(x), months_short=lambda x: patience)
    np.testing.assert_allclose(even.mobilised, war.state.p.attacker.mobilisation_hazard * 2.0 / 3.0)
    np.testing.assert_allclose(even.called, 0.75)
    later = government(war, 1, scarcity=lambda x: np.ones_like(x), months_short=lambda x: 2.0 * patience)
    assert (later.mobilised > even.mobilised).all()
    assert (later.called > even.called).all()


def test_the_defender_calls_up_more_as_units_thin_out_and_less_than_politics_bears():
    p = replaced(parameters(grid(10, arms=1)), defender__scarcity_price=1.5, defender__danger_response=0.5)
    war = begin(grid(10, arms=1), p)
    usual = government(war, 0)
    for change in ({"missing_fill": lambda x: x + 0.3}, {"infantry": lambda x: 0.5 * x}, {"danger": lambda x: 3.0 * x}):
        order = government(war, 0, **change)
        assert (order.mobilisation > usual.mobilisation).all(), change
        assert (order.new_units < usual.new_units).all(), "new units fight worse, which men are now too dear for"
    dear = government(war, 0, mobilisation=lambda x: 1.4 * x)
    assert (dear.mobilisation < 1.4).all(), "the political cost grows with the level"
    brought = dataclasses.replace(
        perceiving.view_for(war.state, war.cast.governments[0]).reform,
        extent=np.ones(10),
        added_intake=0.3 * perceiving.view_for(war.state, war.cast.governments[0]).expected_intake,
    )
    order = government(war, 0, reform=lambda _: brought)
    assert (order.mobilisation < usual.mobilisation).all(), (
        "men whom a reform brings weigh on what the rest may be asked"
    )
    assert (order.intake > usual.intake).all()


def test_industry_makes_more_of_what_has_grown_scarce():
    p = replaced(parameters(grid(5, arms=1)), defender__production_focus=1.0)
    war = begin(grid(5, arms=1), p)
    shifted = government(war, 0, marginal=lambda x: x * np.array([[2.0], [1.0], [1.0], [1.0]])).production
    plain = government(war, 0, marginal=lambda x: np.ones_like(x)).production
    np.testing.assert_allclose(plain, war.state.facts.money_shares)
    assert (shifted[0] > plain[0]).all()
    assert (shifted[1:] < plain[1:]).all()


# --- the defender's command and the strike forces --------------------------------------------------------------------


def test_ground_is_traded_where_the_line_is_thin_and_struck_back_where_a_man_gains_most():
    p = replaced(
        parameters(grid(5, arms=1)),
        **CLEAR,
        defender__scarcity_price=1.5,
        command__cede_price=2.0,
        command__cede_share=1.0,
    )
    war = begin(grid(5, arms=1), p)
    agent = war.cast.commands[0]
    view = perceiving.view_for(war.state, agent)
    usual = agent.decide(view, 0)
    thin = np.where(np.arange(len(view.own_line))[:, None] == 3, 0.3, 1.0)
    order = agent.decide(dataclasses.replace(view, own_line=view.own_line * thin), 0)
    assert (order.ceding[3] > usual.ceding[3]).all()
    np.testing.assert_array_equal(np.delete(order.ceding, 3, 0), np.delete(usual.ceding, 3, 0))
    weak = dataclasses.replace(
        view, usual_yield=view.usual_yield / np.where(thin < 1.0, 20.0, 1.0), reserve_share=view.reserve_share + 1.0
    )
    struck = agent.decide(weak, 0).effort
    assert (struck[3] > usual.effort[3]).all()


def test_one_reserve_follows_all_counter_attacks_together():
    lanes = grid(2, arms=1)
    war = begin(lanes, parameters(lanes))
    agent = war.cast.commands[0]
    view = perceiving.view_for(war.state, agent)
    tempting = dataclasses.replace(view, usual_yield=view.usual_yield / 100.0)
    struck = (
        agent.decide(tempting, 0).effort / view.open.clip(1e-9) - view.usual_effort - view.planned_effort
    ) * view.open
    together = add_up(struck) / view.doctrine.counter_effort
    followed = view.reserve_share / view.doctrine.counter_reserve
    np.testing.assert_array_less(together, followed * (1.0 + 1e-9))
    np.testing.assert_allclose(together, np.minimum(followed, add_up(view.open)), rtol=0.05)


def test_launches_go_where_they_do_most_and_targets_scatter_as_they_are_hit():
    p = replaced(parameters(grid(5, arms=1)), strike__targeting=1.0)
    war = begin(grid(5, arms=1), p)
    force = war.cast.strikers[0]
    view = perceiving.view_for(war.state, force)
    usual = force.decide(view, 0)
    more = np.where(np.arange(len(view.effect))[:, None] == 0, 3.0, 1.0)
    order = force.decide(dataclasses.replace(view, effect=view.effect * more), 0)
    assert (order.shares[0] > usual.shares[0]).all()
    # where only one target gains, attention drawn to a poor one may lower the mean; where all gain, a launch does more
    better = force.decide(dataclasses.replace(view, effect=3.0 * view.effect), 0)
    np.testing.assert_allclose(better.shares, usual.shares, rtol=1e-12)
    assert (better.drone_pace > usual.drone_pace).all(), "a launch that does more is not saved up"
    hit = force.decide(dataclasses.replace(view, pressure=3.0 * view.pressure), 0)
    own = war.state.facts.aims[1] > 0.0
    assert (hit.dispersal[own] > usual.dispersal[own]).all()


# --- an attacker who answers, or does not -----------------------------------------------------------------------------

FIXED, COMPENSATING = 1, 2


def answered(answer, change, days=56, **leaves):
    """Return (arm, base) wars, the arm changed by `change` and answered so."""
    lanes = Lanes.grid(1, range(4))
    p = replaced(parameters(lanes), settling__base=0.0, **leaves)
    arm = war_of(lanes, replaced(change(p), attacker__answer=answer), base=p)
    base = begin(lanes, p)
    for _ in range(days):
        arm.step()
        base.step()
    return arm, base


def doubled_line(p):
    return p.replace("fronts.ukraine", scaled(p.fronts.ukraine, 2.0))


def test_a_fixed_attacker_orders_what_he_orders_in_the_base():
    arm, base = answered(FIXED, doubled_line)
    chosen, _ = answered(0, doubled_line)
    for agent in base.deciders():
        if agent.name.startswith(("attacker", "partner")):
            mine, theirs, free = (
                w.state.orders.standing(agent.writes, agent.row).values() for w in (arm, base, chosen)
            )
            assert differences(mine, theirs) == [], agent.name
            if agent.name == "attacker.command":
                assert differences(free, theirs), "left to himself he answers"
    assert (add_up(arm.state.theatre.net) < add_up(base.state.theatre.net)).all()


def test_he_is_fixed_from_his_day_on():
    arm, base = answered(FIXED, doubled_line, days=29, attacker__answer_from=28.0)
    assert differences(arm.state.orders.commands[1].values(), base.state.orders.commands[1].values()) == []
    before, _ = answered(FIXED, doubled_line, days=22, attacker__answer_from=28.0)
    free, _ = answered(0, doubled_line, days=22)
    assert differences(before.state.orders.commands[1].values(), free.state.orders.commands[1].values()) == []


def test_who_makes_up_for_ground_presses_harder_as_far_as_he_lags_and_no_further():
    arm, base = answered(COMPENSATING, doubled_line, attacker__answer_allowance=0.25)
    free, _ = answered(0, doubled_line)
    assert (arm.state.theatre.allowance > 1.0).all()
    assert (arm.state.theatre.allowance <= 1.25).all()
    assert (add_up(arm.state.theatre.net) > add_up(free.state.theatre.net)).mean() > 0.7
    assert (base.state.theatre.allowance == 1.0).all()


@pytest.mark.parametrize("answer", [FIXED, COMPENSATING])
def test_an_arm_that_changes_nothing_is_the_base_whatever_the_answer(answer):
    arm, base = answered(answer, lambda p: p, days=35)
    mine, theirs = state(arm), state(base)
    shared = {name for name in mine if name in theirs}
    assert differences({n: mine[n] for n in shared}, {n: theirs[n] for n in shared}) == []


# --- frozen agents ------------------------------------------------------------------------------------------------------


def test_mean_orders_are_means_and_can_be_carried_out():
    war = begin(grid(2, arms=1))
    orders, seen = MeanOrders(war), []
    for _ in range(28):
        war.step()
        orders.add()
        seen.append(war.state.orders.commands[1].effort)
    for agent in war.deciders():
        orders.of(agent.name)  # checks itself
    np.testing.assert_allclose(orders.of("attacker.command").effort, np.mean(seen, axis=0))


def test_a_frozen_class_keeps_its_order_and_no_other_class_does():
    lanes = Lanes.grid(1, range(3))
    p = parameters(lanes)
    noise = Noise(claim().run.seed, lanes.replicate)
    found = play_frozen(p, lanes, noise, start=START, days=63)
    assert set(found) == {"", *CLASSES}
    base = found[""].arrays
    for name in ("attacker.command", "defender.government", "ally"):
        assert differences({"net": found[name].arrays["net_km2"]}, {"net": base["net_km2"]}), name
    effort, tempo = found["attacker.command"].arrays["effort"], found["attacker.command"].arrays["tempo"]
    assert (effort[1:, 1] == effort[1, 1]).all()
    assert (tempo[1:] == tempo[1]).all()
    assert not (base["tempo"][1:] == base["tempo"][1]).all()


def test_a_war_with_frozen_agents_has_the_base_s_first_morning():
    """Frozen from the first day on, but anchored in the base: the usual pace is the one that was seen, not the frozen one."""
    lanes = Lanes.grid(1, range(3))
    p = parameters(lanes)
    still = after(lanes, 0, p).state.orders.commands[1]
    idle = dataclasses.replace(still, effort=0.1 * still.effort)
    war = war_of(lanes, p, base=p, policies={"attacker.command": lambda view, day: idle})
    np.testing.assert_array_equal(war.state.reference.place, begin(lanes, p).state.reference.place)
