"""Law 4 and common luck: an empty patch is the base; a lever changes nothing before its day."""

import shutil

import numpy as np
import pytest

from sim.foundation.lanes import Lanes
from sim.foundation.noise import Noise
from sim.models.campaign.play import play
from sim.scenario import read
from sim.scenario.priors.draw import draw
from tests.models.campaign.wars import CLAIM, begin, claim, grid, like, parameters, played, state, taken

LEVERS = tuple(type(claim().world().levers).model_fields)
REPLICATES = 4
LATE = 35


def test_an_arm_with_an_empty_patch_is_the_base(tmp_path):
    folder = tmp_path / "scenarios"
    shutil.copytree(CLAIM.parent, folder)
    two = folder / "two.yaml"
    arms = "  base: {label: base, patch: {}}\n  empty: {label: also nothing, patch: {}}\n"
    arms += "  other: {label: something, patch: {levers.nordic_production.dose: 1}}\n"
    two.write_text(f"format: 2\nextends: ukraine-2024-11-19.yaml\ntitle: two\narms:\n{arms}", encoding="utf-8")
    scenario = read(two, {"run.horizon": "84 day"})
    lanes = Lanes.grid(3, range(REPLICATES))
    p = draw(scenario, lanes, scenario.run.seed)
    record = play(p, lanes, Noise(scenario.run.seed, lanes.replicate), start=scenario.run.start, days=84)
    moved = 0
    for name, array in record.arrays.items():
        base, empty, other = (array[..., arm * REPLICATES : (arm + 1) * REPLICATES] for arm in range(3))
        assert np.array_equal(base, empty, equal_nan=True), name
        moved += not np.array_equal(base, other, equal_nan=True)
    assert moved > 5, "an arm that does something must differ, or this test could not fail"


@pytest.fixture(scope="module")
def late():
    """Return the states of the claim's arms on the day before every lever's start, and seven weeks on."""
    lanes = grid(REPLICATES)
    p = parameters(lanes)
    for name in LEVERS:
        p = p.replace(f"levers.{name}.start", like(p.levers[name].start, float(LATE)))
    war = begin(lanes, p)
    for _ in range(LATE):
        war.step()
    before = {name: array.copy() for name, array in state(war).items()}
    for _ in range(49):
        war.step()
    return before, state(war)


def of_arm(array, arm):
    return array[..., arm * REPLICATES : (arm + 1) * REPLICATES]


def unlike_the_base(arrays, arm):
    """Return the names of arrays in which an arm differs from the base."""
    pairs = {name: (of_arm(array, 0), of_arm(array, arm)) for name, array in arrays.items()}
    return [name for name, (base, own) in pairs.items() if not np.array_equal(base, own, equal_nan=True)]


@pytest.mark.parametrize("arm", range(1, len(claim().arms)), ids=list(claim().arms)[1:])
def test_a_lever_changes_nothing_before_its_day(late, arm):
    before, afterwards = late
    assert unlike_the_base(before, arm) == []
    assert unlike_the_base(afterwards, arm), f"{list(claim().arms)[arm]} does nothing at all in seven weeks"


def test_every_arm_of_the_claim_moves_the_front_in_the_end():
    """The arms' own dates: after sixteen weeks no arm but the base equals the base."""
    record, _ = played(grid(REPLICATES), 112)
    net = record.arrays["net_km2"][-1].reshape(len(claim().arms), REPLICATES)
    for arm, name in enumerate(claim().arms):
        assert (arm == 0) == np.array_equal(net[arm], net[0]), name


def test_all_arms_draw_the_same_world():
    """But for the leaves that an arm patches, replicate k has the same parameters in every arm."""
    from tests.models.campaign.wars import lane_arrays, leaves

    lanes, compared = grid(REPLICATES), 0
    for path, leaf in leaves(parameters(lanes)):
        patched = path.startswith("levers.") and path.endswith(
            (".dose", ".rate", ".volume", ".timing", ".kinds", ".message")
        )
        for array in lane_arrays(leaf):
            if patched or array is lanes.arm:
                continue
            base = taken(array, np.arange(REPLICATES))
            for arm in range(1, len(claim().arms)):
                assert np.array_equal(base, taken(array, np.arange(REPLICATES) + arm * REPLICATES)), path
            compared += 1
    assert compared > 300
