"""One profile for hypothesis: nothing depends on the clock, for the machine may be busy; the same examples every time in CI."""

import os

from hypothesis import HealthCheck, settings

settings.register_profile(
    "steady", deadline=None, derandomize=bool(os.environ.get("CI")), suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("steady")
