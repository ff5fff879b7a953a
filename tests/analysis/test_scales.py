"""Shares and products of means over paired wars, against their closed forms and a bootstrap."""

import numpy as np
import pytest

from sim.analysis.statistics.effect_scales import beyond_product, relative_change

RNG = np.random.default_rng(5)
BASE = RNG.gamma(4.0, 25.0, 4000)


def test_a_share_is_the_change_of_the_mean() -> None:
    found = relative_change(0.7 * BASE + 5.0, BASE)
    assert found.mean() == pytest.approx((0.7 * BASE.mean() + 5.0) / BASE.mean() - 1.0)
    np.testing.assert_allclose(relative_change(0.7 * BASE, BASE), -0.3)  # the same share in every war: no error


def test_causes_that_only_multiply_are_told_from_no_interaction_by_the_product_alone() -> None:
    one, two = 0.8 * BASE, 0.5 * BASE
    joint = 0.8 * 0.5 * BASE
    assert beyond_product(joint, BASE, [one, two]).mean() == pytest.approx(0.0, abs=1e-9)
    summed = one + two - BASE
    assert (joint - summed).mean() > 0.05 * BASE.mean()  # less is spared than the sum, and nothing interacts


def test_what_is_beyond_the_product_is_found() -> None:
    one, two = 0.8 * BASE, 0.5 * BASE
    assert beyond_product(0.3 * BASE, BASE, [one, two]).mean() == pytest.approx(-0.1 * BASE.mean())


@pytest.mark.parametrize("kind", ["share", "product"])
def test_the_error_is_that_of_a_bootstrap(kind: str) -> None:
    noise = [RNG.normal(0.0, 20.0, BASE.size) for _ in range(3)]
    one, two, joint = 0.8 * BASE + noise[0], 0.6 * BASE + noise[1], 0.5 * BASE + noise[2]

    def value(pick: np.ndarray) -> float:
        b, p, q, j = (x[pick].mean() for x in (BASE, one, two, joint))
        return j / b - 1.0 if kind == "share" else j - p * q / b

    found = relative_change(joint, BASE) if kind == "share" else beyond_product(joint, BASE, [one, two])
    drawn = [value(RNG.integers(0, BASE.size, BASE.size)) for _ in range(600)]
    assert found.mean() == pytest.approx(value(np.arange(BASE.size)))
    assert found.std() / np.sqrt(BASE.size) == pytest.approx(np.std(drawn), rel=0.15)


def test_without_a_base_above_zero_nothing_is_told() -> None:
    assert np.isnan(relative_change(BASE, -BASE)).all()
    assert np.isnan(beyond_product(BASE, BASE, [BASE, -BASE])).all()
