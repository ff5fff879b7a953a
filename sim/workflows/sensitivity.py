"""What a verdict depends on: which inputs matter, where it holds, what would turn it, what is worth finding out."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from sim.analysis.names import Roles
from sim.analysis.serialise import plain
from sim.experiment.folders import default_folder
from sim.experiment.store import load
from sim.exploration.ensemble import KEPT, asked_of
from sim.exploration.study import PARTS, Study, account
from sim.foundation.errors import Fault, Stopped, UserError, nearest
from sim.foundation.executor import WorkerError
from sim.foundation.extras import EXTRAS
from sim.scenario.scenario import Scenario
from sim.workflows.files import SUMMARY, WorkflowResult, draw_study, prepare, shipped_scenario, write_json
from sim.workflows.options import OnProgress, Options
from sim.workflows.playing import play, read

NEEDS = {"sensitivity": ("SALib",), "discovery": ("SALib", "ema_workbench")}
"""Optional libraries of each part."""

REPLICATES, BENCH = 2000, 120
QUICK_REPLICATES, QUICK_BENCH = 400, 40


@dataclass(frozen=True, kw_only=True)
class SensitivityResult(WorkflowResult):
    """The parts of the study, and the folder of its ensemble."""

    folder: Path


def sensitivity(
    file: Path | None,
    options: Options,
    *,
    parts: str = "all",
    bench: int | None = None,
    quick: bool = False,
    write: Path | None = None,
) -> SensitivityResult:
    """Play the ensemble of a claim and put the questions to it.

    Parameters
    ----------
    file : Path, optional
        By default the shipped claim.
    options : Options
    parts : str
        Some of `PARTS` with commas between, or ``all``.
    bench : int, optional
        Replicates for each question of the part ``flip``.
    quick : bool
        Few replicates: a look, not a result.
    write : Path, optional
        The page that will be written of it.
    """
    file = file or shipped_scenario("claim.yaml")
    chosen = _parts(parts)
    _check_libraries(chosen)
    scenario = _scenario(file, options, quick)
    stem, run = f"sensitivity-{file.stem}", scenario.run
    folder = options.out or default_folder(scenario, stem)
    prepare(options, write)
    data = load(play(scenario, options, file.stem, out=folder / "ensemble", keep=KEPT))
    wars = min(bench or (QUICK_BENCH if quick else BENCH), int(run.replicates))
    found = _studied(Study(scenario, data, wars, options.workers), chosen, folder, options)
    found |= {"scenario": file.as_posix(), "command": options.command_line, "result": str(folder)}
    write_json(folder / SUMMARY, found)

    drawing = draw_study(options, "sensitivity", lambda: found, folder / "plots")
    found["plots"] = drawing.folder and str(drawing.folder)
    return SensitivityResult(account=found, drawing=drawing, folder=folder)


def _parts(text: str) -> tuple[str, ...]:
    """Return the parts asked for, in the order in which they are reported."""
    asked = [word.strip() for word in text.split(",") if word.strip()]
    unknown = [word for word in asked if word not in (*PARTS, "all")]
    allowed = f"allowed: {', '.join(PARTS)}, or all"
    if unknown or not asked:
        raise UserError(
            [f"--parts: unknown part '{word}' - {allowed}{nearest(word, PARTS)}" for word in unknown]
            or [f"--parts: none given - {allowed}"]
        )
    return PARTS if "all" in asked else tuple(part for part in PARTS if part in asked)


def _check_libraries(parts: tuple[str, ...]) -> None:
    """Ask for the optional libraries before anything is played."""
    missing = dict.fromkeys(name for part in parts for name in NEEDS.get(part, ()) if find_spec(name) is None)
    if missing:
        raise UserError(
            [
                f"the parts {', '.join(part for part in parts if part in NEEDS)} need {' and '.join(missing)} - install "
                f"with: python -m pip install 'in-concert[{EXTRAS[next(iter(missing))]}]', or leave them out: "
                f"--parts {','.join(part for part in PARTS if part not in NEEDS)}"
            ]
        )


def _scenario(file: Path, options: Options, quick: bool) -> Scenario:
    """Read the scenario with the arms that the questions need."""
    replicates = options.replicates or (QUICK_REPLICATES if quick else REPLICATES)
    scenario = read(file, replace(options, replicates=replicates))
    try:
        Roles.among(scenario.arms, scenario.roles).need_claim()
    except UserError as error:
        raise UserError([Fault(str(fault), str(file)) for fault in error.faults]) from None
    return asked_of(scenario)


def _studied(study: Study, parts: tuple[str, ...], folder: Path, options: Options) -> dict[str, Any]:
    """Return the account of the study, with a progress bar for each of its longer parts."""
    safe = f"the replicates are safe in {folder} - the same command goes on"
    with ExitStack() as bars:

        def begin(what: str) -> OnProgress | None:
            bars.close()
            return bars.enter_context(options.progress(what))

        try:
            found: dict[str, Any] = plain(account(study, parts, begin))
        except KeyboardInterrupt:
            raise Stopped(f"stopped; {safe}") from None
        except WorkerError as error:
            raise WorkerError(error.reason, safe) from error
    return found
