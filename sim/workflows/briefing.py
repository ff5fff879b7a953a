"""A stored result as one HTML page: what it is made of is gathered here, the page is made in `sim.report.briefing`."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.analysis.outcomes.replicates import outcomes_by_replicate
from sim.analysis.result import Result
from sim.analysis.serialise import plain
from sim.analysis.statistics.arm_sets import factorial_of
from sim.analysis.statistics.factorial import analyse
from sim.experiment import manifest as manifests
from sim.experiment.manifest import Manifest
from sim.experiment.store import load
from sim.experiment.stored_scenario import stored_scenario
from sim.foundation.errors import Fault, FaultCollector, UserError
from sim.report.briefing import Assumption, Beside, Material, Provenance, Study, render
from sim.scenario.scenario import Scenario
from sim.workflows.files import WorkflowResult, prepare, shipped, write_text
from sim.workflows.options import Options

STUDIES = "studies"
"""Folder beside the shipped scenarios with the studies that come with the program."""

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
    studies, others = _named(result, beside, manifest)
    for study in (*_own(result), *_shipped(manifest, result.base)):
        studies.setdefault(study.kind, study)
    return Material(
        result=result,
        provenance=_provenance(manifest, result),
        assumptions=_assumptions(result, scenario),
        studies=studies,
        beside=others,
    )


def _named(result: Result, paths: Sequence[Path], manifest: Manifest | None) -> tuple[dict[str, Study], list[Beside]]:
    """Return the studies and the results that were named; every fault at once."""
    studies: dict[str, Study] = {}
    others: list[Beside] = []
    faults = FaultCollector()
    for path in paths:
        with faults.gather():
            if path.is_dir():
                other = Result(load(path), path)
                study = _factorial(other, f"the result {path.name}", _difference(manifest, path, result.base))
                if study is not None:
                    studies[study.kind] = study
                else:
                    contrast = other.contrast(result.base, of=result)
                    others.append(Beside(path.name, other, contrast))
            else:
                study = read_study(path, manifest, result.base)
                studies[study.kind] = study
    faults.check()
    return studies, others


def read_study(path: Path, manifest: Manifest | None, base: str) -> Study:
    """Return the study in a file: what a command prints with ``--json``, or the same kept with its scenario's hash.

    Raises
    ------
    UserError
        If it is no such file.
    """
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UserError([Fault(f"cannot be read: {error.strerror or error}", str(path))]) from error
    except ValueError as error:
        raise UserError([Fault(f"is no JSON: {error} - give a result folder, or what a command printed with --json",
                               str(path))]) from error  # fmt: skip
    kept = said if isinstance(said, dict) and "account" in said else {"account": said}
    kind = _kind(kept["account"])
    if kind is None:
        allowed = "sim factorial, robustness, sensitivity, hindcast or controls"
        raise UserError([Fault(f"is no study of a briefing - give what {allowed} prints with --json", str(path))])
    base_hash = kept.get("base_hash")
    warning = ""
    if base_hash is None:
        warning = "The file does not say which scenario it was made with: see that it is this one."
    elif manifest is None or manifest.arms.get(base) != base_hash:
        warning = "It was made with another world than this result."
    return Study(kind, kept["account"], str(kept.get("command") or path.name), warning)


def keep_study(account: Any, scenario: Scenario, command: str) -> dict[str, Any]:
    """Return a study as it is kept beside the shipped scenarios: with the hash of the base world that it belongs to.

    Raises
    ------
    UserError
        If it is no study of a briefing.
    """
    if _kind(account) is None:
        raise UserError(["is no study of a briefing"])
    return {"command": command, "base_hash": scenario.hashes[scenario.base], "account": account}


def _kind(account: Any) -> str | None:
    if isinstance(account, list):
        known = all(isinstance(one, dict) and {"name", "expected", "effect_km2", "holds"} <= one.keys() for one in account)
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


def _shipped(manifest: Manifest | None, base: str) -> Iterator[Study]:
    """Yield the studies that come with the program and were made with the world of this result."""
    folder = shipped(STUDIES)
    for path in sorted(folder.glob("*.json")) if folder and manifest else ():
        study = read_study(path, manifest, base)
        if not study.warning:
            yield study


def _difference(manifest: Manifest | None, folder: Path, base: str) -> str:
    other = manifests.read(folder)
    same = manifest is not None and other is not None and manifest.arms.get(base) == next(iter(other.arms.values()))
    return "" if same else "It was made with another world than this result."


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


def _assumptions(result: Result, scenario: Scenario | None) -> list[Assumption]:
    """Return every number of the scenario; none where it is not stored, or this version reads it otherwise."""
    if scenario is None:
        if result.folder is None:
            return []
        try:
            scenario = stored_scenario(result.folder)
        except UserError:
            return []
    return [
        Assumption(one.path, one.value, one.low, one.high, one.unit, one.source, one.as_of, str(one.grade))
        for one in scenario.numbers()
    ]
