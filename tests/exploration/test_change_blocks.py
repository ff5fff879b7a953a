"""A change by blocks: each key in one block, worlds between two that hold what they should, values that add up."""

import json
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest

from sim.analysis.outcomes.replicates import Outcome
from sim.analysis.statistics.decomposition import outcome_change
from sim.experiment.store import load
from sim.exploration.change_blocks import BLOCKS, REST, block_of, change_between, differing, with_leaves
from sim.foundation.errors import UserError
from sim.scenario import read
from sim.scenario.scenario import Arm
from sim.scenario.schema.paths import leaves
from sim.workflows.options import Options
from sim.workflows.playing import play
from sim.workflows.run import compare

OTHER = """format: 2
extends: shipped:abstract
title: Another north
sources: {MINE: {source: "a definition of this test", as_of: "2001-01-01", grade: measured}}
world:
  movement: {half_density: 100 person/km; MINE}
  beliefs: {start: 0.3; MINE}
  settling: {base: 0.2 1/month; MINE}
  strike: {drone_arrival: 0.9; MINE}
  sides: {south: {shells: 50000 shell; MINE, intake: 300 person/day; MINE}}
"""
FEW = "".join(
    line for line in OTHER.splitlines(keepends=True) if not line.startswith(("  beliefs", "  strike", "  sides"))
)
GROUND = Outcome("net_km2", "net gain", "km2")


@pytest.fixture(scope="module")
def other(tmp_path_factory):
    path = tmp_path_factory.mktemp("other") / "other.yaml"
    path.write_text(OTHER)
    return path


@pytest.fixture
def few(tmp_path):
    path = tmp_path / "few.yaml"
    path.write_text(FEW)
    return path


@pytest.fixture(scope="module")
def pair(other):
    return read("shipped:abstract"), read(other)


@pytest.mark.parametrize(
    ("key", "block"),
    [
        ("sides.south.shells", "supply"), ("sides.south.missiles", "strike"), ("sides.south.intake", "manpower"),
        ("sides.south.long_range_drone_output", "strike"), ("sides.south.drone_output", "supply"),
        ("allies.league.money", "supply"), ("partners.steppe.troops", "manpower"), ("beliefs.start", "belief"),
        ("levers.one_plan.message", "belief"), ("levers.one_plan.timing", "supply"), ("levers.surge.dose", "supply"),
        ("levers.long_range.dose", "strike"), ("settling.base", "settling"), ("fronts.coast.south", "manpower"),
        ("fronts.coast.length", REST), ("movement.half_density", REST), ("escalation.answer", "strike"),
        ("defender.stance", "settling"), ("attacker.shell_need", "supply"), ("attacker.bonus_step", "manpower"),
    ],
)  # fmt: skip
def test_a_key_belongs_to_the_block_that_it_moves(pair, key, block):
    assert block_of(key, pair[0].world()) == block


@pytest.mark.parametrize("name", ["shipped:abstract", "shipped:claim"])
def test_every_block_has_keys_and_every_key_a_block(name):
    world = read(name).world()
    found = {block_of(key, world) for key, _ in leaves(world)}
    assert found == {*BLOCKS, REST}


def test_worlds_between_hold_the_blocks_of_the_second(pair):
    first, second = pair
    change = change_between(first, second, ("base", "base"))
    assert change.blocks == BLOCKS
    assert change.keys[REST] == ("movement.half_density",)
    assert len(change.sets) == 33
    for blocks in change.sets:
        world, _ = change.worlds(blocks)
        moved = {key for block in blocks for key in change.keys[block]}
        assert set(differing(first.world(), world)) == moved
        assert set(differing(world, second.world())) == {key for keys in change.keys.values() for key in keys} - moved
    assert not differing(change.worlds(change.sets[-1])[0], second.world())


def test_leaves_are_put_and_all_else_is_shared(pair):
    world = pair[0].world()
    made = with_leaves(world, {"fronts.coast.belts": [], "beliefs.start": pair[1].world().beliefs.start})
    assert set(differing(world, made)) == {"fronts.coast.belts", "beliefs.start"}
    assert made.settling is world.settling


def test_there_is_nothing_between_worlds_that_name_different_things(pair):
    with pytest.raises(UserError, match="only one of the two has"):
        change_between(pair[0], read("shipped:claim"), ("base", "base"))
    with pytest.raises(UserError, match="nothing in the two worlds differs"):
        change_between(pair[0], pair[0], ("base", "base"))


def test_values_are_those_of_all_orders_and_add_up():
    rng = np.random.default_rng(1)
    worth, everything = rng.normal(size=(8, 50)) + 5 * np.arange(8)[:, None], rng.normal(size=50) + 40
    found = outcome_change(GROUND, worth, ("a", "b", "c"), everything, None, 0.9)
    for place, name in enumerate("abc"):
        added = []
        for order in permutations(range(3)):
            before = sum(1 << one for one in order[: order.index(place)])
            added.append(worth[before | 1 << place] - worth[before])
        assert found.blocks[name].value == pytest.approx(np.mean(added))
    total = sum(one.value for one in found.blocks.values()) + found.residual.value
    assert found.total.value == pytest.approx(total) == pytest.approx((everything - worth[0]).mean())
    assert found.residual_share == pytest.approx(abs((everything - worth[7]).mean() / (everything - worth[0]).mean()))
    assert "keys of no block" in found.why


def test_nothing_is_left_where_every_key_has_a_block():
    worth = np.random.default_rng(2).normal(size=(4, 40)) + 10 * np.arange(4)[:, None]
    found = outcome_change(GROUND, worth, ("a", "b"), worth[-1], None, 0.9)
    assert (found.residual.as_list(), found.residual_share, found.why) == ([0.0, 0.0, 0.0], 0.0, "")


def test_other_settings_are_left_over_and_named():
    rng = np.random.default_rng(3)
    worth = rng.normal(size=(2, 40)) + np.array([[0.0], [10.0]])
    found = outcome_change(GROUND, worth, ("a",), worth[-1], (rng.normal(size=30), rng.normal(size=30) + 20), 0.9)
    assert found.settings.value == pytest.approx(found.total.value - (worth[1] - worth[0]).mean())
    assert found.residual.value == pytest.approx(found.settings.value)
    assert "seed, start, horizon or posterior" in found.why
    assert found.residual.low < found.residual.value < found.residual.high


def short(tmp_path, **more):
    return Options(**{"replicates": 3, "horizon": "6 week", "jobs": 1, "plots": False, "out": tmp_path, **more})


def test_arms_of_one_scenario_are_taken_apart_without_a_remainder(tmp_path, sim_command, monkeypatch):
    monkeypatch.chdir(tmp_path)
    words = ("--replicates", "3", "--horizon", "6 week", "--jobs", "1", "--no-plots", "--out", tmp_path)
    code, out, _ = sim_command("compare", "shipped:abstract-claim", "--why", "in_concert", *words, "--json")
    assert code == 0
    found = json.loads(out)
    assert set(found["why"]["keys"]) == {"supply", "strike", "belief"}
    ground = found["why"]["outcomes"]["net_km2"]
    kept = found["contrasts"]["abstract-claim"]["arms"]["in_concert"]["differences"]["kept_km2"]
    assert ground["total"] == pytest.approx([-end for end in reversed(kept)])
    assert sum(one[1] for one in ground["blocks"].values()) == pytest.approx(ground["total"][1])
    assert ground["residual"] == [0.0, 0.0, 0.0]
    code, out, _ = sim_command("compare", "shipped:abstract-claim", "--why", "in_concert", *words)
    assert "Why abstract-claim:in_concert differs" in out


def test_two_scenarios_are_taken_apart_each_world_with_its_own_base(tmp_path, few):
    options = short(tmp_path)
    found = compare([Path("shipped:abstract"), few], options, why="few:base")
    change = found.why.outcomes["net_km2"]
    bases = [result.outcomes()["net_km2"].sel(arm="base").to_numpy() for result in found.results.values()]
    assert change.total.value == pytest.approx((bases[1] - bases[0]).mean())  # the last world is the second scenario
    parts = sum(one.value for one in change.blocks.values()) + change.residual.value
    assert parts == pytest.approx(change.total.value)
    assert set(change.blocks) == {"settling"}
    assert change.rest.value != 0
    again = compare([Path("shipped:abstract"), tmp_path / "few"], options, why="few")  # a stored result, its base meant
    assert again.why.outcomes["net_km2"].total == change.total


def test_each_world_between_plays_the_bits_that_it_plays_as_a_base_of_its_own(tmp_path, few, pair):
    found = compare([Path("shipped:abstract"), few], short(tmp_path), why="few:base").why
    change = change_between(pair[0], read(few), ("base", "base"))
    together = load(found.folder)["net_km2"]
    run = replace(pair[0].run, replicates=3, horizon_days=42)
    for name, blocks in zip(change.names, change.sets, strict=True):
        world = replace(pair[0], run=run, worlds={"base": change.worlds(blocks)[0]}, arms={"base": Arm("base")})
        alone = load(play(world, short(tmp_path / name), "alone"))["net_km2"].sel(arm="base")
        np.testing.assert_array_equal(together.sel(arm=name).to_numpy(), alone.to_numpy())


def test_arms_over_different_bases_depart_each_from_its_own(tmp_path):
    texts = {
        name: f"format: 2\nextends: shipped:abstract-claim\nsources: {{M: {{source: a test, as_of: '2001', grade: measured}}}}\n"
        f"world: {{settling: {{base: {value} 1/month; M}}, movement: {{half_density: {density} person/km; M}}}}\n"
        for name, value, density in (("one", 0.02, 150), ("two", 0.2, 100))
    }
    files = [tmp_path / f"{name}.yaml" for name in texts]
    for file, text in zip(files, texts.values(), strict=True):
        file.write_text(text)
    found = compare(files, short(tmp_path), against="one:in_concert", why="two:in_concert")
    rows = [result.outcomes()["net_km2"].sel(arm="in_concert").to_numpy() for result in found.results.values()]
    assert found.why.outcomes["net_km2"].total.value == pytest.approx((rows[1] - rows[0]).mean())


def test_another_seed_is_said(tmp_path, few):
    one = compare([few], short(tmp_path, seed=7)).results["few"].folder
    found = compare([Path("shipped:abstract"), one], short(tmp_path), why="few:base").why
    assert found.settings == ("seed",)


def test_a_wrong_name_is_refused(tmp_path, sim_command):
    words = ("--replicates", "2", "--horizon", "5 week", "--no-plots", "--out", tmp_path)
    code, _, err = sim_command("compare", "shipped:abstract-claim", "--why", "in_concret", *words)
    assert (code, "did you mean 'in_concert'" in err) == (2, True)
