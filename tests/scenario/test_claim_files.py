"""Claim files: the shipped ones are whole, and every fault is told at its place."""

import datetime as dt
import shutil
from pathlib import Path

import numpy as np
import pytest

from sim.analysis.observations.table_statistics import STATISTICS
from sim.analysis.outcomes.measures import MEASURES
from sim.foundation.errors import UserError
from sim.scenario.claims.file import is_claim_file, read_claim
from sim.scenario.claims.join import join

SCENARIOS = Path(__file__).resolve().parents[2] / "scenarios"
FILES = sorted((SCENARIOS / "claims").glob("*.yaml"))

GOOD = """\
format: 2
id: C07
says: More is better.
plays: claim.yaml
arms:
  more: {label: More, patch: {levers.atacms.dose: 1}}
tests:
  - kind: contrast
    metric: net_km2
    arm: more
    against: base
    holds: below
    threshold: 0
    on: 2025-11-18
conditional_on: [settling]
"""


@pytest.fixture
def read_text(tmp_path):
    """Return a function that reads a text as a claim beside a scenario."""
    folder = tmp_path / "scenarios"
    folder.mkdir()
    (folder / "claim.yaml").write_text("format: 2\n", encoding="utf-8")

    def reader(content=GOOD):
        (folder / "c.yaml").write_text(content, encoding="utf-8")
        return read_claim(folder / "c.yaml", MEASURES, STATISTICS)

    return reader


def faults(read_text, old, new):
    assert old in GOOD
    with pytest.raises(UserError) as caught:
        read_text(GOOD.replace(old, new))
    return [(fault.line, fault.message) for fault in caught.value.faults]


def test_a_good_file_is_read(read_text):
    claim = read_text()
    (test,) = claim.tests
    assert (claim.id, claim.needs, test.arms) == ("C07", ("more", "base"), ("more", "base"))
    assert (test.condition.above, test.condition.threshold, test.condition.since) == (False, "0", None)
    assert test.condition.on == dt.date(2025, 11, 18)
    assert is_claim_file(claim.path)
    assert not is_claim_file(SCENARIOS / "claim.yaml")


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("id: C07", "id: seven", 2, "C and two digits"),
        ("metric: net_km2", "metric: net_km", 9, "did you mean 'net_km2'?"),
        ("kind: contrast", "kind: contrasts", 8, "did you mean 'contrast'?"),
        ("    against: base\n", "", 8, "`against` is missing"),
        ("holds: below", "holds: under", 12, "one of above, below"),
        ("threshold: 0", "threshold: verdict.cann", 13, "verdict.cannot"),
        ("threshold: 0", "threshold: nan", 13, "a number"),
        ("on: 2025-11-18", "on: soon", 14, "a date like"),
        ("on: 2025-11-18", "of: beliefs.start", 14, "unknown key of a test of kind 'contrast'"),
        ("plays: claim.yaml", "plays: clam.yaml", 4, "there is no such file"),
        ("plays: claim.yaml", "plays: /etc/passwd", 4, "only files inside"),
        ("says: More is better.", "say: More is better.", 3, "did you mean 'says'?"),
        ("    on: 2025", "    since: 2026-01-01\n    on: 2025", 14, "not before"),
    ],
)
def test_every_fault_is_told_at_its_line(read_text, old, new, line, words):
    assert any(at == line and words in message for at, message in faults(read_text, old, new))


def test_faults_come_all_at_once(read_text):
    told = faults(read_text, "metric: net_km2\n    arm: more\n", "metric: x\n    side: north\n    threshold: much\n")
    assert len(told) == 1  # a key twice: YAML itself is wrong
    told = faults(
        read_text, "arm: more\n    against: base\n    holds: below\n    threshold: 0", "side: north\n    threshold: y"
    )
    assert [line for line, _ in told] == [8, 8, 11]  # two keys missing, a threshold; sides are the scenario's


def edited(tmp_path, name, old, new):
    """Return a shipped claim, edited, as if it stood among the others."""
    folder = tmp_path / "scenarios" / "claims"
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(SCENARIOS / "claim.yaml", tmp_path / "scenarios" / "claim.yaml")
    text = (SCENARIOS / "claims" / f"{name}.yaml").read_text(encoding="utf-8")
    assert old in text
    path = folder / f"{name}{len(new)}.yaml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    return path


def test_arms_are_checked_across_claims(tmp_path):
    files = [
        SCENARIOS / "claims" / "C05.yaml",
        edited(tmp_path, "C06", "defender.drive: 53000", "defender.drive: 12000"),
        edited(tmp_path, "C22", "arm: atacms", "arm: atacm"),
        edited(tmp_path, "C23", "[movement", "[movemend"),
    ]
    claims = [read_claim(file, MEASURES, STATISTICS) for file in files]
    with pytest.raises(UserError) as caught:
        join(SCENARIOS / "claim.yaml", claims)
    told = str(caught.value)
    assert "the arm 'men_up' is another one in" in told
    assert "unknown arm 'atacm'" in told
    assert "did you mean 'movement'?" in told
    assert all(fault.line for fault in caught.value.faults)


def test_the_thirty_four_claims_are_there_and_each_says_why():
    claims = [read_claim(file, MEASURES, STATISTICS) for file in FILES]
    assert [claim.id for claim in claims][:34] == [f"C{n:02d}" for n in range(1, 35)]  # a user may add more
    assert [file.stem for file in FILES] == [claim.id for claim in claims]
    for claim in claims:
        assert claim.reversion, claim.id
        assert all(test.because for test in claim.tests), claim.id
    # a lever alone, all together, and the sum of parts use the scenario's own arms
    assert {name for claim in claims[21:29] for name in claim.needs} >= {"atacms", "all_with_coordination"}


@pytest.fixture(scope="module")
def past():
    """Return the past, joined with the arms of every claim that plays it."""
    claims = [read_claim(SCENARIOS / "claims" / f"{name}.yaml", MEASURES, STATISTICS) for name in ("C01", "C11", "C12")]
    return join(SCENARIOS / "history" / "2023-01.yaml", claims)


def test_joining_keeps_the_base_and_takes_what_is_needed(past):
    assert list(past.arms) == [
        "base", "aid_earlier", "aid_more_and_earlier", "mobilised_earlier", "kursk_left_at_once",
    ]  # fmt: skip


def test_the_earlier_call_up_calls_up_as_many(past):
    """C11 moves people in time; it must not add any."""
    run = past.run
    days = np.arange(run.start.toordinal(), run.end.toordinal())

    def total(arm):
        points = past.world(arm).sides.ukraine.intake.points
        return np.interp(days, [when.toordinal() for when, _ in points], [value for _, value in points]).sum()

    assert total("mobilised_earlier") == pytest.approx(total("base"), rel=2e-3)
    early = days < dt.date(2023, 12, 1).toordinal()
    assert early.sum() > 300
    factor = past.world("mobilised_earlier").sides.ukraine.intake.factor
    assert factor == past.world("base").sides.ukraine.intake.factor  # the same doubt, the same luck


def test_the_earlier_aid_keeps_its_totals_within_the_run(past):
    """C01 front-loads over exactly the span that is played, and shortens no lag."""
    plan = past.world("aid_earlier").levers.coordination
    assert (plan.start.date, round(plan.window.value)) == (past.run.start, past.run.horizon_days)
    assert (plan.timing.value, plan.haste.value, plan.kinds.value, plan.message.value) == (1, 0, 0, 0)
