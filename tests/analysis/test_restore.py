"""The way back from stored accounts: what was written is read again, to the last digit, and nothing else is taken for it."""

import json
from math import inf, isnan
from pathlib import Path

import pytest

from sim.analysis import restore
from sim.analysis.accounts import kind_of
from sim.analysis.outcomes.frozen import Change, Freezing
from sim.analysis.serialise import plain
from sim.analysis.verdicts.robustness import robustness
from tests.plotting import synthetic

KEPT = Path(__file__).parents[2] / "docs" / "results"
GRIDS = {"halt_rate": (0.5, 1.0, 4.0), "halt_days": (28.0, 60.0), "halt_within_days": (182.0,), "can": (0.2, 0.5)}


def kept(name):
    return json.loads((KEPT / f"{name}.json").read_text(encoding="utf-8"))


def test_the_account_of_robustness_is_the_same_after_a_round():
    data = synthetic.synthetic(replicates=30)
    results = {"shipped": data, "other": data.assign(net_km2=data["net_km2"] * 0.0)}
    names = [("shipped", "as shipped", "As shipped"), ("other", "law of combat", "No movement")]
    account = json.loads(json.dumps(plain(robustness(results, names, GRIDS, [("halt_rate", "halt_days")]))))
    assert kind_of(account) == "robustness"
    assert plain(restore.robustness(account)) == account


def test_parts_cells_and_answers_are_the_same_after_a_round():
    donors = kept("donors")
    for one in donors["parts"]:
        assert restore.part(one).account() | {"by_answer": one["by_answer"]} == one
    for one in donors["cells"]:
        assert restore.cell(one).account() | {"by_answer": one["by_answer"], "replicates": one["replicates"]} == one
    for one in kept("claims"):
        told = plain(restore.answer(one))
        shown = ("id", "verdict", "reason", "estimate", "low", "high", "anyway", "metric", "unit", "holds", "threshold")
        assert {key: told[key] for key in shown} == {key: one[key] for key in shown}


@pytest.mark.parametrize("base", [250.0, -40.0])
def test_what_a_frozen_class_changes_is_told_in_per_cent(base):
    changes = Change(-8.0, 1.5, base), Change(0.2, 4.0, base), Change(0.0, 0.0, 0.0)
    found = Freezing("ally", "Donors", *changes)
    again = restore.freezing(json.loads(json.dumps(found.account())))
    for name in ("ground", "casualties", "delivered"):
        there, here = getattr(found, name), getattr(again, name)
        assert here.estimate().as_list() == pytest.approx(there.estimate().as_list())
        assert here.share == pytest.approx(there.share)
    assert again.decides is found.decides is True


def test_null_is_what_is_not_known():
    one = restore.estimate([None, 3.0, None])
    assert (one.low, one.value, one.high) == (-inf, 3.0, inf)
    nothing = restore.estimate([None, None, None])
    assert isnan(nothing.value)
    assert not nothing.known


@pytest.mark.parametrize("wrong", [None, 3, "", {}, [], [1], [{}], {"variants": []}, {"account": {}}])
def test_nothing_else_is_taken_for_a_study(wrong):
    assert kind_of(wrong) is None
