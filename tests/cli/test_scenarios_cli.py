"""Looking into scenarios: what there is, how two differ, what a key means and who set it."""

import json
import re
from pathlib import Path

import pytest

from sim.workflows.scenarios import KINDS

SCENARIOS = Path(__file__).resolve().parents[2] / "scenarios"
OWN = """\
format: 2
title: Mine
extends: shipped:claim
world:
  movement:
    half_density: "100 (90 .. 110) person/km; my own reading; guess; 2024-11"
arms:
  base: {}
  more: {label: More, patch: {levers.us_arms.dose: 0.5}}
"""


@pytest.fixture
def own(tmp_path):
    path = tmp_path / "own.yaml"
    path.write_text(OWN, encoding="utf-8")
    return path


def test_everything_is_listed_with_its_meaning(call):
    code, out, err = call("list", "--json")
    assert (code, err) == (0, "")
    found = json.loads(out)
    assert tuple(found) == KINDS
    assert {f"shipped:{path.stem}" for path in SCENARIOS.glob("*.yaml")} == set(found["scenarios"])
    assert [kind for kind in KINDS if not found[kind]] == ["metrics"]  # the shipped claim has none of its own
    assert not any("{" in meaning for meaning in found["measures"].values())
    assert "us_arms" in found["levers"]
    assert tuple(json.loads(call("list", "measures", "--json")[1])) == ("measures",)
    assert "did you mean 'levers'?" in call("list", "lever")[2]


def test_a_difference_is_told_with_both_values_and_sources(call, own):
    code, out, err = call("diff", SCENARIOS / "claim.yaml", own, "--json")
    assert (code, err) == (0, "")
    found = {one["key"]: one for one in json.loads(out)}
    half = found["movement.half_density"]
    assert (half["first"]["value"], half["second"]["value"]) == (160.0, 100.0)
    assert half["second_source"] == "my own reading"
    assert re.search(r"ukraine-2024-11-19\.yaml:\d+:\d+$", half["first_place"])
    file, line, _ = half["second_place"].split(":")
    assert "half_density" in (own.parent / file).read_text(encoding="utf-8").splitlines()[int(line) - 1]
    assert found["arms.more"]["first"] is None
    assert found["arms.more"]["second"] == {"levers.us_arms.dose": 0.5}
    assert set(found) == {"movement.half_density", "arms.more"}
    code, out, _ = call("diff", own, own)
    assert (code, out) == (0, "0 differences.\n")


def test_a_comparison_says_what_differs_in_the_inputs(call, own, tmp_path):
    words = ("--replicates", "2", "--horizon", "2 week", "--jobs", "1", "--no-plots")
    code, out, _ = call("compare", SCENARIOS / "claim.yaml", own, *words, "--json", "--out", tmp_path / "played")
    found = json.loads(out)["inputs"]
    assert code == 0
    assert list(found) == [own.stem]
    assert {one["key"] for one in found[own.stem]} == {"movement.half_density", "arms.more"}
    folders = [tmp_path / "played" / "claim", tmp_path / "played" / own.stem]
    shown = call("compare", *folders, "--no-plots")[1]  # of stored results too, which know no places
    assert f"Inputs: claim (first) and {own.stem} (second)" in shown
    assert "movement.half_density" in shown
    assert "my own reading" in shown
    again = json.loads(call("diff", *folders, "--json")[1])
    assert {one["key"] for one in again} == {"movement.half_density", "arms.more"}
    for command in ("compare", "diff"):
        code, _, err = call(command, *folders, "--set", "movement.half_density=x 2")
        assert code == 2
        assert "--set: a stored result is as it was played" in err
    assert "The inputs of claim-2 are those of claim." in call("compare", folders[0], folders[0], "--no-plots")[1]


def test_a_key_is_explained_down_to_the_lines_that_set_it(call, own):
    code, out, err = call("explain", "world.movement.half_density", own, "--json")
    assert (code, err) == (0, "")
    found = json.loads(out)
    assert (found["value"], found["low"], found["high"], found["unit"]) == (100.0, 90.0, 110.0, "person/km")
    assert "resistance" in found["meaning"]
    files = [place.rsplit(":", 2) for place in found["set_in"]]
    assert (Path(files[0][0]).name, files[0][1]) == ("own.yaml", "6")
    assert Path(files[-1][0]).name == "ukraine-2024-11-19.yaml"
    line = (SCENARIOS / "ukraine-2024-11-19.yaml").read_text(encoding="utf-8").splitlines()[int(files[-1][1]) - 1]
    assert line.strip().startswith("half_density")
    assert json.loads(call("explain", "levers.us_arms.dose", own, "--json")[1])["arms"]["more"] == 0.5
    assert "in arm more" in call("explain", "levers.us_arms.dose", own)[1]
    assert "abstract.yaml" in call("explain", "movement.half_density", "shipped:abstract")[1]


def test_a_key_that_is_not_there_names_what_is(call):
    code, _, err = call("explain", "movement.half_densty")
    assert code == 2
    assert "did you mean 'movement.half_density'" in err


def test_a_branch_lists_what_is_below_and_a_number_its_equation_and_effect(call):
    code, out, _ = call("explain", "movement")
    assert code == 0
    assert "movement.half_density" in out
    code, out, _ = call("explain", "movement.half_density")
    assert code == 0
    assert "1 / (1 + (density/half)^k)" in out
    assert "what it moves" in out


def test_results_of_different_length_are_compared_up_to_the_day_that_all_reach(call, tmp_path):
    words = ("--replicates", "3", "--jobs", "1", "--no-plots")
    folders = [tmp_path / "short", tmp_path / "long"]
    for folder, weeks in zip(folders, (9, 16), strict=True):
        assert call("run", "shipped:abstract-claim", "--horizon", f"{weeks} week", "--out", folder, *words)[0] == 0
    code, out, _ = call("compare", *folders, "--no-plots", "--json")
    found = json.loads(out)
    assert code == 0
    assert found["contrasts"]["long"]["paired"]  # the same wars, of which the longer ones are read to the ninth week
    whole, cut = (found["contrasts"][name]["arms"]["in_concert"]["differences"] for name in ("short", "long"))
    assert cut == whole
    assert "as far as the shortest reaches" in call("compare", *folders, "--no-plots")[1]
