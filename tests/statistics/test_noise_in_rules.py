"""Random laws in the long run, judged in standard errors."""

import numpy as np
import pytest

from sim.foundation.noise import Noise
from sim.rules.perception import fogged, multiplier, wander, wandering

REPLICATES = 4000
NOISE = Noise(20241119, np.arange(REPLICATES))
FOUR_ERRORS = 4.0


def walk(memory, days, steps, start):
    """Return the states of the Ornstein-Uhlenbeck walk, (step, replicate)."""
    state, path = start, [start]
    for step in range(steps):
        state = wander(state, NOISE.normal("walk", step)[0], memory, days)
        path.append(state)
    return np.stack(path)


def test_a_walk_that_starts_stationary_stays_so():
    path = walk(np.full(REPLICATES, 56.0), 7, 30, NOISE.normal("start")[0])
    variance = path.var(axis=1)
    assert np.abs(variance - 1.0).max() < 4.5 * np.sqrt(2.0 / REPLICATES)
    assert np.abs(path.mean(axis=1)).max() < 4.5 / np.sqrt(REPLICATES)


@pytest.mark.parametrize("steps", [1, 4, 8, 16])
def test_autocorrelation_is_exponential(steps):
    path = walk(np.full(REPLICATES, 56.0), 7, steps, NOISE.normal("start")[0])
    expected = np.exp(-7.0 * steps / 56.0)
    error = (1.0 - expected**2) / np.sqrt(REPLICATES)
    assert np.corrcoef(path[0], path[-1])[0, 1] == pytest.approx(expected, abs=FOUR_ERRORS * error)


def test_a_walk_forgets_where_it_started():
    path = walk(np.full(REPLICATES, 28.0), 7, 40, np.full(REPLICATES, 5.0))
    assert path[4].mean() == pytest.approx(5.0 * np.exp(-1.0), abs=FOUR_ERRORS / np.sqrt(REPLICATES))
    assert path[-1].mean() == pytest.approx(0.0, abs=FOUR_ERRORS / np.sqrt(REPLICATES) + 5 * np.exp(-10))
    assert path[-1].var() == pytest.approx(1.0, abs=FOUR_ERRORS * np.sqrt(2.0 / REPLICATES))


def test_two_short_steps_are_one_long_one():
    a, b = wander(1.0, 0.0, 30.0, 7.0), wander(1.0, 0.0, 30.0, 14.0)
    assert wander(a, 0.0, 30.0, 7.0) == pytest.approx(b)


@pytest.mark.parametrize("sd", [0.0, 0.2, 0.8])
def test_multipliers_have_mean_one(sd):
    """Noise must not push the front by itself."""
    factor = multiplier(NOISE.normal("m", 0, 10).ravel(), np.float64(sd))
    error = np.sqrt(np.expm1(sd * sd) / factor.size)
    assert abs(factor.mean() - 1.0) <= FOUR_ERRORS * error + 1e-12
    assert (factor > 0).all()


@pytest.mark.parametrize("sd", [0.0, 0.4, 1.2])
def test_the_noise_of_all_axes_has_median_one(sd):
    """It must neither slacken nor quicken the war by convention: half the replicates above one, half below."""
    factor = wandering(NOISE.normal("m", 0, 10).ravel(), np.float64(sd))
    assert wandering(0.0, np.float64(sd)) == 1.0
    if sd > 0.0:
        assert (factor > 1.0).mean() == pytest.approx(0.5, abs=FOUR_ERRORS * 0.5 / np.sqrt(factor.size))


def test_fog_is_right_on_average():
    seen = fogged(np.full(40_000, 5e3), NOISE.normal("fog", 0, 10).ravel(), np.full(40_000, 0.3))
    error = 5e3 * np.sqrt(np.expm1(0.09) / seen.size)
    assert seen.mean() == pytest.approx(5e3, abs=FOUR_ERRORS * error)
    assert np.array_equal(fogged(np.arange(3.0), np.ones(3), np.zeros(3)), np.arange(3.0)), "no fog, no error"
