"""Whether the model answers changes whose effect is known: the positive controls that a scenario names."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sim.analysis.outcomes.controls import Answer, answers
from sim.experiment.store import load
from sim.foundation.errors import UserError
from sim.scenario.arms.controls import read_controls
from sim.workflows.files import WorkflowResult, shipped_scenario
from sim.workflows.options import Options
from sim.workflows.playing import play

REPLICATES = 200
KEPT = ("net_km2", "war")
GOES_ON = {"settling.base": "0 1/month"}
"""A control is of the war, not of the terms on which it might end."""


@dataclass(frozen=True, kw_only=True)
class ControlsResult(WorkflowResult):
    """The answer to each control, in the scenario's order."""

    answers: list[Answer]


def controls(file: Path | None, options: Options, only: Sequence[str] = ()) -> ControlsResult:
    """Play the base and the controls of a scenario (by default of the shipped world; of these `only` some, if named).

    Raises
    ------
    UserError
        If the scenario names no controls, or not those of `only`.
    """
    file = file or shipped_scenario("ukraine-2024-11-19.yaml")
    scenario, named = read_controls(file, GOES_ON | options.overrides())
    if not named:
        raise UserError([f"{file} names no controls - they stand under `controls`"])
    wrong = [name for name in only if name not in [one.name for one in named]]
    if wrong:
        known = ", ".join(one.name for one in named)
        raise UserError([f"no control '{name}' in {file}; it names {known}" for name in wrong])
    chosen = [one for one in named if not only or one.name in only]
    names = [scenario.base, *(one.name for one in chosen)]
    scenario = replace(
        scenario,
        arms={name: scenario.arms[name] for name in names},
        worlds={name: scenario.worlds[name] for name in names},
        run=scenario.run if options.replicates else replace(scenario.run, replicates=REPLICATES),
    )
    with tempfile.TemporaryDirectory(prefix="sim-controls-") as scratch:
        out = options.out or Path(scratch) / "controls"
        folder = play(scenario, options, "controls", out=out, what=f"playing {len(chosen)} controls", keep=KEPT)
        asked = [(one.name, one.label, one.expected, one.share) for one in chosen]
        found = [replace(one, note=scenario.arms[one.name].note) for one in answers(load(folder), asked)]
    return ControlsResult(account=[answer.account() for answer in found], answers=found)
