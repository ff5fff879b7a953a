"""Nothing cited was published after the day, and what was published says when."""

import csv
import re
from pathlib import Path

import pytest
import yaml

from sim.scenario import read

SCENARIOS = Path(__file__).resolve().parents[2] / "scenarios"
DAY = "2024-11-19"
#: the one seam, told in the evidence file and in docs/evidence-left-out.md: a later vintage of months that end before the day
SEAMS = {"KIEL"}
EVIDENCE = "evidence/known-on-2024-11-19.yaml"
WORLDS = ["ukraine-2024-11-19.yaml", "claim.yaml", "history/2023-01.yaml", "history/2022-09.yaml"]
WORLDS += [f"voices/{one.name}" for one in sorted((SCENARIOS / "voices").glob("*.yaml"))]
UNPUBLISHED = (
    "no publication",
    "definition",
    "[derived]",
    "our own",
    "analyst prior",
    "our reading",
    "is ours",
    "are ours",
)


def cited(name):
    """Return {id: source} of every source of the evidence file that a number of a scenario cites."""
    scenario = read(SCENARIOS / name, {"posterior": "none"})
    found = {one.source_id for one in scenario.numbers() if one.source_id}
    return {key: source for key, source in scenario.sources.items() if key in found}


def later(date, day):
    """Return whether a date of a year, a month or a day lies after `day` as far as it says."""
    return date[: len(day)] > day[: len(date)]


@pytest.mark.parametrize("name", WORLDS)
def test_what_is_cited_was_published_by_the_day(name):
    sources = cited(name)
    assert len(sources) > 50
    dated = {key: source.published for key, source in sources.items() if source.published}
    assert len(dated) > 50
    assert {key for key, date in dated.items() if later(date, DAY)} <= SEAMS
    assert {key for key, source in sources.items() if later(source.as_of, DAY)} == set()


@pytest.mark.parametrize("name", WORLDS)
def test_what_has_no_date_of_publication_says_that_nobody_published_it(name):
    for key, source in cited(name).items():
        text = f"{source.source} {source.note}".lower()
        assert source.published or any(word in text for word in UNPUBLISHED), key


def test_figures_that_claims_and_checks_rest_on_were_published_by_the_day():
    """They name ids in a column or in a comparison, where no number of a world cites them."""
    known = yaml.safe_load((SCENARIOS / EVIDENCE).read_text(encoding="utf-8"))["sources"]
    rows = (SCENARIOS / "history" / "arithmetic.csv").read_text(encoding="utf-8").splitlines()
    checks = csv.DictReader(row for row in rows if not row.startswith("#"))
    named = {one.strip() for row in checks for one in row["source"].split(",")}
    for claim in (SCENARIOS / "claims").glob("C*.yaml"):
        named |= set(re.findall(r"evidence\.(\w+)", claim.read_text(encoding="utf-8")))
    found = named & set(known)
    assert len(found) > 15
    for key in found:
        assert not later(str(known[key]["published"]), DAY), key
    assert all(re.search(r"\.csv$|^[A-Z][a-z]|^\d", one) for one in named - set(known)), named - set(known)


def test_a_date_is_later_only_as_far_as_it_says():
    assert later("2024-11-25", DAY)
    assert later("2024-12", DAY)
    assert later("2025", DAY)
    assert not later("2024", DAY)
    assert not later("2024-11", DAY)
    assert not later("2024-11-19", DAY)
