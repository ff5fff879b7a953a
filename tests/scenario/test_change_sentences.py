"""What sentences about changes mean, and what is said of those that mean nothing."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

import sim
from sim.foundation.errors import UserError
from sim.scenario import read
from sim.scenario.arms.change_sentences import levers, read_change, shifted


@pytest.fixture(scope="module")
def claim():
    return read("shipped:claim")


ARMS = {"levers.us_arms.dose": 1.0}
DAY = dt.date(2024, 11, 25)  # when the lever begins in the shipped world


@pytest.mark.parametrize(
    ("sentence", "name", "patch", "reference"),
    [
        ("us_arms twelve months later", "us_arms_later", {**ARMS, "levers.us_arms.start": "2025-11-25"}, "us_arms"),
        ("US arms 2 weeks earlier.", "us_arms_earlier", {**ARMS, "levers.us_arms.start": "2024-11-11"}, "us_arms"),
        ("delay us_arms by 10 days", "us_arms_later", {**ARMS, "levers.us_arms.start": "2024-12-05"}, "us_arms"),
        ("5 bn dollars of US arms a year later", "us_arms_later", {**ARMS, "levers.us_arms.start": "2025-11-25"}, "us_arms"),
        ("us_arms dose times 0.5", "us_arms_x0_5", {"levers.us_arms.dose": 0.5}, "us_arms"),
        ("us_arms x 0.25", "us_arms_x0_25", {"levers.us_arms.dose": 0.25}, "us_arms"),
        ("half the us_arms", "us_arms_x0_5", {"levers.us_arms.dose": 0.5}, "us_arms"),
        ("us_arms 20 % less", "us_arms_x0_8", {"levers.us_arms.dose": 0.8}, "us_arms"),
        ("movement.half_density times 0.7", "movement_half_density_x0_7", {"movement.half_density": "x 0.7"}, "base"),
        ("levers.us_arms.start one month later", "levers_us_arms_start_later", {"levers.us_arms.start": "2024-12-25"}, "base"),
        ("donors.benefit = near", "donors_benefit_changed", {"donors.benefit": "near"}, "base"),
    ],
)  # fmt: skip
def test_a_sentence_is_an_arm(claim, sentence, name, patch, reference):
    found = read_change(sentence, claim)
    assert (found.name, found.reference) == (name, reference)
    assert found.patch == patch


def test_without_a_lever_all_else_stays(claim):
    joint = read_change("without coordination", claim)
    assert joint.reference == "all_with_coordination"
    others = [name for name in levers(claim) if name != "coordination"]
    assert joint.patch == {f"levers.{name}.dose": 1.0 for name in others}


def test_all_levers_of_an_arm_move(claim):
    found = read_change("all_with_coordination three months later", claim)
    starts = {key: value for key, value in found.patch.items() if key.endswith(".start")}
    assert set(starts) == {f"levers.{name}.start" for name in levers(claim)}
    assert starts["levers.us_arms.start"] == "2025-02-25"


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("make peace", '"without '),
        ("us_arm two weeks later", "did you mean 'us_arms'"),
        ("without us_arm", "did you mean 'us_arms'"),
        ("us_arms banana weeks later", "found 'banana' as a number"),
        ("movement.half_density two weeks later", "is no day"),
        ("donors.benefit times 2", "is no number"),
        ("base two weeks later", "changes no lever"),
        ("without base", "is no lever"),
        ("movement.half_densty times 2", "did you mean 'movement.half_density'"),
        ("", "not understood"),
    ],
)
def test_what_is_not_understood_is_told_with_what_is(claim, sentence, said):
    with pytest.raises(UserError) as caught:
        read_change(sentence, claim)
    assert said in str(caught.value)


@given(st.dates(dt.date(1950, 1, 1), dt.date(2150, 1, 1)), st.integers(-120, 120))
def test_months_later_is_the_same_day_or_the_months_last(day, months):
    found = shifted(day, months, "month")
    assert (found.year - day.year) * 12 + found.month - day.month == months
    assert found.day == day.day or (found.day < day.day and (found + dt.timedelta(days=1)).day == 1)
    if day.day <= 28:
        assert shifted(found, -months, "month") == day


def test_from_python_a_change_is_an_arm_of_the_experiment():
    experiment = sim.read("shipped:claim").change("us_arms twelve months later").change("us_arms twelve months later")
    assert experiment.arms[-2:] == ("us_arms_later", "us_arms_later_2")
    assert experiment.scenario.world("us_arms_later").levers.us_arms.start.date == dt.date(2025, 11, 25)
