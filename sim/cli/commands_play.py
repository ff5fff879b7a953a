"""The commands that check, play, compare and retell scenarios.

Nothing heavy is imported here; see the rooms that each command opens.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.cli.asked import Asked
from sim.cli.options import Horizon, Jobs, Json, NoPlots, Out, PlotsTo, Quiet, Replicates, Resume, Seed, Set

commands = typer.Typer()


@commands.command(short_help="Check scenario files.", epilog="Example: sim validate scenarios/claim.yaml")
def validate(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Scenario files.")],
    changes: Set = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Check scenario files; report every fault of every file with its place."""
    from sim.cli.look import validate as do

    do(files, Asked(changes=changes or [], as_json=as_json, quiet=quiet))


@commands.command(
    short_help="Play every arm of a scenario.",
    epilog='Example: sim run scenarios/claim.yaml --replicates 50 --horizon "26 week"',
)
def run(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A scenario file.")],
    replicates: Replicates = None,
    seed: Seed = None,
    horizon: Horizon = None,
    changes: Set = None,
    out: Out = None,
    jobs: Jobs = None,
    as_json: Json = False,
    quiet: Quiet = False,
    resume: Resume = False,
    no_plots: NoPlots = False,
    plots_to: PlotsTo = None,
) -> None:
    """Play every arm of a scenario; end with a table, plots and one sentence."""
    from sim.cli.work import one

    one(file, Asked(replicates, seed, horizon, changes or [], out, jobs, as_json, quiet, resume,
                    not no_plots, plots_to))  # fmt: skip


@commands.command(
    short_help="Compare scenarios and stored results.",
    epilog="Example: sim compare scenarios/claim.yaml results/an-earlier-result",
)
def compare(
    inputs: Annotated[
        list[Path], typer.Argument(metavar="FILE-OR-RESULT...", help="Scenario files or result folders.")
    ],
    replicates: Replicates = None,
    seed: Seed = None,
    horizon: Horizon = None,
    changes: Set = None,
    out: Annotated[Path | None, typer.Option(help="Folder for the figures.", show_default="one under results/")] = None,
    jobs: Jobs = None,
    as_json: Json = False,
    quiet: Quiet = False,
    no_plots: NoPlots = False,
) -> None:
    """Compare scenarios (played first) and stored results in one table and one set of figures."""
    from sim.cli.work import several

    several(inputs, Asked(replicates, seed, horizon, changes or [], None, jobs, as_json, quiet, False,
                          not no_plots, out))  # fmt: skip


@commands.command(
    short_help="Tell one war month by month.",
    epilog="Example: sim replay scenarios/claim.yaml --arm all_with_coordination --replicate 7",
)
def replay(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A scenario file.")],
    arm: Annotated[str | None, typer.Option(help="Which arm.", show_default="the base")] = None,
    replicate: Annotated[int, typer.Option(min=0, help="Which of its wars, from 0.")] = 0,
    seed: Seed = None,
    horizon: Horizon = None,
    changes: Set = None,
    out: Annotated[Path | None, typer.Option(help="File for the diary.", show_default="print it")] = None,
    as_json: Json = False,
) -> None:
    """Tell one war month by month: what each actor saw, decided, sent and lost."""
    from sim.cli.look import replay as do

    do(file, arm, replicate, out, Asked(seed=seed, horizon=horizon, changes=changes or [], as_json=as_json))


@commands.command(
    short_help="List every number with its evidence.",
    epilog="Example: sim evidence scenarios/claim.yaml --out docs/evidence.md",
)
def evidence(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A scenario file.")],
    out: Annotated[Path | None, typer.Option(help="File for the table.", show_default="print it")] = None,
) -> None:
    """List every number of a scenario: value, range, unit, source, date, grade, and the posterior where there is one."""
    from sim.cli.evidence import evidence as do

    do(file, out)
