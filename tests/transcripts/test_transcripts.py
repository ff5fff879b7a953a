"""Golden transcripts: a short diary of one war per shipped scenario, as a person would read it.

When results change on purpose, look at the difference, name it in CHANGELOG under "Results change" and write the files anew:
``WRITE_TRANSCRIPTS=1 python -m pytest tests/transcripts``.
"""

import os
from pathlib import Path

import numpy as np
import pytest

from sim.foundation.lanes import Lanes
from sim.foundation.noise import Noise
from sim.models.campaign.diary import write_diary
from sim.scenario import read
from sim.scenario.priors.draw import draw

HERE = Path(__file__).parent
SCENARIOS = HERE.parents[1] / "scenarios"
DAYS = 84
#: transcript -> scenario, arm, replicate
WARS = {
    "base": ("claim.yaml", 0, 7),
    "all_with_coordination": ("claim.yaml", 8, 7),
    "world": ("ukraine-2024-11-19.yaml", 0, 3),
    "past": ("history/2023-01.yaml", 0, 0),
    "autumn-2022": ("history/2022-09.yaml", 0, 0),
    "training-coordinated": ("two-by-two.yaml", 16, 2),
    "two-levers": ("factorial.yaml", 16, 5),
    "half-a-coordination": ("coordination.yaml", 15, 5),
    "abstract": ("abstract.yaml", 0, 1),
    "abstract-concert": ("abstract-claim.yaml", 6, 1),
}


def diary(scenario: str, arm: int, replicate: int) -> str:
    read_one = read(SCENARIOS / scenario)
    labels = read_one.labels(list(read_one.arms)[arm])
    lanes = Lanes(np.array([arm]), np.array([replicate]))
    parameters, of_base = draw(read_one, lanes, read_one.run.seed), lanes.of_base()
    base = None if of_base is None else draw(read_one, of_base, read_one.run.seed)
    noise = Noise(read_one.run.seed, lanes.replicate)
    return write_diary(parameters, lanes, noise, start=read_one.run.start, days=DAYS, labels=labels, base=base)


@pytest.mark.parametrize("name", WARS)
def test_the_diary_is_as_it_was(name: str) -> None:
    found = diary(*WARS[name])
    file = HERE / f"{name}.txt"
    if os.environ.get("WRITE_TRANSCRIPTS"):
        file.write_text(found, encoding="utf-8")
    assert found == file.read_text(encoding="utf-8")


def test_no_shipped_scenario_is_without_a_diary() -> None:
    shipped = {file.relative_to(SCENARIOS).as_posix() for file in SCENARIOS.glob("*.yaml")}
    shipped |= {file.relative_to(SCENARIOS).as_posix() for file in (SCENARIOS / "history").glob("20*.yaml")}
    assert shipped == {scenario for scenario, _, _ in WARS.values()}
