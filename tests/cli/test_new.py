"""A scenario to begin with: it is valid, plays without a warning, and shows something."""

import json
from pathlib import Path

import pytest

import sim
from sim.scenario import read


def test_a_change_is_written_beside_what_it_changes(call):
    code, out, err = call("new", "later.yaml", "--from", "claim", "--change", "us_arms twelve months later", "--json")
    assert (code, err) == (0, "")
    found = json.loads(out)
    assert list(found["arms"]) == ["base", "us_arms", "us_arms_later"]
    scenario = read("later.yaml")
    assert scenario.notices == ()
    assert scenario.world("us_arms") == read("shipped:claim").world("us_arms")
    late = scenario.world("us_arms_later").levers.us_arms.start.date
    assert (late - scenario.run.start).days + 180 <= scenario.run.horizon_days  # there is time to see it
    first, last = (scenario.verdict.milestones[place] for place in (0, -1))
    assert first == read("shipped:claim").verdict.milestones[0]
    assert last == scenario.run.end  # and what comes of it is shown
    assert call("validate", "later.yaml")[0] == 0
    assert call("validate", "later.yaml")[2] == ""


def test_the_example_shows_an_effect(call):
    code, out, err = call("new", "mine.yaml")
    assert (code, err) == (0, "")
    assert "sim run mine.yaml" in out
    text = Path("mine.yaml").read_text(encoding="utf-8")
    assert "# What is compared" in text
    assert "sim explain KEY mine.yaml" in text
    result = sim.read("mine.yaml").run(replicates=12, horizon="30 week", jobs=1, out="r")
    kept = result.contrast("base", "more_men").arms["more_men"].differences["kept_km2"]
    assert kept.low > 0  # more men keep ground, and it can be told
    share = kept.value / float(result.data["net_km2"].sel(arm="base").isel(time=-1).mean())
    assert share > 0.02


def test_thresholds_of_the_scenario_come_along(call, tmp_path):
    call("new", "mine.yaml", "--from", "claim", "--change", "without coordination")
    assert read("mine.yaml").verdict == read("shipped:claim").verdict


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("there.yaml",), "is there already"),
        (("mine.yaml", "--from", "clame"), "claim"),
        (("mine.yaml", "--change", "make peace"), "not understood"),
        (("mine.yaml", "--change", "donors.benefit = naer"), "did you mean 'near'"),
        (("file/mine.yaml",), "cannot write to"),
    ],
)
def test_wrong_words_are_told_and_nothing_is_written(call, words, said):
    Path("there.yaml").write_text("")
    Path("file").write_text("")
    code, out, err = call("new", *words)
    assert (code, out) == (2, "")
    assert said in err
    assert "Traceback" not in err
    assert sorted(path.name for path in Path().iterdir()) == ["file", "there.yaml"]
