"""The diary stops where the war does, tells what changes its course, and calls things by their labels."""

import re
from pathlib import Path

import numpy as np
import pytest

from sim.foundation.errors import UserError
from sim.foundation.lanes import Lanes
from sim.foundation.noise import Noise
from sim.models.campaign.diary import write_diary
from sim.scenario import read
from sim.scenario.priors.draw import draw
from sim.workflows import inspection
from sim.workflows.options import Options

CLAIM = Path(__file__).parents[3] / "scenarios" / "claim.yaml"


def diary(changes, days, arm="base", replicate=3, **more):
    scenario = read(CLAIM, changes)
    lanes = Lanes(np.array([list(scenario.arms).index(arm)]), np.array([replicate]))
    run = scenario.run
    return write_diary(
        draw(scenario, lanes, run.seed), lanes, Noise(run.seed, lanes.replicate), run.start, days, **more
    )


def test_it_ends_with_the_cease_fire_and_gives_no_orders_after_it():
    soon = {"settling.base": "20 1/month", "settling.ceiling": "20 1/month", "defender.stance": "1"}
    pages = diary(soon, 364).strip().split("\n\n")
    assert len(pages) == 3, "the opening, one entry, the ending"
    assert "On 26 November 2024 a cease-fire was agreed." in pages[1]
    assert pages[2].startswith("On 26 November 2024 the guns fell silent.")


def test_the_end_of_the_salient_is_an_event_and_nobody_leaves_it_afterwards():
    text = diary({}, 112, arm="kursk_exit")
    before, after = re.split(r"On \d+ \w+ 202\d nothing was left of the salient at kursk\.", text)
    assert "is leaving the salient" in before
    assert "In kursk ukraine holds" in before
    assert "leaving the salient" not in after
    assert "In kursk" not in after


def test_days_have_no_leading_zero_and_names_are_words():
    text = diary({"run.start": "2024-12-09"}, 28, labels={"us": "United States", "kursk": "Kursk"})
    assert "6 January 2025." in text
    assert not re.search(r"\b0\d \w+ 20\d\d|\w_\w", text)
    assert "United States" in text
    assert "Kursk" in text


def test_a_replicate_that_is_in_no_result_is_refused():
    with pytest.raises(UserError, match=r"no replicate 300 in .*; it has 250, 0 to 249"):
        inspection.replay(CLAIM, Options(), replicate=300)
