"""The commands about stored results: which there are, and whether one is what was played."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from typer import Argument, Option, Typer

from sim.cli.options import Request, command
from sim.foundation.errors import MachineError

commands = Typer()


@command(commands, ("as_json", "quiet"), "List stored results.", "sim results")
def results(
    request: Request,
    folder: Annotated[Path | None, Argument(metavar="[FOLDER]", help="By default results/.")] = None,
) -> None:
    """List the stored results in a folder: name, scenario, arms, replicates, date, and whether each is complete."""
    from sim.report import stored
    from sim.workflows.stored import list_results

    result = list_results(folder)
    request.answer(result, lambda: stored.listed(result.account))


@command(commands, ("as_json", "quiet"), "Check a stored result.", "sim verify results/an-earlier-result --replay 5")
def verify(
    folder: Annotated[Path, Argument(metavar="RESULT", help="Folder of a result.")],
    request: Request,
    replay: Annotated[int, Option(min=0, metavar="N", help="Lanes to play again and compare bit by bit.")] = 0,
) -> None:
    """Check every checksum of a stored result, and play some of it again; exit code 1 and the remedy if anything differs."""
    from sim.report import stored
    from sim.workflows.stored import verify as check

    result = check(folder, request.options, replay)
    request.answer(result, lambda: stored.verified(result.account))
    if not result.verification.sound:
        raise MachineError(stored.verdict(result.account))


@command(
    commands,
    ("out", "as_json", "quiet"),
    "Write a result for other programs.",
    "sim export results/an-earlier-result --to csv --out war.csv",
    out={"help": "A file with a suffix of the format, or a folder.", "show_default": "export/ in the result"},
)
def export(
    folder: Annotated[Path, Argument(metavar="RESULT", help="Folder of a result.")],
    request: Request,
    to: Annotated[str, Option(metavar="FORMAT", help="csv, parquet or netcdf.")] = "csv",
    only: Annotated[
        list[str] | None,
        Option(metavar="VARIABLE", help="Write this variable; may be given often.", show_default="all"),
    ] = None,
) -> None:
    """Write a stored result as tidy tables (CSV, Parquet) or netCDF, with a dictionary of the data beside them."""
    from sim.report import stored
    from sim.workflows.export import export as write

    result = write(folder, to, request.options, tuple(only or ()))
    request.answer(result, lambda: stored.exported(result.account))


@command(
    commands,
    ("changes", "out", "jobs", "scheduler", "as_json", "quiet", "resume", "no_plots", "plots_to"),
    "Fork the history of a result.",
    "sim fork results/an-earlier-result --at 2025-06-01 --arm more_arms --set levers.us_arms.dose=2",
    changes={"help": "What a new arm changes from that day on; may be given often."},
    out={"help": "Folder for the new result.", "show_default": "one beside the old"},
)
def fork(
    folder: Annotated[Path, Argument(metavar="RESULT", help="Folder of a result.")],
    request: Request,
    at: Annotated[str, Option(metavar="DATE", help="First day of the futures, as 2025-06-01.")],
    arm: Annotated[
        list[str], Option(metavar="NAME", help="An arm of the scenario, or a new one with --set; may be given often.")
    ],
    follow: Annotated[
        str | None, Option(metavar="ARM", help="The arm whose past they share.", show_default="the base")
    ] = None,
) -> None:
    """Fork history: play a result's past to the bit up to a day, and other futures from there that share its noise."""
    from sim.report.experiment import forked
    from sim.workflows.fork import fork as play

    result = play(folder, at, arm, request.options, follow)
    request.answer(result, lambda: forked(result.result, result.past, result.drawing.folder))


@command(
    commands,
    ("out", "as_json", "quiet"),
    "Draw one figure of a result.",
    "sim figure results/an-earlier-result outcomes --size card --format svg",
    out={"help": "Folder for the files.", "show_default": "plots/ in the result"},
)
def figure(
    folder: Annotated[Path, Argument(metavar="RESULT", help="Folder of a result.")],
    name: Annotated[str, Argument(metavar="NAME", help="Name of the figure, as net_km2 or outcomes.")],
    request: Request,
    arm: Annotated[
        list[str] | None,
        Option(
            metavar="ARM", help="An arm to draw beside the base; may be given often.", show_default="as many as fit"
        ),
    ] = None,
    size: Annotated[str, Option(metavar="SIZE", help="page, or card: base and one arm, for a message.")] = "page",
    format_: Annotated[
        list[str] | None,
        Option(
            "--format",
            metavar="FORMAT",
            help="png, svg or pdf, or gif for a map that moves; may be given often.",
            show_default="png",
        ),
    ] = None,
) -> None:
    """Draw one figure of a stored result as PNG, SVG or PDF; a name that there is not lists those that there are.

    The map is drawn as a GIF that goes by week, too.
    """
    from sim.report import stored
    from sim.workflows.figure import figure as draw

    result = draw(folder, name, request.options, size=size, formats=tuple(format_ or ()), arms=tuple(arm or ()))
    request.answer(result, lambda: stored.drawn(result.account))


@command(
    commands,
    ("out", "jobs", "as_json", "quiet"),
    "Write a stored result as one HTML page.",
    "sim report results/an-earlier-result --out briefing.html",
    out={"help": "File for the page.", "show_default": None, "metavar": "FILE.html"},
)
def report(
    folder: Annotated[Path, Argument(metavar="RESULT", help="Folder of a result.")],
    request: Request,
    beside: Annotated[
        list[Path] | None,
        Option(
            "--with",
            metavar="RESULT-OR-JSON",
            help="A further result, or a study printed with --json; may be given often.",
        ),
    ] = None,
    argue: Annotated[
        int | None,
        Option(
            min=1,
            metavar="N",
            help="Play N designs of the levers (64 take minutes), so that the page answers for other doses and days.",
            show_default="none",
        ),
    ] = None,
) -> None:
    """Write a stored result as one HTML page that loads nothing: to read, print, and argue with."""
    from sim.report import stored
    from sim.workflows.briefing import report as write

    result = write(folder, request.options, beside or [], argue)
    request.answer(result, lambda: stored.reported(result.account))
