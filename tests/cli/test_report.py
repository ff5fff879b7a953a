"""`sim report` and `Result.report`: one file from a stored result, with what stands beside it, and its refusals."""

import html
import json
import re
from pathlib import Path

import pytest

import sim
from sim.workflows.briefing import keep_study

CONTROLS = [{"name": "more_men", "expected": "below", "effect_km2": [-30.0, -20.0, -10.0], "halt": 0.1, "holds": True}]


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    experiment = sim.read("shipped:claim").set("run.replicates=5", "run.horizon=8 week")
    return experiment.run(out=tmp_path_factory.mktemp("report") / "result", jobs=1)


def words(page):
    return " ".join(html.unescape(re.sub("<[^>]*>", " ", Path(page).read_text(encoding="utf-8"))).split())


def test_one_file_with_every_number_of_the_scenario(call, result):
    code, out, err = call("report", result.folder, "--out", "pages/briefing.html")
    assert (code, err) == (0, "")
    assert "pages/briefing.html: one page of" in out
    text = words("pages/briefing.html")
    assert f"{len(sim.read('shipped:claim').scenario.numbers())} numbers of the base world" in text
    assert result.data.attrs["scenario_hash"] in text
    assert "Too few wars: 5 per arm" in text
    code, out, _ = call("report", result.folder, "--out", "again.html", "--json")
    account = json.loads(out)
    assert (code, account["bytes"], account["studies"]) == (0, Path("again.html").stat().st_size, {})
    assert Path("again.html").read_bytes() == Path("pages/briefing.html").read_bytes()


def test_python_writes_the_same_page(call, result, tmp_path):
    call("report", result.folder, "--out", "cli.html")
    page = result.report(tmp_path / "python.html")
    assert page.read_bytes() == Path("cli.html").read_bytes()
    assert sim.load(result.folder).report(tmp_path / "loaded.html").read_bytes() == page.read_bytes()


def test_a_study_is_put_in_and_one_of_another_world_is_marked(call, result):
    Path("plain.json").write_text(json.dumps(CONTROLS))
    assert call("report", result.folder, "--out", "page.html", "--with", "plain.json")[0] == 0
    assert "1 of 1 effect has the expected sign" in words("page.html")
    assert "does not say which scenario it was made with" in words("page.html")
    other = sim.read("shipped:claim").set("run.horizon=8 week", "combat.own_exponent=0.6").scenario
    Path("kept.json").write_text(json.dumps(keep_study(CONTROLS, other, "sim controls")))
    call("report", result.folder, "--out", "page.html", "--with", "kept.json")
    assert "It was made with another world than this result" in words("page.html")


def test_studies_kept_beside_the_scenarios_are_found_where_the_world_is_the_same(call, result):
    same = sim.read("shipped:claim").set("run.horizon=8 week").scenario
    other = sim.read("shipped:claim").scenario
    folder = Path("scenarios/studies")
    folder.mkdir(parents=True)
    (folder / "controls.json").write_text(json.dumps(keep_study(CONTROLS, other, "sim controls")))
    call("report", result.folder, "--out", "page.html")
    assert "sim controls --json" in words("page.html")
    (folder / "controls.json").write_text(json.dumps(keep_study(CONTROLS, same, "sim controls --replicates 9")))
    call("report", result.folder, "--out", "page.html")
    assert "Source: sim controls --replicates 9" in words("page.html")


def test_another_result_stands_beside(call, result):
    other = (
        sim.read("shipped:claim").set("run.replicates=5", "run.horizon=8 week", "run.seed=7").run(out="seven", jobs=1)
    )
    assert call("report", result.folder, "--out", "page.html", "--with", other.folder)[0] == 0
    assert "seven: mean differences to this result's base" in words("page.html")
    assert "Unpaired: the seeds differ" in words("page.html")


def test_what_is_refused(call, result):
    code, _, err = call("report", result.folder)
    assert code == 2
    assert "--out briefing.html" in err
    assert call("report", "nowhere", "--out", "page.html")[0] == 2
    Path("text.json").write_text("no JSON")
    Path("other.json").write_text('{"verdict": "supported"}')
    code, _, err = call("report", result.folder, "--out", "page.html", "--with", "text.json", "--with", "other.json",
                        "--with", "missing.json")  # fmt: skip
    assert code == 2
    assert [line.split(":")[0] for line in err.splitlines()] == ["text.json", "other.json", "missing.json"]
    assert "is no study of a briefing" in err
    assert not Path("page.html").exists()
