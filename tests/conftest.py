"""Running the command in this process, and one profile for hypothesis.

Nothing depends on the clock, for the machine may be busy; in CI the examples are the same every time.
"""

import os
import sys

import pytest
from hypothesis import HealthCheck, settings

from sim.cli import front

settings.register_profile(
    "steady", deadline=None, derandomize=bool(os.environ.get("CI")), suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("steady")


@pytest.fixture
def sim_command(monkeypatch, capsys):
    """Run a command in this process; return its exit code, standard output and standard error."""

    def go(*words):
        monkeypatch.setattr(sys, "argv", ["sim", *map(str, words)])
        with pytest.raises(SystemExit) as ending:
            front.main()
        said = capsys.readouterr()
        return ending.value.code or 0, said.out, said.err

    return go
