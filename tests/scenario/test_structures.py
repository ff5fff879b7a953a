"""Structures that a scenario names are those that the rules know, in the same order."""

import numpy as np
import pytest

from sim.foundation.lanes import Lanes
from sim.rules import combat, donors, politics, response
from sim.scenario import read
from sim.scenario.priors.draw import draw
from tests.models.campaign.wars import CLAIM, claim, differences, grid, like, parameters, played

FAR = "120 day"


def options(path):
    world = claim().world()
    for name in path.split("."):
        world = getattr(world, name)
    return world.options


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("combat.law", combat.LAWS),
        ("donors.benefit", donors.BENEFITS),
        ("escalation.pressure", politics.PRESSURE),
        ("movement.response", response.RESPONSES),
    ],
)
def test_names_and_order_are_those_of_the_rules(path, names):
    assert options(path) == names


def test_a_corner_of_the_open_law_is_the_law_bit_for_bit():
    lanes = grid(2, arms=2)
    p = parameters(lanes)
    corner = p.replace("combat.own_exponent", np.zeros(lanes.count)).replace(
        "combat.enemy_exponent", np.ones(lanes.count)
    )
    square = p.replace("combat.law", like(p.combat.law, combat.SQUARE))
    left, right = (played(lanes, 14, one)[0].arrays for one in (corner, square))
    assert differences(left, right) == []
    assert differences(left, played(lanes, 14, p)[0].arrays) != [], "and the switch switches something"


@pytest.mark.parametrize("law", [combat.LINEAR, combat.LOGARITHMIC, combat.MIXED, combat.OPPOSITION])
def test_every_law_changes_the_war(law):
    lanes = grid(2, arms=1)
    p = parameters(lanes)
    switched = p.replace("combat.law", like(p.combat.law, law))
    assert differences(played(lanes, 14, p)[0].arrays, played(lanes, 14, switched)[0].arrays) != []


@pytest.mark.parametrize("benefit", donors.BENEFITS)
def test_a_structure_can_be_set_from_outside(benefit):
    scenario = read(CLAIM, {"run.horizon": FAR, "donors.benefit": benefit})
    lanes = Lanes.grid(1, range(3))
    assert set(draw(scenario, lanes, 1).donors.benefit.tolist()) == {donors.BENEFITS.index(benefit)}
