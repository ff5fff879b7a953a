"""The command's answer, and a few of the shipped controls; `.ci/run` plays them all."""

import json

import pytest

from sim.foundation.errors import UserError
from sim.workflows.controls import controls
from sim.workflows.options import Options

SHORT = Options(replicates=40, horizon="26 week", jobs=1, plots=False)
SOME = ("no_russian_recruits", "ukrainian_line_doubled", "ukrainian_fires_tenth", "glide_bombs_off", "works_tripled")


@pytest.mark.slow
def test_controls_of_the_shipped_world_have_their_signs():
    result = controls(None, SHORT, SOME)
    assert [answer.name for answer in result.answers] == list(SOME)
    for answer in result.answers:
        sign = -1.0 if answer.expected == "below" else 1.0
        assert sign * answer.effect > 3.0 * answer.error, answer.label
    account = json.loads(json.dumps(result.account))
    assert {"name", "expected", "effect_km2", "halt", "holds"} <= account[0].keys()
    low, mean, high = account[0]["effect_km2"]
    assert low < mean < high


def test_a_control_that_is_not_there_is_named_with_those_that_are():
    with pytest.raises(UserError, match=r"no control 'nothing' .* it names no_russian_recruits"):
        controls(None, SHORT, ["nothing"])
