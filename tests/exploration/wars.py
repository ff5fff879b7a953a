"""The claim's scenario, short and small, for tests of the exploration."""

from functools import lru_cache
from pathlib import Path

from sim.scenario import read
from sim.scenario.priors.uncertain import uncertain

CLAIM = Path(__file__).resolve().parents[2] / "scenarios" / "claim.yaml"


@lru_cache(maxsize=1)
def small():
    """Return the claim over six weeks, in which a halt of a week counts if it begins in the first three."""
    short = {"verdict.halt_days": 7, "verdict.halt_within_days": 21, "verdict.halt_rate": 12}
    return read(CLAIM, {"run.horizon": "6 week", "run.replicates": 6} | short)


@lru_cache(maxsize=1)
def names():
    return tuple(one.name for one in uncertain(small()))
