"""Inputs without effect are said at their place, once; what has an effect is not."""

import shutil
from pathlib import Path

import pytest

from sim.scenario import read

SCENARIOS = Path(__file__).parents[2] / "scenarios"
CLAIM = SCENARIOS / "claim.yaml"


def said(changes, file=CLAIM):
    return [str(notice) for notice in read(file, changes).notices]


@pytest.mark.parametrize("name", ["claim", "coordination", "factorial", "ukraine-2024-11-19", "voices/moscow"])
def test_shipped_scenarios_have_nothing_to_be_said(name):
    assert said({}, SCENARIOS / f"{name}.yaml") == []


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (
            "levers.atacms.start",
            "2024-05-01",
            "atacms starts on 2024-05-01, before the arm begins (2024-11-19): it is at work from then on",
        ),
        (
            "levers.coordination.start",
            "2023-01-01",
            "the lever coordination starts on 2023-01-01, before the arm begins",
        ),
        ("levers.kursk_exit.start", "2024-10-01", "kursk_exit starts on 2024-10-01 and is over before the first day"),
        (
            "levers.us_arms.start",
            "2025-11-12",
            "us_arms sends from 2025-11-12 on what takes 7 days or more: nothing of it arrives",
        ),
        ("levers.atacms.start", "2025-11-18", "atacms starts on 2025-11-18, after the last day: it has no effect"),
        (
            "arms.atacms.levers.atacms.start",
            "2024-05-01",
            "atacms starts on 2024-05-01, before the arm begins (2024-11-19): it is at work from then on",
        ),
        (
            "arms.us_arms.levers.us_arms.dose",
            "2",
            "the lever us_arms amounts to 10 Gusd, of which about 6.9 arrive within the run: its rate is 0.62 Gusd/month",
        ),
        ("fronts.pokrovsk.opens", "2026-01-01", "the front pokrovsk opens on 2026-01-01, after the last day"),
        ("verdict.milestones.0", "2031-01-01", "the milestone 2031-01-01 is outside the run"),
        ("verdict.milestones.0", "2024-11-19", "the milestone 2024-11-19 is outside the run"),
        ("allies.us.taste.shell", "0.9", "allies.us.taste add up to 1.74, not 1"),
        ("donors.money_use.drone", "0", "donors.money_use add up to 0.38, not 1"),
        ("sides.russia.shell_share", "0", "sides.russia (of losses) add up to"),
        ("run.start", "2025-11-19", "365 days after the day that its world is described for"),
        ("run.start", "2023-11-19", "366 days before the day that its world is described for"),
    ],
)
def test_an_input_without_effect_is_said_once_at_its_place(path, value, message):
    found = [one for one in said({path: value}) if message in one]
    assert len(found) == 1
    assert found[0].startswith(f"--set {path}: ")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("levers.atacms.start", "2025-11-17"),
        ("arms.atacms.levers.atacms.start", "2024-06-01"),
        ("levers.kursk_exit.start", "2024-11-10"),
        ("levers.kursk_exit.start", "2024-10-15"),
        ("levers.us_arms.start", "2025-11-09"),
        ("levers.us_arms.start", "2024-10-01"),
        ("arms.us_arms.levers.us_arms.dose", "1.3"),
        ("fronts.pokrovsk.opens", "2025-11-17"),
        ("verdict.milestones.0", "2024-11-20"),
        ("run.start", "2024-12-19"),
    ],
)
def test_what_has_an_effect_is_not_said(path, value):
    assert said({path: value}) == []


def test_the_arms_of_a_lever_are_named_together_at_the_line_of_its_start():
    (found,) = [one for one in said({"run.horizon": "10 day"}) if "kursk_exit" in one]
    assert "ukraine-2024-11-19.yaml:" in found
    assert "in the arms kursk_exit, all_without_coordination, all_with_coordination the lever" in found


def test_an_arm_that_changes_a_lever_without_a_dose_is_said_at_the_change(tmp_path):
    file = shutil.copytree(SCENARIOS, tmp_path / "scenarios") / "own.yaml"
    text = "arms:\n  base: {}\n  idle:\n    patch:\n      levers.us_arms.total: 9 Gusd\n"
    file.write_text(f"format: 2\nextends: ukraine-2024-11-19.yaml\n{text}")
    (found,) = said({}, file)
    assert found.startswith(f"{file}:7:")
    assert "in the arm idle the lever us_arms is changed, but its dose is 0: it has no effect" in found


@pytest.mark.parametrize(
    ("arms", "line", "message"),
    [
        ("same: {patch: {levers.us_arms.dose: 0}}", 5, "levers.us_arms.dose is what it is in base: it changes nothing, and so"),
        ("same: {patch: {levers.us_arms.dose: 1, settling.base: x 1}}", 5, "in the arm same settling.base is what it is in base"),
        ("same: {label: Nothing}", 5, "the arm same changes nothing: it is like base"),
        ("one: {patch: {levers.us_arms.dose: 1}}\n  two: {since: 2025-02-01, follows: one, patch: {levers.us_arms.dose: 1}}",
         6, "in the arm two levers.us_arms.dose is what it is in one"),
    ],
)  # fmt: skip
def test_an_arm_that_says_what_holds_anyway_is_said_at_its_line(tmp_path, arms, line, message):
    file = tmp_path / "own.yaml"
    file.write_text(f"format: 2\nextends: shipped:ukraine-2024-11-19\narms:\n  base: {{}}\n  {arms}\n")
    (found,) = said({}, file)
    assert found.startswith(f"{file}:{line}:")
    assert message in found


def test_an_arm_that_changes_something_is_not_said(tmp_path):
    file = tmp_path / "own.yaml"
    file.write_text("format: 2\nextends: shipped:claim\narms:\n  half: {patch: {levers.us_arms.dose: 0.5}}\n")
    assert said({}, file) == []


@pytest.mark.parametrize("path", sorted(SCENARIOS.glob("*.yaml")), ids=lambda path: path.stem)
def test_no_shipped_arm_is_idle(path):
    assert said({}, path) == []


def test_a_change_of_the_base_that_arms_do_not_follow_is_said_once_with_the_way_to_change_an_arm():
    (found,) = said({"levers.us_arms.dose": "1.2"}, SCENARIOS / "claim.yaml")
    assert found.startswith(
        "--set levers.us_arms.dose: changes the base, and the arms us_arms, all_without_coordination, "
    )
    assert found.endswith("--set arms.us_arms.levers.us_arms.dose=VALUE changes an arm")
    assert said({"arms.us_arms.levers.us_arms.dose": "1.2"}, SCENARIOS / "claim.yaml") == []
    assert said({"levers.us_arms.lag": "20 day"}, SCENARIOS / "claim.yaml") == [], "no arm states it"


def test_what_a_delivery_brings_counts_from_the_day_on_which_its_arm_begins(tmp_path):
    file = shutil.copytree(SCENARIOS, tmp_path / "scenarios") / "own.yaml"
    arm = "{since: 2025-08-19, patch: {levers.us_arms.dose: 2, levers.us_arms.start: 2024-03-01}}"
    file.write_text(f"format: 2\nextends: ukraine-2024-11-19.yaml\narms:\n  base: {{}}\n  late: {arm}\n")
    early, slow = said({}, file)
    assert "in the arm late the lever us_arms starts on 2024-03-01, before the arm begins (2025-08-19)" in early
    assert "amounts to 10 Gusd, of which about 1.4 arrive within the run" in slow


def test_a_lever_that_the_past_of_an_arm_pulled_is_in_force_since_then(tmp_path):
    file = shutil.copytree(SCENARIOS, tmp_path / "scenarios") / "own.yaml"
    arms = """
  base: {}
  one: {patch: {levers.us_arms.dose: 1, levers.atacms.dose: 1, levers.atacms.start: 2024-11-25}}
  two: {since: 2025-08-19, follows: one, patch: {levers.us_arms.dose: 1.1, levers.kursk_exit.dose: 1}}
"""
    file.write_text(f"format: 2\nextends: ukraine-2024-11-19.yaml\narms:{arms}")
    assert [one for one in said({}, file) if "us_arms" in one or "atacms" in one] == []
