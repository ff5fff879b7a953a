"""Nothing cited was published after the day, and what was published says when."""

from pathlib import Path

import pytest

from sim.scenario import read

SCENARIOS = Path(__file__).resolve().parents[2] / "scenarios"
DAY = "2024-11-19"
#: the one seam, told in the evidence file and in docs/evidence-left-out.md: a later vintage of months that end before the day
SEAMS = {"KIEL"}
UNPUBLISHED = ("no publication", "definition", "[derived]", "our own", "analyst prior")


def cited(name):
    """Return {id: source} of every source of the evidence file that a number of a scenario cites."""
    scenario = read(SCENARIOS / name, {"posterior": "none"})
    found = {one.source_id for one in scenario.numbers() if one.source_id}
    return {key: source for key, source in scenario.sources.items() if key in found}


def later(date, day):
    """Return whether a date of a year, a month or a day lies after `day` as far as it says."""
    return date[: len(day)] > day[: len(date)]


@pytest.mark.parametrize("name", ["ukraine-2024-11-19.yaml", "history/2023-01.yaml"])
def test_what_is_cited_was_published_by_the_day(name):
    sources = cited(name)
    assert len(sources) > 50
    dated = {key: source.published for key, source in sources.items() if source.published}
    assert len(dated) > 50
    assert {key for key, date in dated.items() if later(date, DAY)} <= SEAMS
    assert {key for key, source in sources.items() if later(source.as_of, DAY)} == set()


def test_what_has_no_date_of_publication_says_that_nobody_published_it():
    for key, source in cited("ukraine-2024-11-19.yaml").items():
        text = f"{source.source} {source.note}".lower()
        assert source.published or any(word in text for word in UNPUBLISHED), key


def test_a_date_is_later_only_as_far_as_it_says():
    assert later("2024-11-25", DAY)
    assert later("2024-12", DAY)
    assert later("2025", DAY)
    assert not later("2024", DAY)
    assert not later("2024-11", DAY)
    assert not later("2024-11-19", DAY)
