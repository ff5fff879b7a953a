"""The ensemble that the questions are put to: the arms of the claim, with only what they need kept on the disk."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

from sim.analysis.names import Roles
from sim.scenario.scenario import Scenario

KEPT = ("net_km2", "war", "hazard")


def asked_of(scenario: Scenario) -> Scenario:
    """Return the scenario with the arms that the questions need: all but the levers together without coordination."""
    left_out = Roles.among(scenario.arms, scenario.roles).uncoordinated
    arms = {name: arm for name, arm in scenario.arms.items() if name != left_out}
    return dataclasses.replace(scenario, arms=arms, worlds={name: scenario.worlds[name] for name in arms})


def play_ensemble(
    scenario: Scenario,
    out: Path,
    jobs: int | None = None,
    command: str = "",
    progress: Callable[[float], None] | None = None,
) -> Path:
    """Play the ensemble into a folder (or go on there); return the folder."""
    from sim.experiment.run import run

    return run(scenario, out, jobs=jobs, command=command, progress=progress, keep=KEPT)
