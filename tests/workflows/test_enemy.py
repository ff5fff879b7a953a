"""The attacker's other answers, played together as arms of one scenario: the wars are those of each answer played by itself."""

from dataclasses import replace

import numpy as np
import pytest

from sim.analysis.verdicts.enemy import COMPENSATING, FIXED
from sim.experiment.store import load
from sim.workflows.enemy import KEPT, KEY, beside
from sim.workflows.options import Options
from sim.workflows.playing import play, read

REPLICATES = 3
FILE = """\
format: 2
extends: shipped:claim
run: {replicates: 40, horizon: 16 week}
verdict: {milestones: [2025-01-19]}
arms:
  ground:
    label: Leaving Kursk, which the later arm goes on from
    patch: {levers.kursk_exit.dose: 1}
  later:
    label: Leaving Kursk, and arms from January
    role: single
    since: 2025-01-15
    follows: ground
    patch: {levers.us_arms.dose: 1}
  elsewhere:
    label: Arms, in the world where Kursk is left
    role: single
    calibrated_in: ground
    patch: {levers.kursk_exit.dose: 1, levers.us_arms.dose: 1}
  unasked:
    label: An arm without a role
    patch: {levers.us_arms.dose: 2}
"""


@pytest.fixture
def file(tmp_path):
    """A scenario with an arm that follows another, one calibrated in another, and one that nobody asks for."""
    path = tmp_path / "own.yaml"
    path.write_text(FILE, encoding="utf-8")
    return path


def played(scenario, folder):
    """Return the outcomes of a scenario that are compared, played by the reference engine."""
    return load(play(scenario, Options(jobs=1, engine="numpy"), "any", out=folder, keep=KEPT))


def test_the_wars_of_each_answer_are_those_played_apart(file, tmp_path):
    names, together = beside(read(file, Options()), (FIXED, COMPENSATING), REPLICATES)
    found = played(together, tmp_path / "together")
    assert found.sizes["replicate"] == REPLICATES
    for answer, of in names.items():
        alone = read(file, Options(replicates=REPLICATES, changes=[f"{KEY}={answer}"]))
        arms = {arm: alone.arms[arm] for arm in of}
        alone = replace(alone, arms=arms, worlds={arm: alone.worlds[arm] for arm in of})
        apart = played(alone, tmp_path / answer)
        for name in KEPT:
            np.testing.assert_array_equal(found[name].sel(arm=list(of.values())), apart[name].sel(arm=list(of)), name)
    lost = found["casualties"].sel(side="russia").isel(time=-1)
    later = [lost.sel(arm=names[answer]["later"]) for answer in (FIXED, COMPENSATING)]
    assert not np.array_equal(*later), "the answers differ, or the test compares nothing"


def test_an_arm_has_its_own_past_against_each_answer(file):
    scenario = read(file, Options())
    names, together = beside(scenario, (FIXED, COMPENSATING), REPLICATES)
    assert next(iter(together.arms)) == together.base == scenario.base
    for answer in (FIXED, COMPENSATING):
        assert together.arms[f"later_{answer}"].follows == names[answer]["ground"] == f"ground_{answer}"
        assert together.arms[f"elsewhere_{answer}"].calibrated_in == f"ground_{answer}"
        assert "unasked" not in names[answer]
        assert names[answer][scenario.base] == scenario.base, "one base for all"
    assert len(together.arms) == 1 + 2 * (len(names[FIXED]) - 1)
