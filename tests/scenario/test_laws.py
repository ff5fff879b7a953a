"""Priors against their own promises, closed forms and brute force; tolerances in standard errors."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.foundation.noise import Noise
from sim.scenario.priors.distributions import Z95, quantile
from sim.scenario.schema.leaves import Bounds, Number

QUANTILE_LAWS = ("normal", "lognormal")
END_LAWS = ("uniform", "loguniform", "triangular", "beta")
U = Noise(1, np.arange(40_000)).uniform("laws")[0]


def made(law: str, central: float = 3.0, low: float = 1.0, high: float = 8.0, bounds: Bounds | None = None) -> Number:
    return Number(value=central, low=low, high=high, law=law, bounds=bounds or Bounds())


def close_mean(drawn: np.ndarray, mean: float) -> bool:
    return bool(abs(drawn.mean() - mean) < 5 * drawn.std() / math.sqrt(drawn.size))


@pytest.mark.parametrize("law", QUANTILE_LAWS)
def test_low_central_high_are_the_5_50_95_percent_quantiles(law: str) -> None:
    np.testing.assert_allclose(quantile(made(law), np.array([0.05, 0.5, 0.95])), [1.0, 3.0, 8.0], rtol=1e-12)


@pytest.mark.parametrize("law", END_LAWS)
def test_low_and_high_are_the_ends(law: str) -> None:
    np.testing.assert_allclose(quantile(made(law), np.array([0.0, 1.0])), [1.0, 8.0], rtol=1e-12)


def test_mean_of_the_two_piece_normal() -> None:
    below, above = 2.0 / Z95, 5.0 / Z95
    assert close_mean(quantile(made("normal"), U), 3.0 + (above - below) / math.sqrt(2 * math.pi))


def test_mean_of_the_lognormal_with_equal_sides() -> None:
    sigma = math.log(2.0) / Z95
    assert close_mean(quantile(made("lognormal", 2.0, 1.0, 4.0), U), 2.0 * math.exp(sigma**2 / 2))


def test_mean_and_spread_of_the_uniform() -> None:
    drawn = quantile(made("uniform"), U)
    assert close_mean(drawn, 4.5)
    # variance of a sample variance of a uniform: (mu4 - sigma4) / n, with mu4 = w^4 / 80
    error = math.sqrt((7.0**4 / 80 - (49 / 12) ** 2) / drawn.size)
    assert abs(drawn.var() - 49 / 12) < 5 * error


def test_mean_of_the_loguniform() -> None:
    assert close_mean(quantile(made("loguniform"), U), 7.0 / math.log(8.0))


def test_mean_of_the_triangular_and_its_kink() -> None:
    drawn = quantile(made("triangular"), U)
    assert close_mean(drawn, (1.0 + 3.0 + 8.0) / 3)
    assert quantile(made("triangular"), np.array([2.0 / 7.0]))[0] == pytest.approx(3.0)


def test_mean_of_the_pert_beta() -> None:
    assert close_mean(quantile(made("beta"), U), (1.0 + 4 * 3.0 + 8.0) / 6)


@pytest.mark.parametrize("law", END_LAWS + QUANTILE_LAWS)
def test_the_share_below_the_median_is_half(law: str) -> None:
    median = quantile(made(law), np.array([0.5]))[0]
    below = (quantile(made(law), U) < median).mean()
    assert abs(below - 0.5) < 5 * 0.5 / math.sqrt(U.size)


@pytest.mark.parametrize("law", END_LAWS + QUANTILE_LAWS)
@given(parts=st.tuples(*[st.floats(0.01, 100.0)] * 3), factor=st.floats(0.1, 10.0))
def test_every_law_rises_and_scales(law: str, parts: tuple[float, float, float], factor: float) -> None:
    low, central, high = np.cumsum(parts)
    u = np.linspace(0.001, 0.999, 101)
    drawn = quantile(made(law, central, low, high), u)
    assert (np.diff(drawn) >= 0).all()
    scaled = quantile(made(law, central * factor, low * factor, high * factor), u)
    np.testing.assert_allclose(scaled, factor * drawn, rtol=1e-9, atol=1e-9 * high * factor)


@pytest.mark.parametrize("bounds", [Bounds(ge=2, le=5), Bounds(gt=2, lt=5)])
def test_draws_stay_within_the_bounds(bounds: Bounds) -> None:
    drawn = quantile(made("normal", bounds=bounds), U)
    assert all(bounds.allow(value) for value in (drawn.min(), drawn.max()))
    assert drawn.min() == pytest.approx(2)
    assert drawn.max() == pytest.approx(5)


@pytest.mark.parametrize("law", END_LAWS + QUANTILE_LAWS)
def test_a_range_without_width_is_its_value(law: str) -> None:
    assert (quantile(made(law, 3.0, 3.0, 3.0), U) == 3.0).all()
