"""Why two results differ: the change from one arm to another taken apart by five blocks of keys."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import xarray as xr

from sim.analysis.outcomes.judging import Thresholds
from sim.analysis.outcomes.replicates import NEEDS, compared_outcomes, outcomes_by_replicate
from sim.analysis.result import Result
from sim.analysis.serialise import plain
from sim.analysis.statistics.decomposition import Floats, OutcomeChange, outcome_change
from sim.analysis.statistics.factorial import RunFacts
from sim.experiment.folders import ROOT
from sim.experiment.metrics import needs
from sim.experiment.store import load
from sim.exploration.change_blocks import change_between
from sim.scenario.scenario import Scenario
from sim.workflows.options import Options
from sim.workflows.playing import play

SETTINGS = ("seed", "start", "horizon_days")


@dataclass(frozen=True)
class ComparedArm:
    """One of the two that are compared: the result's name, its scenario, the arm, and what became of it."""

    name: str
    scenario: Scenario
    arm: str
    result: Result

    @property
    def called(self) -> str:
        """What to call it."""
        return f"{self.name}:{self.arm}"


@dataclass(frozen=True)
class Decomposition:
    """The change from one arm to another by blocks.

    Parameters
    ----------
    first, second : str
        What the two are called, ``RESULT:ARM``.
    run : RunFacts
    keys : mapping of str to tuple of str
        Differing keys by block, "" for those of none.
    outcomes : mapping of str to OutcomeChange
    worlds : int
        Worlds played between the two.
    settings : tuple of str
        Settings beside the worlds that differ.
    folder : Path
    table : Dataset
        Outcomes of the worlds, for figures.
    """

    first: str
    second: str
    run: RunFacts
    keys: Mapping[str, tuple[str, ...]]
    outcomes: Mapping[str, OutcomeChange]
    worlds: int
    settings: tuple[str, ...]
    folder: Path
    table: xr.Dataset

    @property
    def account(self) -> dict[str, Any]:
        """It in plain values."""
        return {
            "from": self.first,
            "to": self.second,
            "method": f"Shapley values over all {self.worlds} worlds between the two, paired",
            "replicates": self.run.replicates,
            "keys": {block or "rest": list(keys) for block, keys in self.keys.items()},
            "settings": list(self.settings),
            "outcomes": {
                name: {key: one for key, one in plain(change).items() if key != "outcome"}
                | {"label": change.outcome.label, "unit": change.outcome.unit}
                for name, change in self.outcomes.items()
            },
            "result": str(self.folder),
        }


def decompose(first: ComparedArm, second: ComparedArm, options: Options) -> Decomposition:
    """Play the worlds between two arms and return what each block brings.

    Parameters
    ----------
    first, second : ComparedArm
    options : Options
        Replicates and seed are those of the first.

    Raises
    ------
    UserError
        If the two do not name the same fronts, sides, donors and so on, or do not differ.
    """
    change = change_between(first.scenario, second.scenario, (first.arm, second.arm))
    folder = _folder(first, second, options)
    scenario = change.scenario()
    what = f"playing the {len(change.sets)} worlds between them"
    played = play(scenario, options, "why", out=folder, what=what, keep=needs(change.first, NEEDS))
    table = outcomes_by_replicate(load(played))
    differ = _settings(first, second)
    level = Thresholds.of(table).interval
    found, sets = {}, 1 << len(change.blocks)
    for one in compared_outcomes(table):
        worth = table[one.name].sel(arm=change.names).transpose("arm", "replicate").to_numpy().astype(float)
        ends = (_row(first, one.name), _row(second, one.name)) if differ else None
        found[one.name] = outcome_change(one, worth[:sets], change.blocks, worth[-1], ends, level)
    return Decomposition(
        first.called, second.called, RunFacts.of(table, "why"), change.keys, found, len(change.sets), differ, folder,
        table,
    )  # fmt: skip


def _row(side: ComparedArm, name: str) -> Floats:
    return side.result.outcomes()[name].sel(arm=side.arm).to_numpy().astype(float)


def _settings(first: ComparedArm, second: ComparedArm) -> tuple[str, ...]:
    """Return the settings beside the worlds in which the two differ."""
    one, other = first.scenario, second.scenario
    found = [name for name in SETTINGS if getattr(one.run, name) != getattr(other.run, name)]
    drawn = [one.posterior.digest if one.posterior else "" for one in (one, other)]
    return (*found, *(["posterior"] if drawn[0] != drawn[1] else []))


def _folder(first: ComparedArm, second: ComparedArm, options: Options) -> Path:
    """Return a folder that no other change shares."""
    said = [first.scenario.hash, first.arm, second.scenario.hash, second.arm]
    code = hashlib.sha256(" ".join(said).encode()).hexdigest()[:8]
    root = options.out or ROOT
    return root / f"why-{first.arm}-to-{second.arm}-{code}"
