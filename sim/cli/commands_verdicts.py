"""The commands that judge: the claim, each sentence, every set of levers, and how firm it all is.

Nothing heavy is imported here; see the rooms that each command opens.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.cli.asked import Asked
from sim.cli.options import Horizon, Jobs, Json, NoPlots, Out, PlotsTo, Quiet, Replicates, Resume, Seed, Set

commands = typer.Typer()


@commands.command(short_help="Play the article's experiment.", epilog="Example: sim claim --replicates 50 --json")
def claim(
    file: Annotated[Path | None, typer.Argument(metavar="[FILE]", help="By default scenarios/claim.yaml.")] = None,
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
    """Play the article's experiment: each lever alone, all five apart, all five in concert (claims C22 to C29)."""
    from sim.cli.work import claim_file, one

    one(file or claim_file(), Asked(replicates, seed, horizon, changes or [], out, jobs, as_json, quiet, resume,
                                    not no_plots, plots_to), [f"C{n}" for n in range(22, 30)])  # fmt: skip


@commands.command(
    short_help="Test the article sentence by sentence.",
    epilog="Example: sim claims C07 C27 --replicates 50",
)
def claims(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[ID...]", help="Claims, as C07, or claim files; by default all.")
    ] = None,
    replicates: Replicates = None,
    seed: Seed = None,
    changes: Set = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder for results and figures.", show_default="results/claims")
    ] = None,
    jobs: Jobs = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the answers as a JSON list, and nothing else.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print the count of verdicts only.")] = False,
    check: Annotated[bool, typer.Option("--check", help="Check the files; play nothing.")] = False,
    write: Annotated[
        Path | None, typer.Option(metavar="FILE.md", help="Write the answers as a page.", show_default="none")
    ] = None,
    no_plots: NoPlots = False,
    plots_to: Annotated[
        Path | None, typer.Option(help="Folder for figures.", show_default="plots/ beside the results")
    ] = None,
) -> None:
    """Test the claims of the article: verdict, estimate with interval, what would have happened anyway."""
    from sim.cli.claims import claims as do

    do(names or [], write, check, Asked(replicates, seed, None, changes or [], out, jobs, as_json, quiet,
                                        False, not no_plots, plots_to))  # fmt: skip


@commands.command(
    short_help="Play changes of known effect: does the model answer?",
    epilog="Example: sim controls, or sim controls --only works_tripled --json",
)
def controls(
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="By default scenarios/ukraine-2024-11-19.yaml.")
    ] = None,
    only: Annotated[
        list[str] | None, typer.Option(metavar="CONTROL", help="Only this one; may be given often.")
    ] = None,
    replicates: Replicates = None,
    seed: Seed = None,
    horizon: Horizon = None,
    changes: Set = None,
    out: Out = None,
    jobs: Jobs = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the answers as a JSON list, and nothing else.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print the count only.")] = False,
) -> None:
    """Play the positive controls that a scenario names: no recruits, twice the men, no aid. Each has a sign, some a range."""
    from sim.cli.controls import controls as do
    from sim.cli.work import shipped

    asked = Asked(replicates, seed, horizon, changes or [], out, jobs, as_json, quiet)
    do(file or shipped("ukraine-2024-11-19.yaml", "controls"), only or [], asked)


@commands.command(
    short_help="Play every set of levers; who adds what?",
    epilog="Example: sim factorial --replicates 50 --json, or sim factorial --until-precision p_halt=0.02",
)
def factorial(
    file: Annotated[Path | None, typer.Argument(metavar="[FILE]", help="By default scenarios/factorial.yaml.")] = None,
    until_precision: Annotated[
        list[str] | None,
        typer.Option(
            metavar="[OUTCOME=]X",
            help="Play until the half-width of joint minus sum of parts is X, as 20 (km2 kept) or p_halt=0.02; "
            "may be given often. --replicates is then the most.",
        ),
    ] = None,
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
    """Play a full factorial: main effects, Shapley values, interactions, and the whole against the sum of its parts."""
    from sim.cli.factorial import factorial as do

    do(file, until_precision or [], Asked(replicates, seed, horizon, changes or [], out, jobs, as_json, quiet,
                                          resume, not no_plots, plots_to))  # fmt: skip


@commands.command(short_help="Play one thing by degrees.", epilog="Example: sim dose --replicates 50 --json")
def dose(
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="By default scenarios/coordination.yaml.")
    ] = None,
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
    """Play arms by degrees on top of one arm: how much of each does how much."""
    from sim.cli.factorial import dose as do

    do(file, Asked(replicates, seed, horizon, changes or [], out, jobs, as_json, quiet, resume, not no_plots,
                   plots_to))  # fmt: skip


@commands.command(
    short_help="How firm is the verdict?",
    epilog="Example: sim firm --replicates 50 --only combat_square --only voice_moscow",
)
def firm(
    file: Annotated[Path | None, typer.Argument(metavar="[FILE]", help="By default scenarios/claim.yaml.")] = None,
    variants: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Variants and thresholds.", show_default="shipped")
    ] = None,
    only: Annotated[
        list[str] | None, typer.Option(metavar="VARIANT", help="Only this one; may be given often.")
    ] = None,
    replicates: Annotated[int, typer.Option(min=1, metavar="N", help="Wars an arm and variant.")] = 200,
    seed: Seed = None,
    horizon: Horizon = None,
    changes: Set = None,
    out: Out = None,
    jobs: Jobs = None,
    as_json: Json = False,
    quiet: Quiet = False,
    no_plots: NoPlots = False,
    plots_to: PlotsTo = None,
    write: Annotated[
        Path | None, typer.Option(metavar="FILE.md", help="Write the page as Markdown.", show_default="none")
    ] = None,
) -> None:
    """Ask the claim's question under other structures, figures and thresholds; show what turns the verdict, and where."""
    from sim.cli.firm import firm as do

    do(file, variants, only or [], write, Asked(replicates, seed, horizon, changes or [], out, jobs, as_json, quiet,
                                                False, not no_plots, plots_to))  # fmt: skip


@commands.command(
    short_help="Tell what the verdict rests on.",
    epilog="Example: sim rests --quick --parts sensitivity,information",
)
def rests(
    file: Annotated[Path | None, typer.Argument(metavar="[FILE]", help="By default scenarios/claim.yaml.")] = None,
    parts: Annotated[
        str, typer.Option(metavar="LIST", help="sensitivity, discovery, flip, information; or all.")
    ] = "all",
    quick: Annotated[bool, typer.Option("--quick", help="Few wars: a look, not a result.")] = False,
    bench: Annotated[
        int | None, typer.Option(min=10, metavar="N", help="Wars for each question of flip.", show_default="120")
    ] = None,
    write: Annotated[
        Path | None, typer.Option(metavar="FILE.md", help="Write the page as Markdown.", show_default="none")
    ] = None,
    replicates: Annotated[
        int | None, typer.Option(min=50, metavar="N", help="Wars an arm.", show_default="2000")
    ] = None,
    seed: Seed = None,
    horizon: Horizon = None,
    changes: Set = None,
    out: Out = None,
    jobs: Jobs = None,
    as_json: Json = False,
    quiet: Quiet = False,
    no_plots: NoPlots = False,
    plots_to: PlotsTo = None,
) -> None:
    """Tell what the verdict rests on: which numbers matter, where it holds, what would turn it, what to find out."""
    from sim.cli.rests import rests as do
    from sim.cli.work import claim_file

    do(file or claim_file(), parts, bench, quick, write, Asked(replicates, seed, horizon, changes or [], out, jobs,
                                                              as_json, quiet, False, not no_plots, plots_to))  # fmt: skip
