"""What the verdicts page says follows its numbers: other results, other words, whichever way the verdict falls."""

import copy
import re
from typing import Any

import pytest

from docs.blocks import BLOCKS, ROOT, Results
from docs.shorten import furthest
from docs.write import PART, VALUE, filled

PAGE = ROOT / "docs" / "verdicts.md"


@pytest.fixture
def results() -> Results:
    """Return the stored results, to be changed at will."""
    stored = Results()
    for name in (
        "claim",
        "claims",
        "factorial",
        "dose",
        "robustness",
        "sensitivity",
        "hindcast",
        "seeds",
        "numbers",
        "base",
    ):
        stored._read[name] = copy.deepcopy(stored[name])
    return stored


def text(results: Results, name: str) -> str:
    return BLOCKS[name](results)


def set_gain(results: Results, interval: list[float]) -> None:
    results["claim"]["findings"]["joint_minus_base_p_halt"] = interval


def set_sum(results: Results, interval: list[float]) -> None:
    results["factorial"]["outcomes"]["kept_km2"]["joint_minus_sum"] = interval


@pytest.mark.parametrize(
    ("interval", "said"),
    [
        ([0.1, 0.2, 0.3], "+20.0 points (+10.0 to +30.0), above zero"),
        ([-0.3, -0.2, -0.1], "-20.0 points (-30.0 to -10.0), below zero"),
        ([-0.1, -0.0001, 0.1], "+0.0 points (-10.0 to +10.0), not distinguishable from zero"),
    ],
)
def test_what_comes_anyway_is_told_with_its_side(results: Results, interval: list[float], said: str) -> None:
    set_gain(results, interval)
    assert said in text(results, "verdict-anyway")


@pytest.mark.parametrize(
    ("ground", "men", "said"), [(-50.0, 4000.0, True), (50.0, 4000.0, False), (-50.0, -4000.0, False)]
)
def test_that_the_attacker_spares_men_is_said_only_where_he_does(
    results: Results, ground: float, men: float, said: bool
) -> None:
    answers = results["claim"]["enemy_answers"]["answers"]
    chosen = answers["best_reply"]["all_with_coordination"]
    answers["fixed"]["all_with_coordination"] = {
        "kept_km2": [x + ground for x in chosen["kept_km2"]],
        "attacker_casualties": [x + men for x in chosen["attacker_casualties"]],
    }
    told = text(results, "verdict-enemy")
    assert told.startswith("What all in concert costs Russia if it answers")
    assert ("4,000 casualties fewer than with its orders fixed, and 50 km2 more ground" in told) == said


def test_the_ladder_sets_both_arms_beside_the_record(results: Results) -> None:
    rung = "2 km2/day"
    for arm, share in (("base", 0.111), ("all_with_coordination", 0.222)):
        for shares in results["claim"]["arms"][arm]["ladder"].values():
            shares[rung] = share
    results["hindcast"]["run"]["record_slower_than"] = {"2023": {rung: 0.333}}
    told = text(results, "verdict-ladder")
    assert all(share in told for share in ("11 %", "22 %", "record, spans begun in 2023 | - | 33 %"))


def test_the_rule_of_a_halt_is_told_for_verdict_and_hindcast(results: Results) -> None:
    results["robustness"]["shipped"] |= {"halt_rate": 2.5, "halt_days": 45.0}
    results["hindcast"]["run"]["halt"] |= {"rate": 3.5, "days": 77.0}
    told = text(results, "verdict-anyway")
    assert "less than 2.5 km2 per day on the mean of 45 days" in told
    assert "below 3.5 km2 per day on the mean of 77 days" in told


@pytest.mark.parametrize(
    ("interval", "said"),
    [([1.0, 2.0, 3.0], "above zero"), ([-3.0, -2.0, -1.0], "below zero"), ([-1.0, 0.0, 1.0], "not distinguishable from zero")],
)  # fmt: skip
def test_synergy_of_either_sign(results: Results, interval: list[float], said: str) -> None:
    set_sum(results, interval)
    beside_the_sum = text(results, "verdict-synergy").splitlines()[0].partition("; the difference is ")[2]
    assert beside_the_sum.partition(". ")[0].endswith(f"), {said}")


def test_a_variant_that_turns_the_verdict_is_named(results: Results) -> None:
    for one in results["robustness"]["variants"]:
        one["same_verdict"]["halt"] = True
    assert "none of them" in text(results, "verdict-turned")
    last = results["robustness"]["variants"][-1]
    last["same_verdict"]["halt"] = False
    assert text(results, "verdict-turned").endswith(f"turned by 1: {last['label']}.")


def test_a_slackness_that_the_wars_do_not_tell_is_a_question_mark(results: Results) -> None:
    results["robustness"]["variants"][0]["halt_rate_needed"]["joint"] = [3.0, None, None]
    assert "allow ? (3.0 to ?) km2 per day" in text(results, "verdict-thresholds")


def package(results: Results, chance: list[float]) -> dict[str, Any]:
    return {"levers": ["us_arms", "coordination"], "factor": 3.0, "cost": 1.0, "chance": chance, "delay": None}


def test_levers_that_reach_a_halt_and_levers_that_do_not(results: Results) -> None:
    levers = results["sensitivity"]["flip"]["levers"]
    levers["smallest"], levers["best"] = None, package(results, [0.1, 0.2, 0.3])
    told = text(results, "verdict-strong")
    assert (
        "none reaches it; the best is 5 bn dollars of US arms + Coordination, money at 3 times the dose: 20 %" in told
    )
    levers["smallest"] = package(results, [0.6, 0.7, 0.8])
    told = text(results, "verdict-strong")
    assert "the smallest set that reaches it is 5 bn dollars of US arms + Coordination" in told
    assert "none reaches it" not in told


def test_only_what_is_money_is_said_to_be_turned_up(results: Results) -> None:
    results["sensitivity"]["flip"]["levers"]["priced"] = ["nordic_production"]
    assert "where a dose is money (Nordic money for Ukraine's industry)" in text(results, "verdict-strong")


@pytest.mark.parametrize(
    ("chance", "said"),
    [([0.5, 0.6, 0.7], "which reaches it"), ([0.4, 0.5, 0.6], "(undecided)"), ([0.2, 0.3, 0.4999], "short of it")],
)
def test_a_single_assumption_is_placed_by_its_whole_interval(results: Results, chance: list[float], said: str) -> None:
    moved = results["sensitivity"]["flip"]["assumptions"]
    one = {"name": "a.b", "called": "a.b", "written": "7 km", "distance": -3.0, "chance": chance}
    moved |= {"nearest": [one] if chance[0] >= 0.5 else [], "furthest": one, "up": True}
    line = next(line for line in text(results, "verdict-strong").splitlines() if line.startswith("- One"))
    assert f"`a.b` held at 7 km (-3.0 standard deviations): {100 * chance[1]:.0f} %" in line
    assert said in line
    assert ("none would reach it" in line) == (chance[0] < 0.5)


def test_a_verdict_that_fewer_halts_would_turn_is_asked_the_other_way(results: Results) -> None:
    results["sensitivity"]["flip"]["assumptions"] |= {"up": False, "nearest": []}
    assert "none would take it below" in text(results, "verdict-strong")


def test_the_furthest_assumption_is_sought_the_way_that_turns() -> None:
    held = [{"name": name, "chance": [0.0, value, 1.0]} for name, value in (("a", 0.2), ("b", 0.9), ("c", 0.1))]
    assert furthest({"up": True, "held": held}) == held[1]
    assert furthest({"up": False, "held": held}) == held[2]
    assert furthest({"up": True, "held": []}) is None


def test_numbers_that_matter_are_named_only_clear_of_chance(results: Results) -> None:
    first = results["sensitivity"]["sensitivity"]["joint_kept_km2"]
    first["indices"] = [{"called": "a.b", "grade": "guess", "value": 0.3, "error": 0.01}]
    first["line"] = 0.1
    assert "depends most on `a.b` (guess)" in text(results, "verdict-numbers")
    first["line"] = 0.29
    assert "no single number moves the ground kept" in text(results, "verdict-numbers")


def test_a_forecast_worse_than_naive_is_called_worse(results: Results) -> None:
    total = results["hindcast"]["as expected"]["total"]
    total["skill"] = -0.12
    assert "12 % worse than" in text(results, "verdict-2024")
    total["skill"] = 0.34
    assert "34 % better than" in text(results, "verdict-2024")


def test_a_score_worse_than_the_first_models_is_missed(results: Results) -> None:
    results._read["first-model"] = told = copy.deepcopy(results["first-model"])
    one = told["as expected"]
    one["first"]["total"]["crps_4wk"], one["second"]["total"]["crps_4wk"] = 77.0, 99.0
    assert "**Missed**, inputs as expected: CRPS in total 99 km2 (the first model 77)" in text(results, "hindcast-aims")
    one["first"]["total"]["crps_4wk"], one["first"]["axes"]["crps_4wk"] = 101.0, 50.0
    assert "Reached, inputs as expected: CRPS in total 99 km2 (the first model 101)" in text(results, "hindcast-aims")


def test_a_span_is_scored_against_its_own_best_naive_forecast(results: Results) -> None:
    origins = results["hindcast"]["as expected"]["origins"]
    for one in origins.values():
        one["total"] |= {"crps_4wk": 50.0, "naive": {"persistence": 40.0, "damped_trend": 90.0}}
    rows = [row for row in text(results, "hindcast-by-span").splitlines() if "as expected" in row]
    assert len(rows) == 3
    assert all(row.endswith("| 50 | 40, persistence | -25 % |") for row in rows), rows


def test_a_verdict_that_hangs_on_the_seed_is_told(results: Results) -> None:
    for one in results["seeds"]:
        one["verdict"] = "undecided"
    assert "*undecided* under 4 of 4 seeds" in text(results, "verdict-seeds")
    results["seeds"][0]["verdict"] = "supported"
    assert "*undecided* under 3 of 4, *supported* under 1 of 4 seeds" in text(results, "verdict-seeds")


@pytest.mark.parametrize("verdict", ["Supported", "Undecided", "Contradicted"])
def test_the_page_opens_with_the_verdict_that_was_found(results: Results, verdict: str) -> None:
    results["claim"]["sentence"] = f"{verdict}: a sentence."
    for page in (PAGE, ROOT / "README.md"):
        made = filled(page.read_text(encoding="utf-8"), results)
        assert f"<!-- gen:claim-sentence -->\n{verdict}: a sentence. (" in made


def test_no_number_on_the_page_is_written_by_hand() -> None:
    prose = VALUE.sub("", PART.sub("", PAGE.read_text(encoding="utf-8")))
    prose = re.sub(r"\]\([^)]*\)|^#+ \d+\.|19 November 2024|\b202[34]\b|\b64 sets\b|km2", "", prose, flags=re.MULTILINE)
    assert re.findall(r"\S*\d\S*", prose) == []


def test_the_page_answers_ten_objections_each_with_a_result() -> None:
    parts = re.split(r"^### \d+\. ", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    assert len(parts) == 10
    assert all("<!-- gen:" in part for part in parts)


def test_every_figure_on_the_pages_is_kept() -> None:
    for page in (PAGE, ROOT / "README.md"):
        for link in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / link).is_file(), f"{page.name}: {link}"


def test_what_is_kept_stays_small() -> None:
    large = {path.name: path.stat().st_size for path in (ROOT / "docs" / "results").glob("*.json")}
    assert all(size < 100_000 for size in large.values()), large


def recipe(target: str) -> list[str]:
    lines = (ROOT / "Makefile").read_text(encoding="utf-8").splitlines()
    first = next(place for place, line in enumerate(lines) if line.startswith(f"{target}:"))
    rest = lines[first + 1 :]
    return rest[: next(place for place, line in enumerate(rest) if not line.startswith("\t"))]


def test_results_are_made_in_the_order_in_which_they_need_each_other() -> None:
    said = [found for line in recipe("results") for found in re.findall(r"\$\(BIN\)/sim (\w+)|\$\(MAKE\) (docs)", line)]
    order = [one or other for one, other in said if one != "validate"]
    past, war = "calibrate calibrate hindcast screen check", "claim claims claim donors factorial dose robustness"
    assert " ".join(order) == f"{past} {war} sensitivity controls agents docs"


def test_results_and_docs_ask_only_for_options_that_exist() -> None:
    import typer

    from sim.cli.app import app

    known = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    for line in [*recipe("results"), *recipe("docs")]:
        for command, rest in re.findall(r"\$\(BIN\)/sim (\w+)([^;&|>]*)", line):
            options = {word for one in known[command].params for word in one.opts}
            assert set(re.findall(r"--[\w-]+", rest)) <= options, line.strip()


def test_every_stored_result_is_made_by_the_makefile() -> None:
    made = "\n".join(recipe("results"))
    for word in re.findall(r"for one in ([\w -]+); do", made):
        made += "".join(f" $(KEPT)/{one}.json" for one in word.split())
    stored = {path.name for path in (ROOT / "docs" / "results").glob("*.json")}
    others = {"trials.json", "first-model.json"}  # `make trials`; a run of an older version, which the file describes
    assert stored - others == set(re.findall(r"\$\(KEPT\)/([\w-]+\.json)", made))


def test_a_page_that_tells_old_results_is_found(results: Results) -> None:
    before = PAGE.read_text(encoding="utf-8")
    assert filled(before, results) == before
    for name, change in {
        "claim": lambda one: one.update(replicates=7),
        "claims": lambda one: one.pop(),
        "factorial": lambda one: one.update(seed=7),
        "dose": lambda one: one.update(sentence="Another."),
        "robustness": lambda one: one["variants"].pop(),
        "sensitivity": lambda one: one.update(inputs=7),
        "hindcast": lambda one: one["as expected"]["halts"].update(seen=77),
        "seeds": lambda one: one.pop(),
    }.items():
        kept = copy.deepcopy(results[name])
        change(results[name])
        assert filled(before, results) != before, name
        results._read[name] = kept
