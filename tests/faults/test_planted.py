"""The tests on trial: each planted fault must be caught by the checks that are named for it, and by all of them."""

import ast
import pickle
import shutil
from pathlib import Path

import pytest

from tests.faults.bench import ROOT, Bench, copy
from tests.faults.page import PAGE, page
from tests.faults.planted import FAULTS
from tests.models.campaign.wars import claim

#: one check of each kind; all of them run with the other tests, on the program itself
CHECKS = tuple({fault.kind: fault.checks[0] for fault in reversed(FAULTS)}.values())


@pytest.fixture(scope="session")
def bench(tmp_path_factory):
    stored = tmp_path_factory.mktemp("claim") / "claim.pickle"
    stored.write_bytes(pickle.dumps(claim()))
    made = Bench(stored)
    yield made
    made.close()


@pytest.fixture
def room(tmp_path):
    """Return a copy of the program, gone after the test."""
    yield copy(tmp_path / "copy")
    shutil.rmtree(tmp_path / "copy", ignore_errors=True)


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS, ids=[fault.name for fault in FAULTS])
def test_a_planted_fault_is_caught(bench, room, fault):
    fault.plant(room)
    outcomes = bench.outcomes(room, fault.checks)
    for check in fault.checks:
        found = {name: outcome for name, outcome in outcomes.items() if name == check or name.startswith(f"{check}[")}
        assert found, f"{check} did not run: {outcomes}"
        assert "failed" in found.values(), f"{check} does not notice: {fault.breaks} {found}"


@pytest.mark.slow
def test_the_same_checks_pass_on_the_sound_program(bench, room):
    """Without a fault nothing fails in a copy: what fails above fails for the fault alone."""
    outcomes = bench.outcomes(room, CHECKS)
    assert {name: outcome for name, outcome in outcomes.items() if outcome not in ("passed", "skipped")} == {}
    assert len(outcomes) >= len(CHECKS)


def test_there_are_faults_of_every_kind():
    assert len(FAULTS) >= 40
    assert len({fault.name for fault in FAULTS}) == len(FAULTS)
    assert sum(fault.kind == "sign" for fault in FAULTS) >= 3
    kinds = {"sign", "unit", "flow", "bonus", "luck", "lag", "arm", "lanes", "past", "judging", "lever", "knowing"}
    assert {fault.kind for fault in FAULTS} == kinds


@pytest.mark.parametrize("fault", FAULTS, ids=[fault.name for fault in FAULTS])
def test_a_fault_is_a_program(fault, tmp_path):
    """It stands where it says, and what it makes is valid Python: a fault that cannot be read would be caught by anything."""
    target = tmp_path / fault.file
    target.parent.mkdir(parents=True)
    shutil.copy2(ROOT / fault.file, target)
    fault.plant(tmp_path)
    ast.parse(target.read_text(encoding="utf-8"))


def test_the_page_lists_what_is_planted():
    assert (ROOT / PAGE).read_text(encoding="utf-8") == page(), "write it anew: make faults"
    assert Path(PAGE).name == "planted-faults.md"
