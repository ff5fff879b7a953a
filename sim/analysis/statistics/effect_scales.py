"""What 'more than its parts' and 'a share of' mean on a scale of ratios, with the errors of means over paired wars.

Effects that multiply - each cause changes a rate by its own factor, and by that alone - fall short of their sum whenever
both spare something: two that halve leave a quarter, not nothing. So the sum is the harder bar, and the product is what
causes do that have nothing to do with each other.

Both are functions of means over the same wars. They are returned as one value a war whose mean is the function at the
means and whose error is the delta method's: the function there, plus its slope times the war's distance from the means.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def relative_change(values: Floats, base: Floats) -> Floats:
    """Return the change of the mean as a share of the base's, one value a war.

    Parameters
    ----------
    values, base : ndarray, shape (war,)
        The same measure in the same wars, with and without.

    Returns
    -------
    ndarray, shape (war,)
        nan where the base's mean is not above zero: there is no share.
    """
    mean, of = float(values.mean()), float(base.mean())
    if not of > 0.0:
        return np.full(values.shape, np.nan)
    slope: Floats = (values - mean) / of - (base - of) * mean / of**2
    return mean / of - 1.0 + slope


def beyond_product(joint: Floats, base: Floats, parts: Sequence[Floats]) -> Floats:
    """Return the mean of all together less what its parts give if each multiplies the base by its own factor.

    Parameters
    ----------
    joint, base : ndarray, shape (war,)
        A measure in the same wars: all causes on, none on.
    parts : sequence of ndarray, shape (war,)
        One cause on each.

    Returns
    -------
    ndarray, shape (war,)
        In the measure's unit; nan where the mean of the base or of a part is not above zero.
    """
    of, means = float(base.mean()), [float(part.mean()) for part in parts]
    if not min([of, *means]) > 0.0:
        return np.full(joint.shape, np.nan)
    product = of * float(np.prod([mean / of for mean in means]))
    slope = product * (1.0 - len(parts)) * (base / of - 1.0)
    for part, mean in zip(parts, means, strict=True):
        slope = slope + product * (part / mean - 1.0)
    found: Floats = joint - product - slope
    return found
