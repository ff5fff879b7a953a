"""What the command line prints is what the workflow returns to Python: the same account, from the same inputs."""

import json
import sys
from pathlib import Path

import pytest

from sim.cli import front
from sim.workflows import claims, factorial, inspection, robustness, run, score
from sim.workflows.options import Options

SCENARIOS = Path(__file__).resolve().parents[2] / "scenarios"
CLAIM, HISTORY = SCENARIOS / "claim.yaml", SCENARIOS / "history"
SHORT = {"replicates": 2, "horizon": "5 week", "jobs": 1, "plots": False}
WORDS = ("--replicates", "2", "--horizon", "5 week", "--jobs", "1", "--no-plots")

CASES = {
    "validate": (("validate", CLAIM), lambda out: inspection.validate([CLAIM], Options())),
    "observe": (("observe", HISTORY / "front_weekly.csv"), lambda out: inspection.observe(HISTORY / "front_weekly.csv", Options())),
    "evidence": (("evidence", CLAIM), lambda out: inspection.evidence(CLAIM, Options())),
    "replay": (
        ("replay", CLAIM, "--arm", "us_arms", "--horizon", "5 week"),
        lambda out: inspection.replay(CLAIM, Options(horizon="5 week"), arm="us_arms"),
    ),
    "claims --check": (("claims", "--check", "C07"), lambda out: claims.check(["C07"], Options())),
    "claims": (
        ("claims", "C22", "--replicates", "2", "--set", "run.horizon=5 week", "--jobs", "1", "--no-plots"),
        lambda out: claims.claims(["C22"], Options(replicates=2, changes=["run.horizon=5 week"], jobs=1, plots=False, out=out)),
    ),
    "run": (("run", CLAIM, *WORDS), lambda out: run.run(CLAIM, Options(**SHORT, out=out))),
    "compare": (
        ("compare", CLAIM, CLAIM, *WORDS, "--against", "us_arms"),
        lambda out: run.compare([CLAIM, CLAIM], Options(**SHORT, out=out), "us_arms"),
    ),
    "dose": (("dose", *WORDS), lambda out: factorial.dose(None, Options(**SHORT, out=out))),
    "robustness": (
        ("robustness", "--only", "combat_square", *WORDS),
        lambda out: robustness.robustness(None, Options(**SHORT, out=out), only=["combat_square"]),
    ),
    "score": (
        ("score", HISTORY / "front_weekly.csv", "--scenario", HISTORY / "2022-09.yaml", "--origin", "2022-09-06",
         "--replicates", "2", "--horizon", "12 week", "--jobs", "1"),
        lambda out: score.score(
            [HISTORY / "front_weekly.csv"], HISTORY / "2022-09.yaml", "2022-09-06",
            Options(replicates=2, horizon="12 week", jobs=1, out=out),
        ),
    ),
}  # fmt: skip
WITHOUT_OUT = ("validate", "observe", "evidence", "replay", "claims --check")
ABOUT_THE_CALL = ("command", "result", "plots")


def without_call(value):
    """Return an account without what names the call: the command and its folders."""
    if isinstance(value, dict):
        return {key: without_call(one) for key, one in value.items() if key not in ABOUT_THE_CALL}
    return [without_call(one) for one in value] if isinstance(value, (list, tuple)) else value


@pytest.mark.parametrize("name", CASES)
def test_python_returns_what_the_shell_prints(name, monkeypatch, capsys, tmp_path):
    words, workflow = CASES[name]
    monkeypatch.chdir(tmp_path)
    out = () if name in WITHOUT_OUT else ("--out", "shell")
    monkeypatch.setattr(sys, "argv", ["sim", *map(str, words), "--json", *out])
    with pytest.raises(SystemExit) as ending:
        front.main()
    assert not ending.value.code
    printed = json.loads(capsys.readouterr().out)
    returned = workflow(None if name in WITHOUT_OUT else tmp_path / "python").account
    assert without_call(json.loads(json.dumps(returned, default=str))) == without_call(printed)
