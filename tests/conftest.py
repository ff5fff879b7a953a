"""One profile for hypothesis: no deadlines, for the machine may be busy; the same examples every time in CI."""

import os

from hypothesis import settings

settings.register_profile("steady", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("steady")
