"""The claims of an article tested one by one: files read, their scenarios played once, each claim judged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import xarray as xr

from sim.analysis.outcomes.measures import MEASURES
from sim.analysis.serialise import plain
from sim.analysis.sources import source_notes
from sim.analysis.verdicts.answers import Answer
from sim.analysis.verdicts.assessment import Assessor
from sim.experiment.folders import default_folder
from sim.experiment.inputs import Inputs
from sim.experiment.metrics import recorded
from sim.experiment.store import load
from sim.foundation.errors import UserError
from sim.workflows.claim_files import find, group_by_scenario, read_claims
from sim.workflows.claim_judging import Group, judge
from sim.workflows.files import WorkflowResult, draw_study, prepare, write_account
from sim.workflows.options import Options
from sim.workflows.playing import play


@dataclass(frozen=True, kw_only=True)
class ClaimsResult(WorkflowResult):
    """Answers in the order of the claims asked for."""

    answers: tuple[Answer, ...]


@dataclass(frozen=True, kw_only=True)
class ClaimsCheck(WorkflowResult):
    """Claim files that are right, by the scenario that they play."""

    groups: tuple[Group, ...]


def check(names: Sequence[str], options: Options) -> ClaimsCheck:
    """Read the claims named (all without names) with their scenarios; play nothing."""
    claims = read_claims(find(names))
    groups = group_by_scenario(claims, options)
    return ClaimsCheck(account=[{"id": claim.id, "file": str(claim.path)} for claim in claims], groups=tuple(groups))


def claims(names: Sequence[str], options: Options, write: Path | None = None) -> ClaimsResult:
    """Test the claims named (all without names); `write` is the page that will be written of it."""
    read = read_claims(find(names))
    groups = group_by_scenario(read, options)
    prepare(options, write)
    root = options.out or Path("results") / "claims"
    found = {answer.id: answer for group in groups for answer in _answers(group, root, options)}
    answers = tuple(found[claim.id] for claim in read)
    results = {group.path.stem: group.data for group in groups if group.path and group.data is not None}
    account, source = plain(answers), source_notes(results) if results else ""
    if results:
        write_account(root, account, options.command_line, source)

    def study() -> object:
        from sim.plotting.claims import Claims

        return Claims(answers, source)

    drawing = draw_study(options, "claims", study, root / "plots", "_some" if names else "")
    return ClaimsResult(account=account, drawing=drawing, answers=answers)


def answers_from(
    file: Path, scenario: Any, data: xr.Dataset, names: Sequence[str], options: Options
) -> Iterator[Answer]:
    """Yield the answer to each of the claims named that plays the scenario `file` and whose arms `data` holds."""
    try:
        mine = [claim for claim in read_claims(find(names)) if claim.plays and claim.plays.resolve() == file.resolve()]
    except UserError:  # a copy of the program without claim files still has its experiment
        return
    group = Group(file, scenario, mine, data)
    wars = Assessor(data, group.level, str(file))
    for claim in mine:
        if set(claim.needs) <= set(wars.names.arms):
            yield judge(claim, group, wars, None, options)


def _answers(group: Group, root: Path, options: Options) -> Iterable[Answer]:
    """Play what the claims of one scenario need, as arms of one run, and judge each."""
    wars = inputs = None
    if group.scenario is not None and group.path is not None:
        inputs = Inputs(group.scenario, group.scenario.run.replicates)
        if any(claim.played for claim in group.claims):
            stem = f"claims-{group.path.stem}"
            folder = default_folder(group.scenario, stem, root)
            what = f"playing {group.path.stem}, {len(group.scenario.arms)} arms"
            measured = [MEASURES[name] for claim in group.claims for name in claim.measured]
            keep = recorded(group.scenario, (name for one in measured for name in one.needs))
            group.data = load(play(group.scenario, options, stem, out=folder, what=what, keep=keep))
            wars = Assessor(group.data, group.level, str(group.path))
    return [judge(claim, group, wars, inputs, options) for claim in group.claims]
