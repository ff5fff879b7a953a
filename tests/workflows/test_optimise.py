"""The best package under a budget: the sum is respected, the best of a known few is found, and nonsense is refused."""

import re

import numpy as np
import pytest

from sim.analysis.statistics.selection import select
from sim.exploration.cases import Ends
from sim.exploration.spending import ARMS, Market
from sim.foundation.errors import UserError
from sim.scenario import read
from sim.workflows import optimise as workflow
from sim.workflows.optimise import optimise
from sim.workflows.options import Options
from tests.models.campaign.wars import ROOT

ABSTRACT = ROOT / "scenarios" / "abstract-claim.yaml"
SHORT = Options(replicates=8, horizon="10 week", jobs=1, plots=False)


@pytest.fixture(scope="module")
def market():
    return Market.of(read(ABSTRACT, {"run.horizon": "26 week"}), 0.7)


def test_every_point_of_the_cube_spends_the_sum_and_no_cent_more(market):
    points = np.random.default_rng(1).uniform(size=(300, market.size))
    for way in map(market.spending, [*points, np.zeros(market.size), np.ones(market.size)]):
        assert 0.0 < way.total <= market.budget + 1e-12
        written = [float(str(value).split()[0]) for key, value in market.patch(way).items() if key.endswith(".total")]
        assert all(value in way.money.values() for value in written), "what is written is what was counted"
        for mix in way.kinds.values():
            assert sum(mix.values()) == pytest.approx(1.0, abs=1e-12)
            assert set(mix) <= set(ARMS)


def test_a_lever_spends_no_more_than_it_can_by_the_end(market):
    delivery = next(lever for lever in market.levers if lever.pace is not None)
    rich = Market(1e3, market.levers, market.start, market.days)
    assert rich.alone(delivery).total == pytest.approx(
        delivery.pace * (market.days - delivery.start_day) / 30.4375, rel=1e-6
    )


def test_a_lever_turned_further_than_stated_is_told_and_free_ones_are_named(market):
    production = next(lever for lever in market.levers if lever.flow is not None)
    stated = production.flow * (market.days - production.start_day) / 30.4375
    for share, times in ((0.5, None), (3.0, 3.0)):
        way = Market(share * stated, market.levers, market.start, market.days).alone(production)
        found = market.beyond(way)
        assert (found == {}) if times is None else found[production.name] == pytest.approx(times, rel=1e-4)
    assert set(market.free) == {"long_range", "one_plan"}


def quadratic(best):
    """Return a bench whose wars lose ground by how far the money of the first lever is from `best`."""

    class Bench:
        def __init__(self, scenario, names, replicates, jobs):
            self.replicates = replicates

        def ends(self, cases, progress=None):
            spent = np.array([next((v for k, v in case.controls.items() if k.endswith((".total", ".flow"))), 0.0)
                              for case in cases])  # fmt: skip
            lost = (spent[:, None] - best) ** 2 + np.zeros((1, self.replicates))
            return Ends(lost, lost)

    return Bench


def test_the_search_finds_a_known_best(market, monkeypatch):
    best = 0.42
    monkeypatch.setattr(workflow, "Bench", quadratic(best))
    scenario = read(ABSTRACT, {"run.horizon": "26 week"})
    found = workflow._search(scenario, market, "ground", SHORT)
    first = found["mix_1"].money[market.levers[0].name]
    assert first == pytest.approx(best, abs=0.02)


def test_the_best_is_told_with_what_may_be_missed():
    rng = np.random.default_rng(3)
    shared = rng.normal(size=400)
    gains = {
        "low": shared,
        "high": shared + 1.0 + 0.1 * rng.normal(size=400),
        "near": shared + 0.99 + 0.1 * rng.normal(size=400),
    }
    found = select(gains, 0.9, 1)
    assert found.order[2] == "low"
    assert set(found.order[:2]) == {"high", "near"}
    assert 0.0 <= found.regret.low <= found.regret.value <= found.regret.high < 0.05
    clear = select({"a": shared + 1.0, "b": shared}, 0.9, 1)
    assert (clear.p_second, clear.regret.high) == (0.0, 0.0)
    tied = select({"a": rng.normal(size=4000), "b": rng.normal(size=4000)}, 0.9, 1)
    assert 0.0 < tied.p_second < 0.5 + 1e-9


def test_a_package_is_found_in_the_abstract_world_and_verified_on_other_noise(tmp_path, monkeypatch):
    monkeypatch.setattr(workflow, "GENERATIONS", 1)
    monkeypatch.setattr(workflow, "POPULATION", 1)
    options = Options(replicates=30, horizon="16 week", jobs=1, out=tmp_path / "found", plots=True)
    found = optimise(ABSTRACT, options, "500 Musd").account
    assert found["budget_gusd"] == pytest.approx(0.5)
    assert found["seed"] == read(ABSTRACT).run.seed + 1, "the search's own noise would flatter what it found"
    means = [one["gain"][1] for one in found["packages"]]
    assert means == sorted(means, reverse=True)
    assert {"surge_alone", "workshops_alone"} <= {one["arm"] for one in found["packages"]}
    assert all(one["spent_gusd"] <= 0.5 + 1e-12 and one["delivered_gusd"][1] <= 0.5 + 1e-6 for one in found["packages"])
    assert (tmp_path / "found" / "plots" / "optimise.png").is_file()


@pytest.mark.parametrize(
    ("budget", "said"),
    [("5 km", "dimensional mismatch"), ("5", "unit is needed"), ("0 Gusd", "above nothing"), ("-1 Gusd", "above nothing"),
     ("much", "number is needed"), ("1,5 Gusd", "decimals take a point"), ("1e9 Gusd", "below")],
)  # fmt: skip
def test_a_budget_that_is_none_is_refused(budget, said):
    with pytest.raises(UserError, match=re.escape(said)):
        optimise(ABSTRACT, SHORT, budget)


def test_a_world_without_a_lever_of_money_is_refused():
    with pytest.raises(UserError, match="no lever takes money"):
        Market.of(read(ROOT / "scenarios" / "abstract.yaml", {"run.horizon": "4 week"}), 1.0)


def test_goals_are_named(sim_command):
    code, _, err = sim_command("optimise", str(ABSTRACT), "--budget", "1 Gusd", "--for", "glory")
    assert code == 2
    assert "ground, lives" in err
