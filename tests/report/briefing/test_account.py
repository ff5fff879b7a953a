"""What stands beside the numbers: the run, the claim's source, what coordination is, what is not counted, what brackets mean."""

import re
from dataclasses import replace

import numpy as np
import pytest

from sim.analysis.estimate import Estimate
from sim.analysis.result import Result
from sim.foundation.format import format_in_100
from sim.report.briefing import Assumption, Material, Provenance, Study, render
from sim.report.briefing.account import (
    casualties_note,
    claim_source,
    coordination,
    levers_called,
    run_line,
    study_source,
    what_was_known,
)
from sim.report.briefing.material import Part
from sim.report.briefing.message import in_the_median_war, sentence, why
from sim.report.briefing.parts import claim_parts, larger_sample, none_alone, whole_and_parts
from sim.report.briefing.tables import arms_tables
from sim.scenario import read
from sim.workflows.plain_names import arm_parts, plain_names
from tests.report.briefing.made_up import LABELS, claim, one_arm
from tests.report.briefing.test_page import Page

PARTS = {
    "bridge": [Part("levers.span.dose", "Span", "dose", "1 is the whole", "0", "1")],
    "plan": [
        Part("levers.plan.amounts", "Plan", "amounts", "sums: -1 each for itself, 0 as today, 1 as one", "0", "1"),
        Part("levers.plan.voice", "Plan", "voice", "discipline of message", "0", "1"),
    ],
}


@pytest.fixture(scope="module")
def result():
    return claim()


def test_the_run_is_told_at_the_top_and_under_every_figure_of_it(result):
    about = Provenance("sim claim", "2031-05-06T07:08:09+00:00", "in-concert 9", "", 64 * "a", 64 * "b", "77")
    line = run_line(Material(result, about))
    assert line == 'in-concert 9, scenario "A made-up war", 40 wars per arm, seed 77, played 6 May 2031'
    text = render(Material(result, about)).replace("&#34;", '"')
    page = Page(text)
    for section in ("happens", "ladder", "adds", "every"):
        assert f"Source: {line}" in page.text(id=section), section
    assert line in page.texts[0].partition("Contradicted")[0]
    assert "day of the run not recorded" in run_line(Material(result))


def test_where_the_claim_comes_from_is_told_as_far_as_the_scenario_says(result):
    assert claim_source(Material(result)) == "Source of the claim: the scenario names none."
    cited = Material(result, cited=["an article", "a table", "a count"])
    assert "cite an article, and for single numbers 2 further sources" in claim_source(cited)
    assert claim_source(Material(one_arm())) == ""
    said = Result(result.data.assign_attrs(claim_source="an article of 2031"))
    assert claim_source(Material(said, cited=["a table"])) == "Source of the claim: an article of 2031."


def test_coordination_is_told_with_its_parts_its_aid_and_why_it_is_no_single_lever(result):
    what, aid, why_not = coordination(Material(result, parts=PARTS))
    assert (
        what
        == '"A plan alone" is 2 things at once: amounts (sums: as one instead of as today); voice (discipline of message).'
    )
    money = result.outcomes()["delivered"]
    change = float((money.sel(arm="plan") - money.sel(arm="start")).mean())
    assert f"+{change:.1f} billion US$" in aid
    largest = max(("bridge", "grain", "letters"), key=lambda arm: float(money.sel(arm=arm).mean()))
    assert f'"{LABELS[largest]}", the single lever that brings most' in aid
    chance = result.table().arms["plan"].chances["halt"]
    assert format_in_100(chance).split(" (")[0] in why_not
    assert coordination(Material(one_arm())) == []


def test_levers_are_called_as_the_arms_that_pull_them_alone(result):
    assert levers_called(Material(result, parts=PARTS)) == {"span": "A bridge", "plan": "A plan alone"}


def test_what_brings_no_aid_has_a_price_that_is_not_counted():
    given = claim().data
    delivered = given["delivered"].copy()
    delivered.loc[{"arm": "letters"}] = delivered.sel(arm="start")
    _, money = arms_tables(Result(given.assign(delivered=delivered)))
    rows = {row[0]: row for row in money.rows}
    assert rows["Letters"][-2:] == ["none", "not counted"]
    assert re.fullmatch(r"\d[\d,]* \(.*\)|unknown", rows["A bridge"][-1])


def test_inputs_that_speak_of_lives_are_counted_by_grade(result):
    numbers = [
        Assumption(f"a.{k}", 1.0, None, None, "", "S", "2024", grade, name)
        for k, (grade, name) in enumerate(
            [("guess", "Losses a day"), ("guess", "killed over wounded"), ("measured", "Casualties"), ("guess", "pace")]
        )
    ]
    note = casualties_note(Material(result, assumptions=numbers))
    assert "Of the 3 numbers" in note
    assert "by grade: guess 2, measured 1;" in note
    assert "not counted" in casualties_note(Material(result))


def factorial(replicates, seed="77", origin="sim factorial", **outcomes):
    account = {"outcomes": outcomes, "replicates": replicates, "seed": seed}
    return Study("factorial", account, origin)


HALT = {"joint": [0.1, 0.2, 0.3], "joint_minus_sum": [-0.1, 0.02, 0.1], "unit": "1"}
GROUND = {"joint": [100.0, 200.0, 300.0], "joint_minus_sum": [-30.0, -20.0, -10.0], "unit": "km2"}


def test_a_larger_sample_is_called_the_better_estimate_and_says_whose_wars_it_has():
    result = Result(claim().data.assign_attrs(seed=77))
    said = larger_sample(result, factorial(700, p_halt=HALT, kept_km2=GROUND))
    assert "Larger samples are the better estimates: in the 700 wars per arm" in said
    assert "of which the 40 here are the first" in said
    assert "+20 in 100 (+10 to +30)" in said
    assert "keep 200 km² (100 to 300)" in said
    assert "which are other wars" in larger_sample(result, factorial(700, seed="78", p_halt=HALT))
    assert "better" not in larger_sample(result, factorial(30, p_halt=HALT))
    assert larger_sample(result, factorial(700, origin="this result", p_halt=HALT)) == ""


def test_the_whole_is_told_beside_the_sum_of_its_parts(result):
    said = whole_and_parts(result, factorial(700, p_halt=HALT, kept_km2=GROUND))
    assert "For ground kept it is less, -20 km² (-30 to -10)" in said
    assert "for a halt it cannot be distinguished from the sum" in said
    assert "(700 wars)" in said


def test_the_parts_of_a_claim_are_judged_by_the_rule_of_the_result(result):
    parts = {part.says: part for part in claim_parts(result)}
    assert [says.split(" ")[0] for says in parts] == ["None", "All", "All", "All"]
    halt = next(part for says, part in parts.items() if "halt it within" in says)
    assert halt.verdict == result.verdict().halt.verdict
    assert next(part for says, part in parts.items() if "cease-fire" in says).note.endswith("guessed coefficients")
    assert claim_parts(one_arm()) == []


@pytest.mark.parametrize(
    ("chances", "verdict"),
    [([(0.0, 0.1, 0.2)] * 2, "supported"), ([(0.0, 0.1, 0.2), (0.4, 0.5, 0.6)], "undecided"),
     ([(0.0, 0.1, 0.2), (0.5, 0.6, 0.7)], "contradicted")],
)  # fmt: skip
def test_none_alone_holds_where_everything_less_lies_below_the_bar(result, chances, verdict):
    rule = replace(result.thresholds, can=0.5, cannot=0.5)
    assert none_alone([Estimate(value, low, high) for low, value, high in chances], rule) == verdict


def test_the_day_of_knowledge_is_told_where_no_number_is_of_a_later_one(result):
    def one(day):
        return Assumption("a.b", 1.0, None, None, "", "S", day, "guess", "pace")

    start = str(result.data["time"].to_numpy()[0])[:10]
    assert "nothing later is used" in what_was_known(Material(result, assumptions=[one(start), one(start[:4])]))
    assert what_was_known(Material(result, assumptions=[one("2999-01-01")])) == ""
    assert what_was_known(Material(result)) == ""


def test_a_study_says_its_command_wars_and_seed():
    assert study_source(Study("robustness", {"replicates": 200, "seed": 5}, "sim robustness")) == (
        "sim robustness, a study played by itself, 200 wars per arm, seed 5"
    )
    assert study_source(Study("controls", [], "sim controls")) == "sim controls, a study played by itself"


def test_brackets_are_intervals_of_estimates_and_wars_stand_in_words(result):
    spread = result.table().arms["whole"].net_km2["2025-11-19"]
    assert "90 of 100 wars between" in in_the_median_war(spread, "km²")
    assert "(" not in in_the_median_war(spread, "km²")
    page = Page(render(Material(result)))
    assert "90 of 100 wars between" in page.text(id="happens")
    ground = page.text(id="every").partition("people and money")[0]
    assert f"({spread.low:.0f}" not in ground
    assert "Brackets always hold the 90 % interval" in page.text(id="message")


def test_the_headline_says_beside_the_base_beside_the_bar_and_why(result):
    halt, rule = result.verdict().halt, result.thresholds

    def said(joint, gain, reason=""):
        chances = {**halt.chances, halt.joint: replace(halt.of_joint, low=joint[0], value=joint[1], high=joint[2])}
        one = replace(
            halt, chances=chances, gain=replace(halt.gain, low=gain[0], value=gain[1], high=gain[2]), reason=reason
        )
        return sentence(result, one, halt.of_base, rule), why(one, rule)

    headline, reason = said((0.1, 0.14, 0.18), (0.06, 0.09, 0.12), "cannot")
    assert "likelier than the" in headline
    assert 'but unlikely: below the 50 of 100 that we read "can" to ask for' in headline
    assert (
        "10 to 18 of 100, lies below 50. That they make a halt likelier, by +9 in 100 (+6 to +12), is shown" in reason
    )
    headline, reason = said((0.1, 0.14, 0.18), (-0.06, 0.01, 0.08), "cannot")
    assert "not clearly different from the" in headline
    assert "and unlikely: below" in headline
    assert "likelier" not in reason
    assert "but not clearly above or below the 50" in said((0.4, 0.5, 0.6), (0.1, 0.2, 0.3))[0]
    assert "and no less than the 50" in said((0.6, 0.7, 0.8), (0.1, 0.2, 0.3))[0]
    assert "rarer than the" in said((0.1, 0.14, 0.18), (-0.3, -0.2, -0.1))[0]


@pytest.fixture(scope="module")
def scenario():
    return read("shipped:claim")


def test_every_number_of_the_shipped_claim_has_a_plain_name_that_is_no_key(scenario):
    names = plain_names(scenario)
    assert {one.path for one in scenario.numbers()} <= set(names)
    assert not [name for name in names.values() if re.search(r"\w\.\w|_", name)]
    assert names["sides.ukraine.drones"] == "Ukraine: stock of tactical drones at the start"
    assert names["allies.poland.taste.shell"] == "Poland, shares of value by kind of aid: artillery shells"
    assert len(set(names.values())) > 0.98 * len(names), "two numbers that are called alike are hard to tell apart"


def test_the_parts_of_an_arm_are_what_its_patch_sets(scenario):
    parts = arm_parts(scenario)
    assert set(parts) == set(list(scenario.arms)[1:])
    plan = parts["coordination"]
    assert [part.word for part in plan] == ["volume", "kinds", "timing", "message"]
    assert all((part.before, part.after) == ("0", "1") and part.meaning for part in plan)
    assert np.unique([part.path for part in plan]).size == len(plan)


@pytest.mark.parametrize(
    ("path", "value", "before", "after"),
    [
        ("levers.us_arms.start", "2025-11-25", "25 November 2024", "25 November 2025"),
        ("attacker.answer", "fixed", "best_reply", "fixed"),
        ("levers.us_arms.total", "6 Gusd", "5 billion US$", "6 billion US$"),
        ("sides.russia.intake", "2000 person/day", "986 people per day", "2,000 people per day"),
    ],
)
def test_an_arm_says_what_it_sets_of_every_kind(path, value, before, after):
    scenario = read("shipped:claim", {f"arms.us_arms.{path}": value})
    (changed,) = [part for part in arm_parts(scenario)["us_arms"] if part.path == path]
    assert (changed.before, changed.after) == (before, after)
