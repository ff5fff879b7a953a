"""The Python interface: what the command line can do, from a prompt, with the same numbers and the same refusals."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import sim
from sim.analysis.serialise import plain
from sim.foundation.errors import UserError

ROOT = Path(__file__).resolve().parents[2]
CLAIM = ROOT / "scenarios" / "claim.yaml"
WORLD = ROOT / "scenarios" / "ukraine-2024-11-19.yaml"


@pytest.fixture(scope="module")
def experiment():
    return sim.read(CLAIM).set("run.replicates=4", "run.horizon=8 week")


@pytest.fixture(scope="module")
def result(experiment, tmp_path_factory):
    made = experiment.arm("more_men", label="More men", patch={"sides.ukraine.intake": "x 1.5"})
    return made.run(out=tmp_path_factory.mktemp("api") / "result", jobs=1)


def test_an_experiment_is_changed_by_copies(experiment):
    changed = experiment.set("combat.law=square").arm("again", patch={})
    assert changed.arms == (*experiment.arms, "again")
    assert changed.scenario.hash != experiment.scenario.hash
    assert experiment.set("combat.law=square").scenario.hash != experiment.scenario.hash
    assert "again" not in experiment.arms


def test_a_run_has_the_arms_asked_for_and_an_empty_patch_is_the_base(experiment, tmp_path):
    made = experiment.arm("nothing", patch={}).run(
        replicates=2, seed=5, horizon="3 week", out=str(tmp_path / "x"), jobs=1
    )
    assert (made.data.sizes["replicate"], made.data.attrs["seed"], made.data.sizes["time"]) == (2, 5, 4)
    net = made.data["net_km2"]
    np.testing.assert_array_equal(net.sel(arm="nothing"), net.sel(arm="base"))
    assert made.table().unchanged[-1] == "nothing"


def test_a_stored_result_is_the_same_type_and_the_same_numbers(result):
    again = sim.load(str(result.folder))
    assert type(again) is type(result) is sim.Result
    assert again.arms == result.arms == (*sim.read(CLAIM).arms, "more_men")
    np.testing.assert_array_equal(again.data["net_km2"], result.data["net_km2"])
    assert plain(again.verdict()) == plain(result.verdict())
    assert again.names.labels["more_men"] == "More men"


def test_a_dictionary_is_read_as_the_file_that_says_the_same():
    said = {
        "format": 2,
        "title": "As a file",
        "extends": str(WORLD.relative_to(ROOT)),
        "world": {"combat": {"law": "square"}},
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        from_dict = sim.read(said)
    from_file = sim.read(WORLD).set("combat.law=square")
    assert from_dict.scenario.world() == from_file.scenario.world()
    assert from_dict.title == "As a file"


def test_the_diary_is_that_of_the_scenario_and_of_the_stored_result(result):
    fresh, stored = result.diary("more_men", 2), sim.load(result.folder).diary("more_men", 2)
    assert fresh == stored
    assert fresh.startswith("19 November 2024.")
    assert fresh != result.diary("base", 2)


def test_a_result_shows_itself(result, tmp_path, monkeypatch):
    only_fans(monkeypatch)
    assert "more_men" in result._repr_html_()
    assert "<table" in result.contrast("base")._repr_html_()
    assert repr(result.contrast("base")).startswith("Against base, paired\n")
    assert "kept_km2" in repr(result.contrast("base"))
    assert "p_halt" in repr(result.table())
    assert repr(result.verdict()) == str(result.verdict())
    assert result.plot("net_km2").axes
    page = result.report(tmp_path / "page.html").read_text(encoding="utf-8")
    assert "More men" in page


def only_fans(monkeypatch):
    """Leave one figure: each takes seconds to draw, and they have tests of their own."""
    monkeypatch.setattr("sim.plotting.gallery.GALLERY", {"result": {"net_km2": "ground.net_gain"}})


@pytest.mark.parametrize(
    ("refused", "words"),
    [
        (lambda e, r: e.set("movment.law=ratio"), "did you mean 'movement'?"),
        (lambda e, r: e.set("combat.law=sqaure"), "did you mean 'square'?"),
        (lambda e, r: e.set("combat.law"), "not of the form PATH=VALUE"),
        (lambda e, r: e.arm("x", patch={"levers.atacm.dose": 1}), "did you mean 'atacms'?"),
        (lambda e, r: e.arm("base"), "there is one already"),
        (lambda e, r: e.run(horizon=26), "has no unit"),
        (lambda e, r: e.run(replicates=-1), "replicates"),
        (lambda e, r: sim.read({"format": 2, "title": "x", "world": {}, "arm": {}}), "did you mean 'arms'?"),
        (lambda e, r: sim.read("nowhere.yaml"), "there is no such file"),
        (lambda e, r: sim.load(ROOT / "docs"), "no result in"),
        (lambda e, r: r.contrast("bsae"), "did you mean 'base'?"),
        (lambda e, r: r.contrast("base", "more_mne"), "did you mean 'more_men'?"),
        (lambda e, r: r.plot("net_km"), "did you mean 'net_km2'?"),
        (lambda e, r: r.diary("more_men", 4), "no replicate 4 - the result has 4"),
        (lambda e, r: r.diary("more_mne"), "did you mean 'more_men'?"),
        (lambda e, r: r.judged_by(halt_rat=1.0), "did you mean 'halt_rate'?"),
    ],
)
def test_what_is_wrong_is_refused_with_the_nearest_right_thing(experiment, result, refused, words):
    with pytest.raises(UserError) as found:
        refused(experiment, result)
    assert words in str(found.value)


def test_a_script_without_a_main_guard_runs_in_workers(tmp_path):
    script = tmp_path / "plain.py"
    script.write_text(
        f"import sim\nr = sim.read({str(WORLD)!r}).run(replicates=4, horizon='3 week', jobs=2, out='out')\nprint(r.data.sizes)\n",
        encoding="utf-8",
    )
    done = subprocess.run(
        [sys.executable, script], cwd=tmp_path, capture_output=True, text=True, timeout=240, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "'replicate': 4" in done.stdout


def test_the_page_on_python_runs_as_it_stands(tmp_path, monkeypatch):
    """Every example of docs/python.md, in order, in one session; fewer and shorter replicates than the page asks for."""
    page = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
    blocks = [part.split("```")[0] for part in page.split("```python\n")[1:]]
    (tmp_path / "scenarios").symlink_to(ROOT / "scenarios", target_is_directory=True)
    monkeypatch.chdir(tmp_path)
    only_fans(monkeypatch)
    session: dict[str, object] = {}
    for block in blocks:
        exec(block.replace("replicates=40", "replicates=4").replace("40 week", "3 week"), session)
    assert session["between"].paired is False
    assert session["between"].reason == "the seeds differ (7 and 20241119)"
