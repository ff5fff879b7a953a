"""Result folders have names that a person finds again; the same command finds its own, and relatives lend their blocks."""

from __future__ import annotations

import datetime as dt
import json
import re
import shutil
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from sim.experiment import design as designs
from sim.experiment import folders
from sim.experiment import manifest as manifests
from sim.experiment import run as runs
from sim.experiment.store import load
from sim.foundation.errors import UserError
from sim.scenario.scenario import Arm
from tests.experiment.fakes import fake_draw, fake_play, play_until_third_block, scenario


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    """An empty working folder, and two replicates per block of two arms."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(runs, "design", lambda sc, jobs: designs.design(sc, jobs, lanes_at_once=4))


def go(sc=None, play=fake_play, **options):
    return runs.run(sc or scenario(), jobs=1, play=play, draw=fake_draw, stem="claim", **options)


def lanes_of(sc):
    """Play; return the folder and the lanes that were played."""
    played = []

    def counting(parameters, lanes, noise, **rest):
        played.extend(zip(lanes.arm.tolist(), lanes.replicate.tolist(), strict=True))
        return fake_play(parameters, lanes, noise, **rest)

    return go(sc, counting), set(played)


class Tomorrow(dt.date):
    @classmethod
    def today(cls):
        return cls(2031, 2, 3)


def test_the_name_says_scenario_seed_replicates_and_date():
    today = dt.date.today().isoformat()
    assert go() == Path("results") / f"claim-s7-r10-{today}"
    assert (
        folders.default_folder(scenario(), "sweep-shipped:claim").name == f"sweep-claim-s7-r10-{today}"
    )  # no colon in a name


def test_the_same_command_finds_its_folder_on_another_day_and_another_study_gets_its_own(monkeypatch):
    with pytest.raises(runs.Interrupted):
        go(play=play_until_third_block)
    (first,) = Path("results").iterdir()
    monkeypatch.setattr(folders, "dt", SimpleNamespace(date=Tomorrow))
    assert go() == first
    edited = replace(scenario(), hash="cd" * 32)
    second = go(edited)
    assert second.name == "claim-s7-r10-2031-02-03"
    monkeypatch.setattr(manifests, "model_code", lambda: "edited")
    third = go(edited)
    assert third.name == "claim-s7-r10-2031-02-03-2"
    assert go(edited) == third


@pytest.mark.parametrize("lost", ["manifest.json", ".study"])
def test_a_damaged_folder_is_still_the_one_of_its_command(lost):
    first = go()
    (first / lost).write_text("damaged")
    assert go() == first
    assert load(first).attrs["complete"]


def test_more_replicates_take_over_what_was_played():
    first = go()
    before = {path: path.read_bytes() for path in first.rglob("*") if path.is_file()}
    second, played = lanes_of(scenario(replicates=17))
    assert second.name.startswith("claim-s7-r17-")
    assert played == {(arm, replicate) for arm in (0, 1) for replicate in range(10, 17)}
    assert {path: path.read_bytes() for path in first.rglob("*") if path.is_file()} == before
    runs.run(scenario(replicates=17), "at once", jobs=1, play=fake_play, draw=fake_draw)
    one, other = load(second).load(), load("at once").load()
    assert one.identical(other.assign_attrs(folder=one.attrs["folder"]))


def test_another_arm_takes_over_the_others():
    go()
    arms = {**scenario().arms, "third": Arm("THIRD")}
    folder, played = lanes_of(replace(scenario(), arms=arms))
    assert played == {(2, replicate) for replicate in range(10)}
    assert load(folder).attrs["complete"]


def test_damaged_blocks_and_other_studies_lend_nothing():
    first = go()
    chunk = next(first.glob("data.zarr/0000002-0000003/net_km2/0*"))
    chunk.write_bytes(chunk.read_bytes()[:-1])
    _, played = lanes_of(scenario(replicates=11))
    assert played == {(arm, replicate) for arm in (0, 1) for replicate in (2, 3, 10)}
    shutil.rmtree("results")
    go(replace(scenario(), hash="cd" * 32))
    _, played = lanes_of(scenario(replicates=11))
    assert len(played) == 22


def test_the_list_tells_name_scenario_arms_replicates_date_and_whether_complete():
    whole = go()
    with pytest.raises(runs.Interrupted):
        go(scenario(seed=8), play_until_third_block)
    (Path("results") / "deep").mkdir()
    shutil.copytree(whole, Path("results") / "deep" / "copy")
    (Path("results") / "deep" / "copy" / "manifest.json").write_text("{")
    (Path("results") / "other").mkdir()
    (Path("results") / "other" / "manifest.json").write_text('{"name": "of another program"}')
    found = {one.name: one for one in folders.stored_results()}
    stopped = next(name for name in found if name.startswith("claim-s8-"))
    assert set(found) == {whole.name, stopped, "deep/copy"}
    one = found[whole.name]
    assert (one.scenario, one.arms, one.replicates, one.complete) == ("A made-up war", ("base", "aid"), 10, True)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", one.date)
    assert (found[stopped].complete, found[stopped].finished, found[stopped].seed) == (False, 4, 8)
    assert "the manifest is damaged" in found["deep/copy"].trouble
    assert json.loads(json.dumps(one.account()))["arms"] == ["base", "aid"]
    assert [line.name for line in folders.stored_results(whole)] == ["."]


def test_a_folder_that_is_not_there_is_said_but_for_the_default():
    assert folders.stored_results() == []
    with pytest.raises(UserError, match="no folder elsewhere"):
        folders.stored_results("elsewhere")
