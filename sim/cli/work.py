"""The commands that play wars: run, claim, compare."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sim
from sim.cli.asked import Asked
from sim.cli.ending import STOPPED, Stop, command_line
from sim.cli.places import end_if, make_ready, trouble_in
from sim.cli.progress import progress_bar, ticker
from sim.foundation.errors import UserError

if TYPE_CHECKING:
    import xarray as xr


def one(file: Path, asked: Asked, claims: Sequence[str] = ()) -> None:
    """Play one scenario and print what came of it, and of those of `claims` that its arms answer."""
    make_ready(asked.plots_to)
    folder = play(file, asked)
    _report({file.stem: folder}, asked.plots_to or folder / "plots", asked)
    if claims and not (asked.as_json or asked.quiet):
        from sim.cli.claims import lines_from

        print("\n".join(lines_from(file, folder, claims, asked)))


def several(inputs: list[Path], asked: Asked) -> None:
    """Play the scenarios among `inputs`, load the results among them, and print all side by side."""
    make_ready(asked.plots_to)
    folders: dict[str, Path] = {}
    scenarios = [path for path in inputs if not path.is_dir()]
    _check(scenarios, asked)
    for path in inputs:
        folder = path if path.is_dir() else play(path, asked)
        folders[_unused(path.name if path.is_dir() else path.stem, folders)] = folder
    _report(folders, asked.plots_to or _comparison_folder(folders), asked)


def play(file: Path, asked: Asked) -> Path:
    """Play the scenario in `file` with a progress bar on a terminal; return the result's folder.

    Raises
    ------
    Stop
        On Ctrl-C, with how to go on.
    """
    from sim.experiment.run import Interrupted, run
    from sim.scenario import read

    scenario = read(file, asked.overrides())
    with progress_bar(f"playing {file.stem}", hidden=asked.quiet) as progress:
        try:
            return run(
                scenario,
                asked.out,
                stem=file.stem,
                jobs=asked.jobs,
                command=command_line(),
                resume=asked.resume,
                progress=progress,
            )
        except Interrupted as stopped:
            raise Stop(str(stopped), STOPPED) from None


def claim_file() -> Path:
    """Return scenarios/claim.yaml from here, from the checkout, or from the installed package."""
    return shipped("claim.yaml", "claim")


def shipped(name: str, command: str) -> Path:
    """Return a scenario that comes with the program: from here, from the checkout, or from the installed package."""
    package = Path(sim.__file__).resolve().parent
    places = [Path(), package.parent, package / "shipped"]
    for place in places:
        file = place / "scenarios" / name
        if file.is_file():
            return file
    raise UserError([f"no scenarios/{name} here or beside the program - name the file: sim {command} FILE"])


def _check(files: Iterable[Path], asked: Asked) -> None:
    """Read every scenario before any is played, so that a fault in the last does not cost the first's
    time.
    """
    from sim.scenario import read

    faults = []
    for file in files:
        try:
            read(file, asked.overrides())
        except UserError as error:
            faults += error.faults
    if faults:
        raise UserError(faults)


def _report(folders: dict[str, Path], plots: Path, asked: Asked) -> None:
    """Summarise, draw, and print; figures that fail cost neither the table nor the result."""
    from sim.analysis.outcomes.summary import summarise

    results = {name: sim.load(folder) for name, folder in folders.items()}
    summaries = {name: summarise(data) | {"result": str(folders[name])} for name, data in results.items()}
    trouble = None
    if asked.plots:
        trouble = trouble_in(lambda: _draw(results, plots, asked), plots)
        for summary in summaries.values():
            summary["plots"] = None if trouble else str(plots)
    if asked.as_json:
        whole: Any = next(iter(summaries.values())) if len(summaries) == 1 else {"results": summaries}
        print(json.dumps(whole, ensure_ascii=False, indent=1))
    else:
        from sim.cli.table import show

        show(summaries, quiet=asked.quiet)
    end_if(trouble)


def _draw(results: dict[str, xr.Dataset], folder: Path, asked: Asked) -> None:
    """Draw all figures."""
    from sim.plotting import draw_all

    with ticker("drawing", hidden=asked.quiet) as progress:
        draw_all(results, folder, progress)


def _unused(name: str, taken: Iterable[str]) -> str:
    """Return `name`, numbered if it is taken."""
    names, number = [name, *(f"{name}-{n}" for n in range(2, 1000))], set(taken)
    return next(candidate for candidate in names if candidate not in number)


def _comparison_folder(folders: dict[str, Path]) -> Path:
    """Return a folder for the figures of a comparison; one result alone keeps its own."""
    if len(folders) == 1:
        return next(iter(folders.values())) / "plots"
    text = "\n".join(str(folder.resolve()) for folder in folders.values())
    return Path("results") / f"compare-{hashlib.sha256(text.encode()).hexdigest()[:8]}"
