"""A few of the trials with damaged results, what they found, and that the trial sees damage that is passed over."""

import random

import numpy as np
import pytest

from sim.experiment import blocks
from sim.experiment.manifest import DamageError
from sim.experiment.store import load
from sim.experiment.stored_scenario import stored_scenario
from sim.experiment.verify import verify
from tests.trials import damage
from tests.trials.common import Trouble, few


def test_a_few():
    for series in damage.SERIES:
        few(series)


def test_damage_that_nothing_sees_is_a_trouble(monkeypatch, tmp_path):
    damage.original()
    monkeypatch.setattr(blocks.StoredBlock, "read", lambda self, name: np.zeros(self.receipt.shape(name), np.float32))
    monkeypatch.setattr(damage, "WAYS", (damage.foreign_chunk,))
    with pytest.raises(Trouble, match="verify says"):
        damage.damage(random.Random(1), tmp_path)


def test_playing_more_than_was_damaged_is_a_trouble(monkeypatch, tmp_path):
    def worse(rng, result):
        done = damage.lost_block(rng, result)
        done.blocks.clear()
        return done

    monkeypatch.setattr(damage, "WAYS", (worse,))
    with pytest.raises(Trouble, match="were played again"):
        damage.damage(random.Random(1), tmp_path)


@pytest.mark.parametrize("way", [damage.manifest, damage.top, damage.posterior, damage.foreign_block, damage.stray])
def test_what_the_trials_found_is_mended(monkeypatch, tmp_path, way):
    """Once without a remedy, or without a word."""
    monkeypatch.setattr(damage, "WAYS", (way,))
    for number in range(2):
        (tmp_path / str(number)).mkdir()
        damage.damage(random.Random(number), tmp_path / str(number))


def test_a_lost_manifest_is_damage_with_a_remedy(tmp_path):
    result = damage.copied(tmp_path)
    (result / "manifest.json").unlink()
    for use in (load, stored_scenario):
        with pytest.raises(DamageError, match="the manifest is missing - give the command that made it again"):
            use(result)
    assert "the manifest is missing" in verify(result).damage[0]


def test_a_block_that_a_stopped_program_left_is_no_damage(tmp_path):
    """It is ours, whole, and the manifest does not name it yet: the same command takes it up."""
    result = damage.copied(tmp_path)
    whole = load(result).load()
    content = damage.unsealed(result)
    content["blocks"].pop(max(content["blocks"]))
    damage.seal(result, content)
    assert verify(result).sound
    assert load(result).sizes["replicate"] < whole.sizes["replicate"]
    assert damage.command(result) == []
    assert load(result).load().identical(whole.assign_attrs(folder=str(result)))
