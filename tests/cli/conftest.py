"""Running the command in this process."""

import sys

import pytest

from sim.cli import front


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


@pytest.fixture
def call(sim_command, monkeypatch, tmp_path):
    """Run a command in an empty folder; see `sim_command`."""
    monkeypatch.chdir(tmp_path)
    return sim_command
