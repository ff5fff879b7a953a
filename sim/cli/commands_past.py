"""The commands that hold the model against the past.

Nothing heavy is imported here; see the rooms that each command opens.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.cli.asked import Asked
from sim.cli.options import Jobs, Json, NoPlots, Quiet, Replicates, Seed, Set

commands = typer.Typer()


@commands.command(
    short_help="Check a table of observations.",
    epilog="Example: sim observe scenarios/history/front_weekly.csv",
)
def observe(
    file: Annotated[Path, typer.Argument(metavar="FILE.csv", help="A table of observations.")],
    scenario: Annotated[
        Path | None, typer.Option(help="Compare the axes with this scenario's fronts.", show_default="none")
    ] = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Check a table of observations (weekly front, monthly losses, other dated tables); say what it holds."""
    from sim.cli.observe import observe as do

    do(file, scenario, Asked(as_json=as_json, quiet=quiet))


@commands.command(
    short_help="Check the war's arithmetic.",
    epilog="Example: sim check scenarios/history/arithmetic.csv --replicates 200 --json",
)
def check(
    file: Annotated[Path, typer.Argument(metavar="TABLE.csv", help="A table of checks.")],
    replicates: Replicates = None,
    seed: Seed = None,
    changes: Set = None,
    jobs: Jobs = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Check that recruits, losses and forces, shells and aid close, and that they fit what is known of them."""
    from sim.cli.check import check as do

    do(file, Asked(replicates, seed, None, changes or [], None, jobs, as_json, quiet))


@commands.command(
    short_help="Score a scenario against observations.",
    epilog="Example: sim score observed.csv --scenario scenarios/claim.yaml --origin 2024-11-19 --json",
)
def score(
    files: Annotated[
        list[Path], typer.Argument(metavar="OBSERVED.csv...", help="Weekly front: total, by axis, or both.")
    ],
    scenario: Annotated[Path, typer.Option(metavar="FILE", help="The scenario; its base arm is played.")],
    origin: Annotated[str, typer.Option(metavar="DATE", help="Day of the forecast; the scenario starts there.")],
    history: Annotated[
        Path | None,
        typer.Option(metavar="FILE.csv", help="Weeks before the origin, for naive forecasts.", show_default="shipped"),
    ] = None,
    map_noise: Annotated[
        float | None,
        typer.Option(min=0, metavar="KM2", help="Noise of a week's map; 0: none.", show_default="as observed"),
    ] = None,
    replicates: Replicates = None,
    seed: Seed = None,
    changes: Set = None,
    out: Annotated[Path | None, typer.Option(help="Folder for the result.", show_default="not kept")] = None,
    jobs: Jobs = None,
    as_json: Json = False,
    quiet: Quiet = False,
    plots_to: Annotated[Path | None, typer.Option(help="Folder for figures.", show_default="none")] = None,
) -> None:
    """Play a scenario's base arm from the origin and score it against what was observed, beside naive forecasts."""
    from sim.cli.score import score as do

    do(files, scenario, origin, history, map_noise, Asked(replicates, seed, None, changes or [], out, jobs,
                                                          as_json, quiet, plots_to=plots_to))  # fmt: skip


@commands.command(
    short_help="Find which numbers matter for the past.",
    epilog="Example: sim screen scenarios/history/calibration.yaml --replicates 4 --out scenarios/history/screening.csv",
)
def screen(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A calibration file.")],
    replicates: Annotated[int, typer.Option(min=1, metavar="N", help="Paths, each with luck of its own.")] = 4,
    cut: Annotated[float, typer.Option(min=0, metavar="ERRORS", help="Effect from which a leaf matters.")] = 0.25,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE.csv", help="Where the ranking goes.", show_default="none")
    ] = None,
    seed: Seed = None,
    jobs: Jobs = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Rank every doubtful number by how far it moves what the calibration is held against; compare with the file's list."""
    from sim.cli.screen import screen as do

    do(file, out, replicates, cut, seed, jobs, as_json, quiet)


@commands.command(
    short_help="Calibrate on the past.",
    epilog="Example: sim calibrate scenarios/history/calibration.yaml --out scenarios/history/posterior.csv",
)
def calibrate(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A calibration file.")],
    out: Annotated[Path, typer.Option(metavar="FILE.csv", help="Where the posterior goes.")] = Path(
        "results/posterior.csv"
    ),
    members: Annotated[
        int | None, typer.Option(min=50, metavar="N", help="Members of the ensemble.", show_default="the file's")
    ] = None,
    seed: Seed = None,
    jobs: Jobs = None,
    as_json: Json = False,
    quiet: Quiet = False,
    no_plots: NoPlots = False,
    diagnostics: Annotated[
        bool, typer.Option("--diagnostics", help="Add ArviZ's check and summary (extra: calibration).")
    ] = False,
) -> None:
    """Find the posterior of the parameters that matter from everything observed; write it as a small table.

    A stopped calibration goes on where it was when the same command is given again.
    """
    from sim.cli.past import calibrate as do

    do(file, out, members, seed, jobs, quiet, not no_plots, diagnostics, as_json)


@commands.command(
    short_help="Forecast the past from rolling origins.",
    epilog="Example: sim hindcast scenarios/history/calibration.yaml --members 300",
)
def hindcast(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A calibration file.")],
    out: Annotated[Path, typer.Option(help="Folder for scores, ensembles and figures.")] = Path("results/hindcast"),
    members: Annotated[
        int | None, typer.Option(min=50, metavar="N", help="Members of the ensemble.", show_default="the file's")
    ] = None,
    seed: Seed = None,
    jobs: Jobs = None,
    as_json: Json = False,
    quiet: Quiet = False,
    no_plots: NoPlots = False,
) -> None:
    """Forecast from every origin, calibrated only on what came before it, and score against naive forecasts."""
    from sim.cli.past import hindcast as do

    do(file, out, members, seed, jobs, as_json, quiet, not no_plots)
