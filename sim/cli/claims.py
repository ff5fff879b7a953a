"""The command that tests the article sentence by sentence: claims."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sim
from sim.cli.asked import Asked
from sim.cli.front import BROKEN, STOPPED, Stop, apology, command_line
from sim.cli.progress import progress_bar
from sim.foundation.errors import UserError, nearest

if TYPE_CHECKING:
    import xarray as xr

    from sim.analysis.answers import Answer
    from sim.analysis.assessment import Bound, Finding, Given, Wars
    from sim.analysis.measures import Ask
    from sim.experiment.inputs import Inputs
    from sim.foundation.errors import Fault
    from sim.scenario.claim_file import ClaimFile, ClaimTest, Condition

LEVEL = 0.9
"""Coverage of intervals where no scenario says another."""


def claims(names: list[str], write: Path | None, check: bool, asked: Asked) -> None:
    """Test the claims named (all without names); print a table or JSON, draw the strip, write the page."""
    files = find(names)
    read = read_all(files)
    groups = grouped(read, asked)
    if check:
        _told(read, groups, asked)
        return
    root = asked.out or Path("results") / "claims"
    answers = [answer for group in groups for answer in _answers(group, root, asked)]
    order = [claim.id for claim in read]
    answers.sort(key=lambda answer: order.index(answer.id))
    trouble = _draw(answers, groups, asked.plots_to or root / "plots", bool(names)) if asked.plots else None
    _print(answers, asked)
    if write is not None:
        from sim.cli.claims_page import page

        _write(write, page(answers))
    if trouble:
        raise Stop(f"the results are safe, but drawing failed: {trouble}", BROKEN)


# -- which claims, in which worlds ------------------------------------------------


@dataclass
class Group:
    """Claims in the same scenario, None for claims that need none; `data` are the wars once played."""

    path: Path | None
    scenario: Any
    claims: list[ClaimFile]
    data: xr.Dataset | None = None

    @property
    def level(self) -> float:
        """Coverage of the intervals."""
        return float(self.scenario.verdict.interval) if self.scenario else LEVEL


def folder_of_claims() -> Path:
    """Return scenarios/claims from here, from the checkout, or from the installed package."""
    package = Path(sim.__file__).resolve().parent
    for place in (Path(), package.parent, package / "shipped"):
        folder = place / "scenarios" / "claims"
        if folder.is_dir():
            return folder
    raise UserError(["no folder scenarios/claims here or beside the program - name claim files: sim claims FILE..."])


def find(names: Sequence[str]) -> list[Path]:
    """Return the claim files meant by ids (``C07``, ``c7``) or paths; all shipped ones without names."""
    if not names:
        return sorted(folder_of_claims().glob("C*.yaml"))
    found, faults = [], []
    for name in names:
        if name.endswith((".yaml", ".yml")):
            found.append(Path(name))
            continue
        known = {path.stem: path for path in sorted(folder_of_claims().glob("C*.yaml"))}
        digits = name.upper().removeprefix("C")
        stem = f"C{int(digits):02d}" if digits.isdecimal() and digits.isascii() and len(digits) < 5 else name
        if stem in known:
            found.append(known[stem])
        else:
            span = f"{min(known)} to {max(known)}" if known else "none"
            faults.append(f"no claim '{name}' - the claims are {span}{nearest(name, known)}")
    if faults:
        raise UserError(faults)
    return list(dict.fromkeys(found))


def read_all(files: Iterable[Path]) -> list[ClaimFile]:
    """Read every claim file; raise every fault of all of them together."""
    from sim.analysis.facts import STATISTICS
    from sim.analysis.measures import MEASURES
    from sim.scenario.claim_file import read_claim

    claims: list[ClaimFile] = []
    faults: list[Fault] = []
    for file in files:
        try:
            claim = read_claim(file, MEASURES, STATISTICS)
            twin = next((one for one in claims if one.id == claim.id), None)
            if twin is not None:
                faults.append(claim.place("id").fault(f"the id {claim.id} is taken by {twin.path}"))
            claims.append(claim)
        except UserError as error:
            faults += error.faults
    if faults:
        raise UserError(faults)
    return claims


def grouped(claims: Sequence[ClaimFile], asked: Asked) -> list[Group]:
    """Return the claims by the scenario that they play, each scenario joined from what its claims need."""
    from sim.scenario.joining import join

    groups: dict[Path | None, Group] = {}
    faults = []
    for claim in claims:
        key = claim.plays.resolve() if claim.plays else None
        groups.setdefault(key, Group(claim.plays, None, [])).claims.append(claim)
    for group in groups.values():
        try:
            if group.path is not None:
                group.scenario = join(group.path, group.claims, asked.overrides())
        except UserError as error:
            faults += error.faults
    for group in groups.values() if not faults else ():
        faults += [fault for claim in group.claims for fault in _faults_of_inputs(claim, group)]
    if faults:
        raise UserError(dict.fromkeys(faults))
    return list(groups.values())


def _faults_of_inputs(claim: ClaimFile, group: Group) -> list[Any]:
    """Return a fault for every input that the world does not have, and every threshold without a scenario."""
    from sim.experiment.inputs import Inputs

    faults, inputs = [], Inputs(group.scenario, 2) if group.scenario else None
    for number, test in enumerate(claim.tests):
        if test.condition.threshold.startswith("verdict.") and not group.scenario:
            faults.append(claim.place("tests", number, "threshold").fault("a threshold of the verdict needs `plays`"))
        elif test.kind == "observed":
            faults += _faults_of_table(test, group)
        for key, name in (("of", test.of), ("than", test.than)):
            if not name:
                continue
            try:
                if inputs is None:
                    raise KeyError("an input needs a scenario - say `plays`")
                inputs.values(name)
            except KeyError as error:
                faults.append(claim.place("tests", number, key).fault(str(error.args[0])))
    return faults


def _faults_of_table(test: ClaimTest, group: Group) -> list[Any]:
    """Return what is wrong with an observed table, or with what is asked of it."""
    try:
        _observed(test, _bound(test.condition, group), group.level)
    except UserError as error:
        return error.faults
    return []


# -- playing and judging ------------------------------------------------------------


def _answers(group: Group, root: Path, asked: Asked) -> list[Answer]:
    """Play what the claims of one scenario need, as arms of one run, and judge each."""
    from sim.analysis.assessment import Wars
    from sim.experiment.inputs import Inputs

    wars = inputs = None
    if group.scenario is not None:
        inputs = Inputs(group.scenario, group.scenario.run.replicates)
        if any(claim.played for claim in group.claims):
            group.data = sim.load(_play(group, root, asked))
            wars = Wars(group.data, group.level, str(group.path))
    return [_answer(claim, group, wars, inputs, asked) for claim in group.claims]


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


def _answer(claim: ClaimFile, group: Group, wars: Wars | None, inputs: Inputs | None, asked: Asked) -> Answer:
    from sim.analysis.answers import Answer

    findings = tuple(_finding(test, claim, group, wars, inputs) for test in claim.tests)
    counted = (claim.played or any(test.kind == "input" for test in claim.tests)) and group.scenario is not None
    return Answer(
        id=claim.id,
        says=claim.says,
        findings=findings,
        kinds=tuple(test.kind for test in claim.tests),
        because=tuple(test.because for test in claim.tests),
        conditional_on={name: _guessed(name, group) for name in claim.conditional_on},
        reversion=claim.reversion,
        caveat=claim.caveat,
        command=_command(claim, group if counted else None, asked),
        wars=group.scenario.run.replicates if claim.played else 0,
    )


def _command(claim: ClaimFile, group: Group | None, asked: Asked) -> str:
    shipped = claim.path.parent.name == "claims" and claim.path.stem == claim.id
    words = ["sim", "claims", claim.id if shipped else str(claim.path)]
    if group is not None:
        run = group.scenario.run
        words += ["--replicates", str(run.replicates), "--seed", str(run.seed)]
        words += [word for change in asked.changes for word in ("--set", change)]
    return shlex.join(words)


def _guessed(name: str, group: Group) -> float:
    """Return the share of a section's numbers that are guesses; nan for a source."""
    rows = [row for row in group.scenario.numbers() if row.path.split(".")[0] == name] if group.scenario else []
    return sum(row.grade == "guess" for row in rows) / len(rows) if rows else float("nan")


def _finding(test: ClaimTest, claim: ClaimFile, group: Group, wars: Wars | None, inputs: Inputs | None) -> Finding:
    from sim.analysis.assessment import Question, outside

    if test.kind == "outside":
        return outside(test.because)
    bound = _bound(test.condition, group)
    if test.kind == "observed":
        return _observed(test, bound, group.level)
    if test.kind == "input":
        assert inputs is not None
        return _input(test, bound, inputs, group.level)
    assert wars is not None
    question = Question(
        test.kind, test.condition.metric, _ask(test.condition), test.condition.arm, bound, test.against, test.parts,
        tuple(_given(one, group) for one in test.given),
    )  # fmt: skip
    return wars.assess(question, claim.anyway or group.scenario.base)


def _bound(condition: Condition, group: Group) -> Bound:
    from sim.analysis.assessment import Bound

    head, _, name = condition.threshold.partition(".")
    value = float(getattr(group.scenario.verdict, name)) if head == "verdict" else float(condition.threshold)
    return Bound(condition.above, value)


def _ask(condition: Condition) -> Ask:
    from sim.analysis.measures import Ask

    on, since = (day.isoformat() if day else "" for day in (condition.on, condition.since))
    return Ask(on, since, condition.side, condition.goods)


def _given(condition: Condition, group: Group) -> Given:
    from sim.analysis.assessment import Given

    return Given(condition.metric, _ask(condition), condition.arm, _bound(condition, group))


def _observed(test: ClaimTest, bound: Bound, level: float) -> Finding:
    """Hold a table against a claim, with the noise that the claim's file gives its rows."""
    from sim.analysis.assessment import from_draws
    from sim.analysis.facts import STATISTICS, rows_of, sample

    assert test.table is not None
    statistic = STATISTICS[test.condition.metric]
    ask = _ask(test.condition)
    rows = rows_of(test.table, test.column, dict(test.noise), test.noise_by)
    try:
        draws = statistic.of(rows, sample(rows, seed=0), ask.since, ask.on)
    except ValueError as error:
        raise UserError([f"{test.table}: {error}"]) from None
    meaning = f"{statistic.meaning} {ask.since}".strip()
    return from_draws(draws, float(draws[0]), bound, level, statistic.unit(rows), meaning, test.table.name)


def _input(test: ClaimTest, bound: Bound, inputs: Inputs, level: float) -> Finding:
    from sim.analysis.assessment import from_draws

    draws, value, meaning = inputs.values(test.of), inputs.central(test.of), f"input {test.of}"
    if test.than:
        draws, value = draws - inputs.values(test.than), value - inputs.central(test.than)
        meaning = f"inputs, {test.of} less {test.than}"
    return from_draws(draws, value, bound, level, inputs.unit(test.of), meaning, "inputs")


def lines_from(file: Path, folder: Path, names: Sequence[str], asked: Asked) -> list[str]:
    """Return a line for each of the claims named that play the scenario `file` and whose arms the result holds."""
    from sim.analysis.assessment import Wars
    from sim.analysis.tellings import told
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
            answer = _answer(claim, group, Wars(data, group.level, str(file)), None, asked)
            lines.append(f"{answer.id} {answer.verdict}: {answer.says} [{told(answer.decisive)}]")
    return lines


# -- saying it ------------------------------------------------------------------------


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


def _draw(answers: Sequence[Answer], groups: Sequence[Group], folder: Path, some: bool) -> str | None:
    """Draw the strip; return what went wrong, or None."""
    try:
        from sim.plotting.claims import draw_to

        results = {group.path.stem: group.data for group in groups if group.path and group.data is not None}
        draw_to(answers, results, folder, "claims_some" if some else "claims")
    except OSError as error:
        return f"cannot write figures to {folder}: {error.strerror or error}"
    except Exception as error:
        return apology(error)
    return None


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UserError([f"cannot write {path}: {error.strerror or error}"]) from error
