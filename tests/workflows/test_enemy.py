"""The attacker's other answers, played together as arms of one scenario: the wars are those of each answer played by itself."""

from dataclasses import replace

import numpy as np
import pytest

from sim.analysis.result import Result
from sim.analysis.verdicts.enemy import COMPENSATING, FIXED
from sim.experiment.store import load
from sim.foundation.machine_code import NoCompiler, try_out
from sim.workflows.enemy import KEPT, KEY, against_answers, with_answers
from sim.workflows.options import Options
from sim.workflows.playing import play, read

REPLICATES = 3
ANSWERS = (FIXED, COMPENSATING)
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
  from_the_base:
    label: Arms from January
    role: single
    since: 2025-01-15
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
    """A scenario with arms that go on from others, one calibrated in another, and one that nobody asks for."""
    path = tmp_path / "own.yaml"
    path.write_text(FILE, encoding="utf-8")
    return path


def played(scenario, folder, engine="numpy"):
    """Play a scenario, and return the outcomes that are compared."""
    return load(play(scenario, Options(jobs=1, engine=engine), "any", out=folder, keep=KEPT))


def apart(file, answer, arms, folder, engine="numpy"):
    """Play some arms against one answer alone."""
    alone = read(file, Options(replicates=REPLICATES, changes=[f"{KEY}={answer}"]))
    alone = replace(alone, arms={arm: alone.arms[arm] for arm in arms}, worlds={arm: alone.worlds[arm] for arm in arms})
    return played(alone, folder, engine)


@pytest.mark.parametrize("engine", ["numpy", pytest.param("traced", marks=pytest.mark.slow)])
def test_the_wars_of_each_answer_are_those_played_apart(file, tmp_path, engine):
    if engine == "traced":
        try:
            try_out()
        except NoCompiler as reason:
            pytest.skip(str(reason))
    together, names = with_answers(read(file, Options()), ANSWERS, REPLICATES)
    found = played(together, tmp_path / "together", engine)
    assert found.sizes["replicate"] == REPLICATES
    for answer, of in names.items():
        alone = apart(file, answer, of, tmp_path / answer, engine)
        for name in KEPT:
            np.testing.assert_array_equal(found[name].sel(arm=list(of.values())), alone[name].sel(arm=list(of)), name)
    lost = found["casualties"].sel(side="russia").isel(time=-1)
    later = [lost.sel(arm=names[answer]["later"]) for answer in ANSWERS]
    assert not np.array_equal(*later), "the answers differ, or the test compares nothing"


def test_what_arms_do_against_each_answer_is_that_of_its_own_wars(file, tmp_path):
    scenario = read(file, Options(replicates=REPLICATES))
    result = Result(played(scenario, tmp_path / "result"), tmp_path / "result")
    found = against_answers(file, scenario, result, Options(jobs=1))
    assert found.replicates == REPLICATES
    asked = {name for name, arm in scenario.arms.items() if arm.role and name != scenario.base}
    for answer in ANSWERS:
        assert set(found.effects[answer]) == asked
        alone = apart(file, answer, [scenario.base, "ground", "later"], tmp_path / answer).isel(time=-1)
        net, lost = alone["net_km2"], alone["casualties"].sel(side="russia")
        effect = found.effects[answer]["later"]
        kept = net.sel(arm=scenario.base) - net.sel(arm="later")
        assert effect.kept.value == pytest.approx(float(kept.astype(float).mean()))
        more = lost.sel(arm="later") - lost.sel(arm=scenario.base)
        assert effect.casualties.value == pytest.approx(float(more.astype(float).mean()))
    fixed, made_up = (found.effects[answer]["later"].casualties.value for answer in ANSWERS)
    assert fixed != made_up


def test_an_arm_has_its_own_past_against_each_answer(file):
    scenario = read(file, Options())
    together, names = with_answers(scenario, ANSWERS, REPLICATES)
    assert next(iter(together.arms)) == together.base == scenario.base
    for answer in ANSWERS:
        assert together.arms[f"later_{answer}"].follows == names[answer]["ground"] == f"ground_{answer}"
        assert together.arms[f"elsewhere_{answer}"].calibrated_in == f"ground_{answer}"
        assert together.arms[f"from_the_base_{answer}"].follows == ""
        assert "unasked" not in names[answer]
        assert names[answer][scenario.base] == scenario.base, "one base for all"
    assert len(together.arms) == 1 + len(ANSWERS) * (len(names[FIXED]) - 1)


def test_a_base_that_is_called_like_an_arm_against_an_answer_stays_the_base(tmp_path):
    path = tmp_path / "named.yaml"
    rush = "{role: single, label: A rush, patch: {levers.surge.dose: 1}}"
    path.write_text(
        "format: 2\nextends: shipped:abstract\narms:\n"
        f"  rush_fixed: {{label: Nothing, patch: {{}}}}\n  rush: {rush}\n  rush_compensating: {rush}\n"
    )
    scenario = read(path, Options())
    together, names = with_answers(scenario, ANSWERS, REPLICATES)
    assert together.world() is scenario.world()
    assert len(together.arms) == 1 + 2 * len(ANSWERS)
    for answer in ANSWERS:
        assert len(set(names[answer].values())) == len(names[answer]) == 3
