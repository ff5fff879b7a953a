"""The donors' game as a command: signs, and equal money where it must be equal."""

from pathlib import Path

import numpy as np
import pytest

from sim.exploration.donors import ends, read_parts
from sim.workflows.donors import donors
from sim.workflows.figure import figure
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


def test_ground_is_told_against_each_answer_of_the_attacker(account):
    """As he chooses is what is told without a word; his orders held, no arm keeps what the other keeps."""
    for part in account["parts"]:
        assert list(part["by_answer"]) == ["best_reply", "fixed", "compensating"]
        assert part["by_answer"]["best_reply"]["ground_km2"] == part["ground_km2"]
        assert part["by_answer"]["best_reply"]["ground_from_nash_km2"] == part["ground_from_nash_km2"]
    for cell in account["cells"]:
        assert cell["by_answer"]["best_reply"]["ground_km2"] == cell["planner_ground_km2"]
    planner = next(part for part in account["parts"] if part["name"] == "one_planner")["by_answer"]
    assert planner["fixed"]["ground_km2"] != planner["best_reply"]["ground_km2"]
    assert planner["compensating"]["ground_km2"][1] <= planner["best_reply"]["ground_km2"][1]


def test_an_answer_that_is_asked_for_is_the_only_one_played():
    asked = Options(replicates=2, horizon="4 week", plots=False, changes=("attacker.answer=fixed",))
    account = donors(ABSTRACT, asked).account
    assert all(one["by_answer"] == {} for one in (*account["parts"], *account["cells"]))


def test_figures_are_drawn_again_of_what_is_stored(tmp_path):
    """The folder of donors is a result and a study: figures of both are drawn of it, and its JSON alone is enough for its own."""
    found = donors(ABSTRACT, Options(replicates=2, horizon="4 week", out=tmp_path / "d"))
    drawn = (found.drawing.folder / "donors_parts.png").read_bytes()
    again = figure(tmp_path / "d", "donors_parts", Options(out=tmp_path / "again"))
    assert again.files[0].read_bytes() == drawn
    assert figure(tmp_path / "d", "net_km2", Options(), size="card").files[0].name == "net_km2-card.png"


def test_neither_amounts_nor_kinds_alone_beat_the_planner():
    """Welfare is highest where both are the planner's, in every draw, and a kind grows most where it is not held."""
    scenario = read_parts(ABSTRACT)
    found = ends(scenario, 60, scenario.run.seed)
    most = found.anarchy * (1.0 + 1e-9)
    assert (found.by_amounts <= most).all()
    assert (found.by_kinds <= most).all()
    assert (np.maximum(found.by_amounts, found.by_kinds) > 1.0).mean() > 0.9
    assert (found.stretch >= found.planner * (1.0 - 1e-9)).all(), "the largest of all is no less than the mean"
