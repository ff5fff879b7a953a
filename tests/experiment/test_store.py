"""A result folder: what is damaged is said and healed, what is foreign is refused, and nothing in it is ever run."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import logging.handlers
import os
import pickle
import random
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sim.experiment import design as designs
from sim.experiment import manifest as manifests
from sim.experiment import run as runs
from sim.experiment.manifest import DamageError
from sim.experiment.store import load
from sim.foundation.errors import MachineError, UserError
from sim.scenario.scenario import Arm
from tests.experiment.fakes import fake_draw, fake_play, scenario


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch):
    """Two replicates per block of two arms: five blocks."""
    monkeypatch.setattr(runs, "design", lambda sc, jobs: designs.design(sc, jobs, lanes_at_once=4))


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A complete result; copy it before use."""
    folder = tmp_path_factory.mktemp("whole") / "out"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runs, "design", lambda sc, jobs: designs.design(sc, jobs, lanes_at_once=4))
        runs.run(scenario(), folder, jobs=1, play=fake_play, draw=fake_draw, command="sim run x.yaml")
    return folder


@pytest.fixture
def out(whole, tmp_path):
    return shutil.copytree(whole, tmp_path / "out")


def again(out, sc=None, command="sim run x.yaml"):
    """Give the command again; return the lanes that were played and what was said."""
    played = []

    def counting(parameters, lanes, noise, **rest):
        played.extend(zip(lanes.arm.tolist(), lanes.replicate.tolist(), strict=True))
        return fake_play(parameters, lanes, noise, **rest)

    log, said = logging.getLogger("sim.experiment.writing"), logging.handlers.BufferingHandler(1000)
    log.addHandler(said)
    try:
        runs.run(sc or scenario(), out, jobs=1, play=counting, draw=fake_draw, command=command)
    finally:
        log.removeHandler(said)
    return played, [record.getMessage() for record in said.buffer]


def same(out, whole):
    one, other = load(out), load(whole)
    return one.load().identical(other.load().assign_attrs(folder=one.attrs["folder"]))


def chunks(out):
    return sorted(path for path in (out / "data.zarr").rglob("*") if path.is_file() and not path.name.startswith("."))


def lanes_of(block):
    first = 2 * block
    return {(arm, replicate) for arm in (0, 1) for replicate in (first, first + 1)}


# -- damage ---------------------------------------------------------------------


def flip(path, place=None):
    content = bytearray(path.read_bytes())
    place = random.Random(7).randrange(len(content)) if place is None else place
    content[place] ^= 1 << 3
    path.write_bytes(content)


def cut(path):
    path.write_bytes(path.read_bytes()[:-1])


def swap(path):
    other = next(one for one in path.parents[2].rglob(path.name) if one != path and one.parent.name == path.parent.name)
    content = path.read_bytes()
    path.write_bytes(other.read_bytes())
    other.write_bytes(content)


DAMAGES = {
    "a flipped bit": flip,
    "a chunk cut short": cut,
    "an empty chunk": lambda path: path.write_bytes(b""),
    "a deleted chunk": Path.unlink,
    "a deleted variable": lambda path: shutil.rmtree(path.parent),
    "a link in place of a chunk": lambda path: (path.rename(path.parents[3] / "moved"), path.symlink_to(path.parents[3] / "moved")),
    "a fifo in place of a chunk": lambda path: (path.unlink(), os.mkfifo(path)),
    "another chunk beside it": lambda path: shutil.copy(path, path.with_name("1" + path.name[1:])),
    "metadata of another kind": lambda path: (path.parent / ".zarray").write_text("{}"),
    "no metadata": lambda path: (path.parent / ".zattrs").unlink(),
    "a damaged receipt": lambda path: flip(path.parents[1] / ".zattrs", 300),
    "no receipt": lambda path: (path.parents[1] / ".zattrs").unlink(),
    "a variable that nobody recorded": lambda path: shutil.copytree(path.parent, path.parents[1] / "another"),
}  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("number", [0, 3])
def test_damage_is_said_with_the_remedy_and_healed_by_the_same_command(out, whole, damage, number):
    path = out / "data.zarr" / f"{2 * number:07d}-{2 * number + 1:07d}" / "net_km2" / "0.0.0"
    block = path.parents[1].name
    DAMAGES[damage](path)
    with pytest.raises(DamageError) as caught:
        load(out).load()
    assert block in str(caught.value)
    assert "give the same command again to mend it: sim run x.yaml" in str(caught.value)
    played, said = again(out)
    assert set(played) == lanes_of(int(block[:7]) // 2)
    assert len(said) == 1
    assert block in said[0]
    assert same(out, whole)
    assert again(out) == ([], [])


def test_every_flipped_bit_is_noticed(out):
    """One in each file of the folder, the manifest's included: never other numbers, never a traceback."""
    dice = random.Random(1)
    for path in [
        one
        for one in out.rglob("*")
        if one.is_file() and one.name not in (".sim-lock", ".study") and one.stat().st_size
    ]:
        content = path.read_bytes()
        flip(path, dice.randrange(len(content)))
        if path.parent.name == "data.zarr":  # of no use to a reader: written anew by the next writer
            path.write_bytes(content)
            continue
        with pytest.raises(UserError):
            load(out).load()
        path.write_bytes(content)
    assert load(out).load().attrs["complete"]


def test_swapped_chunks_are_noticed(out, whole):
    swap(next(path for path in chunks(out) if path.parent.name == "net_km2"))
    with pytest.raises(DamageError, match="its checksum differs"):
        load(out).load()
    played, _ = again(out)
    assert len(set(played)) == 8
    assert same(out, whole)


def test_a_selection_is_checked_as_far_as_it_is_read(out):
    net = next(
        path for path in chunks(out) if path.parent.name == "net_km2" and path.parents[1].name.startswith("0000002")
    )
    flip(net)
    data = load(out)
    assert np.isfinite(data["net_km2"].isel(replicate=[0, 1, 4])).all()
    assert np.isfinite(data["troops"]).all()
    with pytest.raises(DamageError):
        data["net_km2"].isel(replicate=[0, 2]).load()


def test_data_that_vanished_are_played_again(out, whole):
    shutil.rmtree(out / "data.zarr")
    with pytest.raises(DamageError, match="give the same command again"):
        load(out)
    played, said = again(out)
    assert len(played) == 20
    assert "was missing" in said[0]
    assert same(out, whole)


def test_a_block_of_another_study_is_not_used(out, whole, tmp_path):
    runs.run(scenario(seed=8), tmp_path / "other", jobs=1, play=fake_play, draw=fake_draw)
    name = "0000002-0000003"
    shutil.rmtree(out / "data.zarr" / name)
    shutil.copytree(tmp_path / "other" / "data.zarr" / name, out / "data.zarr" / name)
    with pytest.raises(DamageError, match="another block than the one that was written"):
        load(out)
    played, _ = again(out)
    assert set(played) == lanes_of(1)
    assert same(out, whole)


def test_what_is_not_ours_is_set_aside_and_not_removed(out, whole):
    (out / "data.zarr" / "notes.txt").write_text("mine")
    with pytest.raises(DamageError, match=r"notes\.txt: does not belong here"):
        load(out)
    played, said = again(out)
    assert played == []
    assert "notes.txt does not belong there" in said[0]
    (aside,) = out.glob("unexpected-*-notes.txt")
    assert aside.read_text() == "mine"
    assert same(out, whole)


MANIFESTS = {
    "cut": lambda text: text[: len(text) // 2],
    "empty": lambda text: "",
    "no mapping": lambda text: "[1]",
    "deep": lambda text: "[" * 100_000,
    "other text": lambda text: text.replace('"seed": 7', '"seed": 8'),
    "a block less": lambda text: text.replace('  "0000002-0000003"', '  "0000002-0000009"'),
    "not UTF-8": lambda text: "\udcff",
}


@pytest.mark.parametrize("way", MANIFESTS)
def test_a_damaged_manifest_is_said_and_written_again_without_playing(out, whole, way):
    path = out / "manifest.json"
    path.write_bytes(MANIFESTS[way](path.read_text()).encode("utf-8", "surrogateescape"))
    with pytest.raises(DamageError, match="the manifest is damaged"):
        load(out)
    played, said = again(out)
    assert played == []
    assert "it is written again" in said[0]
    assert same(out, whole)


def test_a_manifest_that_vanished_is_written_again(out, whole):
    (out / "manifest.json").unlink()
    with pytest.raises(UserError, match="the manifest is missing"):
        load(out)
    assert again(out) == ([], [])
    assert same(out, whole)


def test_a_lost_manifest_does_not_make_another_study_of_it(out):
    (out / "manifest.json").write_text("{")
    before = sorted(out.rglob("*"))
    with pytest.raises(UserError, match="holds another run"):
        again(out, scenario(seed=8))
    assert sorted(out.rglob("*")) == before


def forged(out, **changes):
    """Write the manifest with changes and a checksum that is right."""
    path = out / "manifest.json"
    told = json.loads(path.read_text())
    del told["sum"]
    path.write_bytes(manifests.sealed(told | changes)[0])


@pytest.mark.parametrize(
    "changes",
    [
        {"blocks": [-1]}, {"blocks": {"-1": "0" * 64}}, {"blocks": {"../../etc": "0" * 64}}, {"replicates": "10"},
        {"replicates": -1}, {"replicates": 10**9}, {"arms": []}, {"arms": {"base": 1}}, {"layout": None}, {"layout": {}},
        {"start": "9999-99-99"}, {"static": {"net_km2": 1}}, {"attributes": {"title": {}}}, {"extra": 1}, {"seed": 1.5},
        {"kept": "all"}, {"scenario": None},
    ],
)  # fmt: skip
def test_a_manifest_with_values_of_a_wrong_kind_is_damaged(out, whole, changes):
    forged(out, **changes)
    with pytest.raises(DamageError, match="the manifest is damaged"):
        load(out)
    assert again(out)[0] == []
    assert same(out, whole)


def test_a_folder_with_another_programs_manifest_stays_untouched(tmp_path):
    (tmp_path / "manifest.json").write_text('{"name": "an extension", "version": 3}')
    with pytest.raises(UserError, match="is not a result of sim"):
        again(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["manifest.json"]


def test_a_result_of_another_version_says_by_which_it_was_written(out):
    forged(out, format=3, program="in-concert 9.0")
    with pytest.raises(UserError, match=r"written by in-concert 9.0, as format 3 - this version reads format 2"):
        load(out)
    with pytest.raises(UserError, match=r"written by in-concert 9\.0"):
        again(out)
    (out / "manifest.json").write_text('{"format": 1, "program": "in-concert 0.1.0", "done": [0]}')
    with pytest.raises(UserError, match=r"written by in-concert 0\.1\.0, as format 1"):
        load(out)


# -- nothing in a folder is run, and nothing outside it is touched -----------------


class Bomb:
    def __reduce__(self):
        return os.mkdir, (os.environ["BOMB"],)


PICKLED = {
    "zarr 2, filters": {
        "zarr_format": 2, "shape": [1], "chunks": [1], "dtype": "|O", "fill_value": None, "order": "C",
        "filters": [{"id": "vlen-utf8"}, {"id": "pickle", "protocol": 5}], "compressor": None,
    },
    "zarr 2, compressor": {
        "zarr_format": 2, "shape": [1], "chunks": [1], "dtype": "<f4", "fill_value": 0, "order": "C", "filters": None,
        "compressor": {"id": "pickle", "protocol": 5},
    },
    "zarr 3": {
        "zarr_format": 3, "node_type": "array", "shape": [1], "data_type": "float32", "fill_value": 0,
        "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [1]}},
        "chunk_key_encoding": {"name": "default", "configuration": {"separator": "/"}},
        "codecs": [{"name": "vlen-utf8"}, {"name": "numcodecs.pickle", "configuration": {}}],
    },
}  # fmt: skip


@pytest.mark.parametrize("kind", PICKLED)
@pytest.mark.parametrize("right_sum", [False, True])
def test_a_codec_that_a_folder_names_is_never_built(out, tmp_path, monkeypatch, kind, right_sum):
    bomb = tmp_path / "exploded"
    monkeypatch.setenv("BOMB", str(bomb))
    chunk = next(path for path in chunks(out) if path.parent.name == "net_km2")
    payload = pickle.dumps(Bomb())
    chunk.write_bytes(payload)
    meta = "zarr.json" if kind == "zarr 3" else ".zarray"
    (chunk.parent / meta).write_text(json.dumps(PICKLED[kind]))
    if right_sum:  # whoever crafts a folder can sum as well
        receipt = json.loads((chunk.parents[1] / ".zattrs").read_text())
        del receipt["sum"]
        receipt["sums"]["net_km2"] = hashlib.sha256(payload).hexdigest()
        content, digest = manifests.sealed(receipt)
        (chunk.parents[1] / ".zattrs").write_bytes(content)
        forged(out, blocks=json.loads((out / "manifest.json").read_text())["blocks"] | {chunk.parents[1].name: digest})
    with pytest.raises(DamageError):
        load(out).load()
    again(out)
    assert load(out).load().attrs["complete"]
    assert not bomb.exists()


def test_a_right_sum_over_other_bytes_is_damage(out):
    """Too many bytes once unpacked, and none that Zstandard packed: never more memory than the shape says."""
    from numcodecs import Zstd

    chunk = next(path for path in chunks(out) if path.parent.name == "net_km2")
    for payload in (bytes(Zstd(1).encode(bytes(10**7))), b"none"):
        chunk.write_bytes(payload)
        receipt = json.loads((chunk.parents[1] / ".zattrs").read_text())
        del receipt["sum"]
        receipt["sums"]["net_km2"] = hashlib.sha256(payload).hexdigest()
        content, digest = manifests.sealed(receipt)
        (chunk.parents[1] / ".zattrs").write_bytes(content)
        forged(out, blocks=json.loads((out / "manifest.json").read_text())["blocks"] | {chunk.parents[1].name: digest})
        data = load(out)
        with pytest.raises(DamageError, match="is damaged"):
            data["net_km2"].load()


@pytest.mark.parametrize("name", ["data.zarr", ".sim-lock", ".zgroup"])
def test_links_in_a_result_overwrite_nothing(out, whole, tmp_path, name):
    precious = tmp_path / "precious"
    precious.write_text("mine")
    place = out / "data.zarr" / name if name == ".zgroup" else out / name
    if place.is_dir():
        shutil.rmtree(place)
    else:
        place.unlink(missing_ok=True)
    place.symlink_to(precious)
    if name == ".sim-lock":
        with pytest.raises(UserError, match="no ordinary file, as a lock is"):
            again(out)
        place.unlink()
    again(out)
    assert precious.read_text() == "mine"
    assert same(out, whole)


def test_a_linked_manifest_is_replaced_and_its_target_stays(out, tmp_path):
    (out / "manifest.json").rename(tmp_path / "elsewhere.json")
    (out / "manifest.json").symlink_to(tmp_path / "elsewhere.json")
    for name in (".manifest.json.new", "manifest.json.new"):
        (out / name).symlink_to(tmp_path / "elsewhere.json")
    before = (tmp_path / "elsewhere.json").read_bytes()
    assert again(out, command="sim run y.yaml") == ([], [])
    assert (tmp_path / "elsewhere.json").read_bytes() == before
    assert not (out / "manifest.json").is_symlink()


def test_a_fifo_as_manifest_is_refused_and_not_waited_for(out):
    (out / "manifest.json").unlink()
    os.mkfifo(out / "manifest.json")
    with pytest.raises(DamageError, match="not an ordinary file"):
        load(out)


def test_what_a_stopped_writer_left_is_swept(out, whole):
    shutil.copytree(out / "data.zarr" / "0000000-0000001", out / "data.zarr" / ".new-0123")
    assert same(out, whole)
    assert again(out) == ([], [])
    assert not list((out / "data.zarr").glob(".new-*"))


def test_a_block_that_the_manifest_does_not_name_yet_is_found_again(out, whole):
    """The program was killed between the two."""
    blocks = json.loads((out / "manifest.json").read_text())["blocks"]
    blocks.popitem()
    forged(out, blocks=blocks)
    assert load(out).sizes["replicate"] == 8
    assert again(out) == ([], [])
    assert same(out, whole)


# -- growth ---------------------------------------------------------------------


def grown(sc, tmp_path):
    """The same experiment played at once."""
    runs.run(sc, tmp_path / "at once", jobs=1, play=fake_play, draw=fake_draw)
    return tmp_path / "at once"


def test_more_replicates_play_only_the_missing(out, tmp_path):
    before = {path: path.read_bytes() for path in chunks(out)}
    played, _ = again(out, scenario(replicates=17))
    assert set(played) == {(arm, replicate) for arm in (0, 1) for replicate in range(10, 17)}
    assert {path: path.read_bytes() for path in before} == before
    assert same(out, grown(scenario(replicates=17), tmp_path))


def test_another_arm_plays_only_that_arm(out, tmp_path):
    arms = {
        "base": Arm("BASE"),
        "new": Arm("NEW"),
        "aid": Arm("AID"),
    }
    more = replace(scenario(), arms=arms)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tests.experiment.test_store.fake_draw", draw_by_name)
        played, _ = again(out, more)
        assert set(played) == {(1, replicate) for replicate in range(10)}
        data = load(out)
        assert data["arm"].to_numpy().tolist() == ["base", "new", "aid"]
        assert same(out, grown(more, tmp_path))


def draw_by_name(sc, lanes, seed):
    from sim.foundation.tree import Tree

    rates = np.array([{"base": 10.0, "aid": 5.0, "new": 2.0}[name] for name in sc.arms])
    return Tree({"rate": rates[lanes.arm]})


def test_growth_that_is_stopped_goes_on(out, tmp_path):
    calls = []

    def stops(parameters, lanes, noise, **rest):
        calls.append(lanes.replicate[0])
        if len(calls) == 3:
            raise KeyboardInterrupt
        return fake_play(parameters, lanes, noise, **rest)

    with pytest.raises(runs.Interrupted, match="7 of 10 blocks are safe"):
        runs.run(scenario(replicates=20), out, jobs=1, play=stops, draw=fake_draw)
    part = load(out)
    assert (part.sizes["replicate"], part.attrs["complete"]) == (14, False)
    played, _ = again(out, scenario(replicates=20))
    assert len(played) == 12
    assert same(out, grown(scenario(replicates=20), tmp_path))


def test_fewer_replicates_or_arms_are_another_run(out):
    with pytest.raises(UserError, match="replicates 10 there, 6 now"):
        again(out, scenario(replicates=6))
    with pytest.raises(UserError, match="arms there, and not now: aid"):
        again(out, replace(scenario(), arms={"base": Arm("B")}))


def test_other_thresholds_judge_the_same_numbers_anew(out):
    sc = scenario()
    assert again(out, replace(sc, verdict=replace(sc.verdict, halt_rate=2.0))) == ([], [])
    assert load(out).attrs["verdict_halt_rate"] == 2.0


# -- other programs -------------------------------------------------------------


def test_any_zarr_reads_a_block(out):
    zarr = pytest.importorskip("zarr")
    group = zarr.open_group(out / "data.zarr", mode="r")["0000002-0000003"]
    data = load(out)
    for name in ("net_km2", "troops"):
        np.testing.assert_array_equal(group[name][:], data[name].isel(replicate=[2, 3]))
        assert group[name].attrs["units"] == data[name].attrs["units"]
    assert list(group.attrs["arms"]) == ["base", "aid"]


@pytest.mark.parametrize(
    "selection",
    [
        {}, {"arm": 1}, {"replicate": 3}, {"replicate": slice(1, 9, 3)}, {"replicate": [7, 0, 3]}, {"arm": [1, 0], "time": -1},
        {"time": slice(None, None, -2), "replicate": slice(None, None, -1)}, {"arm": 0, "replicate": 0, "time": 0},
        {"replicate": slice(0, 0)},
    ],
)  # fmt: skip
def test_a_lazy_selection_is_that_of_the_whole(out, selection):
    lazy, eager = load(out), load(out).load()
    for name in ("net_km2", "troops"):
        np.testing.assert_array_equal(lazy[name].isel(selection), eager[name].isel(selection))
    picked = {"side": 1, "front": [1, 0]}
    np.testing.assert_array_equal(lazy["troops"].isel(selection | picked), eager["troops"].isel(selection | picked))


# -- full disks and forged data ---------------------------------------------------


@pytest.mark.parametrize("room", [0, 1, 5, 30, 61, 80])
def test_a_full_disk_at_any_write_loses_nothing_that_was_stored(tmp_path, whole, monkeypatch, room):
    out, writes = tmp_path / "out", []

    def full(path, content):
        writes.append(path)
        if len(writes) > room:
            raise OSError(errno.ENOSPC, "No space left on device")
        return plain(path, content)

    plain = Path.write_bytes
    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", full)
        with pytest.raises(MachineError, match=r"No space left on device; (\d) of 5 blocks are safe - make room"):
            again(out)
    assert not list(out.glob("data.zarr/.new-*"))
    done = len(list(out.glob("data.zarr/0*")))
    if done:
        assert load(out).sizes["replicate"] == 2 * done
    played, said = again(out)
    assert (len(played), said) == (20 - 4 * done, [])
    assert same(out, whole)


def leaves_of(value, path=()):
    """Yield the way to every value in plain data."""
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from leaves_of(item, (*path, key))


def changed(value, path, new):
    if not path:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = changed(value[path[0]], path[1:], new)
    return copy


ODD = (None, -1, 0, 1.5, 10**30, "", "x", "../..", "net_km2", "[1", [], {}, [[]], {"a": 1}, True, float("nan"))


def test_forged_data_with_right_sums_are_read_or_refused(out):
    """Every value of the manifest and of a receipt in turn is of another kind: no traceback, no other numbers."""
    dice = random.Random(3)
    manifest = manifests.unsealed((out / "manifest.json").read_bytes())
    name = "0000002-0000003"
    attributes = out / "data.zarr" / name / ".zattrs"
    receipt = manifests.unsealed(attributes.read_bytes())
    first = load(out)["net_km2"].isel(replicate=slice(0, 2), time=3).to_numpy()
    for way in [path for path in leaves_of(manifest) if path]:
        forged(out, **changed(manifest, way, dice.choice(ODD)))
        with contextlib.suppress(UserError):
            assert load(out)["net_km2"].isel(replicate=slice(0, 2), time=3).shape == first.shape
    for way in [path for path in leaves_of(receipt) if path]:
        content, digest = manifests.sealed(changed(receipt, way, dice.choice(ODD)))
        attributes.write_bytes(content)
        forged(out, **{**manifest, "blocks": {**manifest["blocks"], name: digest}})
        with contextlib.suppress(UserError):
            load(out).load()
