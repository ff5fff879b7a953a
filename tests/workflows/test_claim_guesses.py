"""Which single guess decides a claim: found where it is planted, and not where nothing hangs on it."""

from types import SimpleNamespace

import numpy as np
import pytest

from sim.analysis.estimate import Estimate
from sim.analysis.verdicts.assessment import Bound
from sim.workflows.claim_guesses import FEWEST, deciding_guesses

COUNT = 300


class Wars:
    """Wars in which what is measured is known, one value a replicate."""

    def __init__(self, values, level=0.9):
        self.values, self.level = values, level
        self.data = SimpleNamespace(sizes={"replicate": len(values)})

    def among(self, chosen, level):
        return Wars(self.values[chosen], level)

    def assess(self, bound, anyway):
        return SimpleNamespace(verdict=bound.verdict(Estimate.mean(self.values, self.level)))


class Inputs:
    """A world of three numbers: a guess that drives the wars, one that does not, and one that is measured and drives them too."""

    replicates = COUNT

    def __init__(self, drawn):
        self.drawn = drawn
        grades = {
            "movement.driver": "guess",
            "movement.idle": "guess",
            "movement.known": "measured",
            "levers.far": "guess",
        }
        rows = [SimpleNamespace(path=path, grade=grade) for path, grade in grades.items()]
        self.scenario = SimpleNamespace(numbers=lambda: rows)

    def values(self, path):
        return self.drawn["movement.driver" if path == "levers.far" else path]


@pytest.fixture
def drawn():
    rng = np.random.default_rng(5)
    return {f"movement.{name}": rng.uniform(size=COUNT) for name in ("driver", "idle", "known")}


def found(drawn, values):
    claim = SimpleNamespace(conditional_on=("movement",))
    return deciding_guesses(claim, [Bound(above=True, threshold=0.0)], "base", Wars(values), Inputs(drawn))


def test_a_guess_that_turns_the_verdict_by_itself_is_named(drawn):
    assert found(drawn, drawn["movement.driver"] - 0.5) == ("movement.driver",)


def test_what_only_moves_the_estimate_decides_nothing(drawn):
    assert found(drawn, drawn["movement.driver"] + 0.5) == ()
    assert found(drawn, drawn["movement.known"] - 0.5) == (), "a measured number is no guess"


def test_too_few_replicates_say_nothing(drawn):
    few = FEWEST - 1
    claim = SimpleNamespace(conditional_on=("movement",))
    assert deciding_guesses(claim, [], "base", Wars(drawn["movement.driver"][:few]), Inputs(drawn)) == ()
