"""An emulator of designed wars: a quadratic with interactions, ridge by leave-one-out, that knows its own error and its limits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.analysis.estimate import Estimate

Floats = npt.NDArray[np.float64]
PENALTIES = np.logspace(-6, 3, 37)
"""Ridge penalties tried, in units of the mean square of a column."""


def features(points: npt.ArrayLike, low: npt.ArrayLike, high: npt.ArrayLike) -> Floats:
    """Return the columns of a quadratic, shape (point, 1 + n + n (n + 1) / 2): 1, each, then every product of two.

    Each coordinate runs from -1 at `low` to 1 at `high`. The page's script has a twin of this.
    """
    x = np.atleast_2d(np.asarray(points, dtype=float))
    bottom, top = np.asarray(low, dtype=float), np.asarray(high, dtype=float)
    z = 2.0 * (x - bottom) / (top - bottom) - 1.0
    rows, columns = np.triu_indices(z.shape[1])
    return np.concatenate([np.ones((len(z), 1)), z, z[:, rows] * z[:, columns]], axis=1)


@dataclass(frozen=True)
class Emulator:
    """A fitted quadratic.

    Parameters
    ----------
    low, high : tuple of float
        Ends of its design; nothing is said outside.
    weights : tuple of float
        One for each column of `features`.
    error : float
        Root mean square of what each design point was missed by when it was left out: the error of a new answer, the noise of
        the wars that the point is a mean of included.
    explained : float
        1 less the variance of these misses over that of the points; near 0 the emulator knows nothing.
    points : int
    """

    low: tuple[float, ...]
    high: tuple[float, ...]
    weights: tuple[float, ...]
    error: float
    explained: float
    points: int

    @classmethod
    def fit(cls, points: Floats, values: Floats, low: Sequence[float], high: Sequence[float]) -> Emulator:
        """Fit to `values` (point,) at `points` (point, coordinate); the penalty is that of the least leave-one-out error.

        All columns but the constant are penalised; leaving one out has a closed form (Allen 1974, Technometrics 16, 125-127).
        """
        x = features(points, low, high)
        middle, mean = x[:, 1:].mean(axis=0), float(values.mean())
        centred, rest = x[:, 1:] - middle, values - mean
        u, s, v = np.linalg.svd(centred, full_matrices=False)
        found = None
        for penalty in PENALTIES * float((centred**2).mean()) * len(x):
            shrunk = s**2 / (s**2 + penalty)
            fitted = u @ (shrunk * (u.T @ rest))
            leverage = 1.0 / len(x) + (u**2 * shrunk).sum(axis=1)
            error = float(np.sqrt(np.mean(((rest - fitted) / (1.0 - leverage)) ** 2)))
            if found is None or error < found[0]:
                found = error, penalty
        assert found is not None
        error, penalty = found
        slopes = v.T @ (s / (s**2 + penalty) * (u.T @ rest))
        weights = (mean - float(middle @ slopes), *slopes.tolist())
        total = float(rest.std())
        explained = 1.0 - (error / total) ** 2 if total > 0 else 0.0
        return cls(tuple(low), tuple(high), weights, error, explained, len(x))

    def inside(self, point: Sequence[float]) -> bool:
        """Whether a point lies in the design."""
        return all(low <= x <= high for low, x, high in zip(self.low, point, self.high, strict=True))

    def at(self, point: Sequence[float], level: float, unit: str = "1") -> Estimate | None:
        """Return the answer at a point with its error; None outside the design."""
        if not self.inside(point):
            return None
        from scipy.special import ndtri

        value = float((features(point, self.low, self.high) @ np.array(self.weights))[0])
        half = float(ndtri((1 + level) / 2)) * self.error
        return Estimate(value, value - half, value + half, level, self.points, unit)
