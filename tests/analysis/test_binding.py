"""Needs bind where less than nine tenths are met, and are counted in replicates and weeks."""

import numpy as np
import pytest

from sim.analysis.outcomes.binding import binding, weeks_short
from sim.analysis.outcomes.replicates import outcomes_by_replicate
from sim.analysis.outcomes.table import outcome_table
from tests.analysis.wars import result, steady


def test_needs_are_counted_in_replicates_and_weeks():
    data = result(steady([[5.0, 5.0, 5.0, 5.0], [5.0, 5.0, 5.0, 5.0]]))
    met = np.ones((2, 4, data.sizes["time"], 2, 2))
    met[0, :2, 1:11, 0, 1] = 0.5  # two of four replicates, ten weeks
    met[0, 3, 0, 0, 1] = 0.1  # the first morning is no week
    met[1, :, 1:, 1, 0] = 0.95  # not short yet
    data = data.assign_coords(side=["south", "north"], need=["men", "shell"])
    data["met"] = ("arm", "replicate", "time", "side", "need"), met
    weeks = weeks_short(data)
    assert weeks.dims == ("arm", "replicate", "side", "need")
    found = binding(weeks.isel(arm=0))
    assert found["south"]["shell"] == {"replicates": 0.5, "weeks": 5.0}
    assert found["south"]["men"] == {"replicates": 0.0, "weeks": 0.0}
    table = outcome_table(outcomes_by_replicate(data, lanes_at_once=2))
    assert table.arms["base"].binding == found
    assert table.arms["arm1"].binding["north"]["men"]["replicates"] == pytest.approx(0.0)
