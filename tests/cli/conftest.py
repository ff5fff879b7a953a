"""Running the command in this process."""

import pytest


@pytest.fixture
def call(sim_command, monkeypatch, tmp_path):
    """Run a command in an empty folder; see `sim_command`."""
    monkeypatch.chdir(tmp_path)
    return sim_command
