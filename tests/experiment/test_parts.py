"""Runs that keep a part of the record, and runs that are played a part at a time."""

import json

import numpy as np
import pytest

from sim.experiment import design as designs
from sim.experiment import run as runs
from sim.experiment.store import load
from sim.foundation.errors import UserError
from tests.experiment.fakes import fake_draw, fake_play, scenario


def go(out, sc=None, **options):
    return runs.run(sc or scenario(), out, **({"play": fake_play, "draw": fake_draw, "jobs": 1} | options))


@pytest.fixture
def small_blocks(monkeypatch):
    """Two replicates a block, three for two jobs: as if the cut depended on them."""
    monkeypatch.setattr(runs, "design", lambda sc, jobs: designs.design(sc, jobs, lanes_at_once=2 + 2 * jobs))


def test_only_what_is_kept_is_stored(tmp_path):
    whole, part = load(go(tmp_path / "whole")), load(go(tmp_path / "part", keep=("net_km2", "war", "unknown")))
    assert {"net_km2", "war"} <= set(part.data_vars)
    assert "troops" in whole
    assert not {"troops", "net_km2_front"} & set(part.data_vars)
    assert "side" not in part.dims
    np.testing.assert_array_equal(part["net_km2"], whole["net_km2"])


def test_another_choice_of_what_is_kept_is_another_run(tmp_path):
    go(tmp_path / "out", keep=("net_km2",))
    go(tmp_path / "out", keep=("net_km2",))
    with pytest.raises(UserError, match="variables kept"):
        go(tmp_path / "out")
    assert json.loads((tmp_path / "out" / "manifest.json").read_text())["kept"] == ["net_km2"]


def test_replicates_are_added_and_those_there_stay_the_same(tmp_path, small_blocks):
    first = load(go(tmp_path / "out", first=3)).load()
    assert first.sizes["replicate"] == 4  # whole blocks
    assert not first.attrs["complete"]
    more = load(go(tmp_path / "out", first=5)).load()
    assert more.sizes["replicate"] == 6
    all_of_them = load(go(tmp_path / "other")).load()
    np.testing.assert_array_equal(more["net_km2"], all_of_them["net_km2"][:, :6])
    np.testing.assert_array_equal(first["net_km2"], all_of_them["net_km2"][:, :4])
    longer = load(go(tmp_path / "longer", scenario(replicates=25)))
    np.testing.assert_array_equal(longer["net_km2"][:, :10], all_of_them["net_km2"])


def test_the_blocks_of_a_part_do_not_depend_on_the_jobs(tmp_path, small_blocks):
    one = load(go(tmp_path / "one", first=3, jobs=1))
    two = load(go(tmp_path / "two", first=3, jobs=2))
    np.testing.assert_array_equal(one["replicate"], two["replicate"])
    np.testing.assert_array_equal(one["net_km2"], two["net_km2"])
