"""What each class of agents is worth: the base played again with one class after the other frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sim.analysis.outcomes.frozen import Freezing, freezings
from sim.analysis.sources import CAUTION
from sim.experiment.freezing import freeze
from sim.foundation.roles import ATTACKER, DEFENDER
from sim.scenario import read
from sim.workflows.files import WorkflowResult, draw_study, prepare, shipped_scenario, write_account
from sim.workflows.options import Options

REPLICATES = 200
GOES_ON = {"settling.base": "0 1/month"}
"""What agents do is reported for the war itself, whatever the terms on which it might end."""

WORDS = {
    "command": "command",
    "government": "government",
    "strike_force": "strike force",
    "ally": "donors",
    "partner": "partners",
    "mediator": "leaders who call alone",
}


@dataclass(frozen=True, kw_only=True)
class AgentsResult(WorkflowResult):
    """What freezing each class changes, the largest first, and how many replicates were played."""

    freezings: list[Freezing]
    replicates: int


def agents(file: Path | None, options: Options) -> AgentsResult:
    """Freeze each class of agents of a scenario's base (by default of the shipped world) and return what it changes."""
    prepare(options)
    file = file or shipped_scenario("ukraine-2024-11-19.yaml")
    scenario = read(file, GOES_ON | options.overrides())
    if not options.replicates:
        scenario = replace(scenario, run=replace(scenario.run, replicates=REPLICATES))
    with options.progress("playing with frozen agents") as on_progress:
        played = freeze(scenario, options.workers, on_progress)
    found = freezings(played, *_described(scenario, played))
    run, folder = scenario.run, options.out or Path("results") / "agents"
    source = f"Source: “{scenario.title}”, {run.replicates:,} replicates, seed {run.seed}.\n{CAUTION}"
    account = [one.account() for one in found]
    write_account(folder, account, options.command_line, source)

    def study() -> object:
        from sim.plotting.agents import AgentsStudy

        return AgentsStudy(found, source)

    drawing = draw_study(options, "agents", study, folder / "plots")
    return AgentsResult(account=account, drawing=drawing, freezings=found, replicates=run.replicates)


def _described(scenario: Any, played: Mapping[str, Any]) -> tuple[dict[str, str], dict[str, int]]:
    """Return what each class is called in this world, and the row of its side."""
    names = scenario.labels()
    world = scenario.world().sides
    roles = {getattr(world, name).role.value: name for name in type(world).model_fields}
    labels, sides = {}, {}
    for name in filter(None, played):
        role, _, kind = name.partition(".")
        if kind:
            side = roles[role]
            labels[name] = f"{names.get(f'{side}.demonym', side)} {WORDS[kind]}"
            sides[name] = ATTACKER if role == "attacker" else DEFENDER
        else:
            labels[name] = WORDS[name].capitalize()
            sides[name] = ATTACKER if name == "partner" else DEFENDER
    return labels, sides
