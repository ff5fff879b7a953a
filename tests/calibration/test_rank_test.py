"""The rank test: it passes an inversion that is right, and refuses one that is wrong."""

import numpy as np
import pytest

from sim.calibration.rank_test import RankTest, ranked
from sim.foundation.noise import Noise
from sim.workflows.rank_test import account_of

MEMBERS, TESTS, STEPS, FEATURES, LATENTS = 400, 120, 3, 12, 3


def normals(stream: str, rows: int, members: int = MEMBERS) -> np.ndarray:
    return Noise(11, np.arange(members)).normal(stream, 0, rows).T


def inverted(error: float = 0.8, said: float = 0.8, shift: float = 0.0) -> RankTest:
    """Return the ranks on a linear model with noise of its own, where data have `error` and the inversion is told `said`."""
    slope = normals("slope", FEATURES)[:LATENTS].T
    truths, prior = normals("truth", LATENTS, TESTS), normals("prior", LATENTS)
    made = truths @ slope.T + 0.5 * normals("war", FEATURES, TESTS) + error * normals("seen", FEATURES, TESTS) + shift

    def forward(latents: np.ndarray, step: int) -> tuple[np.ndarray, np.ndarray]:
        return tuple(latents @ slope.T + 0.5 * normals(f"{play}{step}", FEATURES) for play in "ab")

    found = [
        ranked(
            forward,
            prior,
            truths[test],
            made[test],
            np.full(FEATURES, said),
            STEPS,
            np.stack([normals(f"perturb {test} {step}", FEATURES) for step in range(STEPS)]),
        )
        for test in range(TESTS)
    ]
    ranks, left = (np.stack([one[part] for one in found]) for part in (0, 1))
    return RankTest(("a", "b", "c"), ranks.astype(int), MEMBERS, left.mean(axis=0))


def test_ranks_are_even_where_the_inversion_is_right():
    found = inverted()
    account = account_of(found)
    assert account["moved"] == LATENTS
    assert account["uneven"] == []
    assert account["dispersion"] == pytest.approx(1.0, abs=0.12)
    assert (found.variance_left < 0.5).all(), "the data say something"


@pytest.mark.parametrize(("wrong", "dispersion"), [({"said": 0.2}, 1.3), ({"said": 3.0}, None)])
def test_a_wrong_error_is_refused(wrong, dispersion):
    account = account_of(inverted(**wrong))
    assert account["uneven"]
    assert account["dispersion"] > dispersion if dispersion else account["dispersion"] < 0.8


def test_a_biased_model_is_refused():
    account = account_of(inverted(shift=1.0))
    assert account["uneven"]


def test_scores_of_even_ranks_are_standard_normal():
    ranks = np.arange(400)[:, None]
    found = RankTest(("a",), ranks, 399, np.array([0.5]))
    assert found.scores.mean() == pytest.approx(0.0, abs=1e-9)
    assert found.scores.std() == pytest.approx(1.0, abs=0.01)
    assert found.p_values[0] > 0.99
