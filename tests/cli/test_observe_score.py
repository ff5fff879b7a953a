import json
import shutil
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]
HISTORY = ROOT / "scenarios" / "history"
SCENARIO = str(ROOT / "scenarios" / "ukraine-2024-11-19.yaml")
KEYS = {"crps_4wk", "naive", "best_naive", "skill", "coverage_50", "coverage_90", "cumulative", "by_axis"}
NAIVE = {"recent_13", "climatology_12", "climatology_26", "climatology_52", "persistence", "damped_trend"}


@pytest.fixture
def seen(tmp_path):
    """Fourteen weeks that never were."""
    path = tmp_path / "seen.csv"
    days = np.datetime64("2024-11-26") + 7 * np.arange(14)
    rows = [f"{day},{axis},{km2}\n" for day in days for axis, km2 in (("pokrovsk", 40), ("kursk", 9))]
    path.write_text("week_end,axis,net_change_km2\n" + "".join(rows))
    return path


@pytest.mark.parametrize("command", ["observe", "score"])
def test_help_shows_an_example(call, command):
    code, out, _ = call(command, "--help")
    assert code == 0
    assert f"Example: sim {command}" in out


def test_observe_says_what_a_table_holds(call):
    code, out, err = call("observe", HISTORY / "front_weekly_by_axis.csv", "--scenario", SCENARIO)
    assert (code, err) == (0, "")
    for words in ("front by axis, 112 weeks", "2024-11-19", "net_change_adj_km2", "gaps     none", "pokrovsk"):
        assert words in out
    code, out, _ = call("observe", HISTORY / "losses_monthly.csv", "--json")
    assert (code, json.loads(out)["kind"]) == (0, "monthly losses")


def test_observe_reports_all_faults_and_exits_with_2(call, tmp_path):
    path = tmp_path / "bad.csv"
    path.write_text("week_end,net_change_km2\n2024-11-26,NaN\n2024-11-19,1\n")
    code, out, err = call("observe", path)
    assert (code, out) == (2, "")
    assert [line.split(": ")[0] for line in err.splitlines()] == [f"{path}:2:12", f"{path}:3:1"]


def test_observe_compares_axes_with_a_scenario(call, seen):
    seen.write_text(seen.read_text().replace("pokrovsk", "pokrovks"))
    code, _, err = call("observe", seen, "--scenario", SCENARIO)
    assert code == 2
    assert f"{seen}:2: " in err
    assert "did you mean 'pokrovsk'" in err


def test_score_prints_the_promised_keys_and_draws(call, seen, tmp_path):
    plots = tmp_path / "plots"
    words = ("score", seen, "--scenario", SCENARIO, "--origin", "2024-11-19", "--replicates", "3", "--jobs", "1")
    code, out, err = call(*words, "--json", "--plots-to", plots)
    assert (code, err) == (0, "")
    account = json.loads(out)
    assert set(account) >= KEYS
    assert set(account["naive"]) == NAIVE
    assert account["best_naive"] in NAIVE
    assert set(account["cumulative"]) == {"13"}
    assert set(account["cumulative"]["13"]) == {"observed", "median", "low", "high"}
    assert account["cumulative"]["13"]["observed"] == 13 * 40  # Kursk is not in Ukraine's total
    assert account["n_windows"] == 3
    assert set(account["by_axis"]) == {"pokrovsk", "kursk"}
    assert set(account["by_axis"]["pokrovsk"]) >= KEYS - {"by_axis"}
    rival = account["naive"][account["best_naive"]]
    assert account["skill"] == pytest.approx(1 - account["crps_4wk"] / rival)
    assert len(list(plots.glob("score_*.png"))) == 4
    assert [one["condition"] for one in account["conditions"]] == ["the war goes on", "with cease-fires"]
    assert account["conditions"][0]["ceasefire"] == 0.0
    assert account["conditions"][0]["crps_4wk"] == account["crps_4wk"]


def test_score_goes_as_far_as_was_observed_or_as_asked(call, tmp_path):
    words = (
        "score",
        HISTORY / "front_weekly_by_axis.csv",
        "--scenario",
        HISTORY / "2023-01.yaml",
        "--origin",
        "2023-01-03",
    )
    code, out, _ = call(*words, "--replicates", "2", "--jobs", "1", "--horizon", "12 week", "--json")
    assert (code, json.loads(out)["n_windows"]) == (0, 3)
    code, out, _ = call(*words, "--replicates", "2", "--jobs", "1", "--json")
    assert json.loads(out)["n_windows"] == 24  # the scenario's own horizon is 52 weeks


def test_a_stored_result_is_scored_as_the_scenario_would_be(call, seen, tmp_path):
    kept = tmp_path / "kept"
    few = ("--replicates", "3", "--jobs", "1", "--json")
    words = ("score", seen, "--origin", "2024-11-19")
    code, out, _ = call(*words, "--scenario", SCENARIO, *few, "--horizon", "12 week", "--out", kept)
    played = json.loads(out)
    code, out, err = call(*words, "--result", kept, "--json")
    assert (code, err) == (0, "")
    stored = json.loads(out)
    assert stored["crps_4wk"] == played["crps_4wk"]
    assert [one["condition"] for one in stored["conditions"]] == ["the war goes on, as stored"]
    code, _, err = call(*words, "--json")
    assert code == 2
    assert "--scenario FILE or --result FOLDER" in err


def test_score_names_the_scenario_that_starts_at_the_origin(call, seen, tmp_path):
    shutil.copytree(ROOT / "scenarios", tmp_path / "scenarios")
    (tmp_path / "scenarios" / "history" / "early.yaml").write_text("run:\n  start: 2023-04-04\n")
    file = tmp_path / "scenarios" / Path(SCENARIO).name
    code, _, err = call("score", seen, "--scenario", file, "--origin", "2023-04-01")
    assert code == 2
    assert "starts on 2024-11-19" in err
    assert "early.yaml" in err


def test_score_refuses_what_it_cannot_score(call, seen):
    words = ("--scenario", SCENARIO, "--origin", "2024-11-19")
    assert "kind 'monthly losses'" in call("score", HISTORY / "losses_monthly.csv", *words)[2]
    assert "second table" in call("score", seen, seen, *words)[2]
    code, _, err = call("score", seen, "--scenario", SCENARIO, "--origin", "19.11.2024")
    assert code == 2
    assert "--origin 19.11.2024" in err
