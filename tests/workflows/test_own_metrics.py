"""Metrics of a scenario's own: in tables, comparisons, sweeps and exports; refused in their place; no bit of a war moves."""

import json

import numpy as np
import pandas as pd
import pytest

import sim
from sim.foundation.errors import UserError

SCENARIO = """format: 2
extends: shipped:abstract
title: Metrics of its own
run: {horizon: 6 week, replicates: 4}
metrics:
  exchange:
    expression: casualties[attacker] / max(casualties[defender], "1 person")
    unit: 1
    label: losses of the attacker over the defender's
  p_ground:
    expression: ever(net_km2 > "60 km2")
    unit: 1
  no_number:
    expression: net_km2 / mobilised
    unit: km2
arms:
  base: {label: Base}
  more: {label: More arms, patch: {levers.surge.dose: 1}}
"""


@pytest.fixture
def scenario(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "mine.yaml"
    path.write_text(SCENARIO)
    return path


@pytest.fixture
def result(scenario):
    return sim.read(scenario).run(out="mine")


def by_hand(data):
    lost = data["casualties"].isel(time=-1).transpose("arm", "replicate", "side")
    attacker, defender = (lost.sel(side=data["side"][data["role"] == role].item()) for role in ("attacker", "defender"))
    return attacker.to_numpy().astype(float) / defender.to_numpy()


def test_they_are_outcomes_like_any_other(result):
    expected = by_hand(result.data)
    outcomes = result.outcomes()
    np.testing.assert_allclose(outcomes["exchange"], expected, rtol=1e-12)
    np.testing.assert_array_equal(
        outcomes["p_ground"], (result.data["net_km2"].transpose("arm", "replicate", "time") > 60).any("time")
    )
    table = result.table()
    assert table.own == ("exchange", "p_ground", "no_number")
    assert table.arms["base"].own["exchange"].value == pytest.approx(expected[0].mean())
    assert "no_number" not in table.arms["base"].own  # nothing of a mean that is not finite
    difference = result.contrast("base").arms["more"].differences["exchange"]
    assert difference.value == pytest.approx((expected[1] - expected[0]).mean())


def test_python_asks_for_one_that_no_file_has(result):
    found = result.metric("casualties[attacker] / casualties[defender]")
    np.testing.assert_allclose(found, by_hand(result.data), rtol=1e-12)
    assert found.dims == ("arm", "replicate")
    with pytest.raises(UserError, match="did you mean 'casualties'"):
        result.metric("casualtes[attacker]")


def test_no_bit_of_a_war_moves_and_the_stored_scenario_keeps_them(result, scenario, sim_command):
    plain = sim.read(SCENARIO_WITHOUT).run(out="plain")
    for name in result.data.data_vars:
        np.testing.assert_array_equal(result.data[name], plain.data[name])
    code, out, _ = sim_command("verify", "mine", "--replay", "1")
    assert code == 0, out


SCENARIO_WITHOUT = {
    "format": 2, "extends": "shipped:abstract", "title": "Plain", "run": {"horizon": "6 week", "replicates": 4},
    "arms": {"base": {"label": "Base"}, "more": {"label": "More arms", "patch": {"levers.surge.dose": 1}}},
}  # fmt: skip


def test_commands_show_them(scenario, sim_command):
    code, out, _ = sim_command("run", scenario, "--out", "mine", "--no-plots")
    assert code == 0
    assert "Metrics of the scenario's own" in out
    assert "Metric no_number has no finite number" in out
    code, out, _ = sim_command("compare", scenario, "mine", "--against", "mine:base", "--no-plots", "--json")
    assert code == 0
    assert set(json.loads(out)["contrasts"]["mine-2"]["arms"]["more"]["differences"]) >= {"exchange", "p_ground"}
    code, out, _ = sim_command(
        "sweep", scenario, "--over", "levers.surge.dose=0..1", "--points", "2", "--json", "--no-plots"
    )
    assert code == 0
    assert "exchange" in json.loads(out)["outcomes"]
    code, out, _ = sim_command("list", "metrics", scenario)
    assert "losses of the attacker" in out
    code, out, _ = sim_command("list", "variables", scenario, "--json")
    assert json.loads(out)["variables"]["net_km2"].endswith("[km2]")


def test_an_export_has_them_with_their_units(result, sim_command):
    code, _, _ = sim_command("export", "mine", "--to", "csv", "--out", "tables")
    assert code == 0
    found = pd.read_csv("tables/data-metrics.csv")
    np.testing.assert_allclose(found["exchange"].to_numpy().reshape(2, 4), by_hand(result.data), rtol=1e-12)
    assert "net_km2" in pd.read_csv("tables/data.csv")
    columns = pd.read_csv("tables/data-dictionary.csv", dtype=str).set_index("name")
    assert columns.loc["exchange", "unit"] == "1"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("casualties[attacker] /", "casualtes[attacker] /", "mine.yaml:7:17: metric exchange: found 'casualtes'"),
        ("casualties[defender]", "casualties[defendr]", "mine.yaml:7:55: metric exchange: found 'defendr'"),
        ("    unit: 1\n    label", "    unit: km2\n    label", "mine.yaml:7:17: metric exchange: is in a plain number"),
        ("    unit: 1\n    label", "    unit: kmm\n    label", "mine.yaml:8:11: metric exchange: found unit 'kmm'"),
        ("p_ground:", "ground:", "call it p_ground"),
        ("exchange:", "p_exchange:", "this is no yes or no"),
        ("exchange:", "net_km2:", "of this name already"),
        ("exchange:", "killed_south:", "of this name already"),
        ("    unit: 1\n    label", "    label", "`unit` is missing in metrics.exchange"),
        ("    label: l", "    labl: l", "did you mean 'label'"),
    ],
)
def test_what_is_wrong_is_refused_in_its_place(scenario, old, new, expected):
    assert old in SCENARIO
    scenario.write_text(SCENARIO.replace(old, new))
    with pytest.raises(UserError) as caught:
        sim.read("mine.yaml")
    assert expected in str(caught.value)


def test_a_command_refuses_before_anything_is_played(scenario, sim_command):
    scenario.write_text(SCENARIO.replace("casualties[attacker] /", "casualtes[attacker] /"))
    for command in ("validate", "run"):
        code, out, err = sim_command(command, "mine.yaml")
        assert code == 2
        assert "mine.yaml:7:17: metric exchange: found 'casualtes'" in out + err
    assert not list(scenario.parent.glob("results*"))
