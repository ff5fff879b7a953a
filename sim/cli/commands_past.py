"""The commands that hold the model against the past; each imports its work when it is called."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from typer import Argument, Option, Typer

from sim.cli.options import INSPECT, PAST, Request, command

commands = Typer()
CalibrationFile = Annotated[Path, Argument(metavar="FILE", help="A calibration file.")]
Members = Annotated[int | None, Option(min=50, metavar="N", help="Members of the ensemble.", show_default="the file's")]


@command(commands, INSPECT, "Check a table of observations.", "sim observe scenarios/history/front_weekly.csv")
def observe(
    file: Annotated[Path, Argument(metavar="FILE.csv", help="A table of observations.")],
    request: Request,
    scenario: Annotated[
        Path | None, Option(help="Compare the axes with this scenario's fronts.", show_default="none")
    ] = None,
) -> None:
    """Check a table of observations (weekly front, monthly losses, other dated tables); show what it holds."""
    from sim.report import past as report
    from sim.workflows import inspection

    result = inspection.observe(file, request.options, scenario=scenario)
    request.answer(result, lambda: report.observed(result.account))


@command(
    commands,
    ("replicates", "seed", "changes", "jobs", "engine", "as_json", "quiet"),
    "Check the war's arithmetic.",
    "sim check scenarios/history/arithmetic.csv --replicates 200 --json",
)
def check(file: Annotated[Path, Argument(metavar="TABLE.csv", help="A table of checks.")], request: Request) -> None:
    """Check that recruits, losses and forces, shells and aid add up, and that they fit what is known of them."""
    from sim.report import past as report
    from sim.workflows.check import check as work

    result = work(file, request.options)
    request.answer(result, lambda: report.checked(result.account))


@command(
    commands,
    ("replicates", "seed", "horizon", "changes", "out", "jobs", "as_json", "quiet", "plots_to"),
    "Score a scenario against observations.",
    "sim score observed.csv --scenario scenarios/claim.yaml --origin 2024-11-19 --json",
    out={"show_default": "not kept"},
    horizon={"show_default": "as far as was observed"},
    plots_to={"show_default": "none"},
)
def score(
    files: Annotated[list[Path], Argument(metavar="OBSERVED.csv...", help="Weekly front: total, by axis, or both.")],
    request: Request,
    origin: Annotated[str, Option(metavar="DATE", help="Day of the forecast; the scenario starts there.")],
    scenario: Annotated[
        Path | None, Option(metavar="FILE", help="The scenario; its base arm is played.", show_default="none")
    ] = None,
    result: Annotated[
        Path | None,
        Option(
            metavar="FOLDER", help="A stored result, in place of a scenario: its base is scored.", show_default="none"
        ),
    ] = None,
    history: Annotated[
        Path | None,
        Option(metavar="FILE.csv", help="Weeks before the origin, for baseline forecasts.", show_default="shipped"),
    ] = None,
    map_noise: Annotated[
        float | None,
        Option(min=0, metavar="KM2", help="Noise of a week's map; 0: none.", show_default="as observed"),
    ] = None,
) -> None:
    """Score a scenario's base, played as far as was observed, or a stored result's, beside baseline forecasts."""
    from sim.report import past as report
    from sim.workflows.score import score as work

    options = request.options
    found = work(files, scenario, origin, options, result=result, history=history, map_noise=map_noise)
    request.answer(found, lambda: report.scored(found.verification, found.title, found.account["conditions"]))


@command(
    commands,
    ("replicates", *PAST),
    "Find which numbers matter for the past.",
    "sim screen scenarios/history/calibration.yaml --replicates 4 --out scenarios/history/screening.csv",
    replicates={"help": "Paths, each with noise of its own.", "show_default": "4"},
    out={"metavar": "FILE.csv", "help": "Where the ranking goes.", "show_default": "none"},
)
def screen(
    file: CalibrationFile,
    request: Request,
    cut: Annotated[float, Option(min=0, metavar="ERRORS", help="Effect from which a number matters.")] = 0.25,
) -> None:
    """Rank every uncertain number by how far it moves what the calibration is held against; compare with the file's list."""
    from sim.report import past as report
    from sim.workflows.past import screen as work

    result = work(file, request.options, cut=cut)
    request.answer(result, lambda: report.screened(result.account, request.options.out))


@command(
    commands,
    (*PAST, "no_plots", "plots_to"),
    "Calibrate on the past.",
    "sim calibrate scenarios/history/calibration.yaml --out scenarios/history/posterior.csv",
    out={"metavar": "FILE.csv", "help": "Where the posterior goes.", "show_default": "results/posterior.csv"},
    plots_to={"show_default": "beside the posterior"},
)
def calibrate(
    file: CalibrationFile,
    request: Request,
    members: Members = None,
    diagnostics: Annotated[
        bool, Option("--diagnostics", help="Add ArviZ's check and summary (extra: calibration).")
    ] = False,
    rank_test: Annotated[
        int | None,
        Option(
            min=10,
            metavar="N",
            help="Calibrate instead on N made-up half years whose parameters are known, and tell where these fall.",
            show_default="no",
        ),
    ] = None,
) -> None:
    """Find the posterior of the parameters that matter from everything observed; write it as a small table.

    A stopped calibration goes on where it was when the same command is given again.
    """
    from sim.report import past as report
    from sim.workflows.past import calibrate as work

    if rank_test is not None:
        from sim.workflows.rank_test import rank_test as test

        tested = test(file, request.options, tests=rank_test, members=members)
        request.answer(tested, lambda: report.ranked(tested.account, tested.path))
        return
    result = work(file, request.options, members=members, diagnostics=diagnostics)
    draws = result.calibration.draws
    request.answer(
        result,
        lambda: report.calibrated(result.account, len(draws.table), len(draws.names), result.path, result.seconds),
    )


@command(
    commands,
    (*PAST, "no_plots", "plots_to"),
    "Forecast the past from rolling origins.",
    "sim hindcast scenarios/history/calibration.yaml --members 300",
    out={"help": "Folder for scores, ensembles and figures.", "show_default": "results/hindcast"},
    plots_to={"show_default": "figures/ in --out"},
)
def hindcast(file: CalibrationFile, request: Request, members: Members = None) -> None:
    """Forecast from every origin, calibrated only on what came before it, and score against baseline forecasts."""
    from sim.report import past as report
    from sim.workflows.past import hindcast as work

    result = work(file, request.options, members=members)
    request.answer(result, lambda: report.hindcasted(result.account, result.folder))
