"""The small made-up results whose JSON is kept in `golden/`: claims, a factorial, doses, and their variants."""

from __future__ import annotations

from itertools import combinations

import xarray as xr

from tests.plotting.synthetic import synthetic

LEVERS = ("arms", "money", "together")


def claim() -> xr.Dataset:
    """Return a result with the arms of the claim."""
    return synthetic(replicates=40, seed=3)


def factorial() -> xr.Dataset:
    """Return every set of three levers."""
    sets = [chosen for size in range(4) for chosen in combinations(LEVERS, size)]
    return synthetic({"+".join(one) or "base": " and ".join(one) or "Base" for one in sets}, replicates=40, seed=4)


def doses() -> xr.Dataset:
    """Return a lever by degrees."""
    arms = {"base": "Base", "arms": "Arms", "money@50": "Money, dose 50 %", "money@100": "Money, dose 100 %"}
    return synthetic(arms, replicates=40, seed=5)
