"""Sides, fronts and arms go by role: another war's names reach every text, and no word of the first one is left."""

import json
import re

import numpy as np
import pytest

from sim.analysis.names import Names, Roles
from sim.analysis.outcomes.measures import MEASURES
from sim.analysis.outcomes.quantities import quantities
from sim.analysis.result import Result, judge
from sim.analysis.verdicts.robustness import robustness
from sim.foundation.errors import UserError
from tests.plotting.synthetic import ALLIES, CLAIM_ARMS, FRONTS, TARGETS, synthetic

FIRST_WAR = re.compile(r"russia|ukrain|kursk|kremlin|kyiv|\bru_|\bua_|all_with|five", re.IGNORECASE)
ARMS = ("as_is", "steel", "bread", "roads", "apart", "staff", "together")
ROLES = dict(zip(ARMS, ("base", *["single"] * 3, "joint_uncoordinated", "coordination", "joint"), strict=True))


@pytest.fixture(scope="module")
def renamed():
    """The made-up war with three levers, every side, front, ally, target and arm under another name."""
    data = synthetic(dict(list(CLAIM_ARMS.items())[: len(ARMS)]), replicates=30)
    fronts = [f"hill {place}" for place in range(len(FRONTS))]
    attributes = {
        "sides": {
            "south": {"role": "defender", "name": "South", "demonym": "Southern", "leadership": "the Senate"},
            "north": {"role": "attacker", "name": "North", "demonym": "Northern", "leadership": "the Crown"},
        },
        "outside_fronts": fronts[-1:],
        "target_sides": {f"works {place}": "north" if place < 4 else "south" for place in range(len(TARGETS))},
        "arm_roles": ROLES,
        "arm_labels": {name: name.capitalize() for name in ARMS},
    }
    data = data.assign_coords(
        arm=list(ARMS), side=["south", "north"], front=fronts, ally=[f"friend {place}" for place in range(len(ALLIES))],
        target=[f"works {place}" for place in range(len(TARGETS))],
        role=("side", ["defender", "attacker"]), target_side=("target", ["north"] * 4 + ["south"] * 2),
    )  # fmt: skip
    return data.assign_attrs({name: json.dumps(value) for name, value in attributes.items()} | {"title": "Hills"})


def test_every_text_and_key_has_the_new_names_and_none_of_the_first_war(renamed):
    result = Result(renamed)
    moved = robustness({"a": renamed}, [("a", "g", "A")], {"can": (0.2, 0.5)})
    told = [
        json.dumps(judge(renamed)),
        str(result.contrast("as_is").frame().reset_index().to_csv()),
        " ".join(one.label for one in result.table().outcomes.values()),
        " ".join(one.label for one in quantities(renamed).values()),
        " ".join(one.meaning.format(**result.names.words) for one in MEASURES.values()),
        moved.sentence,
    ]
    for text in told:
        assert not FIRST_WAR.search(text), FIRST_WAR.search(text)
    assert "the Northern advance in the last quarter" in told[0]
    assert "all three levers in concert" in told[0]
    assert "on the Southern side" in told[0]
    assert "the Crown's choice" in told[0]
    assert {"casualties_north", "killed_south"} <= set(result.table().arms["together"].differences)


def test_the_numbers_are_those_of_the_first_names(renamed):
    """Nothing depends on a name: the same record under the old ones has the same outcomes."""
    old = synthetic(dict(list(CLAIM_ARMS.items())[: len(ARMS)]), replicates=30)
    mine, theirs = Result(renamed).outcomes(), Result(old).outcomes()
    for new, was in (("p_reversal", "p_reversal"), ("kept_km2", "kept_km2"), ("casualties_north", "casualties_russia")):
        np.testing.assert_array_equal(mine[new], theirs[was])


def test_a_front_outside_is_told_by_the_result_not_by_its_name(renamed):
    """With another front outside, ground there no longer counts as a reversal."""
    fronts = [str(name) for name in renamed["front"].to_numpy()]
    assert Names.of(renamed).inside(fronts) == fronts[:-1]
    all_but_one = renamed.assign_attrs(outside_fronts=json.dumps(fronts[1:]))
    assert Names.of(all_but_one).inside(fronts) == fronts[:1]


def test_arms_without_a_role_are_in_no_verdict(renamed):
    roles = {name: role for name, role in ROLES.items() if name != "roads"}
    names = Names.of(renamed.assign_attrs(arm_roles=json.dumps(roles)))
    assert names.singles == ("steel", "bread")
    assert (names.joint, names.uncoordinated, names.coordination) == ("together", "apart", "staff")


def test_arms_of_which_no_verdict_speaks_are_refused_with_their_roles():
    with pytest.raises(UserError, match=r"the arms are as_is \(base\), steel \(single\)"):
        Roles.among(["as_is", "steel"], {"steel": "single"}).need_claim()
    with pytest.raises(UserError, match="did you mean 'steel'"):
        Roles.among(["as_is", "steel"], {}).arm("stele")
