"""Cases are the arms themselves, turned: nothing else may change."""

import numpy as np
import pytest

from sim.experiment.run import run
from sim.experiment.store import load
from sim.exploration import cases as room
from sim.exploration.cases import Bench, Case, changed, drawn, play_cases
from sim.exploration.ensemble import KEPT, asked_of
from sim.exploration.levers import controls, levers
from sim.foundation.errors import UserError
from sim.foundation.lanes import Lanes
from sim.foundation.series import Series
from sim.foundation.tree import Tree
from sim.scenario.priors.draw import Stack, draw
from tests.exploration.wars import names, small

COUNT = 3
JOINT = "all_with_coordination"


def flat(tree, path=""):
    """Yield (path, array) of every drawn leaf."""
    for name in tree:
        item = tree[name]
        if isinstance(item, Tree):
            yield from flat(item, f"{path}{name}.")
        elif isinstance(item, (Series, Stack)):
            yield f"{path}{name}", np.asarray(item.at(30))
        elif not isinstance(item, (str, tuple)):
            yield f"{path}{name}", np.asarray(item)


def parameters(*cases):
    return changed(drawn(small(), names(), cases, COUNT), cases, COUNT)


def by_arm(arm):
    lanes = Lanes(np.full(COUNT, list(small().arms).index(arm)), np.arange(COUNT))
    return dict(flat(draw(small(), lanes, small().run.seed)))


def test_an_unchanged_case_is_the_arm_bit_for_bit():
    got = dict(flat(parameters(Case(small().base), Case(JOINT))))
    for number, arm in enumerate((small().base, JOINT)):
        want = by_arm(arm)
        assert want.keys() == got.keys()
        for path, values in want.items():
            np.testing.assert_array_equal(got[path][..., number * COUNT : (number + 1) * COUNT], values, err_msg=path)


def test_the_base_with_every_lever_is_the_joint_arm():
    everything = controls(levers(small(), JOINT))
    got, want = dict(flat(parameters(Case(small().base, everything)))), by_arm(JOINT)
    for path, values in want.items():
        np.testing.assert_array_equal(got[path], values, err_msg=path)


def test_a_moved_input_moves_itself_alone_and_only_in_its_case():
    path = "movement.half_density"
    moved = dict(flat(parameters(Case(small().base), Case(small().base, {}, {path: 0.95}))))
    plain = by_arm(small().base)
    for name, values in plain.items():
        np.testing.assert_array_equal(moved[name][..., :COUNT], values)
        if name != path:
            np.testing.assert_array_equal(moved[name][..., COUNT:], values, err_msg=name)
    assert np.allclose(moved[path][COUNT:], small().world().movement.half_density.high)


def test_cases_do_not_disturb_each_other_when_played():
    more = Case(small().base, {"levers.us_arms.dose": 4.0}, {"movement.pace": 0.9})
    together = play_cases(small(), names(), [Case(small().base), more, Case(JOINT)], COUNT, 42)
    alone = play_cases(small(), names(), [more], COUNT, 42)
    np.testing.assert_array_equal(together[1], alone[0])


def test_the_bench_plays_in_groups_what_it_plays_at_once(monkeypatch):
    cases = [Case(small().base, {}, {"movement.pace": u}) for u in (0.01, 0.5, 0.99)]
    bench = Bench(small(), names(), COUNT)
    at_once = bench.halts(cases)
    monkeypatch.setattr(room, "LANES_AT_ONCE", COUNT)
    np.testing.assert_array_equal(bench.halts(cases), at_once)
    assert at_once[0].sum() > at_once[2].sum()  # the pace of the line decides whether it halts


def test_the_bench_plays_as_long_as_a_halt_can_be_judged():
    assert Bench(small(), names(), 1).days == 28
    assert not np.isnan(Bench(small(), names(), 1).calmest([Case(small().base)])).any()


def test_the_ensemble_is_the_experiments_with_less_kept(tmp_path):

    scenario = asked_of(small())
    lean = load(run(scenario, tmp_path / "lean", jobs=1, keep=KEPT))
    whole = load(run(scenario, tmp_path / "whole", jobs=1))
    assert set(lean.data_vars) >= set(KEPT)
    assert "troops" not in lean
    for name in KEPT:
        np.testing.assert_array_equal(lean[name].values, whole[name].values)


def test_levers_know_their_bounds_and_their_price():
    found = {one.name: one for one in levers(small(), JOINT)}
    money = [one for one in found.values() if one.priced]
    assert money
    for one in found.values():
        world = getattr(small().world().levers, one.name)
        assert one.start_day == (world.start.date - small().run.start).days
        assert one.grows == one.priced  # what is not money is all or nothing here
        assert one.at(8.0) == {path: min(8.0 * value, one.most[path]) for path, value in one.on.items()}
    arms = small().world().levers.us_arms
    bought = found["us_arms"]
    long = 365.25 * 100
    assert bought.cost(2.0, long) == pytest.approx(2 * arms.total.value)  # all of it, given time
    month = bought.start_day + 365.25 / 12
    assert bought.cost(99.0, month) == pytest.approx(arms.rate.value)  # no faster than its pace
    assert bought.cost(1.0, 0.0) == 0.0


def test_an_arm_that_changes_more_than_levers_is_refused():
    from dataclasses import replace

    base, joint = small().world(), small().world(JOINT)
    odd = joint.model_copy(update={"movement": base.movement.model_copy(update={"pace": base.movement.reach})})
    with pytest.raises(UserError, match=r"movement\.pace"):
        levers(replace(small(), worlds={**small().worlds, JOINT: odd}), JOINT)
    with pytest.raises(UserError, match="no arm 'nothing'"):
        levers(small(), "nothing")
