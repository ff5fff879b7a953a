"""`sim robustness` from the command line to the page, on a few short wars."""

import json
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_help_shows_an_example(call):
    code, out, _ = call("robustness", "--help")
    assert code == 0
    assert "Example: sim robustness" in out
    for option in ("--json", "--quiet", "--jobs", "--seed", "--replicates", "--write", "--only"):
        assert option in out


def test_from_the_command_to_the_page_and_again_without_playing(call, tmp_path):
    words = ("robustness", "--only", "combat_square", "--replicates", "2", "--horizon", "5 week", "--jobs", "1",
             "--out", "kept", "--set", "verdict.halt_days=14")  # fmt: skip
    code, out, err = call(*words, "--json", "--quiet", "--write", "page.md", "--plots-to", "drawn/here")
    assert (code, err) == (0, "")
    told = json.loads(out)
    assert [row["name"] for row in told["variants"]] == ["shipped", "combat_square"]
    assert told == json.loads((tmp_path / "kept" / "summary.json").read_text(encoding="utf-8"))
    assert told["shipped"]["halt_days"] == 14
    assert "Lanchester's square law" in (page := (tmp_path / "page.md").read_text(encoding="utf-8"))
    assert "](drawn/here/robustness.png)" in page
    assert (tmp_path / "drawn" / "here" / "robustness.png").is_file()
    stamp = (tmp_path / "kept" / "combat_square" / "manifest.json").read_text(encoding="utf-8")
    code, out, _ = call(*words, "--no-plots", "--quiet")
    assert code == 0
    assert " ".join(out.split()) == told["sentence"]
    assert (tmp_path / "kept" / "combat_square" / "manifest.json").read_text(encoding="utf-8") == stamp


def test_faults_are_told_before_anything_is_played(call, tmp_path):
    code, _, err = call("robustness", "--only", "combat_sqare")
    assert code == 2
    assert "did you mean 'combat_square'" in err
    code, _, err = call("robustness", str(ROOT / "scenarios" / "ukraine-2024-11-19.yaml"), "--only", "combat_square")
    assert code == 2
    assert "the verdict needs a base, arms of one lever" in err
    code, _, err = call("robustness", "--variants", "nowhere.yaml")
    assert code == 2
    assert "there is no such file" in err
    assert list(tmp_path.iterdir()) == []
