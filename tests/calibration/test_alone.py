"""Law 1 in the past: a lane replayed alone equals the same lane in company, bit for bit."""

import datetime as dt
from pathlib import Path

import numpy as np

from sim.calibration.calibrate import open_study, play_past
from sim.calibration.setting import read_setting
from sim.foundation.lanes import Lanes

FILE = Path(__file__).parents[2] / "scenarios" / "history" / "calibration.yaml"


def test_a_replayed_lane_does_not_know_its_company() -> None:
    study = open_study(FILE, read_setting(FILE))
    origin, until = dt.date(2023, 2, 14), dt.date(2023, 3, 14)
    together = play_past(study, None, Lanes.grid(1, range(5)), [origin], until, 4)
    alone = play_past(study, None, Lanes(np.array([0]), np.array([3])), [origin], until, 4)
    assert np.array_equal(alone.branches[0].gain[..., 0], together.branches[0].gain[..., 3])
    assert not np.array_equal(together.branches[0].gain[..., 2], together.branches[0].gain[..., 3]), "lanes differ"
