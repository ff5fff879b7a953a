"""Drawing: shapes, shared luck, blocks, exactness."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.foundation.lanes import Lanes
from sim.foundation.tree import Tree
from sim.scenario.priors.draw import draw

from .conftest import BASE, ReadText
from .test_reading import arm

SLOW = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def arrays(tree: Tree, path: str = "") -> dict[str, np.ndarray]:
    """Return every array of a drawn tree; series as their values on some days."""
    found: dict[str, np.ndarray] = {}
    for name, item in tree.items():
        if isinstance(item, Tree):
            found.update(arrays(item, f"{path}{name}."))
        elif hasattr(item, "at"):
            found.update({f"{path}{name}@{day}": item.at(day) for day in (-3, 0, 9, 14, 28, 99)})
        elif not isinstance(item, tuple):
            found[path + name] = item
    return found


def same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return one.keys() == other.keys() and all(np.array_equal(one[name], other[name]) for name in one)


def test_shapes_and_kinds(read_text: ReadText) -> None:
    made = draw(read_text(), Lanes.grid(2, range(5)), seed=1)
    assert made.combat.rate.shape == (10,)
    assert made.combat.law.dtype == np.int64
    assert made.fronts.length.shape == (2, 10)
    assert made.fronts.names == ("north", "south")
    assert made.fronts.belts.depth.shape == (2, 2, 10)
    assert "name" not in made.fronts.belts
    assert made.mix.shape == (2, 10)
    assert made.recruits.at(3).shape == (10,)
    assert made.levers.start.shape == (1, 10)
    assert (made.levers.start == 12.0).all()


def test_a_short_list_repeats_its_last_item(read_text: ReadText) -> None:
    depth = draw(read_text(), Lanes.grid(2, range(5)), seed=1).fronts.belts.depth
    assert (depth[1, 0] == 12.0).all()
    assert np.array_equal(depth[1, 1], depth[0, 1])  # the south has one belt


def test_leaves_draw_apart_and_arms_share(read_text: ReadText) -> None:
    made = draw(read_text(), Lanes.grid(2, range(500)), seed=1)
    values = arrays(made)
    for name in ("combat.rate", "combat.law", "fronts.length", "recruits@9"):
        base, other = values[name][..., :500], values[name][..., 500:]
        assert np.array_equal(base, other)
        assert len(np.unique(base)) > 1
    north, south = made.fronts.length[:, :500]
    assert abs(np.corrcoef(north, south)[0, 1]) < 5 / np.sqrt(500)
    assert (made.levers.dose[0] == np.repeat([0.0, 1.0], 500)).all()


def test_luck_joins_leaves(read_text: ReadText) -> None:
    content = BASE.replace("60 (50 .. 80) km; A07", "60 (50 .. 80) km; A07; luck=ground").replace(
        "5 (2 .. 9) km; A07", "5 (2 .. 9) km; A07; luck=ground"
    )
    made = draw(read_text(content), Lanes.grid(1, range(200)), seed=1)
    order = np.argsort(made.fronts.length[0])
    assert (np.diff(made.fronts.belts.depth[0, 0][order]) >= 0).all()


@given(start=st.integers(0, 50), count=st.integers(1, 40), cut=st.integers(1, 39))
@SLOW
def test_blocks_do_not_matter(read_text: ReadText, start: int, count: int, cut: int) -> None:
    scenario = read_text()
    whole = arrays(draw(scenario, Lanes.grid(2, range(100)), seed=3))
    block = Lanes.grid(2, range(start, start + count))
    index = block.arm * 100 + block.replicate
    assert same(arrays(draw(scenario, block, seed=3)), {name: x[..., index] for name, x in whole.items()})
    lane = Lanes(block.arm[:1], block.replicate[:1])
    assert same(arrays(draw(scenario, lane, seed=3)), {name: x[..., index[:1]] for name, x in whole.items()})


@given(order=st.permutations(range(12)))
@SLOW
def test_the_order_of_lanes_does_not_matter(read_text: ReadText, order: list[int]) -> None:
    scenario, lanes = read_text(), Lanes.grid(2, range(6))
    whole = arrays(draw(scenario, lanes, seed=3))
    assert same(arrays(draw(scenario, lanes.take(order), seed=3)), {n: x[..., order] for n, x in whole.items()})


def test_an_empty_arm_equals_the_base(read_text: ReadText) -> None:
    values = arrays(draw(read_text(arm("{}")), Lanes.grid(2, range(50)), seed=1))
    assert all(np.array_equal(x[..., :50], x[..., 50:]) for x in values.values())


@given(factor=st.floats(0.5, 1.2))
@SLOW
def test_a_scaling_scales_the_draw(read_text: ReadText, factor: float) -> None:
    made = draw(read_text(arm(f"{{fronts.north.length: x {factor!r}}}")), Lanes.grid(2, range(50)), seed=1)
    north = made.fronts.length[0]
    np.testing.assert_allclose(north[50:], factor * north[:50], rtol=1e-12)


def test_another_seed_is_another_luck(read_text: ReadText) -> None:
    lanes = Lanes.grid(1, range(5))
    one, other = (draw(read_text(), lanes, seed).combat.rate for seed in (1, 2))
    assert (one != other).all()


def test_weights_of_a_choice_are_its_shares(read_text: ReadText) -> None:
    law = draw(read_text(), Lanes.grid(1, range(4000)), seed=1).combat.law
    assert set(np.unique(law)) == {0, 1}
    assert abs((law == 1).mean() - 0.3) < 5 * np.sqrt(0.3 * 0.7 / 4000)


@pytest.mark.parametrize(("kind", "day7"), [("linear", 37000.0), ("step", 30000.0)])
def test_a_series_holds_its_ends_and_fills_between(read_text: ReadText, kind: str, day7: float) -> None:
    content = BASE.replace("unit: person/month", f"unit: person/month\n    interpolate: {kind}")
    made = draw(read_text(content), Lanes.grid(1, range(3)), seed=1).recruits
    month = 365.25 / 12
    for day, value in ((0, 30000.0), (7, day7), (14, 44000.0), (28, 44000.0), (99, 44000.0)):
        np.testing.assert_allclose(made.at(day), value / month * made.factor)


def test_a_constant_series_carries_its_own_prior(read_text: ReadText) -> None:
    scenario = read_text(arm('{recruits: "1000 (900 .. 1200) person/day; A07"}'))
    made = draw(scenario, Lanes.grid(2, range(2000)), seed=1).recruits
    constant = made.at(5)[2000:]
    assert np.array_equal(constant, made.at(25)[2000:])
    assert abs((constant < 900).mean() - 0.05) < 5 * np.sqrt(0.05 * 0.95 / 2000)


def test_a_constant_series_may_be_nought(read_text: ReadText) -> None:
    made = draw(read_text(arm("{recruits: 0}")), Lanes.grid(2, range(3)), seed=1).recruits
    assert (made.at(5)[3:] == 0.0).all()
    assert (made.at(5)[:3] > 0.0).all()
