"""A stored result as one HTML page: what it is made of is gathered here, the page is made in `sim.report.briefing`."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sim
from sim.analysis.outcomes.replicates import outcomes_by_replicate
from sim.analysis.result import Result
from sim.analysis.serialise import plain
from sim.analysis.statistics.arm_sets import factorial_of
from sim.analysis.statistics.factorial import analyse
from sim.experiment import manifest as manifests
from sim.experiment.manifest import Manifest
from sim.experiment.store import load
from sim.experiment.stored_scenario import stored_scenario
from sim.foundation import files
from sim.foundation.errors import Fault, FaultCollector, UserError, nearest
from sim.report.briefing import Assumption, Beside, Material, Provenance, Study, render
from sim.report.briefing.studies import MISSHAPEN
from sim.report.briefing.studies import check as check_study
from sim.scenario.scenario import Scenario
from sim.workflows.files import SUMMARY, WorkflowResult, prepare, write_text
from sim.workflows.options import Options

INDEX = "studies.json"
"""Beside the studies that come with the program: with which world each was made; see `study_index`."""

PARTS = ("shipped", "ensemble")
"""Folders of a study that hold the result of the scenario as it is."""

MOST_BYTES = 20_000_000
"""Of a study."""

KINDS = {
    "factorial": ("factors", "outcomes"),
    "robustness": ("variants", "thresholds"),
    "sensitivity": ("joint_halt", "inputs"),
    "hindcast": ("run", "as expected"),
}
"""By kind of study, the keys by which its JSON is known; that of the controls is a list."""

DROPPED = ("--out", "--jobs", "--plots-to")
FLAGS = ("--no-plots", "--quiet", "-q", "--json", "--resume")
"""Options of a stored command that have no part in what is played."""


@dataclass(frozen=True, kw_only=True)
class BriefingResult(WorkflowResult):
    """The page that was written."""

    page: Path


def report(folder: Path, options: Options, beside: Sequence[Path] = ()) -> BriefingResult:
    """Write the page of the result in `folder` to ``options.out``.

    Parameters
    ----------
    folder : Path
    options : Options
    beside : sequence of Path
        Further results (folders), and studies as commands print them with ``--json``.

    Raises
    ------
    UserError
        Without a file to write, and for everything in `beside` that is neither.
    """
    if options.out is None:
        raise UserError(["no file to write - name one, as: --out briefing.html"])
    return write_page(Result(load(folder), folder), options.out, beside)


def write_page(
    result: Result, page: Path, beside: Sequence[Path] = (), scenario: Scenario | None = None
) -> BriefingResult:
    """Write the page of a result; `scenario` as it was played, by default as it is stored with the result."""
    prepare(Options(), page)
    material = gather(result, beside, scenario)
    text = render(material)
    write_text(page, text)
    account = {
        "page": str(page),
        "bytes": len(text.encode()),
        "replicates": int(result.data.sizes["replicate"]),
        "studies": {kind: study.origin for kind, study in material.studies.items()},
        "beside": [one.name for one in material.beside],
    }
    return BriefingResult(account=account, page=page)


def gather(result: Result, beside: Sequence[Path] = (), scenario: Scenario | None = None) -> Material:
    """Return what the page of a result is made of."""
    manifest = manifests.read(result.folder) if result.folder is not None else None
    scenario = scenario or _stored(result.folder)
    world = scenario.hashes[scenario.base] if scenario is not None else ""
    studies, others = _named(result, beside, world)
    for study in (*_own(result), *_shipped(world)):
        studies.setdefault(study.kind, study)
    return Material(
        result=result,
        provenance=_provenance(manifest, result),
        assumptions=_assumptions(scenario),
        studies=studies,
        beside=others,
    )


def _named(result: Result, paths: Sequence[Path], world: str) -> tuple[dict[str, Study], list[Beside]]:
    """Return the studies and the results that were named; every fault at once."""
    studies: dict[str, Study] = {}
    others: list[Beside] = []
    faults = FaultCollector()
    for path in paths:
        with faults.gather():
            if (file := _study_file(path)) is not None:
                study = read_study(file, world)
                studies[study.kind] = study
                continue
            other = Result(load(path), path)
            factorial = _factorial(other, f"the result {path.name}", _misfit(world, _world_of(path)))
            if factorial is not None:
                studies[factorial.kind] = factorial
            else:
                others.append(Beside(path.name, other, other.contrast(result.base, of=result)))
    faults.check()
    return studies, others


def _study_file(path: Path) -> Path | None:
    """Return the file of a study that a path names, itself or in a folder that is no single result; None for a result."""
    if not path.is_dir():
        return path
    summary = path / SUMMARY
    return summary if summary.is_file() and not (path / manifests.NAME).exists() else None


def read_study(path: Path, world: str) -> Study:
    """Return the study in a file, as a command prints it with ``--json``.

    Parameters
    ----------
    path : Path
    world : str
        The hash of the base's world of the result that the study goes with; empty if it is not known.

    Raises
    ------
    UserError
        If it is no such file.
    """
    account = _read_json(path)
    kind = _kind(account)
    if kind is None:
        allowed = "sim factorial, robustness, sensitivity, hindcast or controls"
        raise UserError([Fault(f"is no study of a briefing - give what {allowed} prints with --json", str(path))])
    study = Study(kind, account, f"{path.parent.name}/{path.name}" if path.name == SUMMARY else path.name,
                  _misfit(world, _world_of(path.parent)))  # fmt: skip
    try:
        check_study(study)
    except MISSHAPEN as error:
        what = f"is no account of sim {kind}: {type(error).__name__} {error}".rstrip()
        raise UserError([Fault(f"{what} - give what it prints with --json", str(path))]) from error
    return study


def _read_json(path: Path) -> Any:
    try:
        return json.loads(files.read_text(path, MOST_BYTES))
    except (ValueError, RecursionError) as error:
        said = "nested too deep" if isinstance(error, RecursionError) else str(error)
        raise UserError(
            [Fault(f"is no JSON: {said} - give a result folder, or what a command printed with --json", str(path))]
        ) from error


def _misfit(world: str, other: str) -> str:
    """Return what to say of a study of the world `other` beside a result of `world`; empty where they are the same."""
    if not world or not other:
        return "Which world it was made with is not known: see that it is this one."
    return "" if world == other else "It was made with another world than this result."


def _world_of(folder: Path) -> str:
    """Return the hash of the base's world in a stored result or study; empty where it cannot be told."""
    found = (_stored(folder / one) for one in ("", *PARTS))
    return next((one.hashes[one.base] for one in found if one is not None), "")


def _stored(folder: Path | None) -> Scenario | None:
    """Return the scenario that is stored with a result; None where there is none, or this version reads it otherwise."""
    if folder is None:
        return None
    try:
        found: Scenario = stored_scenario(folder)
    except UserError:
        return None
    return found


def _kind(account: Any) -> str | None:
    if isinstance(account, list):
        known = all(
            isinstance(one, dict) and {"name", "expected", "effect_km2", "holds"} <= one.keys() for one in account
        )
        return "controls" if account and known else None
    if not isinstance(account, dict):
        return None
    return next((kind for kind, keys in KINDS.items() if all(key in account for key in keys)), None)


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


def _shipped(world: str) -> Iterator[Study]:
    """Yield the studies that come with the program and were made with this world."""
    folder = _studies_folder()
    if folder is None or not world:
        return
    for kind, made in _read_json(folder / INDEX).items():
        if made["world"] == world:
            note = "" if made["code"] == manifests.model_code() else "It was made by an earlier state of the model."
            yield Study(kind, _read_json(folder / f"{kind}.json"), f"{made['command']}, stored with the program", note)


def _studies_folder() -> Path | None:
    """Return where the studies are that come with the program: in the checkout or in the package; None without."""
    package = Path(sim.__file__).resolve().parent
    places = (package.parent / "docs" / "results", package / "shipped" / "studies")
    return next((place for place in places if (place / INDEX).is_file()), None)


def study_index(scenario: Scenario, kinds: Sequence[str] = ()) -> dict[str, dict[str, str]]:
    """Return what is kept beside studies just made of a scenario: its base's world, the code of the model, the command.

    Parameters
    ----------
    scenario : Scenario
    kinds : sequence of str
        Which studies were made; by default every kind there is.

    Raises
    ------
    UserError
        For a kind that there is not.
    """
    known = (*KINDS, "controls")
    wrong = [kind for kind in kinds if kind not in known]
    if wrong:
        raise UserError([f"no kind of study '{kind}' - one of {', '.join(known)}{nearest(kind, known)}" for kind in wrong])
    world, code = scenario.hashes[scenario.base], manifests.model_code()
    return {kind: {"world": world, "code": code, "command": f"sim {kind}"} for kind in kinds or known}


def _provenance(manifest: Manifest | None, result: Result) -> Provenance:
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


def _assumptions(scenario: Scenario | None) -> list[Assumption]:
    """Return every number of the scenario."""
    return [
        Assumption(one.path, one.value, one.low, one.high, one.unit, one.source, one.as_of, str(one.grade))
        for one in (scenario.numbers() if scenario is not None else ())
    ]
