"""The benchmark compares like with like: plain Mesa on floats and the ensemble give the same numbers."""

import shutil

import numpy as np
import pytest

from benchmarks import core, traced_core
from benchmarks.kernel import difference, pack, unpack
from benchmarks.plain import PlainWar
from benchmarks.speed import CHECKED, compare


def test_the_twins_of_the_benchmark_agree():
    assert compare(days=40, lanes=3) < CHECKED <= 1e-12


def test_the_comparison_would_see_a_difference(monkeypatch):
    world, war = core.begin(2), PlainWar(core.begin(2), 1)
    war.sides["russia"].intake *= 1.0 + 1e-6
    for today in range(20):
        core.day(world, today)
        war.step()
    figures = war.figures()
    assert abs(figures["training/russia"] / world["training/russia"][1] - 1.0) > 1e-8
    np.testing.assert_allclose(figures["line/ukraine"], world["line/ukraine"][:, 1], rtol=1e-4)


def test_a_world_of_the_benchmark_does_not_depend_on_its_company():
    few, many = core.begin(2), core.begin(5)
    assert all(np.array_equal(few[name], many[name][..., :2]) for name in few)


@pytest.mark.skipif(not shutil.which("gcc"), reason="no C compiler")
def test_the_kernel_in_c_gives_the_numbers_of_the_rules():
    assert difference(days=60, lanes=5) < 1e-12


@pytest.mark.skipif(not shutil.which("gcc"), reason="no C compiler")
def test_the_traced_core_day_gives_the_numbers_of_the_rules():
    assert traced_core.difference(days=60, lanes=5) < 1e-12


def test_what_goes_into_the_kernel_comes_out_of_it():
    world = core.begin(3)
    back = unpack(pack(world), world)
    assert back.keys() == world.keys()
    assert all(np.array_equal(back[name], world[name]) for name in world)
