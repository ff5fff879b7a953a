"""All planted faults."""

from tests.faults.in_forecasts import IN_FORECASTS
from tests.faults.in_levers import IN_LEVERS
from tests.faults.in_the_war import IN_THE_WAR

FAULTS = (*IN_THE_WAR, *IN_LEVERS, *IN_FORECASTS)
