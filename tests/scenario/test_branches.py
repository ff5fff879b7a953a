"""Arms in force from a later day: what a file may say of them, and which parameters are drawn for which day."""

from __future__ import annotations

import numpy as np
import pytest

from sim.foundation.errors import UserError
from sim.foundation.lanes import Lanes
from sim.scenario import read
from sim.scenario.arms.branches import arm_on, draw_stages, lineage
from sim.scenario.priors.draw import draw
from sim.scenario.reader import resolve
from sim.scenario.syntax.yaml_text import parse_text

AID, GLIDE = {"levers.rush.dose": 1}, {"levers.strike_permission.dose": 1}


def written(**arms):
    made = {"base": {"label": "Base"}, **arms}
    return {"format": 2, "title": "forks", "extends": "shipped:abstract", "run": {"horizon": "8 week"}, "arms": made}


@pytest.fixture(scope="module")
def levers():
    return list(type(read("shipped:abstract").world().levers).model_fields)


def arm(lever, day=None, follows=None):
    said = {"patch": {f"levers.{lever}.dose": 1}, "since": day, "follows": follows}
    return {key: value for key, value in said.items() if value is not None}


def dosed(levers):
    """Two levers with a dose."""
    world = read("shipped:abstract").world()
    return [name for name in levers if hasattr(getattr(world.levers, name), "dose")][:2]


def start():
    return read("shipped:abstract").run.start


def later(days):
    return str(np.datetime64(start()) + days)


def test_a_lane_lives_by_one_arm_after_the_other(levers):
    one, two = dosed(levers)
    scenario = read(written(a=arm(one, later(10)), b=arm(two, later(20), "a"), c=arm(two)))
    assert lineage(scenario, "b") == ["base", "a", "b"]
    assert [arm_on(scenario, "b", day) for day in (0, 9, 10, 19, 20)] == ["base", "base", "a", "a", "b"]
    assert [arm_on(scenario, "c", day) for day in (0, 30)] == ["c", "c"]
    lanes = Lanes(np.array([0, 1, 2, 3, 2]), np.array([0, 0, 0, 0, 1]))
    drawn = draw_stages(scenario, lanes, lambda some: draw(scenario, some, 1))
    assert [day for day, _ in drawn.later] == [10, 20]
    stages = [drawn.first, *(tree for _, tree in drawn.later)]
    assert [tree.levers[one].dose.tolist() for tree in stages] == [[0, 0, 0, 0, 0], [0, 1, 1, 0, 1], [0, 1, 0, 0, 0]]
    assert [tree.levers[two].dose.tolist() for tree in stages] == [[0, 0, 0, 1, 0], [0, 0, 0, 1, 0], [0, 0, 1, 1, 1]]
    assert drawn.base is not None  # lane 3 is of another arm from the first day on


def test_what_is_drawn_at_random_stays_as_it_was_drawn(levers):
    """A replicate keeps its own parameters through the fork: only what the arm says is another number."""
    (one, _) = dosed(levers)
    scenario = read(written(a=arm(one, later(10))))
    drawn = draw_stages(scenario, Lanes(np.array([1, 1]), np.array([0, 5])), lambda some: draw(scenario, some, 1))
    ((_, after),) = drawn.later
    assert drawn.base is None  # on the first day these lanes are of the base
    assert np.array_equal(drawn.first.movement.spread, after.movement.spread)
    assert len(np.unique(after.movement.spread)) == 2


def test_the_canonical_text_says_it_and_only_where_there_is_something_to_say(levers):
    one, two = dosed(levers)
    scenario = read(written(a=arm(one, later(10)), b=arm(two, later(20), "a")))
    again = resolve(parse_text(scenario.text, "text"), scenario.path, None)
    assert again.text == scenario.text
    assert again.hashes == scenario.hashes
    assert again.arms == scenario.arms
    plain = read(written(a=arm(one)))
    assert "since" not in plain.text
    assert plain.hashes["base"] == scenario.hashes["base"]
    moved = read(written(a=arm(one, later(11)), b=arm(two, later(20), "a")))
    assert moved.hashes["a"] != scenario.hashes["a"]
    assert moved.hashes["b"] != scenario.hashes["b"]  # its past is another


@pytest.mark.parametrize(
    ("arms", "message"),
    [
        ({"base": {"since": later(5)}}, "found `since` in 'base' - the first arm is the base"),
        ({"a": {"since": later(0)}}, f"allowed: after the first day, {start()}"),
        ({"a": {"since": later(56)}}, f"and before the last, {later(56)}"),
        ({"a": {"follows": "base"}}, "found `follows` without `since`"),
        ({"a": {"since": later(5), "follows": "b"}, "b": {}}, "an arm follows one that stands before it"),
        ({"a": {"since": later(5), "follows": "bas"}}, "did you mean 'base'?"),
        ({"a": {"since": later(9)}, "b": {"since": later(9), "follows": "a"}}, f"in force only from {later(9)}"),
        ({"a": {"since": "soon"}}, "a date like 2024-11-19"),
    ],
)
def test_what_cannot_be_is_refused_at_its_place(arms, message):
    with pytest.raises(UserError, match=r".") as refused:
        read(written(**arms))
    (fault,) = refused.value.faults
    assert message in str(fault)
    assert "arms." in str(fault)


def test_arms_of_a_later_day_are_not_combined(levers):
    one, two = dosed(levers)
    with pytest.raises(UserError, match="in force from a later day is not combined"):
        read({**written(a=arm(one, later(10)), b=arm(two)), "factorial": ["a", "b"]})


def test_an_arm_is_calibrated_in_the_world_that_it_names(levers):
    one, two = dosed(levers)
    own = {**arm(one), "calibrated_in": "own"}
    scenario = read(written(plain=arm(two), own=own, of_own={**arm(two), "calibrated_in": "own"}))
    lanes = Lanes(np.arange(4), np.zeros(4, dtype=np.int64))
    drawn = draw_stages(scenario, lanes, lambda some: draw(scenario, some, 1))
    assert drawn.first.levers[one].dose.tolist() == [0, 0, 1, 0]
    assert drawn.base.levers[one].dose.tolist() == [0, 0, 1, 1]  # the first two lanes' base has it off, the others' on
    hashes = scenario.hashes
    assert hashes["plain"] != hashes["of_own"]  # the same world, read on another first day
    again = resolve(parse_text(scenario.text, "text"), scenario.path, None)  # as a stored result is read again
    assert again.hashes == hashes


@pytest.mark.parametrize(
    ("home", "message"),
    [("nobody", "unknown arm 'nobody'"), ("late", "an arm is calibrated in one that is so in itself")],
)
def test_a_wrong_home_is_refused(levers, home, message):
    one, two = dosed(levers)
    with pytest.raises(UserError, match=message):
        read(written(late=arm(one, later(10)), other={**arm(two), "calibrated_in": home}))


def numbers(tree, days=(0, 20, 55)):
    """Return every number of drawn parameters, those of dated inputs on some days."""
    found = []
    for leaf in tree.flat():
        if not isinstance(leaf, str | tuple):
            found += [leaf] if isinstance(leaf, np.ndarray) else [leaf.at(day) for day in days]
            found += [] if isinstance(leaf, np.ndarray) else [leaf.frozen(20).at(day) for day in days]
    return found


@pytest.mark.parametrize("name", ["shipped:abstract-claim", "shipped:claim"])
def test_the_base_s_numbers_are_those_that_are_drawn_for_it(name):
    """Where the base's lanes are played too nothing is drawn for them again; where they are not it is the same."""
    scenario = read(name)
    whole = Lanes.grid(len(scenario.arms), range(3, 6))
    of_arms = whole.take(np.arange(whole.count) >= 3)
    asked = []

    def drawing(some):
        asked.append(some.count)
        return draw(scenario, some, 1)

    found = draw_stages(scenario, whole, drawing).base
    assert asked == [whole.count]
    apart = draw_stages(scenario, of_arms, drawing).base
    assert asked[1:] == [of_arms.count, of_arms.count]
    wanted = numbers(draw(scenario, whole.of_base(), 1))
    for drawn, lanes in ((found, slice(None)), (apart, slice(3, None))):
        for one, other in zip(numbers(drawn), wanted, strict=True):
            assert np.array_equal(one, other[..., lanes])
