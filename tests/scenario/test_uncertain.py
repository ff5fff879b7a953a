"""The uncertain inputs are what `draw` draws, and nothing besides."""

import numpy as np
import pytest

from sim.foundation.lanes import Lanes
from sim.scenario.priors.draw import draw, uniforms
from sim.scenario.priors.uncertain import uncertain, values
from tests.exploration.wars import small

COUNT = 5


def test_values_are_those_that_are_drawn():
    inputs = uncertain(small())
    u = uniforms(small(), [one.name for one in inputs], np.arange(COUNT), small().run.seed)
    told = values(inputs, u)
    tree = draw(small(), Lanes.grid(1, range(COUNT)), small().run.seed)
    checked = 0
    for column, one in enumerate(inputs):
        parts = one.paths[0].split(".")
        if parts[0] in ("movement", "combat", "season", "settling") and one.settable:
            np.testing.assert_array_equal(tree[parts[0]][parts[1]], told[:, column], err_msg=one.name)
            checked += 1
            if not one.options():
                assert one.value(u[0, column]) == told[0, column]
            else:
                assert one.leaf.options.index(one.value(u[0, column])) == told[0, column]
    assert checked > 40


def test_leaves_that_share_their_luck_are_one_input():
    inputs = uncertain(small())
    shared = [one for one in inputs if len(one.paths) > 1]
    assert shared
    assert len({one.name for one in inputs}) == len(inputs)
    for one in shared:
        assert one.settings(0.5) == []


def test_settings_are_read_again_by_the_scenario():
    from sim.scenario import read
    from tests.exploration.wars import CLAIM

    one = next(one for one in uncertain(small()) if one.name == "movement.half_density")
    (setting,) = one.settings(0.95)
    path, _, value = setting.partition("=")
    again = read(CLAIM, {path: float(value)})
    assert again.world().movement.half_density.value == float(value)
    assert "movement.half_density" not in [other.name for other in uncertain(again)]


def test_options_stand_in_the_middle_of_their_share():
    for one in uncertain(small()):
        for name, u in one.options():
            assert one.value(u) == name
            low, high = one.ends(u - 1e-9, u + 1e-9)
            assert high - low == pytest.approx(one.leaf.weights[one.leaf.options.index(name)])
    plain = next(one for one in uncertain(small()) if not one.options())
    assert plain.ends(0.2, None) == (0.2, None)
