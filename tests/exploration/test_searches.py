"""The searches against a war whose chances are known in closed form."""

from types import SimpleNamespace

import numpy as np
import pytest
from scipy.special import ndtri

from sim.analysis.estimate import Estimate
from sim.exploration.assumptions import EDGE, Question, overturning
from sim.exploration.levers import Lever
from sim.exploration.packages import Search, search
from sim.scenario.priors.uncertain import Uncertain
from sim.scenario.schema.leaves import Choice, Number

WARS = 1000


class Known:
    """A bench whose wars halt with a chance that a function of the case gives."""

    def __init__(self, chance):
        self.chance, self.played, self.replicates = chance, 0, WARS
        self.scenario = SimpleNamespace(run=SimpleNamespace(horizon_days=364))
        self.days = 364

    def halts(self, cases, progress=None):
        return self.halted(self.calmest(cases, progress))

    def halted(self, calm):
        return (calm < 0).astype(float)

    def calmest(self, cases, progress=None):
        self.played += len(cases)
        if progress:
            progress(1.0)
        u = (np.arange(WARS) + 0.5) / WARS
        return np.array([u - self.chance(case) for case in cases]).reshape(len(cases), WARS)


def lever(name, most=1.0, **price):
    return Lever(
        name, {f"levers.{name}.dose": 1.0}, {f"levers.{name}.dose": most}, f"levers.{name}.start", 10.0, **price
    )


PLAIN, MONEY, OTHER = lever("plain"), lever("money", np.inf, flow=0.1), lever("other")


def dose(case, name):
    return case.controls.get(f"levers.{name}.dose", 0.0)


def found(chance):
    bench = Known(chance)
    return search(Search(bench, "base", [PLAIN, MONEY, OTHER], 0.5, 0.9)), bench


def test_the_smallest_set_and_the_least_cost():
    packages, _ = found(lambda case: 0.2 * dose(case, "plain") + 0.1 * dose(case, "money"))
    assert packages.smallest.levers == ("money",)  # alone at eight times the dose; plain alone never
    assert packages.smallest.factor == 8.0
    assert set(packages.cheapest.levers) >= {"plain", "money"}
    # with plain, money must bring the interval's lower end to one half: a little over 0.3 / 0.1 times the dose
    assert 3.0 < packages.cheapest.factor < 3.9
    assert packages.cheapest.cost == pytest.approx(0.1 * packages.cheapest.factor * (364 - 10) / (365.25 / 12))
    assert packages.best.chance.value == pytest.approx(1.0)


def test_nothing_is_found_where_there_is_nothing():
    packages, _ = found(lambda case: 0.3)
    assert packages.smallest is packages.cheapest is packages.latest is None
    assert len(packages.tried) == 7 + 4  # every set, and those with money at the largest dose as well


def test_the_latest_beginning():
    packages, _ = found(lambda case: 0.9 if case.controls.get("levers.plain.start", 10.0) <= 60 else 0.1)
    assert packages.latest.delay == 60.0


def test_no_package_is_played_twice():
    bench = Known(lambda case: 0.3)
    look = Search(bench, "base", [PLAIN, MONEY], 0.5, 0.9)
    look.play([([PLAIN], 1.0, None), ([PLAIN], 1.0, None)])
    look.play([([PLAIN], 1.0, None)])
    assert bench.played == 1


def number(name):
    leaf = Number(place=None, value=2.0, low=1.0, high=4.0, law="lognormal", unit="km")
    return Uncertain(name, (name,), leaf, True, "km", "guess", "own", "", False)


def choice(name):
    leaf = Choice(place=None, options=("this", "never", "that"), weights=(0.8, 0.0, 0.2))
    return Uncertain(name, (name,), leaf, True, "", "guess", "own", "", False)


def asked(chance, inputs, up=True):
    return overturning(Question(Known(chance), "joint", 0.5, 0.9, up), inputs)


def score(case, name):
    return float(ndtri(case.moved[name])) if name in case.moved else 0.0


def test_the_nearest_assumption_and_how_far_it_is():
    def chance(case):
        return 0.2 + 0.15 * score(case, "near") - 0.1 * score(case, "far") + 0.01 * score(case, "nothing")

    told = asked(chance, [number("nothing"), number("far"), number("near")])
    assert [one.name for one in told.nearest] == ["near", "far"]
    near, far = told.nearest
    # the interval's lower end passes one half a little after the chance does, at 0.3 / 0.15 and 0.3 / 0.1
    assert 2.0 < near.distance < 2.5
    assert -3.7 < far.distance < -3.0
    assert near.value == pytest.approx(2.0 * 2.0 ** (near.distance / EDGE))  # two-piece lognormal, 4 at the edge
    assert dict(told.leading) == {"near": 1, "far": -1, "nothing": 1}
    assert told.together[0][1].value == pytest.approx(0.2 + 0.5 * 0.26, abs=2e-3)
    assert [turns for _, _, turns in told.together] == [False, False, True, True]


def test_an_option_can_turn_it():
    told = asked(lambda case: 0.9 if case.moved.get("law", 0.0) > 0.8 else 0.2, [choice("law")])
    assert [(one.value, one.turns) for one in told.held] == [("this", False), ("that", True)]
    assert told.nearest[0].distance is None


def test_a_verdict_that_stands_is_turned_downwards():
    told = asked(lambda case: 0.8 - 0.2 * score(case, "near"), [number("near")])
    assert not told.up
    assert told.nearest[0].distance > 1.5
    assert told.nearest[0].chance.high < 0.5


def test_nothing_turns_where_nothing_matters():
    told = asked(lambda case: 0.2, [number("a"), number("b")])
    assert told.nearest == []
    assert told.leading == []
    assert told.now.value == pytest.approx(0.2)
    assert isinstance(told.now, Estimate)
