"""Inputs to come wander from what is stated of them: by how much, from when on, and alike in every arm."""

import csv
import math
from pathlib import Path

import numpy as np
import pytest

from sim.foundation.lanes import Lanes
from sim.foundation.series import HALF_YEAR
from sim.foundation.tree import Tree
from sim.scenario.priors.draw import draw
from sim.scenario.reader import read
from sim.scenario.schema.drift import DRIFT_KEYS, Drift, drift_key

ROOT = Path(__file__).parents[2]
SHIPPED, HISTORY = ROOT / "scenarios" / "ukraine-2024-11-19.yaml", ROOT / "scenarios" / "history"


@pytest.fixture(scope="module")
def abstract():
    return read(ROOT / "scenarios" / "abstract-claim.yaml")


def drawn(scenario, replicates, arms=1):
    return draw(scenario, Lanes.grid(arms, replicates), 7)


def test_the_spread_grows_as_the_root_of_time_about_a_median_of_one(abstract) -> None:
    intake = drawn(abstract, range(4000)).sides.north.intake
    for days in (14, 91, 182, 364):
        wandered = np.log(intake.at(days) / intake.at(0))
        sd = float(np.mean(read_sd(abstract, "recruits"))) * math.sqrt(days / HALF_YEAR)
        assert abs(np.median(wandered)) < 4.0 * 1.25 * sd / math.sqrt(4000)
        assert np.std(wandered) == pytest.approx(sd, rel=0.08)


def read_sd(scenario, key: str) -> np.ndarray:
    return drawn(scenario, range(4000)).drift[key]


def test_each_input_wanders_its_own_way_and_nothing_else_moves(abstract) -> None:
    tree = drawn(abstract, range(3000))
    recruits, shells = (
        np.log(one.at(182) / one.at(0)) for one in (tree.sides.north.intake, tree.sides.north.shell_plan)
    )
    other = np.log(tree.sides.south.intake.at(182) / tree.sides.south.intake.at(0))
    assert abs(np.corrcoef([recruits, shells, other]) - np.eye(3)).max() < 0.08
    assert tree.fronts.planned_effort.parts[0].drift is None, "a plan is no forecast"
    assert tree.sides.north.vehicle_output.drift is None, "no spread is stated of it"


def test_arms_share_what_comes_and_a_lane_alone_is_the_lane_in_company(abstract) -> None:
    many = drawn(abstract, range(6), arms=len(abstract.arms)).sides.north.intake.at(200).reshape(-1, 6)
    assert len(many) > 2
    for arm in many[1:]:
        assert np.array_equal(arm, many[0])
    alone = drawn(abstract, range(3, 4)).sides.north.intake.at(200)
    assert np.array_equal(alone, many[0, 3:4])


def test_what_is_stated_of_a_later_day_is_not_doubted_before_it(tmp_path) -> None:
    (tmp_path / "mine.yaml").write_text(
        "format: 2\nextends: shipped:abstract.yaml\n"
        "world:\n  sides:\n    north:\n"
        "      intake: {series: {2001-01-01: 1000, 2001-05-01: 2000}, unit: person/day, source: DEF}\n"
    )
    scenario = read(tmp_path / "mine.yaml")
    intake, other = (drawn(scenario, range(50)).sides[side].intake for side in ("north", "south"))
    known = (scenario.world().sides.north.intake.points[-1][0] - scenario.run.start).days
    assert np.ptp(intake.at(known) / intake.at(0)) < 1e-12
    assert np.ptp(intake.at(known + 60) / intake.at(known)) > 0.05
    assert np.ptp(other.at(60) / other.at(0)) > 0.05, "a constant is known on the first day alone"


def test_without_an_outlook_inputs_come_as_stated(abstract) -> None:
    calm = {f"drift.{key}": "0; DEF" for key in Drift.model_fields}
    scenario = read(ROOT / "scenarios" / "abstract-claim.yaml", calm)
    side = drawn(scenario, range(5)).sides.north
    assert side.intake.drift is None
    assert np.array_equal(side.intake.at(300), side.intake.at(0))


def test_every_key_of_the_outlook_is_used_and_every_path_known() -> None:
    assert set(DRIFT_KEYS.values()) == set(Drift.model_fields)
    assert drift_key("sides.north.intake") == "recruits"
    assert drift_key("partners.east.shells") == "partners"
    assert drift_key("fronts.east.planned_effort") is None


def half_year_changes() -> dict[str, list[np.ndarray]]:
    """Return the changes over half a year, every four weeks, of every input of the past that has dated points."""
    scenario = read(HISTORY / "2023-01.yaml")
    found: dict[str, list[np.ndarray]] = {}

    def walk(tree: Tree, path: str) -> None:
        for name, item in tree.items():
            here = f"{path}.{name}" if path else name
            if isinstance(item, Tree):
                walk(item, here)
            elif hasattr(item, "table") and np.ptp(item.table) > 0.0 and drift_key(here):
                value = np.log(item.table[:, 0])
                found.setdefault(drift_key(here), []).append((value[182:] - value[:-182])[::28])

    walk(drawn(scenario, range(1)).sides, "sides")
    return found


def aid_changes() -> list[np.ndarray]:
    """Return the changes from half-year to half-year of what the four largest groups of donors allocated."""
    lines = (HISTORY / "aid_by_donor_group.csv").read_text().splitlines()
    by_month: dict[str, dict[str, float]] = {}
    for row in csv.DictReader(line for line in lines if not line.startswith("#")):
        by_month.setdefault(row["donor_group"], {})[row["month"]] = float(row["military_eur_bn"])
    changes = []
    for group in ("us", "germany", "uk", "nordics"):
        months = [value for month, value in sorted(by_month[group].items()) if "2022-07" <= month <= "2024-10"]
        sums = np.convolve(months, np.ones(6), "valid")
        changes.append(np.log(sums[6:] / sums[:-6]))
    return changes


@pytest.mark.parametrize("key", ["recruits", "absence", "artillery", "bombs", "drones", "long_range", "aid"])
def test_the_spreads_are_those_of_the_record_of_the_inputs(key: str) -> None:
    """Low: the least spread about the mean change; high: the largest about none."""
    changes = aid_changes() if key == "aid" else half_year_changes()[key]
    stated = getattr(read(SHIPPED).world().drift, key)
    assert stated.grade == "estimated"
    assert stated.low == pytest.approx(min(np.std(one) for one in changes), abs=0.06)
    assert stated.high == pytest.approx(max(np.sqrt(np.mean(one**2)) for one in changes), abs=0.06)
