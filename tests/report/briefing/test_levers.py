"""The approximate part of the page: the fit against truth, script and Python alike, limits refused, answers played in full."""

import json
import re

import numpy as np
import pytest

import sim
from sim.analysis.sensitivity.emulator import Emulator
from sim.experiment.verify import verify
from sim.exploration.designed import Axes, plan
from sim.exploration.levers import levers
from sim.foundation.errors import UserError
from sim.scenario import read
from sim.workflows.briefing import report
from sim.workflows.options import Options
from sim.workflows.plain_names import plain_names
from tests.report.briefing.browser import chromium, opened, until
from tests.report.briefing.script import needs_node, run

LOW, HIGH = (0.0, 0.0, 0.0), (1.0, 2.0, 120.0)
SETUP = ("run.replicates=30", "run.horizon=26 week", "verdict.milestones=[2001-04-01]", "verdict.halt_within_days=91")
STATES = [{"x-surge": 0.5}, {"x-workshops": 2, "x-later": 60}, {"x-long_range": 0, "x-one_plan": 0.5, "x-later": 30}]


def truth(x):
    return 100 * x[:, 0] - 40 * x[:, 0] ** 2 + 30 * x[:, 0] * x[:, 1] - 0.5 * x[:, 2]


def points(count, seed):
    return np.array(LOW) + np.random.default_rng(seed).uniform(size=(count, 3)) * (np.array(HIGH) - np.array(LOW))


def test_a_quadratic_is_found_exactly():
    x = points(40, 1)
    found = Emulator.fit(x, truth(x), LOW, HIGH)
    fresh = points(20, 2)
    told = [found.at(one, 0.9).value for one in fresh]
    np.testing.assert_allclose(told, truth(fresh), atol=0.05)
    assert found.explained > 0.9999


def test_the_error_that_is_told_is_that_of_new_points():
    rng = np.random.default_rng(3)
    x, fresh = points(64, 3), points(2_000, 4)
    found = Emulator.fit(x, truth(x) + rng.normal(0, 8, 64), LOW, HIGH)
    values = truth(fresh) + rng.normal(0, 8, 2_000)
    told = [found.at(one, 0.9) for one in fresh]
    misses = values - [one.value for one in told]
    assert found.error == pytest.approx(np.sqrt((misses**2).mean()), rel=0.25)
    inside = np.mean([one.low <= value <= one.high for one, value in zip(told, values, strict=True)])
    assert 0.82 < inside < 0.97


def test_noise_is_not_explained():
    found = Emulator.fit(points(64, 5), np.random.default_rng(5).normal(size=64), LOW, HIGH)
    assert found.explained < 0.1


def test_the_noise_of_the_replicates_joins_the_error():
    x = points(64, 6)
    found = Emulator.fit(x, truth(x) + np.random.default_rng(6).normal(0, 3, 64), LOW, HIGH)
    noise = Emulator.fit(x, 2.0 + x[:, 0], LOW, HIGH).weights
    one, more = found.at((0.5, 1.0, 60.0), 0.9), found.at((0.5, 1.0, 60.0), 0.9, noise=noise)
    assert more.value == one.value
    assert more.high - more.value == pytest.approx(1.644854 * np.hypot(found.error, 2.5), rel=1e-3)


def test_nothing_is_said_outside_the_design():
    x = points(40, 1)
    found = Emulator.fit(x, truth(x), LOW, HIGH)
    assert found.at((0.5, 1.0, 120.0), 0.9) is not None
    for outside in ((1.01, 1.0, 0.0), (0.5, -0.1, 0.0), (0.5, 1.0, 121.0), (float("nan"), 1.0, 0.0)):
        assert found.at(outside, 0.9) is None


def test_a_design_holds_all_none_each_alone_and_fills_the_rest():
    scenario = read("shipped:abstract-claim")
    axes = Axes(tuple(levers(scenario, "in_concert")))
    design = plan(axes, 64, 1)
    assert design.shape == (64, len(axes.levers) + 1)
    rows = {tuple(row) for row in design.tolist()}
    assert len(rows) == 64
    assert {axes.low, axes.whole} <= rows
    assert ((design >= axes.low) & (design <= axes.high)).all()
    case = axes.case("base", axes.whole)
    assert case.controls["levers.one_plan.volume"] == 1.0  # a lever is turned with all its controls
    with pytest.raises(UserError, match="designs at least"):
        plan(axes, 5, 1)


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    folder = tmp_path_factory.mktemp("levers")
    experiment = sim.read("shipped:abstract-claim").set(*SETUP)
    experiment.run(out=folder / "result", jobs=1)
    file = folder / "page.html"
    account = report(folder / "result", Options(out=file, jobs=1), designs=40).account
    assert file.stat().st_size <= 400_000
    text = file.read_text(encoding="utf-8")
    given = json.loads(text.split('id="levers-data">')[1].split("</script>")[0])
    return experiment, file, account, given


def at(given, state):
    return [state.get(key, usual) for key, usual in zip(given["keys"], given["whole"], strict=True)]


def emulator(given, fit=None):
    given = given | (fit or {})
    fields = ("low", "high", "weights", "error", "explained", "points")
    return Emulator(*(given[name] for name in fields))


@needs_node
def test_the_script_says_what_python_says(page):
    given = page[3]
    asked = [at(given, state) for state in STATES] + [[9.0, *given["whole"][1:]]]
    found = run("return given.x.map((x) => it.emulated(given.data, x));", {"data": given, "x": asked})
    for there, x in zip(found, asked, strict=True):
        here = emulator(given).at(x, given["level"], noise=given["noise"])
        assert (there is None) == (here is None)
        if here is not None:
            assert [there["low"], there["value"], there["high"]] == pytest.approx(here.as_list(), rel=1e-9)
    halt = given["halt"]
    found = run("return given.x.map((x) => it.emulated(given.data, x, given.data.halt));", {"data": given, "x": asked})
    for there, x in zip(found[:-1], asked, strict=False):
        here = emulator(given, halt).at(x, given["level"], noise=halt["noise"])
        assert [there["low"], there["value"], there["high"]] == pytest.approx(here.as_list(), rel=1e-9)
    assert found[-1] is None


@needs_node
def test_an_emulated_chance_never_leaves_0_to_100_and_says_where_it_would(page):
    given = page[3]
    body = "return given.x.map((x) => [it.emulatedHalt(given.data, x), it.emulatedSentence(given.data, x)]);"
    steep = [0.0, 3.0, *[0.0] * (len(given["weights"]) - 2)]  # along the first lever
    asked = [at(given, state) for state in STATES] + [given["low"], given["high"], given["whole"]]
    ends = set()
    for sign in (1, -1):
        data = given | {"base_halt": 0.1, "halt": given["halt"] | {"weights": [sign * w for w in steep]}}
        for chance, said in run(body, {"data": data, "x": asked}):
            assert 0 <= chance["low"] <= chance["value"] <= chance["high"] <= 1
            assert ("is held there" in said) == chance["held"]
            ends |= {chance["value"]} if chance["held"] else set()
    assert ends == {0, 1}
    for (chance, _), x in zip(run(body, {"data": given, "x": asked}), asked, strict=True):
        change = emulator(given, given["halt"]).at(x, given["level"], noise=given["halt"]["noise"])
        assert chance["value"] == pytest.approx(min(1.0, max(0.0, given["base_halt"] + change.value)), abs=1e-9)


def test_no_key_of_the_scenario_stands_where_people_read(page):
    text = page[1].read_text(encoding="utf-8")
    seen = re.sub(r"<(script|style|code|pre)\b.*?</\1>|<[^>]*>", " ", text, flags=re.DOTALL)
    keys = plain_names(read("shipped:abstract-claim"))
    assert "As defined" in seen
    assert not [key for key in keys if "." in key and re.search(rf"(?<![\w.]){re.escape(key)}(?![\w.])", seen)]
    labels = {one["name"] for one in page[3]["levers"]}
    assert not [name for name in labels if "_" in name and name in seen]


def test_designs_are_kept_with_the_result_and_not_played_again(page, tmp_path, monkeypatch):
    folder, given = page[1].parent / "result", page[3]

    def refuse(*args):
        raise AssertionError("played again")

    monkeypatch.setattr("sim.exploration.designed.emulate", refuse)
    result = sim.load(folder)
    for argue in (None, 40):
        text = result.report(tmp_path / "again.html", argue=argue).read_text(encoding="utf-8")
        assert json.loads(text.split('id="levers-data">')[1].split("</script>")[0]) == given
    with pytest.raises(AssertionError, match="played again"):
        result.report(tmp_path / "again.html", argue=41)
    monkeypatch.setattr("sim.experiment.manifest.model_code", lambda *rooms: "other code")
    assert 'id="levers-data"' not in result.report(tmp_path / "other.html").read_text(encoding="utf-8")
    assert verify(folder).sound


@needs_node
@pytest.mark.parametrize("state", STATES)
def test_what_the_page_says_is_played_in_full(page, state, tmp_path):
    _, _, account, given = page
    text = run(
        "return it.emulatedScenario(given.data, given.x);",
        {"data": given | {"extends": "shipped:abstract-claim"}, "x": at(given, state)},
    )
    file = tmp_path / "argued.yaml"
    file.write_text(text, encoding="utf-8")
    played = sim.read(file).set(*SETUP).run(out=tmp_path / "r", jobs=1)
    end = played.data.net_km2.isel(time=-1)
    kept = float((end.sel(arm="base") - end.sel(arm="argued")).mean())
    told = emulator(given).at(at(given, state), given["level"], noise=given["noise"])
    assert abs(told.value - kept) < 3 * account["emulator"]["error"]
    chances = played.table().arms
    more = chances["argued"].chances["halt"].value - chances["base"].chances["halt"].value
    halt = given["halt"]
    told = emulator(given, halt).at(at(given, state), given["level"], noise=halt["noise"])
    assert abs(told.value - more) < 3 * max(halt["error"], 1 / 30)


def test_in_a_browser_a_control_moves_the_sentence_and_the_limits_are_refused(page):
    with chromium() as browser, opened(browser) as tab:
        shown = tab.go(page[1])
        shown.wait_for_selector("#levers-form:not([disabled])")
        before = shown.inner_text("#levers-sentence")
        shown.fill("#x-surge", "0")
        after = shown.inner_text("#levers-sentence")
        assert before != after
        given = page[3]
        value = emulator(given).at(at(given, {"x-surge": 0.0}), given["level"], noise=given["noise"]).value
        assert f"About {value:,.0f} km²" in after
        assert re.search(r"A halt as defined comes in about \d+ in 100 \(\d+ to \d+\)", after)
        assert "x-surge=0" in shown.url
        assert "levers.surge.dose: 0" in shown.inner_text("#levers-yaml")
        shown.fill("#x-surge", "7")
        assert "no answer" in shown.inner_text("#levers-sentence")
        assert shown.inner_text("#levers-yaml") == ""
        shown.click("#levers button[data-x-reset='all']")
        assert shown.inner_text("#levers-sentence") == before
        assert not tab.said
    with chromium() as browser, opened(browser) as tab:
        shown = tab.go(page[1], "#x-surge=0&halt_rate=3")  # a link carries both parts
        shown.wait_for_selector("#levers-form:not([disabled])")
        assert shown.inner_text("#levers-sentence") == after
        assert "halt_rate=3" in shown.url
        assert "x-surge=0" in shown.url
        shown.evaluate("location.hash = '#x-surge=0.5&halt_rate=4'")
        until(shown, "document.querySelector('#levers-yaml').textContent.includes('surge.dose: 0.5')")
        assert shown.input_value("#argue-halt_rate") == "4"
        assert "x-surge=0.5" in shown.url
