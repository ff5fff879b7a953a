"""`sim explain`: every key of the schema has an answer, equations come from the source, effects from the stored studies."""

import csv
import json
from functools import cache
from pathlib import Path

import pytest

from docs.reference_blocks import _rows
from sim.exploration.equations import leaf_of, readers
from sim.foundation.errors import UserError
from sim.foundation.lanes import Lanes
from sim.report.scenarios import _moved
from sim.scenario import read
from sim.scenario.priors.draw import draw
from sim.scenario.priors.uncertain import uncertain
from sim.scenario.schema.document import Document
from sim.scenario.schema.leaves import Knob, Number, Series, Text
from sim.scenario.schema.paths import leaves
from sim.scenario.schema.sections.levers import INSTRUMENTS
from sim.scenario.schema.world import World
from sim.workflows import explain

SCENARIOS = Path(__file__).resolve().parents[2] / "scenarios"
FILES = {"claim": SCENARIOS / "claim.yaml", "abstract-claim": SCENARIOS / "abstract-claim.yaml"}
FOR_FIGURES = {"lon", "lat", "bearing"}
"""Leaves of a front that only maps read."""


@cache
def scenario(name):
    return read(FILES[name])


@cache
def chain(name):
    return explain.chain_of(FILES[name])


@cache
def parameters(name):
    return draw(scenario(name), Lanes.grid(1, range(1)), 1)


@cache
def all_readers(name):
    return readers(scenario(name))


@cache
def inputs(name):
    return uncertain(scenario(name))


def schema_keys():
    """Every key that the reference lists, with NAME where a name of one's own stands."""
    keys = [key for key, _, _ in _rows(Document, "", True)]
    keys += [
        f"{name}.{key}" for name, kind in World.model_fields.items() for key, _, _ in _rows(kind.annotation, "", False)
    ]
    return keys + list(World.model_fields)


@pytest.fixture
def account(monkeypatch):
    """The account of a key; the wars that find its readers, and the uncertain inputs, once for all keys."""

    def found(key, name):
        def known(path, of):
            return all_readers(name).get(leaf_of(path, parameters(name)) or "", ())

        monkeypatch.setattr(explain, "_readers", known)
        monkeypatch.setattr(explain, "uncertain", lambda of: inputs(name))
        return explain.account_of(key, scenario(name), chain(name))

    return found


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("key", schema_keys())
def test_every_key_of_the_schema_has_an_answer(key, name, account):
    found = account(key, name)
    assert found["meaning"]
    assert "value" in found or "said" in found or "keys" in found


@pytest.mark.parametrize("name", FILES)
def test_every_number_of_the_world_has_a_reader_and_says_what_it_moves(name, account):
    for key, leaf in leaves(scenario(name).world()):
        found = account(key, name)
        assert found["path"] == key
        assert found["meaning"], key
        moves = found["moves"]
        assert moves["note"] or moves["screening"] or moves["sensitivity"] or moves["controls"], key
        if isinstance(leaf, Number | Series | Knob) and key.split(".")[-1] not in FOR_FIGURES:
            assert found["read_by"], key
            assert all(one["statements"] and one["meaning"] for one in found["read_by"]), key
        if isinstance(leaf, Text):
            assert "figures only" in moves["note"]


@pytest.mark.parametrize("instrument", INSTRUMENTS)
def test_every_key_of_a_lever_has_an_answer(instrument, account):
    name = "claim"
    lever = next(
        lever for lever, one in scenario(name).world().levers.__dict__.items() if str(one.instrument) == instrument
    )
    for key, _, _ in _rows(INSTRUMENTS[instrument], "", False):
        assert account(f"levers.{lever}.{key}", name)["meaning"], key


def test_an_equation_is_that_of_the_rule_which_the_number_enters():
    (found,) = readers(scenario("claim"), "movement.half_density").values()
    rules = {one.rule: one for reader in found for one in reader.equations}
    gap = rules["movement.gap"]
    assert gap.formula == "1 / (1 + (density/half)^k)"
    assert gap.argument == "half_density"
    assert "half the resistance" in gap.argument_meaning
    # a value that goes on under a local name is followed
    (found,) = readers(scenario("claim"), "movement.ratio_elasticity").values()
    assert "response.manpower_index" in {one.rule for reader in found for one in reader.equations}


def test_a_number_that_one_structure_alone_reads_is_found():
    assert readers(scenario("claim"), "attacker.answer_allowance")
    assert readers(scenario("claim"), "fronts.kurakhove.lat") == {}


def test_a_number_whose_index_has_no_error_is_explained_too():
    """The study makes errors for the first few inputs; what comes after is told without one."""
    index = {
        "outcome": "ground", "rank": 8, "of": 649, "value": 0.0745, "error": None, "first_order": None,
        "first_order_error": None, "above_noise": False,
    }  # fmt: skip
    moves = {"screening": None, "sensitivity": [index], "controls": [], "note": ""}
    text = " ".join(cell for row in _moved(moves) for cell in row)
    assert "PAWN 0.074; not distinguishable from noise" in text or "PAWN 0.075; not distinguishable from noise" in text
    assert "±" not in text


def test_effects_are_those_of_the_stored_studies(account):
    ranked = json.loads((SCENARIOS / "studies" / "sensitivity.json").read_text(encoding="utf-8"))["account"][
        "sensitivity"
    ]
    keys = dict(leaves(scenario("claim").world()))
    outcome, first = next((one, one["indices"][0]) for one in ranked.values() if one["indices"][0]["name"] in keys)
    moved = account(first["name"], "claim")["moves"]["sensitivity"]
    assert (moved[0]["outcome"], moved[0]["rank"], moved[0]["value"]) == (outcome["label"], 1, first["value"])
    lines = (SCENARIOS / "history" / "screening.csv").read_text(encoding="utf-8").splitlines()
    rows = list(csv.DictReader(line for line in lines if not line.startswith("#")))
    row = next(one for one in rows if one["leaf"] in keys)
    assert account(row["leaf"], "claim")["moves"]["screening"]["effect"] == float(row["effect"])
    assert "another world" in account("movement.half_density", "abstract-claim")["moves"]["note"]
    assert "not screened" in account("levers.us_arms.dose", "claim")["moves"]["note"]


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("us_arms", "did you mean 'levers.us_arms' or 'arms.us_arms'?"),
        ("halt_rate", "did you mean 'verdict.halt_rate'?"),
        ("movement.half_densty", "did you mean 'movement.half_density'?"),
        ("run.horzon", "did you mean 'run.horizon'?"),
    ],
)
def test_a_key_that_is_not_there_names_where_it_belongs(key, said, account):
    with pytest.raises(UserError, match="no such key") as raised:
        account(key, "claim")
    assert said in str(raised.value)


def test_stand_ins_and_roles_mean_every_name(account):
    found = account("levers.NAME.dose", "claim")
    assert found["path"] == "levers.atacms.dose"
    assert "levers.us_arms.dose" in found["same_for"]
    assert account("sides.attacker.drones", "abstract-claim")["path"].startswith("sides.")
    assert account("world.movement", "claim")["keys"]["movement.half_density"]


def test_a_measure_of_results_is_not_called_a_misspelt_key(account):
    with pytest.raises(UserError, match="p_halt: no such key - it is a measure of results"):
        account("p_halt", "claim")
