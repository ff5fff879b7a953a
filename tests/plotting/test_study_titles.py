"""Titles of studies say what their estimates say, and nothing where these say nothing."""

from types import SimpleNamespace

import pytest
from matplotlib.text import Text

from sim.analysis.estimate import Estimate
from sim.analysis.outcomes.replicates import Outcome
from sim.plotting import decomposition, factorial, optimise, sweep

KEPT = Outcome("kept_km2", "ground kept from Redland", "km2")
UP, DOWN, NONE, HIGH = (Estimate(*three) for three in ((5, 2, 8), (-5, -8, -2), (0, -3, 3), (50, 40, 60)))


def title(figure) -> str:
    return next(text.get_text() for text in figure.findobj(Text) if text.get_gid() == "title").replace("\n", " ")


@pytest.mark.parametrize(
    ("gains", "says"),
    [
        ((UP, UP, DOWN), "2 of 3 sets of levers clearly add to it, 1 clearly take away"),
        ((NONE, NONE, NONE), "0 of 3 sets"),
    ],
)
def test_a_matrix_counts_what_is_clear(gains, says):
    arms = {str(n): SimpleNamespace(levers=("a",), gain={"kept_km2": one}) for n, one in enumerate(gains)}
    arms["base"] = SimpleNamespace(levers=(), gain={"kept_km2": HIGH})
    assert says in factorial._sets(SimpleNamespace(arms=arms), KEPT)[0]


@pytest.mark.parametrize(
    ("ends", "says"), [((UP, HIGH), "“b” adds most"), ((HIGH, UP), "“a” adds most"), ((UP, UP), "no part")]
)
def test_curves_name_the_part_that_adds_most_in_full(ends, says):
    curves = {
        name: SimpleNamespace(label=name, outcomes={"kept_km2": [NONE, one]})
        for name, one in zip("ab", ends, strict=True)
    }
    assert says in factorial._at_full_dose(SimpleNamespace(curves=curves, over_label="base"), KEPT)[0]


def test_a_sweep_counts_the_points_that_move():
    study = SimpleNamespace(
        keys=[SimpleNamespace(key="levers.a.dose")], arm="base", differences={"kept_km2": [UP, UP, NONE, DOWN]}
    )
    assert "rises at 2 and falls at 1 of 4 points" in sweep._moved(study, [KEPT])[0]
    assert sweep._moved(study, []) == "Over levers.a.dose, on top of: base"


@pytest.mark.parametrize(
    ("total", "blocks", "says"),
    [
        (UP, (HIGH, NONE), "comes with supply"),
        (DOWN, (NONE, Estimate(-50, -60, -40)), "comes with strike"),
        (UP, (UP, UP), "no block clearly"),
        (NONE, (HIGH, NONE), "Why b differs from a"),
    ],
)
def test_a_change_names_the_block_that_brings_most_of_it(total, blocks, says):
    change = SimpleNamespace(total=total, outcome=KEPT, blocks=dict(zip(("supply", "strike"), blocks, strict=True)))
    study = SimpleNamespace(first="a", second="b", blocks=("supply", "strike"))
    found = decomposition._most(study, [change])
    assert says in (found if isinstance(found, str) else found[0])


@pytest.mark.parametrize(
    ("second", "says"), [((1.0, 2.0, 3.0), "“first way” keeps most"), ((5.0, 9.0, 12.0), "No way to spend")]
)
def test_a_budget_names_the_best_package_only_where_it_is_clear(second, says):
    packages = [
        {"arm": "first_way", "gain": [8.0, 10.0, 12.0], "money_gusd": {"a": 1.0}},
        {"arm": "second_way", "gain": list(second), "money_gusd": {"a": 1.0}},
    ]
    account = {"packages": packages, "for": "ground", "budget_gusd": 5.0, "replicates": 100, "interval": 0.9}
    assert says in title(optimise.packages(optimise.OptimiseStudy(account, "source")))
