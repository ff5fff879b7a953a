"""The donors' game as a command: signs, and equal money where it must be equal."""

from pathlib import Path

import pytest

from sim.workflows.donors import donors
from sim.workflows.options import Options

ABSTRACT = Path(__file__).resolve().parents[2] / "scenarios" / "abstract.yaml"


@pytest.fixture(scope="module")
def account():
    return donors(ABSTRACT, Options(replicates=12, horizon="20 week", plots=False)).account


def test_anarchy_costs_and_money_is_equal_where_it_must_be(account):
    low, middle, _ = account["game"]["price_of_anarchy"]
    assert 1.0 <= low <= middle
    assert account["game"]["nash_amounts"][1] <= 1.0 <= account["game"]["planner_amounts"][1]
    parts = {part["name"]: part for part in account["parts"]}
    for name in ("kinds", "message"):
        assert abs(parts[name]["delivered_gusd"][1]) < 1e-3, name
    assert parts["each_for_itself"]["ground_from_nash_km2"][1] == 0.0
    assert sum(cell["replicates"] for cell in account["cells"]) == 12
    for end in ("nash", "today", "planner"):
        assert sum(kind[end] for kind in account["game"]["kinds"].values()) == pytest.approx(1.0)
