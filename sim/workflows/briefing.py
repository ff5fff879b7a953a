"""A stored result as one HTML page: what it is made of is gathered here, the page is made in `sim.report.briefing`."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sim.analysis.accounts import kind_of
from sim.analysis.outcomes.replicates import outcomes_by_replicate
from sim.analysis.restore import MISSHAPEN
from sim.analysis.result import Result
from sim.analysis.serialise import plain
from sim.analysis.statistics.arm_sets import factorial_of
from sim.analysis.statistics.factorial import analyse
from sim.experiment import manifest as manifests
from sim.experiment.store import load
from sim.experiment.stored_scenario import stored_scenario
from sim.foundation.errors import Fault, FaultCollector, UserError
from sim.report.briefing import Assumption, Beside, Material, Provenance, Study, render
from sim.report.briefing.studies import check as check_study
from sim.scenario.scenario import Scenario, Statement
from sim.workflows.files import SUMMARY, WorkflowResult, prepare, shipped, write_json, write_text
from sim.workflows.inspection import DEFINITION
from sim.workflows.options import Options
from sim.workflows.plain_names import arm_parts, plain_names
from sim.workflows.stored_studies import read_study as read_account
from sim.workflows.weighing import moved_by_weights

STUDIES = "studies"
"""Folder beside the shipped scenarios with the studies that come with the program."""

KINDS = ("factorial", "robustness", "sensitivity", "hindcast", "controls")
"""Kinds of study that a page shows."""

DESIGNS = "argue.json"
"""File in the folder of a result with the emulator of the designs that were played for it last."""

DESIGN_REPLICATES = 100
"""Replicates of each design of the emulator, at most: the first of the result's own."""

UNSAID = "The file does not say which scenario it was made with: see that it is this one."

NO_SOURCE = ("guess", "definition")
"""Grades of numbers that rest on no publication."""

DROPPED = ("--out", "--jobs", "--plots-to")
FLAGS = ("--no-plots", "--quiet", "-q", "--json", "--resume")
"""Options of a stored command that have no part in what is played."""


@dataclass(frozen=True, kw_only=True)
class BriefingResult(WorkflowResult):
    """The page that was written."""

    page: Path


def report(folder: Path, options: Options, beside: Sequence[Path] = (), designs: int | None = None) -> BriefingResult:
    """Write the page of the result in `folder` to ``options.out``.

    Parameters
    ----------
    folder : Path
    options : Options
    beside : sequence of Path
        Further results (folders), and studies as commands print them with ``--json``.
    designs : int, optional
        Play so many designs of the levers and fit the emulator by which the page answers for doses and days. It is kept in the
        folder of the result: later pages have it without playing.

    Raises
    ------
    UserError
        Without a file to write, and for everything in `beside` that is neither.
    """
    if options.out is None:
        raise UserError(["no file to write - name one, as: --out briefing.html"])
    result = Result(load(folder), folder)
    prepare(Options(), options.out)
    emulated = stored_designs(result) if designs is None else play_designs(result, options, designs)
    return write_page(result, options.out, beside, emulated=emulated)


def play_designs(result: Result, options: Options, designs: int) -> dict[str, Any]:
    """Play designs of the levers of a result's scenario, or read them where they were played; return the emulator for a page.

    Raises
    ------
    UserError
        If the result has no arm with all levers, its scenario cannot be read, or the designs are too few.
    """
    from sim.exploration.designed import account, emulate

    whole, replicates = result.names.joint, min(DESIGN_REPLICATES, int(result.data.sizes["replicate"]))
    if not whole:
        raise UserError(
            ["--argue: the result has no arm with the role `joint` - the designs turn the levers of that arm"]
        )
    if result.folder is None:
        raise UserError(["--argue: the result is not stored - its scenario is played from its folder"])
    kept = stored_designs(result)
    if kept is not None and kept["points"] == designs:
        return kept
    scenario = stored_scenario(result.folder)
    with options.progress(f"playing {designs} designs") as on_progress:
        found = emulate(scenario, whole, designs, replicates, options.workers, on_progress)
    about = account(scenario, found, replicates, result.thresholds.interval)
    manifest = manifests.read(result.folder)
    about["other_code"] = manifest is not None and manifest.model_code != manifests.model_code()
    with suppress(UserError):  # a folder that cannot be written costs the next page time, and this one nothing
        write_json(result.folder / DESIGNS, {"played": _designs_key(result), "emulator": about})
    return about


def stored_designs(result: Result) -> dict[str, Any] | None:
    """Return the emulator of designs that were played for a result before, by the same code; None where there is none."""
    if result.folder is None or not (result.folder / DESIGNS).is_file():
        return None
    with suppress(UserError, LookupError, TypeError):
        found = read_account(result.folder / DESIGNS).account
        if found["played"] == _designs_key(result):
            emulator: dict[str, Any] = found["emulator"]
            return emulator
    return None


def _designs_key(result: Result) -> dict[str, Any]:
    """Return what stored designs have to share with a result: its scenario, replicates, judging, and the code that plays now."""
    attrs = {key: str(value) for key, value in result.data.attrs.items() if key.startswith("verdict_")}
    return attrs | {
        "scenario": str(result.data.attrs.get("scenario_hash", "")),
        "replicates": int(result.data.sizes["replicate"]),
        "code": manifests.model_code("exploration"),
    }


def write_page(
    result: Result,
    page: Path,
    beside: Sequence[Path] = (),
    scenario: Scenario | None = None,
    emulated: Mapping[str, Any] | None = None,
) -> BriefingResult:
    """Write the page of a result; `scenario` as it was played, by default as it is stored; `emulated` see `play_designs`."""
    prepare(Options(), page)
    material = replace(gather(result, beside, scenario), emulated=emulated)
    text = render(material)
    write_text(page, text)
    account = {
        "page": str(page),
        "bytes": len(text.encode()),
        "replicates": int(result.data.sizes["replicate"]),
        "studies": {kind: study.origin for kind, study in material.studies.items()},
        "beside": [one.name for one in material.beside],
        "emulator": emulated and {key: emulated[key] for key in ("points", "replicates", "error", "explained")},
    }
    return BriefingResult(account=account, page=page)


def gather(result: Result, beside: Sequence[Path] = (), scenario: Scenario | None = None) -> Material:
    """Return what the page of a result is made of."""
    scenario = scenario or _stored(result.folder)
    world = _base_hash(scenario)
    studies, others = _named(result, beside, world)
    for study in (*_own(result), *_shipped(world)):
        studies.setdefault(study.kind, study)
    names = plain_names(scenario) if scenario else {}
    return Material(
        result=result,
        provenance=_provenance(result),
        assumptions=_assumptions(scenario, names),
        moved=moved_by_weights(result, scenario, studies.get("sensitivity"), names),
        names=names,
        parts=arm_parts(scenario) if scenario else {},
        cited=_cited(scenario),
        studies=studies,
        beside=others,
    )


def _named(result: Result, paths: Sequence[Path], world: str | None) -> tuple[dict[str, Study], list[Beside]]:
    """Return the studies and the results that were named; every fault at once."""
    studies: dict[str, Study] = {}
    others: list[Beside] = []
    faults = FaultCollector()
    for path in paths:
        with faults.gather():
            file = _study_file(path)
            found = _result_beside(path, result, world) if file is None else read_study(file, world)
            if isinstance(found, Study):
                studies[found.kind] = found
            else:
                others.append(found)
    faults.check()
    return studies, others


def _result_beside(folder: Path, result: Result, world: str | None) -> Study | Beside:
    """Return a further result: as a study where it is a factorial, else its arms against the base."""
    other = Result(load(folder), folder)
    study = _factorial(other, f"the result {folder.name}", _foreign(world, _base_hash(_stored(folder))))
    return study or Beside(folder.name, other, other.contrast(result.base, of=result))


def read_study(path: Path, world: str | None) -> Study:
    """Return the study in a file: what a command prints with ``--json``, or the same as `keep_study` keeps it.

    Parameters
    ----------
    path : Path
    world : str or None
        Hash of the base world of the result that it is for; None where that is not known.

    Raises
    ------
    UserError
        If it is no such file.
    """
    found = read_account(path)
    kind, kept = found.kind, found.kept
    if kind not in KINDS:
        allowed = "sim factorial, robustness, sensitivity, hindcast or controls"
        raise UserError([Fault(f"is no study of a briefing - give what {allowed} prints with --json", str(path))])
    warning = _foreign(world, kept["base_hash"]) if "base_hash" in kept else UNSAID
    study = Study(kind, found.account, str(kept.get("command") or path.name), warning)
    try:
        check_study(study)
    except MISSHAPEN as error:
        what = f"is no account of sim {kind}: {type(error).__name__} {error}".rstrip()
        raise UserError([Fault(f"{what} - give what it prints with --json", str(path))]) from error
    return study


def _study_file(path: Path) -> Path | None:
    """Return the file of a study that a path names, itself or in the folder of a study; None for a folder of one result."""
    if not path.is_dir():
        return path
    summary = path / SUMMARY
    return summary if summary.is_file() and not (path / manifests.NAME).exists() else None


def keep_study(account: Any, scenario: Scenario, command: str) -> dict[str, Any]:
    """Return a study as it is kept beside the shipped scenarios: with the hash of the base world that it belongs to.

    Raises
    ------
    UserError
        If it is no study of a briefing.
    """
    if kind_of(account) not in KINDS:
        raise UserError(["is no study of a briefing"])
    return {"command": command, "base_hash": scenario.hashes[scenario.base], "account": account}


def _own(result: Result) -> Iterator[Study]:
    """Yield the factorial that the result itself is, if it is one."""
    study = _factorial(result, "this result", "")
    if study is not None:
        yield study


def _factorial(result: Result, origin: str, warning: str) -> Study | None:
    try:
        factorial_of(list(result.arms))
    except UserError:
        return None
    return Study("factorial", plain(analyse(outcomes_by_replicate(result.data))), origin, warning)


def _shipped(world: str | None) -> Iterator[Study]:
    """Yield the studies that come with the program and were made with this world."""
    folder = shipped(STUDIES)
    for path in sorted(folder.glob("*.json")) if folder and world else ():
        study = read_study(path, world)
        if not study.warning:
            yield study


def _foreign(world: str | None, other: Any) -> str:
    """Return what to tell the reader of a study made with the world `other`; nothing where it is the same."""
    if world is None:
        return (
            "It is unknown whether it was made with the world of this result: the scenario of this one cannot be read."
        )
    return "" if other == world else "It was made with another world than this result."


def _stored(folder: Path | None) -> Scenario | None:
    """Return the scenario stored with a result; None where there is none, or this version reads it otherwise."""
    if folder is None:
        return None
    try:
        found: Scenario = stored_scenario(folder)
    except UserError:
        return None
    return found


def _base_hash(scenario: Scenario | None) -> str | None:
    return scenario.hashes[scenario.base] if scenario else None


def _provenance(result: Result) -> Provenance:
    manifest = manifests.read(result.folder) if result.folder is not None else None
    if manifest is None:
        return Provenance(seed=str(result.data.attrs.get("seed", "")))
    return Provenance(
        command=_command(manifest.command),
        created=manifest.created,
        program=manifest.program,
        commit=manifest.git_commit or "",
        scenario_hash=manifest.scenario_hash,
        model_code=manifest.model_code,
        seed=str(manifest.seed),
    )


def _command(said: str) -> str:
    """Return a stored command without the options that only say where its output goes."""
    try:
        words = shlex.split(said)
    except ValueError:
        return said
    if words[:1] != ["sim"]:
        return said
    kept: list[str] = []
    skip = False
    for word in words:
        if skip:
            skip = False
        elif word in DROPPED:
            skip = True
        elif word not in FLAGS and not word.startswith(tuple(f"{name}=" for name in DROPPED)):
            kept.append(word)
    return shlex.join(kept)


def _assumptions(scenario: Scenario | None, names: Mapping[str, str]) -> list[Assumption]:
    """Return every number of the base world; those that say nothing about the world are graded as definitions."""
    return [
        Assumption(
            one.path, one.value, one.low, one.high, one.unit, one.source, one.as_of, _grade(one), names[one.path]
        )
        for one in (scenario.numbers() if scenario else ())
    ]


def _cited(scenario: Scenario | None) -> list[str]:
    """Return what the levers' numbers rest on, each once, first what stands nowhere but with them; guesses cite nothing."""
    if scenario is None:
        return []
    rows = [one for one in scenario.numbers() if one.path.startswith("levers.") and _grade(one) not in NO_SOURCE]
    rows.sort(key=lambda one: one.source_id in scenario.sources)
    return list(dict.fromkeys(one.source for one in rows))


def _grade(one: Statement) -> str:
    return "definition" if one.source_id == DEFINITION else str(one.grade)
