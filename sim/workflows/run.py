"""Scenarios played and compared: run, claim, compare."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import xarray as xr

from sim.analysis.result import judge
from sim.analysis.verdicts.answers import Answer
from sim.experiment.store import load
from sim.workflows import claims as claims_workflow
from sim.workflows.files import WorkflowResult, draw, prepare
from sim.workflows.options import Options
from sim.workflows.playing import play, read, read_all


@dataclass(frozen=True, kw_only=True)
class Comparison(WorkflowResult):
    """Results side by side.

    Parameters
    ----------
    results : mapping of str to Dataset
    summaries : mapping of str to dict
        Of each result, with the folder that holds it.
    answers : tuple of Answer
        To the claims that the arms answer, where they were asked for.
    """

    results: Mapping[str, xr.Dataset]
    summaries: Mapping[str, dict[str, Any]]
    answers: tuple[Answer, ...] = ()


def run(file: Path, options: Options, claims: Sequence[str] = ()) -> Comparison:
    """Play every arm of a scenario; answer those of the claims named that its arms can answer."""
    prepare(options)
    scenario = read(file, options)
    folder = play(scenario, options, file.stem)
    answers = tuple(claims_workflow.answers_from(file, scenario, load(folder), claims, options)) if claims else ()
    return _compared({file.stem: folder}, folder / "plots", options, answers)


def compare(inputs: Sequence[Path], options: Options) -> Comparison:
    """Play the scenarios among `inputs`, load the results among them, and put all side by side."""
    prepare(options)
    scenarios = read_all([path for path in inputs if not path.is_dir()], options)
    folders: dict[str, Path] = {}
    for path in inputs:
        name = _unused(path.stem if path in scenarios else path.name, folders)
        out = options.out and options.out / name
        folders[name] = play(scenarios[path], options, path.stem, out=out) if path in scenarios else path
    return _compared(folders, (options.out or _folder_of(list(folders.values()))) / "plots", options)


def _compared(
    folders: Mapping[str, Path], plots: Path, options: Options, answers: tuple[Answer, ...] = ()
) -> Comparison:
    results = {name: load(folder) for name, folder in folders.items()}
    summaries = {name: judge(data) | {"result": str(folders[name])} for name, data in results.items()}

    def act(folder: Path) -> None:
        from sim.plotting import draw_all

        with options.progress("drawing") as tell:
            draw_all(results, folder, tell)

    drawing = draw(options, options.plots_to or plots, act)
    if options.plots:
        for summary in summaries.values():
            summary["plots"] = drawing.folder and str(drawing.folder)
    account = next(iter(summaries.values())) if len(summaries) == 1 else {"results": summaries}
    return Comparison(account=account, drawing=drawing, results=results, summaries=summaries, answers=answers)


def _unused(name: str, taken: Iterable[str]) -> str:
    """Return `name`, numbered if it is taken."""
    names, number = [name, *(f"{name}-{n}" for n in range(2, 1000))], set(taken)
    return next(candidate for candidate in names if candidate not in number)


def _folder_of(folders: Sequence[Path]) -> Path:
    """Return a folder for a comparison; one result alone keeps its own."""
    if len(folders) == 1:
        return folders[0]
    text = "\n".join(str(folder.resolve()) for folder in folders)
    return Path("results") / f"compare-{hashlib.sha256(text.encode()).hexdigest()[:8]}"
