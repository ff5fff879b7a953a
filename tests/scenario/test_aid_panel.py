"""The table of observed aid that a scenario may name: read as it stands, every fault at its line."""

from pathlib import Path

import pytest

from sim.foundation.errors import UserError
from sim.scenario.aid_panel import read_aid_panel
from sim.scenario.reader import read

SCENARIOS = Path(__file__).resolve().parents[2] / "scenarios"
HEAD = "# where it comes from\nmeasure,label,estimate,error\n"


def faults(tmp_path, text):
    (tmp_path / "panel.csv").write_text(text, encoding="utf-8")
    with pytest.raises(UserError) as told:
        read_aid_panel(tmp_path / "panel.csv")
    return [(fault.line, fault.message) for fault in told.value.faults]


def test_the_shipped_world_names_one_and_the_abstract_none():
    pooled = {one.measure: one for one in read(SCENARIOS / "ukraine-2024-11-19.yaml").aid_panel}["pooled"]
    assert -1.0 < pooled.estimate < 1.0
    assert pooled.error > 0.0
    assert read(SCENARIOS / "abstract.yaml").aid_panel == ()


def test_faults_are_told_at_their_lines(tmp_path):
    several = faults(tmp_path, HEAD + "pooled,a,-0.1,0\nus,b,x,0.1\ngap,c,1\nsize,d,0.1,0.2\n")
    assert [line for line, _ in several] == [3, 4, 5]
    ((line, message),) = faults(tmp_path, "measure;label;estimate;error\npooled;a;1;2\n")
    assert line == 1
    assert "measure, label, estimate, error" in message
    ((_, message),) = faults(tmp_path, HEAD + "us,b,0.1,0.1\n")
    assert "'pooled'" in message
