"""The command that tells what the verdict rests on: rests."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sim
from sim.cli.asked import Asked
from sim.cli.ending import STOPPED, Stop, command_line
from sim.cli.places import end_if, make_ready, save, trouble_in, writable
from sim.cli.progress import progress_bar
from sim.foundation.errors import Fault, UserError, nearest

if TYPE_CHECKING:
    from sim.exploration.study import Study
    from sim.scenario.scenario import Scenario

PARTS = ("sensitivity", "discovery", "flip", "information")
NEEDS = {"sensitivity": ("SALib",), "discovery": ("SALib", "ema_workbench")}
REPLICATES, BENCH = 2000, 120
QUICK_REPLICATES, QUICK_BENCH = 400, 40


def rests(file: Path, parts: str, bench: int | None, quick: bool, write: Path | None, asked: Asked) -> None:
    """Play the ensemble, put the questions to it, and print, draw and write what was found."""
    chosen = _parts(parts)
    _libraries(chosen)
    scenario = _scenario(file, asked, quick)
    folder = asked.out or _folder(file, scenario)
    plots = asked.plots_to or folder / "plots"
    if write is not None:
        writable(write)
    make_ready(plots if asked.plots else None)
    data = sim.load(_ensemble(scenario, folder / "ensemble", file.stem, asked))
    wars = bench or (QUICK_BENCH if quick else BENCH)
    summary = _studied(scenario, data, chosen, min(wars, int(scenario.run.replicates)), folder, asked)
    summary |= {"scenario": file.as_posix(), "command": command_line(), "result": str(folder)}
    save(folder / "summary.json", json.dumps(summary, ensure_ascii=False, indent=1) + "\n")
    trouble = trouble_in(lambda: _draw(summary, plots), plots) if asked.plots else None
    summary["plots"] = str(plots) if asked.plots and not trouble else None
    _tell(summary, asked, write, plots)
    end_if(trouble)


def _parts(text: str) -> tuple[str, ...]:
    """Return the parts asked for, in the order in which they are told."""
    asked = [word.strip() for word in text.split(",") if word.strip()]
    unknown = [word for word in asked if word not in (*PARTS, "all")]
    if unknown or not asked:
        allowed = ", ".join(PARTS)
        raise UserError(
            [f"--parts: unknown part '{word}' - allowed: {allowed}, or all{nearest(word, PARTS)}" for word in unknown]
            or [f"--parts: none given - allowed: {allowed}, or all"]
        )
    return PARTS if "all" in asked else tuple(part for part in PARTS if part in asked)


def _libraries(parts: tuple[str, ...]) -> None:
    """Ask for the optional libraries before anything is played."""
    from importlib.util import find_spec

    from sim.foundation.extras import EXTRAS

    missing = dict.fromkeys(name for part in parts for name in NEEDS.get(part, ()) if find_spec(name) is None)
    if missing:
        extra = EXTRAS[next(iter(missing))]
        free = ",".join(part for part in PARTS if part not in NEEDS)
        raise UserError(
            [
                f"the parts {', '.join(part for part in parts if part in NEEDS)} need {' and '.join(missing)} - install "
                f"with: python -m pip install 'in-concert[{extra}]', or leave them out: --parts {free}"
            ]
        )


def _scenario(file: Path, asked: Asked, quick: bool) -> Scenario:
    """Read the scenario with the arms that the questions need."""
    from sim.analysis.verdicts.claim import JOINT
    from sim.exploration.ensemble import asked_of
    from sim.scenario import read

    wars = asked.replicates or (QUICK_REPLICATES if quick else REPLICATES)
    scenario = read(file, replace(asked, replicates=wars).overrides())
    if JOINT not in scenario.arms:
        arms = ", ".join(scenario.arms)
        raise UserError([Fault(f"no arm '{JOINT}', of which the verdict speaks - the arms are {arms}", str(file))])
    return asked_of(scenario)


def _folder(file: Path, scenario: Scenario) -> Path:
    from sim.experiment.store import default_folder

    return default_folder(f"rests-{file.stem}", scenario.hash, int(scenario.run.seed), int(scenario.run.replicates))


def _ensemble(scenario: Scenario, folder: Path, stem: str, asked: Asked) -> Path:
    from sim.experiment.run import Interrupted
    from sim.exploration.ensemble import play_ensemble

    with progress_bar(f"playing {stem}", hidden=asked.quiet) as progress:
        try:
            return play_ensemble(scenario, folder, asked.jobs, command_line(), progress)
        except Interrupted as stopped:
            raise Stop(str(stopped), STOPPED) from None


def _studied(
    scenario: Scenario, data: Any, parts: tuple[str, ...], wars: int, folder: Path, asked: Asked
) -> dict[str, Any]:
    """Return the account of the study, with a bar for each of its longer parts."""
    from sim.analysis.outcomes.summary import without_nan
    from sim.experiment.design import usable_cores
    from sim.exploration.study import Study, account

    study: Study = Study(scenario, data, wars, asked.jobs or usable_cores())
    with ExitStack() as bars:

        def tell(what: str) -> Callable[[float], None] | None:
            bars.close()
            return bars.enter_context(progress_bar(what, hidden=asked.quiet))

        try:
            found: dict[str, Any] = without_nan(account(study, parts, tell))
        except KeyboardInterrupt:
            raise Stop(f"stopped; the wars are safe in {folder} - the same command goes on", STOPPED) from None
    return found


def _draw(summary: dict[str, Any], folder: Path) -> None:
    """Draw the figures."""
    from sim.plotting.basis import draw_all

    draw_all(summary, folder)


def _tell(summary: dict[str, Any], asked: Asked, write: Path | None, plots: Path) -> None:
    from sim.cli.rests_page import lines, page, short

    if write is not None:
        save(write, page(summary, write, plots if summary["plots"] else None))
    if asked.as_json:
        print(json.dumps(summary, ensure_ascii=False, indent=1))
        return
    print("\n".join([short(summary)] if asked.quiet else lines(summary)))
    if not asked.quiet:
        print(f"Results: {summary['result']}/summary.json")
        if summary["plots"]:
            print(f"Plots:   {summary['plots']}")
