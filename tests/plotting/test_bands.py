"""The spread of replicates that figures draw."""

import warnings

import numpy as np
import pytest

from sim.plotting.frame.bands import quantiles

LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95, 0.0, 1.0)


@pytest.mark.parametrize("shape", [(250, 53), (7,), (1, 5), (40, 6, 3), (2, 1)])
@pytest.mark.parametrize("missing", [0.0, 0.4, 0.98, 1.0])
def test_quantiles_are_those_of_numpy_to_the_bit_leaving_out_what_is_no_number(shape, missing):
    keyed = np.random.default_rng([*shape, int(100 * missing)])
    values = keyed.normal(size=shape) * 10.0 ** keyed.integers(-3, 6)
    absent = keyed.random(shape) < missing
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # columns without a number
        right = np.nanquantile(np.where(absent, np.nan, values), LEVELS, axis=0)
    assert np.array_equal(quantiles(np.where(absent, np.nan, values), LEVELS), right, equal_nan=True)
    assert np.array_equal(quantiles(np.where(absent, np.inf, values), LEVELS), right, equal_nan=True)


def test_without_a_replicate_no_quantile_is_known():
    found = quantiles(np.zeros((0, 4)), LEVELS)
    assert found.shape == (len(LEVELS), 4)
    assert np.isnan(found).all()
