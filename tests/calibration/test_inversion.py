"""The inversion against the closed form of a linear model with Gaussian prior, error and luck."""

import numpy as np
import pytest

from sim.calibration.inversion import invert
from sim.foundation.noise import Noise

MEMBERS = 2000


def normals(stream: str, rows: int) -> np.ndarray:
    return Noise(7, np.arange(MEMBERS)).normal(stream, 0, rows).T


@pytest.mark.parametrize("steps", [1, 3])
@pytest.mark.parametrize("luck_sd", [0.0, 1.0])
def test_agrees_with_the_kalman_formula(steps: int, luck_sd: float) -> None:
    slope = normals("slope", 15)[:3].T  # (feature, latent)
    truth = np.array([0.8, -0.5, 0.0])
    error = 0.7
    data = slope @ truth + 0.5 * normals("data", 15)[5]

    def forward(latents: np.ndarray, step: int) -> tuple[np.ndarray, np.ndarray]:
        clean = latents @ slope.T
        return clean + luck_sd * normals(f"a{step}", 15), clean + luck_sd * normals(f"b{step}", 15)

    found = invert(
        forward,
        normals("prior", 3),
        data,
        np.full(15, error),
        steps,
        np.stack([normals(f"perturb{s}", 15) for s in range(steps)]),
        cut=0.0,  # the formula knows no sampling error, so none is cut away
    )
    total = error**2 + luck_sd**2
    precision = np.eye(3) + slope.T @ slope / total
    mean, sd = np.linalg.solve(precision, slope.T @ data / total), np.sqrt(np.diag(np.linalg.inv(precision)))
    # the ensemble's own error, and the error of a gain estimated from it: a tenth of the prior's sd at 2000 members
    assert found.latents.mean(axis=0) == pytest.approx(mean, abs=0.12)
    assert found.latents.std(axis=0) == pytest.approx(sd, rel=0.12)


def test_learns_nothing_from_data_that_say_nothing() -> None:
    prior = normals("prior", 3)

    def forward(latents: np.ndarray, step: int) -> tuple[np.ndarray, np.ndarray]:
        return normals(f"a{step}", 4), normals(f"b{step}", 4)

    perturb = normals("perturb", 4)[None]
    found = invert(forward, prior, np.full(4, 5.0), np.full(4, 0.1), 1, perturb)
    assert found.latents.mean(axis=0) == pytest.approx(prior.mean(axis=0), abs=0.15)
    assert found.latents.std(axis=0) == pytest.approx(prior.std(axis=0), rel=0.1)


def test_misfit_falls_when_the_data_can_be_met() -> None:
    def forward(latents: np.ndarray, step: int) -> tuple[np.ndarray, np.ndarray]:
        return latents.copy(), latents.copy()

    perturb = np.stack([normals(f"p{s}", 2) for s in range(3)])
    found = invert(forward, normals("prior", 2), np.array([1.5, -1.5]), np.full(2, 0.2), 3, perturb)
    assert found.misfit[0] > 10.0
    assert found.misfit[-1] < 1.0
