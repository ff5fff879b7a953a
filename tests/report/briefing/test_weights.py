"""Assumptions moved by weights: densities against scipy, the truth of a known law, limits, and states played in full."""

import json
import shlex
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import norm

import sim
from sim.analysis.verdicts.claim import judge_event
from sim.report.briefing import Material, Moved, render
from sim.report.briefing.argue import argue_data
from sim.report.briefing.message import sentence
from sim.report.briefing.series import fitting, quantised
from sim.report.briefing.weights import LEAST_EFFECTIVE, weights_part
from sim.workflows.briefing import gather
from tests.report.briefing.browser import chromium, opened, until
from tests.report.briefing.made_up import claim
from tests.report.briefing.script import needs_node, run

pytestmark = needs_node
SETUP = ("run.replicates=150", "run.horizon=26 week", "verdict.milestones=[2001-04-01]", "verdict.halt_within_days=91")
WEIGHTS = """
    const bytes = inflate(given.data.packed);
    return given.values.map((values) => {
        const weights = it.warWeights(given.data, bytes, given.replicates, values);
        return { weights: Array.from(weights), effective: it.effective(weights) };
    });
"""


def moved(scores, log=False, path="part.number", ends=(2.0, 4.0, 7.0)):
    return Moved(path, "km²/day", "km2/day", "A source", "guess", ends[1], ends[0], ends[2], log, np.asarray(scores))


def density(one, x, median):
    """Return the density of two half-normal pieces about `median`, of the number or its logarithm."""
    x, centre = (np.log(x), np.log(median)) if one.log else (x, median)
    below, above = one.spreads
    return np.where(x < centre, norm.pdf(x, centre, below), norm.pdf(x, centre, above))


def drawn(one):
    """Return the numbers behind the scores."""
    below, above = one.spreads
    off = np.where(one.scores < 0, below, above) * one.scores
    return one.central * np.exp(off) if one.log else one.central + off


@pytest.mark.parametrize("log", [False, True])
def test_a_weight_is_density_after_over_density_before(log):
    one = moved(np.round(np.random.default_rng(1).normal(size=400), 3), log)
    data = weights_part([one], 400).data
    values = [2.5, 4.0, 6.5]
    found = run(WEIGHTS, {"data": data, "replicates": 400, "values": [{one.path: value} for value in values]})
    for value, there in zip(values, found, strict=True):
        expected = density(one, drawn(one), value) / density(one, drawn(one), one.central)
        np.testing.assert_allclose(there["weights"], expected, rtol=1e-6)
        assert there["effective"] == pytest.approx(expected.sum() ** 2 / (expected**2).sum())
    assert found[1]["effective"] == 400


def test_weighted_wars_tell_what_the_moved_law_makes_of_them():
    scores = norm.ppf((np.arange(20_000) + 0.5) / 20_000)
    one = moved(scores, ends=(4 - 1.6448536, 4.0, 4 + 1.6448536))  # a standard deviation of 1
    found = run(WEIGHTS, {"data": weights_part([one], 20_000).data, "replicates": 20_000, "values": [{one.path: 4.8}]})
    weights = np.array(found[0]["weights"])
    assert weights.mean() == pytest.approx(1.0, abs=2e-3)
    happened = drawn(one) > 5
    assert (weights * happened).sum() / weights.sum() == pytest.approx(1 - norm.cdf(5 - 4.8), abs=2e-3)
    assert found[0]["effective"] / 20_000 == pytest.approx(np.exp(-(0.8**2)), rel=0.02)


def test_unmoved_the_sentence_is_the_exact_one_and_too_few_wars_have_no_answer():
    result = claim(80)
    series = fitting(quantised(result.data, result.thresholds))
    one = moved(np.random.default_rng(2).normal(size=80))
    body = """
        const wars = it.unpack(inflate(given.argue.series.packed), given.argue.arms.length, given.argue.series);
        const singles = given.argue.arms.map((_, i) => i).filter((i) => given.argue.arms[i].role === "single");
        const bytes = inflate(given.data.packed);
        return given.values.map((values) => it.weightedSentence(given.argue, wars, given.argue.rule, singles, given.data,
            it.warWeights(given.data, bytes, wars.replicates, values)));
    """
    given = {"argue": argue_data(result, series, "sim claim"), "data": weights_part([one], 80).data}
    same, moved_far = run(body, given | {"values": [{}, {one.path: 7.0}]})
    halt = judge_event(series.halts(result.thresholds), result.names, result.thresholds)
    assert same == f"{sentence(result, halt, halt.of_base, result.thresholds)} Effective sample: 80 of 80 wars."
    assert moved_far.startswith("No answer")
    assert f"{LEAST_EFFECTIVE} are the least" in moved_far


def test_few_wars_are_not_weighed_and_the_page_says_so():
    one = moved(np.zeros(LEAST_EFFECTIVE - 1))
    assert weights_part([one], LEAST_EFFECTIVE - 1) is None
    text = render(Material(claim(LEAST_EFFECTIVE - 1), moved=[one]))
    assert 'id="weights-data"' not in text
    assert "Assumptions are not moved here" in text


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    experiment = sim.read("shipped:abstract").set(*SETUP)
    return experiment, experiment.run(out=tmp_path_factory.mktemp("weights") / "result", jobs=1)


@pytest.mark.parametrize("place", [0, 1, 2])
def test_what_weights_say_is_what_the_settings_play(played, place, tmp_path):
    experiment, result = played
    rule = replace(result.thresholds, halt_rate=float(np.median(result.outcomes()["slowest_in_time"].sel(arm="base"))))
    inputs = gather(result).moved
    one = inputs[place]
    value = float(f"{one.central + 0.5 * (one.high - one.central):.4g}")
    data = weights_part(inputs, 150).data
    body = WEIGHTS.replace("return { weights", "return { settings: it.weightedSettings(given.data, values), weights")
    (there,) = run(body, {"data": data, "replicates": 150, "values": [{one.path: value}]})
    option, change = shlex.split(there["settings"])
    assert option == "--set"
    again = experiment.set(change).run(out=tmp_path / "again", jobs=1)
    after = gather(again).assumptions
    (leaf,) = (found for found in after if found.path == one.path)
    factor = value / one.central if one.log else 1.0
    shift = 0.0 if one.log else value - one.central
    assert [leaf.value, leaf.low, leaf.high] == pytest.approx(
        [x * factor + shift for x in (one.central, one.low, one.high)], rel=1e-4
    )
    weights = np.array(there["weights"])
    halted, now = (quantised(each.data, rule).halts(rule)[0] for each in (result, again))
    chance = (weights * halted).sum() / weights.sum()
    error = np.sqrt(0.25 / there["effective"] + 0.25 / 150)
    assert abs(chance - now.mean()) < 3 * error
    assert 0.2 < halted.mean() < 0.8


def test_in_a_browser_a_median_moves_the_sentence_and_the_address(played, tmp_path):
    page = played[1].report(tmp_path / "page.html")
    with chromium() as browser, opened(browser) as tab:
        shown = tab.go(page)
        shown.wait_for_selector("#weights-form:not([disabled])")
        before = shown.inner_text("#weights-sentence")
        assert "Effective sample: 150 of 150 wars" in before
        field = shown.locator("#weights input[type=number]").first
        stated, most = field.input_value(), field.get_attribute("max")
        field.fill(str(0.7 * float(stated) + 0.3 * float(most)))
        after = shown.inner_text("#weights-sentence")
        assert after != before
        assert " --set '" in shown.inner_text("#weights-command")
        assert "#a-" in shown.url
        shown.fill("#argue-halt_rate", "3")  # what counts as a halt goes into both parts
        assert shown.inner_text("#weights-sentence") != after
        assert "halt_rate=3&a-" in shown.url
        link = shown.url
        shown.click("#weights button[data-a-reset='all']")
        shown.click("#argue button[data-reset='all']")
        assert shown.inner_text("#weights-sentence") == before
        assert not tab.said
    with chromium() as browser, opened(browser) as tab:
        shown = tab.go(page, "#" + link.partition("#")[2])
        until(shown, "document.querySelector('#weights-sentence').textContent.includes('Effective')")
        assert float(shown.locator("#weights input[type=number]").first.input_value()) > float(stated)
        assert shown.url == link
        assert not tab.said


def test_what_a_page_moves_is_drawn_apart_and_stays_where_the_schema_allows(played):
    inputs = gather(played[1]).moved
    assert len(inputs) == 8
    for one in inputs:
        assert one.low < one.central < one.high
        assert one.scores.shape == (150,)
        assert abs(one.scores.mean()) < 4 / np.sqrt(150)
    said = json.loads(json.dumps(weights_part(inputs, 150).data))
    assert [one["key"] for one in said["inputs"]] == [one.path for one in inputs]
