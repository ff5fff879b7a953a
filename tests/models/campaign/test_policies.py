"""Orders from outside: a policy in place of a rule, orders that check themselves, a picture that cannot be written to."""

import dataclasses

import numpy as np
import pytest

from sim.foundation.errors import UserError
from sim.foundation.noise import Noise
from sim.models.campaign.orders import CommandOrder, MediatorOrder, OrderError, Rule, StrikeOrder, _fault, _valid
from sim.models.campaign.war import War
from tests.models.campaign.wars import after, begin, claim, differences, grid, parameters, state

FRONTS, LANES = 2, 3


def command(**changed):
    """Return a command's order for two fronts and three lanes with some fields changed."""
    fields = {
        "effort": np.ones((FRONTS, LANES)),
        "wanted": np.full((FRONTS, LANES), 0.5),
        "wanted_at_home": np.array([[1.0] * LANES, [0.0] * LANES]),
        "ceding": np.zeros((FRONTS, LANES)),
        "tempo": np.ones(LANES),
    }
    return CommandOrder(**{**fields, **changed})


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("effort", np.ones(LANES), "found 1 axes - an array with 2 axes"),
        ("effort", 1.0, "found float"),
        ("effort", np.full((FRONTS, LANES), np.nan), "no finite number"),
        ("effort", np.full((FRONTS, LANES), -0.1), "found -0.1 to -0.1 - at least 0 is allowed"),
        ("ceding", np.full((FRONTS, LANES), 1.5), "at most 1 is allowed"),
        ("wanted", np.full((FRONTS, LANES), 0.4), "found shares that add up to 0.8 - 1, or 0, is needed"),
        ("tempo", np.ones((1, LANES)), "found 2 axes - an array with 1 axis"),
    ],
)
def test_an_order_that_cannot_be_carried_out_is_refused(field, value, said):
    with pytest.raises(OrderError, match=f"CommandOrder.{field}") as refused:
        command(**{field: value})
    assert said in str(refused.value)


def test_a_sound_order_is_taken_and_must_fit_its_world():
    order = command(wanted=np.zeros((FRONTS, LANES)))
    order.fit({"front": FRONTS}, LANES)
    with pytest.raises(OrderError, match=r"effort: found shape \(2, 3\) - \(front, lane\) is \(4, 3\) here"):
        order.fit({"front": 4}, LANES)
    with pytest.raises(OrderError, match=r"\(2, 5\)"):
        order.fit({"front": FRONTS}, 5)


@pytest.mark.parametrize(
    "rule", [Rule(), Rule("front"), Rule("front", 1.0, shares=True), Rule(positive=True), Rule(high=1.0)]
)
def test_lanes_are_valid_where_an_order_of_them_alone_is_taken(rule):
    random = np.random.default_rng(5)
    values = random.choice(
        [0.0, -0.0, 0.5, 1.0, 1.0 + 1e-10, 1.1, -1e-12, np.nan, np.inf], size=(2, 400), p=[0.2, 0.1, *[0.1] * 7]
    )
    value = values if rule.axis else values[0]
    valid = _valid(rule, value)
    taken = [_fault(rule, value[..., lane : lane + 1]) is None for lane in range(400)]
    assert valid.tolist() == taken
    assert {True, False} == set(taken)
    assert (_fault(rule, value) is None) == valid.all()
    assert _fault(rule, value[..., valid]) is None
    assert not rule.axis or _valid(rule, value[:0]).tolist() == [True]


def test_a_rule_has_a_bound_for_every_field():
    for kind in (CommandOrder, StrikeOrder, MediatorOrder):
        assert set(kind.rules) == {field.name for field in dataclasses.fields(kind)}


def start(lanes, policies):
    return War(parameters(lanes), lanes, Noise(claim().run.seed, lanes.replicate), claim().run.start, policies)


def test_an_agents_own_rule_as_a_policy_plays_the_same_war():
    lanes = grid(2)
    plain = after(lanes, 35)
    rules = {agent.name: agent.decide for agent in begin(lanes).deciders()}
    played = start(lanes, rules)
    for _ in range(35):
        played.step()
    assert differences(state(plain), state(played)) == []


def test_a_policy_replaces_the_rule_of_its_agent_and_of_no_other():
    """Who never attacks takes no ground; the other agents go on by their rules and see it."""
    lanes, seen = grid(2, arms=1), []

    def hold(view, day):
        seen.append(day)
        order = begin(lanes).cast.commands[1].decide(view, day)
        return dataclasses.replace(order, effort=np.zeros_like(order.effort))

    war = start(lanes, {"attacker.command": hold})
    for _ in range(28):
        war.step()
    assert seen == [0, 7, 14, 21]
    at_home = war.state.facts.inside > 0.0
    assert (war.state.theatre.net[at_home] <= 0.0).all()
    assert (war.state.theatre.sides[1].effort == 0.0).all()


def test_a_policy_for_nobody_is_refused_with_the_nearest_name():
    with pytest.raises(UserError, match=r"no agent 'attacker.comand'.*did you mean 'attacker.command'"):
        start(grid(1, arms=1), {"attacker.comand": lambda view, day: None})


def test_a_policy_that_writes_another_kind_of_order_is_refused():
    lanes = grid(1, arms=1)
    name = begin(lanes).cast.mediators[0].name
    with pytest.raises(OrderError, match=r"mediator\.\w+: found CommandOrder - its policy must return MediatorOrder"):
        start(lanes, {name: lambda view, day: command()})


def test_a_policy_whose_order_does_not_fit_is_refused():
    lanes = grid(2, arms=1)
    name = begin(lanes).cast.mediators[0].name
    with pytest.raises(OrderError, match="incoherence: found shape"):
        start(lanes, {name: lambda view, day: MediatorOrder(np.zeros(7))})


def test_a_snapshot_is_the_record_of_today_and_cannot_be_written_to():
    war = begin(grid(2))
    war.keep_record(35)
    for _ in range(14):
        war.step()
    picture, record = war.snapshot(), war.recorder.record()
    assert picture.day == 14
    assert (picture.date - claim().run.start).days == 14
    assert set(picture.values) == set(record.arrays) - {"fires"}
    for name, array in picture.values.items():
        np.testing.assert_array_equal(array.astype(np.float32), record.arrays[name][2], err_msg=name)
        assert [len(picture.coords[dim]) for dim in picture.variables[name].dims] == list(array.shape[:-1])
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0.0
    before = {name: array.copy() for name, array in picture.values.items()}
    for _ in range(7):
        war.step()
    assert differences(before, dict(picture.values)) == [], "it does not go on with the war"
    with pytest.raises(TypeError):
        picture.values["war"] = None
