"""What was learned, against the closed form of normals; places of the observed, against a right and a wrong ensemble."""

import numpy as np
import pytest
from scipy.special import ndtr

from sim.analysis.sensitivity.contraction import contraction, pit
from sim.analysis.serialise import plain

LUCK = np.random.default_rng(5)


def test_contraction_and_shift_of_normals() -> None:
    z = LUCK.standard_normal((20_000, 2))
    rows = plain(contraction(["still", "moved"], ndtr(z), ndtr(z * [1.0, 0.5] + [0.0, 0.8])))
    assert [row["parameter"] for row in rows] == ["moved", "still"]
    moved, still = rows
    assert moved["contraction"] == pytest.approx(0.75, abs=0.01)
    assert moved["shift"] == pytest.approx(0.8, abs=0.01)
    assert moved["divergence"] == pytest.approx(0.5 * (0.25 + 0.64 - 1.0) - np.log(0.5), abs=0.02)
    assert moved["mean_error"] == pytest.approx(0.5 / np.sqrt(20_000), rel=0.05)
    assert still["contraction"] == pytest.approx(0.0, abs=1e-9)


def test_places_are_level_if_all_is_right_and_slanted_if_not() -> None:
    truth, normals = LUCK.standard_normal(4000), LUCK.standard_normal((300, 4000))
    ensemble = np.sqrt(0.75) * LUCK.standard_normal((300, 4000))
    right = pit(ensemble, truth, np.full(4000, 0.5), normals)
    assert np.histogram(right, 5, (0, 1))[0] / 4000 == pytest.approx(np.full(5, 0.2), abs=0.03)
    narrow = pit(0.3 * ensemble, truth, np.full(4000, 0.1), normals)
    assert np.histogram(narrow, 5, (0, 1))[0][[0, 4]].min() > 1200
    high = pit(ensemble + 1.0, truth, np.full(4000, 0.5), normals)
    assert high.mean() < 0.35
