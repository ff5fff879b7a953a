"""The shipped scenarios: they read, and nothing in them is dated after the day they forecast from."""

from dataclasses import replace
from pathlib import Path

import pytest

from sim.scenario import read

FOLDER = Path(__file__).parents[2] / "scenarios"
SHIPPED = sorted(FOLDER.glob("*.yaml")) + sorted((FOLDER / "history").glob("20*.yaml"))
LAST_DAY = "2024-11-19"


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_no_number_is_dated_after_the_last_day(file: Path) -> None:
    late = [(one.path, one.as_of) for one in read(file).numbers() if one.as_of[: len(LAST_DAY)] > LAST_DAY]
    assert late == []


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_guesses_stay_wide(file: Path) -> None:
    narrow = [
        one.path
        for one in read(file).numbers()
        if one.grade == "guess" and one.low is not None and one.high is not None and one.high - one.low <= 0.0
    ]
    assert narrow == []


def test_the_claim_has_the_arms_that_the_question_asks_for() -> None:
    claim = read(FOLDER / "claim.yaml")
    assert list(claim.arms) == [
        "base",
        "atacms",
        "us_arms",
        "nordic_production",
        "kursk_exit",
        "training_deployment",
        "all_without_coordination",
        "coordination",
        "all_with_coordination",
        "us_arms_as_claimed",
        "each_for_itself",
        "one_planner",
    ]
    assert len(claim.world().fronts) == 14
    assert len(claim.world().allies) >= 12


def test_who_makes_the_claim_is_no_part_of_what_a_result_is_known_by():
    """A stored study, and the arms of an earlier result, are those of the same worlds whoever is named."""
    claim = read(FOLDER / "claim.yaml")
    assert claim.claim_source
    nameless = replace(claim, claim_source="")
    assert nameless.hashes == claim.hashes
    assert "claim_source" not in nameless.text
