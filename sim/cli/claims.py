"""The command that tests the article sentence by sentence: claims."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import sim
from sim.cli.asked import Asked
from sim.cli.claims_files import Group, find, grouped, read_all
from sim.cli.claims_judging import answer
from sim.cli.ending import STOPPED, Stop, command_line
from sim.cli.places import end_if, make_ready, save, trouble_in, writable
from sim.cli.progress import progress_bar
from sim.foundation.errors import UserError

if TYPE_CHECKING:
    from sim.analysis.verdicts.answers import Answer
    from sim.scenario.claims.file import ClaimFile


def claims(names: list[str], write: Path | None, check: bool, asked: Asked) -> None:
    """Test the claims named (all without names); print a table or JSON, draw the strip, write the page."""
    read = read_all(find(names))
    groups = grouped(read, asked)
    if check:
        _told(read, groups, asked)
        return
    make_ready(asked.plots_to)
    if write is not None:
        writable(write)
    root = asked.out or Path("results") / "claims"
    answers = [one for group in groups for one in _answers(group, root, asked)]
    order = [claim.id for claim in read]
    answers.sort(key=lambda one: order.index(one.id))
    plots = asked.plots_to or root / "plots"
    trouble = trouble_in(lambda: _draw(answers, groups, plots, bool(names)), plots) if asked.plots else None
    _print(answers, asked)
    if write is not None:
        from sim.cli.claims_page import page

        save(write, page(answers))
    end_if(trouble)


def _answers(group: Group, root: Path, asked: Asked) -> list[Answer]:
    """Play what the claims of one scenario need, as arms of one run, and judge each."""
    from sim.analysis.verdicts.assessment import Wars
    from sim.experiment.inputs import Inputs

    wars = inputs = None
    if group.scenario is not None:
        inputs = Inputs(group.scenario, group.scenario.run.replicates)
        if any(claim.played for claim in group.claims):
            group.data = sim.load(_play(group, root, asked))
            wars = Wars(group.data, group.level, str(group.path))
    return [answer(claim, group, wars, inputs, asked) for claim in group.claims]


def _play(group: Group, root: Path, asked: Asked) -> Path:
    from sim.experiment.run import Interrupted, run
    from sim.experiment.store import default_folder

    assert group.path is not None
    stem, one = f"claims-{group.path.stem}", group.scenario.run
    folder = root / default_folder(stem, group.scenario.hash, one.seed, one.replicates).name
    what = f"playing {group.path.stem}, {len(group.scenario.arms)} arms"
    with progress_bar(what, hidden=asked.quiet) as progress:
        try:
            return run(group.scenario, folder, stem=stem, jobs=asked.jobs, command=command_line(), progress=progress)
        except Interrupted as stopped:
            raise Stop(str(stopped), STOPPED) from None


def lines_from(file: Path, folder: Path, names: Sequence[str], asked: Asked) -> list[str]:
    """Return a line for each of the claims named that play the scenario `file` and whose arms the result holds."""
    from sim.analysis.tellings import told
    from sim.analysis.verdicts.assessment import Wars
    from sim.scenario import read

    data = sim.load(folder)
    try:
        mine = [claim for claim in read_all(find(names)) if claim.plays and claim.plays.resolve() == file.resolve()]
    except UserError:  # a copy of the program without claim files still has its experiment
        return []
    group = Group(file, read(file, asked.overrides()) if mine else None, mine, data)
    played = {str(arm) for arm in data["arm"].to_numpy()}
    lines = []
    for claim in mine:
        if set(claim.needs) <= played:
            found = answer(claim, group, Wars(data, group.level, str(file)), None, asked)
            lines.append(f"{found.id} {found.verdict}: {found.says} [{told(found.decisive)}]")
    return lines


def _told(read: Sequence[ClaimFile], groups: Sequence[Group], asked: Asked) -> None:
    """Say what was checked."""
    if asked.as_json:
        print(json.dumps([{"id": claim.id, "file": str(claim.path)} for claim in read], indent=1))
        return
    for group in groups if not asked.quiet else ():
        ids = " ".join(claim.id for claim in group.claims)
        arms = f", {len(group.scenario.arms)} arms" if group.scenario else ""
        print(f"{group.path or 'no scenario'}{arms}: {ids}")
    print(f"{len(read)} claims, all right")


def _print(answers: Sequence[Answer], asked: Asked) -> None:
    if asked.as_json:
        print(json.dumps([answer.account() for answer in answers], ensure_ascii=False, indent=1))
        return
    from sim.cli.claims_page import show

    show(answers, quiet=asked.quiet)


def _draw(answers: Sequence[Answer], groups: Sequence[Group], folder: Path, some: bool) -> None:
    """Draw the strip."""
    from sim.plotting.claims import draw_to

    results = {group.path.stem: group.data for group in groups if group.path and group.data is not None}
    draw_to(answers, results, folder, "claims_some" if some else "claims")
