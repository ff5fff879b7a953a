"""A few of the trials with killed programs and full disks, on a war that costs nothing; all of them by ``make trials``."""

import pytest

from tests.trials import playing
from tests.trials.common import few
from tests.trials.kills import SERIES


@pytest.fixture
def war_that_costs_nothing():
    playing.measured_with(playing.STAND_IN)
    yield
    playing.measured_with(playing.WAR)


@pytest.mark.usefixtures("war_that_costs_nothing")
def test_a_few():
    for series in SERIES:
        few(series)
