"""A stored result is checked chunk by chunk, and lanes of it are played again from what the folder alone says."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path

import numpy as np
import pytest

from sim.experiment import manifest as manifests
from sim.experiment.run import run
from sim.experiment.store import load
from sim.experiment.stored_scenario import stored_scenario
from sim.experiment.verify import verify
from sim.foundation.errors import UserError
from sim.scenario import read

CLAIM = Path(__file__).parents[2] / "scenarios" / "claim.yaml"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Two arms of the claim, three replicates of five weeks."""
    whole = read(CLAIM, {"run.horizon": "35 day", "run.replicates": 3})
    arms = list(whole.arms)[:2]
    scenario = dataclasses.replace(
        whole, arms={a: whole.arms[a] for a in arms}, worlds={a: whole.worlds[a] for a in arms}
    )
    return scenario, run(scenario, tmp_path_factory.mktemp("made") / "out", jobs=1, command="sim run claim.yaml")


def test_a_sound_result_verifies_and_replays_to_the_bit(made):
    found = verify(made[1], replay=4)
    assert found.sound
    assert found.complete
    assert (found.blocks, found.replayed, found.remedy) == (1, 4, "")
    assert found.chunks == len(load(made[1]).data_vars) - 4  # those of the fronts' places are in the manifest
    assert verify(made[1], replay=100).replayed == 6


def test_the_scenario_comes_back_from_the_folder_alone(made):
    scenario, folder = made
    assert scenario.posterior is not None
    again = stored_scenario(folder)
    assert again.hash == scenario.hash
    assert again.hashes == scenario.hashes


def test_damage_is_named_with_its_remedy(made, tmp_path):
    folder = shutil.copytree(made[1], tmp_path / "out")
    chunk = next((folder / "data.zarr").glob("*/net_km2/0*"))
    content = bytearray(chunk.read_bytes())
    content[5] ^= 1
    chunk.write_bytes(content)
    found = verify(folder, replay=2)
    assert not found.sound
    assert found.damage == (f"{chunk}: is damaged: its checksum differs",)
    assert found.remedy == "give the same command again to mend it: sim run claim.yaml"
    (folder / "manifest.json").write_text("{")
    found = verify(folder)
    assert "the manifest is damaged" in found.damage[0]
    assert "give the command" in found.remedy
    assert made[1] != folder


def test_other_bits_are_named_by_lane(made, monkeypatch):
    from sim.models.campaign import play

    def drifts(parameters, lanes, noise, **rest):
        record = play(parameters, lanes, noise, **rest)
        changed = record.arrays["net_km2"].copy()
        changed[-1, lanes.replicate == 2] = np.nextafter(changed[-1, lanes.replicate == 2], np.float32(np.inf))
        return dataclasses.replace(record, arrays={**record.arrays, "net_km2": changed})

    found = verify(made[1], replay=6, play=drifts)
    arms = load(made[1])["arm"].to_numpy()
    assert not found.sound
    assert set(found.differing) == {f"arm {arm}, replicate 2: net_km2" for arm in arms}
    assert "report it" in found.remedy
    monkeypatch.setattr(manifests, "model_code", lambda: "other")
    assert "other code wrote it" in verify(made[1], replay=6, play=drifts).remedy


def test_a_folder_without_a_result_is_the_users_mistake(tmp_path):
    with pytest.raises(UserError, match="no result in"):
        verify(tmp_path)


def test_another_posterior_beside_the_manifest_is_damage(made, tmp_path):
    folder = shutil.copytree(made[1], tmp_path / "out")
    lines = (folder / "posterior.csv").read_text().splitlines()
    (folder / "posterior.csv").write_text("\n".join(lines[:-1]) + "\n")
    found = verify(folder, replay=1)
    assert "is not the posterior" in found.damage[0]
    assert found.replayed == 0
