"""The ensemble that the questions are put to: the arms of the claim, with only what they need kept on the disk."""

from __future__ import annotations

import dataclasses

from sim.analysis.names import Roles
from sim.scenario.scenario import Scenario

KEPT = ("net_km2", "war", "hazard")


def asked_of(scenario: Scenario) -> Scenario:
    """Return the scenario with the arms that the questions need: all but the levers together without coordination."""
    left_out = Roles.among(scenario.arms, scenario.roles).uncoordinated
    arms = {name: arm for name, arm in scenario.arms.items() if name != left_out}
    return dataclasses.replace(scenario, arms=arms, worlds={name: scenario.worlds[name] for name in arms})
