"""`sim agents`: the shape of its answer, the same numbers for any number of workers, and its figure."""

import json
from pathlib import Path

import pytest

from sim.workflows.agents import agents
from sim.workflows.figure import figure
from sim.workflows.options import Options

ABSTRACT = Path(__file__).parents[2] / "scenarios" / "abstract.yaml"


def asked(folder, jobs=1):
    return Options(replicates=4, horizon="6 week", jobs=jobs, plots=jobs == 1, plots_to=folder, out=folder)


@pytest.fixture(scope="module")
def frozen(tmp_path_factory):
    """The answer, and the folder of its figure."""
    folder = tmp_path_factory.mktemp("agents")
    return agents(ABSTRACT, asked(folder)), folder


def test_every_class_is_told_with_its_intervals_and_drawn(frozen):
    result, folder = frozen
    account = json.loads(json.dumps(result.account))
    names = {one["agent"] for one in account}
    assert {"attacker.command", "defender.government", "attacker.strike_force", "ally", "partner"} <= names
    assert "mediator" not in names, "this world has none"
    for one in account:
        low, mean, high = one["ground_km2"]
        assert low <= mean <= high
        assert one["share_of_objective"] >= 0.0
    assert next(one["label"] for one in account if one["agent"] == "attacker.command") == "Northern command"
    drawn = (folder / "frozen_agents.png").read_bytes()
    assert len(drawn) > 10_000
    again = figure(folder, "frozen_agents", Options(out=folder / "again"))
    assert again.files[0].read_bytes() == drawn, "drawn of what is stored, it is the same figure"


@pytest.mark.slow
def test_neither_workers_nor_blocks_change_a_number(frozen, tmp_path, monkeypatch):
    from sim.experiment import freezing

    monkeypatch.setattr(freezing, "BLOCK", 2)
    assert agents(ABSTRACT, asked(tmp_path, 2)).account == frozen[0].account
