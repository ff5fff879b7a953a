"""The command `sim claims`, on the shipped files and a few wars."""

import json
import shutil
from pathlib import Path

import pytest

from sim.foundation.errors import UserError
from sim.workflows import claims
from sim.workflows.claim_files import find
from sim.workflows.options import Options

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = sorted(path.stem for path in (ROOT / "scenarios" / "claims").glob("C*.yaml"))
KEYS = ["id", "verdict", "estimate", "low", "high", "holds_in", "conditional_on", "command"]
INSIDE = "verdict.milestones=[2025-01-14]"  # else a warning says that the milestones are outside the run
SHORT = ("--replicates", "2", "--set", "run.horizon=12 week", "--set", INSIDE)
FAST = (*SHORT, "--no-plots", "--out")


@pytest.fixture
def call(sim_command, monkeypatch):
    monkeypatch.chdir(ROOT)
    return sim_command


def test_help_shows_an_example_and_every_option(call):
    code, out, _ = call("claims", "--help")
    assert code == 0
    assert "Example: sim claims" in out
    for option in ("replicates", "seed", "set", "out", "jobs", "json", "quiet", "check", "write", "no-plots"):
        assert f"--{option}" in out


def test_names_are_forgiving_and_wrong_ones_are_told(call, tmp_path):
    stems = [path.stem for path in find(["7", "c07", "C7", "C34"])]
    assert stems == ["C07", "C34"]
    assert [path.stem for path in find([])] == SHIPPED
    code, out, err = call("claims", "C99", "seven", "--out", str(tmp_path))
    assert (code, out) == (2, "")
    assert f"no claim 'C99' - the claims are {SHIPPED[0]} to {SHIPPED[-1]}" in err
    assert "no claim 'seven'" in err
    assert list(tmp_path.iterdir()) == []


def test_all_files_are_right(call):
    code, out, err = call("claims", "--check")
    assert (code, err) == (0, "")
    assert out.splitlines()[-1] == f"{len(SHIPPED)} claims, all valid"
    code, out, err = call("validate", "scenarios/claims/C27.yaml")
    assert (code, err) == (0, "")
    assert "claim C27, 3 tests on base, all_with_coordination" in out


def test_facts_and_inputs_need_no_war(call, tmp_path):
    code, out, err = call("claims", "C13", "C17", "C04", "--json", *FAST, str(tmp_path / "here"))
    assert (code, err) == (0, "")
    told = json.loads(out)
    assert [one["id"] for one in told] == ["C13", "C17", "C04"]  # in the order asked for
    assert all(set(KEYS) <= set(one) for one in told)
    assert not (tmp_path / "here").exists()
    assert (told[1]["verdict"], told[1]["estimate"]) == ("supported", 600.0)
    assert told[0]["command"] == "sim claims C13"


def test_claims_share_one_run_and_their_command_gives_the_same_answer(call, tmp_path):
    code, out, err = call("claims", "C22", "C28", "--json", *FAST, str(tmp_path / "a"))
    assert (code, err) == (0, "")
    both = json.loads(out)
    assert len([path for path in (tmp_path / "a").iterdir() if path.is_dir()]) == 1  # one run
    again = json.loads(call("claims", "C28", "--json", *FAST, str(tmp_path / "b"))[1])
    assert again[0] == both[1]  # a war does not know which arms are played beside it
    assert (
        both[1]["command"]
        == f"sim claims C28 --replicates 2 --seed 20241119 --set 'run.horizon=12 week' --set '{INSIDE}'"
    )
    assert both[1]["wars"] == 2


def test_a_threshold_can_be_moved(call, tmp_path):
    words = ("claims", "C22", "--json", "--set", "verdict.cannot=0.000001", *FAST, str(tmp_path))
    (told,) = json.loads(call(*words)[1])
    assert told["threshold"] == 0.000001
    assert told["verdict"] in ("undecided", "contradicted")  # two wars cannot show so little
    assert "--set verdict.cannot=0.000001" in told["command"]


def test_a_table_a_page_and_a_strip(call, tmp_path):
    out_words = (*SHORT, "--out", str(tmp_path / "r"), "--write", str(tmp_path / "claims.md"))
    code, out, err = call("claims", "C13", "C25", *out_words)
    assert (code, err) == (0, "")
    for words in ("C13", "C25", "anyway", "holds", "sim claims C25 --replicates 2", "2 claims:"):
        assert words in out
    page = (tmp_path / "claims.md").read_text(encoding="utf-8")
    assert "### C25" in page
    assert "| [C13](#c13) |" in page
    assert str(ROOT) not in page
    assert (tmp_path / "r" / "plots" / "claims_some.png").stat().st_size > 10_000


def test_faults_of_several_files_come_together(tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    bad = [tmp_path / "one.yaml", tmp_path / "two.yaml"]
    bad[0].write_text("format: 2\nid: C01\nsays: x\ntests:\n  - {kind: outsid, because: y}\n", encoding="utf-8")
    bad[1].write_text("format: 2\nid: C1\nsays: x\ntests:\n  - {kind: outside, because: y}\n", encoding="utf-8")
    with pytest.raises(UserError) as caught:
        claims.check([str(path) for path in bad], Options())
    assert {Path(fault.file).name for fault in caught.value.faults} == {"one.yaml", "two.yaml"}


def test_a_claim_outside_the_model_is_told_with_its_reason(call, tmp_path):
    path = tmp_path / "own.yaml"
    path.write_text("format: 2\nid: C90\nsays: It is just.\ntests:\n  - {kind: outside, because: no ethics here}\n")
    (told,) = json.loads(call("claims", str(path), "--json", *FAST, str(tmp_path))[1])
    assert (told["verdict"], told["reason"], told["estimate"]) == ("outside the model", "no ethics here", None)


def test_inputs_that_are_not_there_are_told_before_anything_is_played(tmp_path, call):
    text = (ROOT / "scenarios/claims/C17.yaml").read_text(encoding="utf-8").replace("L04.1", "L04.7")
    folder = tmp_path / "scenarios" / "claims"
    folder.mkdir(parents=True)
    for name in ("claim.yaml", "ukraine-2024-11-19.yaml", "ukraine.geojson"):
        shutil.copyfile(ROOT / "scenarios" / name, tmp_path / "scenarios" / name)
    for name in ("evidence", "history"):
        shutil.copytree(ROOT / "scenarios" / name, tmp_path / "scenarios" / name)
    (folder / "C17.yaml").write_text(text, encoding="utf-8")
    code, out, err = call("claims", str(folder / "C17.yaml"))
    assert (code, out) == (2, "")
    assert "the source 'L04' has 2 figures" in err
    assert f"C17.yaml:{1 + text[: text.index('evidence.L04.7')].count(chr(10))}:" in err


def test_a_place_that_cannot_be_written_is_told_before_anything_is_played(call, tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    code, out, err = call("claims", "C22", "--write", str(tmp_path / "file" / "x.md"), "--out", str(tmp_path / "r"))
    assert (code, out) == (2, "")
    assert "cannot write to" in err
    assert not (tmp_path / "r").exists()
