"""The commands about stored results: their list, and the check of one, with exit codes and JSON as promised."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sim.experiment.run import Interrupted, run
from tests.experiment.fakes import fake_draw, fake_play, play_until_third_block, scenario


@pytest.fixture
def stored(call, tmp_path, monkeypatch):
    """A complete result and one that was stopped, below results/; return the name of the complete one."""
    from sim.experiment import design as designs
    from sim.experiment import run as runs

    monkeypatch.setattr(runs, "design", lambda sc, jobs: designs.design(sc, jobs, lanes_at_once=4))
    folder = run(scenario(), stem="claim", jobs=1, command="sim run claim.yaml", play=fake_play, draw=fake_draw)
    with pytest.raises(Interrupted):
        run(scenario(seed=8), stem="claim", jobs=1, play=play_until_third_block, draw=fake_draw)
    return folder


def test_the_list(call, stored):
    code, out, _ = call("results")
    assert code == 0
    assert stored.name in out
    assert "4 of 10 finished" in out
    assert "2 stored results, 1 complete" in out
    code, out, _ = call("results", "--json")
    told = {one["name"]: one for one in json.loads(out)}
    one = told[stored.name]
    assert (one["scenario"], one["arms"], one["replicates"], one["complete"]) == (
        "A made-up war",
        ["base", "aid"],
        10,
        True,
    )
    assert [line["complete"] for line in told.values()].count(False) == 1
    assert call("results", "nowhere")[0] == 2
    assert call("results", "-q")[1] == "2 stored results, 1 complete\n"


def test_no_results_are_no_mistake(call):
    assert call("results") == (0, "no stored results\n", "")
    assert call("results", "--json") == (0, "[]\n", "")


def test_a_sound_result_verifies(call, stored):
    code, out, err = call("verify", stored)
    assert (code, err) == (0, "")
    assert "is as it was written: 25 chunks in 5 blocks" in out
    code, out, _ = call("verify", stored, "--json")
    told = json.loads(out)
    assert (code, told["sound"], told["damage"], told["chunks"]) == (0, True, [], 25)


def test_a_damaged_one_is_told_with_exit_code_one_and_the_remedy(call, stored):
    chunk = next(stored.glob("data.zarr/0000002-*/net_km2/0*"))
    chunk.write_bytes(chunk.read_bytes()[:-1])
    code, out, err = call("verify", stored)
    assert code == 1
    assert f"{chunk}: is damaged" in out
    assert "1 fault - give the same command again to mend it: sim run claim.yaml" in err
    assert "Traceback" not in err
    code, out, _ = call("verify", stored, "--json")
    assert (code, json.loads(out)["sound"]) == (1, False)
    code, _, err = call("compare", stored, "--no-plots")
    assert code == 2
    assert "give the same command again to mend it: sim run claim.yaml" in err


def test_what_is_no_result_is_the_users_mistake(call, tmp_path):
    (tmp_path / "empty").mkdir()
    code, _, err = call("verify", "empty")
    assert code == 2
    assert "no result in empty" in err


def test_one_figure_of_a_result(call, stored, tmp_path):
    code, out, err = call("figure", stored, "net_km2", "--format", "svg", "--format", "pdf", "--out", "drawn", "--json")
    assert (code, err) == (0, "")
    assert [Path(file).name for file in json.loads(out)["files"]] == ["net_km2.svg", "net_km2.pdf"]
    assert "Net gain of" in Path("drawn/net_km2.svg").read_text(encoding="utf-8")  # text stays text
    assert call("figure", stored, "net_km2", "--size", "card")[0] == 0
    header = (stored / "plots" / "net_km2-card.png").read_bytes()[16:20]
    assert int.from_bytes(header, "big") == 1200  # pixels
    _, out, _ = call("figure", stored, "net_km2", "--arm", "aid", "--size", "card", "--json")
    assert [Path(file).name for file in json.loads(out)["files"]] == ["net_km2-aid-card.png"]


def test_what_cannot_be_drawn_is_said(call, stored):
    for words, told in (
        (("net_km",), "did you mean 'net_km2'?"),
        (("hindcast_skill",), "is drawn by `sim hindcast`"),
        (("calibration_pit",), "is drawn by `sim calibrate`"),
        (("beliefs",), "the result lacks what it needs"),
        (("net_km2", "--size", "crad"), "did you mean 'card'?"),
        (("net_km2", "--arm", "ai"), "did you mean 'aid'?"),
        (("net_km2", "--format", "gif"), "only the figure 'map' moves"),
        (("map", "--format", "gif"), "the result lacks what it needs"),
        (("net_km2", "--format", "bmp"), "allowed: png, svg, pdf, gif"),
    ):
        code, _, err = call("figure", stored, *words)
        assert code == 2
        assert told in err
