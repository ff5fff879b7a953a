"""Controls: what a scenario may say of them, and that the shipped world's are answered."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from sim.analysis.outcomes.controls import Answer
from sim.foundation.errors import UserError
from sim.scenario.arms.controls import read_controls

SHIPPED = Path(__file__).resolve().parents[2] / "scenarios" / "ukraine-2024-11-19.yaml"


def written(tmp_path, text):
    folder = tmp_path / "scenarios"
    folder.mkdir()
    shutil.copytree(SHIPPED.parent / "evidence", folder / "evidence")
    (folder / SHIPPED.name).write_text(SHIPPED.read_text("utf-8"), "utf-8")
    path = folder / "mine.yaml"
    path.write_text(f"format: 2\nextends: {SHIPPED.name}\ntitle: Mine\nposterior: none\n{text}", "utf-8")
    return path


def test_the_shipped_world_names_at_least_twenty_of_both_signs():
    scenario, controls = read_controls(SHIPPED)
    assert len(controls) >= 20
    assert {one.expected for one in controls} == {"below", "above"}
    assert list(scenario.arms) == ["base", *(one.name for one in controls)]


def test_a_star_changes_every_front_and_only_there():
    scenario, _ = read_controls(SHIPPED)
    base, double = scenario.world("base").fronts, scenario.world("ukrainian_line_doubled").fronts
    for name, front in base.items():
        assert double[name].ukraine.value == pytest.approx(2.0 * front.ukraine.value)
        assert double[name].russia == front.russia


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("controls:\n  a:\n    expected: less\n    patch: {}\n", 7, "below, above"),
        ("controls:\n  a:\n    expect: below\n", 7, "did you mean 'expected'"),
        ("controls:\n  a:\n    expected: below\n    share: {least: 0.5, most: -0.5}\n", 8, "above `most`"),
        ("controls:\n  base:\n    expected: below\n", 6, "held against"),
        ("controls: 3\n", 5, "a mapping"),
        ("controls:\n  a:\n    expected: below\n    patch: {fronts.*.ukrane: 1}\n", 8, "did you mean 'ukraine'"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(tmp_path, text, line, said):
    with pytest.raises(UserError) as error:
        read_controls(written(tmp_path, text))
    faults = [fault for fault in error.value.faults if said in str(fault)]
    assert faults, [str(fault) for fault in error.value.faults]
    assert faults[0].line == line


def answer(effect, error, expected="below", share=(-0.5, -0.1)):
    return Answer("a", "A", expected, share, effect, error, 1000.0, 0.2)


def test_a_control_holds_where_its_sign_is_clear_and_its_size_within_the_range():
    assert answer(-300.0, 50.0).holds
    assert not answer(-300.0, 101.0).holds, "less than three standard errors"
    assert not answer(300.0, 10.0).holds, "the wrong sign"
    assert not answer(-600.0, 10.0).holds, "too much"
    assert not answer(-50.0, 1.0).holds, "too little"
    assert answer(-600.0, 10.0, share=None).holds
    assert not answer(0.0, 0.0, share=None).holds, "nothing has no sign"
    account = answer(-300.0, 50.0).account()
    np.testing.assert_allclose(account["effect_km2"], [-382.25, -300.0, -217.75])
    assert account["share_of_base"] == -0.3
