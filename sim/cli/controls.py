"""The command that plays the positive controls of a scenario: controls."""

from __future__ import annotations

import json
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import sim
from sim.cli.asked import Asked
from sim.cli.ending import STOPPED, Stop, command_line
from sim.cli.progress import progress_bar
from sim.foundation.errors import UserError

if TYPE_CHECKING:
    from sim.analysis.outcomes.controls import Answer

REPLICATES = 200
GOES_ON = {"settling.base": "0 1/month"}  # a control is of the war, not of the terms on which it might end


def controls(file: Path, only: list[str], asked: Asked) -> None:
    """Play the base and every control of the scenario in `file`, and print which hold."""
    from sim.analysis.outcomes.controls import answers
    from sim.experiment.run import Interrupted, run
    from sim.scenario.arms.controls import read_controls

    scenario, named = read_controls(file, GOES_ON | asked.overrides())
    wrong = [name for name in only if name not in scenario.arms]
    if wrong or not named:
        known = ", ".join(one.name for one in named) or "none"
        raise UserError([f"no control '{name}' in {file}; it names {known}" for name in wrong or ["at all"]])
    chosen = [one for one in named if not only or one.name in only]
    arms = {name: arm for name, arm in scenario.arms.items() if name in {"base", *(one.name for one in chosen)}}
    worlds = {name: scenario.worlds[name] for name in arms}
    settings = scenario.run if asked.replicates else replace(scenario.run, replicates=REPLICATES)
    scenario = replace(scenario, arms=arms, worlds=worlds, run=settings)
    with tempfile.TemporaryDirectory() as place, progress_bar("playing controls", hidden=asked.quiet) as progress:
        try:
            folder = run(
                scenario, asked.out or Path(place) / "controls", stem="controls", jobs=asked.jobs, command=command_line(),
                progress=progress, keep=("net_km2", "war"),
            )  # fmt: skip
        except Interrupted as stopped:
            raise Stop(str(stopped) if asked.out else "stopped", STOPPED) from None
        found = answers(sim.load(folder), [(one.name, one.label, one.expected, one.share) for one in chosen])
    if asked.as_json:
        print(json.dumps([answer.account() for answer in found], ensure_ascii=False, indent=1))
        return
    _show(found, asked.quiet)


def _show(found: list[Answer], quiet: bool) -> None:
    held = sum(answer.holds for answer in found)
    if not quiet:
        print(
            f"base: {found[0].base:,.0f} km2; the war goes on; effects are arm minus base at the end, with 90 % intervals\n"
        )
        for answer in found:
            low, mean, high = answer.account()["effect_km2"]  # type: ignore[misc]
            reach = f"{100 * answer.share[0]:+.0f} .. {100 * answer.share[1]:+.0f} %" if answer.share else "any size"
            mark = "holds" if answer.holds else "FAILS"
            print(
                f"{mark}  {answer.label:<66} {mean:+8,.0f} km2 ({low:+,.0f} .. {high:+,.0f})  "
                f"{100 * answer.relative:+5.0f} % of the base; expected {answer.expected}, {reach}; halts {100 * answer.halt:.0f} %"
            )
    print(f"{held} of {len(found)} controls hold")
