"""Screening: paths are Morris's, effects are exact for a linear model and SALib's for another, and unread leaves have none."""

import datetime as dt
from pathlib import Path

import numpy as np
import pytest

from sim.calibration.calibrate import open_study
from sim.calibration.screening import GROUPS, HIGH, LOW, effects_of, paths, screen
from sim.calibration.setting import read_setting
from sim.scenario.priors.uncertain import uncertain

FILE = Path(__file__).parents[2] / "scenarios" / "history" / "calibration.yaml"


def test_neighbours_of_a_path_differ_in_one_leaf() -> None:
    points, order = paths(6, 9, seed=3)
    assert points.min() >= LOW - 1e-12
    assert points.max() <= HIGH + 1e-12
    steps = np.diff(points, axis=1)
    assert ((np.abs(steps) > 1e-12).sum(axis=2) == 1).all()
    assert np.abs(steps).max(axis=2) == pytest.approx(np.full((6, 9), (HIGH - LOW) * 2 / 3))
    assert [sorted(row) for row in order.tolist()] == [list(range(9))] * 6
    assert len(np.unique(np.round(points, 6))) == 4


def test_effects_of_a_linear_model_are_its_slopes() -> None:
    points, order = paths(1, 5, seed=1)
    slopes = np.array([[1.0, -2.0, 0.0, 4.0, 0.5], [0.0, 0.0, 3.0, 0.0, -1.0]]).T  # (leaf, output)
    found = effects_of(points[0], order[0], points[0] @ slopes)
    assert found == pytest.approx(slopes * (HIGH - LOW))


def test_agrees_with_salib() -> None:
    morris = pytest.importorskip("SALib.analyze.morris")
    points, order = paths(8, 4, seed=2)

    def model(x: np.ndarray) -> np.ndarray:
        return x[:, 0] * x[:, 1] ** 2 + np.sin(4 * x[:, 2])

    ours = np.stack([effects_of(p, o, model(p)[:, None])[:, 0] for p, o in zip(points, order, strict=True)])
    flat = points.reshape(-1, 4)
    problem = {"num_vars": 4, "names": list("abcd"), "bounds": [[LOW, HIGH]] * 4}
    theirs = morris.analyze(problem, flat, model(flat), num_levels=4, num_resamples=5)
    # SALib tells effects over the unit cube
    assert np.abs(ours).mean(axis=0) == pytest.approx(np.asarray(theirs["mu_star"]), rel=1e-6, abs=1e-9)


def test_every_doubtful_leaf_is_screened_once() -> None:
    study = open_study(FILE, read_setting(FILE))
    names = tuple(one.name for one in uncertain(study.scenario))
    assert len(names) == len(set(names)) > 300
    assert {"movement.pace", "movement.response", "ukrainian line", "sides.russia.intake.factor"} <= set(names)
    assert "fronts.pokrovsk.held" not in names  # fixed
    assert set(study.setting.parameters) <= set(names)


@pytest.mark.slow
def test_what_the_model_does_not_read_has_no_effect() -> None:
    setting = read_setting(FILE)
    short = {"until": dt.date(2023, 4, 4), "origins": [dt.date(2023, 1, 3)]}
    study = open_study(FILE, setting.model_copy(update=short))
    found = screen(study, 1, jobs=1)
    effect = dict(zip(found.names, found.effects[0], strict=True))
    assert effect["levers.us_arms.rate"] == pytest.approx(np.zeros(len(GROUPS)), abs=0.0)
    assert effect["movement.pace"][GROUPS.index("total")] > 0.05
    assert effect["claims factor"][GROUPS.index("losses")] > 1.0
    assert effect["claims factor"][GROUPS.index("total")] == 0.0
    assert found.matters(0.05).sum() < len(found.names) / 2
