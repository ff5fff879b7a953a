"""What was observed before the first day is read once a replicate, in the base's world; an arm departs from it."""

import numpy as np
import pytest

from sim.foundation.lanes import Lanes, add_up
from tests.models.campaign.wars import begin, differences, parameters, played, replaced, scaled, state

DAYS = 119
LANES = Lanes.grid(1, range(30))


def ground(change, days=DAYS):
    """Return what an arm that changes the world so does to the attacker's net gain, and the base's gain, (lane,) each."""
    p = replaced(parameters(LANES), settling__base=0.0)
    gains = []
    for arm in (p, change(p)):
        war = begin(LANES, arm, base=p)
        for _ in range(days):
            war.step()
        gains.append(add_up(war.state.theatre.net * war.state.facts.inside))
    return gains[1] - gains[0], gains[0]


def times(path, factor):
    def change(p):
        leaf = p
        for name in path.split("."):
            leaf = leaf[name]
        return p.replace(path, scaled(leaf, factor))

    return change


def test_the_base_of_its_own_world_is_the_base():
    lanes = Lanes.grid(1, range(3))
    p = parameters(lanes)
    (one, alone), (two, based) = played(lanes, 28, p), played(lanes, 28, p, base=p)
    assert differences(one.arrays, two.arrays) == []
    assert differences(state(alone), state(based)) == []


def test_an_arm_reads_the_first_day_in_the_base_s_world():
    lanes = Lanes.grid(1, range(3))
    p = parameters(lanes)
    other = begin(lanes, times("fronts.ukraine", 2.0)(p), base=p)
    own = begin(lanes, p)
    for side in (0, 1):
        np.testing.assert_array_equal(
            other.state.theatre.sides[side].start_line, own.state.theatre.sides[side].start_line
        )
    np.testing.assert_array_equal(other.state.reference.place, own.state.reference.place)
    assert (add_up(other.state.line(0)) > 1.9 * add_up(own.state.line(0))).all()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("path", "factor", "sign"),
    [
        ("fronts.ukraine", 2.0, -1.0),
        ("fronts.ukraine", 0.5, 1.0),
        ("fronts.russia", 0.5, -1.0),
        ("fronts.russia", 2.0, 1.0),
        ("sides.ukraine.shells", 0.0, 1.0),
        ("sides.russia.bomb_plan", 0.01, -1.0),
        ("sides.russia.intake", 0.0, -1.0),
    ],
)
def test_arms_that_change_the_first_day_have_the_sign_of_their_change(path, factor, sign):
    """Each of these had the other sign, or none, while an arm redefined the levels that the war departs from."""
    change, base = ground(times(path, factor))
    error = change.std() / np.sqrt(change.size)
    assert sign * change.mean() > 3.0 * error, (
        f"{change.mean():.0f} km2 of {base.mean():.0f}, standard error {error:.0f}"
    )
