"""Scenarios played and compared: run, claim, compare."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from sim.analysis.outcomes.contrast import Contrast
from sim.analysis.result import Result
from sim.analysis.serialise import plain
from sim.analysis.sources import CAUTION, source_note
from sim.analysis.verdicts.answers import Answer
from sim.analysis.verdicts.enemy import EnemyAnswers
from sim.experiment.folders import ROOT
from sim.experiment.store import load
from sim.experiment.stored_scenario import stored_scenario
from sim.foundation.errors import UserError, nearest
from sim.foundation.executor import Pool
from sim.scenario.scenario import Scenario
from sim.scenario.syntax.extends import SHIPPED
from sim.workflows import claims as claims_workflow
from sim.workflows.decompose import ComparedArm, Decomposition, decompose
from sim.workflows.differences import Difference, chain_if_read, differences
from sim.workflows.drawing import begin_drawing, draw_results
from sim.workflows.enemy import against_answers
from sim.workflows.files import Drawing, WorkflowResult, draw_study, prepare
from sim.workflows.options import Options
from sim.workflows.playing import play, read, read_among

LONGEST_NAME = 120


@dataclass(frozen=True, kw_only=True)
class RunResult(WorkflowResult):
    """A scenario played.

    Parameters
    ----------
    result : Result
    answers : tuple of Answer
        To the claims that the arms answer, where they were asked for.
    enemy : EnemyAnswers, optional
        What the arms do against each answer of the attacker, where claims were asked for.
    """

    result: Result
    answers: tuple[Answer, ...] = ()
    enemy: EnemyAnswers | None = None


@dataclass(frozen=True, kw_only=True)
class Comparison(WorkflowResult):
    """Results side by side.

    Parameters
    ----------
    results : mapping of str to Result
    reference : str
        The arm that all others are compared with, as ``RESULT:ARM``.
    contrasts : mapping of str to Contrast
        Of each result, its arms against the reference.
    why : Decomposition, optional
        The change from the reference to one arm by blocks, where it was asked for.
    until : date, optional
        The day up to which all results are shown, where some reach farther.
    inputs : mapping of str to tuple of Difference
        Of each other result, how its inputs differ from those of the reference's.
    inputs_unread : tuple of str
        Results whose stored scenario this version cannot read, so that their inputs are not compared.
    """

    results: Mapping[str, Result]
    reference: str
    contrasts: Mapping[str, Contrast] = field(default_factory=dict)
    why: Decomposition | None = None
    until: date | None = None
    inputs: Mapping[str, tuple[Difference, ...]] = field(default_factory=dict)
    inputs_unread: tuple[str, ...] = ()


def run(file: Path, options: Options, claims: Sequence[str] = (), helpers: Pool | None = None) -> RunResult:
    """Play every arm of a scenario; answer those of the claims named that its arms can answer.

    Parameters
    ----------
    file : Path
    options : Options
    claims : sequence of str
    helpers : Pool, optional
        Worker processes that play and draw together with this one; see `sim.workflows.helpers`.

    Raises
    ------
    UserError
    """
    prepare(options)
    scenario = read(file, options)
    folder = play(scenario, options, file.stem, helpers=helpers)
    result = Result(load(folder), folder)
    figures = begin_drawing(file.stem, result, _plots_of(result), options, helpers)
    answers = tuple(claims_workflow.answers_from(file, scenario, result.data, claims, options)) if claims else ()
    enemy = against_answers(file, scenario, result, options) if claims else None
    result.verdict()  # while helpers draw
    drawing = figures.finish()
    shown = _shown(result, drawing, options, answers)
    if enemy is None:
        return shown
    drawing = _draw_enemy(enemy, result, drawing, options)
    return replace(shown, enemy=enemy, account=shown.account | {"enemy_answers": enemy.account()}, drawing=drawing)


def show(result: Result, name: str, options: Options) -> RunResult:
    """Return a played result with its account, and its figures where they are wanted."""
    return _shown(result, draw_results({name: result}, _plots_of(result), options), options)


def _shown(result: Result, drawing: Drawing, options: Options, answers: tuple[Answer, ...] = ()) -> RunResult:
    return RunResult(account=_account(result, drawing, options), drawing=drawing, result=result, answers=answers)


def _plots_of(result: Result) -> Path:
    return (result.folder or ROOT) / "plots"


def compare(inputs: Sequence[Path], options: Options, against: str | None = None, why: str | None = None) -> Comparison:
    """Play the scenarios among `inputs`, load the results among them, and put all side by side.

    Parameters
    ----------
    inputs : sequence of Path
        Scenario files and result folders.
    options : Options
    against : str, optional
        Result and arm to compare all others with, as ``claim:base``; an arm alone is one of the first result. By
        default the base of the first.
    why : str, optional
        Result and arm whose change from the reference is to be taken apart by blocks of keys; see
        `sim.workflows.decompose`. An arm alone is one of the first result, a result alone means its base.

    Raises
    ------
    UserError
    """
    prepare(options)
    scenarios = read_among(inputs, options)
    folders = _played(inputs, scenarios, options)
    results = {name: Result(load(folder), folder) for name, folder in folders.items()}
    results, until = _as_far_as_all_reach(results)
    of, arm = _named(results, against, "--against")
    wanted = _named(results, why, "--why") if why else None
    contrasts = {
        name: result.contrast(arm, of=None if result is results[of] else results[of])
        for name, result in results.items()
    }
    drawing = draw_results(results, (options.out or _folder_of(list(folders.values()))) / "plots", options)
    accounts = {name: _account(result, drawing, options) for name, result in results.items()}
    reference = f"{of}:{arm}"
    compared = {"results": accounts, "against": reference, "contrasts": plain(contrasts)}
    compared |= {"until": str(until)} if until else {}
    by_name = {name: scenarios.get(path) for name, path in zip(folders, inputs, strict=True)}
    inputs_differ, unread = _input_differences(of, dict(zip(folders, inputs, strict=True)), by_name, folders)
    compared["inputs"] = {name: [vars(each) for each in found] for name, found in inputs_differ.items()}
    plain_run = len(accounts) == 1 and against is None and why is None
    account = next(iter(accounts.values())) if plain_run else compared
    taken = None
    if wanted:
        pair = [
            ComparedArm(name, _until(by_name[name] or stored_scenario(folders[name]), until), one, results[name])
            for name, one in ((of, arm), wanted)
        ]
        taken = decompose(pair[0], pair[1], options)
        account = {**account, "why": taken.account}
        drawing = drawing if drawing.error else _draw_why(taken, drawing, options)
    return Comparison(
        account=account,
        drawing=drawing,
        results=results,
        reference=reference,
        contrasts=contrasts,
        why=taken,
        until=until,
        inputs=inputs_differ,
        inputs_unread=unread,
    )


def _input_differences(
    of: str, paths: Mapping[str, Path], read: Mapping[str, Scenario | None], folders: Mapping[str, Path]
) -> tuple[dict[str, tuple[Difference, ...]], tuple[str, ...]]:
    """Return how the inputs of every other result differ from those of the reference's, `of`; and whose are unknown.

    A stored result can be compared by its outcomes where this version cannot read the scenario it was played from.
    """
    known = {name: one or _stored_if_read(folders[name]) for name, one in read.items()}
    unread = tuple(name for name, one in known.items() if one is None)
    first, chains = known[of], {name: chain_if_read(path) for name, path in paths.items()}
    if first is None:
        return {}, unread
    others = {name: one for name, one in known.items() if name != of and one is not None}
    return {name: differences(first, one, chains[of], chains[name]) for name, one in others.items()}, unread


def _stored_if_read(folder: Path) -> Scenario | None:
    try:
        return stored_scenario(folder)
    except UserError:
        return None


def _played(inputs: Sequence[Path], scenarios: Mapping[Path, Scenario], options: Options) -> dict[str, Path]:
    """Play the scenarios among `inputs`, and return the folder of every result by a name of its own."""
    folders: dict[str, Path] = {}
    for path in inputs:
        name = _unused(path.stem.removeprefix(SHIPPED) if path in scenarios else path.name, folders)
        out = options.out and options.out / name
        folders[name] = play(scenarios[path], options, path.stem, out=out) if path in scenarios else path
    return folders


def _as_far_as_all_reach(results: Mapping[str, Result]) -> tuple[dict[str, Result], date | None]:
    """Return results of one start up to the day that all of them reach, and that day; None where they reach equally far."""
    spans = [result.data["time"].to_numpy().astype("datetime64[D]")[[0, -1]] for result in results.values()]
    ends = {end for _, end in spans}
    if len(ends) == 1 or len({start for start, _ in spans}) > 1:
        return dict(results), None
    last = min(ends)
    return {name: result.until(last) for name, result in results.items()}, last.astype(date)


def _until(scenario: Any, day: date | None) -> Any:
    """Return a scenario that is played up to a day, where one is given."""
    if day is None:
        return scenario
    days = min(scenario.run.horizon_days, (day - scenario.run.start).days)
    return replace(scenario, run=replace(scenario.run, horizon_days=days))


def _named(results: Mapping[str, Result], said: str | None, option: str) -> tuple[str, str]:
    """Return the result and the arm that an option names; without one the base of the first."""
    first = next(iter(results))
    name, colon, arm = (said or "").removeprefix(SHIPPED).rpartition(":")
    if not colon and arm in results and arm not in results[first].arms:
        name, arm = arm, ""
    name = name or first
    if name not in results:
        raise UserError(
            [f"{option} {said}: no result '{name}' - there are {', '.join(results)}{nearest(name, results)}"]
        )
    return name, results[name].names.arm(arm or results[name].base)


def _account(result: Result, drawing: Drawing, options: Options) -> dict[str, object]:
    account = plain(result.verdict()) | {"result": str(result.folder)}
    return account | ({"plots": drawing.folder and str(drawing.folder)} if options.plots else {})


def _draw_enemy(enemy: EnemyAnswers, result: Result, drawing: Drawing, options: Options) -> Drawing:
    """Draw what arms do against each answer of the attacker beside the other figures."""

    def study() -> object:
        from sim.plotting.enemy import EnemyStudy

        run = f"{result.data.attrs.get('title', '')}, {enemy.replicates:,} replicates, seed {result.data.attrs.get('seed')}"
        return EnemyStudy(enemy, f"{run}\n{CAUTION}")

    return drawing if drawing.folder is None else draw_study(options, "enemy", study, drawing.folder)


def _draw_why(taken: Decomposition, drawing: Drawing, options: Options) -> Drawing:
    """Draw the change by blocks beside the other figures."""

    def study() -> object:
        from sim.plotting.decomposition import ChangeStudy

        blocks = [block for block in taken.keys if block]
        return ChangeStudy(taken.first, taken.second, taken.run, blocks, taken.outcomes, source_note(taken.table))

    return drawing if drawing.folder is None else draw_study(options, "why", study, drawing.folder)


def _unused(name: str, taken: Iterable[str]) -> str:
    """Return `name`, numbered if it is taken."""
    names, number = [name, *(f"{name}-{n}" for n in range(2, 1000))], set(taken)
    return next(candidate for candidate in names if candidate not in number)


def _folder_of(folders: Sequence[Path]) -> Path:
    """Return a folder for a comparison; one result alone keeps its own."""
    if len(folders) == 1:
        return folders[0]
    return ROOT / f"compare-{'-and-'.join(folder.resolve().name for folder in folders)}"[:LONGEST_NAME]
