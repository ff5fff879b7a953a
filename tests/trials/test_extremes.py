"""A few of the trials with extreme inputs, and that the trial sees nonsense where there is some."""

import random

import numpy as np
import pytest

from sim.experiment import run as runs
from tests.trials import extremes
from tests.trials.common import Trouble, few


def test_a_few():
    for series in extremes.SERIES:
        few(series)


def test_every_kind_of_input_is_taken_to_its_extremes():
    found = extremes.options()
    assert ("sides.russia.shells", "0 shell") in found or ("sides.russia.shells", "0.0 shell") in found
    assert ("combat.law", "opposition") in found
    assert any(path.endswith(".opens") for path, _ in found)
    assert len({path for path, _ in found}) > 700


def test_nonsense_that_is_not_marked_is_a_trouble(monkeypatch, tmp_path):
    def forgotten(record, parameters):
        record.arrays["troops"][-1] = np.nan
        return record

    monkeypatch.setattr(runs, "checked", forgotten)
    with pytest.raises(Trouble, match="troops is not finite"):
        extremes.play_extremes(random.Random(1), tmp_path)
