import errno
import json
import os
import re
import signal
import time
from contextlib import suppress
from dataclasses import replace

import numpy as np
import pytest

from sim.experiment import design as designs
from sim.experiment import manifest as manifests
from sim.experiment import run as runs
from sim.experiment import writing
from sim.experiment.store import load
from sim.foundation.errors import MachineError, UserError
from sim.foundation.executor import WorkerError
from sim.foundation.workers import pool
from tests.experiment.fakes import (
    fake_draw,
    fake_play,
    play_and_be_killed_in_third_block,
    play_and_die,
    play_here_until_another_is_stored,
    play_until_third_block,
    scenario,
)
from tests.foundation.misbehaviour import group_is_gone, start


def go(out, sc=None, **options):
    options = {"play": fake_play, "draw": fake_draw, "jobs": 1} | options
    return runs.run(sc or scenario(), out, **options)


@pytest.fixture
def small_blocks(monkeypatch):
    """Two replicates a block."""
    monkeypatch.setattr(runs, "design", lambda sc, jobs: designs.design(sc, jobs, lanes_at_once=4))


def test_the_result_has_every_lane_in_its_place(tmp_path, small_blocks):
    data = load(go(tmp_path / "out"))
    assert data["net_km2"].dims == ("arm", "replicate", "time")
    assert data["troops"].dims == ("arm", "replicate", "time", "side", "front")
    assert data["troops"].sel(side="russia", front="kursk", time="2024-12-03", arm="aid").values.tolist() == [
        *range(10)
    ]
    paired = data["net_km2"].sel(arm="base") - data["net_km2"].sel(arm="aid")
    np.testing.assert_allclose(paired.isel(time=-1), 5.0 * 70, rtol=1e-5)  # the luck is shared, so it cancels
    assert data["net_km2"].isel(arm=0, time=-1).to_numpy().std() > 0
    assert data["time"].values[[0, -1]].astype("datetime64[D]").astype(str).tolist() == [
        "2024-11-19",
        "2025-01-28",
    ]
    assert data["net_km2"].attrs["units"] == "km2"
    assert data["front_length_km"].to_numpy().tolist() == [50.0, 50.0]
    assert data.attrs["complete"]
    assert data.attrs["verdict_halt_rate"] == 1.0
    assert data.attrs["verdict_milestones"] == ["2025-05-19", "2025-11-19"]
    assert json.loads(data.attrs["arm_labels"])["aid"] == "AID"


def test_numbers_do_not_depend_on_blocks_or_workers(tmp_path, monkeypatch):
    whole = load(go(tmp_path / "one"))
    monkeypatch.setattr(runs, "design", lambda sc, jobs: designs.design(sc, jobs, lanes_at_once=6))
    pieces = load(go(tmp_path / "two", jobs=2))
    assert sorted(one.name for one in (tmp_path / "two" / "data.zarr").glob("0*"))[0] == "0000000-0000002"
    assert whole.identical(pieces.assign_attrs(folder=whole.attrs["folder"]))


def test_an_executor_that_is_there_plays_the_same_and_what_others_play_is_stored_at_once(tmp_path, monkeypatch):
    whole = load(go(tmp_path / "one"))
    monkeypatch.setattr(runs, "design", lambda sc, jobs: designs.design(sc, jobs, lanes_at_once=10))
    monkeypatch.setenv("STORES", str(os.getpid()))
    monkeypatch.setenv("STORED_IN", str(tmp_path / "two"))
    with pool(1, here=True) as workers:
        shared = load(go(tmp_path / "two", jobs=2, opens=workers.piece, play=play_here_until_another_is_stored))
    assert len(list((tmp_path / "two" / "data.zarr").glob("0*"))) == 2
    assert whole.identical(shared.assign_attrs(folder=whole.attrs["folder"]))


def test_the_manifest_tells_how_to_get_the_result_again(tmp_path):
    told = json.loads((go(tmp_path / "out", command="sim run x.yaml") / "manifest.json").read_text())
    assert told["command"] == "sim run x.yaml"
    assert told["scenario"] == "format: 2\n"
    assert (told["seed"], told["replicates"], list(told["blocks"])) == (7, 10, ["0000000-0000009"])
    assert told["packages"]["numpy"] == np.__version__
    assert len(told["model_code"]) == 64


def test_a_stopped_run_keeps_its_blocks_and_goes_on(tmp_path, small_blocks):
    out = tmp_path / "out"
    with pytest.raises(runs.Interrupted, match=r"2 of 5 blocks are safe .* same command"):
        go(out, play=play_until_third_block)
    part = load(out)
    assert part["replicate"].to_numpy().tolist() == [0, 1, 2, 3]
    assert not part.attrs["complete"]
    assert np.isfinite(part["net_km2"]).all()
    played = []

    def counting(parameters, lanes, noise, **rest):
        played.extend(lanes.replicate.tolist())
        return fake_play(parameters, lanes, noise, **rest)

    go(out, play=counting, resume=True)
    assert sorted(set(played)) == [4, 5, 6, 7, 8, 9]
    alone = load(go(tmp_path / "alone"))
    np.testing.assert_array_equal(load(out)["net_km2"], alone["net_km2"])


def test_a_finished_run_is_not_played_again(tmp_path):
    out = go(tmp_path / "out")
    assert go(out, play=play_and_die) == out


def test_progress_rises_to_one(tmp_path, small_blocks):
    seen = []
    go(tmp_path / "out", progress=seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == 1.0
    assert len(seen) >= 5


@pytest.mark.parametrize("change", ["seed", "scenario", "code"])
def test_another_run_is_not_mixed_in(tmp_path, monkeypatch, change):
    out = go(tmp_path / "out")
    sc = scenario(seed=8) if change == "seed" else scenario()
    if change == "scenario":
        sc = replace(sc, hash="cd" * 32)
    if change == "code":
        monkeypatch.setattr(manifests, "model_code", lambda: "other")
    before = (out / "manifest.json").read_bytes()
    with pytest.raises(UserError, match=f"holds another run .*{change}"):
        go(out, sc)
    assert (out / "manifest.json").read_bytes() == before


@pytest.mark.parametrize("place", ["foreign", "file", "under a file"])
def test_a_folder_that_cannot_take_the_result_is_refused_before_anything_is_computed(tmp_path, place):
    out = tmp_path / "out"
    if place == "foreign":
        out.mkdir()
        (out / "thesis.txt").write_text("mine")
    else:
        out.write_text("mine")
    target = out / "deeper" if place == "under a file" else out
    with pytest.raises(UserError) as caught:
        go(target, play=play_and_die)
    assert len(caught.value.faults) == 1
    assert "--out" in str(caught.value)
    left = out / "thesis.txt" if place == "foreign" else out
    assert left.read_text() == "mine"


def test_resume_wants_something_to_resume(tmp_path):
    with pytest.raises(UserError, match="nothing to resume"):
        go(tmp_path / "out", resume=True)
    assert not (tmp_path / "out").exists()


def test_a_full_disk_loses_no_finished_block(tmp_path, small_blocks, monkeypatch):
    write, calls = manifests.write, []

    def full(folder, manifest):
        calls.append(1)
        if len(calls) == 4:  # the new manifest, two blocks, and then no room
            raise OSError(errno.ENOSPC, "No space left on device")
        write(folder, manifest)

    monkeypatch.setattr(manifests, "write", full)
    with pytest.raises(MachineError, match=r"No space left on device; 2 of 5 blocks are safe"):
        go(tmp_path / "out")
    assert load(tmp_path / "out").sizes["replicate"] == 4


@pytest.mark.parametrize("when", ["first", "later"])
def test_a_worker_that_dies_is_a_message_not_a_hang(tmp_path, small_blocks, when):
    play = play_and_die if when == "first" else play_and_be_killed_in_third_block
    with pytest.raises(WorkerError) as caught:
        go(tmp_path / "out", play=play, jobs=2)
    how = r"ended by itself \(exit code 9\)" if when == "first" else r"was ended from outside \(signal 9"
    done = len(json.loads((tmp_path / "out" / "manifest.json").read_text())["blocks"])
    assert re.search(rf"{how}.*; {done} of 5 blocks are finished and safe in .*same command again", str(caught.value))
    whole = load(go(tmp_path / "one"))
    healed = load(go(tmp_path / "out", jobs=2))
    assert whole.identical(healed.assign_attrs(folder=whole.attrs["folder"]))


SLOWLY = """
    import sys; from pathlib import Path
    from sim.experiment.run import Interrupted, run
    from tests.experiment.fakes import fake_draw, play_slowly, scenario
    try:
        run(scenario(horizon_days=2000), Path(sys.argv[1]), play=play_slowly,
            draw=fake_draw, jobs=2, progress=lambda share: print(share, flush=True))
    except Interrupted as stop:
        print(stop)
        sys.exit(130)
"""


@pytest.mark.parametrize("impatience", [[0.0], [0.0, 0.0, 0.02, 0.1, 0.3]], ids=["once", "again and again"])
@pytest.mark.parametrize("at_work", [False, True], ids=["while they start", "while they play"])
def test_ctrl_c_stops_the_workers_too(tmp_path, at_work, impatience):
    """Send the signal to the whole group, as a terminal does."""
    process = start(SLOWLY, str(tmp_path / "out"))
    for line in process.stdout:
        if float(line) > 0 or not at_work:  # the first word comes while workers still import
            break
    for wait in impatience:
        time.sleep(wait)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGINT)
    said, trouble = process.communicate(timeout=30)
    if len(impatience) == 1:
        assert process.returncode == 130, trouble
        assert "0 of 2 blocks are safe" in said
        assert "Traceback" not in trouble
    else:  # a later one is raised wherever this script, which handles the first only, has come to
        assert process.returncode in (130, -signal.SIGINT, 1), trouble
    assert group_is_gone(process.pid), "workers outlived the run"


def test_load_explains_what_is_not_a_result(tmp_path):
    with pytest.raises(UserError, match="no result in"):
        load(tmp_path)
    (tmp_path / "manifest.json").write_text("{")
    with pytest.raises(UserError, match="the manifest is damaged"):
        load(tmp_path)


def test_an_unfinished_first_block_leaves_nothing_to_load(tmp_path, small_blocks):
    with pytest.raises(runs.Interrupted):
        go(tmp_path / "out", sc=scenario(), play=lambda *a, **k: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(UserError, match="none of its replicates"):
        load(tmp_path / "out")


def test_two_programs_do_not_fill_one_result(tmp_path):
    """The second is turned away while the first is at work, whatever the state of the folder; after it, it may."""
    with writing.sole_writer(tmp_path / "out"), pytest.raises(UserError, match="another program is writing"):
        go(tmp_path / "out", sc=scenario())
    assert go(tmp_path / "out", sc=scenario()) == tmp_path / "out"
    with writing.sole_writer(tmp_path / "out"), pytest.raises(UserError, match="another program is writing"):
        go(tmp_path / "out", sc=scenario())
