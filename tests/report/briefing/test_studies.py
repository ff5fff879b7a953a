"""Studies on a page: what stands first, what is counted, and that a wrong account is never a fault of the program."""

import contextlib
import copy
import json
from datetime import datetime
from pathlib import Path
from urllib.parse import unquote

import numpy as np
import pytest

from sim.analysis.estimate import Estimate
from sim.analysis.restore import MISSHAPEN
from sim.foundation.errors import UserError
from sim.foundation.format import format_date, format_in_100
from sim.report.briefing.material import Study
from sim.report.briefing.past import evidence, halts_of_the_record, leaning, missed_by
from sim.report.briefing.search import by_the_rule
from sim.report.briefing.sections import MOST_ROWS
from sim.report.briefing.studies import check, view
from sim.workflows.briefing import gather, read_study
from tests.report.briefing.made import made

RESULTS = Path(__file__).resolve().parents[3] / "docs" / "results"
KINDS = ("controls", "factorial", "hindcast", "robustness", "sensitivity")


def account(kind):
    return json.loads((RESULTS / f"{kind}.json").read_text(encoding="utf-8"))


def shown(kind, said=None):
    return view(Study(kind, account(kind) if said is None else said, "a test"))


def test_misses_stand_by_their_days_and_are_counted_as_they_lie():
    column = account("hindcast")["as expected"]
    cases = [one for scores in column["origins"].values() for one in scores["cumulative"].values()]
    outside = sum(not one["low"] <= one["observed"] <= one["high"] for one in cases)
    (chart,) = shown("hindcast").charts
    share = round(100 * outside / len(cases))
    assert (
        chart.title
        == f"What came lies outside the 90 % range of {outside} of {len(cases)} forecasts: {share} %, not 10 %"
    )
    assert sum(bool(row.note) for row in chart.rows) == outside
    days = [np.datetime64(datetime.strptime(row.label[5:].split(",")[0], "%d %b %Y"), "D") for row in chart.rows]
    assert days == sorted(days)
    more = len(cases) - len(chart.rows)
    assert f"{more} more, all inside, stand in the data" in chart.subtitle
    assert unquote(chart.csv).count("\n") >= len(cases)


def test_what_came_is_drawn_outside_the_interval_where_it_missed():
    for row in shown("hindcast").charts[0].rows:
        forecast, came = row.strips
        side = {"came out above": came.value > forecast.high, "came out below": came.value < forecast.low}
        assert side[row.note] if row.note else forecast.low <= came.value <= forecast.high


def test_few_misses_are_shown_among_forecasts_that_held():
    said = account("hindcast")
    cases = [one for scores in said["as expected"]["origins"].values() for one in scores["cumulative"].values()]
    for one in cases[1:]:
        one["observed"] = one["median"]
    cases[0]["observed"] = cases[0]["high"] + 1
    rows = shown("hindcast", said).charts[0].rows
    assert [row.note for row in rows if row.note] == ["came out above"]
    assert len(rows) == MOST_ROWS


def test_misses_are_counted_by_year_and_side_and_a_last_run_on_one_side_is_called_so():
    misses = [
        ("2030-01-01", -1), ("2030-05-01", 0), ("2030-06-01", 1), ("2031-01-01", 1), ("2031-02-01", 0), ("2031-02-01", 1)
    ]  # fmt: skip
    years, run = leaning(misses)
    assert years == (
        "Misses by year: 1 came out above and 1 below of 3 forecasts that start in 2030; "
        "2 came out above and 0 below of 3 forecasts that start in 2031."
    )
    assert run.startswith("Every missed forecast that starts on 1 June 2030 or later (3) expected too little advance.")
    assert "from 1 January 2030 to 1 January 2030" in run
    assert len(leaning([*misses, ("2031-03-01", -1)])) == 1, "no run of several days on one side"
    assert leaning([("2030-01-01", 0)]) == []


def test_the_account_as_kept_says_on_which_side_its_latest_forecasts_missed():
    column = account("hindcast")["as expected"]
    latest = [
        missed_by(one)
        for day, scores in column["origins"].items()
        if day.startswith("2024")
        for one in scores["cumulative"].values()
    ]
    line = next(one for one in shown("hindcast").details if one.startswith("Misses by year"))
    assert (
        f"{latest.count(1)} came out above and {latest.count(-1)} below of {len(latest)} forecasts that start in 2024"
        in line
    )


def test_the_halts_to_be_expected_are_those_of_every_way_that_the_origins_may_go():
    said = account("hindcast")
    halts = [one["halt"] for one in said["as expected"]["origins"].values() if one["halt"]["happened"] is not None]
    law = np.ones(1)  # of how many come, by convolution
    for one in halts:
        law = np.convolve(law, [1.0 - one["chance"], one["chance"]])
    low, high = (int(np.searchsorted(np.cumsum(law), q)) for q in (0.05, 0.95))
    seen = sum(one["happened"] for one in halts)
    assert f"{seen:.0f} seen from {len(halts)} origins; with the chances given, {low} to {high} would come" in " ".join(
        shown("hindcast").details
    )


def test_the_rival_that_could_be_chosen_is_told_where_the_account_has_it():
    said = account("hindcast")
    said["as expected"]["chosen"] = {"all": {"skill": 0.1, "skill_se": 0.02}}
    assert any("skill +10 % (+6.7 to +13)" in one for one in shown("hindcast", said).details)
    del said["as expected"]["chosen"]
    assert not any("earlier origins" in one for one in shown("hindcast", said).details)


def test_a_control_that_fails_comes_first_in_another_colour_and_is_not_counted():
    said = account("controls")
    said[5]["holds"] = False
    (chart,) = shown("controls", said).charts
    assert (
        chart.title == f"{len(said) - 1} of {len(said)} effects have the expected sign, within wide ranges that we set"
    )
    assert chart.rows[0].label == said[5]["label"]
    assert chart.rows[0].note == "fails"
    assert chart.rows[0].strips[1].kind == "against"


def test_the_share_of_a_control_is_its_effect_over_the_base():
    said = [{"name": "x", "expected": "below", "effect_km2": [-300.0, -200.0, -100.0], "halt": 0.1, "holds": True,
             "label": "Fewer", "share_of_base": -0.5, "range": [-0.8, -0.2]}]  # fmt: skip
    row = shown("controls", said).charts[0].rows[0]
    assert row.numbers == ["less, -80 to -20 %", "-50 % (-75 to -25)"]
    expected, found = row.strips
    assert expected.low < found.low < found.value < found.high < expected.high < found.zero
    del said[0]["share_of_base"], said[0]["label"]
    assert shown("controls", said).charts[0].rows[0].numbers == ["less", "-200 km² (-300 to -100)"]


def test_a_variant_that_turns_the_verdict_is_named():
    said = account("robustness")
    count = sum("halt" in one for one in said["variants"]) - 1  # the first is the claim as shipped
    assert shown("robustness", said).charts[0].title.startswith(f"None of {count} variants")
    said["variants"][3]["halt"]["verdict"] = "supported"
    chart = shown("robustness", said).charts[0]
    assert chart.title == f"1 of {count} variants turn the verdict: contradicted as shipped"
    (turned,) = (row.label for row in chart.rows if row.note)
    assert turned.endswith(f": {said['variants'][3]['label']}"), "its group stands before it"


def test_a_search_that_found_something_says_so():
    said = account("sensitivity")
    levers, assumptions = said["flip"]["levers"], said["flip"]["assumptions"]
    levers["smallest"], assumptions["nearest"] = None, []  # whatever the shipped study found
    levers["best"]["chance"] = assumptions["furthest"]["chance"] = [0.1, 0.2, 0.3]
    for change in assumptions["together"]:
        change["turns"] = False
    sentence = shown("sensitivity", said).sentence
    assert sentence.startswith("None of")
    assert "alone does" in sentence
    assert "leading ones" not in sentence
    assumptions["together"][-1]["turns"] = True
    assert "leading ones together do" in shown("sensitivity", said).sentence
    del said["flip"]
    assert shown("sensitivity", said).sentence == ""


def test_levers_of_a_search_have_their_names():
    said = account("sensitivity")
    said["flip"]["levers"]["best"] |= {"levers": ["us_arms", "other_thing"], "factor": 2}
    study = Study("sensitivity", said, "a test")
    rows = [row for table in view(study, {"us_arms": "5 bn dollars of US arms"}).tables for row in table.rows]
    assert any("5 bn dollars of US arms, other thing, 2 times the dose" in row[0] for row in rows)


@pytest.mark.parametrize(
    ("chance", "verdict"),
    [((0.2, 0.3, 0.4), "contradicted"), ((0.46, 0.53, 0.61), "undecided"), ((0.5, 0.6, 0.7), "supported, unless")],
)
def test_each_row_of_a_search_is_judged_by_the_rule_of_the_verdict(chance, verdict):
    assert by_the_rule(chance, 0.5).startswith(verdict)
    said = account("sensitivity")
    said["flip"]["assumptions"]["furthest"]["chance"] = list(chance)
    rows = [row for table in shown("sensitivity", said).tables for row in table.rows]
    number = format_in_100(Estimate(chance[1], chance[0], chance[2]))
    assert any(row[1] == number and row[2].startswith(verdict) for row in rows)


def test_a_threshold_says_the_verdict_of_every_stretch_that_was_tried():
    said = account("robustness")
    (one,) = (scan for scan in said["thresholds"] if scan["question"] == "halt" and scan["name"] == "can")
    one["runs"] = [
        {"verdict": "contradicted", "from": 0.01, "to": 0.02, "reason": "anyway"},
        {"verdict": "undecided", "from": 0.05, "to": 0.1, "reason": ""},
        {"verdict": "contradicted", "from": 0.2, "to": 0.9, "reason": "cannot"},
    ]
    rows = [row for table in shown("robustness", said).tables for row in table.rows]
    assert any(
        row[2] == "contradicted (the base or one lever alone suffices) from 1 to 2 of 100 wars; "
        "undecided from 5 to 10 of 100 wars; contradicted, as stated, from 20 to 90 of 100 wars"
        for row in rows
    )
    assert not any("another verdict" in cell for row in rows for cell in row)


def test_assumptions_of_a_search_have_their_plain_names_and_none_its_key():
    said = account("sensitivity")
    keys = {one["name"] for one in [*said["information"]["worths"], *said["flip"]["assumptions"]["leading"]]}
    plain = {key: f"Plainly {place}" for place, key in enumerate(sorted(keys))}
    found = view(Study("sensitivity", said, "a test"), plain=plain)
    cells = [cell for table in found.tables for row in table.rows for cell in row]
    assert not [key for key in keys if any(key in text for text in [*cells, found.sentence, *found.details])]
    assert any("Plainly" in cell for cell in cells)
    shares = sum(one["share"] for one in said["information"]["worths"][:8])
    assert any(f"carry {100 * shares:.0f} % one by one" in one for one in found.details)


def test_a_hindcast_leads_with_what_its_intervals_missed():
    total = account("hindcast")["as expected"]["total"]
    sentence = shown("hindcast").sentence
    held, windows = round(total["n_windows"] * total["coverage_90"]), int(total["n_windows"])
    assert f"in {held} of {windows} windows" in sentence
    assert f"in {held} of {windows} windows" in evidence(Study("hindcast", account("hindcast"), "a test"))
    assert evidence(None) == ""


def test_the_ladder_tells_how_often_the_record_halted():
    said = account("hindcast")
    told = {day: one["halt"]["happened"] for day, one in said["as expected"]["origins"].items()}
    told = {day: happened for day, happened in told.items() if happened is not None}
    line = halts_of_the_record(Study("hindcast", said, "a test"))
    assert f"followed {sum(told.values())} of {len(told)} origins" in line
    assert format_date(max(day for day, happened in told.items() if happened)) in line
    assert "sim hindcast" in halts_of_the_record(None)
    for year in ("2023", "2024"):
        those = [happened for day, happened in told.items() if day.startswith(year)]
        assert f"{sum(those)} of {len(those)} in {year}" in line
    last = max(day for day, happened in told.items() if happened)
    observed = [(last[:7], 10.0), ("2024-10", 250.0)]
    paced = halts_of_the_record(Study("hindcast", said, "a test"), observed)
    assert "+250 km² in October 2024, the last month before the start" in paced
    assert f"+10 km² in {format_date(last).partition(' ')[2]}" in paced


@pytest.mark.parametrize("kind", KINDS)
def test_whatever_lacks_or_is_of_another_kind_the_account_is_shown_or_refused(kind):
    whole = account(kind)
    tried = 0
    for place in list(places(whole))[::17]:
        for wrong in ("gone", None, "text", [], {}):
            said = copy.deepcopy(whole)
            spoil(said, place, wrong)
            with contextlib.suppress(MISSHAPEN):
                check(Study(kind, said, "a test"))
            tried += 1
    assert tried > 20


def places(value, before=()):
    """Yield the way to everything inside plain data, four steps deep."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inside:
        yield (*before, key)
        if len(before) < 4:
            yield from places(one, (*before, key))


def spoil(value, place, wrong):
    for key in place[:-1]:
        value = value[key]
    if wrong == "gone":
        del value[place[-1]]
    else:
        value[place[-1]] = wrong


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("no json", "is no JSON"),
        ("[" * 100_000, "nested too deep"),
        ('{"variants": [{}], "thresholds": []}', "is no account of sim robustness"),
        ('{"run": {}, "as expected": {}}', "is no account of sim hindcast"),
        ('{"some": "thing"}', "is no study"),
    ],
)
def test_a_file_that_is_no_study_is_refused_by_its_name(tmp_path, text, words):
    file = tmp_path / "study.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(UserError) as refused:
        read_study(file, "a world")
    (fault,) = refused.value.faults
    assert (fault.file, words in fault.message) == (str(file), True)


def test_a_study_is_found_in_its_folder(tmp_path):
    folder = tmp_path / "robustness-claim"
    folder.mkdir()
    (folder / "summary.json").write_text(json.dumps(account("robustness")), encoding="utf-8")
    assert list(gather(made(replicates=5), [folder]).studies) == ["robustness"]
