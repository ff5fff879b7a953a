"""Files of format 1: refused with the command that helps, and migrated without loss."""

import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from sim.foundation.errors import UserError
from sim.scenario import read
from sim.scenario.migrate import LEVERS, SIDES, TARGETS, migrated
from sim.scenario.moved_keys import MOVED, first_key, new_key
from sim.scenario.schema.paths import leaves
from sim.scenario.syntax.extends import read_chain
from sim.scenario.syntax.nodes import Map, plain
from sim.scenario.syntax.yaml_text import parse_file

SCENARIOS = Path(__file__).resolve().parents[2] / "scenarios"
OLD = """\
# a war of my own
format: 1
title: Mine
extends: shipped:claim
world:
  fronts:
    pokrovsk:
      russian_weight: 1.5; DEF # their main effort
  strike:
    oil_effect: 0.1; DEF
  russia:
    oil_cost: 0.5; DEF
    buffer: 20 month; DEF # a guess of mine
arms:
  base: {}
  us_arms:
    patch: {levers.us_arms.dose: 0.5, ukraine.drive: 1000 person/month, strike.russian_drone_pace: x 2}
"""


@pytest.fixture
def old(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(OLD, encoding="utf-8")
    return path


def test_an_old_file_is_refused_with_the_command_that_helps(old, call):
    code, _, err = call("validate", old)
    assert code == 2
    assert f"{old}:2:9: found format '1' - this program reads format 2; `sim migrate {old} --write` makes it one" in err
    assert "russian_weight" not in err, "the keys of format 1 are no further faults"


def test_every_old_file_of_a_chain_is_told_at_once(old, tmp_path):
    child = tmp_path / "child.yaml"
    child.write_text("format: 1\nextends: mine.yaml\ntitle: Child\n", encoding="utf-8")
    with pytest.raises(UserError) as error:
        read(child)
    assert len([fault for fault in error.value.faults if "sim migrate" in str(fault)]) == 2


def test_it_is_migrated_with_its_comments_and_plays_the_same_values(old, call):
    code, out, err = call("migrate", old)
    assert (code, err) == (0, "")
    assert old.read_text(encoding="utf-8") == OLD, "without --write the file stays as it is"
    code, screen, err = call("migrate", old, "--write")
    assert (code, err) == (0, "")
    assert "fronts.*.russian_weight" in screen
    text = old.read_text(encoding="utf-8")
    assert text.rstrip("\n") == out.rstrip("\n")
    assert re.findall("#.*", text) == re.findall("#.*", OLD)
    scenario = read(old)
    base, arm = scenario.world("base"), scenario.world("us_arms")
    assert base.fronts["pokrovsk"].attacker_weight.value == 1.5
    assert base.strike.targets["ru_oil"].effect.value == 0.1
    assert base.strike.targets["ru_oil"].revenue.value == 0.5
    assert base.attacker.buffer.value == 20.0
    assert arm.defender.drive.value == pytest.approx(1000 / 30.4375)
    assert arm.strike.attacker_drone_pace.value == pytest.approx(2 * base.strike.attacker_drone_pace.value)
    assert scenario.arms["us_arms"].role == "single"
    assert "only format 1 is migrated" in call("migrate", old)[2]


def before(node, path=""):
    """Return a tree of format 2 as format 1 had it: keys where they were, properties unsaid."""
    found = {}
    for key, item in node.items():
        here = f"{path}.{key}" if path else key
        if isinstance(item, Map) and not any(leaf in item for leaf in ("value", "series", "choose")):
            found |= before(item, here)
        else:
            found[first_key(here)] = plain(item)
    return found


def nested(flat):
    tree = {}
    for path, item in flat.items():
        *parents, key = path.split(".")
        node = tree
        for parent in parents:
            node = node.setdefault(parent, {})
        node[key] = item
    return tree


def unsaid(flat):
    """Leave out what format 1 took from the names."""
    said = [(f"sides.{name}.", SIDES[name]) for name in SIDES] + [(f"levers.{name}.", LEVERS[name]) for name in LEVERS]
    said += [(f"strike.targets.{name}.", TARGETS[name]) for name in TARGETS]
    gone = {f"{start}{key}" for start, properties in said for key in properties}
    return {path: item for path, item in flat.items() if path not in gone}


def test_the_shipped_world_goes_to_format_1_and_back(tmp_path):
    world = read_chain(SCENARIOS / "ukraine-2024-11-19.yaml")["world"]
    path = tmp_path / "old.yaml"
    YAML(typ="safe").dump({"format": 1, "title": "old", "world": nested(unsaid(before(world)))}, path)
    assert "russian_weight" in path.read_text("utf-8")
    path.write_text(migrated(path).text, encoding="utf-8")
    again = parse_file(path, str(path))["world"]
    assert dict(leaves_of(again)) == dict(leaves_of(world))


def leaves_of(node, path=""):
    for key, item in node.items():
        here = f"{path}.{key}" if path else key
        if isinstance(item, Map) and not any(leaf in item for leaf in ("value", "series", "choose")):
            yield from leaves_of(item, here)
        else:
            yield here, plain(item)


def test_every_moved_key_leads_to_a_key_of_today():
    known = [path for path, _ in leaves(read(SCENARIOS / "ukraine-2024-11-19.yaml").world())]
    for old, new in MOVED:
        start = new.split("*")[-1].strip(".")
        assert any(start in path for path in known), (old, new)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("fronts.kupiansk.ukrainian_effort", "fronts.kupiansk.planned_effort"),
        ("russia.oil_cost", "strike.targets.ru_oil.revenue"),
        ("russia.buffer", "attacker.buffer"),
        ("sides.russia.intake", None),
    ],
)
def test_a_key_has_one_new_place(old, new):
    assert new_key(old) == new
    assert first_key(new or old) == old
