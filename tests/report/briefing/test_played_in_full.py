"""An argument of the page played in full: the command that it gives, and what the wars then come to."""

import shlex

import numpy as np
import pytest

import sim
from sim.report.briefing.argue import argue_data
from sim.report.briefing.series import fitting, quantised
from tests.report.briefing.script import needs_node, run

STATES = [
    {"halt_rate": 4.0, "halt_days": 30.0},
    {"halt_days": 91.0, "halt_within_days": 120.0},
    {"halt_rate": 12.5, "halt_within_days": 60.0, "can": 0.25, "cannot": 0.25},
]
pytestmark = needs_node
SETUP = ("run.replicates=6", "run.horizon=40 week")


@pytest.fixture(scope="module")
def experiment():
    return sim.read("shipped:ukraine-2024-11-19").set(*SETUP)


@pytest.fixture(scope="module")
def result(experiment, tmp_path_factory):
    return experiment.run(out=tmp_path_factory.mktemp("played") / "result", jobs=1)


@pytest.mark.parametrize("state", STATES)
def test_what_the_page_says_is_what_the_command_plays(experiment, result, state, tmp_path):
    series = fitting(quantised(result.data, result.thresholds))
    argue = argue_data(result, series, "sim run FILE")
    rule = argue["rule"] | state
    body = """
        const wars = it.unpack(inflate(given.argue.series.packed), given.argue.arms.length, given.argue.series);
        const found = it.judge(given.argue, wars, given.rule, []);
        return { command: it.command(given.argue, given.rule), chance: found.chances[0].value };
    """
    there = run(body, {"argue": argue, "rule": rule})
    words = shlex.split(there["command"])
    assert words[:3] == ["sim", "run", "FILE"]
    changes = [change for option, change in zip(words[3::2], words[4::2], strict=True) if option == "--set"]
    assert len(changes) == len(state)
    played = experiment.set(*changes).run(out=tmp_path / "again", jobs=1)
    np.testing.assert_array_equal(played.data["net_km2"], result.data["net_km2"])
    assert {name: getattr(played.thresholds, name) for name in state} == state
    assert there["chance"] == pytest.approx(played.table().arms["base"].chances["halt"].value)
